"""What dbt's own generic tests come to: rendered once for all with equal arguments.

Thousands of `unique` and `not_null` differ in the table alone. Only where every macro
on the way is the engine's, which look at the arguments, `where` and `store_failures`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.jinja.macros import BUILT_IN
from warehouse.jinja.plain import Piece, is_plain, read_call
from warehouse.manifest.nodes import Node
from warehouse.manifest.test_arguments import WHERE

_TABLE = "\0"  # stands for the tested table; no SQL has it
_OWN = f"macro.{BUILT_IN}."
_SIMPLE = ("unique", "not_null", "accepted_values")
_LOOKED_AT = ("where", "store_failures")
Key = tuple[str, ...]


class KnownTests:
    """The macros that tests call, and their SQL around the tested table."""

    def __init__(self) -> None:
        self._called: dict[Key, frozenset[str]] = {}
        self._texts: dict[Key, str] = {}

    def called(self, node: Node, names: Mapping[str, Any]) -> frozenset[str] | None:
        """Note what a test reads; return the macros it calls if they are known."""
        key = _key(node)
        known = None if key is None else self._called.get(key)
        if known is None or _table(node, names) is None:
            return None
        return known

    def calls(self, node: Node, called: Iterable[str]) -> None:
        """Remember which macros a test has called."""
        key, found = _key(node), frozenset(called)
        if key is not None and all(name.startswith(_OWN) for name in found):
            self._called[key] = found

    def reads_one(self, node: Node) -> bool:
        """Whether a test is known, and of a kind that reads the tested table alone."""
        is_simple = node.test is not None and node.test.name in _SIMPLE
        return is_simple and not node.config.get("where") and _key(node) in self._texts

    def text(self, node: Node, names: Mapping[str, Any]) -> str | None:
        """Return a test's SQL if it is known."""
        key = _key(node)
        known = None if key is None else self._texts.get(key)
        table = None if known is None else _table(node, names)
        if known is None or table is None:
            return None
        return known.replace(_TABLE, str(table))

    def keep(
        self, node: Node, text: str, called: Iterable[str], names: Mapping[str, Any]
    ) -> None:
        """Remember the SQL of a test that has called these macros."""
        key = _key(node)
        if key is None or not all(name.startswith(_OWN) for name in called):
            return
        table = str(_table(node, names))
        if text.count(table) == 1:
            self._texts[key] = text.replace(table, _TABLE)


def _key(node: Node) -> Key | None:
    """Return what the rendering of a test depends on; None if that is more."""
    test = node.test
    if test is None or test.namespace is not None:
        return None
    hooks = node.config.get("pre_hook") or node.config.get("post_hook")
    values = repr(list(test.kwargs.values()))
    if hooks or "{" in values or "(" in values:
        return None
    looked_at = (repr(node.config.get(name)) for name in _LOOKED_AT)
    return node.package, test.name, repr(test.kwargs), *looked_at


def _table(node: Node, names: Mapping[str, Any]) -> Any:
    """Return what `ref` or `source` gives for the tested table; None if not plain."""
    model = node.test.model if node.test is not None else ""
    call = read_call(model.removeprefix(WHERE).removesuffix(")"))
    if call is None or not model.startswith(WHERE):
        return None
    return call.value(names) if is_plain((Piece(1, call),), names) else None
