"""The models themselves, compiled once by our engine and run on any small network."""

import runpy
from dataclasses import dataclass
from types import SimpleNamespace

import duckdb

from warehouse.api.workspace import Options, Workspace
from warehouse.engine.duckdb import DuckDB

WANTED = (
    "round_trip_ratios",
    "company_exposures",
    "bilateral_exposures",
    "network_summaries",
)
REPLACED = (
    "raw_companies",
    "raw_deals",
    "raw_deal_legs",
    "raw_scenarios",
    "raw_scenario_leg_amounts",
)
CLAIM = "A04"  # any: nothing may stand in a mart without one


@dataclass(frozen=True, slots=True)
class Leg:
    """One payment: from whom, to whom, dollars, and whether its price is known."""

    payer: str
    payee: str
    dollars: int
    is_priced: bool = True


class NetworkModels:
    """The models between the seeds and the marts of the network, in memory.

    Columns, staging views and claims are those of `release`, a build of the project.
    """

    def __init__(self, project, release, variables):
        self.connection = duckdb.connect()
        self.connection.execute(
            f"attach '{release / 'warehouse.duckdb'}' as built (read_only)"
        )
        self.connection.execute("copy from database built to memory")
        self.connection.execute("detach built")
        workspace = Workspace(project, Options(vars=variables))
        chosen = workspace.select([f"+{mart}" for mart in WANTED], types=["model"])
        engine = DuckDB.open(None)
        self.steps = [
            self._step(workspace, workspace.manifest.nodes.get(unique_id), engine)
            for unique_id in chosen
        ]
        engine.close()

    def run(self, legs):
        """Compute two scenarios: `open`, and `priced` where no leg lacks its price."""
        for table in REPLACED:
            self.connection.execute(f"delete from raw.{table}")
        for table, rows in _seeds(legs).items():
            if rows:
                marks = f"({', '.join('?' * len(rows[0]))})"
                self.connection.execute(
                    f"insert into raw.{table} ({', '.join(rows[0])}) values "
                    + ", ".join([marks] * len(rows)),
                    [value for row in rows for value in row.values()],
                )
        self.compute()

    def forget(self, claim_id):
        """Compute everything anew without a claim."""
        self.connection.execute(
            "delete from raw.raw_claims where claim_id = ?", [claim_id]
        )
        self.compute()

    def compute(self):
        """Run the models on the seeds as they are."""
        for step in self.steps:
            step()

    def rows(self, sql):
        """Ask the marts; return rows as dictionaries."""
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _step(self, workspace, node, engine):
        name = f"{node.relation.schema}.{node.name}"
        if node.is_python:
            file = workspace.root / node.file.path
            return lambda: self._run_python(name, runpy.run_path(str(file))["model"])
        kind = "view" if node.materialized == "view" else "table"
        sql = workspace.compile(node.unique_id, lambda: engine).sql
        return lambda: self.connection.execute(
            f"create or replace {kind} {name} as {sql}"
        )

    def _run_python(self, name, model):
        schema = name.partition(".")[0]  # a Python model reads its own layer alone
        dbt = SimpleNamespace(
            config=lambda **_: None,
            ref=lambda model: self.connection.table(f"{schema}.{model}"),
        )
        self.connection.register("found", model(dbt, self.connection))
        self.connection.execute(f"create or replace table {name} as from found")
        self.connection.unregister("found")


def _seeds(legs):
    companies = {leg.payer for leg in legs} | {leg.payee for leg in legs}
    return {
        "raw_companies": [
            {
                "company_id": company,
                "display_name": company,
                "company_type": "public_company",
                "is_network_member": True,
            }
            for company in sorted(companies)
        ],
        "raw_deals": [{"deal_id": "d", "name": "D", "additivity": "leaf"}],
        "raw_deal_legs": [
            {
                "leg_id": f"l{number}",
                "deal_id": "d",
                "from_company_id": leg.payer,
                "to_company_id": leg.payee,
                "leg_type": "purchase_cloud",
                "layer": "cash",
                "value": leg.dollars if leg.is_priced else None,
                "qualifier": "exact" if leg.is_priced else "missing",
                "status": "committed",
                "evidence_claim_ids": CLAIM,
            }
            for number, leg in enumerate(legs)
        ],
        "raw_scenarios": [
            {
                "scenario_id": scenario,
                "name": scenario,
                "amount_bound": "high",
                "source_layer": "document",
            }
            for scenario in ("open", "priced")
        ],
        "raw_scenario_leg_amounts": [
            {
                "scenario_id": "priced",
                "leg_id": f"l{number}",
                "value": leg.dollars,
                "imputation_method": "ext_unit_cost",
                "claim_id": CLAIM,
            }
            for number, leg in enumerate(legs)
            if not leg.is_priced
        ],
    }
