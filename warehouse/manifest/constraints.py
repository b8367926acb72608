"""Constraints of models and columns, as YAML declares them."""

import ast

from warehouse.errors import ConfigError, nearest
from warehouse.manifest.nodes import Constraint, Node, Ref
from warehouse.manifest.recorder import read_ref
from warehouse.project.yaml import Block

TYPES = ("check", "not_null", "unique", "primary_key", "foreign_key", "custom")


def read_constraints(block: Block) -> tuple[Constraint, ...]:
    """Read the `constraints` of a model or a column.

    Raises ConfigError for an unknown type, or a `to` that is no reference.
    """
    return tuple(_constraint(item) for item in block.items("constraints"))


def _constraint(item: Block) -> Constraint:
    if not isinstance(item.data, dict):
        raise item.error("a constraint must be a mapping with a `type`")
    kind = str(item.get("type"))
    if kind not in TYPES:
        raise item.error(
            f"unknown constraint `{kind}`",
            "type",
            hint=nearest(kind, TYPES) or f"constraints: {', '.join(TYPES)}",
        )
    to = item.get("to")
    return Constraint(
        type=kind,
        name=item.get("name"),
        expression=item.get("expression"),
        to=str(to) if to else None,
        target=_target(str(to), item) if to and kind == "foreign_key" else None,
        to_columns=_strings(item, "to_columns"),
        columns=_strings(item, "columns"),
        location=item.location("type"),
    )


def _strings(item: Block, key: str) -> tuple[str, ...]:
    value = item.get(key) or []
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _target(to: str, item: Block) -> Ref | tuple[str, str]:
    """Read `ref('orders')` or `source('shop', 'orders')`."""
    try:
        call = ast.parse(to.strip(), mode="eval").body
        match call:
            case ast.Call(ast.Name("ref"), args, keywords):
                said = {k.arg or "": ast.literal_eval(k.value) for k in keywords}
                version = said.get("version", said.get("v"))
                return read_ref(*map(ast.literal_eval, args), version=version)
            case ast.Call(ast.Name("source"), [source, table]):
                return ast.literal_eval(source), ast.literal_eval(table)
    except (SyntaxError, ValueError):
        pass
    raise item.error(
        "`to` of a foreign key must be a reference",
        "to",
        hint="write ref('orders') or source('shop', 'orders')",
    )


def with_targets(node: Node) -> Node:
    """Return a model that refers to what its foreign keys point at: it comes first."""
    targets = node.targets
    if not targets:
        return node
    refs = (target for target in targets if isinstance(target, Ref))
    sources = (target for target in targets if isinstance(target, tuple))
    return node.replaced(
        refs=tuple(dict.fromkeys((*node.refs, *refs))),
        sources=tuple(dict.fromkeys((*node.sources, *sources))),
    )


def constrained(node: Node, block: Block) -> Node:
    """Return a model with the constraints of its block. Raises ConfigError."""
    node = node.replaced(constraints=read_constraints(block))
    keys = [found for found in node.demands if found.type == "primary_key"]
    if len(keys) > 1:
        raise ConfigError(
            f"{len(keys)} primary keys, where a table has one",
            location=keys[-1].location,
            hint="a key of several columns is a constraint of the model itself",
        )
    return node
