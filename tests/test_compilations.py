"""The SQL that is kept from command to command: what it would be anew, or not used."""

import pytest

from warehouse.compiler.compile import Compiler

MODELS = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as n",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/c.sql": "select n from {{ ref('b') }}",
    "models/m.yml": "models: [{name: b, columns: [{name: n, data_tests: [unique]}]}]",
}


@pytest.fixture
def project(tiny):
    """Return a project of three models, each of which reads the one before."""
    return tiny(MODELS)


@pytest.fixture
def plan(project, monkeypatch):
    """Return what plans the project, and says of which nodes it compiled anew."""
    compile_ = Compiler.compile

    def plan_again(**options):
        anew = []

        def note(self, node, *arguments, **more):
            anew.append(node.name)
            return compile_(self, node, *arguments, **more)

        monkeypatch.setattr(Compiler, "compile", note)
        workspace = project.workspace(**options)
        found, _ = workspace.plan(workspace.select())
        sql = {key.split(".")[2]: node.sql for key, node in found.compiled.items()}
        return anew, sql

    return plan_again


ALL = ["a", "b", "unique_b_n", "c"]


def test_kept(plan):
    """What did not change is not compiled again, and is the same."""
    anew, first = plan()
    assert sorted(anew) == sorted(ALL)
    assert plan() == ([], first)


@pytest.mark.parametrize(
    ("change", "compiled"),
    [
        ({"models/a.sql": MODELS["models/a.sql"] + " -- a word"}, {"a"}),
        ({"models/a.sql": MODELS["models/a.sql"] + ", 2 as o"}, set(ALL)),
        (
            {"models/a.sql": "{{ config(alias='z') }} select 1 as n"},
            {"a", "b"},
        ),
        (
            {"models/b.sql": "{{ config(materialized='ephemeral') }} select 2 as n"},
            {"b", "unique_b_n", "c"},
        ),
        ({"macros/x.sql": "{% macro x() %}{% endmacro %}"}, set(ALL)),
        (
            {"models/m.yml": MODELS["models/m.yml"].replace("unique", "not_null")},
            {"b", "not_null_b_n"},
        ),
    ],
)
def test_changed(project, plan, change, compiled):
    """A node is compiled again with its file, and with what it sees of others."""
    plan()
    project.write(change)
    anew, _ = plan()
    assert set(anew) == compiled
    assert plan()[0] == []


def test_inside(project, plan):
    """An ephemeral model is a part of what reads it, by way of others too."""
    project.write({"models/b.sql": "{{ config(materialized='ephemeral') }} select 1"})
    project.write({"models/c.sql": "select * from {{ ref('d') }}"})
    ephemeral = "{{ config(materialized='ephemeral') }} select * from {{ ref('b') }}"
    project.write({"models/d.sql": ephemeral})
    plan()
    project.edit("models/b.sql", "select 1", "select 7")
    anew, sql = plan()
    assert {"b", "c", "d"} <= set(anew)
    assert "select 7" in sql["c"]


def test_environment(project, plan, monkeypatch):
    """A variable that only compiling asks for counts."""
    template = "select {% if execute %}{{ env_var('KEPT_N', '1') }}{% endif %} as n"
    project.write({"models/c.sql": template})
    plan()
    assert plan()[0] == []
    monkeypatch.setenv("KEPT_N", "2")
    anew, sql = plan()
    assert anew == ["c"]
    assert "select 2" in sql["c"]


@pytest.mark.parametrize(
    "template",
    [
        "select {{ graph.nodes | length if execute else 0 }} as n",
        "select {{ builtins['graph']['nodes'] | length if execute else 0 }} as n",
        "select {{ selected_resources | length if execute else 0 }} as n",
        "select {{ context['selected_resources'] | length if execute else 0 }} as n",
    ],
)
def test_others(project, plan, template):
    """A template that looks at all nodes is rendered each time."""
    project.write({"models/c.sql": template})
    _, sql = plan()
    assert "select 4 as n" in sql["c"]
    project.write({"models/z.sql": "select 1 as n"})
    anew, sql = plan()
    assert set(anew) == {"c", "z"}
    assert "select 5 as n" in sql["c"]


@pytest.mark.parametrize("asked", ["run_started_at", "invocation_id"])
def test_varying(project, plan, asked):
    """Nor is kept what is never the same."""
    template = f"select '{{{{ {asked} if execute else '' }}}}' as n"
    project.write({"models/c.sql": template})
    _, first = plan()
    anew, second = plan()
    assert anew == ["c"]
    assert first["c"] != second["c"]


def test_warned(project, plan):
    """What a command warns of, the next one warns of too."""
    project.write({"models/c.sql": "select n from nowhere"})
    plan()
    said = project.warnings()
    assert "reads nowhere" in said[0]
    plan()
    assert project.warnings() == said * 2


def test_command(project, plan):
    """How the command was called counts where a template asks, in a variable too."""
    project.write(
        {
            "dbt_project.yml": "name: tiny\nversion: '1.0'\n"
            'vars: {which: "{{ flags.WHICH }}"}\n',
            "models/c.sql": "select '{{ var('which') }}' as n",
        }
    )
    assert "select 'run'" in plan(command="run")[1]["c"]
    assert "select 'build'" in plan(command="build")[1]["c"]


def test_sample(project, plan):
    """Nothing is taken from memory, nor put there, by a command for a part of rows."""
    _, whole = plan()
    assert plan(empty=True)[1]["c"] != whole["c"]
    assert plan() == ([], whole)


def test_part(project, plan):
    """A build of a part leaves what is known of the rest."""
    plan()
    workspace = project.workspace()
    project.edit("models/a.sql", "1 as n", "2 as n")
    workspace = project.workspace()
    workspace.plan(workspace.select(["a"]))
    anew, _ = plan()
    assert set(anew) <= {"a", "b"}


def test_place(project):
    """What fails in kept SQL is told with the line of its template."""
    project.write(
        {
            "models/a.sql": "{{ config(materialized='table') }}\nselect 'x' as n",
            "models/c.sql": "{{ config(materialized='table') }}\n\n"
            "select\n    cast(n as integer) as n\nfrom {{ ref('b') }}",
        }
    )
    assert project.build()["c"] == "error"
    first = project.detail("c")
    assert "models/c.sql:4" in first
    assert project.build()["c"] == "error"
    assert project.detail("c") == first
