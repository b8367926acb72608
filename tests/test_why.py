import pytest

from warehouse.api.forecast import forecast
from warehouse.api.request import Request
from warehouse.cli import main
from warehouse.errors import WarehouseError
from warehouse.release.runs import KEPT_RUNS

FILES = {
    "seeds/amounts.csv": "id,amount\n1,10\n2,20\n",
    "models/doubled.sql": "select id, amount * 2 as amount from {{ ref('amounts') }}\n",
    "models/total.sql": "select sum(amount) as total from {{ ref('doubled') }}\n",
    "models/_models.yml": """
        models:
          - name: total
            description: All of it.
            columns: [{name: total, data_tests: [not_null]}]
        """,
}


def said(project) -> dict[str, tuple[bool, str]]:
    """Return what would become of each node: whether it is reused, and why."""
    workspace = project.workspace()
    found = forecast(workspace, workspace.select(), Request())
    return {f.node.name: (f.is_reused, f.reason) for f in found}


@pytest.fixture
def project(released):
    made = released(FILES)
    made.build()
    return made


def test_before_the_first_build(released):
    """Before the first build everything runs, since it is not built yet."""
    assert set(said(released(FILES)).values()) == {(False, "it is not built yet")}


def test_nothing_changed(project):
    """When nothing changed everything is reused."""
    assert {is_reused for is_reused, _ in said(project).values()} == {True}


@pytest.mark.parametrize(
    ("path", "old", "new", "node", "reason"),
    [
        (
            "models/total.sql",
            "sum",
            "max",
            "total",
            "models/total.sql:1: `max` was",
        ),
        ("seeds/amounts.csv", "20", "30", "amounts", "the bytes of its file changed"),
        (
            "models/total.sql",
            "select",
            "{{ config(materialized='view') }} select",
            "total",
            "config `materialized` is `view` and was `table`",
        ),
        ("models/total.sql", "total", "total, now() as n", "total", "its SQL asks `no"),
        (
            "models/total.sql",
            "select",
            "{{ config(pre_hook='select 1') }} select",
            "total",
            "it has a pre-hook",
        ),
        (
            "models/doubled.sql",
            "* 2",
            "* 3",
            "total",
            "doubled, above it, runs: models/doubled.sql:1: `3` was `2`",
        ),
    ],
)
def test_first_difference(project, path, old, new, node, reason):
    """The first difference is told in words, and the build does what was said."""
    if "materialized" in reason:
        project.edit(
            "models/total.sql", "select", "{{ config(materialized='table') }} select"
        )
        project.build()
        project.edit("models/total.sql", "'table'", "'view'")
    else:
        project.edit(path, old, new)
    found = said(project)
    assert found[node][1].startswith(reason)
    project.build()
    runs = {name for name, (is_reused, _) in found.items() if not is_reused}
    assert project.built() == runs


def test_description_alone(project):
    """A description is written anew, and the rows stay."""
    project.edit("models/_models.yml", "All of it.", "The whole.")
    assert said(project)["total"] == (True, "nothing but how it is described changed")


def test_command_line(project, capsys):
    """`why` tells a node and its tests, `build --dry-run` all that would run."""
    folder = ["--project-dir", str(project.root)]
    project.edit("models/total.sql", "sum", "max")
    before = {path: path.stat() for path in (project.root / "data").rglob("*")}
    assert main(["why", "total", *folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["run", "model", "total:"],
        ["run", "test", "not_null_total_total:"],
    ]
    assert main(["build", "--dry-run", *folder]) == 0
    assert "would run 1 node and 1 test, and reuse 2" in capsys.readouterr().out
    after = {path: path.stat() for path in (project.root / "data").rglob("*")}
    assert before.keys() == after.keys()


def test_a_verdict_of_ones_own_counts(project):
    """A test runs again when the project changes how tests are judged."""
    macro = (
        "{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}"
        "select count(*) as failures, false as should_warn, 1 > 2 as should_error "
        "from ({{ main_sql }}){% endmacro %}"
    )
    project.write({"macros/judge.sql": macro})
    project.build()
    assert project.built() == {"not_null_total_total"}
    project.build()
    assert project.built() == set()
    project.edit("macros/judge.sql", "1 > 2", "2 > 3")
    project.build()
    assert project.built() == {"not_null_total_total"}


FAULTY = {
    "models/a.sql": "select {{ nothing() }}",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/c.sql": "select * from {{ ref('b') }}",
    "models/d.sql": "select 1 as d",
}


def test_in_place_what_does_not_compile_is_forecast(tiny, capsys):
    """As a build in place does, the forecast goes on beside what does not compile."""
    project = tiny(FAULTY)
    found = {name: reason for name, (_, reason) in said(project).items()}
    assert found == {
        "a": 'it does not compile: "nothing" is undefined',
        "b": "a, above it, does not compile",
        "c": "a, above it, does not compile",
        "d": "without a home every build runs everything",
    }
    folder = ["--project-dir", str(project.root)]
    assert main(["build", "--dry-run", *folder]) == 0
    shown = capsys.readouterr().out
    assert "fail   model  a: it does not compile" in shown
    assert "would run 1 node and 0 tests, and reuse 0; 3 would fail or be" in shown
    project.build()
    assert project.result is not None
    assert [r.name for r in project.result.results if r.status == "success"] == ["d"]


def test_a_release_with_what_does_not_compile_is_not_forecast(released):
    """Where the build would stop before anything runs, so does the forecast."""
    with pytest.raises(WarehouseError, match="nothing"):
        said(released(FAULTY))


def test_why_takes_one_name(project, capsys):
    """A selector is refused as one."""
    assert main(["why", "+total", "--project-dir", str(project.root)]) == 2
    assert "`why` takes one name" in capsys.readouterr().err


LAYERS = {
    "seeds/raw.csv": "id,amount\n1,10\n2,20\n",
    "models/staged.sql": """
        {{ config(materialized='table') }}
        select id, amount from {{ ref('raw') }}
        """,
    "models/between.sql": """
        {{ config(materialized='ephemeral') }}
        select id, amount * 2 as amount from {{ ref('staged') }}
        """,
    "models/top.sql": """
        {{ config(materialized='table') }}
        select sum(amount)::bigint as amount from {{ ref('between') }}
        """,
    "models/other.sql": "{{ config(materialized='table') }} select 1 as a\n",
}


@pytest.fixture
def layers(released):
    made = released(LAYERS)
    made.build()
    return made


def reasons(project, *selected: str) -> dict[str, str]:
    """Return why each of the selected nodes runs that would."""
    workspace = project.workspace()
    request = Request(selected=selected)
    found = forecast(workspace, workspace.select(selected), request)
    return {f.node.name: f.reason for f in found if not f.is_reused}


def test_through_an_ephemeral_model(layers):
    """What is above an ephemeral model is the cause, and so is the model itself."""
    layers.edit("seeds/raw.csv", "2,20", "2,30")
    bytes_changed = "raw, above it, runs: the bytes of its file changed"
    assert reasons(layers) == {
        "raw": "the bytes of its file changed",
        "staged": bytes_changed,
        "top": bytes_changed,
    }
    layers.edit("seeds/raw.csv", "2,30", "2,20")
    layers.edit("models/between.sql", "* 2", "* 3")
    assert reasons(layers) == {"top": "models/between.sql:3: `3` was `2`"}


def test_after_a_partial_build(layers):
    """What was built since above a node is told, with what differed then."""
    layers.edit("seeds/raw.csv", "2,20", "2,30")
    layers.build("raw", publishes=False)
    changed = "raw, above it, was built since: the bytes of its file changed"
    assert reasons(layers) == {"staged": changed, "top": changed}
    assert reasons(layers, "staged") == {"staged": "raw, above it, was built since"}
    layers.edit("models/other.sql", "select 1", "select 2")
    layers.build("other", publishes=False)
    layers.edit("models/other.sql", "select 2", "select 3")
    found = reasons(layers)
    assert found["other"] == "models/other.sql:1: `3` was `2`"
    assert (found["staged"], found["top"]) == (changed, changed)


def test_a_selection_leaves_the_rest(layers):
    """What is not selected stays, and is no cause."""
    layers.edit("seeds/raw.csv", "2,20", "2,30")
    assert reasons(layers, "raw", "top") == {"raw": "the bytes of its file changed"}


def test_after_a_failed_build(layers):
    """A node that failed is told as that; put back, the release has all of it."""
    layers.edit("models/staged.sql", "amount from", "error('no') as amount from")
    layers.build()
    assert layers.result.exit_code == 1
    assert reasons(layers) == {
        "staged": "it failed when it last ran",
        "top": "staged, above it, runs: it failed when it last ran",
    }
    layers.edit("models/staged.sql", "error('no') as amount from", "amount from")
    assert reasons(layers) == {}
    layers.build()
    assert layers.built() == set()
    assert layers.result.is_unchanged
    assert not (layers.root / "data/candidate").exists()


def test_after_a_failed_test(layers):
    """A test that failed says so."""
    test = "models: [{name: other, columns: [{name: a, data_tests: [%s]}]}]\n"
    values = "{accepted_values: {arguments: {values: [2]}}}"
    layers.write({"models/other.yml": test % values})
    layers.build()
    (reason,) = reasons(layers).values()
    assert reason == "it failed when it last ran"


def test_what_came_back(layers):
    """A model that was taken away and came back does not stand there."""
    text = (layers.root / "models/other.sql").read_text()
    layers.remove("models/other.sql")
    layers.build()
    layers.write({"models/other.sql": text})
    assert reasons(layers) == {"other": "it is not built yet"}


def test_what_ran_every_time(released):
    """A model that asked the clock when it was built ran every time until now."""
    project = released({"models/now.sql": "select now() as at\n"})
    project.build()
    assert reasons(project) == {"now": "its SQL asks `now`"}
    project.edit("models/now.sql", "now()", "1")
    assert reasons(project) == {"now": "nobody could tell what it was last built from"}


def test_full_refresh(layers):
    """What is to be built anew runs for that reason alone."""
    workspace = layers.workspace(full_refresh=True)
    found = forecast(workspace, workspace.select(), Request())
    assert {f.reason for f in found} == {"--full-refresh runs everything"}


def test_a_damaged_release(layers):
    """What cannot be gone on with is the reason for all."""
    (layers.root / "data/current/release.json").write_text("{")
    assert set(reasons(layers).values()) == {
        "the current release is damaged: all is built from nothing"
    }
    layers.build()
    assert layers.built() == {"raw", "staged", "top", "other"}


def test_in_place(tiny):
    """Without a home there is nothing to reuse, whatever was built."""
    project = tiny({"models/a.sql": "select 1 as a\n"})
    project.build()
    assert reasons(project) == {"a": "without a home every build runs everything"}


def test_a_setting_of_the_database(layers):
    """What no file of the project says is told as that."""
    profile = "tiny: {target: a, outputs: {a: {type: duckdb, path: tiny.duckdb%s}}}\n"
    project = {"dbt_project.yml": "name: tiny\nprofile: tiny\n"}
    layers.write({**project, "profiles.yml": profile % ""})
    layers.build()
    layers.write({"profiles.yml": profile % ", settings: {integer_division: true}"})
    changed = "nothing that is kept differs: the engine, or a setting of its database"
    above = f"raw, above it, runs: {changed}"
    found = {"raw": changed, "other": changed, "staged": above, "top": above}
    assert reasons(layers) == found


def test_a_contract(layers):
    """The column of a contract that has another type is named."""
    contract = """
        models:
          - name: other
            config: {contract: {enforced: true}}
            columns: [{name: a, data_type: integer}]
        """
    layers.write({"models/other.yml": contract})
    layers.build()
    layers.edit("models/other.yml", "integer", "bigint")
    word = "the contract's type of `a` is `bigint` and was `integer`"
    assert reasons(layers) == {"other": word}
    layers.edit("models/other.yml", "bigint", "integer, constraints: [{type: unique}]")
    assert reasons(layers) == {"other": "its contract changed"}


CONTRACT = """
    models:
      - name: other
        config: {contract: {enforced: %s}}
        columns: [{name: a, data_type: integer}, {name: b, data_type: integer}]
    """
JUDGE = (
    "{%% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %%}"
    "select count(*) as failures, false as should_warn, %s as should_error "
    "from ({{ main_sql }}){%% endmacro %%}"
)


@pytest.mark.parametrize(
    ("before", "after", "node", "reason"),
    [
        (
            {"models/other.sql": "select 1 as a"},
            {"models/other.sql": "select 1 as a -- depends_on: {{ ref('top') }}"},
            "other",
            "it depends on top",
        ),
        (
            {"models/other.sql": "select 1 as a -- depends_on: {{ ref('top') }}"},
            {"models/other.sql": "select 1 as a"},
            "other",
            "it no longer depends on top",
        ),
        (
            {
                "models/other.sql": "select 1 as a, 2 as b",
                "models/other.yml": CONTRACT % "true",
            },
            {
                "models/other.yml": CONTRACT.replace("name: a", "name: c")
                .replace("name: b", "name: a")
                .replace("name: c", "name: b")
                % "true"
            },
            "other",
            "its SQL, its configuration or its contract changed",
        ),
        (
            {
                "models/other.yml": "models: [{name: other, columns: [{name: a, "
                "data_tests: [not_null]}]}]",
                "macros/judge.sql": JUDGE % "1 > 2",
            },
            {"macros/judge.sql": JUDGE % "2 > 3"},
            "not_null_other_a",
            "its SQL, its configuration or how it is judged changed",
        ),
    ],
)
def test_what_the_text_does_not_show(layers, before, after, node, reason):
    """What is no word of a node's SQL is not taken for the engine's doing."""
    layers.write(before)
    layers.build()
    layers.write(after)
    assert reasons(layers) == {node: reason}


def test_after_a_part_was_published(layers):
    """What a build of a part does not hold is known from the run that built it."""
    layers.edit("models/other.sql", "select 1", "select 2")
    layers.build("other")
    assert layers.result.release_id
    layers.edit("models/top.sql", "sum", "max")
    assert reasons(layers)["top"] == "models/top.sql:3: `max` was `sum`"


def test_after_a_skip(layers):
    """What was only skipped stands in the release, and is not called unbuilt."""
    layers.write({"models/behind.sql": "select * from {{ ref('top') }}"})
    layers.build()
    layers.edit("seeds/raw.csv", "2,20", "2,30")
    layers.edit("models/top.sql", "sum(amount)", "error('no')")
    layers.build()
    found = reasons(layers)
    assert found["top"] == "it failed when it last ran"
    assert found["behind"] == "top, above it, runs: it failed when it last ran"
    layers.edit("models/staged.sql", "amount from", "error('no') as amount from")
    layers.build()
    found = reasons(layers)
    assert found["staged"] == "it failed when it last ran"
    assert found["top"] == "it is not in the candidate, which an earlier build left"


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        '{"results": null, "nodes": null}',
        '{"results": [{}, 1], "nodes": {"model.tiny.other": 3}}',
        '{"results": [{"unique_id": "model.tiny.other"}], "nodes": []}',
    ],
)
def test_damaged_artefacts(layers, damage):
    """What a run has kept may be damaged: then less is known."""
    layers.edit("models/other.sql", "select 1", "select 2")
    for path in (layers.root / "data/runs").rglob("*.json"):
        path.write_text(damage)
    changed = "its SQL, its configuration or its contract changed"
    assert reasons(layers) == {"other": changed}


def test_a_default_selector(layers):
    """A selector of the project narrows the forecast as it does the build."""
    layers.write(
        {"selectors.yml": "selectors: [{name: all, default: true, definition: '*'}]\n"}
    )
    layers.build()
    layers.write({"models/broken.sql": "select error('no') as a"})
    layers.edit("models/other.sql", "select 1", "select 2")
    layers.build()
    layers.remove("models/broken.sql")
    layers.edit("models/other.sql", "select 2", "select 1")
    told = reasons(layers)
    layers.build()
    assert set(told) == layers.built()


def test_a_view_beside_the_selection(layers):
    """What reads a view that shows other rows by now runs, and says so."""
    layers.write(
        {
            "models/shown.sql": "{{ config(materialized='view') }} "
            "select * from {{ ref('raw') }}",
            "models/reader.sql": "{{ config(materialized='table') }} "
            "select * from {{ ref('shown') }}",
        }
    )
    layers.build()
    layers.edit("seeds/raw.csv", "2,20", "2,30")
    layers.build("raw", publishes=False)
    reads = "it reads shown, which shows what has changed, and is no part of this build"
    assert reasons(layers, "reader") == {"reader": reads}
    layers.build("reader", publishes=False)
    assert layers.built() == {"reader"}
    (reason,) = {reasons(layers)["reader"]}
    assert reason == "nobody could tell what it was last built from"


def test_what_only_a_run_can_tell(released):
    """Of what goes on from its history, and of what reads that, a build may run."""
    project = released(
        {
            "seeds/raw.csv": "id,amount\n1,10\n",
            "models/added.sql": """
                {{ config(materialized='incremental', unique_key='id') }}
                select id, amount from {{ ref('raw') }}
                """,
            "models/asking.sql": """
                {{ config(materialized='table') }}
                {% set n = run_query('select 1') %}select 1 as a
                """,
            "models/behind.sql": """
                {{ config(materialized='table') }} select * from {{ ref('added') }}
                """,
            "models/after.sql": """
                {{ config(materialized='table') }} select * from {{ ref('asking') }}
                """,
        }
    )
    project.build()
    workspace = project.workspace()
    found = forecast(workspace, workspace.select(), Request())
    told = {f.node.name: (f.may_run, f.reason) for f in found if not f.is_reused}
    decided = "incremental: decided when it runs"
    assert told == {
        "added": (True, decided),
        "behind": (True, f"added, above it, may run: {decided}"),
        "asking": (False, "its template asks the database"),
        "after": (False, "it reads asking, which runs each time"),
    }
    project.build()
    assert project.built() == {"added", "asking", "after"}


def test_a_damaged_history_is_refused(released):
    """Where a build would refuse to begin, so does its forecast."""
    project = released(
        {"models/a.sql": "{{ config(materialized='incremental') }} select 1 as a"}
    )
    project.build()
    (project.root / "data/current/release.json").write_text("{")
    with pytest.raises(WarehouseError, match="it holds the rows of a"):
        reasons(project)


def test_a_killed_build(layers):
    """Whatever a killed build has come to, nothing false is said of it."""
    layers.edit("models/other.sql", "select 1", "select 2")
    layers.write({"models/broken.sql": "select error('no') as a"})
    layers.build()
    layers.remove("models/broken.sql")
    runs = sorted((layers.root / "data/runs").iterdir())
    (runs[-1] / "manifest.json").unlink()  # as a kill leaves it: nothing is told yet
    results = runs[-1] / "run_results.json"
    results.write_text(results.read_text().replace('"success"', '"skipped"'))
    layers.edit("models/other.sql", "select 2", "select 3")
    changed = "its SQL, its configuration or its contract changed"
    assert reasons(layers) == {"other": changed}


def test_many_readers(layers, capsys):
    """Each reader of an ephemeral model is told once, however many ways lead to it."""
    kind = "{{ config(materialized='ephemeral') }} "
    files = {"models/e0.sql": kind + "select 1 as a"}
    for level in range(1, 12):
        below = ("e0",) if level == 1 else (f"e{level - 1}a", f"e{level - 1}b")
        reads = (f"select a from {{{{ ref('{name}') }}}}" for name in below)
        text = kind + " union all ".join(reads)
        files |= {f"models/e{level}{side}.sql": text for side in "ab"}
    files["models/end.sql"] = "select a from {{ ref('e11a') }}"
    layers.write(files)
    assert main(["why", "e0", "--project-dir", str(layers.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == ["run    model  end: it is not built yet"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("as a", "as a\nwhere true -- a word", "other.sql:2: `where true` is new"),
        ("select 1", "-- a word\nselect\n  1 + 1", "other.sql:3: `+ 1` is new"),
        ("1 as a", "1", "other.sql:1: `as a` is gone"),
        ("1 as a", "'" + "x" * 70 + "' as a", f"`'{'x' * 58}…` was `1`"),
    ],
)
def test_words_that_differ(layers, old, new, reason):
    """The first words that differ are told, where they were written."""
    layers.edit("models/other.sql", old, new)
    assert reason in reasons(layers)["other"]


def test_what_reads_a_failure(released):
    """What reads a node that failed is told of that, and not that it always runs."""
    project = released(
        {
            "models/added.sql": "{{ config(materialized='incremental') }} "
            "select 1 as a",
            "models/reader.sql": "{{ config(materialized='table') }} "
            "select * from {{ ref('added') }}",
        }
    )
    project.build()
    project.edit("models/added.sql", "1 as a", "error('no') as a")
    project.build()
    assert reasons(project) == {
        "added": "it failed when it last ran",
        "reader": "it reads added, which runs: it failed when it last ran",
    }


def test_the_description_of_a_test(layers):
    """Nothing is described anew because of a test, which describes nothing."""
    text = "models: [{name: other, columns: [{name: a, data_tests: [{not_null: %s}]}]}]"
    layers.write({"models/other.yml": text % "{description: a word}"})
    layers.build()
    layers.write({"models/other.yml": text % "{description: another word}"})
    workspace = layers.workspace()
    found = forecast(workspace, workspace.select(), Request())
    assert {f.reason for f in found} == {"nothing that it depends on has changed"}
    layers.build()
    assert layers.result.is_unchanged


def test_runs_are_kept_for_reasons(layers):
    """However many runs changed nothing, what the release was built from is known."""
    for number in range(3):
        for index in range(KEPT_RUNS // 2):
            (layers.root / "data/runs" / f"x{number}-{index}").mkdir()
        layers.edit("models/other.sql", "select", "-- a word\nselect")
        layers.build()
    layers.edit("models/other.sql", "select 1", "select 2")
    assert reasons(layers) == {"other": "models/other.sql:4: `2` was `1`"}


def test_names_of_versions_and_of_ephemeral_models(layers, capsys):
    """A version goes by the name that is printed; an ephemeral model shows readers."""
    versions = "models: [{name: dim, latest_version: 1, versions: [{v: 1}, {v: 2}]}]\n"
    layers.write(
        {
            "models/dim.yml": versions,
            "models/dim_v1.sql": "select 1 as a\n",
            "models/dim_v2.sql": "select 2 as a\n",
        }
    )
    folder = ["--project-dir", str(layers.root)]

    def told(name: str) -> list[str]:
        assert main(["why", name, *folder]) == 0
        return capsys.readouterr().out.splitlines()

    assert told("dim.v2") == ["run    model  dim.v2: it is not built yet"]
    assert told("dim") == ["run    model  dim.v1: it is not built yet"]
    assert told("between") == [
        "between is ephemeral: a part of what reads it",
        "reuse  model  top: nothing that it depends on has changed",
    ]
    assert main(["why", "dim.v3", *folder]) == 2
    assert 'did you mean "dim.v2" or "dim.v1"' in capsys.readouterr().err
