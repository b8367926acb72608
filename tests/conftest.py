from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.api.workspace import Workspace
from warehouse.manifest.manifest import Manifest

settings.register_profile("quick", max_examples=50, deadline=None)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the gallery and the pages' queries say now as expected",
    )


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    """Keep the user's own profiles out of the tests."""
    monkeypatch.delenv("DBT_PROFILES_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., TinyProject]:
    """Write a project that builds in place."""

    def make(files: dict[str, str]) -> TinyProject:
        project = TinyProject(tmp_path / "tiny")
        project.write({**PROJECT, **files})
        return project

    return make


@pytest.fixture
def released(tiny) -> Callable[..., TinyProject]:
    """Write a project that builds releases."""
    return lambda files: tiny({**RELEASED, **files})


@pytest.fixture
def connection():
    """Open a DuckDB of our own in memory, with two small tables."""
    with duckdb.connect() as opened:
        opened.execute("create table orders as select 1 as id, 2.5 as amount")
        opened.execute("create table customers as select 1 as id, 'Ada' as name")
        yield opened


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """Read the project `selection/` once; selecting changes nothing in it."""
    return Workspace(Path(__file__).parent / "selection").manifest
