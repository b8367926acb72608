"""The node of a generic test: a call of the test's macro with its arguments."""

from warehouse.errors import WarehouseError, nearest
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.config import normalized
from warehouse.manifest.data_tests import TestEntry, unique_suffix
from warehouse.manifest.nodes import Node, Source, TestInfo
from warehouse.manifest.test_metadata import test_metadata
from warehouse.project.files import SourceFile


def test_node(
    builder: NodeBuilder, tested: Node | Source, expression: str, entry: TestEntry
) -> Node:
    """Return the node for an entry under `data_tests:`.

    `expression` stands for what is tested: a call of `ref` or `source`. Raises
    WarehouseError pointing at the entry.
    """
    _check_exists(builder, entry)
    call = f"{entry.namespace}." if entry.namespace else ""
    text = f"{{{{ {call}test_{entry.name}(**_dbt_generic_test_kwargs) }}}}"
    place = entry.block.location()
    package = next(p for p in builder.packages if p.name == tested.package)
    folders = package.relative(place.file).split("/")[:-1]
    info = TestInfo(
        name=entry.name,
        namespace=entry.namespace,
        kwargs=entry.arguments,
        model=f"get_where_subquery({expression})",
        attached=tested.unique_id,
        column=entry.column,
    )
    suffix = unique_suffix(entry.full_name, test_metadata(info, tested.package))
    node = Node(
        unique_id=f"test.{tested.package}.{entry.full_name}.{suffix}",
        resource_type="test",
        name=entry.full_name,
        package=tested.package,
        fqn=(tested.package, *folders, entry.full_name),
        file=SourceFile(place.file, f"{entry.short_name}.sql", text, suffix),
        config={},
        description=entry.description,
        properties=place,
        test=info,
    )
    builder.check_keys("a test's config", entry.config, "test", entry.block)
    try:
        config = normalized(builder.native(entry.config))
        tags = {*_column_tags(tested, entry.column), *config.get("tags", ())}
        if tags:
            config["tags"] = sorted(tags)
        return builder.build(node, {"alias": entry.short_name, **config})
    except WarehouseError as error:
        error.location = place
        raise


def _column_tags(tested: Node | Source, column: str | None) -> tuple[str, ...]:
    """Return the tags of a tested column, which its tests share."""
    infos = tested.columns.values() if column else ()
    return next((info.tags for info in infos if info.in_sql == column), ())


test_node.__test__ = False  # type: ignore[attr-defined]  # pytest: no test


def _check_exists(builder: NodeBuilder, entry: TestEntry) -> None:
    """Refuse a test that no macro implements, naming the nearest."""
    library = builder.templates.library
    if entry.namespace is None:
        known = library.names
    else:
        known = frozenset(library.packages.get(entry.namespace, ()))
    if f"test_{entry.name}" in known:
        return
    tests = [name.removeprefix("test_") for name in known if name.startswith("test_")]
    hint = nearest(entry.name, tests) or f"tests: {', '.join(sorted(tests))}"
    if entry.namespace and entry.namespace not in library.packages:
        hint = f"the package {entry.namespace} is not installed"
    full = f"{entry.namespace}.{entry.name}" if entry.namespace else entry.name
    raise entry.block.error(f"no test `{full}`", hint=hint)
