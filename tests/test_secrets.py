"""Secrets: variables of dbt's prefix reach profiles alone, and are shown nowhere."""

import json

import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.cli import main
from warehouse.errors import WarehouseError
from warehouse.secrets import HIDDEN, redact, redacted

NAME, VALUE = "DBT_ENV_SECRET_TOKEN", "p\"4ss'wörd-7731"
PROFILE = """\
tiny:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: tiny.duckdb
      settings: {home_directory: "{{ env_var('DBT_ENV_SECRET_TOKEN') }}"}
"""
TABLE = "{{ config(materialized='table') }} "


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    """Set the secret for every test."""
    monkeypatch.setenv(NAME, VALUE)


@pytest.fixture
def tiny(tmp_path):
    """Write a project whose profile reads the secret."""
    project = TinyProject(tmp_path)
    project.write(PROJECT)
    project.write({"profiles.yml": PROFILE})
    return project


READS = f"{{{{ env_var('{NAME}') }}}}"
PLACES = {
    "models/a.sql": f"select '{READS}' as a",
    "macros/m.sql": f"{{% macro m() %}}{READS}{{% endmacro %}}",
    "dbt_project.yml": f'name: tiny\nmodels:\n  +meta: {{x: "{READS}"}}\n',
    "models/a.yml": f'models: [{{name: b, description: "{READS}"}}]',
}


@pytest.mark.parametrize("path", PLACES)
def test_templates_may_not_read_a_secret(tiny, path):
    """Models, macros, properties and the project's file get an error, not the value."""
    tiny.write({"models/b.sql": "select 1 as b"})
    if path == "macros/m.sql":
        tiny.write({"models/b.sql": "select '{{ m() }}' as b"})
    tiny.write({path: PLACES[path]})
    with pytest.raises(WarehouseError) as caught:
        tiny.build()
    assert f"{NAME} is a secret" in str(caught.value)
    assert VALUE not in str(caught.value)


def test_a_profile_may_and_target_does_not_hand_it_on(tiny):
    """The database has the value; `target` in a template has it not."""
    tiny.write(
        {
            "models/a.sql": TABLE + "select length(current_setting('home_directory')) "
            "as a, $${{ target.settings['home_directory'] }}$$ as b"
        }
    )
    assert tiny.build() == {"a": "success"}
    assert tiny.rows("from a") == [(len(VALUE), HIDDEN)]


def test_nothing_that_is_written_or_printed_holds_it(tiny, capsys, monkeypatch):
    """Errors, results, log, manifest, compiled SQL, hooks and lineage are clean."""
    tiny.write(RELEASED)
    tiny.write(
        {
            "pyproject.toml": "[tool.warehouse]\nhome = 'data'\n"
            "[tool.warehouse.job]\nopenlineage = 'lineage.jsonl'\n"
            "on_failure = 'cat > told.json'\n",
            # it leaks by other ways: variables, and what the database says
            "models/a.sql": TABLE + "select error($${{ var('v') }}$$) as a",
            "models/a.yml": "models: [{name: a, description: \"{{ var('v') }}\"}]",
        }
    )
    words = ["--project-dir", str(tiny.root), "--vars", json.dumps({"v": VALUE})]
    for command in (["build"], ["build", "--log-format", "json"], ["compile"],
                    ["parse"], ["compile", "-s", "a"], ["debug"]):  # fmt: skip
        main([*command, *words])
    said = capsys.readouterr()
    assert HIDDEN in said.out
    assert HIDDEN in said.err
    written = {
        path: path.read_text(errors="surrogateescape")
        for path in tiny.root.rglob("*")
        if path.is_file()
        and path.suffix in {".json", ".jsonl", ".sql", ".lock", ".pickle"}
        and "models" not in path.relative_to(tiny.root).parts[:1]
    }  # fmt: skip
    names = {path.name for path in written}
    assert {"run_results.json", "manifest.json", "log.jsonl", "told.json"} <= names
    assert {"lineage.jsonl", "a.sql"} <= names
    for text in (said.out, said.err, *written.values()):
        for form in (VALUE, json.dumps(VALUE)[1:-1], "4ss'w", "4ss\\u0027w"):
            assert form not in text


def test_redaction_knows_the_quotes_of_each_place(monkeypatch):
    """Plain, SQL, JSON and each line of a key are hidden; an empty one hides none."""
    monkeypatch.setenv("DBT_ENV_SECRET_KEY", "-----BEGIN-----\nabcdefgh12345\n")
    monkeypatch.setenv("DBT_ENV_SECRET_EMPTY", " ")
    assert redact(f"a {VALUE} b") == f"a {HIDDEN} b"
    assert redact(json.dumps({"a": VALUE})) == json.dumps({"a": HIDDEN})
    assert redact("'" + VALUE.replace("'", "''") + "'") == f"'{HIDDEN}'"
    assert redact("line abcdefgh12345") == f"line {HIDDEN}"
    assert redacted({"a": [VALUE, 1]}) == {"a": [HIDDEN, 1]}
