"""What docs/contributing-data.md tells a contributor to add builds, and shows."""

import csv
import re

import duckdb
import pytest
from network_project import ROOT, copy_project, warehouse

PAGE = (ROOT / "docs" / "contributing-data.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^```csv (\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def contributed(tmp_path_factory):
    """Add the rows of the page to a copy of the project, build it, and open it."""
    project = copy_project(tmp_path_factory.mktemp("contributed"))
    for name, text in ROWS:
        add(next(project.glob(f"seeds/**/{name}.csv")), text.splitlines())
    done = warehouse(project, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    database = project / "data" / "current" / "warehouse.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_a_wrong_company_is_told_with_its_leg(tmp_path_factory):
    """A leg to a company that nobody knows fails the build as the page shows."""
    (shown,) = re.findall(r"^```text\n(FAIL .*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    project = copy_project(tmp_path_factory.mktemp("misspelt"))
    for name, text in ROWS:
        is_leg = name == "raw_external_deal_legs"
        rows = text.replace(",coreweave,", ",corewaeve,") if is_leg else text
        add(next(project.glob(f"seeds/**/{name}.csv")), rows.splitlines())
    done = warehouse(project, "build")
    assert done.returncode == 1
    printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
    assert shown in printed + done.stderr


def add(seed, lines):
    """Add rows that name some of a seed's columns to its file."""
    with seed.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with seed.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writerows(csv.DictReader(lines))


def test_new_deal_is_in_the_sums(contributed, query):
    """A deal added as rows is counted beyond the documents, and leaves them alone."""
    sums = """
        select scenario_id, outgoing_usd
        from marts.company_exposures
        where company_id = 'openai' and scenario_id in ({})
        order by scenario_id
    """
    documents = sums.format("'doc_low', 'doc_high', 'doc_claim'")
    assert contributed(documents) == query(documents)
    beyond = sums.format("'ext_low', 'ext_high'")
    after, before = contributed(beyond), query(beyond)
    assert [row[0] for row in after] == ["ext_high", "ext_low"]
    for (_, more), (_, less) in zip(after, before, strict=True):
        assert more - less == 2_000_000_000


def test_new_scenarios_are_in_every_mart(contributed):
    """A scenario added as rows has as many rows in each mart as the one it is like."""
    marts = contributed(
        "select table_name from duckdb_columns() "
        "where schema_name = 'marts' and column_name = 'scenario_id' order by all"
    )
    assert len(marts) == 11
    for (mart,) in marts:
        counts = dict(
            contributed(
                f"select scenario_id, count(*) from marts.{mart} group by scenario_id"
            )
        )
        if mart == "round_trip_hops":  # only what comes back with a price has hops
            assert counts["doc_by_gigawatt"] == counts["doc_claim"]
        else:
            assert counts["doc_unfunded"] == counts["doc_claim"], mart
            assert counts["doc_by_gigawatt"] == counts["doc_high"], mart


def test_assumed_amounts_decide_a_scenario(contributed):
    """Without Nvidia's money OpenAI would settle 15.15 per cent of what it owes."""
    ((recovery,),) = contributed(
        "select recovery_ratio from marts.settlement_stresses "
        "where scenario_id = 'doc_unfunded' and company_id = 'openai'"
    )
    assert recovery == pytest.approx(64 / 422.4)


def test_price_by_the_gigawatt(contributed):
    """Ten gigawatts at 35 billion are a return of 350, and its claim is evidence."""
    ((amount, method, claims),) = contributed(
        "select amount_usd, imputation_method, evidence_claim_ids from marts.deal_legs "
        "where scenario_id = 'doc_by_gigawatt' and leg_id = 'nvidia_openai_return'"
    )
    assert (amount, method) == (350_000_000_000, "usd_per_gw")
    assert "Y001" in claims
    rows = contributed(
        "select tracing_rule, round_trip_ratio from marts.round_trip_ratios "
        "where scenario_id = 'doc_by_gigawatt' and company_id = 'nvidia'"
    )
    assert dict(rows)["direct"] == 1
    assert dict(rows)["pro_rata"] == pytest.approx(350 / (322.4 + 350))
    ((financed,),) = contributed(
        "select vendor_financing_ratio from marts.bilateral_exposures "
        "where scenario_id = 'doc_by_gigawatt' "
        "and from_company_id = 'nvidia' and to_company_id = 'openai'"
    )
    assert financed == pytest.approx(2 / 7)
