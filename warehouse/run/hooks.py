"""`on-run-start` and `on-run-end`: what a project runs around its nodes."""

from collections.abc import Iterable

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, Location
from warehouse.jinja.templates import Templates
from warehouse.project.config import PROJECT_FILE
from warehouse.project.package import Package
from warehouse.run.faults import hint


def run_hooks(
    templates: Templates, packages: Iterable[Package], event: str, engine: Engine
) -> None:
    """Render and run the hooks of every package for an event, in their order.

    Raises CompileError or ExecutionError naming the hook.
    """
    for package in packages:
        for number, hook in enumerate(package.config.hooks[event], start=1):
            scope = templates.scope(package.name, {"execute": True}, lambda: engine)
            sql = templates.text(hook, scope, f"{PROJECT_FILE} ({event} {number})")
            try:
                if sql.strip():
                    engine.execute(sql)
            except EngineError as error:
                raise ExecutionError(
                    f"{event} hook {number}: {error.message}",
                    location=Location(PROJECT_FILE),
                    hint=hint(error, sql),
                ) from error
