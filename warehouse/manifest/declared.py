"""What YAML alone declares: exposures, metrics, semantic models, saved queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from warehouse.errors import WarehouseError
from warehouse.jinja.adapter import NoDatabase
from warehouse.jinja.relation import Relation
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.config import DEFAULTS, merge
from warehouse.manifest.config import tree_layers as levels
from warehouse.manifest.nodes import Declared, Node
from warehouse.manifest.recorder import Recorder
from warehouse.project.files import SourceFile, text_checksum
from warehouse.project.package import Package
from warehouse.project.yaml import Block

_REQUIRED = {
    "exposure": ("type", "owner"),
    "semantic_model": ("model",),
    "metric": ("label", "type"),
    "saved_query": ("query_params",),
}
# What must be a mapping, and what a list; a list of mappings needs their names.
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "exposure": {"depends_on": []},
    "semantic_model": {
        "entities": [{}],
        "dimensions": [{"type_params": {}}],
        "measures": [{"agg_params": {}, "non_additive_dimension": {}}],
    },
    "metric": {
        "type_params": {
            "metrics": [], "input_measures": [], "cumulative_type_params": {},
            "conversion_type_params": {},
        }
    },
    "saved_query": {
        "query_params": {"metrics": [], "group_by": [], "order_by": []},
        "exports": [{}],
    },
}  # fmt: skip
_INPUTS = ("numerator", "denominator")
_MEASURES = ("base_measure", "conversion_measure")


def read_declared(
    builder: NodeBuilder, package: Package, kind: str, block: Block
) -> Iterator[Node]:
    """Read an entry, and the metrics that a semantic model's measures make.

    Raises WarehouseError at the faulty value.
    """
    name = block.data["name"]
    for key in _REQUIRED[kind]:
        if block.get(key) is None:
            raise block.error(f'the {kind} "{name}" has no `{key}`', "name")
    _check_shape(block, _SHAPES[kind])
    node = _node(builder, package, kind, block)
    recorder = _references(builder, package, node, block)
    node = replace(node, refs=tuple(recorder.refs), sources=tuple(recorder.sources))
    needs = [("metric", found) for found in recorder.metrics]
    if kind == "metric":
        needs += _metric_needs(block.get("type_params") or {})
    if kind == "saved_query":
        params = block.get("query_params")
        needs += [("metric", str(found)) for found in params.get("metrics") or ()]
    measures = block.get("measures") or ()
    yield replace(
        node,
        declared=Declared(
            data={k: v for k, v in block.data.items() if k not in {"config", "name"}},
            needs=tuple(dict.fromkeys(needs)),
            measures=tuple(str(measure.get("name")) for measure in measures),
        ),
    )
    for measure in measures:
        if measure.get("create_metric"):
            yield _created(builder, package, measure, block)


def _check_shape(block: Block, shape: Mapping[str, Any]) -> None:
    """Refuse what is no mapping or list where one must be; nothing at all may be."""
    for key, inner in shape.items():
        if isinstance(inner, list):
            members = list(block.items(key))
            for member in members if inner else ():
                if not isinstance(member.data, dict) or member.get("name") is None:
                    raise member.error(f"each of `{key}` must be a mapping with `name`")
                _check_shape(member, inner[0])
        elif block.get(key) is not None:
            if not isinstance(block.get(key), dict):
                raise block.error(f"`{key}` must be a mapping", key)
            _check_shape(block.at(key), inner)


def _node(builder: NodeBuilder, package: Package, kind: str, block: Block) -> Node:
    name, place = block.data["name"], block.location("name")
    relative = package.relative(place.file)
    fqn = (package.name, *relative.split("/")[:-1], name)
    tree = builder.project.config.configs.get(kind, {})
    own = builder.properties_config(block, kind)
    return Node(
        unique_id=f"{kind}.{package.name}.{name}",
        resource_type=kind,
        name=name,
        package=package.name,
        fqn=fqn,
        file=SourceFile(place.file, relative, "", text_checksum(repr(block.data))),
        config=merge([DEFAULTS["declared"], *levels(tree, fqn), own]),
        description=builder.describe(block.get("description")),
        properties=place,
    )


def _created(
    builder: NodeBuilder, package: Package, measure: Mapping[str, Any], block: Block
) -> Node:
    """Return the metric that a measure with `create_metric` makes."""
    name = measure["name"]
    made = {"name": name, "label": measure.get("label") or name, "type": "simple"}
    made["type_params"] = {"measure": {"name": name}}
    made["description"] = f"Metric created from measure {name}"
    if measure.get("expr") is not None:
        made["type_params"]["expr"] = str(measure["expr"])
    node = _node(builder, package, "metric", replace(block, data=made))
    return replace(node, declared=Declared(made, (("measure", name),)))


def _references(
    builder: NodeBuilder, package: Package, node: Node, block: Block
) -> Recorder:
    """Evaluate what an exposure or semantic model refers to."""
    recorder = Recorder(Relation(None, None, node.name))
    scope = builder.templates.scope(package.name, recorder.names(), NoDatabase)
    texts: Sequence[Any] = block.get("depends_on") or ()
    if node.resource_type == "semantic_model":
        texts = [block.get("model")]
    elif node.resource_type != "exposure":
        texts = ()
    for text in texts:
        try:
            builder.templates.native.evaluate(
                f"{{{{ {text} }}}}", scope.names(package.name)
            )
        except WarehouseError as error:
            raise block.error(error.message, "name", hint=error.hint) from error
    return recorder


def _metric_needs(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    needs: list[tuple[str, str]] = []
    conversion = params.get("conversion_type_params") or {}
    measures = [params.get("measure"), *(conversion.get(key) for key in _MEASURES)]
    metrics = [params.get(key) for key in _INPUTS] + list(params.get("metrics") or ())
    for kind, members in (("measure", measures), ("metric", metrics)):
        for member in members:
            name = member.get("name") if isinstance(member, Mapping) else member
            if name is not None:
                needs.append((kind, str(name)))
    return needs
