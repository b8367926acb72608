"""`manifest.json`, and a node as templates see it: both in dbt's words."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from warehouse.jinja.invocation import Invocation
from warehouse.jinja.macros import Macro
from warehouse.manifest.full_config import filled, full_config
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import (
    DECLARED,
    ColumnInfo,
    Constraint,
    Declared,
    Fixture,
    Group,
    Node,
    Source,
    UnitTest,
)
from warehouse.manifest.semantics import with_defaults
from warehouse.manifest.test_metadata import test_metadata
from warehouse.project.config import DBT_VERSION
from warehouse.project.files import text_checksum

_QUOTING = dict.fromkeys(("database", "schema", "identifier", "column"))
SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v12.json"


def node_dict(node: Node) -> dict[str, Any]:
    """Return a node in the shape of dbt's manifest; `model` in templates."""
    relation = node.place or node.relation
    is_nowhere = node.is_ephemeral or relation is None
    if node.resource_type == "test" and not node.config.get("store_failures"):
        is_nowhere = True
    config = full_config(node)
    inside = "analysis/" if node.resource_type == "analysis" else ""
    result: dict[str, Any] = {
        "unique_id": node.unique_id,
        "resource_type": node.resource_type,
        "name": node.name,
        "package_name": node.package,
        "fqn": list(node.fqn),
        "path": f"{inside}{node.file.relative}",
        "original_file_path": node.file.path,
        "language": "python" if node.is_python else "sql",
        "raw_code": node.file.text.strip(),
        "checksum": {"name": "sha256", "checksum": node.file.checksum},
        "database": relation.database if relation else None,
        "schema": relation.schema if relation else "",
        "alias": relation.identifier if relation else node.name,
        "relation_name": None if is_nowhere else str(relation),
        "config": config,
        "description": node.description,
        "columns": {name: _column(info) for name, info in node.columns.items()},
        "meta": dict(node.meta),
        "tags": list(node.tags),
        "refs": _refs(node),
        "sources": [list(pair) for pair in node.sources],
        "depends_on": {"nodes": list(node.depends_on), "macros": list(node.macros)},
        "patch_path": f"{node.package}://{node.properties.file}"
        if node.properties
        else None,
        "version": node.version.v if node.version else None,
        "latest_version": node.version.latest if node.version else None,
        "group": node.group,
        "access": node.access if node.resource_type == "model" else None,
        "deprecation_date": _moment(node.deprecation_date),
        "docs": {"show": True, "node_color": None, **(config.get("docs") or {})},
        "doc_blocks": [],
        "build_path": None,
    }
    if node.resource_type != "seed":
        result |= {"functions": [], "metrics": []}
    if node.resource_type == "model":
        result["constraints"] = [_constraint(found) for found in node.constraints]
        spine = node.time_spine
        result["time_spine"] = spine and {"custom_granularities": [], **spine}
    if node.resource_type in {"model", "test"}:
        result["contract"] = contract_dict(node)
    if node.test is not None:
        result["column_name"] = node.test.column
        result["attached_node"] = node.test.attached
        result["patch_path"] = None
        result["checksum"] = {"name": "none", "checksum": ""}
        result["test_metadata"] = test_metadata(node.test, node.package)
    return _of_type(result)


def _moment(date: str | None) -> str | None:
    """Return a date as dbt has it: a time, in UTC where nothing else is said."""
    if date is None:
        return None
    try:
        found = datetime.fromisoformat(date)
    except ValueError:  # which is told where the manifest is linked
        return date
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


# What dbt's schema has for models alone, and what it has not for seeds.
OF_MODELS = ("version", "latest_version", "access", "deprecation_date")
NOT_OF_SEEDS = ("language", "refs", "sources")


def _of_type(result: dict[str, Any]) -> dict[str, Any]:
    """Leave out what dbt's schema does not have for a node of this type."""
    kind = result["resource_type"]
    absent: tuple[str, ...] = () if kind == "model" else OF_MODELS
    if kind == "seed":
        absent += NOT_OF_SEEDS
        result["depends_on"] = {"macros": result["depends_on"]["macros"]}
    return {key: value for key, value in result.items() if key not in absent}


def source_dict(source: Source) -> dict[str, Any]:
    """Return a source in the shape of dbt's manifest."""
    return {
        "unique_id": source.unique_id,
        "resource_type": "source",
        "source_name": source.source_name,
        "name": source.name,
        "package_name": source.package,
        "fqn": list(source.fqn),
        "path": source.location.file,
        "original_file_path": source.location.file,
        "database": source.relation.database,
        "schema": source.relation.schema,
        "identifier": source.relation.identifier,
        "relation_name": str(source.relation),
        "config": filled("source", source.config),
        "description": source.description,
        "source_description": source.source_description,
        "loader": source.loader,
        "loaded_at_field": source.loaded_at_field,
        "loaded_at_query": source.loaded_at_query,
        "freshness": source.freshness.criteria() if source.freshness else None,
        "columns": {name: _column(info) for name, info in source.columns.items()},
        "meta": dict(source.meta),
        "tags": list(source.tags),
        "doc_blocks": [],
        "quoting": {**_QUOTING, **(source.config.get("quoting") or {})},
    }


def contract_dict(node: Node) -> dict[str, Any]:
    """Return a model's contract, with a checksum that changes when it does."""
    said = node.config.get("contract") or {}
    checksum = None
    if node.is_contracted:
        columns = sorted(map(_column, node.columns.values()), key=itemgetter("name"))
        typed = [(c["name"], c["data_type"], c["constraints"]) for c in columns]
        demands = [_constraint(found) for found in node.constraints]
        promise = json.dumps([typed, demands, node.materialized])
        checksum = text_checksum(promise)
    return {
        "enforced": node.is_contracted,
        "alias_types": said.get("alias_types", True),
        "checksum": checksum,
    }


def _column(info: ColumnInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "description": info.description,
        "data_type": info.data_type,
        "meta": dict(info.meta),
        "tags": list(info.tags),
        "config": {"meta": dict(info.meta), "tags": list(info.tags)},
        "quote": info.quote or None,
        "granularity": None,
        "doc_blocks": [],
        "constraints": list(map(_column_constraint, info.constraints)),
    }


def _column_constraint(constraint: Constraint) -> dict[str, Any]:
    """Return a constraint of one column, which names no columns."""
    said = _constraint(constraint)
    del said["columns"]
    return said


def _constraint(constraint: Constraint) -> dict[str, Any]:
    return {
        "type": constraint.type,
        "name": constraint.name,
        "expression": constraint.expression,
        "warn_unenforced": True,
        "warn_unsupported": True,
        "to": constraint.to,
        "to_columns": list(constraint.to_columns),
        "columns": list(constraint.columns),
    }


def unit_test_dict(node: Node, unit: UnitTest) -> dict[str, Any]:
    """Return a unit test in the shape of dbt's manifest."""
    place = node.properties
    return {
        "model": unit.model,
        "given": [
            {"input": fixture.call, **_fixture(fixture)} for fixture in unit.given
        ],
        "expect": _fixture(unit.expect),
        "name": node.name,
        "resource_type": node.resource_type,
        "package_name": node.package,
        "path": node.file.relative,
        "original_file_path": place.file if place else "",
        "unique_id": node.unique_id,
        "fqn": list(node.fqn),
        "description": node.description,
        "overrides": dict(unit.overrides) if any(unit.overrides.values()) else None,
        "depends_on": {"macros": [], "nodes": list(node.depends_on)},
        "config": {
            "tags": list(node.tags),
            "meta": dict(node.meta),
            "enabled": bool(node.config.get("enabled", True)),
        },
        "checksum": node.file.checksum,
        "versions": unit.versions,
        "version": node.version.v if node.version else None,
    }


def _fixture(fixture: Fixture) -> dict[str, Any]:
    return {"rows": fixture.rows, "format": fixture.format, "fixture": None}


def declared_dict(node: Node, declared: Declared) -> dict[str, Any]:
    """Return an exposure, metric, semantic model or saved query as dbt's manifest."""
    place = node.properties
    result = {
        **with_defaults(node.resource_type, declared.data),
        "name": node.name,
        "resource_type": node.resource_type,
        "package_name": node.package,
        "path": node.file.relative,
        "original_file_path": place.file if place else "",
        "unique_id": node.unique_id,
        "fqn": list(node.fqn),
        "description": node.description,
        "meta": dict(node.meta),
        "tags": list(node.tags),
        "config": filled(node.resource_type, node.config),
        "refs": _refs(node),
        "sources": [list(pair) for pair in node.sources],
        "metrics": [[name] for kind, name in declared.needs if kind == "metric"]
        if node.resource_type == "exposure"
        else [],
        "depends_on": {"macros": [], "nodes": list(node.depends_on)},
    }
    absent = NOT_OF.get(node.resource_type, ())
    return {key: value for key, value in result.items() if key not in absent}


NOT_OF = {
    "saved_query": ("meta", "sources", "metrics"),
    "semantic_model": ("meta", "tags", "sources", "metrics"),
}


def group_dict(group: Group) -> dict[str, Any]:
    """Return a group in the shape of dbt's manifest."""
    return {
        "name": group.name,
        "resource_type": "group",
        "package_name": group.package,
        "path": "/".join(group.location.file.split("/")[1:]),
        "original_file_path": group.location.file,
        "unique_id": f"group.{group.package}.{group.name}",
        "owner": dict(group.owner),
    }


def groups_dict(groups: Mapping[str, Group]) -> dict[str, Any]:
    """Return all groups by id."""
    return {
        f"group.{group.package}.{name}": group_dict(group)
        for name, group in groups.items()
    }


def _refs(node: Node) -> list[dict[str, Any]]:
    return [
        {"name": ref.name, "package": ref.package, "version": ref.version}
        for ref in node.refs
    ]


def manifest_node(node: Node | Source) -> dict[str, Any]:
    """Return anything as its part of the manifest has it."""
    if isinstance(node, Source):
        return source_dict(node)
    if node.unit is not None:
        return unit_test_dict(node, node.unit)
    if node.declared is not None:
        return declared_dict(node, node.declared)
    return node_dict(node)


def macro_dict(macro: Macro) -> dict[str, Any]:
    """Return a macro in the shape of dbt's manifest."""
    return {
        "name": macro.name,
        "resource_type": "macro",
        "package_name": macro.package,
        "path": macro.template.file.path,
        "original_file_path": macro.template.file.path,
        "unique_id": macro.unique_id,
        "macro_sql": macro.text,
    }


def graph_dict(
    nodes: Mapping[str, Node], sources: Mapping[str, Source]
) -> dict[str, Any]:
    """Return the parts of a manifest that hold nodes and sources, by id."""
    return {"nodes": _nodes_dict(nodes), **_yaml_dict(nodes, sources)}


def _nodes_dict(nodes: Mapping[str, Node]) -> dict[str, Any]:
    return {key: node_dict(node) for key, node in nodes.items() if node.is_compiled}


def _yaml_dict(
    nodes: Mapping[str, Node], sources: Mapping[str, Source]
) -> dict[str, Any]:
    """Return the parts of a manifest that hold what YAML alone declares, by id."""
    return {
        "sources": {key: source_dict(source) for key, source in sources.items()},
        **{
            key: {
                unique_id: declared_dict(node, node.declared)
                for unique_id, node in nodes.items()
                if node.declared is not None and node.resource_type == kind
            }
            for key, kind in DECLARED.items()
        },
    }


def manifest_dict(manifest: Manifest, invocation: Invocation) -> dict[str, Any]:
    """Return the whole manifest as dbt's `manifest.json` has it."""
    return {"nodes": _nodes_dict(manifest.nodes), **rest_dict(manifest, invocation)}


def rest_dict(manifest: Manifest, invocation: Invocation) -> dict[str, Any]:
    """Return what `manifest.json` holds beside its nodes."""
    ids = [*manifest.nodes, *manifest.sources]
    graph = manifest.graph
    return {
        "metadata": {
            **metadata(SCHEMA, invocation),
            "project_name": invocation.project,
            "adapter_type": invocation.target.type,
        },
        **_yaml_dict(manifest.nodes, manifest.sources),
        "disabled": {key: [node_dict(node)] for key, node in manifest.disabled.items()},
        "parent_map": {key: sorted(graph.upstream[key]) for key in ids},
        "child_map": {key: sorted(graph.downstream[key]) for key in ids},
        "macros": {key: macro_dict(m) for key, m in manifest.macros.items()},
        "docs": {},
        "selectors": {},
        "groups": groups_dict(manifest.groups),
        "group_map": {
            name: [k for k, node in manifest.nodes.items() if node.group == name]
            for name in manifest.groups
        },
        "unit_tests": {
            key: unit_test_dict(node, node.unit)
            for key, node in manifest.nodes.items()
            if node.unit is not None
        },
    }


def metadata(schema: str, invocation: Invocation) -> dict[str, Any]:
    """Return the head that every artefact begins with."""
    started = invocation.run_started_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "dbt_schema_version": schema,
        "dbt_version": DBT_VERSION,
        "generated_at": started,
        "invocation_id": invocation.invocation_id,
        "env": {},
    }
