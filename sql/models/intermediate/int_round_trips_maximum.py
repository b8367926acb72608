"""The most that could come back to a company, whatever way its money is traced.

The greatest flow from what the company pays to what it is paid, with every edge
bounding what goes over it (Ford and Fulkerson 1956; Dinic's algorithm in scipy). No
tracing rule that forwards no more than was paid can return more: pro rata never does.

Flows are counted in whole dollars, and never overstated. A flow takes time with every
edge, for every company. In a circle of more than `MOST_EDGES` edges, the maximum is
bounded instead, by what comes straight back and by the narrowest of the ways next to
the company, and known where the two meet.
"""

from decimal import Decimal
from itertools import groupby

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_flow

SCHEMA = pa.schema(
    [
        ("scenario_id", pa.string()),
        ("company_id", pa.string()),
        ("tracing_rule", pa.string()),
        ("round_trip_ratio", pa.float64()),
        ("round_trip_ratio_low", pa.float64()),
        ("round_trip_ratio_high", pa.float64()),
        ("priced_round_trip_ratio", pa.float64()),
        ("round_trip_usd", pa.decimal128(20, 2)),
        ("outgoing_usd", pa.decimal128(20, 2)),
    ]
)
MOST_UNITS = 2**30
MOST_EDGES = 2_000
NO_EDGES = np.array([], dtype=int)
PRICED, OPEN = 0, 1


def model(dbt, session):
    """Return one row per scenario and company that pays another."""
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
        {"scenario_id": scenario, "tracing_rule": "maximum", **row}
        for scenario, group in groupby(edges, key=lambda edge: edge[0])
        for row in round_trips([edge[1:] for edge in group])
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def round_trips(edges):
    """Yield a row for each payer; an edge is payer, payee, dollars and is open."""
    network = Network(edges)
    for company, paid in network.payers():
        outgoing = network.amounts[paid].sum()
        is_open = bool(network.are_open[paid].any())
        leads_home = network.are_circular[paid] & network.are_open[paid]
        is_known = bool(network.are_priced[paid].any())
        yield {
            "company_id": network.names[company],
            "outgoing_usd": Decimal(round(outgoing)) if is_known else None,
            **bounded(network, company, outgoing, is_open, leads_home.any()),
        }


def bounded(network, company, outgoing, is_open, is_home_open):
    """Return the ratio with its bounds, and the dollars that come home.

    An open leg of the company's own from which a way leads home may return whole; one
    without only adds to what is paid. Open legs of others may carry anything.
    """
    ratio = low = high = returned = None
    least, least_high = network.returnable(company, PRICED, outgoing)
    if is_home_open:
        low, high = 0.0, 1.0
    elif outgoing or is_open:
        most = network.returnable(company, OPEN, outgoing)[1]
        low = 0.0 if is_open or not least else least / outgoing
        high = most / outgoing if most else 0.0
        if not most or (least == most and not is_open):
            ratio, returned = high, Decimal(round(most))
    is_exact = bool(outgoing) and least == least_high
    return {
        "round_trip_ratio": ratio,
        "round_trip_ratio_low": low,
        "round_trip_ratio_high": high,
        "priced_round_trip_ratio": least / outgoing if is_exact else None,
        "round_trip_usd": returned,
    }


class Network:
    """The edges of one scenario, and what can flow round over them."""

    def __init__(self, edges):
        """Give each company a number, and find who can pay whom in a circle."""
        self.names = sorted({company for edge in edges for company in edge[:2]})
        numbers = {name: number for number, name in enumerate(self.names)}
        self.ends = np.array([[numbers[end] for end in edge[:2]] for edge in edges]).T
        self.amounts = np.array([edge[2] or 0.0 for edge in edges])
        self.are_priced = np.array([edge[2] is not None for edge in edges])
        self.are_open = np.array([edge[3] for edge in edges])
        limits = np.where(self.are_open, np.inf, self.amounts)
        self.limits = np.floor([self.amounts, limits])
        can_flow = limits > 0
        size = len(self.names)
        links = (np.ones(can_flow.sum()), self.ends[:, can_flow])
        graph = csr_array(links, shape=(size, size))
        self.components = connected_components(graph, connection="strong")[1]
        payers, payees = self.components[self.ends]
        self.are_circular = can_flow & (payers == payees)
        circular = np.flatnonzero(self.are_circular)
        self.narrow = [
            narrowed(*self.ends[:, circular], dollars, size)
            for dollars in self.limits[:, circular]
        ]
        circular = circular[np.argsort(payers[circular], kind="stable")]
        starts = np.flatnonzero(np.diff(payers[circular])) + 1
        circles = np.split(circular, starts) if len(circular) else []
        self.circles = {payers[edges[0]]: edges for edges in circles}

    def payers(self):
        """Yield each company that pays, with which edges it pays over."""
        order = np.argsort(self.ends[0], kind="stable")
        starts = np.flatnonzero(np.diff(self.ends[0, order], prepend=-1))
        for edges in np.split(order, starts[1:]):
            yield self.ends[0, edges[0]], edges

    def returnable(self, company, kind, outgoing):
        """Return the dollars of `outgoing` that can come home, at least and at most.

        The company is split: a new number pays what it pays, the old one is paid.
        """
        chosen = self.circles.get(self.components[company], NO_EDGES)
        least, most = np.minimum(self.narrow[kind][:, company], outgoing)
        if len(chosen) > MOST_EDGES or least == most:
            return least, most
        payers, payees = self.ends[:, chosen]
        source = len(self.names)
        ends = (np.where(payers == company, source, payers), payees)
        dollars = np.minimum(self.limits[kind, chosen], outgoing).astype(np.int64)
        capacities = csr_array((dollars, ends), shape=(source + 1, source + 1))
        flow = float(greatest_flow(capacities, source, company, int(outgoing)))
        return flow, flow


def narrowed(payers, payees, dollars, size):
    """Return what comes straight back to each of `size` companies, and what can.

    No more leaves than each payee can pass on, no more arrives than each payer got.
    """
    flows = csr_array((dollars, (payers, payees)), shape=(size, size))
    straight = flows.minimum(flows.T).sum(axis=1)
    onward, inward = flows.sum(axis=1), flows.sum(axis=0)
    leaving = np.bincount(payers, np.minimum(dollars, onward[payees]), size)
    arriving = np.bincount(payees, np.minimum(dollars, inward[payers]), size)
    return np.array([straight, np.minimum(leaving, arriving)])


def greatest_flow(capacities, source, sink, most):
    """Return the most whole dollars that flow from `source` to `sink`; `most` can.

    SciPy counts in 32 bits. Round units come first; what rounding kept back is less
    than one unit an edge, so that finer units fit the next time, down to the dollar.
    """
    flowed = unit = 0
    while unit != 1:
        unit = max(1, -(-most // MOST_UNITS))
        units = capacities.copy()
        units.data = np.minimum(capacities.data, most) // unit
        found = maximum_flow(units.astype(np.int32), source, sink)
        flowed += int(found.flow_value) * unit
        capacities = capacities - found.flow.astype(np.int64) * unit
        most = unit * capacities.nnz
    return flowed
