"""A project without a home builds in place, as dbt builds it."""

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
