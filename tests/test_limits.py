"""Limits of a build: memory, temporary files, threads and time."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tiny import PROJECT, TinyProject

from warehouse.run.results import NodeResult, Status
from warehouse.run.running import Ended, Running

BIG = "select range as a, hash(range)::varchar as b from range(400000) order by b"
TABLE = "{{ config(materialized='table') }}\n"


@pytest.fixture
def tiny(tmp_path):
    """Write a project that may take little memory."""
    project = TinyProject(tmp_path)
    project.write(PROJECT)
    return project


def limit(project, **limits):
    lines = "".join(f"{key} = {value!r}\n" for key, value in limits.items())
    project.write({"pyproject.toml": f"[tool.warehouse.limits]\n{lines}"})


def result_of(project, name):
    (found,) = (r for r in project.result.results if r.name == name)
    return found


def test_what_does_not_fit_the_memory_goes_to_the_temp_directory(tiny):
    """A node's peaks of memory and spill are in its result."""
    limit(tiny, memory_limit="32MB", temp_directory="spill", threads=2)
    tiny.write({"models/big.sql": TABLE + BIG})
    assert tiny.build() == {"big": "success"}
    big = result_of(tiny, "big")
    assert 0 < big.peak_memory <= 40_000_000
    assert big.spilled > 1_000_000


def test_a_node_without_room_is_tried_once_more_and_alone(tiny):
    """The second attempt is told, with what to do about it."""
    limit(tiny, memory_limit="32MB", max_temp_directory_size="1MB", threads=2)
    big = "select list(range) as a from range(20000000)"  # a list is held in memory
    tiny.write({"models/big.sql": TABLE + big, "models/small.sql": "select 1 as a"})
    assert tiny.build() == {"big": "error", "small": "success"}
    assert result_of(tiny, "big").attempts == 2
    assert "[tool.warehouse.limits]" in tiny.detail("big")


def test_a_node_that_takes_too_long_is_stopped(tiny):
    """Its place and the setting are told; what is downstream is skipped."""
    limit(tiny, node_timeout="0.3s")
    long = "select count(*) as n from range(3000000) x, range(3000000) y "
    long += "where hash(x.range + y.range) % 7 = 3"
    tiny.write(
        {"models/long.sql": TABLE + long, "models/after.sql": "from {{ ref('long') }}"}
    )
    assert tiny.build() == {"long": "error", "after": "skipped"}
    assert "models/long.sql: stopped after 0.3 s" in tiny.detail("long")
    assert result_of(tiny, "long").seconds < 5


def test_the_profile_wins_over_the_limits(tiny):
    """What the profile says to DuckDB is the nearer word."""
    limit(tiny, memory_limit="32MB")
    tiny.write(
        {
            "profiles.yml": "tiny: {target: dev, outputs: {dev: {type: duckdb, "
            "path: tiny.duckdb, settings: {memory_limit: 1GB}}}}\n",
            "models/a.sql": TABLE + "select current_setting('memory_limit') as a",
        }
    )
    tiny.build()
    assert tiny.rows("from a") == [("953.6 MiB",)]


def test_a_node_that_ran_alone_has_ended_when_the_threads_are_back():
    """What begins after it does not find the database on one thread."""
    limits = []

    @contextmanager
    def threads(count):
        limits.append(count)
        yield
        time.sleep(0.2)
        limits.pop()

    cursor = SimpleNamespace(close=lambda: None)
    engine = SimpleNamespace(cursor=lambda: cursor, threads=threads)
    ended = NodeResult("model.a", "model", "a", Status.SUCCESS, datetime.now(UTC), 0.0)
    executor = SimpleNamespace(run=lambda *_: ended)
    running = Running(executor, engine, {}, threads=1)
    running.start(SimpleNamespace(unique_id="model.a"), None, alone=True)
    while not any(isinstance(told, Ended) for told in running.told()):
        pass
    assert limits == []
    running.close()
