"""The other commands, the grammar that all share, and its page in the docs."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.cli.document import document
from warehouse.cli.grammar import COMMANDS

HEAVY = ("duckdb", "sqlglot", "pyarrow", "jinja2", "rich", "yaml")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["build", "--help"], []])
def test_help_imports_nothing_heavy(words):
    """Whoever asks for help or the version does not pay for a database."""
    script = (
        "import sys; from warehouse.cli import main\n"
        f"try: main({words})\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines()[-1] == "[]"


def test_the_docs_page_is_current():
    """docs/cli.md says what the commands' help says."""
    page = Path(__file__).parents[2] / "docs/cli.md"
    assert page.read_text(encoding="utf-8") == document(), (
        "docs/cli.md is not current; run: python -m warehouse.cli.document docs/cli.md"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_an_example(command):
    """Every command's help says what it is for, with an example of itself."""
    assert command.description.endswith(".")
    start = f"warehouse {command.name}"
    assert all(example.startswith(start) for example in command.examples)
    assert command.examples


def test_unknown_words_name_the_nearest(built):
    """An unknown command, flag or value ends with 2 and the nearest known one."""
    assert built.complaint("biuld") == (
        'Usage error: unknown command "biuld"\n  hint: did you mean "build"?\n'
    )
    assert built.complaint("build", "--selct", "x") == (
        "Usage error: warehouse build has no flag --selct\n"
        '  hint: did you mean "--select" or "--selector"?\n'
    )
    assert 'did you mean "jsonl"' in built.complaint(
        "query", "x", "--format", "jsonlines"
    )
    assert '"soon" is no time' in built.complaint("build", "--wait", "soon")
    assert "--vars must be a mapping" in built.complaint("ls", "--vars", "7")


def test_common_flags_work_on_both_sides(built, tmp_path):
    """A common flag may stand before the command or behind it."""
    folder = str(built.root)
    for words in (["--project-dir", folder, "ls"], ["ls", "--project-dir", folder]):
        found = subprocess.run(
            [sys.executable, "-m", "warehouse", *words, "--output", "name"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.splitlines()[:2] == ["raw_orders", "stg_orders"]


def test_ls_prints_what_is_asked_for(built):
    """`ls` lists selectors, names, files, or JSON objects."""
    words = ("ls", "--select", "stg_orders+", "--resource-type", "model")
    assert built.out(*words) == "shop.stg_orders\nshop.marts.orders\n"
    assert built.out(*words, "--output", "path") == (
        "models/stg_orders.sql\nmodels/marts/orders.sql\n"
    )
    objects = [
        json.loads(line) for line in built.out(*words, "-o", "json").splitlines()
    ]
    assert [found["unique_id"] for found in objects] == [
        "model.shop.stg_orders", "model.shop.orders",
    ]  # fmt: skip
    assert built.out("list", "-m", "orders", "--exclude", "test_type:data") == (
        "shop.marts.orders\n"
    )


def test_compile_prints_one_and_writes_all(shop):
    """`compile` writes SQL where dbt does, and prints that of one node."""
    sql = 'select * from "main"."stg_orders"\n'
    folder = shop.root / "target/compiled/shop/models"
    assert shop.out("compile", "--inline", "select {{ 1 + 1 }}") == "select 2\n"
    assert not folder.exists()
    assert shop.out("compile", "--select", "orders") == sql
    assert (folder / "marts/orders.sql").read_text() == sql.rstrip()
    assert (folder / "marts/_marts.yml/unique_orders_id.sql").exists()
    shutil.rmtree(folder)
    assert shop.out("compile") == "wrote the SQL of 4 nodes to target/compiled/\n"
    assert (folder / "marts/orders.sql").read_text() == sql.rstrip()
    assert (folder / "marts/_marts.yml/unique_orders_id.sql").exists()


def test_compile_names_a_long_test_by_its_short_name(shop):
    """A test whose name is too long for a file is written under dbt's short one."""
    values = ", ".join(f"a_rather_long_value_{n}" for n in range(20))
    path = shop.root / "models/marts/_marts.yml"
    text = path.read_text() + "      - name: customer\n        data_tests:\n"
    text += f"          - accepted_values: {{arguments: {{values: [{values}]}}}}\n"
    path.write_text(text)
    assert "the SQL of 5 nodes" in shop.out("compile")
    folder = shop.root / "target/compiled/shop/models/marts/_marts.yml"
    (name,) = (path.name for path in folder.glob("accepted*"))
    assert re.fullmatch(r"accepted_values_orders_[0-9a-f]{32}\.sql", name)


def test_parse_writes_the_manifest(shop):
    """`parse` counts what it read and writes manifest.json."""
    assert re.fullmatch(
        r"read 1 seed, 2 models, 2 tests in .* s; wrote target/manifest.json\n",
        shop.out("parse"),
    )
    manifest = json.loads((shop.root / "target/manifest.json").read_text())
    assert "model.shop.orders" in manifest["nodes"]


def test_releases_and_rollback(shop):
    """`releases` lists what was published; `rollback` goes back, with any project."""
    assert "nothing has been published" in shop.out("releases")
    shop.run("build")
    shop.write({"seeds/raw_orders.csv": "id,customer,amount\n9,Eve,1\n"})
    shop.run("build", "--vars", "{token: secret}")
    newest, oldest = json.loads(shop.out("releases", "--format", "json"))
    assert (newest["is_current"], oldest["is_current"]) == (True, False)
    assert newest["command"] == "warehouse build --vars …"
    assert (newest["nodes"], newest["marts"]) == (3, {"orders": 1})
    shop.write({"models/stg_orders.sql": "{{ broken", "dbt_project.yml": "broken: ["})
    said = shop.out("rollback", "--reason", "Eve is no customer")
    assert said.startswith(f"{oldest['release_id']}, published ")
    lines = shop.out("releases").splitlines()
    assert lines[3].startswith(f"→  {oldest['release_id']}  ")
    assert shop.out("query", "select count(*) as n from main_marts.orders", "--format",
                    "csv") == "n\n3\n"  # fmt: skip
    words = ("select id from main_marts.orders", "--release", newest["release_id"])
    assert shop.out("query", *words, "--format", "csv") == "id\n9\n"
    said = shop.complaint("rollback", "--to", "1999", code=1)
    assert 'there is no release "1999"' in said
    (left, _) = json.loads(shop.out("releases", "--format", "json"))
    assert left["rollback"]["reason"] == "Eve is no customer"
    assert ": Eve is no customer" in lines[2]


def test_pins(shop):
    """`pin` keeps a release and says so in the list; `--history` tells of each act."""
    shop.run("build")
    said = shop.out("pin", "current", "--reason", "annual report")
    assert said.endswith(" is pinned: it stays until it is unpinned\n")
    assert ": annual report" in shop.out("releases")
    (listed,) = json.loads(shop.out("releases", "--format", "json"))
    assert listed["pin"]["reason"] == "annual report"
    assert "annual report" in shop.out("unpin", listed["release_id"][:8])
    assert "pinned" not in shop.out("releases")
    lines = shop.out("releases", "--history").splitlines()
    assert [line.split()[2] for line in lines[2:]] == ["publish", "pin", "unpin"]
    acts = json.loads(shop.out("releases", "--history", "--format", "json"))
    assert [act["action"] for act in acts] == ["publish", "pin", "unpin"]


def test_a_home_without_a_current_release_is_told(shop):
    """Where the pointer or its release is gone, the way back is told and works."""
    shop.run("build")
    (shop.root / "data/current").unlink()
    told = shop.run("releases").stderr
    assert "readers find nothing: warehouse rollback --to" in told
    shop.run("rollback", "--to", told.partition("--to ")[2].split()[0])
    assert shop.run("releases").stderr == ""


def test_releases_tell_of_files_that_differ_from_the_commit(shop):
    """A `+` behind the commit says that it alone does not give the release."""
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    shop.write({".gitignore": "data/\ntarget/\n"})
    for words in ("init", "-q"), ("add", "."), ("commit", "-qm", "Begin"):
        subprocess.run([*git, *words], cwd=shop.root, check=True)
    shop.run("build")
    shop.write({"models/stg_orders.sql": "select * from {{ ref('raw_orders') }}"})
    shop.run("build", "--full-refresh")
    newer, older = shop.out("releases").splitlines()[2:4]
    commit = json.loads(shop.out("releases", "--format", "json"))[1]["git_commit"][:8]
    assert f" {commit}+ " in newer
    assert f" {commit} " in older


def test_without_a_home_there_are_no_releases(in_place):
    """`releases` in a project without a home says how to get one."""
    assert 'write `home = "data"`' in in_place.complaint("releases")


def test_debug_says_what_is_used_and_what_is_wrong(shop):
    """`debug` names every part, and ends with 2 where one does not work."""
    said = shop.out("debug")
    for part in ("python", "duckdb", "shop, ", "none published yet", "free"):
        assert part in said
    shop.write({"models/stg_orders.sql": "from {{ ref('nothing') }}\n"})
    result = shop.run("debug", code=2)
    assert "!!  nodes" in result.stdout
    assert "models/stg_orders.sql:1" in result.stderr


def test_clean_removes_its_targets_and_nothing_else(shop):
    """`clean` removes target/, and refuses what holds releases, sources or the rest."""
    shop.run("parse")
    assert shop.out("clean", "--dry-run") == "would remove target\n"
    assert shop.out("clean") == "removed target\n"
    assert shop.out("clean") == "nothing to remove\n"
    config = shop.root / "dbt_project.yml"
    text = config.read_text()
    for target in ("data", "models", ".."):
        config.write_text(f"{text}clean-targets: [target, {target}]\n")
        assert "nothing removed" in shop.complaint("clean")
    assert (shop.root / "models").exists()


def test_outside_a_project(tmp_path, built):
    """A folder without a project says how to name one."""
    said = built.complaint("ls", "--project-dir", str(tmp_path))
    assert said.startswith("Configuration error: no dbt_project.yml in ")
    assert "--project-dir" in said


def test_a_bug_shows_its_traceback_and_ends_with_2(built):
    """A fault of ours says that it is one."""
    script = (
        "import warehouse.cli.entry as entry\n"
        "def fail(*_): raise KeyError('lost')\n"
        "entry.parse = fail\n"
        "raise SystemExit(entry.main(['build']))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert "KeyError: 'lost'" in found.stderr
    assert "Bug: this is a fault of warehouse" in found.stderr


def test_home_gives_a_project_releases(in_place):
    """`--home` builds a release for a project whose settings name no home."""
    assert "published" in in_place.out("build", "--home", "elsewhere")
    found = in_place.out(
        "query", "select count(*) from main_marts.orders", "--home", "elsewhere"
    )
    assert "3" in found
    assert in_place.complaint("releases")
