"""Metrics and their kin, whole: the manifest has of them what dbt's has."""

import pytest

pytestmark = pytest.mark.slow

FILES = {
    "models/orders.sql": "select 1 as id, 2 as amount, today() as day, 'x' as kind",
    "models/days.sql": "select current_date as date_day",
    "models/_m.yml": """\
        models:
          - name: days
            columns: [{name: date_day, granularity: day}]
            time_spine: {standard_granularity_column: date_day}
        semantic_models:
          - name: sales
            label: Sales
            model: ref('orders')
            defaults: {agg_time_dimension: sold_on}
            entities:
              - {name: order, expr: id, type: primary}
            dimensions:
              - {name: sold_on, expr: day, type: time,
                  type_params: {time_granularity: day}, label: Day}
              - {name: kind, type: categorical, expr: upper(kind),
                  description: The kind.}
            measures:
              - {name: total, agg: sum, expr: amount, create_metric: true}
              - {name: orders, agg: count, expr: 1, label: Orders}
              - {name: low, agg: percentile, expr: amount,
                  agg_params: {percentile: 0.1, use_discrete_percentile: true}}
              - name: last
                agg: max
                expr: amount
                agg_time_dimension: sold_on
                non_additive_dimension: {name: sold_on, window_choice: max}
        metrics:
          - {name: simple, label: Simple, type: simple, type_params: {measure: orders},
              description: S, config: {meta: {a: 1}, group: null}}
          - name: filtered
            label: F
            type: simple
            type_params: {measure: {name: orders,
                filter: "{{ Dimension('order__kind') }} = 'x'", alias: oo,
                join_to_timespine: true, fill_nulls_with: 0}}
            filter: ["{{ Dimension('order__kind') }} = 'x'", "1 = 1"]
            time_granularity: day
          - name: ratio
            label: R
            type: ratio
            type_params: {numerator: total, denominator: {name: simple,
                filter: "1 = 1", alias: dd}}
          - name: derived
            label: D
            type: derived
            type_params:
              expr: aa - bb
              metrics: [{name: simple, alias: aa}, {name: simple, alias: bb,
                  offset_window: 1 month}, total]
          - name: running
            label: C
            type: cumulative
            type_params: {measure: {name: orders},
                cumulative_type_params: {window: 7 days, period_agg: last}}
          - name: month_to_date
            label: MTD
            type: cumulative
            type_params: {measure: orders,
                cumulative_type_params: {grain_to_date: month}}
          - name: old_running
            label: OR
            type: cumulative
            type_params: {measure: orders, window: 7 days}
          - name: old_to_date
            label: OD
            type: cumulative
            type_params: {measure: orders, grain_to_date: month}
          - name: conversion
            label: CV
            type: conversion
            type_params:
              conversion_type_params:
                base_measure: {name: orders}
                conversion_measure: orders
                entity: order
                calculation: conversion_rate
                window: 7 days
        saved_queries:
          - name: asked
            label: Asked
            description: Q
            query_params:
              metrics: [simple]
              group_by: ["TimeDimension('order__sold_on', 'day')"]
              where: ["{{ Dimension('order__kind') }} = 'x'"]
            exports:
              - {name: e, config: {export_as: table, schema: x}}
              - {name: f, config: {export_as: view}}
        exposures:
          - name: dash
            type: dashboard
            owner: {name: A, email: a@b.c}
            depends_on: [ref('orders')]
            config: {tags: [t], meta: {m: 1}}
          - name: app
            label: App
            type: application
            maturity: high
            url: http://x
            owner: {email: a@b.c, slack: x}
            tags: [u]
            meta: {k: 2}
        """,
}
# What dbt has and we don't, by the last word of its place in the manifest.
MISSING = {"created_at", "unrendered_config", "node_relation"}
KNOWN = {
    "input_measures",  # those of the metrics that a ratio or derived one is made of
    "exports",  # the name and place of each
    "owner.name",
    "sales.description",  # "" here, None in dbt
}


def differences(ours, theirs, place):
    """Yield the places at which two pieces of a manifest differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs} - MISSING):
            inner = f"{place}.{key}"
            yield from differences(ours.get(key, "no"), theirs.get(key, "no"), inner)
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield place
        for index, pair in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(*pair, f"{place}.{index}")
    elif ours != theirs:
        yield place


def test_metrics_stand_in_the_manifest_whole(both):
    """Short forms are written out, and what the file does not say has dbt's default."""
    both.write(FILES)
    ours, theirs = (found.artefact("manifest") for found in both.run("parse"))
    for kind in ("metrics", "semantic_models", "saved_queries", "exposures"):
        found = [
            place
            for place in differences(ours[kind], theirs[kind], kind)
            if not any(known in place for known in KNOWN)
        ]
        assert found == [], kind
        assert len(ours[kind]) == len(theirs[kind]) > 0
