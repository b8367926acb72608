"""Builds of a part: what they leave behind is known, and nothing half is published."""

import pytest

from warehouse.errors import ConfigError, UsageError
from warehouse.release.history import rollback

CHAIN = {
    "seeds/raw.csv": "a\n1\n",
    "models/shown.sql": "select a from {{ ref('raw') }}\n",
    "models/marts/kept.sql": """
        {{ config(materialized='table') }}
        select a from {{ ref('shown') }}
        """,
    "models/marts/kept.yml": """
        models:
          - name: kept
            columns:
              - name: a
                data_tests: [not_null]
        """,
}


@pytest.fixture
def chain(released):
    """Build a seed, a view on it and a table on that; then change the seed."""
    project = released(CHAIN)
    project.build()
    project.write({"seeds/raw.csv": "a\n2\n"})
    return project


def test_a_table_behind_an_unselected_view_is_rebuilt(chain):
    """A view shows the new rows though it is not built: what reads it is not reused."""
    chain.build("raw", "kept")
    assert "kept" in chain.built()


def test_a_part_that_leaves_others_behind_is_not_published(chain):
    """What is downstream of a rebuilt seed must be built too before readers see it."""
    before = chain.workspace().home.current_id()
    chain.build("raw")
    assert chain.result.release_id is None
    assert "model.tiny.kept" in chain.result.stale
    assert chain.workspace().home.current_id() == before
    chain.build()
    assert chain.result.release_id not in {None, before}


def test_a_part_that_leaves_nothing_behind_is_published(chain):
    """A selection with all that it touches is as good as the whole."""
    chain.build("raw+")
    assert chain.result.release_id is not None
    assert chain.result.stale == ()


HOURLY = {
    "models/hourly.sql": """
        {{ config(materialized='table') }}
        select count(*) as n, now() as at from {{ ref('shown') }}
        """,
    "models/hourly.yml": """
        models:
          - name: shown
            columns:
              - name: a
                data_tests: [not_null]
          - name: hourly
            columns:
              - name: n
                data_tests: [not_null]
        """,
}


def test_a_part_in_which_nothing_ran_is_not_published_again(chain):
    """What holds something else after every run changes nothing while it stands."""
    chain.write(HOURLY)
    chain.build()
    before = chain.workspace().home.current_id()
    chain.build("raw+", excluded=["resource_type:model,hourly"])
    assert chain.result.is_unchanged
    chain.build("not_null_hourly_n")
    assert chain.built() == {"not_null_hourly_n"}
    assert chain.result.is_unchanged
    chain.build("hourly")
    assert chain.workspace().home.current_id() != before


def test_what_a_part_has_left_unpublished_is_published_by_the_next(chain):
    """A candidate that somebody has worked on is more than the current release."""
    chain.write(HOURLY)
    chain.build()
    chain.build("hourly", publishes=False)
    chain.build("raw")
    assert chain.result.release_id is not None
    assert not chain.result.is_unchanged


def test_an_excluded_test_keeps_a_release_back(chain):
    """No release without every test: leaving one out is no way round it."""
    chain.build(excluded=["test_type:generic"])
    assert chain.result.release_id is None
    assert any(name.startswith("test.") for name in chain.result.stale)


def test_a_full_refresh_of_a_part_keeps_the_rest(chain):
    """Refreshing some nodes rebuilds them in a copy of the release, not in nothing."""
    chain.write({"seeds/raw.csv": "a\n1\n"})
    chain.build("kept", options={"full_refresh": True})
    assert "kept" in chain.built()
    assert chain.result.stale == ()
    assert chain.result.release_id is not None


def test_an_export_that_selects_nothing_is_an_error(released):
    """A misspelt `export` must not publish a release without its files."""
    project = released(CHAIN)
    project.write(
        {"pyproject.toml": "[tool.warehouse]\nhome = 'data'\nexport = 'martz'\n"}
    )
    with pytest.raises(ConfigError, match="selects no model") as error:
        project.build()
    assert "marts" in str(error.value)


def test_a_pivot_is_a_table_too(released):
    """DuckDB makes several statements of a pivot without values; it still builds."""
    pivot = "pivot (select 1 as a, 2 as b) on a using sum(b)"
    project = released(
        {"models/p.sql": f"{{{{ config(materialized='table') }}}}{pivot}"}
    )
    assert project.build() == {"p": "success"}
    assert project.result.results[0].rows == 1


def test_an_empty_selector_is_an_error(released):
    """A job whose variable is empty must not succeed by doing nothing."""
    with pytest.raises(UsageError, match="empty"):
        released(CHAIN).build("")


def test_a_damaged_current_release_is_built_anew(released):
    """A release that lost a file is not called unchanged: the next build mends it."""
    project = released(CHAIN)
    project.build()
    home = project.workspace().home
    damaged = home.current_id()
    (home.folder(damaged) / "marts" / "kept.parquet").unlink()
    project.build()
    assert project.result.release_id not in {None, damaged}
    assert any("damaged" in message.text for message in project.said)


def test_run_end_hooks_see_the_results(released):
    """`results` holds what each node came to, as in dbt."""
    hook = (
        "create or replace table main.audit as select {{ results | length }} as ended, "
        "'{{ results[0].node.name }} {{ results[0].status }}' as first"
    )
    project = released(CHAIN)
    project.write(
        {"dbt_project.yml": f'name: tiny\nversion: "1"\non-run-end: ["{hook}"]\n'}
    )
    project.build()
    assert project.rows("select * from main.audit") == [(4, "raw success")]


def test_a_build_says_that_it_publishes_on_top_of_a_rollback(chain):
    """Who went back must not be overruled without a word; once is enough."""
    home = chain.workspace().home
    first = home.current_id()
    chain.build()
    rollback(home, first, "wrong amounts")
    chain.said.clear()
    chain.build()
    (said,) = chain.said
    assert f"went back to {first} (wrong amounts)" in said.text
    assert f"warehouse rollback --to {first}" in said.text
    chain.write({"seeds/raw.csv": "a\n3\n"})
    chain.said.clear()
    chain.build()
    assert chain.result.release_id is not None
    assert chain.said == []
