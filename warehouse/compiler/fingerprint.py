"""A node's fingerprint: equal when a rebuild would give the same table."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.compiler.compiled import Compiled
from warehouse.compiler.python_code import python_code
from warehouse.compiler.recipe import (
    DATA_CONFIG,
    config_said,
    digest,
    docs_of,
    recipe_of,
)
from warehouse.manifest.nodes import Node

# Raised whenever the engine itself comes to build a table in another way.
VERSION = 2
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
    """`data` covers what a table holds, `docs` its description in the database.

    `recipe` is the part of `data` that is the node's own, where it has one: how it is
    made, of whatever.
    """

    data: str
    docs: str
    recipe: str = ""

    def __str__(self) -> str:
        return f"{self.data}:{self.docs}:{self.recipe}"

    @classmethod
    def read(cls, text: str | None) -> "Fingerprint | None":
        """Return the fingerprint that was written as `text`."""
        if text is None:
            return None
        data, _, rest = text.partition(":")
        docs, _, recipe = rest.partition(":")
        return cls(data, docs, recipe)

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
    recipe = compiled.recipe or recipe_of(node, form, code)
    reads = zip(node.depends_on, (need.data for need in needs if need), strict=True)
    body = [VERSION, engine, recipe.data, sorted(reads)]
    return Fingerprint(digest(body), recipe.docs, recipe.data)


def definition(compiled: Compiled) -> str:
    """Return a hash of how a snapshot is taken, whatever it holds by now."""
    node = compiled.node
    hooks = [node.config.get("pre_hook"), node.config.get("post_hook")]
    body = {
        "relation": str(node.relation),
        "sql": compiled.form.canonical if compiled.form else None,
        "config": config_said(node, _SNAPSHOT_CONFIG),
        "hooks": hooks,
    }
    return digest(body)


def history_fingerprint(compiled: Compiled, content: str) -> Fingerprint:
    """Return a snapshot's fingerprint: its history's, which no inputs could tell."""
    data = f"{definition(compiled)}.{content}"
    return Fingerprint(data, docs_of(compiled.node))


def content_fingerprint(compiled: Compiled, content: str) -> Fingerprint:
    """Return the fingerprint of a table that is known by what it holds."""
    return Fingerprint(content, docs_of(compiled.node))


def incremental_code(node: Node) -> str:
    """Return a hash of how an incremental model is written, whatever it renders to."""
    keys = (*DATA_CONFIG, *_INCREMENTAL_CONFIG)
    config = config_said(node, keys)
    return digest({"file": node.file.checksum, "config": config})
