"""Whether a node differs from what an earlier manifest says of it, and in what."""

from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.jinja.macros import BUILT_IN, Macro
from warehouse.manifest.full_config import is_usual

CHANGES = (
    "body", "configs", "persisted_descriptions", "relation", "macros", "contract",
)  # fmt: skip
# Where a node goes and what it is called are compared by `relation`; the rest says
# nothing of what a node builds.
_NOT_CONFIG = {
    "alias", "schema", "database", "tags", "meta", "docs", "group", "access", "enabled",
    "static_analysis", "freshness", "event_time",
}  # fmt: skip
_PLACE = ("alias", "schema", "database")
_OTHERS = (
    "type", "owner", "url", "maturity", "label", "type_params", "query_params",
    "measures", "dimensions", "entities", "loaded_at_field", "loaded_at_query",
    "freshness", "identifier",
)  # fmt: skip

Dict = Mapping[str, Any]


def is_modified(
    new: Dict, old: Dict | None, part: str, macros: Iterable[str] = ()
) -> bool:
    """Whether a node changed: in `part`, one of CHANGES, or at all.

    Both are nodes as in a manifest; `macros` are the ids of those that changed. What
    was not there before counts as changed.
    """
    if part == "macros":
        return _uses(new, macros)
    if old is None:
        return True
    checks = {
        "body": _body(new) != _body(old),
        "configs": _config(new) != _config(old),
        "persisted_descriptions": _described(new) != _described(old),
        "relation": _place(new) != _place(old),
        "contract": _contract(new) != _contract(old),
    }
    if part:
        return bool(checks[part])
    differs = new["fqn"] != old.get("fqn") or _rest(new) != _rest(old)
    return any((*checks.values(), differs, _uses(new, macros)))


def _uses(node: Dict, macros: Iterable[str]) -> bool:
    return bool(set(node.get("depends_on", {}).get("macros", ())) & set(macros))


def _body(node: Dict) -> Any:
    """Return what a node is made of: its text, a seed's or unit test's checksum."""
    checksum = node.get("checksum")
    if node["resource_type"] == "seed" and isinstance(checksum, Mapping):
        return checksum.get("checksum")
    if node["resource_type"] == "unit_test":
        return checksum
    if node.get("test_metadata"):
        return node["test_metadata"].get("name"), node.get("column_name")
    return (node.get("raw_code") or "").strip()


def _config(node: Dict) -> dict[str, Any]:
    """Return the config that counts, without what is as usual."""
    kind = node["resource_type"]
    return {
        key: value
        for key, value in (node.get("config") or {}).items()
        if key not in _NOT_CONFIG and not is_usual(kind, key, value)
    }


def _place(node: Dict) -> Any:
    if node["resource_type"] == "source":
        return [node.get(key) for key in ("database", "schema", "identifier")]
    return [(node.get("config") or {}).get(key) for key in _PLACE]


def _described(node: Dict) -> Any:
    """Return the descriptions that go into the database."""
    persist = (node.get("config") or {}).get("persist_docs") or {}
    columns = node.get("columns") or {}
    return (
        node.get("description") if persist.get("relation") else None,
        {name: info.get("description") for name, info in columns.items()}
        if persist.get("columns")
        else None,
    )


def _contract(node: Dict) -> Any:
    contract = (node.get("config") or {}).get("contract") or {}
    if not contract.get("enforced"):
        return None
    columns = node.get("columns") or {}
    return {name: info.get("data_type") for name, info in columns.items()}


def _rest(node: Dict) -> dict[str, Any]:
    """Return what else is compared, of sources and of what YAML alone declares."""
    if "raw_code" in node:
        return {}
    return {key: node[key] for key in _OTHERS if node.get(key) is not None}


def changed_macros(old: Mapping[str, Dict], new: Mapping[str, Macro]) -> set[str]:
    """Return the ids of macros that were added, removed or changed; not dbt's own."""
    ours = {key: m.text.strip() for key, m in new.items() if m.package != BUILT_IN}
    theirs = {
        key: str(macro.get("macro_sql", "")).strip()
        for key, macro in old.items()
        if not str(macro.get("package_name", "")).startswith(BUILT_IN)
        or macro.get("package_name") in {m.package for m in new.values()} - {BUILT_IN}
    }
    return {key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)}
