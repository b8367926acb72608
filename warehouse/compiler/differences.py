"""What tells a node from how it was last built: the first difference, in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from warehouse.compiler.compiled import Compiled
from warehouse.compiler.python_code import python_code
from warehouse.compiler.recipe import DATA_CONFIG
from warehouse.compiler.tokens import canonical, volatile_word
from warehouse.manifest.artefact import contract_dict
from warehouse.manifest.full_config import filled
from warehouse.manifest.nodes import Node

LONGEST = 60  # characters of a line or value that a reason quotes


def first_difference(
    compiled: Compiled, node: Mapping[str, Any], sql: str | None
) -> str | None:
    """Return how a node differs from what an earlier run said of it; None: it doesn't.

    `node` is its part of that run's manifest, `sql` what was compiled from it.
    """
    now = compiled.node
    was, named = node.get("relation_name"), str(now.relation)
    if was != named and not (now.is_test or now.is_ephemeral):
        return f"its relation is {named} and was {was}"
    config = filled(now.resource_type, node.get("config") or {})
    present = filled(now.resource_type, now.config)
    for key in DATA_CONFIG:
        before, after = config.get(key), present.get(key)
        if _plain(before) != _plain(after):
            return f"config `{key}` is {_short(after)} and was {_short(before)}"
    return _contract_difference(now, node) or _text_difference(compiled, node, sql)


def _text_difference(
    compiled: Compiled, was: Mapping[str, Any], sql: str | None
) -> str | None:
    """Return how a node's file or SQL differs; None too where its SQL is not known."""
    now = compiled.node
    checksum = (was.get("checksum") or {}).get("checksum")
    if now.seed is not None:
        changed = checksum != now.seed.checksum
        return "the bytes of its file changed" if changed else None
    if now.is_python:
        file = replace(now.file, text=str(was.get("raw_code") or ""))
        changed = python_code(file) != python_code(now.file)
        return "its Python code changed" if changed else None
    if sql is None:
        return None
    is_same = canonical(sql, "duckdb") == canonical(compiled.sql, "duckdb")
    return None if is_same else _line(sql, compiled.sql)


def _contract_difference(now: Node, was: Mapping[str, Any]) -> str | None:
    """Return how an enforced contract differs: in a column's type, or in all else."""
    before = (was.get("contract") or {}).get("checksum")
    if not now.is_contracted or before == contract_dict(now)["checksum"]:
        return None
    columns = was.get("columns") or {}
    for name, info in now.columns.items():
        old = (columns.get(name) or {}).get("data_type")
        if old != info.data_type:
            types = f"{_short(info.data_type)} and was {_short(old)}"
            return f"the contract's type of `{name}` is {types}"
    return "its contract changed"


def never_reused(compiled: Compiled, unknown: Mapping[str, str]) -> str | None:
    """Return why a node runs every time; None when it need not.

    `unknown` says of what it reads and has no fingerprint why, by id.
    """
    node = compiled.node
    for key in ("pre_hook", "post_hook"):
        if node.config.get(key):
            return f"it has a {key.replace('_', '-')}"
    for read in compiled.undeclared:
        return f"it reads {read}, which is not declared"
    for unique_id in node.depends_on:
        if unique_id in unknown:
            name = unique_id.split(".", 2)[2]
            return f"it reads {name}, which {unknown[unique_id]}"
    if node.is_python:
        return "its Python code could do anything"
    word = volatile_word(compiled.sql, "duckdb") if node.seed is None else None
    return f"its SQL asks `{word}`" if word else None


def _line(before: str, after: str) -> str:
    """Return the first line that counts and differs."""
    old = [line.strip() for line in before.splitlines() if line.strip()]
    known = set(old)
    for number, line in enumerate(after.splitlines(), start=1):
        text = line.strip()
        if text and text not in known and not text.startswith("--"):
            return f"line {number} of its SQL is new: {_short(text)}"
    now = {line.strip() for line in after.splitlines()}
    gone = [line for line in old if line not in now and not line.startswith("--")]
    return f"its SQL lost a line: {_short(gone[0])}" if gone else "its SQL changed"


def _plain(value: Any) -> Any:
    """Return a value as JSON would give it back."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return (
        [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[: LONGEST - 1]}…`"
