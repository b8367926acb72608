"""Airflow: freshness, then the build, every night; a retry goes on where it stopped."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = "/srv/warehouse"
WAREHOUSE = f"{PROJECT}/.venv/bin/warehouse"

with DAG(
    dag_id="warehouse_nightly",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:
    freshness = BashOperator(
        task_id="freshness",
        bash_command=f"{WAREHOUSE} source freshness",
        cwd=PROJECT,
    )
    # A second try is a build too: it reuses what the first left in the candidate.
    # Airflow stops a task by SIGTERM, which ends the build within two seconds.
    build = BashOperator(
        task_id="build",
        bash_command=f"{WAREHOUSE} build --log-format json --wait 10m",
        cwd=PROJECT,
        execution_timeout=timedelta(hours=3),
    )
    freshness >> build
