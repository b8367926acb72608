"""Metrics and their kin: what is left empty, and what has another shape."""

import json

import pytest

from warehouse.errors import ConfigError

FILES = {
    "models/orders.sql": "select 1 as id, 2 as amount",
    "models/_m.yml": """
        semantic_models:
          - name: sales
            model: ref('orders')
            entities:
            dimensions: [{name: kind, type: categorical, config: }]
            measures:
              - {name: total, agg: sum, agg_params: , expr: amount}
        metrics:
          - name: all
            label: All
            type: simple
            type_params: {measure: total, metrics: , cumulative_type_params: }
        saved_queries:
          - name: asked
            query_params: {metrics: [all], group_by: , where: }
            exports:
        """,
}


def test_what_is_left_empty_has_the_default(tiny):
    """A key with nothing behind it is one that is not there."""
    project = tiny(FILES)
    assert project.build()["orders"] == "success"
    manifest = json.loads((project.root / "target/manifest.json").read_text())
    model = manifest["semantic_models"]["semantic_model.tiny.sales"]
    assert model["entities"] == []
    assert model["dimensions"][0]["config"] == {"meta": {}}
    metric = manifest["metrics"]["metric.tiny.all"]
    assert metric["type_params"]["metrics"] == []
    query = manifest["saved_queries"]["saved_query.tiny.asked"]
    assert (query["query_params"]["group_by"], query["exports"]) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("entities:", "entities: a", "`entities` must be a list"),
        ("agg_params: ,", "agg_params: a,", "`agg_params` must be a mapping"),
        ("{name: kind, type", "{type", "each of `dimensions` must be a mapping with"),
        ("metrics: ,", "metrics: a,", "`metrics` must be a list"),
        ("{measure: total, metrics: , cumulative_type_params: }", "a",
         "`type_params` must be a mapping"),
        ("group_by: ,", "group_by: a,", "`group_by` must be a list"),
        ("{metrics: [all], group_by: , where: }", "a",
         "`query_params` must be a mapping"),
    ],
)  # fmt: skip
def test_another_shape_is_told_where_it_stands(tiny, old, new, message):
    """Before anything runs, with the file and line."""
    project = tiny(FILES)
    project.edit("models/_m.yml", old, new)
    with pytest.raises(ConfigError, match=message) as told:
        project.build()
    assert str(told.value.location).startswith("models/_m.yml:")
