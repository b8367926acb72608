"""What an unattended build tells: log, hooks, OpenLineage, dbt's artefacts."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from dbt_artifacts_parser.parser import (
    parse_catalog_v1,
    parse_manifest_v12,
    parse_run_results_v6,
    parse_sources_v3,
)
from openlineage.client import event_v2
from openlineage.client.generated import (
    error_message_run,
    job_type_job,
    parent_run,
    schema_dataset,
)
from openlineage.client.generated import (
    output_statistics_output_dataset as output_statistics,
)
from tiny import PROJECT, TinyProject

from warehouse.cli import main

FILES = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/b.sql": "select * from {{ ref('a') }} where id < {{ var('top', 9) }}",
    "models/_models.yml": """\
        models:
          - name: b
            description: One row per id.
            columns: [{name: id, description: The key., data_tests: [unique]}]
        sources: []
        """,
}
FAULT = {"models/a.sql": "{{ config(materialized='table') }} select error('no') as id"}


@pytest.fixture
def tiny(tmp_path):
    """Write a project with a home."""
    project = TinyProject(tmp_path)
    project.write(PROJECT)
    project.write(FILES)
    return project


@pytest.fixture
def run(tiny):
    """Run a command with these settings of the job; return its exit code."""

    def command(*words, **job):
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in job.items())
        text = "[tool.warehouse]\nhome = 'data'\n[tool.warehouse.job]\n" + lines
        tiny.write({"pyproject.toml": text})
        return main([*words, "--project-dir", str(tiny.root)])

    return command


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_run_leaves_its_log(tiny, run):
    """Every line has the run's id; nodes have theirs; the last line is the summary."""
    assert run("build") == 0
    (folder,) = (tiny.root / "data/runs").iterdir()
    lines = lines_of(folder / "log.jsonl")
    assert {line["run_id"] for line in lines} == {folder.name}
    assert [line["event"] for line in lines][:2] == ["run_started", "node_started"]
    ended = [line["node_id"] for line in lines if line["event"] == "node_finished"]
    assert ended[0] == "model.tiny.a"
    assert (lines[-1]["event"], lines[-1]["release_id"]) == ("summary", folder.name)


def test_in_place_the_log_stands_beside_the_results(tiny):
    """Without a home log and results are in target/."""
    assert main(["build", "--project-dir", str(tiny.root), "--quiet"]) == 0
    lines = lines_of(tiny.root / "target/log.jsonl")
    results = json.loads((tiny.root / "target/run_results.json").read_text())
    assert lines[0]["run_id"] == results["metadata"]["invocation_id"]


def test_a_hook_has_the_facts_of_a_success(tiny, run):
    """Variables have the plain facts, the standard input all of them."""
    told = "cat > told.json; echo $WAREHOUSE_OUTCOME $WAREHOUSE_RELEASE_ID > said"
    assert run("build", on_success=told, on_failure="touch failed") == 0
    facts = json.loads((tiny.root / "told.json").read_text())
    assert facts["counts"] == {"success": 2, "pass": 1}
    assert (tiny.root / "data/current").readlink().name == facts["release_id"]
    said = (tiny.root / "said").read_text().split()
    assert said == ["success", facts["release_id"]]
    assert not (tiny.root / "failed").exists()


def test_a_hook_names_what_failed(tiny, run):
    """A failure's facts name the nodes, with the place of the fault."""
    tiny.write(FAULT)
    assert run("build", on_failure="cat > told.json") == 1
    facts = json.loads((tiny.root / "told.json").read_text())
    assert (facts["outcome"], facts["exit_code"], facts["failed_count"]) == (
        "failure", 1, 1,
    )  # fmt: skip
    assert facts["failed"][0]["node_id"] == "model.tiny.a"
    assert "models/a.sql" in facts["failed"][0]["detail"]


def test_a_hook_hears_of_what_kept_a_build_from_beginning(tiny, run):
    """A project that cannot be read is a failure too, with the error's text."""
    tiny.write({"dbt_project.yml": "name: [tiny\n"})
    assert run("build", on_failure="cat > told.json") == 2
    facts = json.loads((tiny.root / "told.json").read_text())
    assert facts["exit_code"] == 2
    assert "dbt_project.yml" in facts["error"]


def test_a_hook_hears_of_a_fault_that_nobody_foresaw(tiny, run, monkeypatch):
    """A disk that refuses, and a bug of ours, are told like any failure."""

    def refused(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("warehouse.cli.commands.build.build", refused)
    assert run("build", on_failure="cat > told.json") == 2
    facts = json.loads((tiny.root / "told.json").read_text())
    assert (facts["outcome"], facts["exit_code"]) == ("failure", 2)
    assert "Input/output error" in facts["error"]


def test_a_hook_that_fails_is_a_warning(tiny, run, capsys, monkeypatch):
    """The build stays a success; the environment's hook wins over the project's."""
    monkeypatch.setenv("WAREHOUSE_ON_SUCCESS", "echo no mail today; exit 7")
    assert run("build", on_success="touch unheard") == 0
    said = capsys.readouterr().err
    assert "the hook ended with 7" in said
    assert "no mail today" in said
    assert not (tiny.root / "unheard").exists()


def typed(event):
    """Read an event, its facets too, into OpenLineage's own classes.

    They take no other keys than the specification's, and check ids, times and URLs.
    """
    kinds = {
        "parent": parent_run.ParentRunFacet,
        "jobType": job_type_job.JobTypeJobFacet,
        "errorMessage": error_message_run.ErrorMessageRunFacet,
        "outputStatistics": output_statistics.OutputStatisticsOutputDatasetFacet,
        "schema": schema_dataset.SchemaDatasetFacet,
    }  # fmt: skip

    def facets(holder, key="facets"):
        found = {}
        for name, facet in holder.get(key, {}).items():
            said = dict(facet)
            url = said.pop("_schemaURL")
            assert said.pop("_producer") == event["producer"]
            if name == "parent":
                said["run"] = parent_run.Run(**said["run"])
                said["job"] = parent_run.Job(**said["job"])
            if name == "schema":
                fields = [
                    schema_dataset.SchemaDatasetFacetFields(**f) for f in said["fields"]
                ]
                said["fields"] = fields
            found[name] = kinds[name](**said)
            assert url == found[name]._schemaURL
        return found

    job, run = event["job"], event["run"]
    return event_v2.RunEvent(
        eventType=event_v2.RunState(event["eventType"]),
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=event_v2.Run(**{**run, "facets": facets(run)}),
        job=event_v2.Job(**{**job, "facets": facets(job)}),
        inputs=[
            event_v2.InputDataset(**{**each, "facets": facets(each)})
            for each in event["inputs"]
        ],
        outputs=[
            event_v2.OutputDataset(
                **{
                    **each,
                    "facets": facets(each),
                    "outputFacets": facets(each, "outputFacets"),
                }
            )
            for each in event["outputs"]
        ],
    )


@pytest.mark.parametrize("fails", [False, True])
def test_openlineage_events_are_those_of_the_specification(tiny, run, fails):
    """A run and its nodes begin and end; tables have rows, columns and inputs."""
    if fails:
        tiny.write(FAULT)
    assert run("build", openlineage="events.jsonl") == int(fails)
    events = lines_of(tiny.root / "events.jsonl")
    for event in events:
        assert typed(event).schemaURL == event["schemaURL"]
    told = [(event["job"]["name"], event["eventType"]) for event in events]
    assert told[0] == ("tiny.build", "START")
    assert told[-1] == ("tiny.build", "FAIL" if fails else "COMPLETE")
    assert ("model.tiny.a", "FAIL" if fails else "COMPLETE") in told
    if not fails:
        (view,) = (e for e in events if e["outputs"] and e["job"]["name"][-1] == "b")
        assert [dataset["name"] for dataset in view["inputs"]] == ["main.a"]
        fields = view["outputs"][0]["facets"]["schema"]["fields"]
        assert fields == [{"name": "id", "description": "The key."}]


def test_openlineage_events_go_to_a_url(tiny, run, monkeypatch):
    """OpenLineage's own variables name the server and the key."""
    heard = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(size))
            heard.append((self.path, self.headers["Authorization"], body["eventType"]))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "k")
    assert run("build") == 0
    server.shutdown()
    server.server_close()
    assert heard[0] == ("/api/v1/lineage", "Bearer k", "START")
    assert len(heard) == 8


@pytest.mark.parametrize("answers", [True, False])
def test_a_server_in_trouble_is_a_warning(run, capsys, monkeypatch, answers):
    """A server that fails, or never answers, neither fails a build nor holds it."""
    release = threading.Event()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            if answers:
                self.send_error(500)
            else:
                release.wait(60)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("warehouse.api.telling.SEND_SECONDS", 0.2)
    assert run("build", openlineage=f"http://127.0.0.1:{server.server_port}/") == 0
    said = capsys.readouterr().err
    release.set()
    server.shutdown()
    server.server_close()
    assert ("no events of the run" if answers else "takes more than 0.2 s") in said


def test_nobody_listening_is_a_warning(tiny, run, capsys):
    """A build does not fail because its events find no server."""
    assert run("build", openlineage="http://127.0.0.1:9/") == 0
    assert "no events of the run at http://127.0.0.1:9/" in capsys.readouterr().err


def test_dbts_own_schemas_read_the_artefacts(tiny, run):
    """A parser made of dbt's published schemas reads results, manifest and sources."""
    tiny.write(
        {
            "seeds/times.csv": "loaded\n2020-01-01 00:00:00\n",
            "models/_sources.yml": """\
                sources:
                  - name: s
                    schema: main
                    tables:
                      - name: times
                        loaded_at_field: loaded
                        freshness: {warn_after: {count: 1, period: day}}
                """,
        }
    )
    tiny.write({"models/c.sql": "{{ config(materialized='table') }} select 1 as id"})
    assert run("build") == 0
    assert run("source", "freshness") == 0
    tiny.edit("models/_sources.yml", "warn_after", "error_after")
    assert run("source", "freshness") == 1
    tiny.edit("models/_sources.yml", "error_after", "warn_after")
    assert run("source", "freshness") == 0
    tiny.write({"models/c.sql": "{{ config(materialized='table') }} select error('x')"})
    assert run("build") == 1
    folders = sorted((tiny.root / "data/runs").iterdir())
    for folder in folders:
        results = json.loads((folder / "run_results.json").read_text())
        found = parse_run_results_v6(results)
        assert len(found.results) == len(results["results"]) > 4
        manifest = json.loads((folder / "manifest.json").read_text())
        parsed = parse_manifest_v12(manifest)
        assert set(parsed.nodes) == set(manifest["nodes"])
    sources = json.loads((tiny.root / "target/sources.json").read_text())
    (age,) = parse_sources_v3(sources).results
    assert age.status.value == "warn"
    assert run("docs", "generate") == 0
    catalog = json.loads((tiny.root / "target/catalog.json").read_text())
    assert set(parse_catalog_v1(catalog).nodes) == set(catalog["nodes"]) != set()


EVERYTHING = {
    "seeds/s.csv": "id\n1\n",
    "models/a.sql": "select 1 as id",
    "models/a.yml": """\
        models:
          - name: a
            group: g
            access: public
            config: {contract: {enforced: true}, materialized: table}
            columns:
              - name: id
                data_type: integer
                constraints: [{type: not_null}]
                data_tests: [unique]
            latest_version: 1
            versions: [{v: 1, defined_in: a}]
        groups: [{name: g, owner: {name: me, email: a@b}}]
        exposures:
          - {name: e, type: dashboard, owner: {name: me}, depends_on: [ref('a')]}
        unit_tests:
          - {name: u, model: a, given: [], expect: {rows: [{id: 1}]}}
        snapshots:
          - name: sn
            relation: ref('a')
            config: {unique_key: id, strategy: check, check_cols: all}
        semantic_models:
          - name: sm
            model: ref('a')
            defaults: {agg_time_dimension: d}
            entities: [{name: id, type: primary}]
            dimensions:
              - {name: d, type: time, type_params: {time_granularity: day}}
            measures: [{name: n, agg: count, expr: id}]
        metrics: [{name: m, label: M, type: simple, type_params: {measure: n}}]
        saved_queries: [{name: q, query_params: {metrics: [m]}, exports: []}]
        """,
}


def test_every_kind_of_node_keeps_to_dbts_schema(tiny, run):
    """Seeds, versions, groups, snapshots, unit tests, exposures, metrics and more."""
    tiny.remove("models/_models.yml")
    tiny.write(EVERYTHING)
    tiny.remove("models/b.sql")
    assert run("parse") == 0
    manifest = json.loads((tiny.root / "target/manifest.json").read_text())
    parsed = parse_manifest_v12(manifest)
    assert {key.partition(".")[0] for key in parsed.nodes} == {
        "model", "seed", "snapshot", "test",
    }  # fmt: skip
    for kind in ("exposures", "metrics", "groups", "saved_queries", "semantic_models",
                 "unit_tests"):  # fmt: skip
        assert len(getattr(parsed, kind)) == 1
