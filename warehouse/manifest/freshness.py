"""How old a source's newest row may be: thresholds from four places of YAML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from warehouse.errors import nearest
from warehouse.project.yaml import Block

PERIODS = {"minute": 60, "hour": 3600, "day": 86400}
_THRESHOLDS = ("warn_after", "error_after")


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a source's age warns and when it fails; `filter` limits the rows asked."""

    warn_after: tuple[int, str] | None = None
    error_after: tuple[int, str] | None = None
    filter: str | None = None

    @property
    def is_asked(self) -> bool:
        """Whether there is any threshold, so that the source is to be checked."""
        return self.warn_after is not None or self.error_after is not None

    def status(self, age: timedelta) -> str:
        """Return dbt's word for an age: pass, warn or error."""
        if _is_exceeded(self.error_after, age):
            return "error"
        return "warn" if _is_exceeded(self.warn_after, age) else "pass"

    def criteria(self) -> dict[str, Any]:
        """Return the thresholds as dbt's artefacts have them."""
        return {
            "warn_after": _criterion(self.warn_after),
            "error_after": _criterion(self.error_after),
            "filter": self.filter,
        }


def _is_exceeded(after: tuple[int, str] | None, age: timedelta) -> bool:
    return after is not None and age.total_seconds() > after[0] * PERIODS[after[1]]


def _criterion(after: tuple[int, str] | None) -> dict[str, Any]:
    count, period = after or (None, None)
    return {"count": count, "period": period}


def read_freshness(
    blocks: Sequence[Block], tree: Mapping[str, Any]
) -> Freshness | None:
    """Return the thresholds that a source's and its table's YAML come to.

    A later place wins part by part; null switches off. Without any, `tree` counts: the
    config of `dbt_project.yml`. Raises ConfigError for what is no threshold.
    """
    merged: dict[str, Any] | None = {}
    for block in blocks:
        config = block.get("config") or {}
        for found in (block.get("freshness", {}), config.get("freshness", {})):
            if found is not None and not isinstance(found, dict):
                raise block.error("`freshness` must be a mapping", "freshness")
            merged = _merged(merged, found)
    if merged == {}:
        merged = _merged({}, tree.get("freshness") or {})
    if merged is None:
        return None
    block = blocks[-1]
    warn, error = (_after(block, key, merged.get(key)) for key in _THRESHOLDS)
    return Freshness(warn, error, merged.get("filter"))


def _merged(
    base: dict[str, Any] | None, update: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    if update is None:
        return None
    if base is None:
        return dict(update) or None
    result = {**base, **update}
    for key in _THRESHOLDS:
        if isinstance(base.get(key), dict) and isinstance(update.get(key), dict):
            result[key] = {**base[key], **update[key]}
    return result


def _after(block: Block, key: str, value: Any) -> tuple[int, str] | None:
    if not value:
        return None
    count, period = value.get("count"), value.get("period")
    if count is None and period is None:
        return None
    if not isinstance(count, int):
        raise block.error(f"`{key}` needs a whole `count`", "freshness", key)
    if period not in PERIODS:
        raise block.error(
            f'no period "{period}" in `{key}`',
            "freshness",
            key,
            hint=nearest(str(period), PERIODS) or f"periods: {', '.join(PERIODS)}",
        )
    return count, period


def loaded_at(source: Block, table: Block, key: str) -> str | None:
    """Return `loaded_at_field` or `loaded_at_query`: the table's, else the source's.

    As in dbt, a table that names its field takes nothing from its source.
    """
    is_own = "loaded_at_field" in table.data
    for block in (table,) if is_own else (table, source):
        found = block.get(key) or (block.get("config") or {}).get(key)
        if found is not None:
            return str(found)
    return None
