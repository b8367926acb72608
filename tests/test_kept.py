"""What a command leaves for later ones: used when true, and never needed."""

import os
import pickle

import pytest

from warehouse.jinja.invocation import Reading
from warehouse.manifest.kept_nodes import KeptNodes
from warehouse.project import kept
from warehouse.project.files import replace_text

MODEL = "models/m.sql"
YAML = "models: [{name: m, columns: [{name: n, data_tests: [unique]}]}]"


class Code:
    """What would run something when it is read."""

    def __reduce__(self):
        return os.getenv, ("HOME",)


@pytest.fixture
def project(tiny):
    """Return a project of one model with a test."""
    return tiny({MODEL: "select 1 as n", "models/m.yml": YAML})


@pytest.fixture
def read(project, monkeypatch):
    """Return what reads the project, and says of which nodes it did so anew."""
    put = KeptNodes.put

    def read_again():
        anew = []

        def note(self, key, nodes, variables):
            anew.extend(node.name for node in nodes)
            put(self, key, nodes, variables)

        monkeypatch.setattr(KeptNodes, "put", note)
        workspace = project.workspace()
        workspace.plan(workspace.select())
        return anew, workspace

    return read_again


def test_kept(read):
    """A file is read anew when it, its properties or what it reads has changed."""
    anew, first = read()
    assert anew == ["m", "unique_m_n"]
    anew, second = read()
    assert anew == []
    assert second.manifest.nodes == first.manifest.nodes
    assert second.manifest.order == first.manifest.order


@pytest.mark.parametrize(
    "change",
    [
        {MODEL: "select 2 as n"},
        {"models/m.yml": YAML.replace("unique", "not_null")},
        {"macros/a.sql": "{% macro a() %}1{% endmacro %}"},
        {"docs.md": None},
    ],
)
def test_changed(project, read, change):
    """Whatever a node's reading depends on makes it be read anew."""
    read()
    files = {path: text for path, text in change.items() if text is not None}
    project.write(files)
    assert bool(read()[0]) == bool(files)


def test_environment(project, read, monkeypatch):
    """A variable that a file asks for counts; its name is known without reading."""
    project.write({MODEL: "select {{ env_var('KEPT_N', '1') }} as n"})
    read()
    anew, workspace = read()
    assert anew == []
    assert "KEPT_N" in workspace.reading.variables
    monkeypatch.setenv("KEPT_N", "2")
    assert read()[0] == ["m", "unique_m_n"]


def test_flags(project, read):
    """A template that asks how it was called is read anew for another command."""
    project.write({MODEL: "{{ config(enabled=flags.WHICH == 'build') }} select 1 as n"})
    read()
    assert read()[0] == []
    workspace = project.workspace(command="ls")
    assert "model.tiny.m" not in workspace.manifest.nodes


def test_said(project, read):
    """What a template says, it says each time."""
    project.write({MODEL: "{{ log('a word', info=true) }} select 1 as n"})
    read()
    said = [message.text for message in project.said]
    assert "a word" in said
    read()
    assert [message.text for message in project.said] == said * 2


@pytest.mark.parametrize("damage", ["a byte", "the end", "all", "nothing"])
def test_damaged(project, read, damage):
    """A damaged file is as if not there."""
    _, first = read()
    folder = project.root / "target" / kept.FOLDER
    for path in folder.iterdir():
        content = path.read_bytes()
        stamp, rest = content[: kept.STAMP], content[kept.STAMP :]
        middle = len(rest) // 2
        bad = {
            "a byte": rest[:middle] + b"~" + rest[middle + 1 :],
            "the end": rest[:-7],
            "all": b"nonsense",
            "nothing": b"",
        }
        path.write_bytes(stamp + bad[damage])
    anew, second = read()
    assert anew == ["m", "unique_m_n"]
    assert second.manifest.nodes == first.manifest.nodes


class Refusing:
    """What cannot be written."""

    def __reduce__(self):
        raise RuntimeError("no")


def test_code(tmp_path):
    """What was kept can hold no code."""
    path = tmp_path / "kept.pickle"
    stamp = kept.stamp(())
    memory = kept.Memory(path, stamp)
    memory.put("key", Code())
    memory.save(most=0)
    assert path.exists()
    assert kept.Memory(path, stamp).get("key") is None
    memory = kept.Memory()
    memory.put("key", pickle.dumps(([], "", (Code(),))))
    assert KeptNodes(memory).get("key", None, Reading()) == ()


def test_nothing_is_left_of_what_goes_wrong(tmp_path):
    """What is interrupted leaves the old file, and no other beside it."""

    def pieces():
        yield "half of "
        raise KeyboardInterrupt

    path = tmp_path / "answer.json"
    replace_text(path, "old")
    with pytest.raises(KeyboardInterrupt):
        replace_text(path, pieces())
    memory = kept.Memory(tmp_path / "kept.pickle", kept.stamp(()))
    memory.put("key", Refusing())
    with pytest.raises(RuntimeError):
        memory.save(most=0)
    assert [found.name for found in tmp_path.iterdir()] == ["answer.json"]
    assert path.read_text() == "old"


def test_a_secret_across_pieces(tmp_path, monkeypatch):
    """A secret is hidden, wherever a piece ends."""
    monkeypatch.setenv("DBT_ENV_SECRET_WORD", "topsecretword")
    replace_text(tmp_path / "a.txt", iter(["a topsec", "retword b"]))
    assert (tmp_path / "a.txt").read_text() == "a ***** b"
