"""What may not be published: `[tool.warehouse.gates]`, and `meta: gates` of a model."""

import re
from dataclasses import dataclass, replace
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.project.subtable import Kinds, check_table

SECTION = "tool.warehouse.gates"
EFFECTS = ("additive", "narrowing", "breaking")  # from harmless to harmful
_KINDS: Kinds = {"max_row_drop": str, "allow_schema": str, "not_empty": bool}
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of one mart; by default all are open.

    `max_row_drop` is the share of its rows that a mart may lose from one release to the
    next. `allow_schema` is the most harmful change of its columns. `not_empty` wants a
    row.
    """

    max_row_drop: float | None = None
    allow_schema: str = EFFECTS[-1]
    not_empty: bool = False

    @property
    def are_open(self) -> bool:
        """Whether nothing is asked."""
        return self == Gates()


OPEN = Gates()


def read_gates(
    table: Any,
    base: Gates = OPEN,
    section: str = SECTION,
    place: Location | None = None,
) -> Gates:
    """Read a table of gates; what it does not name is as in `base`.

    Raises ConfigError for an unknown key or a value that is none.
    """
    place = place or Location("pyproject.toml")
    try:
        values = check_table(table, section, _KINDS)
    except ConfigError as error:
        error.location = place
        raise
    effect = values.get("allow_schema", base.allow_schema)
    if effect not in EFFECTS:
        raise ConfigError(
            f'`allow_schema` in [{section}] is "{effect}"',
            location=place,
            hint=nearest(effect, EFFECTS) or f"known: {', '.join(EFFECTS)}",
        )
    if "max_row_drop" in values:
        found = _SHARE.fullmatch(values["max_row_drop"].strip())
        if found is None or float(found[1]) > 100:
            raise ConfigError(
                f"`max_row_drop` in [{section}] is no share of rows: "
                f"{values['max_row_drop']!r}",
                location=place,
                hint='say "20%"; "0%" allows no row less',
            )
        values["max_row_drop"] = float(found[1]) / 100
    return replace(base, **values)
