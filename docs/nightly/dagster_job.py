"""Dagster: the release as one asset, built every night, with its facts as metadata."""

import json
import os
import subprocess
from pathlib import Path

import dagster as dg

PROJECT = Path(os.environ.get("WAREHOUSE_PROJECT", "/srv/warehouse"))
WAREHOUSE = os.environ.get("WAREHOUSE_PROGRAM", f"{PROJECT}/.venv/bin/warehouse")


@dg.asset(description="The current release: one DuckDB file and the Parquet marts.")
def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Build; every line of the JSON log goes to Dagster's, the summary to its asset."""
    command = [WAREHOUSE, "build", "--log-format", "json", "--wait", "10m"]
    summary = {}
    with subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stdout:
                said = json.loads(line)
                if said["event"] == "summary":
                    summary = said
                if said["level"] in {"warning", "error"}:
                    context.log.warning(said.get("detail") or said.get("message"))
        finally:
            process.terminate()  # does nothing to a process that has ended
    if process.returncode:
        raise dg.Failure(f"warehouse build ended with {process.returncode}")
    return dg.MaterializeResult(
        metadata={
            "release": summary["release_id"],
            "seconds": summary["seconds"],
            "reused": summary["reused"],
        }
    )


nightly = dg.ScheduleDefinition(
    name="nightly",
    target=dg.AssetSelection.assets(release),
    cron_schedule="15 2 * * *",
)
definitions = dg.Definitions(assets=[release], schedules=[nightly])
