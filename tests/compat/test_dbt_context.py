"""Everything that a template may ask for: each value is written to a table.

The project in `context/` has a row for each value; what may differ is named here.
"""

import ast
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parent / "context"
SQL = {
    "values": 'from main."values"',
    "graphs": "from main.graphs",
    "apis": "from main.apis",
    "started": "from (unpivot (select columns(*)::text from hooks.started) on *)",
    "ended": "from (unpivot hooks.ended on * exclude id)",
}
# What dbt has and we don't: what a config() call says before it is evaluated, keys
# inferred from tests, hooks as nodes, what the parser keeps to itself.
MISSING = {
    "config_call_dict", "unrendered_config_call_dict", "unrendered_config",
    "unrendered_schema", "primary_key", "_event_status", "file_key_name", "source_meta",
}  # fmt: skip
KNOWN = {
    ("apis", "load_agate"),  # missing: load_agate_table
    ("apis", "n.is_numeric"),  # `decimal(10,2)` is a number here
    ("apis", "n.np"),
    ("apis", "r.eq"),  # names alone make relations equal here
    ("apis", "r.quoted"),  # a quote in a name is doubled here
    ("apis", "renamed"),
    ("apis", "raw"),  # what store_raw_result was given can be read back here
    ("apis", "t.row0"),  # a DOUBLE is a float here, a Decimal in dbt
    ("ended", "exposure.tiny.dash.mat"),
    ("graphs", "nodes"),  # dbt has hooks among them
    ("graphs", "seed.functions"),
    ("graphs", "seed.metrics"),
    ("graphs", "src.columns"),
    ("graphs", "src.config.freshness"),
    ("graphs", "test.config.tags"),  # a column's tags are in its tests' config here
    ("graphs", "test.depends_on"),  # inner macros too
    ("graphs", "test.refs"),  # with the package here
    ("started", "n"),
    ("values", "model.refs"),  # each once here
}


def values(folder):
    """Return what the tables say, by table and key; Python literals as values."""
    found = {}
    with duckdb.connect(str(folder / "tiny.duckdb"), read_only=True) as connection:
        for table, sql in SQL.items():
            for *key, value in connection.execute(sql).fetchall():
                text = str(value).replace('"tiny".', "")
                with suppress(ValueError, SyntaxError):
                    text = ast.literal_eval(text)
                found[table, ".".join(key)] = text
    return found


def test_every_value_of_the_context_is_dbts(both):
    """Names, flags, adapter methods, the graph, a query's result, a run's results."""
    for folder in (both.ours, both.theirs):
        shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    both.write(
        {
            "profiles.yml": """\
                tiny:
                  target: dev
                  outputs:
                    dev:
                      type: duckdb
                      path: tiny.duckdb
                      schema: main
                      threads: 1
                      settings: {TimeZone: UTC}
                      password: abc
                """
        }
    )
    both.environment["CTX_ENV"] = "hello"
    outcomes = both.run("build")
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes[0].out
    ours, theirs = values(both.ours), values(both.theirs)
    differing = {
        key: (ours.get(key), theirs.get(key))
        for key in {**ours, **theirs}
        if ours.get(key) != theirs.get(key)
        and key not in KNOWN
        and key[1].partition(".")[2] not in MISSING
    }
    assert differing == {}
    assert len(theirs) > 600
