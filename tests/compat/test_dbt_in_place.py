"""A project without a home builds in place, as dbt builds it."""

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_a_project_builds_into_the_profiles_file_as_dbts(both):
    """Seeds, views, tables and tests end alike, and hold the same."""
    both.write(
        {
            "seeds/people.csv": "id,name\n1,Ada\n2,Bob\n",
            "models/named.sql": "select * from {{ ref('people') }}\n",
            "models/counted.sql": """\
                {{ config(materialized='table', schema='marts', tags=['x']) }}
                select count(*) as n from {{ ref('named') }}
                """,
            "models/_models.yml": """\
                models:
                  - name: named
                    columns: [{name: id, data_tests: [unique, not_null]}]
                  - name: counted
                    columns:
                      - name: n
                        data_tests:
                          - accepted_values: {arguments: {values: [3], quote: false}}
                """,
        }
    )
    both.same("build")
    both.same("build", "--full-refresh")


def test_seed_columns_have_the_types_that_dbt_gives(both):
    """Without a declared type a seed's column is typed by dbt's inference."""
    both.write(
        {
            "seeds/kinds.csv": """\
                id,price,whole,day,moment,yes,word,none,mixed,code,some
                1,2.50,1.0,2024-01-31,2024-01-31 10:00:00,true,a,,1,01,
                -2,3,2.00,2024-02-01,2024-02-01 00:00:01,FALSE,,,b,02,7
                """,
            "seeds/iso.csv": """\
                at
                2024-01-31T10:00:00
                2024-02-01T00:00:01Z
                """,
            "seeds/part.csv": "id,amount\n1,2\n",
            "seeds/_seeds.yml": """\
                seeds:
                  - name: part
                    config: {column_types: {amount: "decimal(10,2)"}}
                """,
        }
    )
    both.same("seed")


def test_attached_databases_are_read_and_built_into(both):
    """`attach`, `settings` and `+database` do what they do in dbt."""
    both.write(
        {
            "profiles.yml": """\
                tiny:
                  target: dev
                  outputs:
                    dev:
                      type: duckdb
                      path: tiny.duckdb
                      threads: 2
                      config_options: {default_null_order: nulls_first}
                      settings: {TimeZone: Europe/Berlin}
                      attach:
                        - {path: other.duckdb, alias: other}
                        - {path: given.duckdb, read_only: true}
                """,
            "models/_models.yml": """\
                sources:
                  - name: given
                    database: given
                    schema: main
                    tables: [{name: cities}]
                models:
                  - name: there
                    columns: [{name: name, data_tests: [not_null]}]
                """,
            "models/there.sql": """\
                {{ config(database='other', schema='far', materialized='table') }}
                select * from {{ source('given', 'cities') }}
                """,
            "models/there_too.sql": """\
                {{ config(database='other') }} select * from {{ ref('there') }}
                """,
            "models/here.sql": """\
                {{ config(materialized='table') }}
                select *, '2024-01-01 00:00'::timestamptz::varchar as at
                from {{ ref('there_too') }}
                order by name
                """,
        }
    )
    for root in (both.ours, both.theirs):
        with duckdb.connect(str(root / "given.duckdb")) as connection:
            connection.execute(
                "create table cities as select unnest(['Rome', 'Paris']) as name"
            )
    ours, theirs = both.same("build")
    both.same("build")
    assert ours.tables("other.duckdb") == theirs.tables("other.duckdb")


def test_quoting_is_as_the_project_says(both):
    """`quoting` decides which parts of a name stand in quotes."""
    both.write(
        {
            "dbt_project.yml": """\
                name: tiny
                profile: tiny
                quoting: {database: false, schema: false, identifier: true}
                """,
            "models/a.sql": "select 1 as id",
            "models/b.sql": """\
                {{ config(materialized='table') }}
                select '{{ ref('a').include(database=false) }}' as name
                """,
        }
    )
    both.same("build")
