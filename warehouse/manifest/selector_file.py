"""`selectors.yml`: selections with a name, in all of dbt's forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.errors import UsageError, WarehouseError, nearest
from warehouse.manifest.criteria import (
    Criterion,
    Group,
    Spec,
    check_method,
    read_criterion,
    with_indirect,
)
from warehouse.project.yaml import Block, Document

_DEPTHS = ("parents", "children")
_KEYS = {
    "method", "value", "parents", "parents_depth", "children", "children_depth",
    "childrens_parents", "indirect_selection", "exclude",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedSelector:
    """One entry of `selectors.yml`."""

    name: str
    description: str
    is_default: bool
    definition: Any
    spec: Spec


def read_selectors(document: Document | None) -> dict[str, NamedSelector]:
    """Read the selectors of a project, each of which may use those before it.

    Raises ConfigError or UsageError at the faulty definition.
    """
    found: dict[str, NamedSelector] = {}
    if document is None:
        return found
    for block in document.block().items("selectors"):
        name = block.get("name")
        if not isinstance(name, str) or block.get("definition") is None:
            raise block.error("a selector needs a `name` and a `definition`")
        try:
            spec = _Reader(found, block).read(block.get("definition"))
        except WarehouseError as error:
            error.location = error.location or block.location("definition")
            raise
        found[name] = NamedSelector(
            name=name,
            description=str(block.get("description") or ""),
            is_default=bool(block.get("default", False)),
            definition=block.get("definition"),
            spec=spec,
        )
    return found


def named(selectors: Mapping[str, NamedSelector], name: str) -> Spec:
    """Return a selector by name. Raises UsageError with the nearest."""
    if name not in selectors:
        known = ", ".join(selectors) or "there is no selectors.yml, or nothing in it"
        raise UsageError(
            f'no selector "{name}"', hint=nearest(name, selectors) or known
        )
    return selectors[name].spec


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one definition; knows the selectors that stand before it."""

    known: Mapping[str, NamedSelector]
    block: Block

    def read(self, definition: Any) -> Spec:
        """Read a text, or a mapping in any of dbt's forms."""
        if isinstance(definition, str):
            return read_criterion(definition)
        if not isinstance(definition, dict):
            raise self.block.error("a definition is a text or a mapping", "definition")
        for kind in ("union", "intersection"):
            if kind in definition:
                return self._group(kind, definition[kind])
        return self._single(definition)

    def _group(self, kind: str, parts: Any) -> Spec:
        included, excluded = [], []
        for part in self._list(kind, parts):
            if isinstance(part, dict) and set(part) == {"exclude"}:
                excluded += self._list("exclude", part["exclude"])
            else:
                included.append(self.read(part))
        return self._without(Group(kind, tuple(included)), excluded)

    def _without(self, spec: Spec, excluded: list[Any]) -> Spec:
        if not excluded:
            return spec
        rest = Group("union", tuple(map(self.read, excluded)))
        return Group("difference", (spec, rest))

    def _list(self, key: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.block.error(
                f"`{key}` of a selector must be a list", "definition"
            )
        return value

    def _single(self, definition: Mapping[str, Any]) -> Spec:
        if len(definition) == 1:
            ((method, value),) = definition.items()
            return self._criterion({"method": method, "value": value})
        if definition.get("method") == "selector":
            return named(self.known, str(definition.get("value")))
        unknown = [key for key in definition if key not in _KEYS]
        if unknown or "method" not in definition or "value" not in definition:
            key = unknown[0] if unknown else "method"
            raise self.block.error(
                f"a selector's definition has `method` and `value`; not so at `{key}`",
                "definition",
                hint=nearest(str(key), _KEYS),
            )
        excluded = definition.get("exclude") or []
        return self._without(self._criterion(definition), excluded)

    def _criterion(self, definition: Mapping[str, Any]) -> Criterion:
        method, _, argument = str(definition["method"]).partition(".")
        check_method(method, f"{definition['method']}:{definition['value']}")
        upstream, downstream = _depths(definition)
        criterion = Criterion(
            method=method,
            argument=argument,
            value=_text(definition["value"]),
            upstream=upstream,
            downstream=downstream,
            is_at=bool(definition.get("childrens_parents")),
        )
        return with_indirect(criterion, definition.get("indirect_selection"))


def _depths(definition: Mapping[str, Any]) -> Iterator[int | None]:
    for key in _DEPTHS:
        depth = definition.get(f"{key}_depth")
        yield (None if depth is None else int(depth)) if definition.get(key) else 0


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
