"""Unit tests end as in dbt, and stand in the artefacts as dbt writes them."""

import pytest

pytestmark = pytest.mark.slow
FILES = {
    "seeds/orders.csv": "id,customer,amount,day\n1,Ada,2.5,2024-01-31\n2,Bob,10,\n",
    "models/clean.sql": "select * from {{ ref('orders') }}",
    "models/sums.sql": """\
        {{ config(materialized='table') }}
        select customer, sum(amount) as total, '{{ var("mark", "none") }}' as mark
        from {{ ref('clean') }} group by customer
        """,
    "models/counts.sql": """\
        select customer, sum(amount) as total from {{ ref('clean') }}
        where customer not in (select customer from {{ ref('orders') }})
        group by customer
        """,
    "models/after.sql": "select * from {{ ref('sums') }}, {{ ref('counts') }}",
    "models/_unit.yml": """\
        models:
          - name: clean
            columns: [{name: id, data_tests: [not_null]}]
        unit_tests:
          - name: adds
            description: Sums by customer
            model: sums
            config: {tags: [quick], meta: {owner: me}}
            overrides: {vars: {mark: x}}
            given:
              - input: ref('clean')
                rows:
                  - {customer: Ada, amount: 1.5, day: 2024-01-31}
                  - {customer: Ada, amount: 2}
                  - {customer: Bob}
            expect:
              rows:
                - {customer: Ada, total: 3.5, mark: x}
                - {customer: Bob, total: null, mark: x}
          - name: fails
            model: counts
            given:
              - input: ref('clean')
                format: csv
                rows: |
                  customer,amount
                  Ada,1
                  Bob,
              - {input: ref('orders'), rows: []}
            expect:
              format: sql
              rows: select 'Ada' as customer, 2 as total
          - name: of_seed
            model: clean
            given: [{input: ref('orders'), format: csv, fixture: two}]
            expect: {rows: [{id: 7, day: 2024-02-29}]}
        """,
    "tests/fixtures/two.csv": "id,day\n7,2024-02-29\n",
}


def test_unit_tests_end_as_in_dbt(both):
    """Pass, fail and skip are dbt's, and so is what is built around them."""
    both.write(FILES)
    both.same("build")
    both.same("test")
    both.same_list("--select", "sums")
    both.same_list("--select", "test_type:unit")
    both.same_list("--select", "unit_test:add*", "tag:quick")
    both.same_list("--resource-type", "unit_test")


def test_unit_tests_stand_in_the_manifest_as_dbts(both):
    """Each key that we write of a unit test has the value that dbt writes."""
    both.write(FILES)
    ours, theirs = both.run("parse")
    mine, dbts = (found.artefact("manifest")["unit_tests"] for found in (ours, theirs))
    assert set(mine) == set(dbts)
    for key, test in mine.items():
        for name in test.keys() - {"checksum", "config", "given", "expect"}:
            assert test[name] == dbts[key][name], name
        for name, value in test["config"].items():
            assert value == dbts[key]["config"][name], name
        for ours_given, dbts_given in zip(
            [*test["given"], test["expect"]],
            [*dbts[key]["given"], dbts[key]["expect"]],
            strict=True,
        ):
            assert ours_given.get("input") == dbts_given.get("input")
            assert ours_given["format"] == dbts_given["format"]
