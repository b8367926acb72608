"""Marts that did not change, from one release into the next."""

from pathlib import Path

from warehouse.release import disk
from warehouse.release.record import MartFile


def carry_mart(was: MartFile, release: Path, folder: Path) -> MartFile | None:
    """Take a published file over into a candidate, for data that did not change.

    `release` is the folder of the release that `was` describes. None when its bytes
    are not those that were published: then it is to be written anew.
    """
    source = release / was.path
    target = folder / source.name
    with disk.reported(f'take over mart "{was.name}"'):
        if not source.is_file() or disk.sha256(source) != was.sha256:
            return None
        try:
            target.hardlink_to(source)  # neither is ever written to
        except OSError:
            disk.copy_file(source, target)
    return was
