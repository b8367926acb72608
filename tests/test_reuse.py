"""Building releases: what is reused, what is rebuilt, and that both give the same."""

import shutil

import duckdb
import pytest
from tiny import PROJECT, RELEASED, TinyProject

SHOP = {
    "seeds/raw.csv": "id,amount\n1,2.5\n2,3.5\n",
    "macros/cents.sql": "{% macro cents(x) %}({{ x }} * 100)::bigint{% endmacro %}\n",
    "models/orders.sql": "select id, amount from {{ ref('raw') }}\n",
    "models/cents.sql": """
        {{ config(materialized='table') }}
        select id, {{ cents('amount') }} as cents from {{ ref('orders') }}
        """,
    "models/only.sql": """
        {{ config(materialized='ephemeral') }}
        select id from {{ ref('orders') }} where id > {{ var('least', 0) }}
        """,
    "models/marts/counted.sql": """
        {{ config(materialized='table') }}
        select count(*) as count from {{ ref('only') }}
        """,
    "models/marts/total.sql": """
        {{ config(materialized='table') }}
        select sum(cents)::bigint as total from {{ ref('cents') }}
        """,
    "models/alone.sql": "select 1 as a\n",
    "models/shop.yml": """
        models:
          - name: cents
            description: One row per order.
            config: {persist_docs: {relation: true, columns: true}}
            columns:
              - name: id
                description: The key.
                data_tests: [unique, not_null]
          - name: counted
            columns:
              - name: count
                data_tests:
                  - not_null: {config: {severity: warn}}
        """,
}
TESTS_OF_CENTS = {"unique_cents_id", "not_null_cents_id"}
ALL = {
    *("raw", "orders", "cents", "counted", "total", "alone", "not_null_counted_count"),
    *TESTS_OF_CENTS,
}


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory):
    """Build the shop once."""
    project = TinyProject(tmp_path_factory.mktemp("shop"))
    project.write({**PROJECT, **RELEASED, **SHOP})
    assert set(project.build().values()) <= {"success", "pass"}
    return project


@pytest.fixture
def shop(built_shop, tmp_path):
    """Copy the shop that is built, to change it."""
    project = TinyProject(tmp_path / "shop")
    shutil.copytree(built_shop.root, project.root, symlinks=True)
    project.result = built_shop.result
    return project


def same_as_fresh(project, **options) -> bool:
    """Whether a build from nothing, in place, gives what stands now."""
    fresh = TinyProject(project.root.with_name("fresh"))
    ignored = shutil.ignore_patterns("data", "pyproject.toml")
    shutil.copytree(project.root, fresh.root, ignore=ignored, dirs_exist_ok=True)
    fresh.build(options=options)
    return project.tables() == fresh.tables()


def test_the_first_build_runs_everything(shop):
    """Nothing is reused where nothing stands."""
    assert shop.built() == ALL


def test_nothing_runs_twice_when_nothing_changed(shop):
    """A second build runs nothing, and publishes nothing new."""
    first = shop.result.release_id
    shop.build()
    assert shop.built() == set()
    assert shop.result.is_unchanged
    assert shop.result.release_id == first


def test_a_reused_node_says_what_it_said(shop):
    """A reused node has the status, rows and failures of the run that made it."""
    first = {
        (r.unique_id, r.status, r.rows, r.failures, r.message)
        for r in shop.result.results
    }
    shop.build()
    assert first == {
        (r.unique_id, r.status, r.rows, r.failures, r.message)
        for r in shop.result.results
    }


EDITS = [
    pytest.param(
        ("models/orders.sql", "select id", "-- the orders\nselect  id"),
        set(),
        id="a comment and layout",
    ),
    pytest.param(
        ("seeds/raw.csv", "2,3.5", "2,4.5"),
        {"raw", "orders", "cents", "counted", "total", "not_null_counted_count"}
        | TESTS_OF_CENTS,
        id="a seed",
    ),
    pytest.param(
        ("macros/cents.sql", "* 100", "* 1000"),
        {"cents", "total"} | TESTS_OF_CENTS,
        id="a macro",
    ),
    pytest.param(
        ("macros/cents.sql", "{% macro", "{# in cents #}{% macro"),
        set(),
        id="a macro's comment",
    ),
    pytest.param(
        ("models/marts/total.sql", "as total", "as grand_total"), {"total"}, id="a leaf"
    ),
    pytest.param(
        ("models/only.sql", "id >", "id >="),
        {"counted", "not_null_counted_count"},
        id="an ephemeral model",
    ),
    pytest.param(
        ("models/marts/total.sql", "='table'", "='view'"), {"total"}, id="a kind"
    ),
    pytest.param(
        ("models/marts/total.sql", "='table'", "='table', alias='sums'"),
        {"total"},
        id="a name",
    ),
    pytest.param(
        ("models/marts/total.sql", "='table'", "='table', tags=['new']"),
        set(),
        id="a tag",
    ),
    pytest.param(
        ("models/shop.yml", "- not_null:", "- not_null: {name: new_name}\n# "),
        {"new_name"},
        id="a test",
    ),
    pytest.param(
        ("models/shop.yml", "severity: warn", "severity: error"),
        {"not_null_counted_count"},
        id="a test's severity",
    ),
    pytest.param(
        ("models/shop.yml", "One row per order.", "One row per thing."),
        set(),
        id="a description",
    ),
    pytest.param(
        ("models/shop.yml", "description: The key.", "description: ''"),
        set(),
        id="a column's description that goes",
    ),
    pytest.param(
        ("models/shop.yml", "description: One row per order.", "description: ''"),
        set(),
        id="a description that goes",
    ),
    pytest.param(
        ("models/shop.yml", "{relation: true, columns: true}", "{relation: true}"),
        set(),
        id="descriptions of columns that nobody wants any more",
    ),
]


@pytest.mark.parametrize(("edit", "expected"), EDITS)
def test_an_edit_rebuilds_what_it_changes(shop, edit, expected):
    """An edit rebuilds what is downstream of it and nothing else, as from nothing."""
    if shop.root.joinpath(edit[0]).read_text().count(edit[1]) != 1:
        pytest.fail("the edit finds nothing")
    shop.edit(*edit)
    statuses = shop.build()
    assert set(statuses.values()) <= {"success", "pass"}
    assert shop.built() == expected
    assert same_as_fresh(shop)


def test_an_edit_that_is_taken_back(shop):
    """A build after an edit and its opposite gives the first tables again."""
    before = shop.tables()
    shop.edit("models/orders.sql", "amount", "amount + 1 as amount")
    shop.build()
    shop.edit("models/orders.sql", "amount + 1 as amount", "amount")
    shop.build()
    assert shop.tables() == before


def test_a_description_is_rewritten_alone(shop):
    """A new description goes into the database though the table is reused."""
    shop.edit("models/shop.yml", "One row per order.", "One row per thing.")
    shop.build()
    assert shop.tables()["main.cents"][0] == "One row per thing."


def test_a_variable_rebuilds_those_that_read_it(shop):
    """Another value of a variable rebuilds what reads it."""
    shop.build(options={"vars": {"least": 1}})
    assert shop.built() == {"counted", "not_null_counted_count"}
    assert same_as_fresh(shop, vars={"least": 1})


def test_an_environment_variable_counts_by_its_value(released, monkeypatch):
    """What `env_var` gives is part of the SQL."""
    project = released({"models/m.sql": "select '{{ env_var('TINY') }}' as v"})
    for value, runs in (("a", {"m"}), ("a", set()), ("b", {"m"})):
        monkeypatch.setenv("TINY", value)
        project.build()
        assert project.built() == runs
    assert project.rows("from m") == [("b",)]


def test_a_removed_models_table_is_dropped(shop):
    """What the project no longer has is in no new release."""
    shop.remove("models/marts/total.sql")
    shop.build()
    assert shop.built() == set()
    assert "main.total" not in shop.tables()
    assert same_as_fresh(shop)


def test_a_disabled_models_table_is_dropped(shop):
    """A model that is switched off is gone too."""
    shop.edit("models/marts/total.sql", "='table'", "='table', enabled=false")
    shop.build()
    assert "main.total" not in shop.tables()
    assert same_as_fresh(shop)


def test_a_model_that_turns_ephemeral_is_dropped(shop):
    """A model that no longer stands in the database leaves nothing behind."""
    shop.edit("models/cents.sql", "='table'", "='ephemeral'")
    shop.build()
    assert "main.cents" not in shop.tables()
    assert same_as_fresh(shop)


def test_a_renamed_model_leaves_no_old_table(shop):
    """A new alias or schema takes the table along."""
    shop.edit("models/marts/total.sql", "='table'", "='table', schema='elsewhere'")
    shop.build()
    tables = shop.tables()
    assert "main.total" not in tables
    assert "main_elsewhere.total" in tables


def schemas(project) -> set[str]:
    """Return the schemas of what was built, but for `main`."""
    found = project.rows("select schema_name from duckdb_schemas() where not internal")
    return {name for (name,) in found} - {"main"}


MOVING = {
    "dbt_project.yml": """
        name: tiny
        version: '1.0'
        models:
          +schema: one
        """,
    "models/m.sql": "select 1 as a\n",
    "models/n.sql": "{{ config(materialized='table') }} select a from {{ ref('m') }}\n",
    "models/only.sql": "{{ config(materialized='ephemeral', schema='no') }} select 1\n",
}


def test_a_schema_that_no_node_is_in_any_more_is_dropped(released):
    """A release has the schemas that a build from nothing would have."""
    project = released(MOVING)
    project.build()
    assert schemas(project) == {"main_one"}
    project.edit("dbt_project.yml", "one", "two")
    project.build()
    assert schemas(project) == {"main_two"}


def test_the_schema_of_a_removed_model_is_dropped(released):
    """The last model of a schema takes it along."""
    project = released(MOVING)
    project.edit("models/n.sql", "'table'", "'table', schema='marts'")
    project.build()
    project.remove("models/n.sql")
    project.build()
    assert schemas(project) == {"main_one"}


def test_a_schema_outlives_a_failed_build_no_longer_than_its_tables(released):
    """What a failed build has moved is known when the next one goes on with it."""
    project = released({**MOVING, "models/later.sql": "select a from {{ ref('n') }}\n"})
    project.build()
    project.edit("dbt_project.yml", "one", "two")
    project.edit("models/later.sql", "a from", "b from")
    project.build()
    assert schemas(project) == {"main_one"}
    project.edit("models/later.sql", "b from", "a from")
    project.build()
    assert schemas(project) == {"main_two"}


def test_a_part_leaves_the_schema_of_what_it_does_not_build(released):
    """A schema stays while a table of an earlier release is in it."""
    project = released(MOVING)
    project.build()
    project.edit("dbt_project.yml", "one", "two")
    project.build("m", publishes=False)
    candidate = project.root / "data" / "candidate" / "warehouse.duckdb"
    with duckdb.connect(str(candidate), read_only=True) as connection:
        assert connection.execute("from main_one.n").fetchall() == [(1,)]
    project.build()
    assert schemas(project) == {"main_two"}


@pytest.mark.parametrize(
    "made",
    [
        "create table {{ target.schema }}_one.theirs as select 1 as a",
        "create macro {{ target.schema }}_one.theirs(a) as a",
        "create sequence {{ target.schema }}_one.theirs",
        "create schema theirs",
    ],
)
def test_a_schema_with_anothers_objects_stays(released, made):
    """What a hook made is not the engine's to drop, nor the schema that it is in."""
    kept = "theirs" if "schema theirs" in made else "main_one"
    project = released(MOVING)
    project.build()
    project.edit("dbt_project.yml", "one", "two")
    config = f'{{{{ config(pre_hook="{made}") }}}}\n'
    project.write({"models/m.sql": config + MOVING["models/m.sql"]})
    project.build()
    assert schemas(project) == {"main_two", kept}


def test_in_place_a_schema_stays(tiny):
    """Without a home an old schema stays, as with dbt."""
    project = tiny(MOVING)
    project.build()
    project.edit("dbt_project.yml", "one", "two")
    project.build()
    assert schemas(project) == {"main_one", "main_two"}


def test_two_models_change_places(released):
    """Each of two models takes the other's name without losing its rows."""
    project = released(
        {
            "models/a.sql": "{{ config(materialized='table', alias='x') }} select 1 n",
            "models/b.sql": "{{ config(materialized='table', alias='y') }} select 2 n",
        }
    )
    project.build()
    project.edit("models/a.sql", "'x'", "'y'")
    project.edit("models/b.sql", "'y'", "'x'")
    project.build(options={"threads": 1})
    assert project.rows("from x union all from y") == [(2,), (1,)]
    assert same_as_fresh(project)


def test_a_model_takes_a_removed_models_name(released):
    """A model may be named as one that goes in the same edit."""
    project = released(
        {
            "models/a.sql": "{{ config(materialized='table', alias='x') }} select 1 n",
            "models/b.sql": "{{ config(materialized='table') }} select 2 as n",
        }
    )
    project.build()
    project.remove("models/a.sql")
    project.edit("models/b.sql", "='table'", "='table', alias='x'")
    project.build()
    assert set(project.tables()) == {"main.x"}
    assert project.rows("from x") == [(2,)]


@pytest.mark.parametrize(
    "sql",
    [
        "select now() as a",
        "select current_date as a",
        "select random() as a",
        "select * from read_csv('{{ env_var('PWD') }}/x.csv')",
        "select count(*) as a from information_schema.tables",
    ],
)
def test_volatile_sql_always_runs(released, sql, monkeypatch):
    """What asks the clock, chance or files runs every time, with what reads it."""
    project = released(
        {
            "models/m.sql": f"{{{{ config(materialized='table') }}}} {sql}",
            "models/n.sql": "{{ config(materialized='table') }} from {{ ref('m') }}",
            "models/o.sql": "{{ config(materialized='table') }} select 1 as a",
            "x.csv": "a\n1\n",
        }
    )
    monkeypatch.setenv("PWD", str(project.root))
    project.build()
    project.build()
    assert project.built() == {"m", "n"}


def test_what_reads_a_source_always_runs(released):
    """Others fill a source, so what reads it is never taken for unchanged."""
    project = released(
        {
            "dbt_project.yml": """
                name: tiny
                on-run-start: create or replace table main.rates as select 1 as rate
                """,
            "models/sources.yml": """
                sources: [{name: main, tables: [{name: rates}]}]
                """,
            "models/m.sql": "select rate from {{ source('main', 'rates') }}",
            "models/n.sql": "select 1 as a",
        }
    )
    project.build()
    project.build()
    assert project.built() == {"m"}


def test_what_has_hooks_always_runs(released):
    """A hook may do anything, so a model with one always runs."""
    project = released(
        {"models/m.sql": "{{ config(post_hook='select 1') }} select 1 as a"}
    )
    project.build()
    project.build()
    assert project.built() == {"m"}


def test_what_asks_the_database_always_runs(released):
    """A template that queries while it is rendered runs every time."""
    project = released(
        {
            "models/kinds.sql": "select unnest(['a', 'b']) as kind",
            "models/wide.sql": """
                -- depends_on: {{ ref('kinds') }}
                {% set n = run_query('select count(*) from ' ~ ref('kinds')) %}
                select {{ n.columns[0][0] if execute else 0 }} as n
                """,
        }
    )
    project.build()
    project.build()
    assert project.built() == {"wide"}


def test_an_undeclared_read_always_runs(released):
    """A table that is read without `ref` may change unseen."""
    project = released(
        {
            "models/a.sql": "{{ config(materialized='table') }} select 1 as n",
            "models/b.sql": "-- depends_on: {{ ref('a') }}\nselect * from main.a",
            "models/c.sql": "{{ config(materialized='table') }} from duckdb_types()",
        }
    )
    project.build()
    project.build()
    assert project.built() == {"c"}


def test_a_failed_build_publishes_nothing(shop):
    """After a failure the old release stands; the next build ends the work."""
    before = shop.tables()
    shop.edit("seeds/raw.csv", "2,3.5", "1,4.5")
    statuses = shop.build()
    assert statuses["unique_cents_id"] == "fail"
    assert statuses["total"] == "skipped"
    assert shop.tables() == before
    shop.edit("seeds/raw.csv", "1,4.5", "3,4.5")
    statuses = shop.build()
    assert set(statuses.values()) <= {"success", "pass"}
    assert same_as_fresh(shop)


def test_a_failed_test_is_not_reused(shop):
    """A test that failed runs again, until it passes."""
    shop.edit("seeds/raw.csv", "2,3.5", "1,4.5")
    for _ in range(2):
        assert shop.build()["unique_cents_id"] == "fail"
        assert "unique_cents_id" in shop.built()


def test_a_warning_is_told_again_though_it_is_reused(released):
    """A warning of a test that is reused still says what it found."""
    project = released(
        {
            "models/m.sql": "{{ config(materialized='table') }} select null as n",
            "models/m.yml": """
                models:
                  - name: m
                    columns:
                      - name: n
                        data_tests: [{not_null: {config: {severity: warn}}}]
                """,
        }
    )
    assert project.build()["not_null_m_n"] == "warn"
    said = project.detail("not_null_m_n")
    assert project.build()["not_null_m_n"] == "warn"
    assert project.built() == set()
    assert project.detail("not_null_m_n").splitlines()[0] == said.splitlines()[0]


def test_kept_failures_are_in_every_release(released):
    """The rows of a warning that are kept are there in a release that reuses them."""
    project = released(
        {
            "models/m.sql": "{{ config(materialized='table') }} select null as n",
            "models/o.sql": "select 1 as a",
            "tests/check.sql": """
                {{ config(severity='warn', store_failures=true) }}
                select * from {{ ref('m') }}
                """,
        }
    )
    project.build()
    project.edit("models/o.sql", "1 as a", "2 as a")
    project.build()
    assert project.built() == {"o"}
    assert project.rows("from main_dbt_test__audit.check") == [(None,)]
    project.remove("tests/check.sql")
    project.build()
    assert same_as_fresh(project)


def test_a_partial_selection_leaves_the_rest(shop):
    """Building one model leaves the others as they stand, and never wrongly reused."""
    shop.edit("models/orders.sql", "amount", "amount + 1 as amount")
    shop.build("total")
    assert shop.built() == set()
    shop.build("orders")
    assert shop.built() == {"orders"}
    shop.build()
    assert shop.built() == {
        *("cents", "total", "counted", "not_null_counted_count"),
        *TESTS_OF_CENTS,
    }
    assert same_as_fresh(shop)


def test_full_refresh_runs_everything(shop):
    """--full-refresh builds from nothing."""
    shop.build(options={"full_refresh": True})
    assert shop.built() == ALL


def test_another_kind_of_the_same_name_is_not_reused(released):
    """A seed that turns into a model of its name is built anew."""
    project = released({"seeds/m.csv": "a\n1\n", "models/n.sql": "from {{ ref('m') }}"})
    project.build()
    project.remove("seeds/m.csv")
    project.write({"models/m.sql": "{{ config(materialized='table') }} select 2 as a"})
    project.build()
    assert project.built() == {"m", "n"}
    assert project.rows("from n") == [(2,)]


def test_a_generic_tests_own_macro_counts(released):
    """A change of a test's macro runs the tests that it implements."""
    files = {
        "models/m.sql": "select 1 as n",
        "models/m.yml": "models: [{name: m, data_tests: [odd, even]}]",
        "tests/generic/odd.sql": """
            {% test odd(model) %} from {{ model }} where n % 2 = 0 {% endtest %}
            """,
        "tests/generic/even.sql": """
            {% test even(model) %} from {{ model }} where n > 5 {% endtest %}
            """,
    }
    project = released(files)
    project.build()
    project.edit("tests/generic/even.sql", "n > 5", "n > 6")
    project.build()
    assert project.built() == {"even_m_"}


def test_a_schema_that_hooks_write_into_stays(released):
    """What the project's own hooks need is there when they run, and after them."""
    project = released({"models/m.sql": "{{ config(schema='audit') }} select 1 as a"})
    project.build()
    project.remove("models/m.sql")
    project.write(
        {
            "dbt_project.yml": """
                name: tiny
                version: '1.0'
                on-run-start: create schema if not exists main_audit
                on-run-end: create or replace table main_audit.log as select 1 as x
                """,
            "models/other.sql": "select 1 as a",
        }
    )
    for _ in range(2):
        project.build()
        assert project.result.ok
        assert project.rows("from main_audit.log") == [(1,)]
