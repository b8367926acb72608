"""`datapackage.json`: judged by the frictionless package."""

import hashlib
import json

import frictionless
from tiny import RELEASED

PROJECT = {
    "models/marts/_.yml": """\
        models:
          - name: orders
            description: One row per order.
            columns:
              - name: order_id
                description: The key.
                data_tests: [unique, not_null]
        """,
    "models/marts/orders.sql": """\
        {{ config(materialized='table') }}
        select 1 as order_id, 1.5::decimal(9, 2) as amount, date '2026-01-01' as day,
        uuid '11111111-2222-3333-4444-555555555555' as token, 'x'::blob as raw,
        timestamptz '2026-01-01 00:00:00+00' as at, [1] as list, {'a': 1} as pair,
        map {'a': 1} as known, '{"a": 1}'::json as body, true as is_new,
        time '01:02:03' as clock, 2.5::double as share, [1, 2]::int[2] as two
        """,
    "models/marts/sales.sql": """\
        {{ config(materialized='table', partition_by='year, region') }}
        select 2026 as year, 'EU west' as region, 5 as amount union all
        select 2025, 'é', 6
        """,
}


def test_frictionless_accepts_it(tiny):
    """The file is a valid Data Package with types, keys, descriptions and hashes."""
    project = tiny(PROJECT | RELEASED)
    project.build()
    folder = project.root / "data/current/marts"
    text = (folder / "datapackage.json").read_text()
    report = frictionless.Package.validate_descriptor(json.loads(text))
    assert report.valid, report.flatten(["message"])
    package = frictionless.Package(str(folder / "datapackage.json"))
    orders = package.get_resource("orders")
    assert orders.schema.primary_key == ["order_id"]
    assert orders.schema.get_field("order_id").description == "The key."
    assert orders.schema.get_field("at").type == "datetime"
    assert orders.description == "One row per order."
    digest = hashlib.sha256((folder / orders.path).read_bytes()).hexdigest()
    assert orders.hash == f"sha256:{digest}"
    sales = package.get_resource("sales")
    assert all((folder / path).is_file() for path in (sales.path, *sales.extrapaths))
    assert [field.name for field in sales.schema.fields] == ["year", "region", "amount"]


def test_it_is_the_same_for_the_same_marts(tiny):
    """Two builds from nothing write the same bytes."""
    project = tiny(PROJECT | RELEASED)
    texts = set()
    for _ in range(2):
        project.build(options={"full_refresh": True})
        texts.add((project.root / "data/current/marts/datapackage.json").read_bytes())
    assert len(texts) == 1


def test_without_marts_there_is_none(tiny):
    """A project that exports nothing has no package to describe."""
    project = tiny({"models/orders.sql": "select 1 as a"} | RELEASED)
    project.build()
    assert list((project.root / "data/current/marts").iterdir()) == []
