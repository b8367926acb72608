"""Marts that did not change are taken over from the current release."""

import pytest

FILES = {
    "models/marts/first.sql": "select 1 as id, 10 as amount\n",
    "models/marts/second.sql": "select 2 as id, 20 as amount\n",
    "models/marts/_marts.yml": """
        models:
          - name: first
            description: The first.
            config: {materialized: table, persist_docs: {relation: true}}
        """,
}


@pytest.fixture
def project(released):
    made = released(FILES)
    made.build()
    return made


def inode(project, name) -> int:
    """Return which file a published mart is."""
    return (project.root / f"data/current/marts/{name}.parquet").stat().st_ino


def test_unchanged_mart_is_taken_over(project):
    """A mart that was not rebuilt is the same file in the next release."""
    before = {name: inode(project, name) for name in ("first", "second")}
    project.edit("models/marts/second.sql", "20", "30")
    project.build()
    assert inode(project, "first") == before["first"]
    assert inode(project, "second") != before["second"]


def test_described_mart_is_written_anew(project):
    """A new description goes into the file."""
    before = inode(project, "first")
    project.edit("models/marts/_marts.yml", "The first.", "Another.")
    project.build()
    assert inode(project, "first") != before


def test_damaged_mart_is_written_anew(project):
    """A file whose bytes are not those that were published is not taken over."""
    file = project.root / "data/current/marts/first.parquet"
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole[:-1] + b"?")
    project.edit("models/marts/second.sql", "20", "30")
    project.build()
    assert (project.root / "data/current/marts/first.parquet").read_bytes() == whole
