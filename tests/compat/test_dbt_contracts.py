"""Enforced contracts against dbt's."""

import pytest

pytestmark = pytest.mark.slow

CONTRACT = """\
      - name: NAME
        config: {contract: {enforced: true}, materialized: MATERIALIZED}
        columns:
          - {name: note, data_type: string}
          - name: id
            data_type: int
            constraints: [{type: not_null}, {type: primary_key}]
          - name: amount
            data_type: decimal(20,2)
            constraints: [{type: check, expression: amount < 9}]
          - {name: "Odd Name", data_type: timestamp, quote: true}
          - {name: nested, data_type: "struct(a integer, b struct(c text, d double[]))"}
          - {name: tags, data_type: "text[]"}
"""
QUERY = """\
    select
        7::integer as id,
        1.5::decimal(20,2) as amount,
        'x' as note,
        timestamp '2024-01-31' as "Odd Name",
        {'b': {'d': [1.0::double], 'c': 'y'}, 'a': 3} as nested,
        ['p', 'q'] as tags
    """
BROKEN = {
    "none": f"select * from ({QUERY}) where false",
    "fewer": QUERY.replace("'x' as note,", ""),
    "more": QUERY.replace("'x' as note,", "'x' as note, 1 as more,"),
    "other_type": QUERY.replace("7::integer", "7::bigint"),
    "other_name": QUERY.replace("as id", "as ID"),
    "other_field": QUERY.replace("'a': 3", "'a': 3::bigint"),
    "no_id": QUERY.replace("7::integer", "null::integer"),
    "two_ids": f"from ({QUERY}), range(2) select * exclude (range)",
    "large": QUERY.replace("1.5", "10"),
}


def files(materialized, queries):
    """Return a project of models with one contract."""
    contracts = [
        CONTRACT.replace("NAME", name).replace("MATERIALIZED", materialized)
        for name in queries
    ]
    models = {f"models/{name}.sql": query for name, query in queries.items()}
    return {"models/_models.yml": "    models:\n" + "".join(contracts), **models}


@pytest.mark.parametrize("materialized", ["table", "view"])
def test_a_contract_holds_or_nothing_is_replaced(both, materialized):
    """Columns, types and rows are judged as dbt does; what stood there stays."""
    both.write(files(materialized, dict.fromkeys(BROKEN, QUERY)))
    both.same("build")
    both.write(files(materialized, BROKEN))
    both.same("build")


def test_foreign_keys(both):
    """A table that others refer to is built before them, again and again."""
    both.write(
        {
            "models/_models.yml": """\
                models:
                  - name: people
                    config: {contract: {enforced: true}, materialized: table}
                    columns:
                      - {name: id, data_type: int, constraints: [{type: primary_key}]}
                  - name: orders
                    config: {contract: {enforced: true}, materialized: table}
                    constraints:
                      - type: foreign_key
                        columns: [person_id]
                        to: ref('people')
                        to_columns: [id]
                    columns:
                      - {name: person_id, data_type: int}
                """,
            "models/people.sql": "select unnest([1, 2]) as id",
            "models/orders.sql": "select unnest([2, 2]) as person_id",
        }
    )
    both.same("build")
    both.same("build")
    both.write({"models/orders.sql": "select unnest([2, 3]) as person_id"})
    both.same("build")


def test_a_contract_without_columns_or_types(both):
    """No columns stop the whole command; no type, the model."""
    both.write({"models/orders.sql": "select 1 as id"})
    text = "models: [{name: orders, config: {contract: {enforced: true}}%s}]"
    both.write({"models/_models.yml": text % ""})
    ours, theirs = both.run("build")
    assert ours.code == theirs.code == 2
    both.write({"models/_models.yml": text % ", columns: [{name: id}]"})
    both.same("build")
