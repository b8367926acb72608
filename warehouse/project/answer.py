"""The last answer of a command that only reads, kept with what it was made from."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.project import inputs
from warehouse.project.files import replace_text
from warehouse.project.inputs import Look
from warehouse.project.origin import Origin
from warehouse.secrets import redact

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, line by line, and how the file looks that was written, if any."""

    origin: Origin
    lines: tuple[str, ...]
    written: Look = None


def keep(
    place: Path, origin: Origin, lines: Sequence[str], written: Path | None
) -> None:
    """Keep an answer, in one step; none in which a secret stands."""
    look = None if written is None else inputs.look_of(written)
    found = Answer(origin, tuple(lines), look)
    text = json.dumps({"format": FORMAT, "file": str(written or ""), **asdict(found)})
    if redact(text) == text:
        with suppress(OSError):
            replace_text(place, text)


def recall(place: Path) -> Answer | None:
    """Return a kept answer; None for what is damaged or of another version.

    None too when the file that was written is not as it was left.
    """
    try:
        values = json.loads(place.read_bytes())
        if values["format"] != FORMAT:
            return None
        lines = tuple(map(str, values["lines"]))
        written = tuple(values["written"]) if values["written"] else None
        if written is not None and inputs.look_of(Path(values["file"])) != written:
            return None
        return Answer(Origin.of(values["origin"]), lines, written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
