"""Sources: files in their place, and how old they may be."""

import json

import pytest

from warehouse.api.freshness import check_freshness

SOURCES = """\
    sources:
      - name: files
        config:
          meta: {external_location: "data/{name}.csv"}
        tables:
          - name: people
            columns: [{name: id, data_tests: [unique]}]
          - name: cities
            config:
              external_location: "read_csv('data/{identifier}.csv')"
            identifier: towns
"""


def test_a_source_may_be_a_file(tiny):
    """`external_location` stands for the source, in models and in tests."""
    project = tiny(
        {
            "data/people.csv": "id,town\n1,Rome\n",
            "data/towns.csv": "town\nRome\n",
            "models/_sources.yml": SOURCES,
            "models/found.sql": """\
                {{ config(materialized='table') }}
                select p.id, c.town from {{ source('files', 'people') }} as p
                join {{ source('files', 'cities') }} as c using (town)
                """,
        }
    )
    assert set(project.build().values()) == {"success", "pass"}
    assert project.rows("from found") == [(1, "Rome")]


def freshness(tiny, text: str) -> dict[str, str]:
    """Return each source's status, of a project with one table of loads."""
    body = "\n".join(f"            {line}" for line in text.splitlines())
    project = tiny(
        {
            "models/loads.sql": """\
                {{ config(materialized='table') }}
                select now() - interval 3 hour as loaded,
                now()::date as day, 'a' as kind
                union all select now() - interval 30 hour, null, 'b'
                """,
            "models/_sources.yml": f"""\
            sources:
              - name: bank
                schema: main
{body}
            """,
        }
    )
    project.build()
    workspace = project.workspace()
    ages = check_freshness(workspace, (), ())
    written = json.loads((project.root / "target" / "sources.json").read_text())
    found = {age.source.name: age.status for age in ages}
    assert [result["status"] for result in written["results"]] == list(found.values())
    return found


@pytest.mark.parametrize(
    ("thresholds", "status"),
    [
        ("{warn_after: {count: 4, period: hour}}", "pass"),
        ("{warn_after: {count: 2, period: hour}}", "warn"),
        ("{error_after: {count: 100, period: minute}}", "error"),
        ("{error_after: {count: 1, period: day}, filter: kind = 'b'}", "error"),
        ("{warn_after: {count: 1, period: day}, filter: kind = 'c'}", "warn"),
    ],
)
def test_a_source_is_as_fresh_as_its_newest_row(tiny, thresholds, status):
    """The age is compared with `warn_after` and `error_after`; `filter` limits it."""
    text = f"""\
    loaded_at_field: loaded
    freshness: {thresholds}
    tables: [{{name: loads}}]"""
    assert freshness(tiny, text) == {"loads": status}


def test_a_table_overrides_its_source(tiny):
    """A table's threshold, query or null counts before those of its source."""
    text = """\
    config: {loaded_at_field: loaded, freshness: {warn_after: {count: 2, period: hour}}}
    tables:
      - {name: loads}
      - {name: idle, freshness: null}
      - name: later
        identifier: loads
        config: {freshness: {warn_after: {count: 5}}}
      - name: asked
        identifier: loads
        loaded_at_query: select min(loaded) from {{ this }}
      - {name: absent}
      - {name: day, identifier: loads, loaded_at_field: day}"""
    assert freshness(tiny, text) == {
        "absent": "runtime error",
        "asked": "warn",
        "day": "runtime error",
        "later": "pass",
        "loads": "warn",
    }
