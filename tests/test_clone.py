"""`clone`: views of an earlier run's relations."""

import shutil

import pytest
from tiny import TinyProject

from warehouse.api.clone import clone
from warehouse.errors import UsageError

PROFILES = {
    "dbt_project.yml": "name: tiny\nversion: '1.0'\nprofile: tiny\n",
    "profiles.yml": """\
        tiny:
          target: dev
          outputs:
            dev:
              type: duckdb
              path: tiny.duckdb
              attach: [{path: prod.duckdb, alias: prod}]
            prod: {type: duckdb, path: prod.duckdb}
        """,
}


@pytest.fixture
def project(tmp_path):
    """Return a project of which production has been built."""
    found = TinyProject(tmp_path)
    found.write(
        {
            **PROFILES,
            "seeds/s.csv": "n\n1\n",
            "models/a.sql": """\
                {{ config(materialized='table') }}
                select n from {{ ref('s') }}
                """,
            "models/b.sql": "select n + 1 as m from {{ ref('a') }}",
        }
    )
    found.build(options={"target": "prod"})
    shutil.copytree(tmp_path / "target", tmp_path / "state")
    return found


def cloned(project, **options):
    """Clone all; return each node's status by name."""
    found = project.workspace(state=project.root / "state", **options)
    chosen = found.select((), (), ("model", "seed", "snapshot"))
    return {r.name: str(r.status) for r in clone(found, chosen).results}


def test_clone_makes_views_of_the_earlier_run(project):
    """Each node is a view of production's; what exists is left alone."""
    assert set(cloned(project).values()) == {"success"}
    kinds = project.rows("select view_name from duckdb_views() where not internal")
    assert {name for (name,) in kinds} == {"a", "b", "s"}
    project.build("a")
    assert cloned(project)["a"] == "success"
    assert project.rows("select table_name from duckdb_tables()") == [("a",)]
    cloned(project, full_refresh=True)
    assert project.rows("select table_name from duckdb_tables()") == []


def test_clone_never_replaces_what_it_would_point_to(project):
    """Production cloned into itself stays as it is."""
    cloned(project, target="prod", full_refresh=True)
    shutil.copy(project.root / "prod.duckdb", project.root / "tiny.duckdb")
    assert project.rows("select n from a") == [(1,)]


def test_clone_needs_a_state_and_no_home(project, tmp_path):
    """Both faults say what to do instead."""
    with pytest.raises(UsageError, match="earlier run's manifest"):
        clone(project.workspace(), ())
    with pytest.raises(UsageError, match="without a home"):
        clone(project.workspace(home=tmp_path / "home"), ())
