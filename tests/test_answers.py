"""`parse` and `ls` when nothing changed: their last answer, and only then."""

import json
import os
import time
from textwrap import dedent

import pytest
from test_unchanged import EDITS, FILES, said_without_imports

from warehouse.api.unchanged import recall_answer
from warehouse.cli import main
from warehouse.cli.parser import parse
from warehouse.cli.shortcut import asked_of


def said(project, capsys, *words) -> str:
    """Return what a command prints; a file's clock may be a tick late."""
    time.sleep(0.03)
    assert main([*words, "--project-dir", str(project.root)]) == 0
    return "".join(capsys.readouterr())


def is_known(project, *words) -> bool:
    """Whether a command would be answered from memory."""
    asked = asked_of(parse([*words, "--project-dir", str(project.root)]))
    return asked is not None and recall_answer(asked) is not None


@pytest.fixture
def project(tiny):
    return tiny(FILES)


def test_the_same_is_said_again(project, capsys):
    """The second `ls` prints what the first did; another selection is another one."""
    first = said(project, capsys, "ls")
    assert is_known(project, "ls")
    assert said(project, capsys, "ls") == first
    assert not is_known(project, "ls", "--select", "total")
    assert not is_known(project, "ls", "--output", "json")
    assert said(project, capsys, "list", "--select", "total") == "tiny.total\n"
    assert is_known(project, "ls", "--select", "total") is False  # other words
    assert is_known(project, "list", "--select", "total")


def test_parse_leaves_the_manifest(project, capsys):
    """A manifest that stands as it was written is not written again."""
    manifest = project.root / "target/manifest.json"
    assert "wrote target/manifest.json" in said(project, capsys, "parse")
    before = manifest.stat()
    line = said(project, capsys, "parse")
    assert line == (
        "nothing changed since it was read: 1 seed, 2 models, 1 test; "
        "target/manifest.json stands\n"
    )
    assert manifest.stat().st_mtime_ns == before.st_mtime_ns
    manifest.write_text("{}")
    assert "wrote target/manifest.json" in said(project, capsys, "parse")
    assert json.loads(manifest.read_text())["nodes"]
    manifest.unlink()
    assert "wrote target/manifest.json" in said(project, capsys, "parse")


@pytest.mark.parametrize("command", ["ls", "parse"])
@EDITS
def test_any_edit_is_seen(project, capsys, command, path, old, new):
    """An edit of the same size is seen, though the file keeps its time."""
    said(project, capsys, command)
    file = project.root / path
    times = file.stat()
    project.edit(path, old, new)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not is_known(project, command)
    said(project, capsys, command)
    assert is_known(project, command)


@pytest.mark.parametrize("command", ["ls", "parse"])
def test_nothing_is_imported(project, capsys, command):
    """Neither the database nor SQL, YAML or templates are imported for an answer."""
    said(project, capsys, command)
    assert is_known(project, command)
    assert said_without_imports(project, command)


def test_behind_a_linked_folder(project, capsys):
    """A fixture is seen though its folder is a link."""
    elsewhere = project.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "rows.csv").write_text("id\n1\n")
    (project.root / "tests").mkdir()
    (project.root / "tests/fixtures").symlink_to(elsewhere)
    said(project, capsys, "parse")
    assert is_known(project, "parse")
    (elsewhere / "rows.csv").write_text("id\n2\n")
    assert not is_known(project, "parse")


def test_a_version_check_that_is_off(project, capsys, monkeypatch):
    """What was listed without the check is not listed with it."""
    text = dedent(FILES["dbt_project.yml"])
    project.write({"dbt_project.yml": text + "require-dbt-version: '>=99'\n"})
    monkeypatch.setenv("DBT_VERSION_CHECK", "false")
    said(project, capsys, "ls")
    assert is_known(project, "ls")
    monkeypatch.delenv("DBT_VERSION_CHECK")
    assert not is_known(project, "ls")


def test_variables_are_not_kept(project, capsys):
    """What `--vars` says may be secret: an answer has only its hash."""
    words = ("ls", "--vars", "{factor: 73219}")
    said(project, capsys, *words)
    assert is_known(project, *words)
    assert "73219" not in (project.root / "target/kept/ls.json").read_text()


def test_arguments_and_environment(project, capsys, monkeypatch):
    """Other variables, targets, states and values of what templates read are seen."""
    said(project, capsys, "ls")
    assert not is_known(project, "ls", "--vars", "{factor: 4}")
    assert not is_known(project, "ls", "--target", "other")
    assert not is_known(project, "ls", "--state", "target")
    assert not is_known(project, "ls", "--log-format", "json")
    monkeypatch.setenv("TINY_WORD", "b")
    assert not is_known(project, "ls")


def test_a_folder_of_ones_own(project, capsys):
    """The answer is kept where the project has its target folder, or not at all."""
    text = dedent(FILES["dbt_project.yml"])
    project.write({"dbt_project.yml": text + "target-path: 'out/here' # so\n"})
    said(project, capsys, "ls")
    assert not is_known(project, "ls")
    assert not (project.root / "target").exists()
    project.write({"dbt_project.yml": text + "target-path: 'out/here'\n"})
    said(project, capsys, "ls")
    assert (project.root / "out/here/kept/ls.json").exists()
    assert is_known(project, "ls")
    nested = "vars:\n  factor: 2\n  target-path: models"
    project.write({"dbt_project.yml": text.replace("vars: {factor: 2}", nested)})
    said(project, capsys, "ls")
    assert not (project.root / "models/kept").exists()
    templated = "{{ env_var('WHERE', 'elsewhere') }}"
    project.write({"dbt_project.yml": text + f'target-path: "{templated}"\n'})
    said(project, capsys, "ls")
    assert not is_known(project, "ls")


@pytest.mark.parametrize(
    "files",
    [
        {"models/now.sql": "{{ config(tags=[run_started_at | string]) }} select 1"},
        {"models/any.sql": "{{ config(tags=[[1, 2, 3] | random]) }} select 1 as a"},
        {"models/said.sql": "select 1 as one {% do log('hello', info=true) %}"},
        {"models/said.sql": "select 1 as one {% do exceptions.warn('hm') %}"},
        {"models/m.yml": "models: [{name: missing}]"},
    ],
    ids=lambda files: " ".join(files.values())[:40].strip(),
)
def test_what_may_differ_is_read(project, capsys, files):
    """What asks the clock or chance, or has a word for the reader, is read again."""
    project.write(files)
    first = said(project, capsys, "ls")
    assert not is_known(project, "ls")
    if "said" in "".join(files) or "m.yml" in "".join(files):
        assert said(project, capsys, "ls") == first


def test_a_damaged_answer(project, capsys):
    """An answer that cannot be read is as none."""
    said(project, capsys, "ls")
    kept = project.root / "target/kept/ls.json"
    kept.write_text(kept.read_text()[:-100])
    assert not is_known(project, "ls")
    assert "tiny.total" in said(project, capsys, "ls")


def test_a_secret_is_not_kept(project, capsys, monkeypatch):
    """What a secret's value stands in is not kept."""
    said(project, capsys, "ls")
    assert is_known(project, "ls")
    monkeypatch.setenv("DBT_ENV_SECRET_WORD", "amounts")
    assert not is_known(project, "ls")
    (project.root / "target/kept/ls.json").unlink()
    said(project, capsys, "ls")
    assert not (project.root / "target/kept/ls.json").exists()
