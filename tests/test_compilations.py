"""The SQL that is kept from command to command: what it would be anew, or not used."""

import json

import pytest

from warehouse.api.artefacts import manifest_text
from warehouse.compiler.compile import Compiler
from warehouse.compiler.recipe import recipe_of
from warehouse.manifest.artefact import manifest_dict

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
    project.edit("models/a.sql", "1 as n", "2 as n")
    workspace = project.workspace()
    workspace.plan(workspace.select(["a"]))
    assert plan()[0] == []


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


def test_rejects(project, plan):
    """A seed's rejects are a table for as long as the seed is to have them."""
    described = "seeds: [{name: s, config: {on_bad_rows: quarantine}}]"
    project.write(
        {
            "seeds/s.csv": "n\n1\n",
            "seeds/s.yml": described,
            "models/c.sql": "-- depends_on: {{ ref('s') }}\n"
            "select 1 as n from main.s_rejects",
        }
    )
    plan()
    assert project.warnings() == []
    project.write({"seeds/s.yml": "seeds: [{name: s}]"})
    plan()
    assert "reads main.s_rejects" in project.warnings()[0]


EPHEMERAL = "{{ config(materialized='ephemeral') }}"
VERSIONS = "models: [{name: m, latest_version: 1, versions: [{v: 1}, {v: 2}]}]"
WHOLE = {
    "dbt_project.yml": "name: tiny\nversion: '1.0'\nvars: {w: 1}\n"
    "models: {tiny: {+meta: {k: 1}}}\n",
    "seeds/s.csv": "n\n1\n",
    "macros/x.sql": "{% macro x(n) %}{{ n }} + 1{% endmacro %}",
    "models/a.sql": "select {{ x('n') }} as n, '{{ config.get('materialized') }}' as k "
    "from {{ ref('s') }} where n <> {{ var('w') }}",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/e.sql": f"{EPHEMERAL} select * from {{{{ ref('s') }}}}",
    "models/f.sql": "select {{ env_var('KEPT_E', '1') if execute }} as o "
    "from {{ ref('e') }}",
    "models/m_v1.sql": "select 1 as n",
    "models/m_v2.sql": "select 2 as n",
    "models/r.sql": "select * from {{ ref('m', v=1) }} union all "
    "select * from {{ ref('m', v=2) }} union all select * from {{ ref('m') }}",
    "models/m.yml": VERSIONS,
    "models/n.yml": """
        models:
          - name: a
            description: "{{ env_var('KEPT_D', 'words') }} {{ doc('d') }}"
            config: {materialized: "{{ env_var('KEPT_K', 'view') }}", tags: [t]}
            columns: [{name: n, data_tests: [unique: {config: {where: n > 0}}]}]
        """,
    "models/d.md": "{% docs d %}a doc{% enddocs %}",
    "models/o.yml": "sources: [{name: raw, schema: main, tables: [{name: s}]}]",
    "models/q.sql": "select * from {{ source('raw', 's') }}",
}


def said(workspace):
    """Return all that is kept of nodes: their SQL, recipes and part of the manifest."""
    plan, _ = workspace.plan(workspace.select())
    sql = {
        key: (
            node.sql,
            node.columns,
            node.form,
            node.recipe or recipe_of(node.node, node.form),
        )
        for key, node in plan.compiled.items()
    }
    texts = json.loads("".join(manifest_text(workspace)))
    whole = json.loads(
        json.dumps(manifest_dict(workspace.manifest, workspace.invocation))
    )
    assert texts == whole
    texts.pop("metadata")
    return sql, texts


@pytest.mark.parametrize(
    ("files", "variables"),
    [
        ({"seeds/s.csv": "n\n2\n"}, {}),
        ({"seeds/s.csv": "n,o\n2,3\n"}, {}),
        ({"macros/x.sql": "{% macro x(n) %}{{ n }} + 2{% endmacro %}"}, {}),
        ({"models/a.sql": "{{ config(alias='z') }} select 1 as n"}, {}),
        ({"models/a.sql": "{{ config(schema='z') }} select 1 as n, 2 as o"}, {}),
        ({"models/a.sql": WHOLE["models/a.sql"] + "\n-- a word"}, {}),
        ({"models/e.sql": "{{ config(materialized='ephemeral') }} select 3 as n"}, {}),
        ({"models/e.sql": "select 3 as n"}, {}),
        ({"models/m.yml": VERSIONS.replace("version: 1", "version: 2")}, {}),
        ({"models/n.yml": WHOLE["models/n.yml"].replace("n > 0", "n > 1")}, {}),
        ({"models/n.yml": WHOLE["models/n.yml"].replace("[t]", "[t, u]")}, {}),
        ({"models/d.md": "{% docs d %}another{% enddocs %}"}, {}),
        ({"models/o.yml": WHOLE["models/o.yml"].replace("main", "other")}, {}),
        ({"dbt_project.yml": WHOLE["dbt_project.yml"].replace("w: 1", "w: 2")}, {}),
        ({"dbt_project.yml": WHOLE["dbt_project.yml"].replace("k: 1", "k: 2")}, {}),
        ({"models/z.sql": "select * from {{ ref('b') }}"}, {}),
        ({}, {"KEPT_D": "other"}),
        ({}, {"KEPT_K": "table"}),
        ({}, {"KEPT_E": "2"}),
    ],
)
def test_as_anew(tiny, monkeypatch, files, variables):
    """After any change what is kept is what reading and compiling anew would give."""
    project = tiny(WHOLE)
    said(project.workspace())
    project.write(files)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert said(project.workspace()) == said(project.workspace(is_anew=True))


@pytest.mark.parametrize(
    "options",
    [{"vars": {"w": 3}}, {"full_refresh": True}, {"command": "run"}, {"empty": True}],
)
def test_as_anew_by_options(tiny, options):
    """Nor does it matter how the command before was called."""
    project = tiny(WHOLE)
    first = said(project.workspace())
    found = said(project.workspace(**options))
    assert found == said(project.workspace(**options, is_anew=True))
    assert said(project.workspace()) == first


def test_source_of_a_package(project, plan):
    """A package reads its own source, whatever the project calls one of its own."""
    project.write(
        {
            "dbt_packages/p/dbt_project.yml": "name: p\nversion: '1.0'\n",
            "dbt_packages/p/models/p.sql": "select * from {{ source('raw', 't') }}",
            "dbt_packages/p/models/p.yml": "sources: [{name: raw, schema: one, "
            "tables: [{name: t}]}]",
        }
    )
    _, first = plan()
    assert "one" in first["p"]
    own = "sources: [{name: raw, schema: two, tables: [{name: t}]}]"
    project.write({"models/s.yml": own})
    assert plan()[1]["p"] == first["p"]
    assert plan(is_anew=True)[1]["p"] == first["p"]
    assert project.warnings() == []


def test_chance(project, plan):
    """What chance wrote is written each time."""
    project.write({"models/c.sql": "select '{{ lipsum(1) if execute }}' as n"})
    plan()
    assert plan()[0] == ["c"]


def test_through_ephemeral(project, plan):
    """What reads an ephemeral model is kept though that reads a table."""
    project.write({"models/b.sql": f"{EPHEMERAL} select * from {{{{ ref('a') }}}}"})
    plan()
    assert plan()[0] == []
    project.edit("models/a.sql", "1 as n", "1 as n, 2 as o")
    assert {"a", "b", "c"} <= set(plan()[0])


def test_a_secret(project, monkeypatch):
    """Nothing is kept in which a secret stands."""
    monkeypatch.setenv("DBT_ENV_SECRET_X", "a-secret-word")
    project.write({"models/c.sql": "select 'a-secret-word' as n"})
    workspace = project.workspace()
    workspace.plan(workspace.select())
    "".join(manifest_text(workspace))
    left = {path.name: path for path in project.root.glob("target/kept/*.pickle")}
    assert "compiled.pickle" not in left
    assert "texts.pickle" not in left
    assert not any(b"a-secret-word" in path.read_bytes() for path in left.values())
