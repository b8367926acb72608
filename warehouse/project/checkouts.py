"""Getting a package: its folder, its commit from git, or what a tar file holds."""

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ConfigError
from warehouse.project.config import PROJECT_FILE, Renderer, load_project_head
from warehouse.project.requirements import Requirement

_MAIN = ("HEAD", "main", "master")


@dataclass(frozen=True, slots=True)
class Found:
    """A package that was found: its folder, its name, and its commit if it has one."""

    requirement: Requirement
    folder: Path
    name: str
    revision: str | None = None

    @property
    def is_linked(self) -> bool:
        """Whether the folder stays where it is, and is only linked to."""
        return self.requirement.kind == "local" or self.folder.is_symlink()

    @property
    def is_unpinned(self) -> bool:
        """Whether the next install may find another commit, and nobody has said so."""
        entry = self.requirement.entry
        return (
            self.requirement.kind == "git"
            and (self.requirement.revision or "HEAD") in _MAIN
            and entry.get("warn-unpinned") is not False
        )


class Checkouts:
    """Finds packages; `space` is a folder for what is cloned and unpacked.

    `root` is the project's folder, `installed` that of its packages.
    """

    def __init__(
        self, root: Path, installed: Path, space: Path, render: Renderer
    ) -> None:
        self._root = root
        self._installed = installed
        self._space = space
        self._render = render
        self._clones: dict[str, Path] = {}

    def find(self, requirement: Requirement) -> Found:
        """Return where a package is. Raises ConfigError, at the entry's line."""
        if requirement.kind == "git":
            return self._git(requirement)
        if requirement.kind == "tarball":
            folder = self._tarball(requirement)
            return Found(requirement, folder, requirement.name or "")
        if requirement.kind == "package":
            return self._hub(requirement)
        return self._found(requirement, self.path(requirement))

    def path(self, requirement: Requirement, place: str | None = None) -> Path:
        """Return the folder or file that a local path means.

        Paths begin at the project's folder, as in dbt, or where the entry stands.
        """
        place = requirement.place if place is None else place
        for folder in (self._root, requirement.folder):
            path = Path(os.path.normpath(folder / Path(place).expanduser()))
            if path.exists():
                return path
        raise requirement.error(f"{place} does not exist")

    def _found(
        self, requirement: Requirement, folder: Path, revision: str | None = None
    ) -> Found:
        if not (folder / PROJECT_FILE).exists():
            raise requirement.error(f"no {PROJECT_FILE} in {requirement.key}")
        name = load_project_head(folder, self._render).name
        return Found(requirement, folder, name, revision)

    def _hub(self, requirement: Requirement) -> Found:
        name = requirement.name or ""
        folder = self._installed / name
        if not (folder / PROJECT_FILE).exists():
            shown = self._installed.relative_to(self._root)
            raise requirement.error(
                f"{requirement.place} is not installed, and no hub is asked",
                hint=f"put it into {shown}/{name}/, or say `local:`, `git:` or "
                "`tarball:` for a copy of it",
            )
        return self._found(requirement, folder)

    def _git(self, requirement: Requirement) -> Found:
        place = requirement.place
        clone = self._clones.get(requirement.key)
        if clone is None:
            url = place
            if not re.match(r"[\w+.-]+://|[\w.-]+@", place):
                url = str(self.path(requirement))
            clone = self._space / f"git{len(self._clones)}"
            words = ("clone", "--quiet", "--no-checkout", "--", url, str(clone))
            _git(requirement, *words)
            self._clones[requirement.key] = clone
        commit = _commit(requirement, clone)
        _git(requirement, "-C", str(clone), "checkout", "--quiet", "--detach", commit)
        folder = clone / (requirement.subdirectory or "")
        return self._found(requirement, folder, commit)

    def _tarball(self, requirement: Requirement) -> Path:
        place = requirement.place.removeprefix("file://")
        if re.match(r"\w+://", place):
            raise requirement.error(
                "a tar file is not downloaded", hint="download it, and say its path"
            )
        folder = self._space / f"tar.{requirement.name}"
        if not folder.exists():
            try:
                with tarfile.open(self.path(requirement, place)) as archive:
                    archive.extractall(folder, filter="data")
            except (tarfile.TarError, OSError) as error:
                shutil.rmtree(folder, ignore_errors=True)
                raise requirement.error(f"cannot unpack it: {error}") from error
        inside = list(folder.iterdir())
        if len(inside) != 1 or not (inside[0] / PROJECT_FILE).exists():
            raise requirement.error(f"it must hold one folder with a {PROJECT_FILE}")
        return inside[0]


def _commit(requirement: Requirement, clone: Path) -> str:
    wanted = requirement.revision or "HEAD"
    for name in (f"refs/tags/{wanted}", f"refs/remotes/origin/{wanted}", wanted):
        words = ("rev-parse", "--quiet", "--verify", "--end-of-options")
        try:
            return _git(requirement, "-C", str(clone), *words, f"{name}^{{commit}}")
        except ConfigError:
            continue
    raise requirement.error(f'no branch, tag or commit "{wanted}" in it')


def _git(requirement: Requirement, *words: str) -> str:
    """Run git, which must neither ask for a password nor take our repository for its.

    Raises ConfigError with git's own words.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["git", *words],  # noqa: S607 - the user's own git
            env={**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise requirement.error(f"cannot run git: {error.strerror}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it failed"]
        raise requirement.error(f"git {words[0]}: {lines[-1]}")
    return done.stdout.strip()
