"""Versions, groups and what YAML alone declares: listed, built, written as by dbt."""

import pytest

pytestmark = pytest.mark.slow
FILES = {
    "models/marts/dim_v1.sql": "select 1 as id, 'a' as name, 2 as old",
    "models/marts/dim.sql": "select 1 as id, 'a' as name",
    "models/marts/third.sql": "select 1 as id, 'a' as name, 3 as extra",
    "models/time.sql": "select '2024-01-01'::date as day",
    "models/use.sql": """\
        select * from {{ ref('dim') }} join {{ ref('dim', v=1) }} using (id)
        join {{ ref('dim', version='3') }} using (id)
        """,
    "models/_all.yml": """\
        groups: [{name: finance, owner: {name: me, email: x@y.z}}]
        models:
          - name: time
            time_spine: {standard_granularity_column: day}
            columns: [{name: day, granularity: day}]
          - name: use
            config: {group: finance}
          - name: dim
            latest_version: 2
            description: The dim
            config: {group: finance, materialized: table, access: public}
            data_tests: [{unique: {arguments: {column_name: id}}}]
            columns:
              - {name: id, description: key, data_tests: [not_null]}
              - {name: name, data_tests: [not_null]}
            versions:
              - v: 1
                columns:
                  - {include: all, exclude: [name]}
                  - {name: old, data_tests: [unique]}
              - v: 2
              - v: 3
                defined_in: third
                config: {alias: dim_three, materialized: view}
                data_tests: []
        unit_tests:
          - {name: one, model: dim, given: [], expect: {rows: [{id: 1}]}}
          - name: some
            model: dim
            versions: {include: [1, 3]}
            given: []
            expect: {rows: [{id: 1}]}
        exposures:
          - name: board
            type: dashboard
            owner: {name: Me, email: a@b.c}
            depends_on: [ref('use'), metric('count_dims')]
            config: {tags: [shown]}
        semantic_models:
          - name: dims
            model: ref('dim')
            defaults: {agg_time_dimension: made_at}
            entities: [{name: dim, type: primary, expr: id}]
            dimensions:
              - {name: made_at, type: time, type_params: {time_granularity: day}}
            measures:
              - {name: num_dims, agg: count, expr: id}
              - {name: total_ids, agg: sum, expr: id, create_metric: true}
        metrics:
          - name: count_dims
            label: Count
            type: simple
            type_params: {measure: num_dims}
          - name: twice
            label: Twice
            type: derived
            type_params: {expr: count_dims * 2, metrics: [{name: count_dims}]}
        saved_queries:
          - name: saved_one
            query_params: {metrics: [count_dims, twice]}
        """,
}
SELECTIONS = (
    "exposure:*", "+exposure:board", "metric:count*", "+metric:twice",
    "semantic_model:dims+", "saved_query:tiny.saved_one", "+saved_query:saved_one",
    "group:finance", "access:public", "version:latest", "version:old",
    "version:prerelease", "version:none", "dim", "dim.v1", "dim_v3", "marts",
    "tag:shown", "resource_type:metric", "dims",
)  # fmt: skip


def test_versions_and_declared_nodes_build_as_in_dbt(both):
    """Each version is its own node; exposures and saved queries are no-ops."""
    both.write(FILES)
    both.same("build")


def test_versions_and_declared_nodes_are_selected_as_in_dbt(both):
    """All methods that choose by name, group, access and version agree."""
    both.write(FILES)
    both.same_list()
    both.same_list("--output", "name")
    for selection in SELECTIONS:
        both.same_list("--select", selection)


def test_declared_nodes_stand_in_the_manifest_as_dbts(both):
    """Ids, folders, edges and references of each are those that dbt writes."""
    both.write(FILES)
    ours, theirs = (found.artefact("manifest") for found in both.run("parse"))
    same = ("name", "fqn", "path", "original_file_path", "refs", "depends_on")
    for kind in ("exposures", "metrics", "semantic_models", "saved_queries"):
        assert set(ours[kind]) == set(theirs[kind])
        for key, node in ours[kind].items():
            for name in same if kind != "metrics" else same[:4]:
                assert node[name] == theirs[kind][key][name], (key, name)
    for name in ("version", "latest_version", "group", "access", "fqn"):
        key = "model.tiny.dim.v1"
        assert ours["nodes"][key][name] == theirs["nodes"][key][name]
    assert set(ours["groups"]) == set(theirs["groups"])


def test_a_private_model_is_refused_to_others_as_in_dbt(both):
    """Neither engine builds a model that refers to what is private to a group."""
    both.write(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select * from {{ ref('a') }}",
            "models/_all.yml": """\
                groups: [{name: finance, owner: {name: me}}]
                models:
                  - name: a
                    config: {group: finance, access: private}
                """,
        }
    )
    ours, theirs = both.run("build")
    assert ours.code == theirs.code == 2
    assert "private to the" in ours.out
    assert "private to the" in theirs.out
