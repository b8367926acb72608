"""A node's config: the layers that it comes from, folded into one mapping."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "model": {"enabled": True, "materialized": "view"},
    "seed": {"enabled": True, "materialized": "seed"},
    "snapshot": {"enabled": True, "materialized": "snapshot"},
    "analysis": {"enabled": True, "materialized": "view"},
    "source": {"enabled": True},
    "declared": {"enabled": True},
    "unit_test": {"enabled": True, "materialized": "unit"},
    "test": {
        "enabled": True,
        "materialized": "test",
        "severity": "ERROR",
        "warn_if": "!= 0",
        "error_if": "!= 0",
        "fail_calc": "count(*)",
        "limit": None,
        "where": None,
        "store_failures": None,
    },
}
_COMMON = {
    "enabled", "tags", "meta", "alias", "schema", "database", "docs", "group",
    "event_time", "description",
}  # fmt: skip
_RELATION = _COMMON | {
    "materialized", "pre_hook", "post_hook", "persist_docs", "full_refresh",
    "quoting", "grants", "contract", "access", "packages", "on_schema_change",
    "indexes", "unlogged",
}  # fmt: skip
_MODEL = {
    "sql_header", "on_configuration_change", "unique_key", "incremental_strategy",
    "incremental_predicates", "predicates", "merge_update_columns",
    "merge_exclude_columns", "merge_clauses", "merge_on_using_columns",
    "merge_update_condition", "merge_insert_condition", "merge_returning_columns",
    "merge_update_set_expressions", "batch_size", "lookback", "begin",
    "concurrent_batches", "location", "format", "delimiter", "options",
    "partition_by", "parquet_read_options", "csv_read_options", "json_read_options",
    "parameters", "freshness", "latest_version", "deprecation_date", "static_analysis",
}  # fmt: skip
_TEST = {
    "materialized", "severity", "warn_if", "error_if", "fail_calc", "limit", "where",
    "store_failures", "store_failures_as", "sql_header",
}  # fmt: skip
_SNAPSHOT = {
    "strategy", "unique_key", "updated_at", "check_cols", "hard_deletes",
    "invalidate_hard_deletes", "dbt_valid_to_current", "snapshot_meta_column_names",
    "target_schema", "target_database", "sql_header",
}  # fmt: skip
_SEED = {
    "column_types", "delimiter", "quote_columns", "fast", "on_bad_rows", "max_bad_rows",
}  # fmt: skip
_DECLARED = {"enabled", "tags", "meta", "group"}
_SOURCE = {
    "freshness", "loaded_at_field", "loaded_at_query", "external_location",
    "formatter", "plugin", "loader", "quoting",
}  # fmt: skip
KNOWN_KEYS: Mapping[str, frozenset[str]] = {
    "model": frozenset(_RELATION | _MODEL),
    "seed": frozenset(_RELATION | _SEED),
    "snapshot": frozenset(_RELATION | _SNAPSHOT),
    "analysis": frozenset(_RELATION),
    "source": frozenset(_COMMON | _SOURCE),
    "test": frozenset(_COMMON | _TEST),
    "exposure": frozenset(_DECLARED),
    "metric": frozenset(_DECLARED),
    "semantic_model": frozenset(_DECLARED),
    "saved_query": frozenset(_DECLARED | {"cache", "schema", "export_as"}),
    "unit_test": frozenset({"enabled", "tags", "meta", "static_analysis"}),
}
_APPEND = frozenset({"tags", "pre_hook", "post_hook", "packages"})
_MERGE = frozenset({"meta", "docs", "grants"})


def normalized(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config in one spelling: no `+`, hooks with an underscore.

    >>> normalized({"+pre-hook": "select 1"})
    {'pre_hook': ['select 1']}
    """
    result: dict[str, Any] = {}
    for raw_key, value in config.items():
        key = str(raw_key).removeprefix("+").strip()
        if key in {"pre-hook", "post-hook"}:
            key = key.replace("-", "_")
        is_list = isinstance(value, list | tuple | set)
        result[key] = [value] if key in _APPEND and not is_list else value
        if key in _APPEND and value is None:
            result[key] = []
    return result


def tree_layers(
    tree: Mapping[str, Any], fqn: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Yield the config of each level of a `models:` tree on the way to a node.

    In dbt's rule a key is config when it has a `+` or its value is no mapping.
    """
    level: Any = tree
    for step in (None, *fqn):
        if step is not None:
            level = level.get(step)
        if not isinstance(level, Mapping):
            return
        yield normalized(
            {
                key: value
                for key, value in level.items()
                if str(key).startswith("+") or not isinstance(value, Mapping)
            }
        )


def merge(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Fold layers into one config, the most general layer first.

    Tags and hooks add up, `meta` merges by key, anything else is replaced.

    >>> merge([{"tags": ["a"], "schema": "x"}, {"tags": ["b"], "schema": "y"}])
    {'tags': ['a', 'b'], 'schema': 'y'}
    """
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if key in _APPEND:
                result[key] = [*result.get(key, []), *value]
            elif key in _MERGE and isinstance(value, Mapping):
                result[key] = {**result.get(key, {}), **value}
            else:
                result[key] = value
    return result


def stored(config: Mapping[str, Any], *, always: bool) -> dict[str, Any]:
    """Return whether a test keeps its failing rows, and as what.

    In dbt's rule `store_failures_as` outweighs `store_failures`, wherever the two
    stand; `always` (--store-failures) counts when neither is said.

    >>> stored({"store_failures": False, "store_failures_as": "view"}, always=False)
    {'store_failures': True, 'store_failures_as': 'view'}
    >>> stored({"store_failures": None}, always=True)
    {'store_failures': True, 'store_failures_as': 'table'}
    """
    kind, keeps = config.get("store_failures_as"), config.get("store_failures")
    if kind is None:
        keeps = always if keeps is None else bool(keeps)
        kind = "table" if keeps else "ephemeral"
        is_silent = config.get("store_failures") is None and not always
        return {} if is_silent else {"store_failures": keeps, "store_failures_as": kind}
    return {"store_failures": kind != "ephemeral", "store_failures_as": kind}
