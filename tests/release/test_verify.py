"""`verify`: every file against the record, every table against a build from nothing."""

from hashlib import sha256

import duckdb
import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.cli import main

FILES = {
    **PROJECT,
    **RELEASED,
    "seeds/raw.csv": "id,amount\n1,10\n2,20\n",
    "models/marts/orders.sql": "{{ config(materialized='table') }} "
    "select id, amount * {{ var('rate', 2) }} as amount from {{ ref('raw') }}",
    "models/marts/clock.sql": "select current_date as today",
    "models/grown.sql": "{{ config(materialized='incremental', unique_key='id') }} "
    "select * from {{ ref('raw') }}",
}


@pytest.fixture
def shop(tmp_path):
    """Publish a release."""
    project = TinyProject(tmp_path)
    project.write(FILES)
    project.build()
    return project


@pytest.fixture
def verify(shop, capsys):
    """Run `verify`; return its exit code and all that it said."""

    def run(*words):
        capsys.readouterr()
        code = main(["verify", *words, "--project-dir", str(shop.root), "--no-color"])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def current(shop):
    return (shop.root / "data/current").resolve()


def writable(path):
    path.chmod(0o644)
    return path


def test_a_whole_release(shop, verify):
    """All files are as published, of this release or of all."""
    code, said = verify()
    assert code == 0
    assert "4 files" in said
    assert "as published" in said
    shop.write({"seeds/raw.csv": "id,amount\n1,11\n"})
    shop.build()
    code, said = verify("--all")
    assert code == 0
    assert said.count("as published") == 2


def test_every_fault_is_told_at_once(shop, verify):
    """What is missing, changed and a stranger stands in one answer."""
    folder = current(shop)
    mart = writable(folder / "marts/orders.parquet")
    data = bytearray(mart.read_bytes())
    data[len(data) // 2] ^= 1  # the same size
    mart.write_bytes(data)
    (folder / "marts/clock.parquet").unlink()
    (folder / "marts/guest.parquet").write_text("hello")
    (folder / "link").symlink_to("/etc/hostname")
    code, said = verify()
    assert code == 1
    lines = said.splitlines()
    assert [line.split()[0] for line in lines[:4]] == [
        "missing", "changed", "stranger", "stranger",
    ]  # fmt: skip
    assert "marts/clock.parquet" in lines[0]
    assert "marts/orders.parquet" in lines[1]
    assert "rollback" in said


def test_a_record_that_cannot_be_read(shop, verify):
    """A damaged `release.json` is named, and the others are still looked at."""
    first = current(shop)
    shop.write({"seeds/raw.csv": "id,amount\n1,11\n"})
    shop.build()
    writable(first / "release.json").write_text("{")
    code, said = verify("--all")
    assert code == 1
    assert "release.json is damaged" in said
    assert said.count("as published") == 1


def test_a_rebuild_proves_reuse(shop, verify):
    """What was built step by step is what a build from nothing gives."""
    shop.write({"seeds/raw.csv": "id,amount\n1,10\n2,21\n"})
    shop.build()
    code, said = verify("--rebuild")
    assert code == 0, said
    assert "2 tables and views are equal, 0 differ, 2 were not compared" in said
    assert "model.tiny.grown: it goes on from what earlier builds left" in said
    assert "clock: it runs every time: its SQL asks `current_date`" in said
    assert len(list((shop.root / "data/releases").iterdir())) == 2


ASKING = "select {{ run_query('select 1').rows | length if execute else 0 }} as a"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (ASKING, "its template asks the database"),
        ("{{ config(pre_hook='select 1') }} select 1 as a", "it has a pre-hook"),
        ("select * from {{ source('theirs', 'schemata') }}", "which others fill"),
        ("select * from {{ ref('clock') }}", "it reads clock, which runs each time"),
        ("select * from {{ ref('only') }}", "it reads only, which runs each time"),
    ],
)
def test_a_rebuild_names_why_a_node_is_not_compared(shop, verify, sql, reason):
    """What has a part in a node that runs every time is named."""
    shop.write(
        {
            "models/only.sql": "{{ config(materialized='ephemeral') }} select now()",
            "models/sources.yml": """
                sources:
                  - name: theirs
                    schema: information_schema
                    tables: [{name: schemata}]
                """,
            "models/volatile.sql": sql,
        }
    )
    shop.build()
    code, said = verify("--rebuild")
    assert code == 0, said
    (told,) = (line for line in said.splitlines() if "tiny.volatile" in line)
    assert told.startswith("not compared  model.tiny.volatile: it runs every time: ")
    assert reason in told


def test_a_rebuild_finds_what_differs(shop, verify):
    """A table that somebody has changed is told with its rows."""
    folder = current(shop)
    database = writable(folder / "warehouse.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("update orders set amount = 99 where id = 2")
    record = writable(folder / "release.json")
    text = record.read_text()
    before = text.split('"database_sha256": "')[1][:64]
    record.write_text(text.replace(before, sha256(database.read_bytes()).hexdigest()))
    code, said = verify("--rebuild")
    assert code == 1
    assert (
        "different  model.tiny.orders: 1 published rows are not in the rebuilt" in said
    )
    assert "99" in said


def test_another_project_is_not_compared(shop, verify):
    """A node that is written otherwise by now proves nothing."""
    shop.edit("models/marts/orders.sql", "'rate', 2", "'rate', 3")
    code, said = verify("--rebuild")
    assert code == 0
    assert "model.tiny.orders: the project or its inputs have changed" in said


def test_a_project_that_does_not_build(shop, verify):
    """A rebuild that fails is an error, and leaves nothing behind."""
    shop.write({"models/marts/orders.sql": "select no_such_column"})
    code, said = verify("--rebuild")
    assert code == 1
    assert "does not build from nothing" in said
