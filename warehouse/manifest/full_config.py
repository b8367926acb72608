"""A node's config as dbt shows it: with every key that it has by itself."""

from collections.abc import Mapping
from typing import Any

from warehouse.manifest.hooks import hooks_of
from warehouse.manifest.nodes import Node

_NESTED: Mapping[str, Mapping[str, Any]] = {
    "docs": {"show": True, "node_color": None},
    "contract": {"enforced": False, "alias_types": True},
    "snapshot_meta_column_names": {
        "dbt_valid_to": None,
        "dbt_valid_from": None,
        "dbt_scd_id": None,
        "dbt_updated_at": None,
        "dbt_is_deleted": None,
    },
}
_COMMON: Mapping[str, Any] = {
    "enabled": True,
    "alias": None,
    "schema": None,
    "database": None,
    "tags": [],
    "meta": {},
    "group": None,
    "static_analysis": None,
}
_RELATION: Mapping[str, Any] = {
    **_COMMON,
    "materialized": "view",
    "incremental_strategy": None,
    "batch_size": None,
    "lookback": 1,
    "begin": None,
    "persist_docs": {},
    "post-hook": [],
    "pre-hook": [],
    "quoting": {},
    "column_types": {},
    "full_refresh": None,
    "unique_key": None,
    "on_schema_change": "ignore",
    "on_configuration_change": "apply",
    "grants": {},
    "packages": [],
    "docs": {},
    "contract": {},
    "event_time": None,
    "concurrent_batches": None,
}
FULL: Mapping[str, Mapping[str, Any]] = {
    "model": {**_RELATION, "access": "protected", "freshness": None},
    "analysis": _RELATION,
    "seed": {
        **_RELATION,
        "materialized": "seed",
        "delimiter": ",",
        "quote_columns": None,
    },
    "snapshot": {
        **_RELATION,
        "materialized": "snapshot",
        "strategy": None,
        "target_schema": None,
        "target_database": None,
        "updated_at": None,
        "check_cols": None,
        "snapshot_meta_column_names": {},
        "dbt_valid_to_current": None,
    },
    "test": {
        **_COMMON,
        "schema": "dbt_test__audit",
        "materialized": "test",
        "severity": "ERROR",
        "store_failures": None,
        "store_failures_as": None,
        "where": None,
        "limit": None,
        "fail_calc": "count(*)",
        "warn_if": "!= 0",
        "error_if": "!= 0",
    },
    "source": {
        "enabled": True,
        "event_time": None,
        "freshness": {
            "warn_after": {"count": None, "period": None},
            "error_after": {"count": None, "period": None},
            "filter": None,
        },
        "loaded_at_field": None,
        "loaded_at_query": None,
        "meta": {},
        "tags": [],
        "static_analysis": None,
    },
    "exposure": {"enabled": True, "tags": [], "meta": {}},
    "metric": {"enabled": True, "group": None, "meta": {}},
    "semantic_model": {"enabled": True, "group": None, "meta": {}},
    "saved_query": {
        "enabled": True,
        "group": None,
        "meta": {},
        "export_as": None,
        "schema": None,
        "cache": {"enabled": False},
    },
}
_HOOKS = {"pre-hook": "pre_hook", "post-hook": "post_hook"}


def full_config(node: Node) -> dict[str, Any]:
    """Return a node's config with the defaults, and its hooks as dbt has them."""
    result = filled(node.resource_type, node.config)
    if node.test is not None and f"{result['alias']}.sql" == node.file.relative:
        result["alias"] = None  # nobody has said it
    for shown, key in _HOOKS.items():
        if result.pop(key, None) is not None or shown in result:
            result[shown] = [
                {**hook.values(), "index": None} for hook in hooks_of(node, key)
            ]
    return result


def filled(resource_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with the defaults of its type."""
    result = {**FULL.get(resource_type, {}), **config}
    for key, inner in _NESTED.items():
        if isinstance(result.get(key), Mapping):
            result[key] = {**inner, **result[key]}
    return result


def is_usual(resource_type: str, key: str, value: Any) -> bool:
    """Whether a config's value says no more than the key's absence."""
    default = FULL.get(resource_type, {}).get(key)
    return value in (None, [], {}, "", False, default, _NESTED.get(key))


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping without what is None: so `model` is, and not the graph."""
    return {key: value for key, value in values.items() if value is not None}
