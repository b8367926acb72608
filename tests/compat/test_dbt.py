"""Our project and its engine against dbt itself: same statuses, same tables."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
PROFILE = """\
roundtrip:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, schema: main, threads: 2}
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """Return a copy of the project as git has it, without what builds have left."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("seeds", "sql"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="session")
def by_dbt(dbt, project, tmp_path_factory):
    """Build the project with dbt; return its database and its nodes' statuses."""
    folder = tmp_path_factory.mktemp("by_dbt")
    profiles = folder / "profiles"
    profiles.mkdir()
    (profiles / "profiles.yml").write_text(PROFILE)
    command = [dbt, "build", "--project-dir", project, "--profiles-dir", profiles]
    command += ["--target-path", folder / "target", "--log-path", folder / "logs"]
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "eprecat" not in done.stdout, done.stdout
    return folder / "warehouse.duckdb", statuses(folder / "target")


@pytest.fixture(scope="session")
def by_us(project):
    """Build the project with our engine; return its database and nodes' statuses."""
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "build", "--full-refresh"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = (project / "data" / "runs").iterdir()
    return project / "data" / "current" / "warehouse.duckdb", statuses(run)


def statuses(folder):
    """Return each node's status by name; dbt's ids of tests end in its own hash."""
    results = json.loads((folder / "run_results.json").read_text())["results"]
    return sorted(
        (".".join(result["unique_id"].split(".")[:3]), result["status"])
        for result in results
    )


def tables(database):
    """Return the columns with types and comments of every relation, by name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name, table_name, column_name, data_type, comment "
            "from duckdb_columns() where not internal order by all"
        ).fetchall()
    found = {}
    for schema, table, *column in rows:
        found.setdefault((schema, table), []).append(tuple(column))
    return found


def table_functions(database):
    """Return the comment of every table macro, by name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "select schema_name, function_name, comment from duckdb_functions() "
            "where not internal order by all"
        ).fetchall()


def test_every_node_ends_as_in_dbt(by_us, by_dbt):
    """Our engine runs the same nodes as dbt, and each ends with the same status."""
    assert by_us[1] == by_dbt[1]


def test_every_relation_has_the_same_columns_types_and_comments(by_us, by_dbt):
    """Names, types and descriptions in the database are those that dbt gives."""
    assert tables(by_us[0]) == tables(by_dbt[0])
    assert table_functions(by_us[0]) == table_functions(by_dbt[0]) != []


def test_every_relation_has_the_same_rows(by_us, by_dbt):
    """No row of any table or view is in one database and not in the other."""
    names = tables(by_us[0])
    differing = []
    with duckdb.connect() as connection:
        # dbt's views name their database, so that it must keep its name; ours do not.
        connection.execute(f"attach '{by_us[0]}' as ours (read_only)")
        connection.execute(f"attach '{by_dbt[0]}' as warehouse (read_only)")
        for schema, table in names:
            ours, theirs = (
                f'{db}."{schema}"."{table}"' for db in ("ours", "warehouse")
            )
            count = connection.execute(
                f"select count(*) from ((from {ours} except all from {theirs}) "
                f"union all (from {theirs} except all from {ours}))"
            ).fetchone()
            if count[0]:
                differing.append((schema, table, count[0]))
    assert len(names) > 30
    assert differing == []
