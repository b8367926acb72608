"""docs/nightly.md and its files: each is parsed, checked or run by what will run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from warehouse.cli.arguments import COMMON
from warehouse.cli.grammar import command_of
from warehouse.errors import ExitCode

DOCS = Path(__file__).parents[1] / "docs"
NIGHTLY = DOCS / "nightly"
PROGRAM = "/srv/warehouse/.venv/bin/warehouse"


def commands(text):
    """Return the words behind each call of the program in a file."""
    calls = re.findall(
        r'(?:bin/warehouse|WAREHOUSE"?\}?|run: warehouse) (\w[^"\n]*)', text
    )
    return [call.split() for call in calls]


@pytest.mark.parametrize(
    "path", sorted(filter(Path.is_file, NIGHTLY.iterdir())), ids=lambda path: path.name
)
def test_the_command_lines_are_ours(path):
    """Every command and flag in a file exists."""
    for name, *words in commands(path.read_text()):
        flags = {f for a in (*COMMON, *command_of(name).arguments) for f in a.flags}
        assert {word for word in words if word.startswith("-")} <= flags


def test_the_crontab_has_five_fields_and_a_shell_line():
    """Each line is a time and a command that the shell can read."""
    lines = (NIGHTLY / "crontab").read_text().splitlines()
    jobs = [line for line in lines if line and not re.match(r"#|\w+=", line)]
    assert len(jobs) == 2
    for job in jobs:
        *times, command = job.split(maxsplit=5)
        assert all(re.fullmatch(r"\*|[\d*/,-]+", time) for time in times)
        assert "%" not in command  # cron reads it as a new line
        subprocess.run(["sh", "-n", "-c", command], check=True)


def test_systemd_takes_the_units(tmp_path, monkeypatch):
    """The units verify, with a program in the place of ours; else they still parse."""
    for name in ("warehouse-nightly.service", "warehouse-nightly.timer"):
        text = (NIGHTLY / name).read_text().replace(PROGRAM, sys.executable)
        (tmp_path / name).write_text(text)
        sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
        assert sections[0] == "Unit"
        for line in text.splitlines():
            assert re.fullmatch(r"|#.*|\[\w+\]|[A-Z]\w+=.*", line), line
    try:
        verified = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *tmp_path.iterdir()],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return  # a machine without systemd
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_workflow_is_one_job_of_known_steps():
    """The YAML has a schedule, one run at a time, and keeps the runs when it fails."""
    workflow = yaml.safe_load((NIGHTLY / "github-actions.yml").read_text())
    assert workflow[True]["schedule"] == [
        {"cron": "15 2 * * *"}
    ]  # YAML 1.1: on is true
    assert workflow["concurrency"]["cancel-in-progress"] is False
    steps = workflow["jobs"]["build"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert [step["if"] for step in steps if "if" in step] == ["always()"]


@pytest.mark.parametrize(
    "path", sorted(NIGHTLY.glob("*.py")), ids=lambda path: path.name
)
def test_the_python_files_compile(path):
    """What a scheduler imports is at least Python."""
    compile(path.read_text(), str(path), "exec")


def test_every_exit_code_is_told():
    """The table of docs/nightly.md has every code that the program can end with."""
    page = (DOCS / "nightly.md").read_text()
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert told == {int(code) for code in ExitCode}


def environment(tmp_path, *packages):
    """Make a virtual environment with these packages; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


@pytest.mark.slow
def test_airflow_loads_the_dag(tmp_path):
    """Airflow itself finds two tasks, the build behind freshness."""
    python = environment(
        tmp_path, "apache-airflow>=3", "apache-airflow-providers-standard"
    )
    script = (
        "import airflow_dag as found\n"
        "build = found.dag.get_task('build')\n"
        "print(found.dag.task_ids, build.upstream_task_ids)\n"
    )
    said = subprocess.run(
        [python, "-W", "ignore", "-c", script],
        cwd=NIGHTLY, capture_output=True, text=True,
        env={"AIRFLOW_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, check=True,
    ).stdout  # fmt: skip
    assert said.splitlines()[-1] == "['freshness', 'build'] {'freshness'}"


@pytest.mark.slow
def test_dagster_builds_the_asset(tmp_path):
    """Dagster runs the asset on a real project, and knows the release's id."""
    python = environment(tmp_path, "dagster")
    root = tmp_path / "shop"
    (root / "models").mkdir(parents=True)
    (root / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\n")
    (root / "pyproject.toml").write_text("[tool.warehouse]\nhome = 'data'\n")
    (root / "models/a.sql").write_text("select 1 as a")
    program = tmp_path / "warehouse"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m warehouse "$@"\n')
    program.chmod(0o755)
    script = (
        "import dagster, dagster_job as found\n"
        "done = dagster.materialize([found.release])\n"
        "(event,) = done.get_asset_materialization_events()\n"
        "print(event.materialization.metadata['release'].value)\n"
    )
    said = subprocess.run(
        [python, "-W", "ignore", "-c", script],
        cwd=NIGHTLY, capture_output=True, text=True,
        env={"WAREHOUSE_PROJECT": str(root), "WAREHOUSE_PROGRAM": str(program),
             "PYTHONPATH": "", "PATH": "/usr/bin:/bin",
             "DAGSTER_HOME": ""}, check=True,
    ).stdout  # fmt: skip
    assert said.strip() == (root / "data/current").readlink().name
