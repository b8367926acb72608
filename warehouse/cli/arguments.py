"""Arguments that commands take, as values: flags, help text and default."""

from argparse import SUPPRESS, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.project.durations import seconds_of


@dataclass(frozen=True, slots=True)
class Argument:
    """One flag or positional argument; `options` are argparse's own."""

    flags: tuple[str, ...]
    help: str
    default: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the attribute that holds the value.

        >>> Argument(("--project-dir",), "").name
        'project_dir'
        """
        return self.flags[0].lstrip("-").replace("-", "_").lower()

    def add_to(self, parser: Any) -> None:
        """Add it to a parser, which leaves it out of its result when it is not said.

        So a flag before the command and the same flag behind it do not undo each other.
        """
        options: dict[str, Any] = {"help": self.help, "default": SUPPRESS}
        if self.flags[0].startswith("-"):
            options["dest"] = self.name
        parser.add_argument(*self.flags, **options, **self.options)


def switch(*flags: str, help: str) -> Argument:  # noqa: A002 - argparse's own word
    """Return a flag without a value."""
    return Argument(flags, help, default=False, options={"action": "store_true"})


def option(*flags: str, help: str, default: Any = None, **options: Any) -> Argument:  # noqa: A002
    """Return a flag with a value, or a positional argument."""
    return Argument(flags, help, default, options)


def several(*flags: str, help: str, **options: Any) -> Argument:  # noqa: A002
    """Return a flag with one or more values, which may be said more than once."""
    return Argument(flags, help, (), {"nargs": "+", "action": "extend", **options})


def duration(text: str) -> float:
    """Read a time span; return seconds."""
    found = seconds_of(text)
    if found is None:
        raise ArgumentTypeError(f'"{text}" is no time: say 90s, 10m or 1h')
    return found


def count(text: str) -> int:
    """Read a whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f'"{text}" is no whole number from 1')
    return int(text)


def rows(text: str) -> int:
    """Read a whole number from 0."""
    return 0 if text == "0" else count(text)


def limit(text: str) -> int | None:
    """Read a number of rows; as in dbt, -1 means all (None)."""
    return None if text == "-1" else count(text)


COMMON = (
    option(
        "--project-dir",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the folder of dbt_project.yml (this folder)",
    ),
    option(
        "--profiles-dir",
        type=Path,
        metavar="FOLDER",
        help="the folder of profiles.yml ($DBT_PROFILES_DIR, the project, ~/.dbt)",
    ),
    option(
        "--home",
        type=Path,
        metavar="FOLDER",
        help="build releases in FOLDER, whatever the project's settings say",
    ),
    option("--target", "-t", metavar="NAME", help="the profile's target to use"),
    option(
        "--vars",
        metavar="YAML",
        help="variables for the templates, as YAML or JSON: '{year: 2026}'",
    ),
    option(
        "--threads", type=count, metavar="N", help="how many nodes may run at one time"
    ),
    switch("--quiet", "-q", help="print errors only, and the data that was asked for"),
    option(
        "--log-format",
        choices=("text", "json"),
        default="text",
        help="json: one JSON object a line for everything that happens",
    ),
    switch("--no-color", help="no colours; the variable NO_COLOR says the same"),
)
SELECT = several(
    "--select",
    "-s",
    "--models",
    "-m",
    metavar="SELECTOR",
    help="only these: a name, +name (what it needs), name+ (what needs it), @name, "
    "tag:…, path:…, source:…, config.materialized:…; a comma intersects",
)
SELECTOR = option(
    "--selector", metavar="NAME", help="what this entry of selectors.yml selects"
)
INDIRECT = option(
    "--indirect-selection",
    choices=("eager", "cautious", "buildable", "empty"),
    default="eager",
    help="which tests come along: those that read anything selected (eager), only "
    "what is selected (cautious), that or its upstream (buildable), none (empty)",
)
STATE = option(
    "--state",
    type=Path,
    metavar="FOLDER",
    help="the folder of an earlier run's artefacts, for state:, result: and --defer",
)
DEFER = (
    switch(
        "--defer",
        help="read what is not selected and does not exist where --state built it",
    ),
    option(
        "--defer-state",
        type=Path,
        metavar="FOLDER",
        help="the manifest for --defer, if it is not that of --state",
    ),
    switch("--favor-state", help="with --defer: even if it does exist"),
)
PARTS = (
    switch("--empty", help="read no rows: only to see whether everything builds"),
    option(
        "--sample",
        metavar="SPAN",
        help="read the rows of a time span, by `event_time`: '3 days', or "
        "'{start: 2026-01-01, end: 2026-02-01}'",
    ),
)
EVENT_TIME = (
    option(
        "--event-time-start",
        metavar="TIME",
        help="build the batches of microbatch models from this time on, in UTC",
    ),
    option(
        "--event-time-end",
        metavar="TIME",
        help="up to this time, which is left out; needs the start",
    ),
)
EXCLUDE = several("--exclude", metavar="SELECTOR", help="but not these")
TYPES = (
    "all", "default", "model", "seed", "snapshot", "source", "test", "unit_test",
    "analysis", "exposure", "metric", "semantic_model", "saved_query",
)  # fmt: skip
RESOURCE_TYPE = several(
    "--resource-type",
    metavar="TYPE",
    choices=TYPES,
    help=f"only nodes of this type: {', '.join(TYPES[2:])}",
)
FULL_REFRESH = switch(
    "--full-refresh",
    "-f",
    help="begin with an empty database and build everything from nothing",
)
STORE_FAILURES = switch(
    "--store-failures",
    help="keep the failing rows of tests in tables, unless a test says otherwise",
)
FAIL_FAST = switch("--fail-fast", "-x", help="stop at the first failure")
WAIT = option(
    "--wait",
    type=duration,
    default=0.0,
    metavar="TIME",
    help="wait this long for another build to end: 90s, 10m, 1h",
)
