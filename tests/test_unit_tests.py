"""Unit tests: a model over given rows, against the rows that it should give."""

import pytest

MODELS = {
    "seeds/orders.csv": "id,customer,amount,day\n1,Ada,2.5,2024-01-31\n2,Bob,10,\n",
    "models/_sources.yml": """\
        sources:
          - {name: bank, schema: main, tables: [{name: rates}]}
        """,
    "models/clean.sql": "select * from {{ ref('orders') }}",
    "models/only_ada.sql": """\
        {{ config(materialized='ephemeral') }}
        select * from {{ ref('clean') }} where customer = 'Ada'
        """,
    "models/sums.sql": """\
        {{ config(materialized='table') }}
        with o as (select * from {{ ref('clean') }})
        select customer, sum(amount) as total, '{{ var("mark", "none") }}' as mark
        from o group by customer
        """,
    "models/ada.sql": "select id, amount from {{ ref('only_ada') }}",
}


def unit_tests(text: str) -> dict[str, str]:
    """Return the models with a properties file of unit tests."""
    body = "\n".join(f"        {line}" for line in text.splitlines())
    return {**MODELS, "models/_unit.yml": f"        unit_tests:\n{body}"}


SUMS = """\
  - name: adds
    model: sums
    given:
      - input: ref('clean')
        rows:
          - {customer: Ada, amount: 1.5}
          - {customer: Ada, amount: 2}
          - {customer: Bob}
    expect:
      rows:
        - {customer: Bob, total: null}
        - {customer: Ada, total: TOTAL}
"""


def test_a_unit_test_runs_before_its_model(tiny):
    """It runs once what the model reads stands, and the model waits for it."""
    project = tiny(unit_tests(SUMS.replace("TOTAL", "3.5")))
    statuses = project.build()
    assert statuses["adds"] == "pass"
    order = list(statuses)
    assert order.index("clean") < order.index("adds") < order.index("sums")


def test_a_failing_unit_test_shows_the_cells_and_skips_the_model(tiny):
    """The message holds the rows with the differing cells; the model is not built."""
    project = tiny(unit_tests(SUMS.replace("TOTAL", "4")))
    statuses = project.build()
    assert statuses["adds"] == "fail"
    assert statuses["sums"] == "skipped"
    assert project.detail("adds").splitlines()[1:] == [
        "  |      customer  total",
        "  | →    Ada       4.0→3.5",
        "  |      Bob       NULL",
    ]


@pytest.mark.parametrize(
    "given",
    [
        "{input: ref('clean'), format: csv, rows: \"customer,amount\\nAda,1\\nAda,\"}",
        "{input: ref('clean'), format: csv, fixture: two}",
        "{input: ref('clean'), format: sql, rows: \"select 'Ada' customer, 1 amount\"}",
        "{input: ref('clean'), format: sql, fixture: one}",
    ],
)
def test_rows_come_as_csv_or_sql_or_from_files(tiny, given):
    """A fixture may be CSV or a query, written in place or in tests/fixtures/."""
    text = f"""\
  - name: adds
    model: sums
    given: [{given}]
    expect: {{format: csv, rows: "customer,total\\nAda,1"}}
"""
    project = tiny(
        {
            **unit_tests(text),
            "tests/fixtures/two.csv": "customer,amount\nAda,1\nAda,\n",
            "tests/fixtures/one.sql": "select 'Ada' as customer, 1 as amount",
        }
    )
    assert project.build()["adds"] == "pass"


def test_variables_macros_and_the_environment_are_overridden(tiny):
    """`overrides` put values for `var`, macros, also inside macros, and `env_var`."""
    text = """\
  - name: says
    model: said
    overrides:
      vars: {word: hello}
      macros: {today: "'2024-01-31'"}
      env_vars: {TINY_CITY: Rome}
    given: []
    expect: {rows: [{word: hello, day: 2024-01-31, city: Rome}]}
"""
    project = tiny(
        {
            **unit_tests(text),
            "macros/today.sql": "{% macro today() %}current_date{% endmacro %}"
            "{% macro day() %}{{ today() }}{% endmacro %}",
            "models/said.sql": """\
                select '{{ var("word", "no") }}' as word, {{ day() }} as day,
                '{{ env_var("TINY_CITY", "") }}' as city
                """,
        }
    )
    assert project.build("said")["says"] == "pass"


def test_what_is_given_may_be_a_source_a_seed_or_ephemeral(tiny):
    """A seed without rows gives its own; an ephemeral model needs no table."""
    text = """\
  - name: of_ephemeral
    model: ada
    given: [{input: ref('only_ada'), rows: [{id: 7, amount: 1}]}]
    expect: {rows: [{id: 7}]}
  - name: of_seed
    model: clean
    given: [{input: ref('orders')}]
    expect: {rows: [{id: 1, day: 2024-01-31}, {id: 2, day: null}]}
  - name: of_source
    model: rated
    given: [{input: "source('bank', 'rates')", rows: [{rate: 2}]}]
    expect: {rows: [{double: 4}]}
"""
    project = tiny(
        {
            **unit_tests(text),
            "models/rated.sql": "select rate * 2 as double "
            "from {{ source('bank', 'rates') }}",
            "dbt_project.yml": """\
                name: tiny
                on-run-start: create table if not exists rates (rate int)
                """,
        }
    )
    statuses = project.build()
    assert {statuses[f"of_{what}"] for what in ("ephemeral", "seed", "source")} == {
        "pass"
    }


def test_unit_tests_are_selected_and_switched_off(tiny):
    """`test_type:unit`, `unit_test:`, the model's name and `enabled` choose them."""
    text = (
        SUMS.replace("TOTAL", "3.5")
        + """\
  - name: idle
    model: sums
    config: {enabled: false}
    given: []
    expect: {rows: []}
"""
    )
    project = tiny(unit_tests(text))
    project.build()
    assert set(project.build("test_type:unit")) == {"adds"}
    assert set(project.build("unit_test:add*")) == {"adds"}
    assert set(project.build("sums")) == {"adds", "sums"}
    assert set(project.build("sums", types=["model"])) == {"sums"}


def test_a_release_holds_nothing_of_unit_tests(released):
    """They run every time and leave no state: an unchanged project stays so."""
    project = released(unit_tests(SUMS.replace("TOTAL", "3.5")))
    project.build()
    first = project.result.release_id
    assert project.build()["adds"] == "pass"
    assert project.result.release_id == first
