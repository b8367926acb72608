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


def test_new_scenario_is_in_the_marts(contributed):
    """A scenario added as rows flows through to the settlement, at 15.15 per cent."""
    ((recovery,),) = contributed(
        "select recovery_ratio from marts.settlement_stresses "
        "where scenario_id = 'doc_unfunded' and company_id = 'openai'"
    )
    assert recovery == pytest.approx(64 / 422.4)
