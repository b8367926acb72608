"""Public dbt projects, built by both engines to the same statuses and tables.

Their checkouts are looked for in $PUBLIC_PROJECTS, or in `public` beside the project:
jaffle_shop_duckdb, jaffle-shop, jaffle_shop, dbt-utils, dbt-audit-helper, dbt-codegen
and dbt-project-evaluator of dbt-labs; dbt-date of godatadriven; dbt-expectations of
metaplane; dbt-unit-testing of EqualExperts; dbt_artifacts of brooklyn-data;
dbt-data-reliability of elementary-data. They are never part of ours.
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
# What a run writes of itself: its id, its times, the hashes of both.
OF_THE_RUN = ("main_elementary.",)
# The time of day, and a CSV file with single quotes, which DuckDB drops for dbt.
KNOWN = {
    "main.recency_time_included",
    "main.data_nullcheck_table",
    "main.test_nullcheck_table",
    "main.source_1",
    "main.my_snapshot",
    "main.unit_test_model_a",
    "main.unit_test_model_b",
    "main.fct_documentation_coverage",
    "main.fct_test_coverage",
    # Columns in the order of a set, which is Python's chance.
    "main.int_all_graph_resources",
    # What a package's file says of a seed that the project has in its place; inner
    # macros.
    "main.base_node_columns",
    "main.stg_columns",
    "main.stg_nodes",
    # dbt stops at the first unit test of a model that errors.
    "unit_test.audit_helper_integration_tests.unit_compare_classify",
    "unit_test.audit_helper_integration_tests.unit_quick_are_queries_identical",
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
    "jaffle_shop": ({}, "{}"),
    "dbt-audit-helper/integration_tests": (
        {"audit_helper": "dbt-audit-helper", "dbt_utils": "dbt-utils"},
        "{}",
    ),
    "dbt-codegen/integration_tests": (
        {"codegen": "dbt-codegen", "dbt_utils": "dbt-utils"},
        "{}",
    ),
    "dbt-project-evaluator/integration_tests": (
        {
            "dbt_project_evaluator": "dbt-project-evaluator",
            "dbt_utils": "dbt-utils",
        },
        "{}",
    ),
    "dbt-unit-testing/jaffle-shop": ({"dbt_unit_testing": "dbt-unit-testing"}, "{}"),
    "dbt-unit-testing/integration-tests": (
        {
            "dbt_unit_testing": "dbt-unit-testing",
            "sub_package": "dbt-unit-testing/integration-tests-sub-package",
        },
        "{}",
    ),
    "dbt_artifacts/integration_test_project": (
        {"dbt_artifacts": "dbt_artifacts"},
        "{}",
    ),
    "dbt-data-reliability/integration_tests/dbt_project": (
        {"elementary": "dbt-data-reliability", "dbt_utils": "dbt-utils"},
        "{}",
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
        if text.partition(":")[0] not in KNOWN
        and not text.startswith(RANDOM + OF_THE_RUN)
    ]
    assert found.nodes > 15
    assert differing == []
