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
