from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import PROJECT, RELEASED, TinyProject


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the gallery's projects say now as what is expected",
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
