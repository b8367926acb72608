"""From files to a manifest."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.jinja.templates import Templates
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.constraints import constrained, with_targets
from warehouse.manifest.data_tests import test_entries
from warehouse.manifest.declared import read_declared
from warehouse.manifest.kept_nodes import KeptNodes
from warehouse.manifest.link import Found, link
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Group, Node, Source
from warehouse.manifest.problems import Problems
from warehouse.manifest.properties import Properties, columns, read_properties
from warehouse.manifest.snapshots import Place, check_snapshot, snapshots
from warehouse.manifest.sources import read_source
from warehouse.manifest.test_nodes import test_node
from warehouse.manifest.trees import unused_folders
from warehouse.manifest.unit_tests import read_unit_test
from warehouse.manifest.versions import Versioned, read_versions
from warehouse.project.config import unknown_key
from warehouse.project.files import SourceFile, text_checksum
from warehouse.project.package import Package
from warehouse.project.seeds import SeedFile, seed_source
from warehouse.project.yaml import Block


def parse(
    packages: Iterable[Package],
    templates: Templates,
    warn: Callable[[str], None],
    *,
    strict: bool,
    kept: KeptNodes | None = None,
) -> Manifest:
    """Read the packages, the project first, into a manifest.

    `kept` are nodes of an earlier command, of which all but their files is the same.

    Raises the one error found, or CompileErrors with all of them: a file that cannot be
    read does not hide what is wrong with the references of the others. What dbt passes
    over (unknown keys, properties of nothing) is an error when `strict`, else a
    warning.
    """
    problems = Problems(warn, strict=strict)
    builder = NodeBuilder(tuple(packages), templates, problems)
    parser = _Parser(builder, problems, kept or KeptNodes())
    with templates.library.environment.parsing():
        for package in parser.builder.packages:
            parser.read(package)
        project = parser.builder.project
        if not parser.unread:
            for error in unused_folders(project.config, parser.nodes, parser.sources):
                problems.doubt(error)
        found = Found(parser.nodes, parser.sources, parser.groups, parser.unread)
        return link(project.name, found, parser.builder)


# Whose nodes depend on their file, its properties and what all share.
KEPT = ("model", "seed", "test", "analysis")


class _Parser:
    """The nodes and sources read so far."""

    def __init__(
        self, builder: NodeBuilder, problems: Problems, kept: KeptNodes
    ) -> None:
        self.builder = builder
        self.kept = kept
        self.problems = problems
        self.nodes: dict[str, Node] = {}
        self.sources: dict[str, Source] = {}
        self.groups: dict[str, Group] = {}
        self.unread: set[str] = set()

    def read(self, package: Package) -> None:
        """Read one package: its nodes, each with the tests that YAML declares."""
        for unknown, location in package.config.unknown_keys:
            message = f"unknown key `{unknown}` in dbt_project.yml"
            self.problems.doubt(
                ConfigError(message, location=location, hint=unknown_key(unknown))
            )
        self.problems.errors.extend(package.faults)
        self.unread |= package.unread
        properties = read_properties(package, self.problems)
        for group in properties.groups:
            with self.problems.collect(group.data["name"], self.unread):
                self._read_group(package, group)
        versions = self._versions(package, properties)
        for resource_type, file in _files(package):
            place = Place(file.stem, file.folders)
            versioned = versions.get(file.stem) if resource_type == "model" else None
            self._read_file(
                package, properties, (resource_type, file, place), versioned
            )
        with self.problems.collect():
            for place, part in snapshots(package, properties, self.problems):
                self._read_file(package, properties, ("snapshot", part, place))
        self._read_rest(package, properties)

    def _read_file(
        self,
        package: Package,
        properties: Properties,
        found: "_Found",
        versioned: Versioned | None = None,
    ) -> None:
        """Read a node that stands in a file, with the properties of its name."""
        resource_type, file, place = found
        block = properties.nodes.pop((resource_type, place.name), None)
        if resource_type not in KEPT or versioned:
            with self.problems.collect(place.name, self.unread):
                self._read_node(package, found, versioned or block)
            return
        key = KeptNodes.key(package.name, resource_type, file, block)
        reading = self.builder.templates.invocation.reading
        nodes = self.kept.get(key, file, reading)
        if nodes and nodes[0].unique_id not in self.nodes:
            self.nodes.update((node.unique_id, node) for node in nodes)
            return
        known, faults = len(self.nodes), len(self.problems.errors)
        with reading.alone() as read, self.problems.collect(place.name, self.unread):
            self._read_node(package, found, block)
        new = list(islice(reversed(self.nodes.values()), len(self.nodes) - known))
        if new and not read.varying and faults == len(self.problems.errors):
            self.kept.put(key, new[::-1], read.variables)

    def _read_rest(self, package: Package, properties: Properties) -> None:
        """Read what YAML alone defines; what is left of the rest describes nothing."""
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
                self._add(read_unit_test(self.builder, package, block), block)
        for kind, block in properties.declared:
            with self.problems.collect():
                for node in read_declared(self.builder, package, kind, block):
                    self._add(node, block)

    def _add(self, node: Node, block: Block) -> None:
        """Keep a node that YAML alone defines."""
        if node.unique_id in self.nodes:
            kind = node.resource_type.replace("_", " ")
            raise block.error(f'the {kind} "{node.name}" stands twice', "name")
        self.nodes[node.unique_id] = node

    def _read_group(self, package: Package, block: Block) -> None:
        name, owner = block.data["name"], block.get("owner")
        if not isinstance(owner, dict):
            raise block.error(f'the group "{name}" has no `owner`', "name")
        if name in self.groups:
            raise block.error(f'the group "{name}" stands twice', "name")
        self.groups[name] = Group(name, package.name, owner, block.location("name"))

    def _versions(
        self, package: Package, properties: Properties
    ) -> dict[str, Versioned]:
        """Take the models with versions out of the properties, by file."""
        stems = {file.stem: file for file in package.models}
        found: dict[str, Versioned] = {}
        for key, block in list(properties.nodes.items()):
            if key[0] == "model" and block.get("versions"):
                del properties.nodes[key]
                with self.problems.collect(key[1], self.unread):
                    found |= read_versions(block, stems)
        return found

    def _read_node(
        self,
        package: Package,
        found: "_Found",
        described_by: Versioned | Block | None,
    ) -> None:
        resource_type, file, place = found
        version = None
        name, steps = place.name, [place.name]
        block = described_by if isinstance(described_by, Block) else None
        if isinstance(described_by, Versioned):
            block, version = described_by.block, described_by.version
            name, steps = described_by.name, [described_by.name, version.name]
        unique_id = ".".join((resource_type, package.name, *steps))
        if unique_id in self.nodes:
            raise ConfigError(
                f'two files define the {resource_type} "{place.name}"; '
                f"the other is {self.nodes[unique_id].file.path}",
                location=Location(file.path),
            )
        folders = place.folders  # of analyses dbt has one more
        if resource_type == "analysis":
            folders = ("analysis", *folders)
        described = self._columns(block)
        seed = file if isinstance(file, SeedFile) else None
        source = file if isinstance(file, SourceFile) else seed_source(file)
        node = Node(
            unique_id=unique_id,
            resource_type=resource_type,
            name=name,
            package=package.name,
            fqn=(package.name, *folders, *steps),
            file=source,
            config={},
            description=self._description(block),
            columns={name: info for name, (info, _) in described.items()},
            properties=block.location("name") if block else None,
            seed=seed,
            version=version,
            deprecation_date=_date(block.get("deprecation_date")) if block else None,
            time_spine=block.get("time_spine") if block else None,
        )
        config = self.builder.properties_config(block, resource_type) if block else {}
        if block is not None and resource_type == "model":
            with self.problems.collect():
                node = constrained(node, block)
        node = self.builder.build(node, config)
        if resource_type == "snapshot" and name not in package.unread:
            check_snapshot(node, self.builder.templates.library)
        self.nodes[unique_id] = node = with_targets(node)
        which = f", version='{version.v}'" if version is not None else ""
        # The project's own without a package, as in dbt: it may have a `ref` of its own
        # that takes no more than a name.
        is_own = package is self.builder.project
        of_whom = "" if is_own else f"'{package.name}', "
        expression = f"ref({of_whom}'{node.name}'{which})"
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

    def _add_test(self, test: Node) -> None:
        """Keep a test; dbt has no id for a second one that differs in config alone."""
        known = self.nodes.get(test.unique_id)
        if known is not None and known.config != test.config:
            suffix = text_checksum(repr(sorted(test.config.items())))[:10]
            test = replace(test, unique_id=f"{test.unique_id}_{suffix}")
        self.nodes[test.unique_id] = test

    def _columns(self, block: Block | None) -> dict[str, Any]:
        if block is None:
            return {}
        builder = self.builder
        return columns(block, builder.native, builder.describe, self.problems)

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
                        self._add_test(found)


_Found = tuple[str, SourceFile | SeedFile, Place]


def _date(value: Any) -> str | None:
    """Return a date as text; YAML reads one without quotes as a date."""
    return None if value is None else str(value)


def _files(package: Package) -> Iterable[tuple[str, SourceFile | SeedFile]]:
    yield from (("seed", file) for file in package.seeds)
    yield from (("model", file) for file in package.models)
    yield from (("analysis", file) for file in package.analyses)
    yield from (("test", file) for file in package.tests)
