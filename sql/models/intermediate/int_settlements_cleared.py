"""What everyone could pay if all fell due at once (Eisenberg and Noe 2001).

All that is not known to be paid: of a closed deal nothing is owed any more.
Each company pays what it owes, or else all it has: its own assets and what the others
pay it, shared among its creditors in proportion. Of the payments that satisfy this, the
greatest, by the algorithm of fictitious defaults: all pay in full; who cannot then
defaults, and the payments of those in default solve a linear system; and so on until no
one else fails. One whose own assets are unknown is taken to be solvent.
"""

from itertools import groupby

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve

SCHEMA = pa.schema(
    [
        ("scenario_id", pa.string()),
        ("company_id", pa.string()),
        ("assets_usd", pa.float64()),
        ("owed_usd", pa.float64()),
        ("paid_usd", pa.float64()),
        ("due_usd", pa.float64()),
        ("received_usd", pa.float64()),
        ("round_count", pa.int32()),
    ]
)


def model(dbt, session):
    """Return one row per scenario and company that owes or is owed a priced amount."""
    dbt.config(materialized="table")
    edges = (
        dbt.ref("int_company_edges_summed")
        .filter("undrawn_usd > 0")
        .project(
            "scenario_id, from_company_id, to_company_id, cast(undrawn_usd as double)"
        )
        .order("all")
        .fetchall()
    )
    assets = {
        (scenario, company): amount
        for scenario, company, amount in dbt.ref("int_company_assets_summed")
        .project("scenario_id, company_id, cast(assets_usd as double)")
        .fetchall()
    }
    rows = []
    for scenario, group in groupby(edges, key=lambda edge: edge[0]):
        owed = [edge[1:] for edge in group]
        names = sorted({company for edge in owed for company in edge[:2]})
        own = [assets.get((scenario, name)) for name in names]
        for name, asset, row in zip(names, own, settled(owed, names, own), strict=True):
            found = {"scenario_id": scenario, "company_id": name, "assets_usd": asset}
            rows.append(found | row)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def settled(edges, names, assets):
    """Yield what each of `names` owes, pays, is due and receives, in dollars."""
    numbers = {name: number for number, name in enumerate(names)}
    ends = (
        [numbers[payer] for payer, _, _ in edges],
        [numbers[payee] for _, payee, _ in edges],
    )
    size = (len(names), len(names))
    owed = csr_array(([amount for *_, amount in edges], ends), shape=size)
    totals = owed.sum(axis=1)
    shares = owed.multiply(1 / np.where(totals > 0, totals, 1)[:, None]).tocsr()
    own = np.array([np.inf if amount is None else amount for amount in assets])
    paid, rounds = cleared(totals, shares, own)
    due, received = owed.sum(axis=0), shares.T @ paid
    for number in range(len(names)):
        yield {
            "owed_usd": totals[number],
            "paid_usd": paid[number],
            "due_usd": due[number],
            "received_usd": received[number],
            "round_count": rounds,
        }


def cleared(totals, shares, own):
    """Return the clearing payments, and after how many rounds nobody else failed."""
    paid = totals.copy()
    in_default = np.zeros(len(totals), dtype=bool)
    for rounds in range(1, len(totals) + 2):
        short = own + shares.T @ paid < totals * (1 - 1e-12)
        if not (short & ~in_default).any():
            return paid, rounds
        in_default |= short
        solvent_paid = np.where(in_default, 0, totals)
        among = shares.T[in_default][:, in_default]
        inflow = own[in_default] + (shares.T @ solvent_paid)[in_default]
        left = eye_array(int(in_default.sum()), format="csc") - among.tocsc()
        paid[in_default] = np.minimum(spsolve(left, inflow), totals[in_default])
    raise RuntimeError("fictitious defaults did not come to an end")
