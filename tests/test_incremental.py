"""Incremental models: what a run adds, what it refuses, what it leaves alone."""

import pytest
from tiny import PROJECT, TinyProject

ORDERS = """\
    {{ config(CONFIG) }}
    select id, amount, day from {{ ref('raw') }}
    {% if is_incremental() %}
    where day > (select max(day) from {{ this }})
    {% endif %}
    """
FIRST = "id,amount,day\n1,10,2024-01-01\n2,20,2024-01-02\n"
SECOND = "id,amount,day\n2,25,2024-01-03\n3,30,2024-01-03\n"
ALL = "select id, amount from orders order by all"


def project(tmp_path, config="materialized='incremental'", model=ORDERS):
    """Return a tiny project with one incremental model of a seed."""
    tiny = TinyProject(tmp_path)
    tiny.write(
        {
            **PROJECT,
            "seeds/raw.csv": FIRST,
            "models/orders.sql": model.replace("CONFIG", config),
        }
    )
    return tiny


ADDED = [(1, 10), (2, 20), (2, 25), (3, 30)]
REPLACED = [(1, 10), (2, 25), (3, 30)]
STRATEGIES = {
    "incremental_strategy='append', unique_key='id'": ADDED,
    "unique_key='id'": REPLACED,
    "unique_key=['id', 'day']": ADDED,
    "unique_key='id, day'": ADDED,
    "incremental_strategy='merge', unique_key=['id']": REPLACED,
    "incremental_strategy='merge'": ADDED,
    """incremental_strategy='merge', unique_key='id',
    merge_exclude_columns=['AMOUNT']""": [(1, 10), (2, 20), (3, 30)],
    """incremental_strategy='merge', merge_on_using_columns=['id'],
    merge_update_set_expressions={'amount': 'DBT_INTERNAL_DEST.amount + 1'}
    """: [(1, 10), (2, 21), (3, 30)],
}


def test_a_strategy_brings_new_rows_in(tmp_path):
    """New rows are added, or take the place of those with their key."""
    tiny = project(tmp_path)
    tiny.remove("models/orders.sql")
    for number, config in enumerate(STRATEGIES):
        text = ORDERS.replace("CONFIG", f"materialized='incremental', {config}")
        tiny.write({f"models/orders_{number}.sql": text})
    tiny.build()
    tiny.write({"seeds/raw.csv": SECOND})
    tiny.build()
    for number, (config, expected) in enumerate(STRATEGIES.items()):
        rows = tiny.rows(ALL.replace("orders", f"orders_{number}"))
        assert rows == expected, config


@pytest.mark.parametrize("strategy", ["delete+insert", "merge", "default"])
def test_rows_of_one_key_are_refused(tmp_path, strategy):
    """Rows with one key, or without any, change nothing; the error names the keys."""
    config = f"materialized='incremental', incremental_strategy='{strategy}', "
    tiny = project(tmp_path, config + "unique_key='id'")
    tiny.build()
    before = tiny.rows(ALL)
    tiny.write({"seeds/raw.csv": SECOND + "2,9,2024-01-03\n,8,2024-01-03\n"})
    assert tiny.build()["orders"] == "error"
    assert tiny.rows(ALL) == before
    told = tiny.detail("orders")
    assert "id = 2: 2 rows" in told
    assert "id is NULL" in told
    assert "models/orders.sql:1" in told


def test_the_first_rows_must_have_keys_of_their_own(tmp_path):
    """The rule holds for the first run too; a project may switch it off."""
    config = "materialized='incremental', unique_key=['day']"
    tiny = project(tmp_path, config)
    tiny.write({"seeds/raw.csv": SECOND})
    assert tiny.build()["orders"] == "error"
    assert "day = 2024-01-03: 2 rows" in tiny.detail("orders")
    switched = f"{config}, meta={{'check_unique_key': false}}"
    tiny.write({"models/orders.sql": ORDERS.replace("CONFIG", switched)})
    assert tiny.build()["orders"] == "success"


def test_a_view_gives_way(tmp_path):
    """A model that was a view becomes an incremental table, and back."""
    tiny = project(tmp_path, "materialized='view'")
    tiny.build()
    tiny.write(
        {"models/orders.sql": ORDERS.replace("CONFIG", "materialized='incremental'")}
    )
    tiny.build()
    tiny.build()
    assert tiny.rows(ALL) == [(1, 10), (2, 20)]


def test_a_full_refresh_begins_anew_unless_the_model_forbids_it(tmp_path):
    """`full_refresh: false` stands against the switch, `true` needs none."""
    grown = [(1, 10), (2, 20), (2, 25), (3, 30)]
    for config, switch, expected in [
        ("", True, [(2, 25), (3, 30)]),
        (", full_refresh=false", True, grown),
        (", full_refresh=true", False, [(2, 25), (3, 30)]),
    ]:
        folder = tmp_path / f"refresh{len(config)}{switch}"
        tiny = project(folder, f"materialized='incremental'{config}")
        tiny.build()
        tiny.write({"seeds/raw.csv": SECOND})
        tiny.build(options={"full_refresh": switch})
        assert tiny.rows(ALL) == expected, config


def test_a_python_model_adds_its_rows(tmp_path):
    """A Python model asks `dbt.is_incremental` and its rows go by the strategy."""
    tiny = project(tmp_path)
    tiny.write(
        {
            "models/sums.py": """\
                def model(dbt, session):
                    dbt.config(materialized="incremental", unique_key="id")
                    if dbt.is_incremental:
                        return session.sql(f"select id, n + 1 as n from {dbt.this}")
                    return session.sql("select 1 as id, 0 as n")
                """
        }
    )
    for n in range(3):
        assert tiny.build()["sums"] == "success", tiny.detail("sums")
        assert tiny.rows("from sums") == [(1, n)]


def test_a_contract_holds_for_the_rows_that_come(tmp_path):
    """Columns are compared before, constraints while rows come."""
    tiny = project(tmp_path, "materialized='incremental', contract={'enforced': true}")
    tiny.write(
        {
            "models/_models.yml": """\
                models:
                  - name: orders
                    columns:
                      - {name: amount, data_type: integer}
                      - name: id
                        data_type: integer
                        constraints: [{type: check, expression: id < 4}]
                      - {name: day, data_type: date}
                """
        }
    )
    tiny.build()
    tiny.write({"seeds/raw.csv": SECOND})
    assert tiny.build()["orders"] == "success", tiny.detail("orders")
    tiny.write({"seeds/raw.csv": "id,amount,day\n4,1,2024-01-04\n"})
    assert tiny.build()["orders"] == "error"
    assert "models/_models.yml:7" in tiny.detail("orders")
    tiny.edit("models/orders.sql", "select id,", "select id::bigint as id,")
    assert tiny.build()["orders"] == "error"
    assert "1 column differs" in tiny.detail("orders")
    assert tiny.rows("select count(*) from orders") == [(4,)]


def test_a_unit_test_says_whether_the_run_is_incremental(tmp_path):
    """`this` has rows of its own, and `is_incremental` is what the test says."""
    tiny = project(tmp_path)
    text = """\
        unit_tests:
          - name: adds
            model: orders
            overrides: {macros: {is_incremental: INCREMENTAL}}
            given:
              - input: ref('raw')
                rows: [{id: 1, day: 2024-01-01}, {id: 2, day: 2024-01-03}]
              - input: this
                rows: [{id: 1, day: 2024-01-02}]
            expect:
              rows: EXPECTED
        """
    for incremental, expected in [
        ("true", "[{id: 2}]"),
        ("false", "[{id: 1}, {id: 2}]"),
    ]:
        tiny.write(
            {
                "models/_unit.yml": text.replace("INCREMENTAL", incremental).replace(
                    "EXPECTED", expected
                )
            }
        )
        tiny.build(excluded=["test_type:unit"])
        assert tiny.build()["adds"] == "pass", tiny.detail("adds")
