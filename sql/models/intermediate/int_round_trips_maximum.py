"""The most that could come back to a company, whatever way its money is traced.

The greatest flow from what the company pays to what it is paid, with every edge
bounding what goes over it (Ford and Fulkerson 1956; Dinic's algorithm in scipy). No
tracing rule that forwards no more than was paid can return more: pro rata never does.

Flows are counted in whole dollars, and never overstated.
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
        is_known = bool(network.are_priced[paid].any())
        yield {
            "company_id": network.names[company],
            "outgoing_usd": Decimal(round(outgoing)) if is_known else None,
            **bounded(network, company, outgoing, is_open),
        }


def bounded(network, company, outgoing, is_open):
    """Return the ratio with its bounds, and the dollars that come home.

    An open leg of the company's own from which a way leads home may return whole; one
    without only adds to what is paid. Open legs of others may carry anything.
    """
    ratio = low = high = returned = None
    least = network.most_returned(company, network.amounts, outgoing)
    if network.has_open_way_home(company):
        low, high = 0.0, 1.0
    elif outgoing or is_open:
        most = network.most_returned(company, network.limits, outgoing)
        low = 0.0 if is_open or not least else least / outgoing
        high = most / outgoing if most else 0.0
        if not most or (least == most and not is_open):
            ratio, returned = high, Decimal(round(most))
    return {
        "round_trip_ratio": ratio,
        "round_trip_ratio_low": low,
        "round_trip_ratio_high": high,
        "priced_round_trip_ratio": least / outgoing if outgoing else None,
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
        self.limits = np.where(self.are_open, np.inf, self.amounts)
        can_flow = self.limits > 0
        graph = self.matrix(np.ones(can_flow.sum(), dtype=np.int32), can_flow)
        self.components = connected_components(graph, connection="strong")[1]
        payers, payees = self.components[self.ends]
        self.are_circular = can_flow & (payers == payees)

    def matrix(self, capacities, chosen, extra=0, payers=None):
        """Return `capacities` of the `chosen` edges as a sparse matrix."""
        payers = self.ends[0, chosen] if payers is None else payers
        size = len(self.names) + extra
        ends = (payers, self.ends[1, chosen])
        return csr_array((capacities, ends), shape=(size, size))

    def payers(self):
        """Yield each company that pays, with which edges it pays over."""
        order = np.argsort(self.ends[0], kind="stable")
        starts = np.flatnonzero(np.diff(self.ends[0, order], prepend=-1))
        for edges in np.split(order, starts[1:]):
            yield self.ends[0, edges[0]], edges

    def has_open_way_home(self, company):
        """Tell whether an open leg that the company pays can lead back to it."""
        own = self.are_circular & (self.ends[0] == company)
        return bool((own & self.are_open).any())

    def most_returned(self, company, limits, outgoing):
        """Return the dollars of `outgoing` that can come home within `limits`.

        The company is split: a new number pays what it pays, the old one is paid.
        """
        component = self.components[company]
        chosen = self.are_circular & (self.components[self.ends[0]] == component)
        payers = self.ends[0, chosen]
        if not outgoing or not (payers == company).any():
            return 0.0
        source = len(self.names)
        payers = np.where(payers == company, source, payers)
        dollars = np.minimum(limits[chosen], outgoing).astype(np.int64)
        capacities = self.matrix(dollars, chosen, 1, payers)
        return float(greatest_flow(capacities, source, company, int(outgoing)))


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
