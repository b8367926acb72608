"""Unit tests: rows given to a model, and the rows that it must make of them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

from warehouse.errors import WarehouseError, nearest
from warehouse.jinja.adapter import NoDatabase
from warehouse.jinja.relation import Relation
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.config import DEFAULTS, merge
from warehouse.manifest.config import tree_layers as levels
from warehouse.manifest.nodes import Fixture, Node, Ref, UnitTest
from warehouse.manifest.recorder import Recorder
from warehouse.project.files import SourceFile, text_checksum
from warehouse.project.package import Package
from warehouse.project.yaml import Block

FORMATS = ("dict", "csv", "sql")
THIS = "this"
_OVERRIDES = ("macros", "vars", "env_vars")


def read_unit_test(builder: NodeBuilder, package: Package, block: Block) -> Node:
    """Read one entry under `unit_tests:`.

    Its only reference is the tested model. Raises WarehouseError at the faulty value.
    """
    name, model = block.data["name"], block.get("model")
    if not isinstance(model, str) or not model.strip():
        raise block.error(f'the unit test "{name}" names no `model`', "name")
    place = block.location("name")
    relative = package.relative(place.file)
    folders = relative.split("/")[:-1]
    fqn = (package.name, *folders, model, name)
    trees = [builder.project.config.configs.get("unit_test", {})]
    layers = [layer for tree in trees for layer in levels(tree, fqn)]
    own = builder.properties_config(block, "unit_test")
    text = repr(block.data)
    model_name, _, version = model.strip().partition(" ")
    return Node(
        unique_id=f"unit_test.{package.name}.{model}.{name}",
        resource_type="unit_test",
        name=name,
        package=package.name,
        fqn=fqn,
        file=SourceFile(place.file, relative, "", text_checksum(text)),
        config=merge([DEFAULTS["unit_test"], *layers, own]),
        description=builder.describe(block.get("description")),
        properties=place,
        refs=(Ref(model_name, None, version.strip() or None),),
        unit=UnitTest(
            model=model,
            given=tuple(_given(builder, package, block)),
            expect=_fixture(package, _expected(block), None),
            overrides=_overrides(block),
            versions=block.get("versions"),
        ),
    )


def _expected(block: Block) -> Block:
    expected = block.get("expect")
    if not isinstance(expected, dict):
        raise block.error(f'the unit test "{block.data["name"]}" has no `expect`')
    return block.at("expect")


def _given(builder: NodeBuilder, package: Package, block: Block) -> Iterator[Fixture]:
    for item in block.items("given"):
        text = str(item.get("input") or "").strip()
        with item.located("input"):
            yield _fixture(package, item, _input(builder, package, text, item))


def _input(
    builder: NodeBuilder, package: Package, text: str, item: Block
) -> Ref | tuple[str, str] | str:
    """Read `ref('…')`, `source('…', '…')` or `this`."""
    if text == THIS:
        return THIS
    recorder = Recorder(Relation(None, None, "input"))
    scope = builder.templates.scope(package.name, recorder.names(), NoDatabase)
    try:
        builder.templates.native.evaluate(
            f"{{{{ {text} }}}}", scope.names(package.name)
        )
    except WarehouseError as error:
        raise item.error(f"`input: {text}`: {error.message}", "input") from error
    found: list[Ref | tuple[str, str]] = [*recorder.refs, *recorder.sources]
    if len(found) != 1:
        raise item.error(
            f"`input: {text or '…'}` is no ref(), source() or this", "input"
        )
    return found[0]


def _fixture(
    package: Package, block: Block, given: Ref | tuple[str, str] | str | None
) -> Fixture:
    form = str(block.get("format") or "dict")
    if form not in FORMATS:
        hint = nearest(form, FORMATS) or f"formats: {', '.join(FORMATS)}"
        raise block.error(f'no fixture format "{form}"', "format", hint=hint)
    rows = block.get("rows")
    if block.get("fixture") is not None:
        rows = _file(package, block, str(block.get("fixture")), form)
    if form == "csv" and isinstance(rows, str):
        rows = [
            {key: value or None for key, value in row.items()}
            for row in csv.DictReader(StringIO(rows.strip("\n")), skipinitialspace=True)
        ]
    expected: type = str if form == "sql" else list
    is_seed = rows is None and form == "dict" and given is not None
    if not is_seed and not isinstance(rows, expected):
        what = {"dict": "a list of rows", "csv": "CSV text", "sql": "a query"}[form]
        raise block.error(f"`rows` must be {what}", "rows")
    if isinstance(rows, list) and not all(isinstance(row, dict) for row in rows):
        raise block.error("each of the `rows` must be a mapping of columns", "rows")
    return Fixture(given, form, rows, block.location())


def _file(package: Package, block: Block, name: str, form: str) -> str:
    """Return the text of a fixture's file, found by its name without the ending."""
    files = {file.stem: file for file in package.fixtures if file.path.endswith(form)}
    if name not in files:
        raise block.error(
            f'no fixture "{name}.{form}"',
            "fixture",
            hint=nearest(name, files) or "fixtures stand in tests/fixtures/",
        )
    return files[name].text


def _overrides(block: Block) -> Mapping[str, Mapping[str, Any]]:
    given = block.get("overrides") or {}
    if not isinstance(given, dict) or not set(given) <= set(_OVERRIDES):
        raise block.error("`overrides` takes macros, vars and env_vars", "overrides")
    return {key: given.get(key) or {} for key in _OVERRIDES}


def of_versions(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return the nodes with a unit test for each version of a model that has some."""
    models: dict[tuple[str, str], list[Node]] = {}
    for node in nodes.values():
        if node.version is not None:
            models.setdefault((node.package, node.name), []).append(node)
    found: dict[str, Node] = {}
    for key, node in nodes.items():
        versions = models.get((node.package, node.refs[0].name)) if node.unit else None
        if versions is None or node.refs[0].version is not None:
            found[key] = node
            continue
        for model in _chosen(node, versions):
            one = _of_version(node, model)
            found[one.unique_id] = one
    return found


def _chosen(node: Node, models: list[Node]) -> list[Node]:
    said = (node.unit.versions if node.unit else None) or {}
    included, excluded = said.get("include"), said.get("exclude") or ()
    return [
        model
        for model in models
        if model.version is not None
        and (included is None or model.version.v in included)
        and model.version.v not in excluded
    ]


def _of_version(node: Node, model: Node) -> Node:
    if model.version is None:
        return node
    ref = Ref(model.name, model.package, str(model.version.v))
    return replace(
        node,
        unique_id=f"{node.unique_id}_{model.version.name}",
        refs=(ref,),
        version=model.version,
    )
