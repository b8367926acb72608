"""Runs a Python model's function; its faults are told at the file's own line."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType, TracebackType
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, Location, WarehouseError
from warehouse.manifest.nodes import Node, Ref
from warehouse.manifest.python_models import (
    model_function,
    python_tree,
    return_lines,
)
from warehouse.manifest.recorder import read_ref
from warehouse.run.faults import hint
from warehouse.run.materializations.incremental import is_anew

_FRAMES = (
    "return a relation of the session, a table or reader of pyarrow, or a frame of "
    "pandas or polars"
)


_NO_TABLE = re.compile(r"Table with name (\w+) does not exist")


def call_model(session: Engine, compiler: Compiler, node: Node) -> Any:
    """Run a Python model's function; return the relation or frame that it returns.

    `session` is lent to the function. Raises ExecutionError for whatever goes wrong.
    """
    file = node.file
    module = ModuleType(f"warehouse_model_{node.name}")
    module.__file__ = file.path
    _extend_path(compiler)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(file.text, file.path, "exec"), module.__dict__)  # noqa: S102 - the user's own model
        return module.model(_Dbt(session, compiler, node), session.raw)
    except (Exception, SystemExit) as error:
        refused = session.refusal(error)
        raise _fault(refused or error, error.__traceback__, node) from error
    finally:
        del sys.modules[module.__name__]


@contextmanager
def told_at_return(node: Node) -> Iterator[None]:
    """Tell a fault of the returned relation or frame where the function returns it."""
    try:
        yield
    except EngineError as error:
        function = model_function(node.file, python_tree(node.file))
        line = max(return_lines(function), default=function.lineno)
        advice = _FRAMES if error.kind == "frame" else hint(error, "")
        raise ExecutionError(
            error.message, location=node.file.location(line), hint=advice
        ) from error


def _extend_path(compiler: Compiler) -> None:
    """Let models import from the profile's `module_paths`, as dbt-duckdb does."""
    target = compiler.templates.invocation.target
    for path in target.output.get("module_paths") or ():
        folder = str(target.root / path)
        if folder not in sys.path:
            sys.path.append(folder)


def _fault(
    error: BaseException, traceback: TracebackType | None, node: Node
) -> ExecutionError:
    """Return the error at the innermost line of the model's own file."""
    frames = list(_own_frames(traceback, node.file.path))
    match error:
        case WarehouseError():
            text, advice = error.message, error.hint
        case EngineError():
            variable = _variable(error.message, frames)
            text, advice = error.message, variable or hint(error, "")
        case _:
            text, advice = f"{type(error).__name__}: {error}".rstrip(": "), None
    places = [_place(frame, instruction, node) for frame, instruction in frames]
    *outer, innermost = places or [node.file.location()]
    stack = [
        f"{place} ({frame.f_code.co_name})"
        for place, (frame, _) in reversed(list(zip(outer, frames, strict=False)))
        if frame.f_code.co_name != "<module>"
    ]
    return ExecutionError(text, location=innermost, hint=advice, stack=stack)


def _variable(message: str, frames: list[tuple[FrameType, int]]) -> str | None:
    """Say how a closed session reads a Python variable, if SQL named one."""
    named = _NO_TABLE.search(message)
    if named is None or not frames or named[1] not in frames[-1][0].f_locals:
        return None
    name = named[1]
    return f'the session does not see variables: session.register("{name}", {name})'


def _own_frames(
    traceback: TracebackType | None, path: str
) -> Iterator[tuple[FrameType, int]]:
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            yield traceback.tb_frame, traceback.tb_lasti
        traceback = traceback.tb_next


def _place(frame: FrameType, instruction: int, node: Node) -> Location:
    positions = list(frame.f_code.co_positions())
    line, _, column, _ = positions[instruction // 2]
    return node.file.location(line, None if column is None else column + 1)


class _Dbt:
    """`dbt` in a Python model."""

    def __init__(self, session: Engine, compiler: Compiler, node: Node) -> None:
        names = compiler.names.of(node, lambda: session)
        self._session = session
        self._compiler = compiler
        self._node = node
        self._names = names
        self.config = _Config(names["config"])
        self.this = node.relation
        self.is_incremental = node.materialized == "incremental" and not is_anew(
            session, compiler, node
        )

    def ref(self, *names: str, version: Any = None, v: Any = None) -> Any:
        """Return another node's rows as a relation of the session."""
        version = v if version is None else version
        relation = self._names["ref"](*names, version=version)
        sql = f"select * from {relation}"
        if relation.is_cte:
            sql = self._ephemeral(read_ref(*names, version=version))
        return self._session.raw.query(sql)

    def source(self, *names: str) -> Any:
        """Return a source's rows as a relation of the session."""
        return self._session.raw.query(f"select * from {self._names['source'](*names)}")

    def _ephemeral(self, ref: Ref) -> str:
        """Return the query of an ephemeral model, which stands nowhere else."""
        found = self._compiler.names.resolve(self._node, ref)
        node = self._compiler.manifest.nodes[found or ""]
        return self._compiler.compile(node, lambda: self._session).sql


class _Config:
    """`dbt.config`: writes nothing, was read when the file was parsed."""

    def __init__(self, config: Any) -> None:
        self._config = config

    def __call__(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a config value, or `default`."""
        return self._config.get(name, default)

    def meta_get(self, name: str, default: Any = None) -> Any:
        """Return a value of `meta`, or `default`."""
        return self._config.meta_get(name, default)
