"""The greatest part of each scenario's flow that can be pure circulation.

The linear programme of Homs-Dones et al. 2025 (arXiv 2506.12546): of every edge at most
its amount, as much into every company as out of it, the sum as great as can be. Only
the whole is given: how it is shared among companies is not unique.

An edge with an open leg may carry more than its priced part. With it the share is the
quotient of two unknowns, circulation by flow; Charnes and Cooper 1962 make it linear,
by scaling all flows so that the whole is one.
"""

from decimal import Decimal
from itertools import groupby

import numpy as np
import pyarrow as pa
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack
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
METHOD = "highs-ipm"  # 100,000 edges in seconds; simplex takes minutes


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
    unit = total / len(edges) or 1.0  # HiGHS wants figures that are near one
    is_open = any(edge[3] for edge in edges)
    incidence, amounts, open_ones = within_components(edges)
    circulated = unit * most_circulated(incidence, amounts / unit)
    ratio = circulated / total if total else None
    found = {
        "circulation_usd": None if open_ones.any() else Decimal(round(circulated)),
        "maximum_circulation_ratio": None if open_ones.any() else ratio,
        "maximum_circulation_ratio_low": 0.0 if is_open else ratio,
        "maximum_circulation_ratio_high": ratio,
        "priced_maximum_circulation_ratio": ratio,
    }
    if open_ones.any():
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
    if not amounts.any():
        return 0.0
    return solved(
        linprog(
            -np.ones(len(amounts)),
            A_eq=incidence,
            b_eq=np.zeros(incidence.shape[0]),
            bounds=np.column_stack([np.zeros(len(amounts)), amounts]),
            method=METHOD,
        )
    )


def has_circle(incidence):
    """Tell whether some of the edges lead round."""
    shape = (incidence.shape[0], incidence.shape[0])
    links = (incidence < 0) @ (incidence > 0).T
    count, _ = connected_components(csr_array(links, shape=shape), connection="strong")
    return count < incidence.shape[0]


def most_circulated_openly(incidence, amounts, open_ones, total):
    """Return the greatest share when each open edge may carry any amount more.

    The variables are the flows within `amounts`, those beyond them on open edges, and
    the scale of all flows, each times that scale. The whole is scaled to `total`, the
    sum of the priced flows, or to one. What goes round over open edges alone may be any
    amount, next to which all else is nothing.
    """
    if has_circle(incidence[:, open_ones]):
        return 1.0
    count, beyond = len(amounts), int(open_ones.sum())
    whole = csr_array(np.concatenate([np.zeros(count), np.ones(beyond), [total]])[None])
    unscaled = csr_array((incidence.shape[0], 1))
    balance = hstack([incidence, incidence[:, open_ones], unscaled])
    within = hstack(
        [
            eye_array(count, format="csr"),
            csr_array((count, beyond)),
            csr_array(-amounts[:, None]),
        ]
    )
    return solved(
        linprog(
            np.concatenate([-np.ones(count + beyond), [0.0]]) / (total or 1.0),
            A_ub=within,
            b_ub=np.zeros(count),
            A_eq=vstack([balance, whole]),
            b_eq=np.concatenate([np.zeros(incidence.shape[0]), [total or 1.0]]),
            method=METHOD,
        )
    )


def solved(result):
    """Return the greatest sum that a linear programme found; each of ours has one.

    The solver minimises what is to be greatest, with the sign turned. Nothing is 0.0
    and not its negative, which a reader would see.
    """
    if not result.success:
        raise RuntimeError(f"the linear programme was not solved: {result.message}")
    return max(0.0, -result.fun)
