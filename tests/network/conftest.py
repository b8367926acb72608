"""The deal network, built once for those who read it."""

import duckdb
import pytest
from network_project import copy_project, warehouse


@pytest.fixture
def project(tmp_path):
    """Return a copy of the project to change and to build."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """Return the folder of a release that one build has published."""
    folder = copy_project(tmp_path_factory.mktemp("network"))
    done = warehouse(folder, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data" / "current"


@pytest.fixture
def query(release):
    """Return a function that asks the published database."""
    with duckdb.connect(
        str(release / "warehouse.duckdb"), read_only=True
    ) as connection:
        yield lambda sql: connection.execute(sql).fetchall()
