"""From files to a manifest."""

from collections.abc import Callable, Iterable
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.jinja.templates import Templates
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.data_tests import test_entries
from warehouse.manifest.link import link
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node, Source
from warehouse.manifest.problems import Problems
from warehouse.manifest.properties import columns, read_properties
from warehouse.manifest.sources import read_source
from warehouse.manifest.test_nodes import test_node
from warehouse.manifest.trees import unused_folders
from warehouse.manifest.unit_tests import read_unit_test
from warehouse.project.config import unknown_key
from warehouse.project.files import SourceFile
from warehouse.project.package import Package
from warehouse.project.seeds import SeedFile
from warehouse.project.yaml import Block


def parse(
    packages: Iterable[Package],
    templates: Templates,
    warn: Callable[[str], None],
    *,
    strict: bool,
) -> Manifest:
    """Read the packages, the project first, into a manifest.

    Raises the one error found, or CompileErrors with all of them. What dbt passes over
    (unknown keys, properties of nothing) is an error when `strict`, else a warning.
    """
    problems = Problems(warn, strict=strict)
    parser = _Parser(NodeBuilder(tuple(packages), templates, problems), problems)
    with templates.library.environment.parsing():
        for package in parser.builder.packages:
            parser.read(package)
        project = parser.builder.project
        for error in unused_folders(project.config, parser.nodes, parser.sources):
            problems.doubt(error)
        problems.raise_errors()
        return link(project.name, parser.nodes, parser.sources, parser.builder)


class _Parser:
    """The nodes and sources read so far."""

    def __init__(self, builder: NodeBuilder, problems: Problems) -> None:
        self.builder = builder
        self.problems = problems
        self.nodes: dict[str, Node] = {}
        self.sources: dict[str, Source] = {}

    def read(self, package: Package) -> None:
        """Read one package: its nodes, each with the tests that YAML declares."""
        for key, location in package.config.unknown_keys:
            message = f"unknown key `{key}` in dbt_project.yml"
            self.problems.doubt(
                ConfigError(message, location=location, hint=unknown_key(key))
            )
        properties = read_properties(package, self.problems)
        for resource_type, file in _files(package):
            block = properties.nodes.pop((resource_type, file.stem), None)
            with self.problems.collect():
                self._read_node(package, resource_type, file, block)
        for (resource_type, name), block in properties.nodes.items():
            message = f'properties of a {resource_type} "{name}" that does not exist'
            known = [n.name for n in self.nodes.values() if n.package == package.name]
            hint = nearest(name, known)
            self.problems.doubt(block.error(message, "name", hint=hint))
        for source, table in properties.sources:
            with self.problems.collect():
                self._read_source(package, source, table)
        for block in properties.unit_tests:
            with self.problems.collect():
                self._read_unit_test(package, block)

    def _read_unit_test(self, package: Package, block: Block) -> None:
        found = read_unit_test(self.builder, package, block)
        if found.unique_id in self.nodes:
            raise block.error(f'the unit test "{found.name}" stands twice', "name")
        self.nodes[found.unique_id] = found

    def _read_node(
        self,
        package: Package,
        resource_type: str,
        file: SourceFile | SeedFile,
        block: Block | None,
    ) -> None:
        unique_id = f"{resource_type}.{package.name}.{file.stem}"
        if unique_id in self.nodes:
            raise ConfigError(
                f'two files define the {resource_type} "{file.stem}"; '
                f"the other is {self.nodes[unique_id].file.path}",
                location=Location(file.path),
            )
        described = self._columns(block)
        seed = file if isinstance(file, SeedFile) else None
        source = file if isinstance(file, SourceFile) else seed_source(file)
        node = Node(
            unique_id=unique_id,
            resource_type=resource_type,
            name=file.stem,
            package=package.name,
            fqn=(package.name, *file.folders, file.stem),
            file=source,
            config={},
            description=self._description(block),
            columns={name: info for name, (info, _) in described.items()},
            properties=block.location("name") if block else None,
            seed=seed,
        )
        config = self.builder.properties_config(block, resource_type) if block else {}
        self.nodes[unique_id] = node = self.builder.build(node, config)
        expression = f"ref('{package.name}', '{node.name}')"
        self._read_tests(node, expression, block, described)

    def _read_source(self, package: Package, source: Block, table: Block) -> None:
        described = self._columns(table)
        infos = {name: info for name, (info, _) in described.items()}
        with table.located("name"):
            found = read_source(self.builder, package, (source, table), infos)
        if found.unique_id in self.sources:
            message = f'the source "{found.source_name}.{found.name}" stands twice'
            raise table.error(message, "name")
        self.sources[found.unique_id] = found
        expression = f"source('{found.source_name}', '{found.name}')"
        self._read_tests(found, expression, table, described)

    def _columns(self, block: Block | None) -> dict[str, Any]:
        if block is None:
            return {}
        return columns(block, self.builder.describe, self.problems)

    def _description(self, block: Block | None) -> str:
        if block is None:
            return ""
        with block.located("description"):
            return self.builder.describe(block.get("description"))

    def _read_tests(
        self,
        tested: Node | Source,
        expression: str,
        block: Block | None,
        described: dict[str, Any],
    ) -> None:
        """Read the tests of a node or source and of its columns."""
        blocks: list[tuple[str | None, Block]] = [(None, block)] if block else []
        blocks += [(info.in_sql, column) for info, column in described.values()]
        if not tested.config.get("enabled", True):
            return
        for column, place in blocks:
            with self.problems.collect():
                for entry in test_entries(place, tested, column):
                    with self.problems.collect():
                        found = test_node(self.builder, tested, expression, entry)
                        self.nodes[found.unique_id] = found


def seed_source(file: SeedFile) -> SourceFile:
    """Return a seed's file as a source without its text, which may be large."""
    return SourceFile(file.path, file.relative, "", file.checksum)


def _files(package: Package) -> Iterable[tuple[str, SourceFile | SeedFile]]:
    yield from (("seed", file) for file in package.seeds)
    yield from (("model", file) for file in package.models)
    yield from (("analysis", file) for file in package.analyses)
    yield from (("test", file) for file in package.tests)
