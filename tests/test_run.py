"""Running a project in place: order, threads, skipping, tests, hooks, seeds, macros."""

import json
from datetime import date
from decimal import Decimal

import pytest
from tiny import RELEASED, STRICT

from warehouse.api.project import Project
from warehouse.errors import CompileErrors, ExecutionError, WarehouseError
from warehouse.run.results import NodeFinished, NodeStarted, RunStarted

CHAIN = {
    "seeds/raw.csv": "id,amount\n1,2.5\n2,3.5\n",
    "models/orders.sql": "select * from {{ ref('raw') }}",
    "models/totals.sql": """
        {{ config(materialized='table') }}
        select sum(amount) as total from {{ ref('orders') }}
        """,
}


def test_a_project_is_built_in_its_order(tiny):
    """Seeds, views and tables are built, each after what it reads."""
    project = tiny(CHAIN)
    statuses = project.build()
    assert list(statuses.items()) == [
        ("raw", "success"),
        ("orders", "success"),
        ("totals", "success"),
    ]
    assert project.rows("select total from totals") == [(6.0,)]
    assert project.result.ok
    assert project.result.release_id is None


def test_a_build_in_place_runs_everything_every_time(tiny):
    """Without a home nothing is reused, as in dbt."""
    project = tiny(CHAIN)
    project.build()
    project.build()
    assert project.built() == {"raw", "orders", "totals"}


def test_the_results_count_rows_and_time(tiny):
    """A table's result has its row count, a view's has none; each has a duration."""
    project = tiny(CHAIN)
    project.build()
    assert project.result is not None
    rows = {r.name: r.rows for r in project.result.results}
    assert rows == {"raw": 2, "orders": None, "totals": 1}
    assert all(r.seconds >= 0 for r in project.result.results)


def test_a_view_stays_a_view_and_an_ephemeral_model_stays_out(tiny):
    """A view follows its table; an ephemeral model is in no database."""
    project = tiny(
        {
            "models/base.sql": "{{ config(materialized='table') }} select 1 as id",
            "models/between.sql": """
                {{ config(materialized='ephemeral') }}
                select id + 1 as id from {{ ref('base') }}
                """,
            "models/top.sql": "select id * 10 as id from {{ ref('between') }}",
        }
    )
    assert set(project.build()) == {"base", "top"}
    kinds = "select table_name, table_type from information_schema.tables order by 1"
    assert project.rows(kinds) == [("base", "BASE TABLE"), ("top", "VIEW")]
    assert project.rows("from top") == [(20,)]


def test_a_model_may_change_its_kind(tiny):
    """A table becomes a view and a view a table, whatever stands under the name."""
    project = tiny({"models/m.sql": "{{ config(materialized='table') }} select 1 as a"})
    for kind in ("view", "table", "view"):
        project.write(
            {"models/m.sql": f"{{{{ config(materialized='{kind}') }}}} select 1 as a"}
        )
        assert project.build() == {"m": "success"}


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_any_number_of_threads_gives_the_same_tables(tiny, threads):
    """Many models on many threads give what one thread gives."""
    files = {
        f"models/m{n:02}.sql": "{{ config(materialized='table') }} select "
        + (f"max(a) + 1 as a from {{{{ ref('m{n // 2:02}') }}}}" if n else "0 as a")
        for n in range(24)
    }
    project = tiny(files)
    statuses = project.build(options={"threads": threads})
    assert set(statuses.values()) == {"success"}
    assert project.rows("from m23") == [(5,)]


def test_events_tell_the_progress(tiny):
    """Each node begins and ends once, numbered as it began."""
    project = tiny(fork())
    heard = []
    project._hear = heard.append
    project.build(options={"threads": 1})
    told = [
        (type(e), e.index, e.total)
        for e in heard
        if isinstance(e, NodeStarted | NodeFinished)
    ]
    both = (NodeStarted, NodeFinished)
    assert told == [(t, i, 5) for i in range(1, 6) for t in both]
    names = [e.name for e in heard if isinstance(e, NodeStarted)]
    assert names == ["broken", "beside", "behind", "next_to", "far"]


def test_the_artefacts_are_written(tiny):
    """`run_results.json` and `manifest.json` stand in the target folder."""
    project = tiny(CHAIN)
    project.build()
    read = {
        name: json.loads((project.root / "target" / f"{name}.json").read_text())
        for name in ("run_results", "manifest")
    }
    results = {r["unique_id"]: r["status"] for r in read["run_results"]["results"]}
    assert results == dict.fromkeys(
        ("seed.tiny.raw", "model.tiny.orders", "model.tiny.totals"), "success"
    )
    assert read["manifest"]["parent_map"]["model.tiny.totals"] == ["model.tiny.orders"]
    (code,) = [
        r["compiled_code"]
        for r in read["run_results"]["results"]
        if r["unique_id"] == "model.tiny.orders"
    ]
    assert code == 'select * from "tiny"."main"."raw"'


# Skipping


def fork(**tests: str) -> dict[str, str]:
    """Return `broken` with `behind` and `far`, and `beside` with `next_to`."""
    return {
        "models/broken.sql": "select 1 as id",
        "models/behind.sql": "select * from {{ ref('broken') }}",
        "models/far.sql": "select * from {{ ref('behind') }}",
        "models/beside.sql": "select 2 as id",
        "models/next_to.sql": "select * from {{ ref('beside') }}",
        **tests,
    }


def test_downstream_of_a_failed_model_is_skipped(tiny):
    """A failed model takes all that is downstream with it, and nothing beside it."""
    project = tiny({**fork(), "models/broken.sql": "select no_such_column"})
    assert project.build() == {
        "broken": "error",
        "behind": "skipped",
        "far": "skipped",
        "beside": "success",
        "next_to": "success",
    }
    assert project.detail("far") == "skipped, because model.tiny.broken failed"
    assert not project.result.ok
    assert project.result.exit_code == 1


FAILING = "select * from {{ ref('broken') }}"


def test_downstream_of_a_failed_test_is_skipped(tiny):
    """A test of error severity that fails holds back what reads the tested model."""
    project = tiny(fork(**{"tests/check.sql": FAILING}))
    assert project.build() == {
        "broken": "success",
        "check": "fail",
        "behind": "skipped",
        "far": "skipped",
        "beside": "success",
        "next_to": "success",
    }


def test_a_warning_holds_nothing_back(tiny):
    """A test of warn severity that fails is a warning; the build goes on and is ok."""
    warning = "{{ config(severity='warn') }}" + FAILING
    project = tiny(fork(**{"tests/check.sql": warning}))
    statuses = project.build()
    assert statuses.pop("check") == "warn"
    assert set(statuses.values()) == {"success"}
    assert project.result.ok


def test_a_test_of_two_models_holds_back_what_reads_both(tiny):
    """What reads only one of the models of a test does not wait for the test."""
    project = tiny(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select 1 as id",
            "models/of_a.sql": "select * from {{ ref('a') }}",
            "models/of_both.sql": "select * from {{ ref('a') }}, {{ ref('b') }}",
            "tests/check.sql": "select * from {{ ref('a') }}, {{ ref('b') }}",
        }
    )
    statuses = project.build()
    assert (statuses["of_a"], statuses["of_both"]) == ("success", "skipped")


def test_a_failed_test_of_what_is_not_selected_is_not_run(tiny):
    """A selection runs its own nodes and their tests only."""
    project = tiny(fork(**{"tests/check.sql": FAILING}))
    assert project.build("beside+") == {"beside": "success", "next_to": "success"}


def test_fail_fast_stops_at_the_first_failure(tiny):
    """With fail-fast nothing begins after a failure; the longest chain is first."""
    project = tiny({**fork(), "models/broken.sql": "select no_such_column"})
    statuses = project.build(fail_fast=True, options={"threads": 1})
    assert statuses.pop("broken") == "error"
    assert set(statuses.values()) == {"skipped"}
    assert "fail-fast" in project.detail("beside")


def test_an_excluded_node_is_seen_through(tiny):
    """What is left out between two selected nodes does not spoil their order."""
    project = tiny(CHAIN)
    project.build()
    assert list(project.build("raw", "totals")) == ["raw", "totals"]
    assert list(project.build(excluded=["orders"])) == ["raw", "totals"]


@pytest.mark.parametrize(
    ("types", "names"),
    [
        (["seed"], {"raw"}),
        (["model"], {"orders", "totals"}),
        (["test"], {"unique_raw_id"}),
    ],
)
def test_a_command_may_run_one_kind_of_node(tiny, types, names):
    """`seed`, `run` and `test` are builds of one resource type."""
    properties = {
        "seeds/raw.yml": """
            seeds:
              - name: raw
                columns: [{name: id, data_tests: [unique]}]
            """
    }
    project = tiny({**CHAIN, **properties})
    project.build()
    assert set(project.build(types=types)) == names


# Data tests

NUMBERS = "select * from (values (1), (2), (2), (null)) as t(n)"


def numbers_with(test: str) -> dict[str, str]:
    """Return a model with a data test on its only column."""
    return {
        "models/numbers.sql": NUMBERS,
        "models/numbers.yml": f"""
            models:
              - name: numbers
                columns:
                  - name: n
                    data_tests:
                      - {test}
            """,
    }


@pytest.mark.parametrize(
    ("test", "status", "failures"),
    [
        ("unique", "fail", 1),
        ("not_null", "fail", 1),
        ("accepted_values: {arguments: {values: [1, 2]}}", "pass", 0),
        ("accepted_values: {arguments: {values: [1], quote: false}}", "fail", 1),
        ("accepted_values: {values: [1, 2]}", "pass", 0),
        ("unique: {config: {severity: warn}}", "warn", 1),
        ("unique: {severity: warn}", "warn", 1),
        ("unique: {config: {where: n = 1}}", "pass", 0),
        ("not_null: {config: {where: n is null}}", "fail", 1),
        ("not_null: {config: {error_if: '> 1'}}", "warn", 1),
        ("not_null: {config: {error_if: '> 1', warn_if: '> 1'}}", "pass", 0),
        ("not_null: {config: {severity: warn, error_if: '> 0'}}", "warn", 1),
        ("unique: {config: {fail_calc: sum(n_records)}}", "fail", 2),
        ("unique: {config: {enabled: true}}", "fail", 1),
        ("relationships: {arguments: {to: ref('numbers'), field: n}}", "pass", 0),
        ("relationships: {arguments: {to: ref('one'), field: n}}", "fail", 2),
    ],
)
def test_a_data_test_is_judged(tiny, test, status, failures):
    """Severity, thresholds, `where` and arguments decide how a test ends."""
    project = tiny({"models/one.sql": "select 1 as n", **numbers_with(test)})
    project.build()
    (result,) = (r for r in project.result.results if r.resource_type == "test")
    assert (str(result.status), result.failures) == (status, failures)


def test_a_disabled_test_is_not_there(tiny):
    """`enabled: false` takes a test out."""
    project = tiny(numbers_with("unique: {config: {enabled: false}}"))
    assert project.build() == {"numbers": "success"}


@pytest.mark.parametrize(("other", "warnings"), [("off", 0), ("absent", 1)])
def test_a_test_of_what_is_not_there_is_left_out(tiny, other, warnings):
    """As in dbt a test that reads a disabled model is none; an unknown one warns."""
    test = f"relationships: {{arguments: {{to: ref('{other}'), field: n}}}}"
    off = "{{ config(enabled=false) }} select 1 as n"
    project = tiny({**numbers_with(test), "models/off.sql": off})
    assert project.build() == {"numbers": "success"}
    assert len(project.warnings()) == warnings


def test_a_limit_counts_up_to_it(tiny):
    """`limit` ends the count of failures early."""
    project = tiny(
        {
            "models/numbers.sql": "select range as n from range(10)",
            "tests/check.sql": "{{ config(limit=3) }} from {{ ref('numbers') }}",
        }
    )
    project.build()
    assert project.result.results[-1].failures == 3


@pytest.mark.parametrize("severity", ["error", "warn"])
def test_failing_rows_are_kept(tiny, severity):
    """With `store_failures` a table holds the failing rows, and the result names it."""
    config = f"{{store_failures: true, severity: {severity}}}"
    project = tiny(numbers_with(f"unique: {{config: {config}}}"))
    project.build()
    audit = '"tiny"."main_dbt_test__audit"."unique_numbers_n"'
    assert project.rows(f"from {audit}") == [(2, 2)]
    assert f"kept in {audit}" in project.detail("unique_numbers_n")


def test_not_null_keeps_whole_rows(tiny):
    """The rows that `not_null` keeps have all columns, those it counts only one."""
    files = numbers_with("not_null: {config: {store_failures: true}}")
    files["models/numbers.sql"] = "select null as n, 'here' as place"
    project = tiny(files)
    project.build()
    rows = project.rows("from main_dbt_test__audit.not_null_numbers_n")
    assert rows == [(None, "here")]


def test_the_project_sets_the_defaults_of_tests(tiny):
    """A `data_tests:` tree in `dbt_project.yml` configures all tests."""
    project = tiny(numbers_with("unique"))
    project.write(
        {"dbt_project.yml": "name: tiny\ndata_tests: {+severity: warn}\n"},
    )
    assert project.build()["unique_numbers_n"] == "warn"


def test_a_source_is_numbers_with(tiny):
    """Tests of a source run on the table that others fill."""
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                on-run-start:
                  - create schema if not exists bank
                  - create or replace table bank.rates as select null as code
                """,
            "models/sources.yml": """
                sources:
                  - name: bank
                    tables:
                      - name: rates
                        columns: [{name: code, data_tests: [not_null]}]
                """,
        }
    )
    assert project.build() == {"source_not_null_bank_rates_code": "fail"}


def test_a_generic_test_of_ones_own(tiny):
    """A `{% test %}` block is a test with any arguments and its own config."""
    project = tiny(
        {
            **numbers_with("at_least: {arguments: {limit_value: 2}}"),
            "tests/generic/at_least.sql": """
                {% test at_least(model, column_name, limit_value=0) %}
                {{ config(severity='warn') }}
                select * from {{ model }} where {{ column_name }} < {{ limit_value }}
                {% endtest %}
                """,
        }
    )
    assert project.build()["at_least_numbers_n__2"] == "warn"


def test_the_project_overrides_a_built_in_test(tiny):
    """A `{% test unique %}` of the project takes the place of dbt's."""
    project = tiny(
        {
            **numbers_with("unique"),
            "macros/unique.sql": """
                {% test unique(model, column_name) %}
                select 1 where false
                {% endtest %}
                """,
        }
    )
    assert project.build()["unique_numbers_n"] == "pass"


def test_the_project_overrides_what_a_built_in_test_dispatches(tiny):
    """A macro `default__test_unique` of the project is found by dispatch."""
    project = tiny(
        {
            **numbers_with("unique"),
            "macros/unique.sql": """
                {% macro default__test_unique(model, column_name) %}
                select 1 where false
                {% endmacro %}
                """,
        }
    )
    assert project.build()["unique_numbers_n"] == "pass"


# Names

SCHEMA_MACRO = """
    {% macro generate_schema_name(custom_schema_name, node) -%}
        {{ custom_schema_name or target.schema }}
    {%- endmacro %}
    """


def test_a_custom_schema_follows_the_targets(tiny):
    """By default a custom schema stands behind the target's, as in dbt."""
    project = tiny({"models/m.sql": "{{ config(schema='mart') }} select 1 as a"})
    project.build()
    assert project.rows("from main_mart.m") == [(1,)]


def test_a_project_names_its_schemas_itself(tiny):
    """A macro `generate_schema_name` of the project decides the schema."""
    project = tiny(
        {
            "models/m.sql": "{{ config(schema='mart') }} select 1 as a",
            "models/n.sql": "select a from {{ ref('m') }}",
            "macros/names.sql": SCHEMA_MACRO,
        }
    )
    project.build()
    assert project.rows("from mart.m union all from main.n") == [(1,), (1,)]


def test_an_alias_is_the_relations_name(tiny):
    """A model goes by its file's name to `ref` and by its alias in the database."""
    project = tiny(
        {
            "models/m.sql": "{{ config(alias='facts') }} select 1 as a",
            "models/n.sql": "select a from {{ ref('m') }}",
        }
    )
    project.build()
    assert project.rows("from facts union all from n") == [(1,), (1,)]


def test_the_profile_says_where_to_build(tiny):
    """A target chooses the file and the schema; --target chooses the target."""
    project = tiny(
        {
            "models/m.sql": "select '{{ target.name }}' as target",
            "profiles.yml": """
                tiny:
                  target: dev
                  outputs:
                    dev: {type: duckdb, path: tiny.duckdb, schema: dev_schema}
                    prod: {type: duckdb, path: tiny.duckdb, schema: prod_schema}
                """,
        }
    )
    project.build()
    project.build(options={"target": "prod"})
    assert project.rows("from dev_schema.m union all from prod_schema.m") == [
        ("dev",),
        ("prod",),
    ]


# Seeds


def seed(config: str, text: str) -> dict[str, str]:
    """Return a seed with its config."""
    return {
        "seeds/raw.csv": text,
        "seeds/raw.yml": f"seeds:\n  - name: raw\n    config: {config}\n",
    }


def test_a_seed_has_the_types_that_it_is_given(tiny):
    """`column_types` decides, whatever the case of the name; the rest is inferred."""
    types = "{column_types: {id: varchar, AMOUNT: 'decimal(10,2)'}}"
    project = tiny(seed(types, "id,amount,day\n007,2.5,2024-01-31\n"))
    project.build()
    assert project.rows("from raw") == [("007", Decimal("2.50"), date(2024, 1, 31))]


def test_a_seed_of_another_delimiter(tiny):
    """`delimiter` separates the values."""
    project = tiny(seed("{delimiter: ';'}", "id;name\n1;a,b\n"))
    project.build()
    assert project.rows("from raw") == [(1, "a,b")]


def test_a_seeds_quotes_newlines_and_gaps(tiny):
    """Quoted text may hold commas, quotes and newlines; an empty value is NULL."""
    project = tiny({"seeds/raw.csv": 'id,text\n1,"a, ""b""\nc"\n2,\n'})
    project.build()
    assert project.rows("from raw order by id") == [(1, 'a, "b"\nc'), (2, None)]


def test_a_seed_that_goes_while_the_build_runs(tiny):
    """It is that node's error; what does not depend on it is built."""
    project = tiny({"seeds/raw.csv": "id\n1\n", "models/other.sql": "select 1 as x"})

    def hear(event):
        if isinstance(event, RunStarted):
            (project.root / "seeds/raw.csv").unlink()

    result = Project(project.root, on_event=hear).build()
    found = {r.name: (r.status, r.message) for r in result.results}
    assert found["other"][0] == "success"
    assert found["raw"] == ("error", "cannot read the file: No such file or directory")


def test_a_seed_of_no_rows(tiny):
    """A header alone gives an empty table."""
    project = tiny({"seeds/raw.csv": "id,name\n"})
    project.build()
    assert project.rows("select count(*) from raw") == [(0,)]


def test_a_seed_with_a_byte_order_mark_and_windows_lines(tiny):
    """What Excel writes is read as it is meant."""
    project = tiny({})
    project.write({"seeds/keep.txt": ""})
    (project.root / "seeds" / "raw.csv").write_bytes(b"\xef\xbb\xbfid,name\r\n1,x\r\n")
    project.build()
    assert project.rows("select id, name from raw") == [(1, "x")]


def test_a_bad_seed_leaves_the_old_table(tiny):
    """A seed that cannot be read leaves what stood there."""
    project = tiny(seed("{column_types: {id: integer}}", "id\n1\n"))
    project.build()
    project.write({"seeds/raw.csv": "id\nx\n"})
    assert project.build() == {"raw": "error"}
    assert project.rows("from raw") == [(1,)]


def test_a_failed_model_leaves_the_old_table(tiny):
    """A model that fails while it runs leaves what stood there."""
    project = tiny({"models/m.sql": "{{ config(materialized='table') }} select 1 as a"})
    project.build()
    project.edit("models/m.sql", "1 as a", "'x'::integer as a")
    assert project.build() == {"m": "error"}
    assert project.rows("from m") == [(1,)]


# Hooks


def test_hooks_run_around_a_model(tiny):
    """`pre_hook` and `post_hook` run before and after, rendered with `this`."""
    project = tiny(
        {
            "models/m.sql": """
                {{ config(
                    materialized='table',
                    pre_hook='create or replace table before as select 1 as a',
                    post_hook=[
                        'insert into {{ this }} select 2',
                        "insert into {{ this }} select {{ var('extra', 3) }}"
                    ]
                ) }}
                select a from before
                """
        }
    )
    assert project.build() == {"m": "success"}
    assert project.rows("from m order by a") == [(1,), (2,), (3,)]


def test_hooks_of_a_folder_come_before_a_models_own(tiny):
    """Hooks add up from `dbt_project.yml` to the model."""
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                models:
                  tiny:
                    +post-hook: insert into {{ this }} select max(a) + 1 from {{ this }}
                """,
            "models/m.sql": """
                {{ config(
                    materialized='table',
                    post_hook='insert into {{ this }} select max(a) * 9 from {{ this }}'
                ) }}
                select 1 as a
                """,
        }
    )
    project.build()
    assert project.rows("from m order by a") == [(1,), (2,), (18,)]


def test_a_failing_hook_undoes_the_model(tiny):
    """A model and its hooks are one transaction."""
    project = tiny({"models/m.sql": "{{ config(materialized='table') }} select 1 as a"})
    project.build()
    project.edit("models/m.sql", "='table'", "='table', post_hook='select nothing'")
    project.edit("models/m.sql", "1 as a", "2 as a")
    assert project.build() == {"m": "error"}
    assert project.rows("from m") == [(1,)]


def test_hooks_run_around_the_run(tiny):
    """`on-run-start` and `on-run-end` run once each, with the project's macros."""
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                on-run-start:
                  - create or replace table log as select 'start' as event
                  - "{{ note('macro') }}"
                on-run-end: "{{ note('end') }}"
                """,
            "macros/note.sql": """
                {% macro note(name) %}insert into log select '{{ name }}'{% endmacro %}
                """,
            "models/m.sql": "select event from log",
        }
    )
    project.build()
    assert project.rows("from m") == [("start",), ("macro",), ("end",)]


def test_a_failing_run_hook_ends_the_run(tiny):
    """A fault in `on-run-start` is an error before any node runs."""
    project = tiny(
        {
            "dbt_project.yml": "name: tiny\non-run-start: select nothing\n",
            "models/m.sql": "select 1 as a",
        }
    )
    with pytest.raises(ExecutionError):
        project.build()
    assert project.rows("select count(*) from duckdb_views() where not internal") == [
        (0,)
    ]


# Queries while compiling


def test_a_template_asks_the_database(tiny):
    """`run_query` sees what was built before the model."""
    project = tiny(
        {
            "models/kinds.sql": "select unnest(['a', 'b']) as kind",
            "models/wide.sql": """
                {% set kinds = run_query(
                    'select kind from ' ~ ref('kinds') ~ ' order by kind'
                ) %}
                select
                    {%- if execute %}
                    {%- for kind in kinds.columns[0].values() %}
                    {{ loop.index }} as {{ kind }}{{ ',' if not loop.last }}
                    {%- endfor %}
                    {%- endif %}
                """,
        }
    )
    assert project.build() == {"kinds": "success", "wide": "success"}
    assert project.rows("select a, b from wide") == [(1, 2)]


def test_a_template_looks_at_columns(tiny):
    """`adapter.get_columns_in_relation` lists a relation's columns as they stand."""
    project = tiny(
        {
            "models/base.sql": "select 1 as a, 'x' as b, 2.5::decimal(10,2) as c",
            "models/copy.sql": """
                {% set columns = adapter.get_columns_in_relation(ref('base')) %}
                select {% for c in columns %}'{{ c.name }} {{ c.dtype }}' {{ c.name }},
                {% endfor %}
                """,
        }
    )
    project.build()
    assert project.rows("from copy") == [("a INTEGER", "b VARCHAR", "c DECIMAL(10,2)")]


def test_a_statement_block_runs(tiny):
    """A `statement` block executes, and its result can be loaded."""
    project = tiny(
        {
            "models/m.sql": """
                {% call statement('top', fetch_result=True) %}
                    select max(range) as top from range(5)
                {% endcall %}
                select {{ load_result('top')['data'][0][0] if execute else 0 }} as n
                """
        }
    )
    project.build()
    assert project.rows("from m") == [(4,)]


# Variables


def test_variables_come_from_command_project_and_default(tiny):
    """--vars wins over `vars:`, which wins over a default."""
    project = tiny(
        {
            "dbt_project.yml": "name: tiny\nvars: {a: project, b: project}\n",
            "models/m.sql": """
                select '{{ var('a') }} {{ var('b') }} {{ var('c', 'default') }}' as v
                """,
        }
    )
    project.build(options={"vars": {"a": "command"}})
    assert project.rows("from m") == [("command project default",)]


def test_an_environment_variable(tiny, monkeypatch):
    """`env_var` reads the environment, in models and in configuration."""
    monkeypatch.setenv("TINY_SCHEMA", "from_outside")
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                models: {+schema: "{{ env_var('TINY_SCHEMA') }}"}
                """,
            "models/m.sql": "select '{{ env_var('TINY_NAME', 'unnamed') }}' as name",
        }
    )
    project.build()
    assert project.rows("from main_from_outside.m") == [("unnamed",)]


def test_a_template_logs(tiny):
    """`log(…, info=true)` and `print` reach the user; other logs do not."""
    project = tiny(
        {
            "models/m.sql": """
                {% if execute %}
                {{ log('quiet') }}{{ log('loud', info=true) }}{{ print('printed') }}
                {% do exceptions.warn('careful') %}
                {% endif %}
                select 1 as a
                """
        }
    )
    project.build()
    assert project.logged() == ["loud", "printed"]
    assert project.warnings() == ["careful"]


# Descriptions

DESCRIBED = {
    "models/orders.sql": """
        {{ config(materialized='table') }} select 1 as id, 2 as amount
        """,
    "models/seen.sql": "select id from {{ ref('orders') }}",
    "models/orders.yml": """
        models:
          - name: orders
            description: One row per order; it's "quoted".
            config: {persist_docs: {relation: true, columns: true}}
            columns:
              - {name: ID, description: The key.}
          - name: seen
            description: "{{ doc('seen') }}"
            config: {persist_docs: {relation: true, columns: true}}
            columns:
              - {name: id, description: The key of orders.}
        """,
    "models/docs.md": "{% docs seen %}\nOne row per order seen.\n{% enddocs %}\n",
}


def test_descriptions_go_into_the_database(tiny):
    """`persist_docs` comments tables, views and columns, whatever the name's case."""
    project = tiny(DESCRIBED)
    assert set(project.build().values()) == {"success"}
    tables = project.tables()
    assert tables["main.orders"][0] == 'One row per order; it\'s "quoted".'
    assert tables["main.orders"][1] == [
        ("id", "INTEGER", "The key."),
        ("amount", "INTEGER", None),
    ]
    assert tables["main.seen"][0] == "One row per order seen."
    assert tables["main.seen"][1] == [("id", "INTEGER", "The key of orders.")]


def test_without_persist_docs_nothing_is_commented(tiny):
    """Descriptions stay out of the database unless they are asked for."""
    project = tiny(
        {
            "models/m.sql": "select 1 as id",
            "models/m.yml": """
                models:
                  - name: m
                    description: One row.
                """,
        }
    )
    project.build()
    assert project.tables()["main.m"][0] is None


# Config


def test_the_layers_of_config(tiny):
    """The nearer to the model, the stronger: project, folder, properties, model."""
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                models:
                  +materialized: table
                  +tags: [project]
                  +meta: {owner: project, level: project}
                  tiny:
                    staging:
                      +materialized: ephemeral
                      tags: folder
                      +meta: {level: folder}
                """,
            "models/staging/m.sql": """
                {{ config(materialized='view', tags=['model']) }} select 1 as a
                """,
            "models/staging/m.yml": """
                models:
                  - name: m
                    config: {materialized: table, tags: [properties]}
                    meta: {note: properties}
                """,
            "models/staging/n.sql": "select 1 as a",
            "models/o.sql": "select 1 as a",
        }
    )
    nodes = project.workspace().manifest.nodes
    m = nodes["model.tiny.m"]
    assert m.materialized == "view"
    assert m.tags == ("folder", "model", "project", "properties")
    assert m.meta == {"owner": "project", "level": "folder", "note": "properties"}
    assert nodes["model.tiny.n"].materialized == "ephemeral"
    assert nodes["model.tiny.o"].materialized == "table"


def test_a_packages_models_take_the_projects_config(tiny):
    """A project configures the models of a package under the package's name."""
    project = tiny(
        {
            "dbt_project.yml": """
                name: tiny
                models:
                  tools: {+schema: theirs, hidden: {+enabled: false}}
                """,
            "dbt_packages/tools/dbt_project.yml": """
                name: tools
                models: {tools: {+materialized: table, +schema: own}}
                """,
            "dbt_packages/tools/models/tool.sql": "select 1 as a",
            "dbt_packages/tools/models/hidden/unseen.sql": "select * from nowhere",
        }
    )
    assert project.build() == {"tool": "success"}
    kinds = "select table_schema, table_type from information_schema.tables"
    assert project.rows(kinds) == [("main_theirs", "BASE TABLE")]


FAULTS = {
    "models/a.sql": "select {{ nothing() }}",
    "models/b.sql": "select {{ nobody() }}.b",
    "models/c.sql": "select 1 as c",
    "models/d.sql": "select * from {{ ref('a') }}",
}


@pytest.mark.parametrize("settings", [RELEASED, STRICT])
def test_several_faults_are_told_together(tiny, settings):
    """For a release, or when strict, the faults of all models are told; none runs."""
    project = tiny({**FAULTS, **settings})
    with pytest.raises(CompileErrors) as told:
        project.build()
    assert [str(error.location) for error in told.value.errors] == [
        "models/a.sql:1",
        "models/b.sql:1",
    ]
    assert not project.database.exists()


def test_in_place_a_fault_holds_back_what_depends_on_it_alone(tiny):
    """As in dbt, a model that does not compile fails, and the others are built."""
    project = tiny(FAULTS)
    built = {"a": "error", "b": "error", "c": "success", "d": "skipped"}
    assert project.build() == built
    assert project.detail("a").startswith('models/a.sql:1: "nothing" is undefined')


def test_in_place_a_fault_of_an_ephemeral_model_stops_the_build(tiny):
    """It never has a turn to fail at, so that its fault would be passed over."""
    project = tiny(
        {
            "models/a.sql": "{{ config(materialized='ephemeral') }} select 1 as id",
            "models/b.sql": "select * from {{ ref('a') }}",
            "models/_m.yml": """
                models:
                  - name: a
                    columns: [{name: id, data_type: int, constraints: [{type: odd}]}]
                    config: {contract: {enforced: true}}
                """,
        }
    )
    with pytest.raises(WarehouseError, match="odd"):
        project.build()


def test_in_place_an_ephemeral_model_fails_in_the_turn_of_its_reader(tiny):
    """As in dbt, what does not read it is built; if nothing does, nothing runs."""
    project = tiny(
        {
            "models/a.sql": "{{ config(materialized='ephemeral') }} {{ nothing() }}",
            "models/b.sql": "select * from {{ ref('a') }}",
            "models/c.sql": "select 1 as c",
        }
    )
    assert project.build() == {"b": "error", "c": "success"}
    assert project.detail("b").startswith('models/a.sql:1: "nothing" is undefined')
    with pytest.raises(WarehouseError, match="nothing"):
        project.build("a")


def test_in_place_a_microbatch_model_without_its_settings_stops_the_build(tiny):
    """As in dbt, which refuses it when it reads the project."""
    batched = "config(materialized='incremental', incremental_strategy='microbatch')"
    project = tiny({"models/a.sql": f"{{{{ {batched} }}}} select 1 as id"})
    with pytest.raises(WarehouseError, match="`event_time` of the microbatch model a"):
        project.build()
