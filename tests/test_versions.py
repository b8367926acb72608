"""Versions of models, groups, and what YAML alone declares."""

FILES = {
    "models/dim_v1.sql": "select 1 as id, 2 as old",
    "models/dim.sql": "select 1 as id, 3 as new",
    "models/latest.sql": "select * from {{ ref('dim') }}",
    "models/first.sql": "select * from {{ ref('dim', v=1) }}",
    "models/_all.yml": """\
        models:
          - name: dim
            latest_version: 2
            config: {materialized: table}
            columns:
              - {name: id, data_tests: [unique]}
              - {name: new, data_tests: [not_null]}
            versions:
              - v: 1
                columns: [{include: [id]}, {name: old, data_tests: [not_null]}]
              - v: 2
        unit_tests:
          - {name: one, model: dim, given: [], expect: {rows: [{id: 1}]}}
        exposures:
          - name: board
            type: dashboard
            owner: {name: Ada}
            depends_on: [ref('latest')]
        semantic_models:
          - name: dims
            model: ref('dim')
            measures: [{name: dim_count, agg: count, expr: id, create_metric: true}]
        saved_queries:
          - {name: saved, query_params: {metrics: [dim_count]}}
        """,
}


def test_each_version_is_a_node_with_its_own_tests(tiny):
    """A version has its table, its columns' tests and its unit test."""
    project = tiny(FILES)
    statuses = project.build()
    assert {"dim.v1", "dim.v2", "one_v1", "one_v2"} <= set(statuses)
    tests = {"not_null_dim_v1_old", "unique_dim_v1_id", "unique_dim_v2_id"}
    assert {*tests, "not_null_dim_v2_new"} <= set(statuses)
    assert "not_null_dim_v1_new" not in statuses
    assert project.rows("select new from latest") == [(3,)]
    assert project.rows("select old from first") == [(2,)]


def test_what_is_declared_is_chosen_and_never_built(tiny):
    """Exposures and saved queries are no-ops; all are found by name and edges."""
    project = tiny(FILES)
    assert project.build()["board"] == "no-op"
    assert set(project.build("+exposure:board", types=["model"])) == {
        "dim.v2",
        "latest",
    }
    chosen = project.workspace().select(["+saved_query:saved"])
    assert [key.rpartition(".")[0] for key in chosen] == [
        "model.tiny.dim",
        "semantic_model.tiny",
        "metric.tiny",
        "saved_query.tiny",
        "test.tiny.not_null_dim_v2_new",
        "test.tiny.unique_dim_v2_id",
        "unit_test.tiny.dim",
    ]


def test_a_deprecated_model_warns_and_so_does_its_use(tiny):
    """`deprecation_date` in the past is told of the model and of who reads it."""
    project = tiny(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select * from {{ ref('a') }}",
            "models/_all.yml": "models: [{name: a, deprecation_date: 2024-01-31}]",
        }
    )
    project.build()
    assert project.warnings() == [
        "the model a is deprecated since 2024-01-31: disable or remove it",
        "models/b.sql: b refers to a, which is deprecated since 2024-01-31",
    ]


def test_only_the_group_refers_to_a_private_model(tiny):
    """A member of the group may, and a data test of the model too."""
    project = tiny(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select * from {{ ref('a') }}",
            "models/_all.yml": """\
                groups: [{name: finance, owner: {name: Ada}}]
                models:
                  - name: a
                    config: {group: finance, access: private}
                    columns: [{name: id, data_tests: [unique]}]
                  - {name: b, group: finance}
                """,
        }
    )
    assert project.build()["b"] == "success"
