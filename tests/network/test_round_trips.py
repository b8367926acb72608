"""Round trips in SQL against an exact solution, on networks that chance has drawn."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_models import Leg, NetworkModels

SIZE = 6  # companies of a network; several networks without a link are run at once
ROUNDING = 1e-9
RATIOS = """
    from marts.round_trip_ratios
    where scenario_id = '{}' and tracing_rule = '{}' and outgoing_usd > 0
"""
EXCEEDED = """
    select traced.*
    from marts.round_trip_ratios as traced
    inner join marts.round_trip_ratios as most using (scenario_id, company_id)
    where
        most.tracing_rule = 'maximum'
        and traced.tracing_rule in ('direct', 'pro_rata')
        and traced.round_trip_ratio > most.round_trip_ratio_high + 1e-6
"""
quickly = settings(max_examples=6, deadline=None)


@pytest.fixture(scope="module")
def everything(release):
    """Return the models as the project has them: all money is followed."""
    return NetworkModels(release.parents[1], release, {})


@pytest.fixture(scope="module")
def thrifty(release):
    """Return the models that let go what is less than a twentieth of the money."""
    return NetworkModels(release.parents[1], release, {"least_walked_ratio": 0.05})


@st.composite
def networks(draw):
    """Draw networks of few companies, some legs without a price, none to oneself."""
    company = st.integers(0, SIZE - 1)
    dollars = st.one_of(st.integers(0, 9), st.integers(1, 10**12))
    price = st.sampled_from([True, True, True, False])
    payment = st.tuples(company, company, dollars, price)
    network = st.lists(payment, min_size=1, max_size=16)
    drawn = draw(st.lists(network, min_size=1, max_size=12))
    return [
        Leg(f"n{number:02}c{payer}", f"n{number:02}c{payee}", cost, is_priced)
        for number, payments in enumerate(drawn)
        for payer, payee, cost, is_priced in payments
        if payer != payee
    ]


def flows(legs, network):
    """Return F: what each company of a network pays each other, all legs counted."""
    matrix = np.zeros((SIZE, SIZE))
    for leg in legs:
        if leg.payer.startswith(network):
            matrix[int(leg.payer[-1]), int(leg.payee[-1])] += leg.dollars
    return matrix


def exact(legs, company_id):
    """Return the part of a company's money that comes home, after however many hops.

    The linear system of first passages, over the companies that its money can come to;
    among those it always leaks somewhere, as it came in from outside them.
    """
    matrix, company = flows(legs, company_id[:-1]), int(company_id[-1])
    passes = np.maximum(matrix.sum(axis=0), matrix.sum(axis=1))
    forwards = matrix / np.where(passes > 0, passes, 1)[:, None]
    reach, grown = np.zeros(SIZE, bool), matrix[company] > 0
    while (grown != reach).any():
        reach, grown = grown, grown | (matrix[grown] > 0).any(axis=0)
    others = [number for number in np.flatnonzero(reach) if number != company]
    system = np.eye(len(others)) - forwards[np.ix_(others, others)]
    home = np.linalg.solve(system, forwards[others, company])
    return matrix[company, others] @ home / matrix[company].sum()


@pytest.mark.parametrize("models", ["everything", "thrifty"])
@given(legs=networks())
@quickly
def test_pro_rata_is_exact_within_its_residual(models, legs, request):
    """What has not been followed to its end is all that SQL can differ by."""
    network = request.getfixturevalue(models)
    network.run(legs)
    for row in network.rows(RATIOS.format("priced", "pro_rata")):
        missed = exact(legs, row["company_id"]) - row["round_trip_ratio"]
        assert -ROUNDING <= missed <= row["residual_ratio"] + ROUNDING


@given(legs=networks())
@quickly
def test_bounds_hold_whatever_open_legs_cost(everything, legs):
    """A price that turns up leaves the ratio within the bounds told before."""
    everything.run(legs)
    for row in everything.rows(RATIOS.format("open", "pro_rata")):
        found = exact(legs, row["company_id"])
        assert row["round_trip_ratio_low"] - ROUNDING <= found
        assert found <= row["round_trip_ratio_high"] + ROUNDING


@given(legs=networks())
@quickly
def test_identities(everything, legs):
    """Net positions cancel out; what comes straight back and reciprocity are shares."""
    everything.run(legs)
    positions = everything.rows(
        "select sum(net_position_usd) as net_usd from marts.company_exposures group by "
        "scenario_id"
    )
    assert all(row["net_usd"] in {0, None} for row in positions)  # None: no price
    for row in everything.rows(RATIOS.format("priced", "direct")):
        matrix = flows(legs, row["company_id"][:-1])
        company = int(row["company_id"][-1])
        back = np.minimum(matrix[company], matrix[:, company]).sum()
        expected = back / matrix[company].sum()
        assert row["round_trip_ratio"] == pytest.approx(expected, abs=ROUNDING)
    for row in everything.rows(EXCEEDED):
        pytest.fail(f"more comes back than can: {row}")
    for row in everything.rows("from marts.network_summaries"):
        for name in (
            "reciprocity_ratio",
            "maximum_circulation_ratio",
            "finn_cycling_index",
        ):
            bounds = (0, row[f"{name}_low"], row[name], row[f"{name}_high"], 1)
            known = [bound for bound in bounds if bound is not None]
            assert known == sorted(known)


@given(legs=networks())
@quickly
def test_every_circuit_once(everything, legs):
    """Each closed way over two to five companies is found, once, smallest id first."""
    everything.run(legs)
    links = {(leg.payer, leg.payee) for leg in legs}
    companies = sorted({leg.payer for leg in legs})
    expected = [
        path
        for network in sorted({company[:-1] for company in companies})
        for length in range(2, 6)
        for path in permutations(
            [company for company in companies if company[:-1] == network], length
        )
        if path[0] == min(path)
        and all(step in links for step in zip(path, (*path[1:], path[0]), strict=True))
    ]
    found = everything.rows(
        "select company_ids from marts.deal_cycles where scenario_id = 'open'"
    )
    assert sorted(tuple(row["company_ids"]) for row in found) == sorted(expected)
