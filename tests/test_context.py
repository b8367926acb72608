"""What templates may ask of the run: hooks with results, flags, the graph, target."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tiny import PROJECT, TinyProject

from warehouse.compiler.names import LazyGraph
from warehouse.errors import WarehouseError
from warehouse.jinja.invocation import Reading

CONFIG = """\
name: tiny
version: '1.0'
models:
  tiny:
    +materialized: "{{ 'table' if target.name == 'dev' else 'view' }}"
on-run-start:
  - "create table started as select '{{ model.name }}' as n, '{{ flags.WHICH }}' as w"
on-run-end:
  - "{{ keep(results, database_schemas) }}"
"""
FILES = {
    "dbt_project.yml": CONFIG,
    "macros/keep.sql": """\
        {% macro keep(results, places) %}
            create table ended as
            {% for r in results %}
                select '{{ r.node.name }}' as name, '{{ r.status }}' as status,
                    '{{ r.node.config.lookback }}' as lookback,
                    '{{ r.to_dict().message }}' as message,
                    '{{ places | map('last') | join(',') }}' as schemas
                {{ 'union all' if not loop.last }}
            {% endfor %}
        {% endmacro %}
        """,
    "models/one.sql": "select 1 as id\n",
    "models/_models.yml": """\
        models:
          - name: one
            columns: [{name: id, tags: [key], data_tests: [unique]}]
        """,
}


@pytest.fixture
def project(tmp_path):
    """Return a project with hooks."""
    tiny = TinyProject(tmp_path)
    tiny.write(FILES)
    return tiny


def test_hooks_know_how_the_run_went(project):
    """On-run-end has dbt's results; hooks themselves stand in run_results.json."""
    project.build()
    assert project.rows("from started") == [("tiny-on-run-start-0", "build")]
    assert project.rows("from ended order by name") == [
        ("one", "success", "1", "OK", "main"),
        ("unique_one_id", "pass", "", "None", "main"),
    ]
    results = json.loads((project.root / "target/run_results.json").read_text())
    ids = [result["unique_id"] for result in results["results"]]
    assert ids[0] == "operation.tiny.tiny-on-run-start-0"
    assert ids[-1] == "operation.tiny.tiny-on-run-end-0"
    assert project.rows("select table_type from information_schema.tables") == [
        ("BASE TABLE",)
    ] * len(project.tables())


def test_a_hook_that_fails_leaves_its_result(project):
    """No model runs after it; the artefact says what failed."""
    project.edit("dbt_project.yml", "create table started as", "creat table")
    with pytest.raises(WarehouseError, match="on-run-start hook 1"):
        project.build()
    results = json.loads((project.root / "target/run_results.json").read_text())
    assert [r["status"] for r in results["results"]] == ["error", "skipped", "skipped"]


def test_tests_have_dbts_ids_and_their_columns_tags(project):
    """The ten characters behind a test's name are dbt's; a column's tags reach it."""
    workspace = project.workspace()
    assert workspace.select(["tag:key"]) == ("test.tiny.unique_one_id.7d693d05ef",)


def test_two_tests_that_differ_in_config_alone_are_two(tmp_path):
    """Dbt has one id for both, and refuses them."""
    tiny = TinyProject(tmp_path)
    where = "{unique: {config: {where: 'id > 1'}}}"
    tiny.write(
        {
            **PROJECT,
            "models/one.sql": "select 1 as id\n",
            "models/_models.yml": f"""\
                models:
                  - name: one
                    columns: [{{name: id, data_tests: [unique, {where}]}}]
                """,
        }
    )
    assert len(tiny.workspace().select(["one"], (), ["test"])) == 2


@pytest.fixture
def hasty():
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_threads_share_one_graph(manifest):
    """Threads that look into `graph` at the same time find the same one."""
    for _ in range(20):
        graph, together = LazyGraph(manifest, Reading()), Barrier(4)

        def look(graph=graph, together=together) -> int:
            together.wait()
            return id(graph["nodes"])

        with ThreadPoolExecutor(4) as pool:
            found = [pool.submit(look) for _ in range(4)]
        assert len({future.result() for future in found}) == 1
