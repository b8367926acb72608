"""Hooks as the configuration says them: SQL, and whether it runs in a transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.manifest.nodes import Node


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook: SQL with Jinja, run inside the node's transaction or beside it."""

    sql: str
    transaction: bool = True

    def values(self) -> dict[str, Any]:
        """Return it as templates see it."""
        return {"sql": self.sql, "transaction": self.transaction}


def read_hook(said: str | Mapping[str, Any]) -> Hook:
    """Read a hook: SQL alone, a mapping, or the JSON that `before_begin` writes.

    >>> read_hook('{"sql": "checkpoint", "transaction": false}')
    Hook(sql='checkpoint', transaction=False)
    """
    if isinstance(said, str):
        try:
            found = json.loads(said)
        except ValueError:
            return Hook(said)
        if not isinstance(found, dict) or "sql" not in found:
            return Hook(said)
        said = found
    return Hook(str(said.get("sql", "")), said.get("transaction", True) is not False)


def hooks_of(node: Node, kind: str) -> list[Hook]:
    """Return a node's hooks of a kind, `pre_hook` or `post_hook`."""
    return [read_hook(said) for said in node.config.get(kind, ())]
