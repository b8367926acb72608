"""What a project runs around its nodes: the hooks of on-run-start and on-run-end."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, Location, WarehouseError
from warehouse.manifest.artefact import node_dict
from warehouse.manifest.nodes import Node
from warehouse.project.config import PROJECT_FILE
from warehouse.project.files import SourceFile, text_checksum
from warehouse.project.package import Package
from warehouse.run.faults import hint
from warehouse.run.results import NodeResult, Status


@dataclass(slots=True)
class Operations:
    """The hooks of a run; `results` are of those that have run."""

    compiler: Compiler
    packages: Iterable[Package]
    engine: Engine
    results: list[NodeResult] = field(default_factory=list)

    def run(self, event: str, values: Mapping[str, Any] | None = None) -> None:
        """Render and run the hooks of every package for an event, in their order.

        `values` are further names for the hooks. Raises CompileError or ExecutionError
        naming the hook, whose result is kept as well.
        """
        for package in self.packages:
            for number, node in enumerate(_operations(package, event), start=1):
                result = _result(node, event, number)
                clock = perf_counter()
                try:
                    sql = self._run(node, f"{event} {number}", values or {})
                except WarehouseError as error:
                    result = replace(
                        result,
                        status=Status.ERROR,
                        message=f"{package.name}.{event}.{number - 1} failed, error:\n"
                        f" {error.message}",
                        failures=1,
                    )
                    raise
                else:
                    result = replace(result, compiled_code=sql)
                finally:
                    took = perf_counter() - clock
                    self.results.append(replace(result, seconds=took))

    def _run(self, node: Node, called: str, values: Mapping[str, Any]) -> str:
        templates, engine = self.compiler.templates, self.engine
        target = templates.invocation.target
        names = {
            **self.compiler.names.outside(node.package),
            "model": {
                **node_dict(node),
                "database": target.database,
                "schema": target.schema,
            },
            "this": None,
            **values,
        }
        scope = templates.scope(node.package, names, lambda: engine)
        sql = templates.text(node.file.text, scope, f"{PROJECT_FILE} ({called})")
        try:
            if sql.strip():
                engine.execute(sql)
        except EngineError as error:
            raise ExecutionError(
                f"{called.replace(' ', ' hook ')}: {error.message}",
                location=Location(PROJECT_FILE),
                hint=hint(error, sql),
            ) from error
        return sql


def _operations(package: Package, event: str) -> Iterator[Node]:
    """Yield a package's hooks for an event as nodes, as templates see them."""
    for index, hook in enumerate(package.config.hooks[event]):
        name = f"{package.name}-{event}-{index}"
        place = f"hooks/{name}.sql"
        yield Node(
            unique_id=f"operation.{package.name}.{name}",
            resource_type="operation",
            name=name,
            package=package.name,
            fqn=(package.name, "hooks", name),
            file=SourceFile(f"./{PROJECT_FILE}", place, hook, text_checksum(hook)),
            config={"enabled": True, "materialized": "view", "tags": [event]},
        )


def _result(node: Node, event: str, number: int) -> NodeResult:
    return NodeResult(
        unique_id=node.unique_id,
        resource_type=node.resource_type,
        name=node.name,
        status=Status.SUCCESS,
        started_at=datetime.now(UTC),
        seconds=0.0,
        message=f"{node.package}.{event}.{number - 1} passed",
        failures=0,
    )
