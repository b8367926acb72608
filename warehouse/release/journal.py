"""What is done to releases, a line each; moves of the pointer are announced first."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from warehouse.errors import ReleaseError
from warehouse.release import disk
from warehouse.release.clock import Moment
from warehouse.release.home import Home

PUBLISH, ROLLBACK, PIN, UNPIN = "publish", "rollback", "pin", "unpin"


@dataclass(frozen=True, slots=True)
class Act:
    """One move of the pointer, or a pin, which has no `from_id`.

    `time` is UTC, in ISO 8601; `boot` and `uptime` are as in `clock.Moment`.
    """

    time: str
    action: str
    who: str
    from_id: str | None
    to_id: str
    reason: str | None = None
    boot: str | None = None
    uptime: float | None = None

    @classmethod
    def of(cls, moment: Moment, **values: Any) -> "Act":
        """Return what is done at a moment."""
        return cls(moment.time, **values, boot=moment.boot, uptime=moment.uptime)

    @property
    def moment(self) -> Moment:
        """When it was done, by both clocks."""
        return Moment(self.time, self.boot, self.uptime)


def acts(home: Home) -> list[Act]:
    """List every publication, rollback, pin and unpin, oldest first."""
    if not home.history_file.exists():
        return []
    lines = home.history_file.read_bytes().splitlines()
    return [act for act in map(_act, lines) if act is not None]


def _act(line: bytes) -> Act | None:
    """Read a line; None for one that a full or failing disk has spoiled."""
    try:
        values = json.loads(line)
        known = {field.name for field in fields(Act)}
        act = Act(**{key: values[key] for key in values if key in known})
        return act if datetime.fromisoformat(act.time).tzinfo else None
    except (TypeError, ValueError):
        return None


def announce(home: Home, act: Act) -> None:
    """Say on disk which move comes, so that a kill in it can be told from rest."""
    draft = home.scratch("intent")
    disk.write_text(draft, json.dumps(asdict(act)))
    draft.replace(home.intent_file)
    disk.flush(home.path)


def point(home: Home, act: Act) -> None:
    """Make a release the current one: one rename, seen whole or not at all."""
    link = home.scratch("current")
    link.symlink_to(home.folder(act.to_id).relative_to(home.path))
    link.replace(home.current_link)
    disk.flush(home.path)


def remember(home: Home, act: Act) -> None:
    """Append a move that was made to the history, once; then all is at rest."""
    if act not in acts(home):
        append(home, act)
    home.intent_file.unlink(missing_ok=True)
    disk.flush(home.path)


def append(home: Home, act: Act) -> None:
    """Write a line of the history, whole even behind one that is torn."""
    with home.history_file.open("ab+") as file:
        if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
            file.write(b"\n")
        file.write(json.dumps(asdict(act)).encode() + b"\n")
    disk.flush(home.history_file)


def conclude(home: Home, act: Act) -> bool:
    """Remember a move, or leave that to the next build when the disk refuses.

    The pointer has moved: an error now would tell a scheduler that it has not. False
    when nothing on disk tells of the move.
    """
    with suppress(OSError):
        remember(home, act)
        return True
    return home.intent_file.exists()


def settle(home: Home) -> None:
    """End a move that a kill cut short; the build lock is held.

    Made: it is remembered. Not made: it is void, and a release that was never
    published is taken away. Only an announced release is ever removed here: a lost
    history file costs no release.
    """
    if home.intent_file.exists():
        act = _act(home.intent_file.read_bytes())
        if act is None:
            raise ReleaseError(
                f"{home.intent_file} is damaged: it says which release was to become "
                "current when a command was killed",
                hint="move the file away; what `current` names is a whole release",
            )
        unpublished = home.folder(act.to_id)
        if home.current_id() == act.to_id:
            remember(home, act)
        else:
            if act.action == PUBLISH and unpublished.exists():
                home.discard(unpublished)
            home.intent_file.unlink()
            disk.flush(home.path)
    home.sweep()
