"""Enforced contracts: compared before anything is replaced."""

import pytest

CONTRACT = """\
    models:
      - name: orders
        description: One row per order.
        config:
          contract: {enforced: true}
          persist_docs: {columns: true}
        columns:
          - {name: amount, data_type: "decimal(20, 2)", description: Dollars.}
          - {name: id, data_type: int}
    """
QUERY = "{{ config(materialized='table') }} select 1 as id, 2::decimal(20,2) as amount"
FILES = {"models/orders.sql": QUERY, "models/orders.yml": CONTRACT}


def columns(project, name="orders"):
    """Return a table's columns with types, in their order."""
    return project.rows(
        "select column_name, data_type from duckdb_columns() "
        f"where table_name = '{name}' order by column_index"
    )


def test_a_table_has_the_contracts_order(tiny):
    """Whatever the order of the query, columns stand as the contract lists them."""
    project = tiny(FILES)
    assert project.build() == {"orders": "success"}
    assert columns(project) == [("amount", "DECIMAL(20,2)"), ("id", "INTEGER")]
    assert project.rows("from main.orders") == [(2, 1)]


def test_a_broken_contract_replaces_nothing(tiny):
    """The rows of the last build stay, and the difference is told."""
    project = tiny(FILES)
    project.build()
    project.edit("models/orders.sql", "1 as id", "1::bigint as id")
    assert project.build() == {"orders": "error"}
    assert "id      INTEGER   BIGINT  models/orders.yml:9" in project.detail("orders")
    assert columns(project) == [("amount", "DECIMAL(20,2)"), ("id", "INTEGER")]


@pytest.mark.parametrize("materialized", ["table", "view"])
def test_no_rows_have_columns_too(tiny, materialized):
    """A contract holds, or does not, whether or not there are rows."""
    project = tiny(FILES)
    project.edit("models/orders.sql", "'table'", f"'{materialized}'")
    project.edit("models/orders.sql", "as amount", "as amount where false")
    assert project.build() == {"orders": "success"}
    project.edit("models/orders.sql", "decimal(20,2)", "double")
    assert project.build() == {"orders": "error"}


def test_a_python_model_keeps_a_contract(tiny):
    """Its frame is compared like a query, and takes the constraints."""
    text = (
        "def model(dbt, session):\n    return session.sql('select 1 as id, 2 as n')\n"
    )
    project = tiny(
        {
            "models/numbers.py": text,
            "models/numbers.yml": """\
                models:
                  - name: numbers
                    config: {contract: {enforced: true}}
                    columns:
                      - {name: n, data_type: int}
                      - name: id
                        data_type: int
                        constraints: [{type: check, expression: id > 0}]
                """,
        }
    )
    assert project.build() == {"numbers": "success"}
    assert columns(project, "numbers") == [("n", "INTEGER"), ("id", "INTEGER")]
    project.edit("models/numbers.py", "1 as id", "0 as id")
    assert project.build() == {"numbers": "error"}
    assert "models/numbers.yml:8: CHECK constraint failed" in project.detail("numbers")


PEOPLE = {
    "models/_models.yml": """\
        models:
          - name: people
            config: {contract: {enforced: true}, materialized: table}
            columns:
              - {name: id, data_type: int, constraints: [{type: primary_key}]}
          - name: orders
            config: {contract: {enforced: true}, materialized: table}
            columns:
              - name: person_id
                data_type: int
                constraints:
                  - {type: foreign_key, to: ref('people'), to_columns: [id]}
        """,
    "models/people.sql": "select unnest([1, 2]) as id",
    "models/orders.sql": "select unnest([2, 2]) as person_id",
}


def test_a_referred_table_is_rebuilt_alone(tiny):
    """Tables that refer to it keep their rows and their keys, if the rows still fit."""
    project = tiny(PEOPLE)
    assert set(project.build().values()) == {"success"}
    project.edit("models/people.sql", "[1, 2]", "[2, 3]")
    assert project.build("people") == {"people": "success"}
    keys = "select count(*) from duckdb_constraints() where referenced_table = 'people'"
    assert project.rows(keys) == [(1,)]
    assert project.rows("from main.orders") == [(2,), (2,)]
    project.edit("models/people.sql", "[2, 3]", "[3]")
    assert project.build("people") == {"people": "error"}
    assert "refers to rows that" in project.detail("people")
    assert project.rows("from main.people order by all") == [(2,), (3,)]
    project.edit("models/orders.sql", "[2, 2]", "[3]")
    assert set(project.build().values()) == {"success"}
    assert project.rows(keys) == [(1,)]


def test_a_changed_contract_builds_anew(released):
    """Types and constraints are part of the fingerprint, lines are not."""
    project = released(PEOPLE)
    project.build()
    project.edit("models/_models.yml", "models:\n", "# people and orders\nmodels:\n")
    project.build()
    assert project.built() == set()
    project.edit("models/_models.yml", "primary_key", "unique")
    project.build()
    assert project.built() == {"people", "orders"}


def test_templates_see_contract_and_constraints(tiny):
    """`model` and the adapter have what dbt's macros ask of them."""
    project = tiny(
        {
            **PEOPLE,
            "models/said.sql": """\
                -- depends_on: {{ ref('orders') }}
                {% set found = graph.nodes['model.tiny.orders'] %}
                {{ found.contract.enforced }}
                {{ adapter.render_raw_columns_constraints(found.columns) }}
                {{ adapter.render_raw_model_constraints([
                    {'type': 'unique', 'columns': ['a', 'b'], 'name': 'u'}
                ]) }}
                """,
        }
    )
    said = project.compiled("said").splitlines()
    assert said[2:] == [
        "True",
        """["person_id int references ref('people') (id)"]""",
        "['constraint u unique (a, b)']",
    ]
