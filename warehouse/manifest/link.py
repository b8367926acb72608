"""From names to edges: each reference finds its node, and the graph is checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from warehouse.errors import CompileError, WarehouseError, nearest
from warehouse.jinja.relation import Relation
from warehouse.manifest.access import check_access
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.deprecation import warn_of_deprecation
from warehouse.manifest.graph import CycleError, Graph
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Group, Node, Ref, Source, UnitTest
from warehouse.manifest.recorder import Recorder
from warehouse.manifest.unit_tests import of_versions

REFERABLE = ("model", "seed", "snapshot")


@dataclass(frozen=True, slots=True)
class Found:
    """What reading the files has found.

    `unread` are the names of what may stand in those that could not be read.
    """

    nodes: Mapping[str, Node]
    sources: Mapping[str, Source]
    groups: Mapping[str, Group]
    unread: set[str]


def link(project: str, found: Found, builder: NodeBuilder) -> Manifest:
    """Resolve every reference and return the manifest.

    Raises CompileError for a reference to nothing or to what is disabled, for two nodes
    in one place, and for a cycle, as a path with files.
    """
    nodes, sources = of_versions(found.nodes), found.sources
    enabled = {k: n for k, n in nodes.items() if n.config.get("enabled", True)}
    off = [node for unique_id, node in nodes.items() if unique_id not in enabled]
    linker = _Linker(project, enabled, sources, builder)
    linker.disabled = {node.name: node for node in off if _is_referable(node)}
    linker.unread = found.unread
    linked = {
        unique_id: node
        for unique_id, wanted in enabled.items()
        if (node := linker.linked(wanted)) is not None
    }
    certain = {
        unique_id: node
        for unique_id, node in linked.items()
        if not {node.name, node.group} & found.unread
    }
    check_access(certain, found.groups, builder, linker.refused)
    warn_of_deprecation(linked, builder)
    builder.problems.raise_errors()
    _check_places(linked)
    upstream = {unique_id: node.depends_on for unique_id, node in linked.items()}
    graph = Graph({**dict.fromkeys(sources, ()), **upstream})
    try:
        order = tuple(graph.order())
    except CycleError as error:
        raise _cycle(error, linked) from error
    disabled = {k: n for k, n in nodes.items() if k not in linked}
    macros = {macro.unique_id: macro for macro in builder.templates.library}
    return Manifest(
        project, linked, sources, graph, order, disabled, found.groups, macros
    )


class _Linker:
    """Finds nodes by the names that references use."""

    def __init__(
        self,
        project: str,
        nodes: Mapping[str, Node],
        sources: Mapping[str, Source],
        builder: NodeBuilder,
    ) -> None:
        self.project = project
        self.builder = builder
        self.disabled: Mapping[str, Node] = {}
        self.unread: set[str] = set()
        self.is_whole = not builder.problems.errors
        self.by_name = names_of(nodes)
        self._declared = {
            (node.resource_type, node.name): node.unique_id
            for node in nodes.values()
            if node.declared is not None
        }
        self._declared |= {
            ("measure", measure): node.unique_id
            for node in nodes.values()
            if node.declared is not None
            for measure in node.declared.measures
        }
        self.sources = {
            (source.package, source.source_name, source.name): source.unique_id
            for source in sources.values()
        }

    def linked(self, node: Node) -> Node | None:
        """Return the node with the ids of all that it reads.

        None for a test of what is not there. As in dbt such a test is left out: in
        silence when its model is disabled, else with a warning.
        """
        is_test, problems = node.resource_type == "test", self.builder.problems
        found: list[str] = []
        is_whole = True
        asked: list[Ref | tuple[str, str]] = [*node.sources, *node.refs]
        for wanted in asked:
            try:
                if isinstance(wanted, Ref):
                    found.append(self.find(node, wanted))
                else:
                    found.append(self.find_source(node, wanted))
            except WarehouseError as error:
                is_whole = False
                is_off = isinstance(wanted, Ref) and wanted.name in self.disabled
                if (node.unit is not None and is_off) or self._is_excused(wanted):
                    continue
                if not is_test:
                    problems.errors.append(error)
                elif not (isinstance(wanted, Ref) and wanted.name in self.disabled):
                    problems.doubt(error)
        found += self._needs(node)
        if node.is_test and not is_whole:
            return None
        linked = node.replaced(depends_on=tuple(dict.fromkeys(found)))
        return linked if node.unit is None else self._with_inputs(linked, node.unit)

    def _is_excused(self, wanted: Ref | tuple[str, str] | str | None) -> bool:
        """Tell whether what is not found may stand in a file that could not be read."""
        if isinstance(wanted, Ref):
            return wanted.name in self.unread
        return not self.is_whole

    def _needs(self, node: Node) -> Iterator[str]:
        """Yield the ids of the metrics and measures that a declared node rests on."""
        for kind, name in node.declared.needs if node.declared is not None else ():
            if (kind, name) in self._declared:
                yield self._declared[kind, name]
                continue
            if not self.is_whole:
                continue
            known = [other for found, other in self._declared if found == kind]
            self.builder.problems.errors.append(
                CompileError(
                    f'no {kind} "{name}"',
                    location=node.properties,
                    hint=nearest(name, known),
                )
            )

    def _with_inputs(self, node: Node, unit: UnitTest) -> Node:
        """Find what a unit test gives rows for."""
        inputs = []
        for fixture in unit.given:
            wanted = fixture.given
            try:
                if isinstance(wanted, Ref):
                    inputs.append(self.find(node, wanted))
                elif isinstance(wanted, tuple):
                    inputs.append(self.find_source(node, wanted))
                else:
                    inputs.append(node.depends_on[0])
            except WarehouseError as error:
                error.location = fixture.location
                if not self._is_excused(wanted):
                    self.builder.problems.errors.append(error)
        return replace(node, unit=replace(unit, inputs=tuple(inputs)))

    def find(self, node: Node, ref: Ref) -> str:
        """Return the id of the node that a reference means."""
        found = resolve(self.by_name, ref, node.package, self.project)
        if found is not None:
            return found
        names = [name for _, name in self.by_name]
        versions = sorted(n for n in names if n.startswith(f"{ref.name}.v"))
        if ref.version is not None and versions:
            message = f'the model "{ref.name}" has no version {ref.version}'
            known = ", ".join(name.rpartition(".v")[2] for name in versions)
            raise self._located(node, ref, message, f"versions: {known}")
        off = self.disabled.get(ref.name)
        if off is not None:
            message = f'the {off.resource_type} "{off.name}" is disabled'
            raise self._located(node, ref, message, f"enable it: {off.file.path}")
        message = f'no model or seed "{ref.name}"'
        if ref.package:
            message += f' in package "{ref.package}"'
        raise self._located(node, ref, message, nearest(ref.name, names))

    def find_source(self, node: Node, pair: tuple[str, str]) -> str:
        """Return the id of the source that a reference means."""
        for package in (node.package, self.project):
            if (package, *pair) in self.sources:
                return self.sources[package, *pair]
        for (_, *names), unique_id in self.sources.items():
            if tuple(names) == pair:
                return unique_id
        known = [f"{source}.{table}" for _, source, table in self.sources]
        wanted = ".".join(pair)
        message = f'no source "{wanted}"'
        raise self._located(node, pair, message, nearest(wanted, known))

    def refused(
        self, node: Node, unique_id: str, message: str, hint: str
    ) -> WarehouseError:
        """Return the error for a reference that is not allowed, where it stands."""
        for ref in node.refs:
            if self.find(node, ref) == unique_id:
                return self._located(node, ref, message, hint)
        return CompileError(message, location=node.properties, hint=hint)

    def _located(
        self, node: Node, wanted: Ref | tuple[str, str], message: str, hint: str | None
    ) -> WarehouseError:
        """Render the file once more, to fail where the reference stands."""

        def fail(asked: Ref | tuple[str, str]) -> None:
            if asked == wanted:
                raise CompileError(message, hint=hint)

        recorder = Recorder(Relation(None, None, node.name), fails=fail)
        try:
            self.builder.render_with(node, recorder)
        except WarehouseError as error:
            if node.test is not None:
                error.location = node.properties
            return error
        place = node.file.location() if node.is_compiled else node.properties
        return CompileError(message, location=place, hint=hint)


def _is_referable(node: Node) -> bool:
    return node.resource_type in REFERABLE


def names_of(nodes: Mapping[str, Node]) -> dict[tuple[str, str], str]:
    """Return ids by package and by the names that a reference may use.

    A version goes by `name.v1`, the latest by the plain name too.
    """
    found: dict[tuple[str, str], str] = {}
    for node in filter(_is_referable, nodes.values()):
        if node.version is not None:
            found[node.package, f"{node.name}.{node.version.name}"] = node.unique_id
        if node.version is None or node.version.is_latest:
            found[node.package, node.name] = node.unique_id
    return found


def resolve(
    by_name: Mapping[tuple[str, str], str], ref: Ref, package: str, project: str
) -> str | None:
    """Find a node by reference: in the named package, else own, project, any."""
    name = ref.name if ref.version is None else f"{ref.name}.v{ref.version}"
    if ref.package is not None:
        return by_name.get((ref.package, name))
    for candidate in (package, project):
        if (candidate, name) in by_name:
            return by_name[candidate, name]
    found = [by_name[key] for key in sorted(by_name) if key[1] == name]
    return found[0] if found else None


def _check_places(nodes: Mapping[str, Node]) -> None:
    """Refuse two nodes that would be built into the same relation."""
    places: dict[tuple[str, str, str], Node] = {}
    for node in nodes.values():
        if node.relation is None or node.is_ephemeral or node.is_test:
            continue
        first = places.setdefault(node.relation.key, node)
        if first is not node:
            raise CompileError(
                f"{node.unique_id} and {first.unique_id} both build {node.relation}",
                location=node.file.location(),
                hint="give one of them another alias or schema",
            )


def _cycle(error: CycleError, nodes: Mapping[str, Node]) -> CompileError:
    path = [nodes[unique_id] for unique_id in error.path]
    return CompileError(
        f"the models read each other in a circle: {path[0].name} reads "
        + ", which reads ".join(node.name for node in path[1:]),
        location=path[0].file.location(),
        stack=[f"{node.file.path}" for node in path[1:-1]],
    )
