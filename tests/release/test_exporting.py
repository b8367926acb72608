"""Marts leave side by side, in the project's order, all of them or none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import EngineError
from warehouse.errors import ReleaseError
from warehouse.release import export
from warehouse.release.home import Home
from warehouse.run.faults import OUT_OF_MEMORY
from warehouse.run.parallel import in_parallel

NAMES = [f"m{number}" for number in range(7)]
FILES = {
    f"models/marts/{name}.sql": "{{ config(materialized='table') }} "
    f"select i as id, {place} as amount from range({1000 * place}) as t(i)"
    for place, name in enumerate(NAMES)
}


@pytest.mark.parametrize("threads", [1, 3])
def test_all_leave_in_order(released, threads):
    """However many leave at a time, the record names them in build order."""
    project = released(FILES)
    project.build(options={"threads": threads})
    release = Home(project.root / "data").current()
    assert [mart.name for mart in release.marts] == NAMES
    assert [mart.rows for mart in release.marts] == [1000 * n for n in range(7)]


def test_the_first_fault_is_told(released):
    """Of two marts that cannot leave the first by order is named; nothing is out."""
    project = released(FILES)
    for name in ("m2", "m5"):
        project.write({f"models/marts/{name}.sql": "select 1::hugeint as id"})
    with pytest.raises(AssertionError, match='mart "m2": column "id" is HUGEINT'):
        project.build()
    assert Home(project.root / "data").current_id() is None


REFUSED = 'mart "m": column "id" is HUGEINT, which Parquet cannot hold exactly'


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("select\n    1 as n,\n    2::hugeint as id", "models/marts/m.sql:3:19"),
        (
            "with\nfinal as (\n    select {{ wide(2) }} as id\n)\nselect * from final",
            "models/marts/m.sql:3",
        ),
        ("select * from (values (2::hugeint)) as t(id)", "models/marts/m.sql"),
        (
            "{% set _ = run_query('select 1') %} select 2::hugeint as id",
            "models/marts/m.sql",
        ),
    ],
)
def test_a_refusal_names_the_line(released, sql, place):
    """The model's file is named, and the line where the column gets its name."""
    project = released(
        {
            "macros/wide.sql": "{% macro wide(x) %}{{ x }}::hugeint{% endmacro %}",
            "models/marts/m.sql": sql,
        }
    )
    with pytest.raises(AssertionError) as caught:
        project.build()
    told = str(caught.value)
    assert told.startswith(f"{place}: {REFUSED}")
    assert 'hint: write cast("id" as DECIMAL(38,0))' in told


def test_two_marts_of_one_name(released):
    """Two relations that would leave as one file are refused, and named."""
    project = released(
        {
            "models/marts/a.sql": "{{ config(alias='same') }} select 1 as id",
            "models/marts/b.sql": "{{ config(alias='Same', schema='other') }} "
            "select 2 as id",
        }
    )
    with pytest.raises(AssertionError, match="would both leave as Same"):
        project.build()


def test_once_more_alone(released, monkeypatch):
    """A mart for which there was no memory beside the others is written after them.

    What its first try linked from the release before stays as it was published.
    """
    parted = "{{ config(materialized='table', partition_by='id') }} "
    rows = "select i as id, 1 as amount from range(3) as t(i)"
    project = released({**FILES, "models/marts/m3.sql": parted + rows})
    project.build()
    before = (project.root / "data/current").resolve()
    said = {file: file.read_bytes() for file in before.rglob("*.parquet")}
    tried = []
    written = export._export

    def refuse(engine, piece, folder):
        tried.append(piece.path)
        if piece.path.match("m3/id=2/*") and tried.count(piece.path) == 1:
            raise EngineError("no room", kind=OUT_OF_MEMORY)
        return written(engine, piece, folder)

    monkeypatch.setattr(export, "_export", refuse)
    changed = rows.replace("1 as amount", "(i // 2) + 1 as amount")
    project.write({"models/marts/m3.sql": parted + changed})
    project.build()
    assert len(tried) == 6
    release = Home(project.root / "data").current()
    assert [mart.name for mart in release.marts] == NAMES
    assert {file: file.read_bytes() for file in said} == said
    assert (project.root / "data/current").resolve() != before


@pytest.mark.parametrize("files", [FILES, {"models/no_mart.sql": "select 1 as id"}])
def test_a_database_that_cannot_be_written(released, monkeypatch, files):
    """A checkpoint that fails is an error of the release: the results are there."""
    execute = DuckDB.execute

    def refuse(self, sql):
        if sql == "checkpoint":
            raise EngineError("No space left on device")
        return execute(self, sql)

    monkeypatch.setattr(DuckDB, "execute", refuse)
    project = released(files)
    with pytest.raises(AssertionError, match="cannot write the database: No space"):
        project.build()
    assert {str(r.status) for r in project.result.results} == {"success"}
    assert Home(project.root / "data").current_id() is None


def test_a_fault_lets_nothing_begin():
    """After a fault nothing begins, and it is told as soon as nothing runs."""
    begun = []

    def fail(_):
        raise ReleaseError("no")

    def other(_):
        begun.append(1)

    engine = DuckDB.open(None)
    with pytest.raises(ReleaseError, match="no"):
        in_parallel(engine, 1, [fail, other, other])
    assert len(begun) < 2
    engine.close()


def test_nothing_to_write(released):
    """A build that changes no mart does not import what writes them."""
    project = released({**FILES, "models/beside.sql": "select 1 as id"})
    project.build()
    project.edit("models/beside.sql", "1", "2")
    code = (
        "import sys; from warehouse.cli import main; code = main(); "
        "print('pyarrow' in sys.modules); sys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, "build", "--project-dir", project.root],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert "1 ran, 7 reused" in found.stdout
    assert found.stdout.endswith("False\n")
