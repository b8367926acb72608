"""What a profile asks of a connection beyond its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.project.limits import Limits
from warehouse.project.profile import Target
from warehouse.project.reach import Reach

_REMOTE = ("://", "md:", "ducklake:")


@dataclass(frozen=True, slots=True)
class Setup:
    """How to prepare a connection.

    `config` are options of opening, `settings` those of each connection, `extensions`
    are loaded if they are on the machine, `statements` run once after that. Relations
    that are listed name the connection's own database if `names_database`. With a
    `reach` the connection is then closed to all other files and addresses for good.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    names_database: bool = False
    reach: Reach | None = None


PLAIN = Setup()
NO_LIMITS = Limits()


def setup_of(target: Target, limits: Limits = NO_LIMITS) -> Setup:
    """Return what a target of the profile asks for, in dbt-duckdb's words.

    `limits` are the project's; what the profile says of the same wins.
    """
    output = target.output
    limited = limits.database()
    if "temp_directory" in limited:
        limited["temp_directory"] = target.root / limited["temp_directory"]
    return Setup(
        config={**limited, **(output.get("config_options") or {})},
        # Files that SQL names are the project's, wherever the command is run.
        settings={"file_search_path": target.root, **target.settings},
        extensions=tuple(_name(found) for found in output.get("extensions") or ()),
        statements=tuple(_attached(output.get("attach") or (), target.root)),
        names_database=not target.is_released,
    )


def _name(extension: Any) -> str:
    return str(extension["name"] if isinstance(extension, Mapping) else extension)


def _attached(databases: Any, root: Path) -> Iterator[str]:
    """Yield an ATTACH for each database; a path counts from the project's folder."""
    for database in databases:
        path = str(database["path"])
        if not any(mark in path for mark in _REMOTE) and path != ":memory:":
            path = str(root / path)
        text = f"attach if not exists '{path.replace(chr(39), chr(39) * 2)}'"
        if database.get("alias"):
            text += f" as {database['alias']}"
        options = {
            "type": database.get("type"),
            "secret": database.get("secret"),
            "read_only": database.get("read_only"),
            **(database.get("options") or {}),
        }
        said = ", ".join(
            key if value is True else f"{key} {_value(value)}"
            for key, value in options.items()
            if value is not None and value is not False
        )
        yield f"{text} ({said})" if said else text


def _value(value: Any) -> str:
    """Return an option's value: a word stands as it is, other text is quoted.

    >>> _value("sqlite"), _value("my key"), _value(7)
    ('sqlite', "'my key'", '7')
    """
    text = str(value)
    is_plain = not isinstance(value, str) or text.isidentifier() or text[:1] in "'\""
    return text if is_plain else "'" + text.replace("'", "''") + "'"
