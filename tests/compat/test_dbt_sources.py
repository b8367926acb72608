"""Sources: external files are read and ages judged as by dbt."""

import pytest

pytestmark = pytest.mark.slow
FILES = {
    "data/people.csv": "id,town\n1,Rome\n",
    "data/towns_of_it.csv": "town\nRome\n",
    "seeds/loads.csv": "loaded,kind\n2024-01-31 10:00:00,a\n2020-01-01 00:00:00,b\n",
    "models/_sources.yml": """\
        sources:
          - name: files
            config:
              meta: {external_location: "data/{name}.csv"}
            tables:
              - name: people
                columns: [{name: id, data_tests: [unique]}]
              - name: cities
                config:
                  meta:
                    external_location: "read_csv('data/{identifier}_of_{land}.csv')"
                    land: it
                identifier: towns
          - name: bank
            schema: main
            config:
              loaded_at_field: loaded
              freshness:
                warn_after: {count: 2, period: hour}
                error_after: {count: 9999, period: day}
            tables:
              - {name: loads}
              - {name: idle, config: {freshness: null}}
              - name: old
                identifier: loads
                config:
                  freshness: {error_after: {count: 3, period: day}, filter: kind = 'b'}
              - name: asked
                identifier: loads
                config: {loaded_at_query: "select max(loaded) from {{ this }}"}
              - {name: absent}
              - {name: word, identifier: loads, config: {loaded_at_field: kind}}
        """,
    "models/found.sql": """\
        {{ config(materialized='table') }}
        select p.id, c.town from {{ source('files', 'people') }} as p
        join {{ source('files', 'cities') }} as c using (town)
        """,
}


def test_sources_are_read_and_judged_as_by_dbt(both):
    """The same tables from files; the same status, criteria and time of each source."""
    both.write(FILES)
    both.same("build")
    ours, theirs = both.run("source", "freshness")
    assert ours.code == theirs.code == 1

    def results(found):
        kept = ("status", "criteria", "max_loaded_at")
        return {
            result["unique_id"]: {key: result.get(key) for key in kept}
            for result in found.artefact("sources")["results"]
            if result["status"] != "runtime error"  # which dbt leaves out
        }

    assert results(ours) == results(theirs)


def test_source_nodes_are_written_as_by_dbt(both):
    """What the manifest says of a source's freshness is dbt's."""
    both.write(FILES)
    ours, theirs = (found.artefact("manifest") for found in both.run("parse"))
    assert set(ours["sources"]) == set(theirs["sources"])
    for key, source in ours["sources"].items():
        for name in ("loaded_at_field", "loaded_at_query", "freshness", "identifier"):
            assert source[name] == theirs["sources"][key][name], (key, name)
