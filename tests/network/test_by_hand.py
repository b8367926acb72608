"""What Python models compute, on networks small enough to be worked out by hand."""

import runpy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_project import ROOT

MODELS = ROOT / "sql" / "models" / "intermediate"
circulation = runpy.run_path(str(MODELS / "int_network_circulations_maximised.py"))[
    "circulation"
]
maximum = runpy.run_path(str(MODELS / "int_round_trips_maximum.py"))
settled = runpy.run_path(str(MODELS / "int_settlements_cleared.py"))["settled"]


def edges(text):
    """Read edges such as `ab 100`: payer, payee, dollars; `?` is a leg without price.

    `ab 100+?` has both: what is known of it, and a leg that may add to it.
    """
    found = []
    for part in text.split(", "):
        ends, amount = part.split()
        dollars = amount.removesuffix("?").removesuffix("+")
        known = float(dollars) if dollars else None
        found.append((*ends, known, amount.endswith("?")))
    return found


@pytest.mark.parametrize(
    ("network", "dollars", "flow"),
    [
        pytest.param("ab 100", 0, 100, id="one way"),
        pytest.param("ab 100, bc 100", 0, 200, id="a way that does not close"),
        pytest.param("ab 100, ba 100", 200, 200, id="there and back"),
        pytest.param("ab 100, ba 30", 60, 130, id="the lesser of two"),
        pytest.param("ab 5, bc 7, ca 9", 15, 21, id="the narrowest of three"),
        pytest.param("ab 100, ba 100, bc 300, ca 40", 240, 540, id="a pair and three"),
        pytest.param("ab 2, bc 2, ca 1, cd 1, da 1", 7, 7, id="two ways home"),
        pytest.param("ab 9, bc 1, cb 1, ca 4", 3, 15, id="three rather than two"),
        pytest.param("ab 3, ba 3, cd 4, dc 1, bc 8", 8, 19, id="apart, and a bridge"),
    ],
)
def test_circulation(network, dollars, flow):
    """The most that can go round: every company takes in what it pays of it."""
    found = circulation(edges(network))
    assert found["circulation_usd"] == dollars
    for name in ("", "_low", "_high"):
        ratio = found[f"maximum_circulation_ratio{name}"]
        assert ratio == pytest.approx(dollars / flow)
        assert not str(ratio).startswith("-")


@pytest.mark.parametrize(
    ("network", "priced", "high"),
    [
        pytest.param("ab 100, ba ?", 0, 1, id="a return of 100 makes it whole"),
        pytest.param("ab 100, ba ?, ac 100", 0, 2 / 3, id="other money stays out"),
        pytest.param("ab 100, ba 20+?", 40 / 120, 1, id="a part is known"),
        pytest.param("ab ?, ba ?, ac 100", 0, 1, id="both ways may be anything"),
        pytest.param("ab 10, ba 10, bc ?", 1, 1, id="an end that does not lead back"),
    ],
)
def test_circulation_with_open_legs(network, priced, high):
    """What a missing price leaves open: from nothing to what it would make most of."""
    found = circulation(edges(network))
    assert found["priced_maximum_circulation_ratio"] == pytest.approx(priced)
    assert found["maximum_circulation_ratio_low"] == 0
    assert found["maximum_circulation_ratio_high"] == pytest.approx(high)


@pytest.mark.parametrize(
    ("network", "back"),
    [
        pytest.param("ab 100, bc 100", 0, id="nothing leads home"),
        pytest.param("ab 100, ba 30", 30, id="straight back"),
        pytest.param("ab 100, bc 60, ca 40", 40, id="the narrowest step"),
        pytest.param("ab 100, ba 30, bc 60, ca 40", 70, id="two ways"),
        pytest.param("ab 10, ac 10, bd 20, cd 20, da 15", 15, id="ways that meet"),
        pytest.param("ab 10, bc 10, cb 10, ca 3", 3, id="round and round adds nothing"),
        pytest.param("ab 9007199254740993, ba 3", 3, id="beyond 32 bits"),
    ],
)
def test_round_trip(network, back):
    """The most of what `a` pays that can come home to it."""
    rows = {row["company_id"]: row for row in maximum["round_trips"](edges(network))}
    row = rows["a"]
    assert row["round_trip_usd"] == Decimal(back)
    assert row["round_trip_ratio"] == pytest.approx(back / float(row["outgoing_usd"]))


@pytest.mark.parametrize(
    ("network", "own", "paid"),
    [
        pytest.param("ab 10", {"a": 10}, {"a": 10}, id="enough"),
        pytest.param("ab 10", {"a": 4}, {"a": 4}, id="all it has"),
        pytest.param("ab 10", {}, {"a": 10}, id="unknown means solvent"),
        pytest.param("ab 30, ac 10", {"a": 20}, {"a": 20}, id="shared in proportion"),
        pytest.param(
            "ab 10, bc 10, ca 10",
            {"a": 0, "b": 0, "c": 0},
            {"a": 10, "b": 10, "c": 10},
            id="a circle clears itself without money",
        ),
        pytest.param(
            "ab 10, bc 8", {"a": 4, "b": 0}, {"a": 4, "b": 4}, id="one pulls the next"
        ),
        pytest.param(
            "ab 20, ba 10, ac 10",
            {"a": 5, "b": 0},
            {"a": 15, "b": 10},
            id="money that comes back pays again",
        ),
    ],
)
def test_settlement(network, own, paid):
    """The greatest payments in which each pays in full, or else all that it has."""
    owed = [edge[:3] for edge in edges(network)]
    names = sorted({company for edge in owed for company in edge[:2]})
    rows = settled(owed, names, [own.get(name) for name in names])
    found = {
        name: float(row["paid_usd"])
        for name, row in zip(names, rows, strict=True)
        if row["owed_usd"]
    }
    assert found == pytest.approx(paid)


def exactly_circulated(amounts):
    """Return the greatest circulation of whole dollars, by cancelling cycles.

    `amounts` has the dollars of each pair of companies. As long as there is a cycle
    along which the sum can grow, some of it taking flow back, as much as fits goes
    round (Klein 1967); Bellman and Ford find it.
    """
    arcs = {}
    for (payer, payee), dollars in amounts.items():
        arcs[payer, payee, 1] = dollars
        arcs[payee, payer, -1] = 0
    companies = {company for pair in amounts for company in pair}
    while True:
        gains, came_by, last = dict.fromkeys(companies, 0), {}, None
        for _ in companies:
            last = None
            for arc, room in arcs.items():
                start, end, gain = arc
                if room and gains[start] + gain > gains[end]:
                    gains[end], came_by[end], last = gains[start] + gain, arc, end
        if last is None:
            return sum(room for (*_, gain), room in arcs.items() if gain < 0)
        for _ in companies:
            last = came_by[last][0]
        cycle = [came_by[last]]
        while cycle[-1][0] != last:
            cycle.append(came_by[cycle[-1][0]])
        room = min(arcs[arc] for arc in cycle)
        for start, end, gain in cycle:
            arcs[start, end, gain] -= room
            arcs[end, start, -gain] += room


COMPANY = st.sampled_from("abcdef")
DOLLARS = st.one_of(st.integers(1, 100), st.integers(1, 10**12))


@given(
    st.dictionaries(
        st.tuples(COMPANY, COMPANY).filter(lambda pair: pair[0] != pair[1]),
        DOLLARS,
        min_size=1,
        max_size=16,
    )
)
@settings(max_examples=200, deadline=None)
def test_circulation_is_exact(amounts):
    """The linear programme finds what an algorithm on whole dollars does."""
    network = [(*pair, float(dollars), False) for pair, dollars in amounts.items()]
    found = float(circulation(network)["circulation_usd"])
    assert found == pytest.approx(exactly_circulated(amounts), rel=1e-6, abs=0.5)
