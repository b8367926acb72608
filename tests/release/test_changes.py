"""What a release changed: rows by key, columns, sums; and the gates before it."""

import json
import re
from pathlib import Path

import duckdb
import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.api.home import require_home
from warehouse.cli import main
from warehouse.cli.grammar import command_of
from warehouse.errors import ConfigError, ReleaseError

ORDERS = "id,status,amount\n1,open,10\n2,paid,20\n3,paid,30\n4,paid,40\n5,open,50\n"
FILES = {
    **PROJECT,
    **RELEASED,
    "seeds/raw.csv": ORDERS,
    "models/marts/orders.sql": "select id, status, amount from {{ ref('raw') }}",
    "models/marts/loose.sql": "select status from {{ ref('raw') }}",
    "models/marts/steady.sql": "select 1 as one",
    "models/marts/_marts.yml": """\
        models:
          - name: orders
            columns: [{name: id, data_tests: [unique, not_null]}]
        """,
}
CHANGED = "id,status,amount\n1,paid,10\n2,paid,20\n3,paid,31\n5,open,50\n6,open,7\n"


@pytest.fixture
def shop(tmp_path):
    """Publish a release of three marts."""
    project = TinyProject(tmp_path)
    project.write(FILES)
    project.build()
    return project


def diff(shop, capsys, *words):
    capsys.readouterr()
    assert main(["diff", *words, "--project-dir", str(shop.root), "--no-color"]) == 0
    said = capsys.readouterr()
    return said.out


def changes(shop):
    """Return what the current release says that it changed, by mart."""
    home = require_home(shop.root)
    return {mart.name: mart for mart in home.current().changes.marts}


def gated(shop, text):
    table = f"[tool.warehouse.gates]\n{text}\n"
    shop.write({"pyproject.toml": RELEASED["pyproject.toml"] + table})


def refusal(shop, **request):
    """Build; return why nothing was published, and that nothing was."""
    before = (shop.root / "data/current").readlink()
    with pytest.raises(AssertionError):
        shop.build(**request)
    assert (shop.root / "data/current").readlink() == before
    assert isinstance(shop.result.error, ReleaseError)
    assert shop.result.exit_code == 1
    return str(shop.result.error)


def test_the_first_release_changes_nothing(shop):
    """There is nothing to compare it with."""
    assert require_home(shop.root).current().changes is None


def test_rows_are_told_apart_by_key(shop):
    """Rows that came, went and changed are counted, and the columns are summed."""
    shop.write({"seeds/raw.csv": CHANGED})
    shop.build()
    found = changes(shop)
    assert found.keys() == {"orders"}  # the others hold what they held
    orders = found["orders"]
    assert (orders.before, orders.after, orders.key) == (5, 5, ("id",))
    assert (orders.added, orders.removed, orders.changed) == (1, 1, 2)
    assert orders.sums == {"id": ("15", "17"), "amount": ("150", "118")}


def test_without_a_key_rows_come_and_go(shop):
    """Equal rows are counted as often as they stand there."""
    shop.write({"seeds/raw.csv": ORDERS + "6,open,1\n7,open,1\n"})
    shop.build()
    loose = changes(shop)["loose"]
    assert (loose.added, loose.removed, loose.changed) == (2, 0, None)


def test_diff_shows_rows(shop, capsys):
    """Each mart has a line, and rows of each kind with what is new in them."""
    shop.write({"seeds/raw.csv": CHANGED})
    shop.build()
    said = diff(shop, capsys)
    for line in (
        "+ id=6: status open, amount 7",
        "- id=4: status paid, amount 40",
        "~ id=1: status open → paid",
        "~ id=3: amount 30 → 31",
        "sum(amount) 150 → 118",
    ):
        assert line in said
    assert "steady" not in said
    only = diff(shop, capsys, "--mart", "loose", "--rows", "0")
    assert "orders" not in only
    found = json.loads(diff(shop, capsys, "--format", "json"))
    (orders,) = (mart for mart in found["marts"] if mart["name"] == "orders")
    assert orders["rows"]["added"] == [{"id": 6, "status": "open", "amount": 7}]
    assert found["same"] == 2


def test_diff_names_what_it_does_not_know(shop, capsys):
    """A release or mart that is not there is an error with the nearest name."""
    assert main(["diff", "--project-dir", str(shop.root)]) == 1
    assert "no release" in capsys.readouterr().err
    shop.write({"seeds/raw.csv": CHANGED})
    shop.build()
    folder = ["--project-dir", str(shop.root)]
    assert main(["diff", "--mart", "order", *folder]) == 1
    assert 'did you mean "orders"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sql", "effect"),
    [
        ("select id, status, amount, 1 as more", "additive"),
        ("select id, status, amount::bigint as amount", "additive"),
        ("select id, status, amount::decimal(12, 2) as amount", "additive"),
        ("select id, status, amount::smallint as amount", "narrowing"),
        ("select id, status", "breaking"),
        ("select id, status, amount::varchar as amount", "breaking"),
    ],
)
def test_columns_are_additive_narrowing_or_breaking(shop, sql, effect):
    """What a column's change does to its readers is said."""
    shop.write({"models/marts/orders.sql": sql + " from {{ ref('raw') }}"})
    shop.build()
    assert changes(shop)["orders"].effect == effect


def test_a_mart_that_goes_breaks(shop):
    """Marts that came and went are told with their rows."""
    shop.remove("models/marts/loose.sql")
    shop.write({"models/marts/later.sql": "select 2 as two"})
    shop.build()
    found = changes(shop)
    assert (found["loose"].after, found["loose"].effect) == (None, "breaking")
    assert (found["later"].before, found["later"].added) == (None, 1)


def test_partitioned_marts_are_compared(tmp_path):
    """The parts of a mart are one mart; a NULL partition too."""
    shop = TinyProject(tmp_path)
    sql = "{{ config(partition_by=['part']) }} select id, if(id > 1, 'b', null) as part"
    shop.write(
        {**PROJECT, **RELEASED, "models/marts/m.sql": sql + " from range(3) t(id)"}
    )
    shop.build()
    shop.write({"models/marts/m.sql": sql + " from range(4) t(id)"})
    shop.build()
    assert (changes(shop)["m"].added, changes(shop)["m"].removed) == (1, 0)


def test_a_description_is_no_change(shop):
    """Another comment is another file, and nothing that a reader would count."""
    shop.edit(
        "models/marts/_marts.yml",
        "name: orders\n",
        "name: orders\n    description: New.\n",
    )
    shop.build()
    assert require_home(shop.root).current().changes.marts == ()


def test_gates_shut(shop):
    """Lost rows, a narrower column and an empty mart keep what is published."""
    gated(shop, "max_row_drop = '20%'\nallow_schema = 'additive'\nnot_empty = true")
    shop.build()
    shop.write(
        {
            "seeds/raw.csv": "id,status,amount\n1,open,10\n",
            "models/marts/steady.sql": "select 1::smallint as one where false",
        }
    )
    said = refusal(shop)
    assert "orders would go from 5 to 1 rows, 80.0% less (max_row_drop: 20%)" in said
    assert "steady is empty (not_empty)" in said
    assert "one would go from INTEGER to SMALLINT, which is narrowing" in said
    assert "--accept-changes" in said
    assert shop.build(accepts_changes=True)["orders"] == "success"
    assert shop.built() == set()  # it went on with the candidate
    release = require_home(shop.root).current()
    assert len(release.changes.accepted) == 5
    with duckdb.connect(str(shop.database), read_only=True) as connection:
        assert connection.execute("select count(*) from orders").fetchall() == [(1,)]


def test_a_models_own_gates_win(shop):
    """`meta: gates` of a model stands before the project's, key by key."""
    gated(shop, "max_row_drop = '0%'")
    shop.edit(
        "models/marts/_marts.yml",
        "name: orders\n",
        "name: orders\n    config: {meta: {gates: {max_row_drop: 50%}}}\n",
    )
    shop.build()
    shop.write({"seeds/raw.csv": ORDERS.replace("5,open,50\n", "")})
    said = refusal(shop)
    assert "loose would go from 5 to 4 rows" in said
    assert "orders" not in said


def test_a_gate_that_is_none_is_told_before_anything_runs(shop):
    """The error stands at the model's properties."""
    shop.edit(
        "models/marts/_marts.yml",
        "name: orders\n",
        "name: orders\n    config: {meta: {gates: {max_row_drops: 50%}}}\n",
    )
    with pytest.raises(ConfigError, match="unknown key `max_row_drops`") as told:
        shop.build()
    assert told.value.location.file == "models/marts/_marts.yml"


def test_releases_say_what_changed(shop, capsys):
    """The list has a few words for each release, and what was accepted."""
    gated(shop, "max_row_drop = '0%'")
    shop.build()
    shop.write({"seeds/raw.csv": ORDERS.replace("5,open,50\n", "")})
    shop.build(accepts_changes=True)
    capsys.readouterr()
    assert main(["releases", "--project-dir", str(shop.root)]) == 0
    said = capsys.readouterr().out
    assert "-2 rows in 2 of 3 marts" in said
    assert "accepted: loose would go from 5 to 4 rows" in said


def test_the_page_names_what_there_is(shop):
    """docs/releases.md shows gates and commands that exist."""
    page = (Path(__file__).parents[2] / "docs/releases.md").read_text()
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (yml,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    shop.write({"pyproject.toml": RELEASED["pyproject.toml"] + toml})
    shop.write({"models/marts/daily_prices.sql": "select 1 as id", "models/d.yml": yml})
    assert shop.build()["daily_prices"] == "success"
    for name in re.findall(r"^warehouse (\w+)", page, re.MULTILINE):
        assert command_of(name).name == name
