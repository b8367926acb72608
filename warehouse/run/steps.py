"""Incremental models from release to release: a candidate goes one step on, not two.

A candidate may be built in several goes: one fails, is killed, or builds only a part.
Were each to add to what the last one left, rows would come in twice. So a model begins
where the published release has it, however often its candidate was begun; a step that
was done already, from the same to the same, is not done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.fingerprint import (
    Fingerprint,
    content_fingerprint,
    incremental_code,
)
from warehouse.engine.protocol import Engine
from warehouse.errors import ExecutionError
from warehouse.manifest.nodes import Node
from warehouse.run.states import NodeState, NodeStates

INCREMENTAL = "incremental"
ANEW = ""  # what a table began as that was built from nothing


@dataclass(frozen=True, slots=True)
class Ground:
    """The published release, as the ground on which a candidate's models build.

    Its database is attached as `catalog` where tables may have to be taken from it
    again. `is_fresh` is a candidate that began as nothing.
    """

    states: Mapping[str, NodeState] = field(default_factory=dict)
    catalog: str | None = None
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One run of a model: from what it goes on, and by which code and inputs."""

    base: NodeState | None
    is_anew: bool
    inputs: str | None = None

    @property
    def before(self) -> str:
        """What the step goes on from: a version of the table, or nothing."""
        if self.is_anew or self.base is None:
            return ANEW
        return (self.base.fingerprint or "").partition(":")[0]


class Steps:
    """The steps of one run; `ground` is None in place: each run adds."""

    def __init__(
        self, compiler: Compiler, states: NodeStates, ground: Ground | None
    ) -> None:
        self._compiler = compiler
        self._states = states
        self._ground = ground

    @property
    def are_kept(self) -> bool:
        """Whether there are releases to go on from."""
        return self._ground is not None

    def next(self, node: Node) -> Step:
        """Return the step that is to be done now."""
        ground = self._ground or Ground()
        published = base = ground.states.get(node.unique_id)
        if base is not None and (
            base.relation_name != str(node.relation) or base.materialized == "view"
        ):
            base = None
        state = self._states.get(node.unique_id)
        is_anew = base is None or self._compiler.refreshes(node)
        if node.config.get("full_refresh") is not False and not is_anew:
            begun = state if state != published else None
            is_anew = ground.is_fresh or (begun is not None and begun.before == ANEW)
        return Step(base, is_anew)

    def is_done(self, node: Node, step: Step) -> bool:
        """Whether this candidate has done the step."""
        state = self._states.get(node.unique_id)
        return (
            state is not None
            and step.inputs is not None
            and (state.before, state.inputs) == (step.before, step.inputs)
        )

    def prepare(self, engine: Engine, node: Node, step: Step) -> None:
        """Bring the table to where the step begins, if something went on from there."""
        if self._ground is None or node.relation is None:
            return
        state = self._states.get(node.unique_id)
        if state is not None and state == self._ground.states.get(node.unique_id):
            return
        self._states.forget(node.unique_id)
        with engine.transaction():
            engine.drop(node.relation)
            if not step.is_anew:
                self._bring_back(engine, node)
        if step.base is not None and not step.is_anew:
            self._states.record(node.unique_id, step.base)

    def _bring_back(self, engine: Engine, node: Node) -> None:
        """Copy the published table, with its constraints."""
        catalog = self._ground.catalog if self._ground else None
        if catalog is None or node.relation is None:
            raise ExecutionError(
                f"the published rows of {node.name} cannot be read",
                location=node.file.location(),
                hint="say --full-refresh to build it from nothing",
            )
        old = node.relation.replace_path(database=catalog).include(database=True)
        engine.execute(engine.definition(old))
        engine.execute(f"insert into {node.relation} from {old}")

    def fingerprint(
        self, compiled: Compiled, step: Step, *, is_same: bool
    ) -> Fingerprint:
        """Return what tells one state of the table from another.

        A run that changed nothing leaves it as it was, so that nothing downstream runs.
        """
        base = step.before if is_same and not step.is_anew else ""
        invocation = self._compiler.templates.invocation
        content = base or f"{invocation.invocation_id}.{compiled.node.name}"
        return content_fingerprint(compiled, content)

    def state(
        self, node: Node, step: Step, own: Fingerprint, rows: int | None
    ) -> NodeState:
        """Return the state to record; the old one where the run changed nothing."""
        relation, code = str(node.relation), incremental_code(node)
        if step.base is not None and own.data == step.before:
            before, inputs = step.base.before, step.base.inputs
        else:
            before, inputs = step.before, step.inputs
        return NodeState(
            node.resource_type,
            node.materialized,
            str(own),
            relation,
            rows,
            before=before,
            inputs=inputs,
            code=code,
        )

    def is_current(self, node: Node, state: NodeState) -> bool:
        """Whether a model that is not part of the run was built by today's code."""
        return state.code == incremental_code(node)
