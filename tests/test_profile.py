"""What a profile asks of the database, beyond its file."""

import duckdb

PROFILE = """\
    tiny:
      target: dev
      outputs:
        dev:
          type: duckdb
          path: tiny.v1.duckdb
          threads: 2
          extensions: [json]
          settings: {default_null_order: nulls_first}
          attach: [{path: other.duckdb}, {path: given.duckdb, read_only: true}]
    """


def test_a_profile_prepares_every_connection(tiny):
    """Extensions are loaded, settings set, databases attached and built into."""
    project = tiny(
        {
            "profiles.yml": PROFILE,
            "models/far.sql": """\
                {{ config(database='other', schema='far', materialized='table') }}
                from given.cities order by name
                """,
            "models/near.sql": "select * from {{ ref('far') }}",
            "models/_models.yml": """\
                models:
                  - name: far
                    columns: [{name: name, data_tests: [unique]}]
                """,
        }
    )
    with duckdb.connect(str(project.root / "given.duckdb")) as connection:
        connection.execute(
            "create table cities as from (values ('Rome'), (null)) t(name)"
        )
    project.build()
    assert set(project.build().values()) == {"success", "pass"}
    with duckdb.connect(str(project.root / "other.duckdb")) as connection:
        assert connection.execute("from main_far.far").fetchall() == [
            (None,),
            ("Rome",),
        ]
    with duckdb.connect(str(project.root / "tiny.v1.duckdb")) as connection:
        assert connection.execute("select current_database()").fetchone() == ("tiny",)


def test_quoting_follows_the_project_and_the_node(tiny):
    """`quoting` decides which parts of a relation's name stand in quotes."""
    project = tiny(
        {
            "dbt_project.yml": "name: tiny\nquoting: {schema: false}\n",
            "models/a.sql": "select 1 as id",
            "models/b.sql": "{{ config(quoting={'identifier': 0}) }} select 2 as id",
            "models/c.sql": "select '{{ ref('a') }} {{ ref('b') }}' as names",
        }
    )
    assert '"tiny".main."a" "tiny".main.b\'' in project.compiled("c")


def test_what_only_dbt_has_is_told(tiny):
    """A profile's key that would do nothing here is a warning, not a silence."""
    plugged = PROFILE.replace("threads: 2", "plugins: [{module: excel}]")
    project = tiny({"profiles.yml": plugged, "models/a.sql": "select 1 as id"})
    project.workspace()
    assert project.warnings() == [
        "`plugins` of the profile is passed over: only dbt-duckdb has it"
    ]
