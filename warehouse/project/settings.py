"""The engine's own settings: `[tool.warehouse]` of the project's pyproject.toml."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.project.durations import seconds_of
from warehouse.project.files import read_text
from warehouse.project.gates import Gates, read_gates
from warehouse.project.job import Job, read_job
from warehouse.project.limits import Limits, read_limits


@dataclass(frozen=True, slots=True)
class Settings:
    """What dbt has no word for.

    `home` is the folder of releases, relative to the project; None builds in place.
    `strict` turns unknown keys and undeclared reads from warnings into errors.
    `export` selects the models that leave as Parquet (None: those in a folder `marts`);
    `keep` is the number of releases that stay on disk, beside those of the last
    `keep_days` days and those that were current less than `grace` ago.
    `external_access` lets SQL read and write any file or address (None: only without a
    home, as dbt does); `allowed_paths` are the files and folders that it may reach
    otherwise. `limits`, `gates` and `job` are tables of their own.
    """

    home: str | None = None
    strict: bool = False
    export: str | None = None
    keep: int = 5
    keep_days: int = 0
    grace: str = "15m"
    external_access: bool | None = None
    allowed_paths: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    gates: Gates = field(default_factory=Gates)
    job: Job = field(default_factory=Job)

    @property
    def grace_seconds(self) -> float:
        """For how long a release stays after it has ceased to be current."""
        return seconds_of(self.grace) or 0.0


_TYPES: dict[str, type[Any]] = {
    "home": str,
    "strict": bool,
    "export": str,
    "keep": int,
    "keep_days": int,
    "grace": str,
    "external_access": bool,
    "allowed_paths": list,
}

_WORDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    list: "a list of texts",
}


def load_settings(root: Path) -> Settings:
    """Read `[tool.warehouse]`; a project without it has the defaults.

    Raises ConfigError for invalid TOML, an unknown key or a value of another type.
    """
    path = root / "pyproject.toml"
    if not path.exists():
        return Settings()
    try:
        table = tomllib.loads(read_text(path)).get("tool", {}).get("warehouse", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error), location=Location("pyproject.toml")) from error
    table = dict(table)
    limits = read_limits(table.pop("limits", {}))
    job = read_job(table.pop("job", {}))
    gates = read_gates(table.pop("gates", {}))
    for key, value in table.items():
        _check(key, value)
    paths = tuple(table.pop("allowed_paths", ()))
    settings = Settings(
        **table, allowed_paths=paths, limits=limits, gates=gates, job=job
    )
    _check_values(settings)
    return settings


def _check_values(settings: Settings) -> None:
    location = Location("pyproject.toml")
    if settings.keep < 1:
        raise ConfigError("`keep` must be at least 1", location=location)
    if settings.keep_days < 0:
        raise ConfigError("`keep_days` must not be negative", location=location)
    if seconds_of(settings.grace) is None:
        raise ConfigError(
            f'`grace` in [tool.warehouse] is no time: "{settings.grace}"',
            location=location,
            hint='say "90s", "15m", "1h" or "2d"',
        )


def _check(key: str, value: Any) -> None:
    location = Location("pyproject.toml")
    known = [field.name for field in fields(Settings)]
    if key not in known:
        raise ConfigError(
            f"unknown key `{key}` in [tool.warehouse]",
            location=location,
            hint=nearest(key, known) or f"known keys: {', '.join(known)}",
        )
    expected = _TYPES[key]
    is_texts = not isinstance(value, list) or all(isinstance(v, str) for v in value)
    if type(value) is not expected or not is_texts:
        raise ConfigError(
            f"`{key}` in [tool.warehouse] must be {_WORDS[expected]}, not {value!r}",
            location=location,
        )
