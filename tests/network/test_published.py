"""What a reader finds in a release of the deal network."""

import hashlib

import duckdb
import pyarrow.parquet as pq
import pytest
from network_project import ROOT, warehouse

OUTGOING = """
    select outgoing_usd, outgoing_priced_leg_count, outgoing_leg_count
    from marts.company_exposures
    where company_id = 'openai' and scenario_id = '{}'
"""
ROUND_TRIP = """
    select round_trip_ratio, round_trip_ratio_low, round_trip_ratio_high
    from marts.round_trip_ratios
    where company_id = 'nvidia' and scenario_id = '{}' and tracing_rule = '{}'
"""


@pytest.mark.parametrize(
    ("scenario", "billions", "priced"),
    [("doc_low", 322.4, 2), ("doc_high", 322.4, 2), ("doc_claim", 422.4, 3)],
)
def test_openai_outgoing(query, scenario, billions, priced):
    """OpenAI has committed 322.4 bn, or 422.4 if the return is believed; 7 legs."""
    ((outgoing, priced_legs, legs),) = query(OUTGOING.format(scenario))
    assert float(outgoing) == pytest.approx(billions * 1e9)
    assert (priced_legs, legs) == (priced, 7)


@pytest.mark.parametrize(
    ("rule", "ratio", "low"), [("direct", 1.0, 1.0), ("pro_rata", 0.2367, 0.0)]
)
def test_nvidia_round_trip_as_claimed(query, rule, ratio, low):
    """Nvidia's money comes back in full taken literally, a quarter if fungible."""
    assert query(ROUND_TRIP.format("doc_claim", rule)) == [
        (pytest.approx(ratio, abs=5e-5), low, pytest.approx(ratio, abs=5e-5))
    ]


@pytest.mark.parametrize("rule", ["direct", "pro_rata"])
def test_nvidia_round_trip_without_price(query, rule):
    """Without a price of the return nothing is known but that it is from 0 to 1."""
    assert query(ROUND_TRIP.format("doc_high", rule)) == [(None, 0.0, 1.0)]


@pytest.mark.parametrize(
    ("names", "company"),
    [
        (["英伟达", "英偉達", "NVDA", "Nvidia", "黃仁勳"], "nvidia"),
        (["甲骨文", "ORCL", "埃裏克森"], "oracle"),
        (["微软", "微軟", "Azure", "MSFT"], "microsoft"),
        (["软银", "軟銀", "softbank_group"], "softbank"),
        (["星际之门", "星際之門"], "stargate"),
        (["風險孖展"], "unnamed_vc"),
    ],
)
def test_names_resolve_to_one_company(query, names, company):
    """Scripts, tickers, products, metonyms and misspellings are one company's names."""
    for name in names:
        found = query(
            "select company_id from marts.companies "
            f"where list_contains(alias_names, '{name}') or display_name = '{name}'"
        )
        assert found == [(company,)], name


def test_every_mart_is_rated(query):
    """Each mart but the rating itself stands in data_quality, with all its columns."""
    columns = query(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and table_name <> 'data_quality' order by all"
    )
    rated = query("select mart_name, column_name from marts.data_quality order by all")
    assert rated == columns


def test_schemas(query):
    """Published schemas are plainly raw, staging, intermediate and marts."""
    schemas = query(
        "select distinct schema_name from duckdb_columns() "
        "where not internal order by 1"
    )
    assert schemas == [("intermediate",), ("marts",), ("raw",), ("staging",)]


def test_everything_is_described(query):
    """Every table, view, column and table macro of the database has a comment."""
    undescribed = query(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where not internal and comment is null union all "
        "select schema_name, table_name, null from duckdb_tables() "
        "where not internal and comment is null union all "
        "select schema_name, view_name, null from duckdb_views() "
        "where not internal and comment is null union all "
        "select schema_name, function_name, null from duckdb_functions() "
        "where not internal and comment is null"
    )
    assert undescribed == []


def test_every_mart_is_a_parquet_file(release, query):
    """Each table of schema marts is a file with the same rows and descriptions."""
    tables = query(
        "select table_name, comment from duckdb_tables() where schema_name = 'marts'"
    )
    files = {path.stem: path for path in (release / "marts").glob("*.parquet")}
    assert set(files) == {name for name, _ in tables}
    for name, comment in tables:
        schema = pq.read_schema(files[name])
        assert schema.metadata[b"description"].decode() == comment
        assert all(field.metadata[b"description"] for field in schema)
        ((count,),) = query(f"select count(*) from marts.{name}")
        assert pq.read_metadata(files[name]).num_rows == count


def test_nothing_leaves_as_double_that_is_money(release):
    """Money leaves as decimals and counts as integers: no sum has become a double."""
    for path in (release / "marts").glob("*.parquet"):
        for field in pq.read_schema(path):
            if field.name.endswith("_usd") and "per_deal" not in field.name:
                assert str(field.type) == "decimal128(20, 2)", (path.name, field.name)
            if field.name.endswith("_count"):
                assert str(field.type) in {"int32", "int64"}, (path.name, field.name)


def test_statements_are_ours(query):
    """Every claim has a statement in English, none in the documents' script."""
    rows = query("select statement, source_layer from marts.claims")
    assert len([layer for _, layer in rows if layer == "document"]) == 115
    assert len(rows) > 900
    assert all(max(text) < "\u0250" for text, _ in rows)


def test_views_work_under_any_name(release, tmp_path):
    """The file can be copied, renamed and attached under an alias, views and all."""
    copy = tmp_path / "renamed.db"
    copy.write_bytes((release / "warehouse.duckdb").read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as elsewhere (read_only)")
        count = connection.execute(
            "select count(*) from elsewhere.staging.stg_claims "
            "where source_layer = 'document'"
        )
        assert count.fetchone() == (115,)


def test_same_bytes_again(release, project):
    """A build of the same files elsewhere gives the same bytes in every file."""
    assert warehouse(project, "build").returncode == 0
    first, second = (_hashes(folder) for folder in (release, project / "data/current"))
    assert first == second
    assert warehouse(project, "build", "--full-refresh").returncode == 0
    assert _hashes(project / "data" / "current") == first


def _hashes(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "marts").glob("*.parquet")
    }


def test_documents_are_not_in_the_repository():
    """No seed holds a sentence of the documents: no Chinese but names and figures."""
    for path in sorted((ROOT / "seeds").glob("*.csv")):
        if path.stem == "raw_company_aliases":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            chinese = [c for c in line if "\u4e00" <= c <= "\u9fff"]
            assert len(chinese) <= 16, (path.name, line)
