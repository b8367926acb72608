"""SIGTERM and Ctrl-C: a clean end within two seconds, and what `retry` makes of it."""

import json
import signal
import subprocess
import sys
import time

import pytest

# Minutes of work for DuckDB, in one statement that no statistics answer.
LONG = """\
{{ config(materialized='table') }}
select count(*) as n from range(2000000) as x, range(2000000) as y
where hash(x.range + y.range) % 77 = {{ ref('stg_orders').identifier | length }}
"""
LOOP = """\
def model(dbt, session):
    dbt.ref("stg_orders")
    while True:
        pass
"""
# Minutes of work for Jinja, before any database is open.
WORDY = """\
{% if execute %}
{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}
{% endif %}
select 1 as n from {{ ref('stg_orders') }}
"""
# No interrupt of the build's own database reaches it, and it asks for Python all along.
FOREIGN = """\
import duckdb

def twice(x: int) -> int:
    return 2 * x

def model(dbt, session):
    dbt.ref("stg_orders")
    with duckdb.connect() as own:
        own.create_function("twice", twice)
        own.execute("select sum(twice(i)) from range(10000000000) as t(i)").fetchall()
    return session.sql("select 1 as id")
"""
FORKING = """\
import multiprocessing
import time

def busy(connection):
    connection.send("begun")
    while True:
        pass

def model(dbt, session):
    method = multiprocessing.get_context("fork")
    here, there = method.Pipe()
    child = method.Process(target=busy, args=(there,))
    child.start()
    assert here.recv() == "begun"
    child.terminate()
    child.join()
    time.sleep(2.5)  # longer than a signal of our own would let us
    return session.sql(f"select {child.exitcode} as code")
"""
# A lock taken twice never comes back, and the library's wait for it hears no signal.
DEAF = """\
import ctypes
from warehouse.cli.signals import ending_soon

with ending_soon():
    library, lock = ctypes.CDLL(None), ctypes.create_string_buffer(256)
    library.pthread_mutex_lock(lock)
    print("locked", flush=True)
    library.pthread_mutex_lock(lock)
"""
SOON = 2.0


@pytest.fixture
def begin(shop):
    """Start a build, and wait until a node of this name has begun to run."""
    begun = []

    def start(node, *words):
        process = subprocess.Popen(
            [sys.executable, "-m", "warehouse", "build", "--log-format=json", *words],
            cwd=shop.root,
            env=shop.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        for line in process.stdout:
            said = json.loads(line)
            if (said["event"], said.get("node_id")) == ("node_started", node):
                time.sleep(0.2)  # into the statement
                return process
        raise AssertionError(process.wait())

    yield start
    for process in begun:
        process.kill()
        process.wait()
        process.stdout.close()


def stop(process, number):
    """Send a signal; return the exit code and after how many seconds it came."""
    clock = time.monotonic()
    process.send_signal(number)
    code = process.wait(timeout=30)
    return code, time.monotonic() - clock


def statuses(folder):
    results = json.loads((folder / "run_results.json").read_text())["results"]
    return {r["unique_id"].split(".")[2]: r["status"] for r in results}


def last_run(shop):
    return max((shop.root / "data/runs").iterdir())


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_signal_ends_a_long_query_within_two_seconds(shop, begin, number, code):
    """What ran is an error, what waited is skipped, and both stand in the results."""
    shop.write({"models/long.sql": LONG, "models/late.sql": "from {{ ref('long') }}"})
    ended, took = stop(begin("model.shop.long"), number)
    assert (ended, took < SOON) == (code, True), took
    found = statuses(last_run(shop))
    assert found["stg_orders"] == "success"
    assert found["long"] == "error"
    assert found["late"] == "skipped"
    assert not (shop.root / "data/current").exists()


def test_a_signal_ends_python_code_that_never_asks_the_database(shop, begin):
    """No interrupt reaches a loop of Python; the process ends in time all the same."""
    shop.write({"models/loop.py": LOOP})
    ended, took = stop(begin("model.shop.loop"), signal.SIGTERM)
    assert (ended, took < SOON) == (143, True), took
    assert statuses(last_run(shop))["loop"] == "error"


def test_a_signal_ends_a_library_that_calls_python(shop, begin):
    """A thread that still works when the process ends does not abort it."""
    shop.write({"models/foreign.py": FOREIGN})
    ended, took = stop(begin("model.shop.foreign"), signal.SIGTERM)
    assert (ended, took < SOON) == (143, True), took
    assert statuses(last_run(shop))["foreign"] == "error"


def test_a_signal_to_a_forked_process_is_its_own(shop):
    """A Python model may end processes that it has begun; the build goes on."""
    shop.write({"models/forking.py": FORKING})
    built = shop.run("build")
    assert built.stderr == ""
    assert shop.out("query", "--format=csv", "from forking") == "code\n-15\n"


def test_a_signal_ends_an_export(shop, begin):
    """While a mart is written: nothing is published, and the results stand.

    The project's hook hears of it.
    """
    hook = '[tool.warehouse.job]\non_failure = "cat > told.json"\n'
    shop.write({"pyproject.toml": f'[tool.warehouse]\nhome = "data"\n{hook}'})
    wide = "select i as id, hash(i)::varchar as a from range(6000000) as t(i)"
    shop.write({"models/marts/wide.sql": "{{ config(materialized='table') }} " + wide})
    process = begin("model.shop.wide")
    file = shop.root / "data/candidate/marts/wide.parquet"
    while not file.exists():
        time.sleep(0.01)
        assert process.poll() is None
    ended, took = stop(process, signal.SIGTERM)
    assert (ended, took < SOON) == (143, True), took
    assert statuses(last_run(shop))["wide"] == "success"
    assert not (shop.root / "data/current").exists()
    assert json.loads((shop.root / "told.json").read_text())["exit_code"] == 143


def test_a_signal_ends_a_library_that_never_returns():
    """The main thread in somebody's library cannot be asked; the process ends in time.

    A third signal does not wait for that.
    """
    for signals, least in (1, 1.0), (3, 0.0):
        process = subprocess.Popen(
            [sys.executable, "-c", DEAF], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "locked\n"
        time.sleep(0.2)  # into the lock
        for _ in range(signals - 1):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        code, took = stop(process, signal.SIGTERM)
        process.stdout.close()
        assert (code, least <= took < SOON) == (143, True), took


def test_retry_reuses_what_a_stopped_build_has_built(shop, begin):
    """A retry builds the rest, and publishes the whole."""
    shop.write({"models/long.sql": LONG})
    stop(begin("model.shop.long"), signal.SIGTERM)
    shop.write({"models/long.sql": "select 1 as n from {{ ref('stg_orders') }}"})
    said = shop.out("retry")
    assert "1 ran, 3 reused" in said
    assert "published" in said


def test_retry_after_kill_9_reuses_what_stood(shop, begin):
    """A kill leaves a candidate and a run that began; both are gone on with."""
    shop.write({"models/long.sql": LONG})
    process = begin("model.shop.long", "--full-refresh")
    assert stop(process, signal.SIGKILL)[0] == -signal.SIGKILL
    assert set(statuses(last_run(shop)).values()) == {"skipped"}
    shop.write({"models/long.sql": "select 1 as n from {{ ref('stg_orders') }}"})
    retried = shop.run("retry")
    assert "the build before this one was killed: pid" in retried.stderr
    assert "1 ran, 3 reused" in retried.stdout
    assert "published" in retried.stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_retry_after_an_end_before_anything_ran(shop, number, code):
    """What was asked for is on disk before the first template is rendered."""
    shop.run("build")
    before = last_run(shop)
    shop.write({"models/wordy.sql": WORDY})
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "build", "--vars", "{day: 1}"],
        cwd=shop.root,
        env=shop.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while last_run(shop) == before or not list(last_run(shop).glob("*.json")):
            time.sleep(0.01)
            assert process.poll() is None
        assert stop(process, number)[0] == code
    finally:
        process.kill()
    assert not (shop.root / "data/candidate").exists()
    shop.write({"models/wordy.sql": "select {{ var('day') }} as n"})
    said = shop.out("retry")
    assert "1 ran" in said
    assert "published" in said
    assert shop.out("query", "--format=csv", "from wordy") == "n\n1\n"
    assert "nothing to retry" in shop.out("retry")


def test_in_place_a_stopped_build_is_retried_from_where_it_stopped(in_place, begin):
    """Without a home, `retry` runs what was stopped or skipped, and nothing else."""
    in_place.write({"models/long.sql": LONG})
    assert stop(begin("model.shop.long"), signal.SIGINT)[0] == 130
    done = {
        name
        for name, status in statuses(in_place.root / "target").items()
        if status in {"success", "pass"}
    }
    in_place.write({"models/long.sql": "select 1 as n from {{ ref('stg_orders') }}"})
    in_place.run("retry")
    again = statuses(in_place.root / "target")
    assert "long" in again
    assert done.isdisjoint(again)
    assert "nothing to retry" in in_place.out("retry")
