"""`run-operation` and `docs generate`, as dbt does them."""

import pytest

pytestmark = pytest.mark.slow

DOCUMENTED = {
    "seeds/people.csv": "id,name\n1,Ada\n2,Bob\n",
    "models/named.sql": "select * from {{ ref('people') }}\n",
    "models/counted.sql": """\
        {{ config(materialized='table', schema='marts', alias='counts') }}
        select count(*) as n, {{ var('price', 1.5) }} as price, [1, 2] as list
        from {{ ref('named') }}
        """,
    "models/inner.sql": "{{ config(materialized='ephemeral') }} select 1 as one\n",
    "models/_models.yml": """\
        models:
          - name: counted
            description: How many.
            config: {persist_docs: {relation: true, columns: true}}
            columns: [{name: n, description: The number., data_tests: [not_null]}]
        sources:
          - name: raw
            schema: main
            tables:
              - {name: people, columns: [{name: id, description: Key.}]}
              - name: nothing
        """,
}
PROJECT = {
    "seeds/people.csv": "id,name\n1,Ada\n2,Bob\n",
    "models/named.sql": "select * from {{ ref('people') }}\n",
    "macros/tools.sql": """\
        {% macro keep(name, rows=[1, 2]) %}
            {% set sql %}
                create or replace table main.{{ name }} as
                {% for n in rows %}
                    select {{ n }} as n, '{{ target.name }}' as target,
                        '{{ flags.WHICH }}' as which, '{{ ref("named") }}' as named,
                        {{ graph.nodes | length }} as nodes,
                        '{{ project_name }}' as project, '{{ model.name }}' as model
                    {{ 'union all' if not loop.last }}
                {% endfor %}
            {% endset %}
            {% do run_query(sql) %}
            {% set people = run_query('from ' ~ ref('people') ~ ' order by 1') %}
            {% do people.print_table() %}
            {% do print(people.columns['name'].values() | join(',')) %}
        {% endmacro %}
        {% macro fail() %}{% do run_query('select 1 from nowhere') %}{% endmacro %}
        {% macro refuse() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
        """,
}


def test_operations_do_the_same(both):
    """Tables that a macro makes, its status, its id, and exit codes."""
    both.write(PROJECT)
    both.same("build")
    ours, theirs = both.same(
        "run-operation", "keep", "--args", "{name: kept, rows: [3, 4]}"
    )
    table = "| id | name |\n| -- | ---- |\n|  1 | Ada  |\n|  2 | Bob  |\nAda,Bob\n"
    assert table in theirs.out
    assert table in ours.out
    both.same("run-operation", "tiny.keep", "--args", "{name: more}")
    both.same("run-operation", "fail")
    both.same("run-operation", "refuse")


def test_the_catalog_is_the_same(both):
    """`docs generate`: every table, column, type, comment and index."""
    both.write(DOCUMENTED)
    both.same("build")
    for words in ([], ["--select", "counted"], ["--no-compile", "--empty-catalog"]):
        outcomes = both.run("docs", "generate", *words)
        assert [outcome.code for outcome in outcomes] == [0, 0], words
        ours, theirs = (outcome.artefact("catalog") for outcome in outcomes)
        head = {key: ours["metadata"][key] for key in ("dbt_schema_version", "env")}
        assert head == {key: theirs["metadata"][key] for key in head}
        for part in ("nodes", "sources", "errors"):
            assert ours[part] == theirs[part], (words, part)
        manifests = [outcome.artefact("manifest") for outcome in outcomes]
        code = [
            {key: node.get("compiled_code") for key, node in found["nodes"].items()}
            for found in manifests
        ]
        for key, text in code[1].items():
            if not key.startswith("test.") and "--no-compile" not in words:
                assert without_database(code[0][key]) == without_database(text), key


def without_database(text):
    """Return SQL without the target's own database, and without outer space."""
    return text and text.replace('"tiny".', "").strip()
