"""`deps`: finds what a project requires, and puts it into `dbt_packages/`."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.errors import ConfigError
from warehouse.project.checkouts import Checkouts, Found
from warehouse.project.config import ProjectConfig, Renderer
from warehouse.project.lock_file import Lock, read_lock, write_lock
from warehouse.project.requirements import Requirement, checksum, read_requirements
from warehouse.project.version_range import allows

LEFT_OUT = shutil.ignore_patterns(".git")


@dataclass(frozen=True, slots=True)
class Installed:
    """A package that was installed, from where, and what to know about that."""

    name: str
    source: str
    warning: str | None = None


def install(
    config: ProjectConfig,
    render: Renderer,
    *,
    upgrade: bool = False,
    lock_only: bool = False,
) -> list[Installed]:
    """Install what the project requires, and what that requires.

    Without `upgrade`, and while the list is the same, the revisions of
    package-lock.yml count. The folder of packages is replaced as a whole, once all
    were found: a failed command leaves it as it was. Raises ConfigError.
    """
    root = config.root
    required = read_requirements(root, render)
    if not required:
        return []
    installed = root / config.packages_path
    lock = read_lock(root, render)
    with tempfile.TemporaryDirectory(prefix="packages-") as space:
        checkouts = Checkouts(root, installed, Path(space), render)
        if upgrade or lock.checksum != checksum(required):
            found = _resolve(config, checkouts, required, render)
            entries = [_entry(each, lock, root) for each in found]
            _check_versions(found, lock)
            write_lock(root, entries, checksum(required))
        else:
            found = [checkouts.find(each) for each in lock.requirements]
        if not lock_only:
            _replace(installed, found)
    return [_installed(each) for each in found]


def _resolve(
    config: ProjectConfig,
    checkouts: Checkouts,
    required: Iterable[Requirement],
    render: Renderer,
) -> list[Found]:
    """Find each package once, then what they require, level by level."""
    found: dict[str, Found] = {}
    names = {config.name: "the project itself"}
    pending = list(required)
    while pending:
        following: list[Requirement] = []
        for requirement in pending:
            known = found.get(requirement.key)
            if known is not None:
                _check_same(known.requirement, requirement)
                continue
            package = checkouts.find(requirement)
            if package.name in names:
                raise requirement.error(
                    f'"{package.name}" is the name of {names[package.name]} too'
                )
            names[package.name] = requirement.key
            found[requirement.key] = package
            following += _nested(package, render)
        pending = following
    return list(found.values())


def _nested(package: Found, render: Renderer) -> Iterator[Requirement]:
    """Yield what a package requires; a path inside its git repository stays there."""
    try:
        nested = read_requirements(package.folder, render)
    except ConfigError as error:
        if error.location is not None:
            where = f"{package.name}/{error.location.file}"
            error.location = replace(error.location, file=where)
        raise
    own = package.requirement
    for each in nested:
        folder = each.folder / each.place
        if each.kind != "local" or own.kind != "git" or not folder.exists():
            yield each
            continue
        inside = os.path.normpath(Path(own.subdirectory or "") / each.place)
        entry = {**own.entry, "subdirectory": inside}
        yield replace(each, kind="git", place=own.place, entry=entry, folder=own.folder)


def _check_same(first: Requirement, second: Requirement) -> None:
    if first.kind == "git" and second.revision not in {None, first.revision}:
        raise second.error(
            f"revision {second.revision} is asked for, and {first.revision or 'HEAD'} "
            f"by {first.block.location(first.kind)}"
        )


def _check_versions(found: Iterable[Found], lock: Lock) -> None:
    """Refuse a hub package whose version, as the lock knows it, is not asked for."""
    for each in found:
        requirement = each.requirement
        known = lock.version(requirement.place)
        if requirement.kind != "package" or known is None:
            continue
        if not all(allows(version, known) for version in requirement.versions):
            raise requirement.error(
                f"version {', '.join(requirement.versions)} is asked for, and {known} "
                "is installed; no hub is asked",
                hint=f"put that version into the folder of packages as {each.name}",
            )


def _entry(package: Found, lock: Lock, root: Path) -> dict[str, Any]:
    """Return what the lock says of a package."""
    requirement = package.requirement
    entry: dict[str, Any] = {requirement.kind: requirement.place, "name": package.name}
    if requirement.kind == "git":
        entry["git"] = requirement.block.get("git") or requirement.place
        entry["revision"] = package.revision
        if requirement.subdirectory:
            entry["subdirectory"] = requirement.subdirectory
    if requirement.kind == "package":
        known = lock.version(requirement.place)
        entry["version"] = known or requirement.entry["version"]
    if requirement.kind == "local" and not (root / requirement.place).exists():
        entry["local"] = os.path.relpath(package.folder, root)
    return entry


def _replace(installed: Path, packages: Sequence[Found]) -> None:
    """Put the packages into a new folder, which takes the old one's place."""
    new, old = (
        installed.with_name(f".{installed.name}.{kind}{os.getpid()}")
        for kind in ("new", "old")
    )
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for package in packages:
        target = new / package.name
        if package.is_linked:
            target.symlink_to(package.folder.resolve(), target_is_directory=True)
        else:
            shutil.copytree(package.folder, target, symlinks=True, ignore=LEFT_OUT)
    if installed.exists():
        installed.rename(old)
    new.rename(installed)
    shutil.rmtree(old, ignore_errors=True)


def _installed(package: Found) -> Installed:
    requirement = package.requirement
    source = requirement.key
    if package.revision:
        source += f" at {package.revision[:12]}"
    if requirement.kind == "package":
        source += ", as it was installed: no hub is asked"
    warning = None
    if package.is_unpinned:
        warning = (
            f"{package.name} has no revision of its own: another commit may come with "
            "`deps --upgrade`; say `revision:`, or `warn-unpinned: false`"
        )
    return Installed(package.name, source, warning)
