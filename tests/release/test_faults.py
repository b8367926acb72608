"""The fault suite: small in every run of the tests, hundreds of kills in CI."""

import pytest
from faults import suite


def test_a_few_kills_and_readers(tmp_path):
    """Kills at steps and at random, and readers throughout, cost nothing."""
    counts = suite(tmp_path, kills=4, publishes=3, readers_count=3)
    assert counts.is_good, counts
    assert (counts.kills, counts.kills_at_a_step) == (4, 2)
    assert counts.publishes >= 4
    assert counts.reader_queries > 0


@pytest.mark.slow
def test_hundreds_of_kills(tmp_path):
    """200 kills with readers, then 50 readers through 100 publications."""
    counts = suite(tmp_path, kills=200, publishes=100, readers_count=50)
    assert counts.is_good, counts
    assert counts.reader_processes == 54
    assert counts.publishes > 200
    assert counts.releases_removed > 50
