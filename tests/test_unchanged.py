import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warehouse.api.unchanged import recall
from warehouse.cli import main
from warehouse.cli.parser import parse
from warehouse.cli.shortcut import asked_of
from warehouse.release.home import Home

FILES = {
    "dbt_project.yml": """
        name: tiny
        profile: tiny
        vars: {factor: 2}
        models: {+materialized: table}
        """,
    "profiles.yml": """
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: tiny.duckdb, threads: 2}
            other: {type: duckdb, path: tiny.duckdb, threads: 1}
        """,
    "seeds/amounts.csv": "id,amount\n1,10\n2,20\n",
    "macros/twice.sql": "{% macro twice(x) %}{{ x }} * {{ var('factor') }}"
    "{% endmacro %}",
    "models/doubled.sql": "select id, {{ twice('amount') }} as amount, "
    "'{{ env_var('TINY_WORD', 'a') }}' as word from {{ ref('amounts') }}\n",
    "models/total.sql": "select sum(amount) as total from {{ ref('doubled') }}\n",
    "models/_models.yml": """
        models:
          - name: doubled
            columns: [{name: id, data_tests: [unique]}]
        """,
}

# An edit of each kind of file, which leaves its size.
EDITS = pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("models/total.sql", "sum", "max"),
        ("models/_models.yml", "unique", "not_null"),
        ("macros/twice.sql", "*", "+"),
        ("seeds/amounts.csv", "20", "30"),
        ("dbt_project.yml", "factor: 2", "factor: 3"),
        ("profiles.yml", "threads: 2", "threads: 3"),
    ],
)


def built(project, *words) -> int:
    """Build with the command line; a file's clock may be a tick late."""
    time.sleep(0.03)
    return main(["build", "--project-dir", str(project.root), "--quiet", *words])


def is_recalled(project, *words) -> bool:
    """Whether a build would be answered from memory."""
    words = ["build", "--project-dir", str(project.root), *words]
    asked = asked_of(parse(words))
    return asked is not None and recall(asked) is not None


def said_without_imports(project, command) -> str:
    """Return what a command prints that imports neither database, SQL nor templates."""
    code = (
        "import sys; from warehouse.cli import main; code = main(); "
        "print([name for name in ('duckdb', 'sqlglot', 'jinja2', 'yaml', 'pyarrow') "
        "if name in sys.modules]); sys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, command, "--project-dir", project.root],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert found.stdout.endswith("[]\n")
    return found.stdout


@pytest.fixture
def project(released):
    made = released(FILES)
    assert built(made) == 0
    return made


def test_nothing_changed(project, capsys):
    """The second build says what the first would say, and publishes nothing."""
    assert is_recalled(project)
    capsys.readouterr()
    assert main(["build", "--project-dir", str(project.root)]) == 0
    said = capsys.readouterr().out
    assert "3 reused, 1 test passed; nothing changed" in said
    assert len(Home(project.root / "data").release_ids()) == 1


def test_nothing_is_imported(project):
    """Neither the database nor SQL, YAML or templates are imported for it."""
    assert "nothing changed" in said_without_imports(project, "build")


@EDITS
def test_any_edit_is_seen(project, path, old, new):
    """An edit of the same size is seen, though the file keeps its time."""
    file = project.root / path
    times = file.stat()
    project.edit(path, old, new)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not is_recalled(project)
    assert built(project) == 0
    assert is_recalled(project)


def test_files_that_come_and_go(project):
    """A new file is seen, and one that is gone; a new time alone is not."""
    (project.root / "models" / "total.sql").touch()
    assert is_recalled(project)
    project.write({"models/more.sql": "select 1 as one"})
    assert not is_recalled(project)
    assert built(project) == 0
    assert is_recalled(project)
    project.remove("models/more.sql")
    assert not is_recalled(project)


def test_arguments_and_environment(project, monkeypatch):
    """Other variables, targets and values of what templates read are seen."""
    assert not is_recalled(project, "--vars", "{factor: 4}")
    assert not is_recalled(project, "--target", "other")
    assert not is_recalled(project, "--select", "total")
    assert not is_recalled(project, "--full-refresh")
    assert is_recalled(project, "--no-color")
    monkeypatch.setenv("SOMETHING", "else")
    assert is_recalled(project)
    monkeypatch.setenv("TINY_WORD", "b")
    assert not is_recalled(project)


def test_release_must_be_there(project):
    """A release that is damaged or no longer current answers nothing."""
    home = Home(project.root / "data")
    first = home.current_id()
    project.edit("models/total.sql", "sum", "max")
    assert built(project) == 0
    folder = ["--project-dir", str(project.root)]
    assert main(["rollback", "--to", first, *folder]) == 0
    assert not is_recalled(project)
    assert built(project) == 0
    assert is_recalled(project)
    database = home.folder(home.current_id()) / "warehouse.duckdb"
    database.chmod(0o644)
    database.write_bytes(b"")
    assert not is_recalled(project)


def test_partial_build_left_something(project):
    """What a partial command left in the candidate is for the next build."""
    folder = ["--project-dir", str(project.root), "--quiet"]
    assert main(["run", "--select", "total", *folder]) == 0
    assert not is_recalled(project)


def test_damaged_memory(project):
    """A memory that cannot be read is as none."""
    memory = project.root / "data" / "inputs.json"
    memory.write_text(memory.read_text()[:-100])
    assert not is_recalled(project)


@pytest.mark.parametrize(
    "files",
    [
        {"models/now.sql": "select current_timestamp as now"},
        {"models/now.sql": "select '{{ run_started_at }}' as now"},
        {"models/now.sql": "select '{{ invocation_id }}' as id"},
        {"models/now.sql": "select {{ modules.datetime.datetime.now().year }} as year"},
        {"models/any.sql": "select {{ [1, 2, 3] | random }} as any_"},
        {"models/said.sql": "select 1 as one {% do log('hello', info=true) %}"},
        {"models/said.sql": "select 1 as one {% do exceptions.warn('hm') %}"},
        {"models/hook.sql": "{{ config(post_hook='select 1') }} select 1 as one"},
        {"models/asks.sql": "select {{ run_query('select 1').rows[0][0] }} as one"},
        {"tests/late.sql": "{{ config(severity='warn') }} select 1 as one"},
        {"macros/start.sql": "{% macro nothing() %}select 1{% endmacro %}"}
        | {"dbt_project.yml": FILES["dbt_project.yml"] + "on-run-end: select 1\n"},
    ],
    ids=lambda files: " ".join(files.values())[:40].strip(),
)
def test_what_may_differ_is_built(released, files):
    """What asks the clock, chance, the database or the user's eye is not skipped."""
    if "dbt_project.yml" in files:
        text = FILES["dbt_project.yml"].rstrip() + "\n        on-run-end: select 1\n"
        files = {**files, "dbt_project.yml": text}
    made = released({**FILES, **files})
    assert built(made) == 0
    assert not is_recalled(made)


def test_what_changes_while_it_is_read(released, monkeypatch):
    """A build during which a file changed leaves no memory."""
    made = released(FILES)
    asked = asked_of(parse(["build", "--project-dir", str(made.root)]))
    time.sleep(0.03)
    (made.root / "models" / "total.sql").touch()
    monkeypatch.setattr("warehouse.cli.commands.build.asked_of", lambda _: asked)
    assert built(made) == 0
    assert not is_recalled(made)
