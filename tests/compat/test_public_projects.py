"""Public dbt projects, built by both engines to the same statuses and tables.

Their checkouts are looked for in $PUBLIC_PROJECTS, or in `public` beside the project:
jaffle_shop_duckdb, jaffle-shop, dbt-utils and, for the second, dbt-audit-helper of
dbt-labs; dbt-date of godatadriven; dbt-expectations of metaplane. They are never part
of ours.
"""

import os
import shutil
from pathlib import Path

import pytest
from compare import compare

ROOT = Path(__file__).parents[2]
PUBLIC = Path(os.environ.get("PUBLIC_PROJECTS", ROOT.parent / "public"))
LEFT_OUT = shutil.ignore_patterns(".git", "integration_tests")
# Rows made by chance, and a test of such rows.
EXPECTATIONS = "dbt_expectations_integration_tests"
DEVIATIONS = "expect_column_values_to_be_within_n_moving_stdevs"
RANDOM = (
    f"{EXPECTATIONS}.timeseries_",
    f"test.{EXPECTATIONS}.dbt_expectations_{DEVIATIONS}",
)
# The time of day, and a CSV file with single quotes, which DuckDB drops for dbt.
KNOWN = {
    "main.recency_time_included",
    "main.data_nullcheck_table",
    "main.test_nullcheck_table",
}
PROJECTS = {
    "jaffle_shop_duckdb": ({}, "{}"),
    "jaffle-shop": (
        {
            "dbt_utils": "dbt-utils",
            "dbt_date": "dbt-date",
            "audit_helper": "dbt-audit-helper",
        },
        "{load_source_data: true}",
    ),
    "dbt-utils/integration_tests": ({"dbt_utils": "dbt-utils"}, "{}"),
    "dbt-date/integration_tests": ({"dbt_date": "dbt-date"}, "{}"),
    "dbt-expectations/integration_tests": (
        {"dbt_expectations": "dbt-expectations", "dbt_date": "dbt-date"},
        "{}",
    ),
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "name", [name for name in PROJECTS if (PUBLIC / name).is_dir()]
)
def test_a_public_project_is_as_in_dbt(name, dbt, tmp_path):
    """Every node's status and every table are dbt's."""
    packages, seed_vars = PROJECTS[name]
    project = shutil.copytree(PUBLIC / name, tmp_path / "project", ignore=LEFT_OUT)
    for package, folder in packages.items():
        installed = project / "dbt_packages" / package
        shutil.copytree(PUBLIC / folder, installed, ignore=LEFT_OUT)
    found = compare(project, dbt, tmp_path, seed_vars)
    differing = [
        text
        for text in found.differences
        if text.partition(":")[0] not in KNOWN and not text.startswith(RANDOM)
    ]
    assert found.nodes > 20
    assert differing == []
