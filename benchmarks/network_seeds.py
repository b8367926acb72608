"""A heavy-tailed network of deals, written as rows of the project's own seeds.

Degrees follow a power law, amounts are log-normal, one deal in ten pays back; the same
seed gives the same files. The project's rows stay beside it: they are few, and what
refers to them goes on doing so. Only the scenarios are the network's own.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REPLACED = ("raw_scenarios", "raw_scenario_leg_amounts", "raw_scenario_legs")
CLAIMS_PER_DOCUMENT = 1_000
# As the documents have them: what binds, upper bounds, every open leg with a price.
SCENARIOS = (
    ("network_low", "What binds", "low"),
    ("network_high", "Upper bounds", "high"),
    ("network_priced", "Upper bounds, every leg with a price", "high"),
)
FUNDING = ("equity_funding", "debt_funding")
PURCHASES = ("purchase_hardware", "purchase_cloud")
QUALIFIERS = (("exact", 0.65), ("about", 0.1), ("up_to", 0.15), ("missing", 0.1))
STATUSES = (
    ("committed", 0.5),
    ("closed", 0.25),
    ("announced", 0.2),
    ("historical", 0.05),
)

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is and how unequal: all that it is drawn from."""

    companies: int = 10_000
    legs: int = 100_000
    degree_exponent: float = 2.5
    amount_sigma: float = 2.0
    reciprocity: float = 0.1
    seed: int = 20251014


@dataclass(frozen=True, slots=True)
class Legs:
    """One leg an item: the deal it belongs to, its ends, dollars, figure and status."""

    deals: np.ndarray
    payers: np.ndarray
    payees: np.ndarray
    amounts: np.ndarray
    qualifiers: np.ndarray
    statuses: np.ndarray
    returns: np.ndarray


def draw(shape: Shape) -> Legs:
    """Draw the network; a company that pays much is likely to be paid much too."""
    random = np.random.default_rng(shape.seed)
    ranks = np.arange(shape.companies) + 1.0
    weights = ranks ** (-1 / (shape.degree_exponent - 1))
    payer_weights = random.permutation(weights)
    payee_weights = np.sqrt(payer_weights * random.permutation(weights))
    drawn = 2 * shape.legs  # enough, with the payments of a company to itself left out
    payers = random.choice(
        shape.companies, drawn, p=payer_weights / payer_weights.sum()
    )
    payees = random.choice(
        shape.companies, drawn, p=payee_weights / payee_weights.sum()
    )
    others = payers != payees
    payers, payees = payers[others], payees[others]
    pays_back = random.random(len(payers)) < shape.reciprocity
    repeats = np.where(pays_back, 2, 1)
    deals = np.repeat(np.arange(len(payers)), repeats)[: shape.legs]
    returns = np.append(False, deals[1:] == deals[:-1])
    return Legs(
        deals,
        np.where(returns, payees[deals], payers[deals]),
        np.where(returns, payers[deals], payees[deals]),
        np.round(random.lognormal(np.log(1e8), shape.amount_sigma, shape.legs), -4)
        + 1e4,
        _chosen(random, QUALIFIERS, shape.legs),
        _chosen(random, STATUSES, shape.legs),
        returns,
    )


def _chosen(
    random: np.random.Generator, weighted: Iterable[tuple[str, float]], size: int
) -> np.ndarray:
    names, weights = zip(*weighted, strict=True)
    return random.choice(names, size, p=np.array(weights) / sum(weights))


def write_seeds(folder: Path, shape: Shape) -> Legs:
    """Add the network to the seeds of a folder; return what was drawn."""
    legs = draw(shape)
    tables = {
        "raw_companies": _companies(shape),
        "raw_documents": _documents(shape),
        "raw_claims": _claims(legs),
        "raw_deals": _deals(legs),
        "raw_deal_events": _events(legs),
        "raw_deal_legs": _legs(legs),
        "raw_scenarios": _scenarios(),
        "raw_scenario_leg_amounts": [*_prices_printed(folder), *_prices(legs)],
        "raw_scenario_legs": (),
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", rows, adds=name not in REPLACED)
    return legs


def _write(path: Path, rows: Iterable[Row], *, adds: bool) -> None:
    """Write rows below the header, or below the rows that are there."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    header = next(csv.reader(lines[:1]))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines if adds else lines[:1])
        csv.DictWriter(file, header, lineterminator="\n").writerows(rows)


def company_id(number: int) -> str:
    """Return the id of a company by its number."""
    return f"company_{number:06}"


def _companies(shape: Shape) -> Iterator[Row]:
    for number in range(shape.companies):
        yield {
            "company_id": company_id(number),
            "display_name": f"Company {number}",
            "company_type": "public_company",
            "is_network_member": "true",
            "country_code": "US",
            "notes": "Generated.",
        }


def _documents(shape: Shape) -> Iterator[Row]:
    for number in range(shape.legs // CLAIMS_PER_DOCUMENT + 1):
        yield {
            "document_id": f"document_{number:04}",
            "title": f"Document {number}",
            "publisher": "benchmark",
            "url": f"https://example.org/{number}",
            "language": "zh",
            "script": "latn",
            "published_not_before": "2025-10-14",
            "paragraph_count": CLAIMS_PER_DOCUMENT,
            "source_tier": "press_original",
            "sha256": f"{number:064x}",
            "notes": "Generated.",
        }


def _claims(legs: Legs) -> Iterator[Row]:
    for number, deal in enumerate(legs.deals):
        yield {
            "claim_id": f"G{number:07}",
            "document_id": f"document_{number // CLAIMS_PER_DOCUMENT:04}",
            "subject_company_id": company_id(legs.payers[number]),
            "object_company_id": company_id(legs.payees[number]),
            "deal_id": f"deal_{deal:07}",
            "metric_code": "purchase_commitment",
            "paragraph_number": number % CLAIMS_PER_DOCUMENT + 1,
            "last_paragraph_number": number % CLAIMS_PER_DOCUMENT + 1,
            "statement": f"Leg {number} is to be paid.",
            "value_as_printed": f"{legs.amounts[number]:.0f}",
            **_figure(legs, number),
            "unit": "usd",
            "currency": "USD",
            "modality": "fact",
            "status": "announced",
            "date_precision": "unknown",
        }


def _deals(legs: Legs) -> Iterator[Row]:
    for deal in np.unique(legs.deals):
        yield {
            "deal_id": f"deal_{deal:07}",
            "name": f"Deal {deal}",
            "deal_type": "cloud_capacity",
            "additivity": "leaf",
            "scope_note": "Generated.",
        }


def _events(legs: Legs) -> Iterator[Row]:
    for number in np.flatnonzero(~legs.returns):
        yield {
            "event_id": f"event_{legs.deals[number]:07}",
            "deal_id": f"deal_{legs.deals[number]:07}",
            "event_type": "announced",
            "event_date_precision": "unknown",
            "known_from": "2025-10-14",
            "status_after": legs.statuses[number],
            **_figure(legs, number),
            "claim_id": f"G{number:07}",
        }


def _legs(legs: Legs) -> Iterator[Row]:
    for number, deal in enumerate(legs.deals):
        kinds = PURCHASES if legs.returns[number] else FUNDING
        yield {
            "leg_id": f"leg_{number:07}",
            "deal_id": f"deal_{deal:07}",
            "from_company_id": company_id(legs.payers[number]),
            "to_company_id": company_id(legs.payees[number]),
            "leg_type": kinds[number % 2],
            "layer": "cash",
            **_figure(legs, number),
            "status": legs.statuses[number],
            "evidence_claim_ids": f"G{number:07}",
            "notes": "Generated.",
        }


def _figure(legs: Legs, number: int) -> Row:
    """Return the columns of a leg's figure, the price that may be missing included."""
    qualifier = legs.qualifiers[number]
    is_missing = qualifier == "missing"
    return {
        "value": "" if is_missing else f"{legs.amounts[number]:.2f}",
        "rounding_unit": "10000" if qualifier == "about" else "",
        "qualifier": qualifier,
    }


def _scenarios() -> Iterator[Row]:
    for order, (scenario_id, name, bound) in enumerate(SCENARIOS, 1):
        yield {
            "scenario_id": scenario_id,
            "name": name,
            "description": name,
            "amount_bound": bound,
            "source_layer": "document",
            "is_binding_only": "false",
            "sort_order": order,
        }


def _prices_printed(folder: Path) -> Iterator[Row]:
    """Price the open legs of the documents, which are in the network too."""
    with (folder / "raw_deal_legs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["qualifier"] == "missing":
                yield {
                    "scenario_id": SCENARIOS[-1][0],
                    "leg_id": row["leg_id"],
                    "value": "1000000000.00",
                    "imputation_method": "assumption",
                    "claim_id": row["evidence_claim_ids"].split(";")[0],
                    "reason": "As good as any.",
                }


def _prices(legs: Legs) -> Iterator[Row]:
    for number in np.flatnonzero(legs.qualifiers == "missing"):
        yield {
            "scenario_id": SCENARIOS[-1][0],
            "leg_id": f"leg_{number:07}",
            "value": f"{legs.amounts[number]:.2f}",
            "imputation_method": "assumption",
            "claim_id": f"G{number:07}",
            "reason": "Drawn like the others.",
        }
