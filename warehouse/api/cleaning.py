"""What builds leave in a project, and taking it away."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import ConfigError
from warehouse.project.config import PROJECT_FILE, ProjectConfig
from warehouse.release.home import Home

KINDS = ("model", "seed", "macro", "test", "snapshot", "analysis")


def clean_targets(config: ProjectConfig, home: Home | None) -> list[Path]:
    """List the `clean-targets` that exist.

    Raises ConfigError for one that is, holds or lies outside what must stay: the
    project itself, its sources, its home.
    """
    root = config.root.resolve()
    found = []
    for target in config.clean_targets:
        path = root / target
        reason = _refusal(config, home, path)
        if reason:
            raise ConfigError(
                f'`clean-targets` names "{target}", which {reason}: nothing removed',
                hint=f"take it out of `clean-targets` in {PROJECT_FILE}",
            )
        if path.is_symlink() or path.exists():
            found.append(path)
    return found


def _refusal(config: ProjectConfig, home: Home | None, path: Path) -> str | None:
    root, real = config.root.resolve(), path.resolve()
    if not real.is_relative_to(root):
        return "leads outside the project"
    if real == root:
        return "is the project"
    for what, kept in _kept(config, home):
        if kept.is_relative_to(real) or real.is_relative_to(kept):
            return f"holds {what}"
    return None


def _kept(config: ProjectConfig, home: Home | None) -> Iterator[tuple[str, Path]]:
    root = config.root.resolve()
    if home is not None:
        yield "the releases", home.path.resolve()
    for kind in KINDS:
        for folder in config.folders(kind):
            yield f"the project's {folder}", (root / folder).resolve()


def remove(path: Path) -> None:
    """Take a file, link or folder away."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
