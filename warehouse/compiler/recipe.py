"""How a node is made, whatever it reads: as hashes, to be compared."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.compiler.analyses import Form
from warehouse.manifest.nodes import Node

DATA_CONFIG = (
    "materialized", "column_types", "delimiter", "quote_columns", "contract",
    "fail_calc", "warn_if", "error_if", "limit", "where", "severity", "store_failures",
    "store_failures_as", "sql_header", "parameters", "location", "format", "options",
    "on_bad_rows", "max_bad_rows", "indexes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """`data` covers how a node's rows are made, `docs` how they are described."""

    data: str
    docs: str


def recipe_of(node: Node, form: Form | None, code: str | None = None) -> Recipe:
    """Return a node's recipe: of its SQL's form, of its Python code, or of its file."""
    leaves = not node.is_test or node.config.get("store_failures")
    body = {
        "relation": str(node.relation) if leaves else None,
        "sql": form.canonical if form is not None and code is None else None,
        "file": node.seed.checksum if node.seed else code,
        "config": _data_config(node),
    }
    return Recipe(digest(body), docs_of(node))


def _data_config(node: Node) -> dict[str, Any]:
    """Return the config that the rows depend on; a Python model may ask for any."""
    keys = node.config if node.is_python else DATA_CONFIG
    found = config_said(node, keys)
    found.pop("persist_docs", None)
    if node.is_contracted:
        columns = [
            (c.in_sql, c.data_type, c.constraints) for c in node.columns.values()
        ]
        found["columns"] = repr(columns)
        found["constraints"] = repr(node.constraints)
    return found


def config_said(node: Node, keys: Iterable[str]) -> dict[str, Any]:
    """Return of a node's config what is said: None is what a key has by itself."""
    config = node.config
    return {key: config[key] for key in keys if config.get(key) is not None}


def docs_of(node: Node) -> str:
    """Return a hash of what goes into the database and Parquet files as words.

    Of a test nothing does.
    """
    if node.is_test:
        return ""
    body = {
        "persist": node.config.get("persist_docs"),
        "relation": node.description,
        "columns": {name: info.description for name, info in node.columns.items()},
    }
    return digest(body)


def digest(body: Any) -> str:
    """Return a hash of plain values."""
    return hashlib.sha256(_encode(body).encode()).hexdigest()[:32]


# One encoder for all: `json.dumps` with options would make one for each.
_encode = json.JSONEncoder(sort_keys=True, default=str).encode
