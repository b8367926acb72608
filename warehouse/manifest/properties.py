"""YAML properties: which block speaks of which node, and whether its keys are known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from warehouse.errors import ConfigError
from warehouse.manifest.constraints import read_constraints
from warehouse.manifest.nodes import DECLARED, ColumnInfo, Constraint
from warehouse.manifest.problems import Problems
from warehouse.project.package import Package
from warehouse.project.yaml import Block

Render = Callable[[Any], Any]

_TOP_LEVEL = {
    "version", "models", "seeds", "sources", "snapshots", "macros", "analyses",
    "exposures", "metrics", "groups", "unit_tests", "semantic_models",
    "saved_queries", "data_tests", "functions", "anchors",
}  # fmt: skip
_COMMON = {"name", "description", "columns", "config", "docs", "meta", "tags"}
_TESTED = _COMMON | {"tests", "data_tests"}
_KNOWN = {
    "models": _TESTED | {
        "access", "group", "constraints", "deprecation_date", "latest_version",
        "versions", "time_spine", "latest_version_pointer", "primary_entity",
        "semantic_model", "agg_time_dimension", "metrics", "derived_semantics",
    },
    "seeds": _TESTED | {"group", "constraints"},
    "snapshots": _TESTED | {"relation", "group", "constraints"},
    "analyses": _COMMON,
    "data_tests": _COMMON,
    "unit_tests": {
        "name", "description", "config", "model", "given", "expect", "overrides",
        "versions", "meta", "tags",
    },
    "exposures": _COMMON | {
        "label", "type", "maturity", "url", "owner", "depends_on", "enabled",
    },
    "metrics": _COMMON | {
        "label", "type", "type_params", "filter", "time_granularity", "agg", "expr",
        "numerator", "denominator", "input_metrics",
    },
    "semantic_models": _COMMON | {
        "label", "model", "defaults", "entities", "measures", "dimensions",
        "primary_entity",
    },
    "saved_queries": _COMMON | {"label", "query_params", "exports"},
    "groups": {"name", "owner", "description", "config"},
}  # fmt: skip
_COLUMN = {
    "name", "description", "data_type", "tests", "data_tests", "meta", "tags", "quote",
    "constraints", "policy_tags", "granularity", "config", "dimension", "entity",
}  # fmt: skip
_SOURCE = _COMMON | {
    "tables", "database", "schema", "loader", "loaded_at_field", "loaded_at_query",
    "freshness", "quoting", "overrides", "tests", "data_tests",
}  # fmt: skip
_SOURCE_TABLE = _TESTED | {
    "identifier", "loader", "loaded_at_field", "loaded_at_query", "freshness",
    "external", "quoting",
}  # fmt: skip
_LATER = {"description", "tests", "data_tests"}
KINDS = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "analyses": "analysis",
    "data_tests": "test",
}


@dataclass(slots=True)
class Properties:
    """What YAML files say: blocks of nodes by type and name, and of sources."""

    nodes: dict[tuple[str, str], Block] = field(default_factory=dict)
    sources: list[tuple[Block, Block]] = field(default_factory=list)
    unit_tests: list[Block] = field(default_factory=list)
    groups: list[Block] = field(default_factory=list)
    declared: list[tuple[str, Block]] = field(default_factory=list)


def read_properties(package: Package, problems: Problems) -> Properties:
    """Collect the blocks of a package's properties files, checking names and keys."""
    found = Properties()
    for document in package.properties:
        block = document.block()
        if block.data is None:
            continue
        with problems.collect():
            if not isinstance(block.data, dict):
                raise block.error("a properties file must be a mapping of keys")
            check_keys(block, "a properties file", _TOP_LEVEL, problems)
        for kind, resource_type in KINDS.items():
            for item in _named(block, kind, problems):
                check_keys(item, f"`{kind}`", _KNOWN[kind], problems)
                _add(found, resource_type, item, problems)
        _read_declared(found, block, problems)
        _read_sources(found, block, problems)
    return found


def _read_declared(found: Properties, block: Block, problems: Problems) -> None:
    for kind in ("unit_tests", "groups", *DECLARED):
        for item in _named(block, kind, problems):
            check_keys(item, f"`{kind}`", _KNOWN[kind], problems)
            if kind in DECLARED:
                found.declared.append((DECLARED[kind], item))
            else:
                getattr(found, kind).append(item)


def _read_sources(found: Properties, block: Block, problems: Problems) -> None:
    for source in _named(block, "sources", problems):
        check_keys(source, "`sources`", _SOURCE, problems)
        for table in _named(source, "tables", problems):
            check_keys(table, "a source's table", _SOURCE_TABLE, problems)
            found.sources.append((source, table))


def _add(
    found: Properties, resource_type: str, item: Block, problems: Problems
) -> None:
    name = item.data["name"]
    first = found.nodes.setdefault((resource_type, name), item)
    if first is not item:
        problems.errors.append(
            item.error(
                f'the {resource_type} "{name}" has properties twice; '
                f"first in {first.location()}",
                "name",
            )
        )


def _named(block: Block, key: str, problems: Problems) -> Iterator[Block]:
    """Yield the members of a list of mappings, each with a name."""
    members: list[Block] = []
    with problems.collect():
        members = list(block.items(key))
    for member in members:
        with problems.collect():
            if not isinstance(member.data, dict):
                raise member.error(f"a member of `{key}` must be a mapping")
            if not isinstance(member.get("name"), str):
                if member.get("name") is not None:
                    hint = "write it in quotes"
                    raise member.error("`name` must be text", "name", hint=hint)
                raise member.error(f"a member of `{key}` has no `name`")
            yield member


def check_keys(block: Block, what: str, known: set[str], problems: Problems) -> None:
    """Report the keys of a block that dbt does not have."""
    problems.unknown_keys(what, block.data, known, block.location)


def columns(
    block: Block, render: Render, describe: Render, problems: Problems
) -> dict[str, tuple[ColumnInfo, Block]]:
    """Read the columns of a node's properties: by name, with their blocks.

    `render` evaluates what is Jinja in a value, `describe` what is in a description.
    """
    found: dict[str, tuple[ColumnInfo, Block]] = {}
    for written in _named(block, "columns", problems):
        check_keys(written, "a column", _COLUMN, problems)
        item = _rendered(written, render)
        data = item.data
        name = data["name"]
        if name in found:
            problems.errors.append(
                ConfigError(
                    f"the column `{name}` stands twice", location=item.location("name")
                )
            )
        config = data.get("config") or {}
        with item.located("description"):
            description = str(describe(data.get("description")))
        info = ColumnInfo(
            name=name,
            description=description,
            data_type=data.get("data_type"),
            meta={**(data.get("meta") or {}), **(config.get("meta") or {})},
            tags=_strings(data.get("tags")) + _strings(config.get("tags")),
            quote=bool(data.get("quote", False)),
            constraints=_constraints(item, problems),
            location=item.location("name"),
        )
        found[name] = (info, item)
    return found


def _rendered(block: Block, render: Render) -> Block:
    """Evaluate the values of a block, but for those that are rendered later."""
    data = {}
    for key, value in block.data.items():
        with block.located(key):
            data[key] = value if key in _LATER else render(value)
    return replace(block, data=data)


def _constraints(item: Block, problems: Problems) -> tuple[Constraint, ...]:
    with problems.collect():
        return read_constraints(item)
    return ()


def _strings(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(map(str, value))
