"""Failing rows that are kept, thresholds and limits, compared with dbt's."""

import pytest

pytestmark = pytest.mark.slow

SCHEMA = """\
    models:
      - name: numbers
        columns:
          - name: n
            data_tests:
              - not_null
              - unique: {name: as_table, config: {store_failures: true}}
              - unique: {name: as_view, config: {store_failures_as: view}}
              - unique:
                  name: as_nothing
                  config: {store_failures: true, store_failures_as: ephemeral}
              - unique: {name: wrong, config: {store_failures_as: tabel}}
              - unique: {name: never, config: {store_failures: false}}
              - unique:
                  name: elsewhere
                  config: {store_failures: true, schema: audit, alias: found_twice}
              - unique: {name: warned, config: {severity: warn}}
              - unique: {name: bounded, config: {warn_if: ">1", error_if: ">2"}}
              - unique: {name: tolerant, config: {warn_if: ">5", error_if: ">9"}}
              - unique: {name: only_errors, config: {error_if: ">1", warn_if: ">7"}}
              - unique:
                  name: summed
                  config: {fail_calc: sum(n_records), error_if: ">= 5"}
              - accepted_values:
                  name: limited
                  arguments: {values: [1]}
                  config: {limit: 2, store_failures: true}
              - accepted_values:
                  name: limited_count
                  arguments: {values: [1]}
                  config: {limit: 1, error_if: ">1", warn_if: ">0"}
              - accepted_values:
                  name: narrowed
                  arguments: {values: [1]}
                  config: {where: "n < 2", store_failures: true}
    """
FILES = {
    "models/numbers.sql": "select unnest([1, 1, 2, 2, 3]) as n",
    "models/numbers.yml": SCHEMA,
    "tests/large.sql": """\
        {{ config(store_failures=true, fail_calc='max(n)', error_if='> 2') }}
        select n from {{ ref('numbers') }} where n > 2
        """,
}


def failures(outcome):
    """Return how many failures each test is said to have."""
    return {
        result["unique_id"].split(".")[2]: (result["status"], result["failures"])
        for result in outcome.artefact("run_results")["results"]
        if result["unique_id"].startswith("test.")
    }


def test_kept_failures_and_thresholds_are_the_same(both):
    """Table, view or nothing; schema and alias; severity, thresholds and limit."""
    both.write(FILES)
    for words in (["build"], ["test", "--store-failures"], ["test"]):
        ours, theirs = both.same(*words)
        assert failures(ours) == failures(theirs)


def test_a_projects_word_counts_for_all_its_tests(both):
    """`data_tests:` of dbt_project.yml says where failing rows go, and as what."""
    both.write(FILES)
    project = """\
        name: tiny
        version: '1.0'
        profile: tiny
        data_tests:
          +store_failures_as: view
          +schema: kept
        """
    both.write({"dbt_project.yml": project})
    both.same("build", "--exclude", "wrong")
