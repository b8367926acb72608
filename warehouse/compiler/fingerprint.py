"""A node's fingerprint: equal when a rebuild would give the same table."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.compiler.compile import Compiled
from warehouse.compiler.python_code import python_code
from warehouse.manifest.nodes import Node

# Raised whenever the engine itself comes to build a table in another way.
VERSION = 2
DATA_CONFIG = (
    "materialized", "column_types", "delimiter", "quote_columns", "contract",
    "fail_calc", "warn_if", "error_if", "limit", "where", "severity", "store_failures",
    "store_failures_as", "sql_header", "parameters", "location", "format", "options",
    "on_bad_rows", "max_bad_rows", "indexes",
)  # fmt: skip
_SNAPSHOT_CONFIG = (
    "strategy", "unique_key", "updated_at", "check_cols", "hard_deletes",
    "invalidate_hard_deletes", "dbt_valid_to_current", "snapshot_meta_column_names",
)  # fmt: skip
_INCREMENTAL_CONFIG = (
    "unique_key", "incremental_strategy", "on_schema_change", "event_time",
    "batch_size", "merge_clauses", "merge_update_columns", "merge_exclude_columns",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`data` covers what a table holds, `docs` its description in the database."""

    data: str
    docs: str

    def __str__(self) -> str:
        return f"{self.data}:{self.docs}"

    @classmethod
    def read(cls, text: str | None) -> "Fingerprint | None":
        """Return the fingerprint that was written as `text`."""
        if text is None:
            return None
        data, _, docs = text.partition(":")
        return cls(data, docs)

    def same_data(self, other: str | None) -> bool:
        """Whether a recorded fingerprint stands for the same table."""
        return other is not None and other.partition(":")[0] == self.data


def fingerprint(
    compiled: Compiled, upstream: Mapping[str, Fingerprint | None], engine: str
) -> Fingerprint | None:
    """Return a node's fingerprint, or None when it must run every time.

    `upstream` has those of what it depends on; a source has none, since others fill
    it. `engine` names the database and its version. Every time runs what has hooks,
    asks the clock, chance or files, or reads tables that it does not declare.
    """
    node = compiled.node
    form = compiled.form
    code: str | None = None
    needs = [upstream.get(unique_id) for unique_id in node.depends_on]
    has_hooks = node.config.get("pre_hook") or node.config.get("post_hook")
    if None in needs or compiled.undeclared or has_hooks:
        return None
    if node.is_python:
        code = python_code(node.file)
        if code is None:
            return None
    elif node.seed is None and (form is None or form.is_volatile):
        return None
    body = {
        "version": VERSION,
        "engine": engine,
        "relation": str(node.relation),
        "sql": form.canonical if form is not None and code is None else None,
        "file": node.seed.checksum if node.seed else code,
        "config": _data_config(node),
        "upstream": {
            unique_id: need.data
            for unique_id, need in zip(node.depends_on, needs, strict=True)
            if need is not None
        },
    }
    return Fingerprint(_hash(body), _hash(_docs(node)))


def definition(compiled: Compiled) -> str:
    """Return a hash of how a snapshot is taken, whatever it holds by now."""
    node = compiled.node
    hooks = [node.config.get("pre_hook"), node.config.get("post_hook")]
    body = {
        "relation": str(node.relation),
        "sql": compiled.form.canonical if compiled.form else None,
        "config": _said(node, _SNAPSHOT_CONFIG),
        "hooks": hooks,
    }
    return _hash(body)


def history_fingerprint(compiled: Compiled, content: str) -> Fingerprint:
    """Return a snapshot's fingerprint: its history's, which no inputs could tell."""
    data = f"{definition(compiled)}.{content}"
    return Fingerprint(data, _hash(_docs(compiled.node)))


def content_fingerprint(compiled: Compiled, content: str) -> Fingerprint:
    """Return the fingerprint of a table that is known by what it holds."""
    return Fingerprint(content, _hash(_docs(compiled.node)))


def incremental_code(node: Node) -> str:
    """Return a hash of how an incremental model is written, whatever it renders to."""
    keys = (*DATA_CONFIG, *_INCREMENTAL_CONFIG)
    config = _said(node, keys)
    return _hash({"file": node.file.checksum, "config": config})


def _data_config(node: Node) -> dict[str, Any]:
    """Return the config that the rows depend on; a Python model may ask for any."""
    keys = node.config if node.is_python else DATA_CONFIG
    found = _said(node, keys)
    found.pop("persist_docs", None)
    if node.is_contracted:
        columns = [
            (c.in_sql, c.data_type, c.constraints) for c in node.columns.values()
        ]
        found["columns"] = repr(columns)
        found["constraints"] = repr(node.constraints)
    return found


def _said(node: Node, keys: Iterable[str]) -> dict[str, Any]:
    """Return of a node's config what is said: None is what a key has by itself."""
    config = node.config
    return {key: config[key] for key in keys if config.get(key) is not None}


def _docs(node: Node) -> dict[str, Any]:
    """Return the descriptions: they go into the database and the Parquet files."""
    return {
        "persist": node.config.get("persist_docs"),
        "relation": node.description,
        "columns": {name: info.description for name, info in node.columns.items()},
    }


def _hash(body: Any) -> str:
    return hashlib.sha256(_encode(body).encode()).hexdigest()[:32]


# One encoder for all: `json.dumps` with options would make one for each.
_encode = json.JSONEncoder(sort_keys=True, default=str).encode
