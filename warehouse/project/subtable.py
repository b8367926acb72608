"""A table below `[tool.warehouse]`, checked: known keys, values of the right type."""

from collections.abc import Mapping
from typing import Any

from warehouse.errors import ConfigError, Location, nearest

Kinds = Mapping[str, type[Any]]
_WORDS: Mapping[type[Any], str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
}


def check_table(table: Any, section: str, kinds: Kinds) -> dict[str, Any]:
    """Return a table's values. Raises ConfigError, naming key and section."""
    place = Location("pyproject.toml")
    if not isinstance(table, Mapping):
        raise ConfigError(f"[{section}] must be a table", location=place)
    for key, value in table.items():
        if key not in kinds:
            raise ConfigError(
                f"unknown key `{key}` in [{section}]",
                location=place,
                hint=nearest(key, kinds) or f"known keys: {', '.join(kinds)}",
            )
        if type(value) is not kinds[key]:
            text = f"`{key}` in [{section}] must be {_WORDS[kinds[key]]}, not {value!r}"
            raise ConfigError(text, location=place)
    return dict(table)
