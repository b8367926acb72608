"""The last answer of a command that only reads, kept with what it was made from."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.project import inputs
from warehouse.project.files import replace_text
from warehouse.project.kept import FOLDER
from warehouse.project.origin import Origin
from warehouse.secrets import redact

FORMAT = 1
PROJECT_FILE = "dbt_project.yml"  # as `config` calls it, which imports YAML
TARGET = r"""target-path:[ \t]+["']?([\w./-]+)["']?[ \t]*"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, line by line, and what it was made from."""

    origin: Origin
    lines: tuple[str, ...]


def place_of(root: Path, command: str) -> Path | None:
    """Return where a command's answer is kept, without reading the project.

    None where that would take a template, or more than looking for a line.
    """
    try:
        text = (root / PROJECT_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    lines = [line for line in text.splitlines() if "target-path" in line]
    folder = "target"
    if lines:
        found = re.fullmatch(TARGET, lines[0])
        if found is None or len(lines) > 1:
            return None
        folder = found[1]
    return root / folder / FOLDER / f"{command}.json"


def keep(
    place: Path, origin: Origin, lines: Sequence[str], written: Path | None
) -> None:
    """Keep an answer and how the file looks that was written, if any; in one step.

    None is kept in which a secret stands, or of which the file is gone already.
    """
    look = None if written is None else inputs.look_of(written)
    if written is not None and look in {None, inputs.LINK}:
        return
    values = {"origin": asdict(origin), "lines": list(lines)}
    file = {"file": str(written or ""), "look": look}
    text = json.dumps({"format": FORMAT, **file, **values})
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
        file, look = values["file"], values["look"]
        if file and inputs.look_of(file) != tuple(look):
            return None
        return Answer(Origin.of(values["origin"]), tuple(map(str, values["lines"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
