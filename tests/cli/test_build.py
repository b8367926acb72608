"""`build`, `run`, `seed` and `test`: what they do, print, and end with."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time

import pytest

HOLD = """
import sys, time
from pathlib import Path
from warehouse.release.home import Home
from warehouse.release.lock import build_lock
with build_lock(Home(Path(sys.argv[1])), "warehouse build --held"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def current(shop):
    link = shop.root / "data/current"
    return link.readlink().name if link.is_symlink() else None


@pytest.fixture
def hold(shop):
    """Hold the build lock in a process of its own for some seconds."""
    holders = []

    def start(seconds):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(shop.root / "data"), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout.readline() == "held\n"
        holders.append(holder)
        return holder

    yield start
    for holder in holders:
        holder.kill()
        holder.wait()
        holder.stdout.close()


def test_a_build_says_what_ran_and_what_it_published(shop):
    """A build prints a line for each node, a table by kind, and the release's id."""
    lines = shop.out("build").splitlines()
    assert re.fullmatch(
        r"1/5  ok       +\d\.\d\d s  +3 rows  seed   raw_orders", lines[0]
    )
    assert len([line for line in lines if re.match(r"\d/5  (ok|pass) ", line)]) == 5
    assert re.fullmatch(r"models +2 +6 +\d\.\d\d s", lines[-4])
    assert re.fullmatch(
        rf"built 3 nodes in .* s: 3 ran, 2 tests passed; published {current(shop)}",
        lines[-1],
    )


def test_a_second_build_reuses_all(shop):
    """A build of nothing new says so and leaves the release."""
    shop.run("build")
    before = current(shop)
    last = shop.out("build").splitlines()[-1]
    assert last.endswith(
        f"3 reused, 2 tests passed; nothing changed, {before} stays current"
    )
    assert current(shop) == before


def test_a_failed_test_publishes_nothing(shop):
    """A failing test ends with 1, its rows on standard error, and no release."""
    shop.fail_a_test()
    result = shop.run("build", code=1)
    assert "build failed after" in result.stdout
    assert result.stdout.endswith("; nothing was published\n")
    assert "FAIL test not_null_orders_amount\nmodels/marts/_marts.yml:" in result.stderr
    assert current(shop) is None


def test_a_failed_model_points_at_its_line(shop):
    """A model that the database refuses ends with 1 and shows the line and a caret."""
    shop.write(
        {"models/stg_orders.sql": "select id, costumer\nfrom {{ ref('raw_orders') }}\n"}
    )
    result = shop.run("build", code=1)
    assert "ERROR model stg_orders\nmodels/stg_orders.sql:1:12: " in result.stderr
    assert "  | select id, costumer\n  |            ^\n" in result.stderr
    assert 'did you mean "customer"?' in result.stderr
    assert "skip" in result.stdout


def test_quiet_prints_failures_alone(shop):
    """--quiet leaves nothing on standard output; a failure is still told."""
    assert shop.run("build", "--quiet").stdout == ""
    shop.fail_a_test()
    result = shop.run("-q", "build", code=1)
    assert result.stdout == ""
    assert "not_null_orders_amount" in result.stderr


def test_partial_commands_leave_the_candidate_to_build(shop):
    """`seed`, `run` and `test` publish nothing, and `build` goes on with their work."""
    for command in ("seed", "run", "test"):
        last = shop.out(command).splitlines()[-1]
        assert last.endswith(
            "; nothing was published: `warehouse build` tests and publishes it"
        )
        assert current(shop) is None
    assert "3 reused, 2 tests passed; published" in shop.out("build")


def test_in_place_there_is_no_word_of_releases(in_place):
    """Without a home a build fills the profile's file and says no more than that."""
    last = in_place.out("build").splitlines()[-1]
    assert re.fullmatch(r"built 3 nodes in .* s: 3 ran, 2 tests passed", last)
    assert (in_place.root / "shop.duckdb").exists()
    assert in_place.out("query", "select count(*) from main_marts.orders").endswith(
        "1 row\n"
    )
    assert "nothing was published" not in in_place.out("run")


def test_a_selector_that_matches_nothing_ends_the_build(shop):
    """A misspelt selector ends with 2 and the nearest name; beside others it warns."""
    assert shop.complaint("build", "--select", "ordres").startswith(
        'Usage error: the selector "ordres" matches nothing; did you mean "orders"'
    )
    assert not (shop.root / "data").exists()
    result = shop.run("build", "-s", "ordres", "raw_orders")
    assert result.stderr.startswith('Warning: the selector "ordres" matches nothing')


def test_resource_types_and_nothing_to_do(shop):
    """--resource-type limits a build; a selection without that type is no fault."""
    assert "loaded" not in shop.out("build", "--resource-type", "seed")
    assert shop.out("seed", "-s", "orders") == "nothing to do: no seed is selected\n"


def test_a_compile_error_runs_nothing(shop):
    """A broken template ends with 2 at its line before a candidate exists."""
    shop.write(
        {"models/stg_orders.sql": "select 1 as id\nfrom {{ ref('raw_order') }}\n"}
    )
    said = shop.complaint("build")
    assert said.startswith("Compilation error: models/stg_orders.sql:2")
    assert 'did you mean "raw_orders"' in said
    assert not (shop.root / "data").exists()


def test_a_held_lock_is_3_and_names_its_holder(shop, hold):
    """A build that finds another one ends with 3 and says who holds the lock."""
    holder = hold(30)
    said = shop.complaint("build", code=3)
    assert said.startswith(f"Locked: held by pid {holder.pid} on host ")
    assert "warehouse build --held" in said
    assert "held by pid" in shop.out("debug")
    assert shop.complaint("rollback", code=3).startswith("Locked: ")


def test_wait_waits_for_the_lock(shop, hold):
    """--wait lets a build go on when the other one has ended."""
    hold(5)
    result = shop.run("build", "--wait", "1m")
    assert "waiting up to 1 min 0 s for pid" in result.stderr
    assert "published" in result.stdout


def test_the_json_log_is_one_object_a_line(shop):
    """--log-format json writes every event and the summary, and nothing else."""
    shop.fail_a_test()
    result = shop.run("build", "--log-format", "json", code=1)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.stderr == ""
    assert len({line["invocation_id"] for line in lines}) == 1
    ended = [line for line in lines if line["event"] == "node_finished"]
    assert {line["node_id"] for line in ended} >= {"model.shop.orders"}
    assert [line["level"] for line in ended if line["status"] == "fail"] == ["error"]
    summary = lines[-1]
    assert (summary["event"], summary["exit_code"], summary["ok"]) == (
        "summary",
        1,
        False,
    )
    assert summary["counts"] == {"success": 3, "pass": 2, "fail": 1}
    assert {"time", "level", "message", "release_id", "seconds"} <= summary.keys()


def test_an_error_is_a_line_of_the_json_log(shop):
    """Under --log-format json an error has its file, line and hint as fields."""
    shop.write({"models/stg_orders.sql": "from {{ ref('raw_order') }}\n"})
    (line,) = shop.out("--log-format", "json", "build", code=2).splitlines()
    error = json.loads(line)
    assert (error["file"], error["line"]) == ("models/stg_orders.sql", 1)
    assert (error["level"], error["exit_code"]) == ("error", 2)


def test_a_terminal_sees_what_runs(shop):
    """On a terminal, running nodes are drawn live, then the table and the summary."""
    shop.fail_a_test()
    shop.environment |= {"TERM": "xterm-256color"}
    seen, code = in_terminal(shop, "build")
    assert code == 1
    assert "\x1b[?25l" in seen  # the cursor is hidden while lines are drawn
    assert "\x1b[?25h" in seen  # and shown again
    assert "FAIL" in seen
    assert "\x1b[1;31mbuild failed after" in seen
    assert "\x1b[2K" in seen
    assert "6/6  " not in seen


def test_no_color_means_none(shop):
    """With NO_COLOR a terminal gets no colours."""
    shop.environment |= {"TERM": "xterm-256color", "NO_COLOR": "1"}
    seen, code = in_terminal(shop, "build")
    assert code == 0
    assert not re.search(r"\x1b\[[\d;]*3\dm", seen)
    assert f"published {current(shop)}" in seen


def in_terminal(shop, *words):
    """Run a command in a terminal of its own; return what it draws, and its code."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(shop.root)
        command = [sys.executable, "-m", "warehouse", *words]
        os.execve(sys.executable, command, shop.environment)
    seen = b""
    try:
        while piece := os.read(terminal, 65536):
            seen += piece
    except OSError:
        pass  # the child has closed its end
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return seen.decode(), os.waitstatus_to_exitcode(status)


def test_an_interrupt_ends_quietly(shop):
    """Ctrl-C ends with 130, no traceback, and the lock free."""
    slow = "select count(*) as n from range(100000000000) t(i) where i % 7 = 3\n"
    shop.write({"models/slow.sql": slow})
    build = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "build"],
        cwd=shop.root,
        env=shop.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background hands down an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    candidate = shop.root / "data/candidate/nodes.jsonl"
    deadline = time.monotonic() + 20
    while not candidate.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    build.send_signal(signal.SIGINT)
    _, complaint = build.communicate(timeout=20)
    assert build.returncode == 130
    assert "Traceback" not in complaint
    assert current(shop) is None
    assert "free" in shop.out("debug")
