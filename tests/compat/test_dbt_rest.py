"""The rest of a project, item by item: what has no file of its own."""

import json

import duckdb
import pytest

pytestmark = pytest.mark.slow

CONFIG = """\
    name: tiny
    version: '1.0'
    profile: tiny
    require-dbt-version: [">=1.5.0", "<3.0.0"]
    query-comment: {comment: "run by {{ target.name }}", append: true}
    quoting: {identifier: true}
    clean-targets: [target, dbt_packages]
    models:
      tiny:
        +persist_docs: {relation: true, columns: true}
        +tags: top
        sub:
          +schema: sub
          +materialized: table
          +alias: "{{ 'renamed' }}"
          +tags: [inner]
    seeds:
      +quote_columns: true
      tiny:
        +column_types: {id: varchar}
    """


def objects(folder, sql):
    """Ask a database that was built."""
    with duckdb.connect(str(folder / "tiny.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_names_docs_and_quotes_end_alike(both):
    """Trees of config, aliases, docs blocks in comments, quoted columns, delimiters."""
    both.write(
        {
            "dbt_project.yml": CONFIG,
            "seeds/odd.csv": "id;Two Words;select\n01;a;1\n02;b;2\n",
            "seeds/_seeds.yml": """\
                seeds:
                  - name: odd
                    description: Odd "names" & 'quotes'.
                    config:
                      delimiter: ';'
                      persist_docs: {relation: true, columns: true}
                    columns: [{name: Two Words, quote: true, description: "It's two."}]
                """,
            "models/docs.md": "{% docs place %}\nWhere it's *at*.\n{% enddocs %}\n",
            "models/plain.sql": """\
                select "Two Words" as "Upper Case", id as place, 'é' as unicode
                from {{ ref('odd') }}
                """,
            "models/sub/deep.sql": "select place from {{ ref('plain') }}\n",
            "models/header.sql": """\
                {{ config(materialized='table', sql_header='select 1;') }}
                {% call set_sql_header(config) %} select 2; {% endcall %}
                select 1 as id
                """,
            "models/_models.yml": """\
                models:
                  - name: plain
                    description: '{{ doc("place") }}'
                    columns:
                      - {name: Upper Case, quote: true, description: 'Quoted.'}
                      - {name: place, description: '{{ doc("tiny", "place") }}'}
                      - {name: gone, description: Not there.}
                  - name: deep
                    description: Deep.
                """,
            "macros/names.sql": """\
                {% macro generate_schema_name(custom_schema_name, node) %}
                    {{ custom_schema_name or target.schema }}
                {% endmacro %}
                {% macro generate_alias_name(custom_alias_name, node) %}
                    {{ custom_alias_name or node.name }}
                    {{- '_x' if node.name == 'deep' }}
                {% endmacro %}
                """,
        }
    )
    both.same("build")
    both.same("build", "--select", "tag:inner")


def test_indexes_are_made(both):
    """`indexes` of a table, an incremental model and a seed."""
    index = "config(indexes=[{'columns': ['id'], 'unique': true}, {'columns': ['n']}]"
    both.write(
        {
            "models/kept.sql": f"{{{{ {index}, materialized='table') }}}} "
            "select 1 as id, 2 as n\n",
            "models/grown.sql": f"{{{{ {index}, materialized='incremental') }}}} "
            "select 1 as id, 2 as n\n",
        }
    )
    sql = "select table_name, is_unique, expressions from duckdb_indexes() order by all"
    both.same("build", "--full-refresh")
    assert objects(both.ours, sql) == objects(both.theirs, sql)
    assert len(objects(both.theirs, sql)) == 4


def test_analyses_are_compiled(both):
    """An analysis is compiled, listed, in the manifest, and never run."""
    both.write(
        {
            "models/one.sql": "select 1 as id\n",
            "analyses/look.sql": "select * from {{ ref('one') }}\n",
            "analyses/_analyses.yml": """\
                analyses:
                  - name: look
                    description: A look.
                    config: {tags: [x]}
                    columns: [{name: id, description: Key.}]
                """,
        }
    )
    both.same("build")
    both.same_list("--resource-type", "analysis")
    ours, theirs = both.run("compile")
    place = "target/compiled/tiny/analyses/look.sql"
    texts = [(outcome.folder / place).read_text() for outcome in (ours, theirs)]
    assert texts[0].strip() == texts[1].strip()
    nodes = [found.artefact("manifest")["nodes"] for found in both.run("parse")]
    for key in ("fqn", "tags", "description", "path", "resource_type", "alias"):
        ours, theirs = (found["analysis.tiny.look"][key] for found in nodes)
        assert ours == theirs, key


def test_the_sql_of_one_node_is_written(both):
    """Compiled alone, a model and its tests leave the files that dbt writes."""
    both.write(
        {
            "models/one.sql": "select 1 as id\n",
            "models/two.sql": "select id from {{ ref('one') }}\n",
            "models/two.yml": """\
                models:
                  - name: two
                    columns: [{name: id, data_tests: [not_null]}]
                """,
        }
    )
    written = [
        {
            path.relative_to(outcome.folder).as_posix(): path.read_text().strip()
            for path in (outcome.folder / "target/compiled").rglob("*.sql")
        }
        for outcome in both.run("compile", "--select", "two")
    ]
    assert set(written[0]) == set(written[1])
    place = "target/compiled/tiny/models/two.sql"
    assert written[0][place] == written[1][place]


def test_hooks_of_models_are_run_around_them(both):
    """Hooks as text, list, mapping, from the tree and the properties, in order."""
    insert = "insert into noted values ('{}')"
    both.write(
        {
            "dbt_project.yml": f"""\
                name: tiny
                version: '1.0'
                profile: tiny
                on-run-start:
                  - create table if not exists noted (what text)
                  - "{insert.format("{{ flags.WHICH }}")}"
                on-run-end: ["{insert.format("end")}"]
                models:
                  tiny:
                    +pre-hook: "{insert.format("tree {{ this.name }}")}"
                    +post-hook:
                      - sql: "{insert.format("outside")}"
                        transaction: false
                seeds:
                  +post-hook: "{insert.format("seed {{ this }}")}"
                """,
            "seeds/given.csv": "id\n1\n",
            "models/one.sql": f"""\
                {{{{ config(
                    materialized='table',
                    pre_hook=["{insert.format("own")}", before_begin("checkpoint")],
                    post_hook="{insert.format("{{ model.name }}")}"
                ) }}}}
                select 1 as id
                """,
            "models/_models.yml": f"""\
                models:
                  - name: one
                    config: {{post_hook: ["{insert.format("yaml")}"]}}
                """,
        }
    )
    both.same("build")
    rows = [objects(folder, "from noted") for folder in (both.ours, both.theirs)]
    assert [what.replace('"tiny".', "") for (what,) in rows[1]] == [
        what.replace('"tiny".', "") for (what,) in rows[0]
    ]


def test_lists_say_the_same_of_each_node(both):
    """`ls --output json` with keys, name, path; `parse`, `clean`, `debug`."""
    both.write(
        {
            "seeds/given.csv": "id\n1\n",
            "models/one.sql": "{{ config(tags=['a']) }} from {{ ref('given') }}\n",
            "models/_models.yml": """\
                models:
                  - name: one
                    description: One.
                    config: {meta: {owner: me}}
                    columns: [{name: id, data_tests: [unique]}]
                sources: [{name: raw, tables: [{name: t}]}]
                exposures:
                  - name: e
                    type: notebook
                    owner: {name: x}
                    depends_on: [ref('one')]
                """,
        }
    )
    keys = (
        "unique_id", "name", "resource_type", "alias", "schema", "database", "tags",
        "fqn", "package_name", "original_file_path", "path", "description", "meta",
        "config.materialized", "config.meta", "depends_on.nodes", "source_name",
        "relation_name", "language", "access", "config",
    )  # fmt: skip
    for words in (
        ["--output", "name"],
        ["--output", "path"],
        ["--output", "json", "--output-keys", *keys],
        ["--output", "json"],
    ):
        ours, theirs = both.run("ls", *words)
        found = [sorted(map(loaded, o.lines()), key=str) for o in (ours, theirs)]
        if words[1] == "path":  # a file of several nodes once here
            found = [sorted(set(lines)) for lines in found]
        assert found[0] == found[1], words
    for words in (["parse"], ["debug"], ["clean"]):
        assert [outcome.code for outcome in both.run(*words)] == [0, 0], words
    assert not (both.ours / "target").exists()


def loaded(line):
    """Return a line of JSON as a mapping, any other as it is."""
    found = json.loads(line) if line.startswith("{") else line
    if isinstance(found, dict):
        reads = found.pop("depends_on", None) or {
            "nodes": found.get("depends_on.nodes")
        }
        found["depends_on.nodes"] = reads.get("nodes") or []
    return found
