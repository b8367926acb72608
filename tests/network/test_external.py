"""The seeds of facts beyond the two documents: keys that reach across both layers."""

import csv
import hashlib

from network_project import ROOT

SEEDS = ROOT / "seeds"


def _rows(name):
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _keys(name, column):
    return [row[column] for row in _rows(name)]


def _company_ids():
    return {
        *_keys("raw_companies", "company_id"),
        *_keys("external/raw_external_companies", "company_id"),
    }


def test_companies_are_in_one_layer_only():
    """No party and no name to show stands in both lists of companies."""
    for column in ("company_id", "display_name"):
        document = {key.lower() for key in _keys("raw_companies", column)}
        external = {
            key.lower() for key in _keys("external/raw_external_companies", column)
        }
        assert not document & external


def test_company_parents_and_aliases_are_known():
    """Every parent and every alias leads to a company of either layer."""
    known = _company_ids()
    for row in _rows("external/raw_external_companies"):
        assert row["parent_company_id"] in {"", *known}, row
    for row in _rows("external/raw_external_company_aliases"):
        assert row["company_id"] in known, row


def test_aliases_are_unique_over_both_layers():
    """No alias stands twice, whatever the case of its letters."""
    names = [
        name.lower()
        for seed in ("raw_company_aliases", "external/raw_external_company_aliases")
        for name in _keys(seed, "alias")
    ]
    assert len(names) == len(set(names))


def test_source_ids_are_digests_of_their_addresses():
    """A source's key can be computed from its address."""
    for row in _rows("external/raw_external_sources"):
        digest = hashlib.sha1(row["url"].encode(), usedforsecurity=False).hexdigest()
        assert row["source_id"] == f"s_{digest[:10]}", row["url"]


OBSERVATIONS = ("valuations", "market_cap_moves", "financial_metrics")


def test_observations_are_of_known_companies():
    """Every company of a claim or of an observation is of either layer."""
    known = _company_ids()
    for row in _rows("external/raw_external_claims"):
        assert row["subject_company_id"] in known, row
        assert row["object_company_id"] in {"", *known}, row
    for seed in OBSERVATIONS:
        for row in _rows(f"external/raw_external_{seed}"):
            assert row["company_id"] in known, row


def test_every_collected_observation_is_a_claim():
    """The rows of a collected list of observations are all there, each once."""
    counts = {"openai": 77, "nvidia": 160, "labs": 151}
    claims = _rows("external/raw_external_claims")
    for name, count in counts.items():
        found = sorted(
            int(row["fact_row"])
            for row in claims
            if row["fact_list"] == f"{name}_observations"
        )
        assert found == list(range(1, count + 1)), name


def test_accepted_observations_are_used_once():
    """An accepted observation is in one seed, in no other, and no rejected one is."""
    rejected = {
        row["claim_id"]
        for row in _rows("external/raw_external_claim_resolutions")
        if row["is_accepted"] == "false"
    }
    accepted = sorted(
        claim_id
        for claim_id in _keys("external/raw_external_claims", "claim_id")
        if claim_id.startswith("Y") and claim_id not in rejected
    )
    used = sorted(
        claim_id
        for seed in OBSERVATIONS
        for claim_id in _keys(f"external/raw_external_{seed}", "claim_id")
    )
    assert used == accepted


def test_observations_agree_with_their_claims():
    """An observation has the company of its claim, and a metric its figure, too."""
    claims = {row["claim_id"]: row for row in _rows("external/raw_external_claims")}
    for seed in OBSERVATIONS:
        for row in _rows(f"external/raw_external_{seed}"):
            claim = claims[row["claim_id"]]
            assert row["company_id"] == claim["subject_company_id"], row
            if seed == "financial_metrics":
                for column in ("metric_code", "value", "value_upper", "unit"):
                    assert row[column] == claim[column], row


def test_conflicts_and_resolutions_tell_one_story():
    """A claim in conflict is judged and names it; the chosen one is accepted."""
    judged = {
        row["claim_id"]: row for row in _rows("external/raw_external_claim_resolutions")
    }
    for row in _rows("external/raw_external_claim_conflicts"):
        members = {row["claim_id_a"], row["claim_id_b"]} - {""}
        for claim_id in members:
            named = judged[claim_id]["reason"].partition(":")[0]
            assert row["conflict_id"] in named.split(", "), (claim_id, row)
        if chosen := row["chosen_claim_id"]:
            assert chosen in members, row
            assert judged[chosen]["is_accepted"] == "true", row
            assert judged[chosen]["resolution_rule_id"] == row["resolution_rule_id"]


def test_claims_that_lose_lose_to_an_accepted_one():
    """A claim that is not accepted names the one that is used instead of it."""
    judged = {
        row["claim_id"]: row for row in _rows("external/raw_external_claim_resolutions")
    }
    for claim_id, row in judged.items():
        if claim_id.startswith("Y") and row["is_accepted"] == "false":
            assert judged[row["chosen_claim_id"]]["is_accepted"] == "true", row


def test_every_collected_leg_is_a_claim_of_a_deal():
    """The rows of a collected list of deals are all there, each once, with a deal."""
    counts = {"openai": 142, "nvidia": 186, "labs": 149}
    deals = set(_keys("external/raw_external_deals", "deal_id"))
    claims = _rows("external/raw_external_claims")
    for name, count in counts.items():
        rows = [row for row in claims if row["fact_list"] == f"{name}_deals"]
        found = sorted(int(row["fact_row"]) for row in rows)
        assert found == list(range(1, count + 1)), name
        assert {row["deal_id"] for row in rows} <= deals, name


def test_legs_lead_from_one_known_company_to_another():
    """Payer and payee of a leg are two companies, each of either layer."""
    known = _company_ids()
    for row in _rows("external/raw_external_deal_legs"):
        assert {row["from_company_id"], row["to_company_id"]} <= known, row
        assert row["from_company_id"] != row["to_company_id"], row


def test_deals_and_legs_are_in_one_layer_only():
    """No deal, leg or event of the documents has the key of one beyond them."""
    for seed, key in (
        ("deals", "deal_id"),
        ("deal_legs", "leg_id"),
        ("deal_events", "event_id"),
    ):
        document = set(_keys(f"raw_{seed}", key))
        assert not document & set(_keys(f"external/raw_external_{seed}", key)), seed


def test_a_version_rests_on_claims_of_its_deal():
    """A leg names claims of its own deal, or of one that holds or explains it."""
    deals = {row["deal_id"]: row for row in _rows("external/raw_external_deals")}
    claims = {row["claim_id"]: row for row in _rows("external/raw_external_claims")}
    for row in _rows("external/raw_external_deal_legs"):
        first = claims[row["evidence_claim_ids"].split(";")[0]]
        umbrella = deals[row["deal_id"]]["parent_deal_id"]
        same = {row["deal_id"], umbrella}
        assert first["deal_id"] in same or row["notes"], row
