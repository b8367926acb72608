"""A package on disk: its config and every file that it brings."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.project.config import (
    PROJECT_FILE,
    ProjectConfig,
    Renderer,
    load_project_config,
)
from warehouse.project.files import SourceFile, find, read_text, source_file
from warehouse.project.requirements import missing_packages
from warehouse.project.seeds import SeedFile, seed_file
from warehouse.project.yaml import Document, parse, words

SELECTORS_FILE = "selectors.yml"
FIXTURES = "fixtures"  # the folder of unit tests' files, among the tests


@dataclass(frozen=True, slots=True)
class Package:
    """A project or an installed package, as it stands on disk.

    `tests` are singular tests; generic tests (`tests/generic/`) are among the macros.
    A file of `snapshots` may define several; `faults` are those of properties files
    that cannot be read, `unread` the words in them: they might define what bears one.
    """

    config: ProjectConfig
    models: tuple[SourceFile, ...]
    seeds: tuple[SeedFile, ...]
    tests: tuple[SourceFile, ...]
    analyses: tuple[SourceFile, ...]
    macros: tuple[SourceFile, ...]
    snapshots: tuple[SourceFile, ...]
    docs: tuple[SourceFile, ...]
    properties: tuple[Document, ...]
    faults: tuple[WarehouseError, ...] = ()
    unread: frozenset[str] = frozenset()
    fixtures: tuple[SourceFile, ...] = ()
    selectors: Document | None = None

    @property
    def name(self) -> str:
        """The package's name, which its nodes' ids begin with."""
        return self.config.name

    def relative(self, path: str) -> str:
        """Return a file's path below the resource folder that it stands in."""
        kinds = ("model", "seed", "snapshot", "analysis", "macro", "test")
        folders = [folder for kind in kinds for folder in self.config.folders(kind)]
        inside = [f for f in folders if path.startswith(f"{f}/")]
        return path[len(max(inside, key=len, default="")) :].lstrip("/")

    def links(self) -> Iterator[tuple[str, Path]]:
        """Yield the folders and files that stand elsewhere, with where they do."""
        root, paths = self.config.root.resolve(), self.config.paths.values()
        folders = [path for found in paths for path in found]
        folders += [f"{path}/{FIXTURES}" for path in self.config.folders("test")]
        for path in dict.fromkeys(folders):
            real = (root / path).resolve()
            if real != root / path:
                yield path, real
        groups = (
            *(self.models, self.tests, self.analyses, self.macros, self.snapshots),
            *(self.docs, self.fixtures, self.seeds),
        )
        files = [file.path for group in groups for file in group]
        for path in dict.fromkeys((*files, *(found.file for found in self.properties))):
            if (root / path).is_symlink():
                yield path, (root / path).resolve()


def load_packages(root: Path, render: Renderer) -> tuple[Package, ...]:
    """Read the project in `root` and the packages installed in it; the project first.

    Raises ConfigError, naming file and line, for whatever cannot be read.
    """
    project = load_package(root, render)
    installed = root / project.config.packages_path
    folders = sorted(installed.iterdir()) if installed.is_dir() else []
    for requirement in missing_packages(root, installed, render):
        raise requirement.error(
            "not every package that is required is installed",
            hint="run: warehouse deps",
        )
    return (
        project,
        *(load_package(f, render) for f in folders if (f / PROJECT_FILE).exists()),
    )


def load_package(root: Path, render: Renderer) -> Package:
    """Read the package in `root`."""
    config = load_project_config(root, render)
    everything = tuple(_sources(config, "test", ".sql"))
    fixtures = tuple(_fixtures(config))
    documents, faults, unread = _properties(config)
    tests = tuple(f for f in everything if f.folders[:1] != (FIXTURES,))
    generic = tuple(file for file in tests if "generic" in file.folders[:1])
    return Package(
        config=config,
        models=tuple(_sources(config, "model", ".sql", ".py")),
        seeds=tuple(
            seed_file(config.root, folder, path)
            for folder in config.folders("seed")
            for path in find(config.root, folder, (".csv",))
        ),
        tests=tuple(file for file in tests if file not in generic),
        analyses=tuple(_sources(config, "analysis", ".sql")),
        macros=(*_sources(config, "macro", ".sql"), *generic),
        snapshots=tuple(_sources(config, "snapshot", ".sql")),
        docs=tuple(_docs(config)),
        properties=documents,
        faults=faults,
        unread=unread,
        fixtures=fixtures,
        selectors=_selectors(config),
    )


def _sources(config: ProjectConfig, kind: str, *endings: str) -> Iterator[SourceFile]:
    for folder in config.folders(kind):
        for path in find(config.root, folder, endings):
            yield source_file(config.root, folder, path)


def _selectors(config: ProjectConfig) -> Document | None:
    path = config.root / SELECTORS_FILE
    if not path.exists():
        return None
    return parse(read_text(path, SELECTORS_FILE), SELECTORS_FILE)


def _fixtures(config: ProjectConfig) -> Iterator[SourceFile]:
    for folder in config.folders("test"):
        for path in find(config.root, f"{folder}/{FIXTURES}", (".csv", ".sql")):
            yield source_file(config.root, folder, path)


def _docs(config: ProjectConfig) -> Iterator[SourceFile]:
    kinds = ("model", "seed", "macro", "test", "snapshot", "analysis")
    folders = config.folders("docs") or tuple(
        folder for kind in kinds for folder in config.folders(kind)
    )
    for folder in dict.fromkeys(folders):
        for path in find(config.root, folder, (".md",)):
            yield source_file(config.root, folder, path)


def _properties(
    config: ProjectConfig,
) -> tuple[tuple[Document, ...], tuple[WarehouseError, ...], frozenset[str]]:
    """Return the properties files; of those that cannot be read, faults and words."""
    documents: list[Document] = []
    faults: list[WarehouseError] = []
    unread: set[str] = set()
    kinds = ("model", "seed", "snapshot", "analysis", "macro", "test")
    folders = [folder for kind in kinds for folder in config.folders(kind)]
    for folder in dict.fromkeys(folders):
        for path in find(config.root, folder, (".yml", ".yaml")):
            shown = path.relative_to(config.root).as_posix()
            try:
                # As in dbt without its end, which a block of text would keep.
                documents.append(parse(read_text(path, shown).rstrip(), shown))
            except WarehouseError as error:
                faults.append(error)
                with suppress(OSError):
                    unread |= words(path.read_text("utf-8", errors="replace"))
    return tuple(documents), tuple(faults), frozenset(unread)
