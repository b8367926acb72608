"""dbt itself as the judge: a tiny project, built by both engines, compared."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

DBT = ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10", "pyarrow>=20", "scipy>=1.14")
PROJECT = {
    "dbt_project.yml": "name: tiny\nversion: '1.0'\nprofile: tiny\n",
    "profiles.yml": """\
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}
        """,
}


@pytest.fixture(scope="session")
def dbt(tmp_path_factory):
    """Return dbt's command from a virtual environment of its own, one for all tests.

    $DBT names one that is installed already.
    """
    if "DBT" in os.environ:
        return Path(os.environ["DBT"])
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "dbt"
    with (shared / "dbt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes first installs
        if not (folder / "bin" / "dbt").exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
            subprocess.run([*pip, *DBT], check=True)
    return folder / "bin" / "dbt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command of one engine left: exit code, output, artefacts and tables."""

    folder: Path
    code: int
    out: str

    def artefact(self, name: str) -> Any:
        """Return an artefact, `manifest` for example."""
        return json.loads((self.folder / "target" / f"{name}.json").read_text())

    def statuses(self) -> list[tuple[str, str]]:
        """Return each node's status by id, of tests without the hash at its end."""
        return sorted(
            (short_id(result["unique_id"]), result["status"])
            for result in self.artefact("run_results")["results"]
        )

    def lines(self) -> list[str]:
        """Return the lines of the output, sorted."""
        return sorted(filter(None, self.out.splitlines()))

    def tables(self, database: str = "tiny.duckdb") -> dict[str, Any]:
        """Return columns, types, comments and sorted rows of every table and view."""
        path = self.folder / database
        if not path.exists():
            return {}
        found: dict[str, Any] = {}
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute(f"set file_search_path = '{self.folder}'")
            columns = connection.execute(
                "select schema_name || '.' || table_name, column_name, data_type, "
                "comment from duckdb_columns() where not internal and "
                "database_name = current_database() order by 1, column_index"
            ).fetchall()
            for name, *column in columns:
                found.setdefault(name, {"columns": []})["columns"].append(tuple(column))
            for name, table in found.items():
                schema, _, identifier = name.partition(".")
                rows = connection.execute(f'from "{schema}"."{identifier}"').fetchall()
                table["rows"] = sorted(map(repr, rows))
        return found


def short_id(unique_id: str) -> str:
    """Return an id without a generic test's hash."""
    return ".".join(unique_id.split(".")[:3]) if unique_id[:5] == "test." else unique_id


class Both:
    """One project in two folders, one for each engine."""

    def __init__(self, folder: Path, dbt: Path) -> None:
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        self._dbt = dbt
        self.environment = {
            **os.environ,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_VERSION_CHECK": "false",
            "NO_COLOR": "1",
        }

    def write(self, files: Mapping[str, str]) -> None:
        """Write files by their paths; a common indentation is taken off."""
        for root in (self.ours, self.theirs):
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(dedent(text), encoding="utf-8")

    def remove(self, path: str) -> None:
        """Delete a file."""
        for root in (self.ours, self.theirs):
            (root / path).unlink()

    def by_us(self, *words: str) -> Outcome:
        """Run a command of ours."""
        return self._run(self.ours, [sys.executable, "-m", "warehouse", *words])

    def by_dbt(self, *words: str) -> Outcome:
        """Run dbt."""
        quiet = ["--quiet"] if words[0] in {"ls", "list"} else []
        return self._run(self.theirs, [str(self._dbt), *quiet, *words])

    def run(self, *words: str) -> tuple[Outcome, Outcome]:
        """Run the same words with both engines."""
        return self.by_us(*words), self.by_dbt(*words)

    def same(self, *words: str) -> tuple[Outcome, Outcome]:
        """Run both; success, each node's status and every table must be the same."""
        ours, theirs = self.run(*words)
        said = f"{ours.out}\n---- dbt ----\n{theirs.out}"
        assert (ours.code == 0) == (theirs.code == 0), said
        assert ours.statuses() == theirs.statuses(), said
        assert ours.tables() == theirs.tables()
        return ours, theirs

    def same_list(self, *words: str) -> list[str]:
        """List with both; the same nodes must be chosen. Returns their selectors."""
        ours, theirs = self.run("ls", *words)
        assert ours.lines() == theirs.lines(), f"{ours.out}\n---- dbt\n{theirs.out}"
        return ours.lines()

    def _run(self, folder: Path, words: list[str]) -> Outcome:
        done = subprocess.run(
            words,
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Outcome(folder, done.returncode, done.stdout + done.stderr)


@pytest.fixture
def both(tmp_path, dbt):
    """Return a tiny project, to be written, for both engines."""
    project = Both(tmp_path, dbt)
    project.write(PROJECT)
    return project
