"""The cross-database macros and generic tests: the same values and rows as in dbt."""

import pytest

pytestmark = pytest.mark.slow

AT = "timestamp '2024-02-29 23:59:58.5'"
DAY = "date '2024-02-29'"
CALLS = [
    *(f'dbt.dateadd("{p}", 1, "{AT}")' for p in ("day", "week", "month", "quarter")),
    *(f'dbt.dateadd("{p}", -3, "{DAY}")' for p in ("year", "hour", "minute")),
    *(
        f'dbt.datediff("{DAY}", "{AT}", "{p}")'
        for p in ("day", "week", "month", "quarter", "year", "hour", "second")
    ),
    *(f'dbt.date_trunc("{p}", "{AT}")' for p in ("day", "week", "month", "year")),
    *(f'dbt.last_day("{DAY}", "{p}")' for p in ("month", "quarter", "year")),
    "dbt.date(2024, 2, 29)",
    "dbt.concat([\"'a'\", \"'b'\"])",
    "dbt.hash(\"'x'\")",
    "dbt.length(\"'abc'\")",
    "dbt.position(\"'b'\", \"'abc'\")",
    "dbt.replace(\"'abc'\", \"'b'\", \"''\")",
    "dbt.right(\"'abc'\", 2)",
    "dbt.split_part(\"'a|b|c'\", \"'|'\", 2)",
    "dbt.split_part(\"'a|b|c'\", \"'|'\", -1)",
    'dbt.string_literal("it is")',
    '"\'" ~ dbt.escape_single_quotes("it\'s") ~ "\'"',
    'dbt.array_construct(["1", "2"])',
    'dbt.array_append(dbt.array_construct(["1"]), "2")',
    'dbt.array_concat(dbt.array_construct(["1"]), dbt.array_construct(["2"]))',
    "dbt.safe_cast(\"'x'\", dbt.type_int())",
    'dbt.cast("1.5", dbt.type_numeric())',
    'dbt.cast_bool_to_text("1 = 1")',
    *(
        f'"1::" ~ dbt.type_{t}()'
        for t in ("string", "float", "numeric", "bigint", "int", "boolean")
    ),
    f'"{DAY}::" ~ dbt.type_timestamp()',
    '"cast(now() as date) = cast(" ~ dbt.current_timestamp() ~ " as date)"',
]
GROUPED = [
    'dbt.any_value("1")',
    'dbt.bool_or("n > 2")',
    'dbt.listagg("n::text", "\'-\'", "order by n", 2)',
    'dbt.listagg("n::text", "\'-\'", "order by n desc")',
]


def test_cross_database_macros_give_the_same_values(both):
    """Dates, texts, arrays, casts, aggregates, series."""
    columns = ",\n".join(f"{{{{ {call} }}}} as c{i}" for i, call in enumerate(CALLS))
    grouped = ",\n".join(f"{{{{ {call} }}}} as g{i}" for i, call in enumerate(GROUPED))
    both.write(
        {
            "models/values_.sql": f"{{{{ config(materialized='table') }}}} "
            f"select\n{columns}\n",
            "models/grouped.sql": f"select\n{grouped}\nfrom (select unnest([1,2,3]) n)",
            "models/days.sql": """\
                {{ dbt.date_spine('day', "date '2024-02-27'", "date '2024-03-02'") }}
                """,
            "models/series.sql": "{{ dbt.generate_series(9) }}",
            "models/rest.sql": "select 1 as a {{ dbt.except() }} select 2 as a\n",
            "models/both_.sql": "select 1 as a {{ dbt.intersect() }} select 1 as a\n",
        }
    )
    both.same("build")


def test_generic_tests_find_the_same_rows(both):
    """unique, not_null, accepted_values, relationships: how many rows each finds."""
    both.write(
        {
            "seeds/rows.csv": "id,kind,parent\n1,a,1\n1,b,2\n,c,3\n",
            "seeds/_seeds.yml": """\
                seeds:
                  - name: rows
                    columns:
                      - name: id
                        data_tests: [unique, not_null]
                      - name: kind
                        data_tests:
                          - accepted_values: {arguments: {values: [a, b]}}
                          - accepted_values:
                              name: not_all
                              arguments: {values: [a], quote: true}
                              config: {where: "kind <> 'c'", severity: warn}
                      - name: parent
                        data_tests:
                          - relationships: {arguments: {to: ref('rows'), field: id}}
                """,
        }
    )
    ours, theirs = both.same("build")
    found = [
        {r["unique_id"]: r["failures"] for r in o.artefact("run_results")["results"]}
        for o in (ours, theirs)
    ]
    assert found[0] == found[1]
    assert sum(filter(None, found[1].values())) > 4
