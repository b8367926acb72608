"""`run-operation`: calling one macro."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from warehouse.api.compiling import reader
from warehouse.api.opening import setup_for
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, UsageError, WarehouseError, nearest
from warehouse.jinja.faults import located
from warehouse.jinja.macros import Macro
from warehouse.manifest.artefact import macro_dict
from warehouse.project.files import replace_text
from warehouse.release.runs import RESULTS_FILE
from warehouse.run.artefact import run_results_text
from warehouse.run.results import NodeResult, RunResult, Status


def run_operation(
    project: Workspace, name: str, arguments: Mapping[str, Any]
) -> BuildResult:
    """Call a macro with arguments; write run_results.json.

    With a home it reads the current release. Raises UsageError with the nearest name
    for an unknown one, and any fault of the project. What the macro itself does wrong
    is in the result.
    """
    macro = _macro(project, name)
    started_at, clock = datetime.now(UTC), perf_counter()
    error: WarehouseError | None = None
    try:
        _call(project, macro, arguments)
    except WarehouseError as found:
        error = found
    result = NodeResult(
        unique_id=macro.unique_id,
        resource_type="operation",
        name=macro.name,
        status=Status.ERROR if error else Status.SUCCESS,
        started_at=started_at,
        seconds=perf_counter() - clock,
        message=str(error) if error else None,
        failures=int(error is not None),
    )
    run = RunResult((result,), started_at, perf_counter() - clock)
    said = {"macro": name, "args": dict(arguments)}
    text = run_results_text(run, project.invocation, said)
    folder = project.root / project.config.target_path
    replace_text(folder / RESULTS_FILE, text)
    return BuildResult(run, error=error)


def _macro(project: Workspace, name: str) -> Macro:
    """Find a macro as dbt does: the project's, then a package's, then a built-in."""
    library = project.templates.library
    package, _, plain = name.rpartition(".")
    searched = (
        [package] if package else [project.config.name, *reversed(library.packages)]
    )
    for candidate in searched:
        found = library.packages.get(candidate, {}).get(plain)
        if found is not None:
            return found
    known = {macro.name for macro in library}
    known |= {f"{macro.package}.{macro.name}" for macro in library}
    raise UsageError(f'no macro "{name}"', hint=nearest(name, known))


def _call(project: Workspace, macro: Macro, arguments: Mapping[str, Any]) -> None:
    from warehouse.compiler.names import NodeNames  # noqa: PLC0415 - sqlglot: if asked

    outside = NodeNames(project.manifest).outside(macro.package)
    names = {**outside, "model": macro_dict(macro)}
    with _database(project) as engine:
        scope = project.templates.scope(macro.package, names, lambda: engine)
        with located(macro.template.file):
            scope.bind(macro)(**arguments)


@contextmanager
def _database(project: Workspace) -> Iterator[Engine]:
    """Open the file in place to write, or the current release to read."""
    if project.home is not None:
        with reader(project) as engine:
            yield engine
        return
    path = project.target.path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = DuckDB.open(path, setup=setup_for(project))
    except EngineError as error:
        raise ExecutionError(error.message) from error
    try:
        yield engine
    finally:
        engine.close()
