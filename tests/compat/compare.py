"""Build a dbt project with dbt and with us; compare node by node, table by table.

    python tests/compat/compare.py FOLDER [--dbt DBT] [--seed-vars VARS]

The project is copied twice, with the packages that are installed in it, and gets a
profile of its own: a DuckDB file and one thread. `seed` and `build` run in both;
`--seed-vars` are for `seed` alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

PROFILE = "{}: {{target: dev, outputs: {{dev: {}}}}}\n"
OUTPUT = "{type: duckdb, path: compared.duckdb, schema: main, threads: 1}"
LEFT_OUT = shutil.ignore_patterns(
    ".git", "target", "logs", "profiles.yml", "*.duckdb*", ".venv"
)
COLUMNS = """
    select schema_name || '.' || table_name, column_name, data_type
    from duckdb_columns()
    where database_name = 'compared' and not internal
    order by 1, column_index
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What one engine made of a project."""

    output: str
    statuses: dict[str, str]
    columns: dict[str, list[tuple[str, str]]]
    rows: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both engines' nodes and tables, and in what they differ."""

    nodes: int
    tables: int
    differences: list[str]

    def __str__(self) -> str:
        counts = f"{self.nodes} nodes, {self.tables} tables and views"
        if not self.differences:
            return f"{counts}: every status, column, type and row is the same"
        return "\n".join(
            [f"{counts}, {len(self.differences)} differ", *self.differences]
        )


def compare(
    project: Path, dbt: Path, folder: Path, seed_vars: str = "{}"
) -> Comparison:
    """Build copies of a project in `folder` with both engines, and compare them."""
    us = [sys.executable, "-m", "warehouse"]
    ours = built(project, folder / "ours", us, seed_vars)
    theirs = built(project, folder / "theirs", [str(dbt)], seed_vars)
    differences = [
        f"{node}: {ours.statuses.get(node)} here, {theirs.statuses.get(node)} in dbt"
        for node in sorted({**ours.statuses, **theirs.statuses})
        if ours.statuses.get(node) != theirs.statuses.get(node)
    ]
    for table in sorted({**ours.columns, **theirs.columns}):
        differences += differing(table, ours, theirs)
    return Comparison(len(theirs.statuses), len(theirs.columns), differences)


def differing(table: str, ours: Built, theirs: Built) -> list[str]:
    """Tell how a table differs: not there, other columns, other rows."""
    here, there = ours.columns.get(table), theirs.columns.get(table)
    if here != there:
        return [f"{table}: {here} here, {there} in dbt"]
    more = [row for row in ours.rows[table] if row not in theirs.rows[table]]
    less = [row for row in theirs.rows[table] if row not in ours.rows[table]]
    if ours.rows[table] == theirs.rows[table]:
        return []
    return [
        f"{table}: {len(more)} rows here alone, {len(less)} in dbt alone: {more[:1]}"
    ]


def built(project: Path, folder: Path, engine: list[str], seed_vars: str) -> Built:
    """Copy a project, build it, and read what there is."""
    shutil.copytree(project, folder, ignore=LEFT_OUT)
    config = yaml.safe_load((folder / "dbt_project.yml").read_text(encoding="utf-8"))
    profile = PROFILE.format(config["profile"], OUTPUT)
    (folder / "profiles.yml").write_text(profile, encoding="utf-8")
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    said = []
    for words in (["seed", "--vars", seed_vars], ["build"]):
        done = subprocess.run(
            [*engine, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said.append(done.stdout + done.stderr)
        results = folder / "target" / "run_results.json"
        is_told = results.exists() or words[0] == "seed"  # there may be none
        if done.returncode not in {0, 1} or not is_told:
            raise SystemExit(f"{' '.join(engine)} did not run:\n{''.join(said)}")
    return Built("".join(said), statuses(results), *contents(folder))


def statuses(results: Path) -> dict[str, str]:
    """Return each node's status by id, of generic tests without the hash at its end."""
    return {
        ".".join(result["unique_id"].split(".")[:3]): result["status"]
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
    }


def contents(folder: Path) -> tuple[dict, dict]:
    """Return the columns with types, and the sorted rows, of all tables and views."""
    columns: dict[str, list[tuple[str, str]]] = {}
    rows = {}
    database = folder / "compared.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        for name, *column in connection.execute(COLUMNS).fetchall():
            columns.setdefault(name, []).append(tuple(column))
        for name in columns:
            schema, _, table = name.partition(".")
            found = connection.execute(f'from "{schema}"."{table}"').fetchall()
            rows[name] = sorted(map(repr, found))
    return columns, rows


def main() -> None:
    """Compare a project named on the command line; exit with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--dbt", type=Path, default=Path("dbt"))
    parser.add_argument("--seed-vars", default="{}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = compare(options.project, options.dbt, Path(folder), options.seed_vars)
    print(found)
    sys.exit(bool(found.differences))


if __name__ == "__main__":
    main()
