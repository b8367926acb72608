"""External models: files of rows, whole or not at all, in place and in a release."""

import duckdb
import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.errors import CompileError

MODEL = "models/out.sql"


@pytest.fixture
def project(tmp_path):
    """Return a tiny project with one external model."""
    found = TinyProject(tmp_path / "project")
    found.root.mkdir()
    found.write(
        {
            **PROJECT,
            MODEL: """\
                {{ config(materialized='external', location='out/rows.parquet') }}
                select 1 as n, 'a' as name
                """,
            "models/after.sql": "select n + 1 as m from {{ ref('out') }}",
        }
    )
    return found


def model(project, config, query="select 1 as n, 'a' as name"):
    """Write the external model anew."""
    project.write(
        {MODEL: f"{{{{ config(materialized='external', {config}) }}}}\n{query}"}
    )


def rows(project, path):
    """Read a file of the project by a connection of our own."""
    return duckdb.sql(f"from '{project.root / path}' order by all").fetchall()


def files(project, folder="out"):
    """List what is in a folder, hidden names too."""
    return sorted(path.name for path in (project.root / folder).iterdir())


def test_the_rows_are_in_a_file_and_in_a_view(project):
    """A model downstream reads them through the view; nothing else is left."""
    for _ in range(2):
        assert project.build() == {"out": "success", "after": "success"}
    assert rows(project, "out/rows.parquet") == [(1, "a")]
    assert files(project) == ["rows.parquet"]


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ("location='out/a.csv', delimiter='|'", "out/a.csv"),
        ("location='out/a.json'", "out/a.json"),
        ("location='out/a.csv.gz'", "out/a.csv.gz"),
        ("format='csv'", "out.csv"),
        ("options={'compression': 'zstd'}", "out.parquet"),
        (
            "location='out/parts', options={'partition_by': 'name'}",
            "out/parts/*/*.parquet",
        ),
    ],
)
def test_formats_and_options(project, config, path):
    """CSV, JSON, compression, parts by column; the file as dbt-duckdb names it."""
    model(project, config)
    assert project.build()["after"] == "success"
    assert rows(project, path) == [(1, "a")]
    model(project, config, "select 2 as n, 'b' as name")
    project.build()
    assert rows(project, path) == [(2, "b")]


@pytest.mark.parametrize("path", ["a.parquet", "a.csv", "a.json", "parts"])
def test_no_rows_are_no_rows(project, path):
    """An empty result is an empty file, and the columns stay."""
    parts = ", options={'partition_by': 'name'}" if path == "parts" else ""
    query = "select 1::integer as n, 'a' as name where false"
    model(project, f"location='out/{path}'{parts}", query)
    assert project.build() == {"out": "success", "after": "success"}
    assert (project.root / "out" / path).exists()


@pytest.mark.parametrize(
    "query", ["select error('no') as n", "select 2 as n, 'b' as name"]
)
def test_a_failure_leaves_the_old_file(project, query):
    """Whether the query fails or a hook behind it, the old rows stay; nothing half."""
    project.build()
    hook = "post_hook='select error(42)'"
    model(project, f"location='out/rows.parquet', {hook}", query)
    assert project.build()["out"] == "error"
    assert rows(project, "out/rows.parquet") == [(1, "a")]
    assert files(project) == ["rows.parquet"]


def test_a_failure_of_the_first_build_leaves_no_file(project):
    """What was never whole is not there."""
    model(project, "location='out/rows.parquet', post_hook='select error(42)'")
    assert project.build()["out"] == "error"
    assert files(project) == []


def test_a_folder_with_other_files_is_not_replaced(project):
    """Parts go into a folder of their own, never over what is not theirs."""
    model(project, "location='models', options={'partition_by': 'name'}")
    assert project.build()["out"] == "error"
    assert "models holds after.sql" in project.detail("out")
    assert (project.root / "models/after.sql").exists()


@pytest.mark.parametrize(
    "place", ["../rows.parquet", "/tmp/rows.parquet", "s3://b/a.csv"]
)
def test_a_place_outside_of_the_project_is_refused(project, place):
    """Nothing runs; the message says how to allow it."""
    model(project, f"location='{place}'")
    with pytest.raises(CompileError, match="is outside the project") as refused:
        project.build()
    assert "allowed_paths" in str(refused.value)


def test_a_place_outside_of_the_project_may_be_allowed(project):
    """`allowed_paths` names folders that may be written to."""
    project.write(
        {"pyproject.toml": "[tool.warehouse]\nallowed_paths = ['../shared']\n"}
    )
    model(project, "location='../shared/rows.parquet'")
    assert project.build()["out"] == "success"
    assert rows(project, "../shared/rows.parquet") == [(1, "a")]


def test_two_models_may_not_share_a_file(project):
    """The second would overwrite the first."""
    project.write(
        {
            "models/other.sql": """\
                {{ config(materialized='external', location='./out/rows.parquet') }}
                select 2 as n
                """
        }
    )
    with pytest.raises(CompileError, match="both write"):
        project.build()


def test_a_release_has_the_file_and_the_rows(project):
    """With a home the file is a part of the release; a failed test changes neither."""
    project.write(RELEASED)
    project.build()
    assert rows(project, "data/current/external/out/rows.parquet") == [(1, "a")]
    project.build()
    assert project.built() == set()
    assert project.result.is_unchanged
    project.write({"tests/never.sql": "select * from {{ ref('out') }} where n > 1"})
    project.write(
        {MODEL: (project.root / MODEL).read_text().replace("1 as n", "2 as n")}
    )
    assert project.build()["never"] == "fail"
    assert rows(project, "data/current/external/out/rows.parquet") == [(1, "a")]
    assert project.rows("from after") == [(2,)]
    project.remove("tests/never.sql")
    project.build()
    assert rows(project, "data/current/external/out/rows.parquet") == [(2, "a")]
    assert not (project.root / "out").exists()
