"""What a build of the deal network does when the data are wrong, and who sees it."""

import subprocess
import sys
import textwrap

import pytest
from network_models import WANTED, NetworkModels
from network_project import warehouse

READER = """
    import sys, duckdb
    from pathlib import Path
    held = duckdb.connect(sys.argv[1], read_only=True)
    question = "select sum(outgoing_usd), count(*) from marts.company_exposures"
    first = held.execute(question).fetchall()
    print("ready", flush=True)
    reads = 0
    while not Path(sys.argv[2]).exists():
        assert held.execute(question).fetchall() == first
        with duckdb.connect(sys.argv[1], read_only=True) as fresh:
            assert fresh.execute(question).fetchall() == first
        reads += 1
    print(reads)
"""


@pytest.mark.slow
def test_readers_through_20_rebuilds(project, tmp_path_factory):
    """A reader that holds the database, and one that reopens it, see no half state."""
    assert warehouse(project, "build").returncode == 0
    script = tmp_path_factory.mktemp("reader") / "reader.py"
    script.write_text(textwrap.dedent(READER))
    stop = script.with_name("stop")
    database = project / "data" / "current" / "warehouse.duckdb"
    reader = subprocess.Popen(
        [sys.executable, script, database, stop],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "ready\n"
    releases = set()
    for _ in range(20):
        done = warehouse(project, "build", "--full-refresh")
        assert done.returncode == 0, done.stdout + done.stderr
        releases.add((project / "data" / "current").readlink().name)
    stop.touch()
    output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    assert int(output) > 20
    assert len(releases) == 20


def test_failing_test_publishes_nothing(project):
    """A payment of a company to itself fails a test; readers keep what they had."""
    assert warehouse(project, "build").returncode == 0
    before = (project / "data" / "current").readlink()
    path = project / "seeds" / "raw_deal_legs.csv"
    path.write_text(path.read_text().replace(",openai,oracle,", ",openai,nowhere,"))
    done = warehouse(project, "build")
    assert done.returncode == 1
    assert "raw_deal_legs" in done.stdout + done.stderr
    assert (project / "data" / "current").readlink() == before


def test_models_run_on_nothing(project):
    """`run --empty` checks all SQL of the project in seconds, without its rows."""
    assert warehouse(project, "seed").returncode == 0
    done = warehouse(project, "run", "--empty")
    assert done.returncode == 0, done.stdout + done.stderr


def test_deleted_claim_makes_numbers_unknown(release):
    """Without the claim behind a scenario's price its numbers are NULL, not zero."""
    models = NetworkModels(release.parents[1], release, {})
    models.forget("A11")
    for mart in WANTED:
        rows = "select * exclude (scenario_id) from marts.{} where scenario_id = '{}'"
        unpriced = models.rows(rows.format(mart, "doc_claim") + " order by all")
        assert unpriced == models.rows(rows.format(mart, "doc_high") + " order by all")
    ratios = models.rows(
        "select round_trip_ratio, round_trip_ratio_low, round_trip_ratio_high "
        "from marts.round_trip_ratios "
        "where company_id = 'nvidia' and scenario_id = 'doc_claim'"
    )
    assert [tuple(row.values()) for row in ratios] == [(None, 0, 1)] * 4
    (pair,) = models.rows(
        "select outgoing_usd, return_usd from marts.bilateral_exposures "
        "where scenario_id = 'doc_claim' "
        "and from_company_id = 'nvidia' and to_company_id = 'openai'"
    )
    assert pair == {"outgoing_usd": 100_000_000_000, "return_usd": None}
