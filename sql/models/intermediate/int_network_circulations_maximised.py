"""The greatest part of each scenario's flow that can be pure circulation.

The linear programme of Homs-Dones et al. 2025 (arXiv 2506.12546): of every edge at most
its amount, as much into every company as out of it, the sum as great as can be. Only
the whole is given: how it is shared among companies is not unique.

An edge with an open leg may carry more than its priced part. With it the share is the
quotient of two unknowns, circulation by flow, which Dinkelbach 1967 makes a row of
linear programmes: each asks for more than the share that the last one found.
"""

from decimal import Decimal
from itertools import groupby

import numpy as np
import pyarrow as pa
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

SCHEMA = pa.schema(
    [
        ("scenario_id", pa.string()),
        ("circulation_usd", pa.decimal128(20, 2)),
        ("maximum_circulation_ratio", pa.float64()),
        ("maximum_circulation_ratio_low", pa.float64()),
        ("maximum_circulation_ratio_high", pa.float64()),
        ("priced_maximum_circulation_ratio", pa.float64()),
    ]
)
METHOD = "highs-ds"  # 100,000 edges in 2 s; interior points take twice as long
MOST_ROUNDS = 10
MOST_SHARES = 100  # shares grow faster than any series: a handful is what it takes
LEAST_GAIN = 1e-12  # of a share: what is less has no place in the published digits


def model(dbt, session):
    """Return one row per scenario in which someone pays someone."""
    dbt.config(materialized="table")
    edges = (
        dbt.ref("int_company_edges_summed")
        .project(
            "scenario_id, from_company_id, to_company_id, "
            "cast(amount_usd as double), open_leg_count > 0"
        )
        .order("all")
        .fetchall()
    )
    rows = [
        {"scenario_id": scenario, **circulation([edge[1:] for edge in group])}
        for scenario, group in groupby(edges, key=lambda edge: edge[0])
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def circulation(edges):
    """Return the greatest circulation of `edges`: payer, payee, dollars, is open."""
    total = sum(amount or 0 for *_, amount, _ in edges)
    is_open = any(edge[3] for edge in edges)
    incidence, amounts, open_ones = within_components(edges)
    circulated = most_circulated(incidence, amounts)
    ratio = circulated / total if total else None
    found = {
        "circulation_usd": None if open_ones.any() else Decimal(round(circulated)),
        "maximum_circulation_ratio": None if open_ones.any() else ratio,
        "maximum_circulation_ratio_low": 0.0 if is_open else ratio,
        "maximum_circulation_ratio_high": ratio,
        "priced_maximum_circulation_ratio": ratio,
    }
    if open_ones.any():
        unit = total / len(edges) or 1.0  # the solver wants figures that are near one
        found["maximum_circulation_ratio_high"] = most_circulated_openly(
            incidence, amounts / unit, open_ones, total / unit
        )
    return {
        name: round(value, 12) if isinstance(value, float) else value
        for name, value in found.items()
    }


def within_components(edges):
    """Return the edges that some circle can use.

    Those with both ends in one strongly connected component: their incidence matrix
    (companies by edges), their dollars, and which of them are open.
    """
    edges = [edge for edge in edges if edge[2] or edge[3]]
    names = sorted({company for edge in edges for company in edge[:2]})
    numbers = {name: number for number, name in enumerate(names)}
    payers = np.array([numbers[edge[0]] for edge in edges], dtype=int)
    payees = np.array([numbers[edge[1]] for edge in edges], dtype=int)
    shape = (len(numbers), len(numbers))
    graph = csr_array((np.ones(len(edges)), (payers, payees)), shape=shape)
    labels = connected_components(graph, connection="strong")[1]
    inside = labels[payers] == labels[payees]
    payers, payees, count = payers[inside], payees[inside], int(inside.sum())
    incidence = csr_array(
        (
            np.concatenate([np.ones(count), -np.ones(count)]),
            (np.concatenate([payees, payers]), np.tile(np.arange(count), 2)),
        ),
        shape=(len(numbers), count),
    )
    amounts = np.array([edge[2] or 0.0 for edge in edges])[inside]
    return incidence, amounts, np.array([edge[3] for edge in edges], dtype=bool)[inside]


def most_circulated(incidence, amounts):
    """Return the sum of the greatest circulation that `amounts` bound."""
    limits = narrowed(incidence, amounts)
    if not limits.any():
        return 0.0
    unit = limits.max()
    return unit * greatest(incidence, limits / unit, np.ones(len(limits))).sum()


def narrowed(incidence, amounts):
    """Return what of `amounts` can go round, seen from a few companies away.

    No more than comes in to the payer, and no more than the payee pays on. Great
    amounts that lead nowhere would else drown the small ones in the solver's tolerance.
    """
    into, out_of = incidence.maximum(0), (-incidence).maximum(0)
    limits = amounts
    for _ in range(MOST_ROUNDS):
        received, paid = out_of.T @ (into @ limits), into.T @ (out_of @ limits)
        limits = np.minimum(limits, np.minimum(received, paid))
    return limits


def has_circle(incidence):
    """Tell whether some of the edges lead round."""
    shape = (incidence.shape[0], incidence.shape[0])
    links = (incidence < 0) @ (incidence > 0).T
    count, _ = connected_components(csr_array(links, shape=shape), connection="strong")
    return count < incidence.shape[0]


def most_circulated_openly(incidence, amounts, open_ones, total):
    """Return the greatest share when each open edge may carry any amount more.

    The variables are the flows within `amounts`, then those beyond them on open edges;
    `total` is the sum of all priced flows. What goes round over open edges alone may be
    any amount, next to which all else is nothing.
    """
    if has_circle(incidence[:, open_ones]):
        return 1.0
    count, beyond = len(amounts), int(open_ones.sum())
    widened = hstack([incidence, incidence[:, open_ones]])
    limits = np.concatenate([amounts, np.full(beyond, np.inf)])
    if not total:
        return 0.0
    share = 0.0
    for _ in range(MOST_SHARES):
        gains = np.concatenate([np.ones(count), np.full(beyond, 1 - share)])
        flows = greatest(widened, limits, gains)
        found = flows.sum() / (total + flows[count:].sum())
        if found <= share + LEAST_GAIN:
            return max(share, found)
        share = found
    raise RuntimeError("the share that circulates did not come to an end")


def greatest(incidence, limits, gains):
    """Return the flows within `limits` that go round and gain most, edge by edge."""
    found = linprog(
        -gains,
        A_eq=incidence,
        b_eq=np.zeros(incidence.shape[0]),
        bounds=np.column_stack([np.zeros(len(limits)), limits]),
        method=METHOD,
        options={"presolve": False},
    )
    if not found.success:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    return found.x
