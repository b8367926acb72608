"""Runs one node: reuse it, build it, or test with it."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.fingerprint import (
    Fingerprint,
    content_fingerprint,
)
from warehouse.engine.protocol import Engine
from warehouse.errors import CompileError, WarehouseError
from warehouse.jinja.relation import Relation
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.manifest.problems import Problems
from warehouse.run.build import build_node
from warehouse.run.contents import Contents
from warehouse.run.data_tests import Verdict, run_test
from warehouse.run.describe import describe
from warehouse.run.faults import is_out_of_memory, located
from warehouse.run.foreign_keys import ForeignKeys
from warehouse.run.leftovers import Leftovers, is_kept
from warehouse.run.materializations.microbatch_config import is_batched
from warehouse.run.materializations.work import Effect, Work
from warehouse.run.node_results import begun, idle, judged, remembered
from warehouse.run.plan import compile_checked
from warehouse.run.results import NodeResult, Status
from warehouse.run.states import NodeState, NodeStates
from warehouse.run.steps import INCREMENTAL, Ground, Step, Steps
from warehouse.run.unit_tests import run_unit_test


@dataclass(frozen=True, slots=True)
class _Task:
    """One node on its way: its SQL, its fingerprint, and its state if still true."""

    compiled: Compiled
    fingerprint: Fingerprint | None
    reusable: NodeState | None
    step: Step | None = None

    def state(self, **known: Any) -> NodeState:
        """Return the state to record once the node is done."""
        node = self.compiled.node
        own = str(self.fingerprint) if self.fingerprint else None
        return NodeState(node.resource_type, node.materialized, own, **known)


class Executor:
    """What the nodes of one run share: compiler, states, and what stands already."""

    def __init__(  # noqa: PLR0913 - what a run shares
        self,
        manifest: Manifest,
        compiler: Compiler,
        states: NodeStates,
        engine: Engine,
        *,
        database: str,
        strict: bool,
        reuses: bool = True,
        ground: Ground | None = None,
    ) -> None:
        self.manifest = manifest
        self.compiler = compiler
        self.states = states
        self._engine = engine
        self.strict = strict
        self.reuses = reuses
        published = {} if ground is None else ground.states
        self.leftovers = Leftovers(manifest, states, engine, published)
        self.histories = self.leftovers.histories
        self.keys = ForeignKeys(manifest, compiler.names.selected, engine)
        self.steps = Steps(compiler, states, ground)
        self.contents = Contents(manifest, compiler, states, self.steps, database)

    def reuse(self, node: Node, compiled: Compiled | None) -> NodeResult | None:
        """Return the result of a node that stands as it should; None for any other.

        For the thread that opened the database alone.

        In a project of which little changed these are nearly all: to hand each to a
        thread and back would take longer than to look.
        """
        state = self._standing(node)
        if (
            compiled is None
            or state is None
            or node.resource_type == "snapshot"
            or (node.materialized == INCREMENTAL and self.steps.are_kept)
        ):
            return None
        try:
            own = self.contents.fingerprint(self._engine, compiled)
        except WarehouseError:
            return None  # of a view that is not part of the run: the node's to tell
        if own is None or state.fingerprint != str(own):
            return None
        self.contents.know(node, own)
        return remembered(node, state, compiled.sql)

    def _standing(self, node: Node) -> NodeState | None:
        """Return what is known of a node, if that may be reused and still stands."""
        state = self.states.get(node.unique_id) if self.reuses else None
        return state if state is not None and self.leftovers.stands(node) else None

    def run(self, engine: Engine, node: Node, compiled: Compiled | None) -> NodeResult:
        """Run a node on a connection; any fault becomes a result.

        `compiled` is None for a node whose template asks the database.
        """
        engine.usage()  # what ran before is not this node's
        clock = perf_counter()
        result = self._run(engine, node, compiled)
        usage = engine.usage()
        return replace(
            result,
            seconds=perf_counter() - clock,
            peak_memory=usage.memory or None,
            spilled=usage.spilled if usage.memory else None,
        )

    def _run(self, engine: Engine, node: Node, compiled: Compiled | None) -> NodeResult:
        result = begun(node)
        try:
            if node.unit is not None:
                return self._unit_test(engine, node, result)
            if node.declared is not None:
                return idle(node)
            task = self._task(engine, node, compiled)
            result = replace(result, compiled_code=task.compiled.sql or None)
            with located(task.compiled, engine):
                act = self._test if node.resource_type == "test" else self._build
                return act(engine, task, result)
        except WarehouseError as error:
            return replace(
                result,
                message=error.message,
                detail=str(error),
                is_out_of_memory=is_out_of_memory(error),
            )

    def _task(self, engine: Engine, node: Node, compiled: Compiled | None) -> _Task:
        own = None
        if node.materialized == INCREMENTAL and self.steps.are_kept:
            return self._step(engine, node)
        if compiled is None:
            compiled = self._compile_now(engine, node)
        else:
            own = self.contents.fingerprint(engine, compiled)
        if node.resource_type == "snapshot":  # what it holds is known when it has run
            return _Task(compiled, None, None)
        self.contents.know(node, own)
        state = self._standing(node)
        is_same = state and own and own.same_data(state.fingerprint)
        return _Task(compiled, own, state if is_same else None)

    def _step(self, engine: Engine, node: Node) -> _Task:
        """Prepare an incremental model's next step, if it is not done already."""
        step = self.steps.next(node)
        state = self._standing(node)
        compiled = self._compile_now(engine, node, is_incremental=not step.is_anew)
        step = replace(step, inputs=self._inputs(engine, compiled))
        if state is not None and self.steps.is_done(node, step):
            known = Fingerprint.read(state.fingerprint)
            own = content_fingerprint(compiled, known.data if known else "")
            self.contents.know(node, own)
            return _Task(compiled, own, state, step)
        self.steps.prepare(engine, node, step)
        compiled = self._compile_now(engine, node)
        step = replace(step, inputs=self._inputs(engine, compiled))
        return _Task(compiled, None, None, step)

    def _inputs(self, engine: Engine, compiled: Compiled) -> str | None:
        """Return a hash of an incremental query and what it reads; None when unknown.

        That of a microbatch model depends on the time.
        """
        if is_batched(self.compiler.templates.library, compiled.node):
            return None
        own = self.contents.fingerprint(engine, compiled)
        return own.data if own is not None else None

    def _compile_now(
        self, engine: Engine, node: Node, is_incremental: bool | None = None
    ) -> Compiled:
        problems = Problems(lambda _: None, strict=self.strict)
        compiled = compile_checked(
            self.compiler, node, lambda: engine, problems, is_incremental
        )
        problems.raise_errors()
        return compiled

    def _build(self, engine: Engine, task: _Task, result: NodeResult) -> NodeResult:
        """Build a node in one transaction, or only describe it anew."""
        compiled, known = task.compiled, task.reusable
        node = compiled.node
        if known is not None and known.fingerprint == str(task.fingerprint):
            rows = known.rows
        else:
            before = self.leftovers.before(node.unique_id)
            if node.resource_type == "snapshot":
                self.states.doubt(node.unique_id)
            else:
                self.states.forget(node.unique_id)
            relation = relation_of(node)
            if known is not None:
                rows = known.rows
                with engine.transaction():
                    describe(engine, compiled, relation, anew=True)
            else:
                effect = Effect() if task.step is not None else None
                work = Work(
                    engine, self.compiler, compiled, relation, self.keys, effect=effect
                )
                rows = build_node(
                    work, lambda own: self.leftovers.tidy(own, node, before)
                )
            if node.resource_type == "snapshot":
                own = self.histories.fingerprint(engine, compiled)
                self.contents.know(node, own)
                task = replace(task, fingerprint=own)
            state = task.state(relation_name=str(node.relation), rows=rows)
            if task.step is not None:
                state = self._stepped(task, known, effect, rows)
            elif known is not None:  # described anew, and built when it was
                state = replace(state, run=known.run)
            self.states.record(node.unique_id, state)
        if known is not None:
            return replace(
                result, status=Status.SUCCESS, is_reused=True, rows=known.rows
            )
        return replace(result, status=Status.SUCCESS, rows=rows)

    def _stepped(
        self,
        task: _Task,
        known: NodeState | None,
        effect: Effect | None,
        rows: int | None,
    ) -> NodeState:
        """Return the state of an incremental model whose step is done."""
        compiled, step = task.compiled, task.step
        if known is not None or step is None:
            return replace(known or task.state(), fingerprint=str(task.fingerprint))
        is_same = effect is not None and effect.has_changed is False
        own = self.steps.fingerprint(compiled, step, is_same=is_same)
        self.contents.know(compiled.node, own)
        return self.steps.state(compiled.node, step, own, rows)

    def _test(self, engine: Engine, task: _Task, result: NodeResult) -> NodeResult:
        node, known = task.compiled.node, task.reusable
        if known is not None:
            return remembered(node, known, task.compiled.sql)
        return judged(result, node, self._run_test(engine, task))

    def _unit_test(self, engine: Engine, node: Node, result: NodeResult) -> NodeResult:
        """Run a unit test; it leaves nothing, so there is nothing to reuse."""
        verdict, sql = run_unit_test(engine, self.compiler, node)
        return replace(judged(result, node, verdict), compiled_code=sql)

    def _run_test(self, engine: Engine, task: _Task) -> Verdict:
        """Run a test; a failure is not to be reused, but where it keeps rows is."""
        node = task.compiled.node
        kept = str(node.relation) if is_kept(node) else None
        before = self.leftovers.before(node.unique_id)
        self.states.forget(node.unique_id)
        if before is not None and before.relation_name != kept:
            self.leftovers.drop(engine, before)
        verdict = run_test(engine, self.compiler, task.compiled)
        state = task.state(
            status=verdict.status.value, failures=verdict.failures, relation_name=kept
        )
        if verdict.status.is_failure:
            state = replace(state, fingerprint=None)
        if kept or not verdict.status.is_failure:
            self.states.record(node.unique_id, state)
        return verdict


def relation_of(node: Node) -> Relation:
    """Return where a node is built. Raises CompileError for one that is not."""
    if node.relation is None:
        raise CompileError(f"{node.unique_id} has no relation")
    return node.relation
