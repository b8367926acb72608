"""`run-operation` and `docs generate`: a macro called, what was built described."""

import json

import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.api.documenting import generate_docs
from warehouse.api.operation import run_operation
from warehouse.errors import UsageError

MACROS = {
    "seeds/people.csv": "id,name\n1,Ada\n2,Bob\n",
    "macros/tools.sql": """\
        {% macro greet(name='you', times=1) %}
            {% for _ in range(times) %}{{ print('hello ' ~ name) }}{% endfor %}
        {% endmacro %}
        {% macro count_people() %}
            {% set found = run_query('select count(*) as n from ' ~ ref('people')) %}
            {{ log(found.columns['n'][0] ~ ' in ' ~ graph.nodes | length, info=true) }}
        {% endmacro %}
        {% macro keep() %}
            {% do run_query('create or replace table main.kept as select 1 as n') %}
        {% endmacro %}
        {% macro refuse() %}

            {% do exceptions.raise_compiler_error('not today') %}
        {% endmacro %}
        """,
}


@pytest.fixture
def project(tmp_path):
    """Return a project with some macros to call."""
    tiny = TinyProject(tmp_path)
    tiny.write({**PROJECT, **MACROS})
    return tiny


def call(project, macro, **arguments):
    """Call a macro; return what came of it."""
    return run_operation(project.workspace(command="run-operation"), macro, arguments)


def test_a_macro_is_called_with_arguments(project):
    """What it prints is heard; the result is written as dbt writes it."""
    assert call(project, "greet", name="Ada", times=2).ok
    assert call(project, "tiny.greet").ok
    assert project.logged() == ["hello Ada", "hello Ada", "hello you"]
    results = json.loads((project.root / "target/run_results.json").read_text())
    (found,) = results["results"]
    assert (found["unique_id"], found["status"]) == ("macro.tiny.greet", "success")


def test_a_macro_reads_and_writes_the_database(project):
    """In place it works on the profile's file; refs and the graph are known."""
    project.build()
    assert call(project, "count_people").ok
    assert call(project, "keep").ok
    assert project.logged() == ["2 in 1"]
    assert project.rows("from main.kept") == [(1,)]


def test_with_a_home_it_reads_the_current_release(project):
    """A release does not change: a macro that writes is refused."""
    project.write(RELEASED)
    project.build()
    assert call(project, "count_people").ok
    assert "read-only" in str(call(project, "keep").error)


def test_a_fault_is_told_at_the_macros_line(project):
    """A fault is told where it stands, an unknown macro by the nearest name."""
    result = call(project, "refuse")
    assert result.exit_code == 1
    assert str(result.error).startswith("macros/tools.sql:13: not today")
    with pytest.raises(UsageError) as raised:
        call(project, "great")
    assert raised.value.hint == 'did you mean "greet"?'


@pytest.mark.parametrize("settings", [{}, RELEASED], ids=["in_place", "released"])
def test_docs_describe_what_was_built(project, settings):
    """The catalog has the columns as they stand; the page shows them."""
    project.write(
        {
            **settings,
            "models/named.sql": "select name, id * 1.5 as x from {{ ref('people') }}\n",
            "models/_models.yml": """\
                models:
                  - name: named
                    description: Names & more.
                    columns: [{name: x, description: A number.}]
                """,
        }
    )
    project.build()
    folder, count = generate_docs(project.workspace(command="docs"))
    catalog = json.loads((folder / "catalog.json").read_text())
    assert count == 2
    found = catalog["nodes"]["model.tiny.named"]
    assert [(c["name"], c["type"]) for c in found["columns"].values()] == [
        ("name", "VARCHAR"),
        ("x", "DECIMAL(12,1)"),
    ]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "id * 1.5" in manifest["nodes"]["model.tiny.named"]["compiled_code"]
    page = (folder / "index.html").read_text()
    assert "Names &amp; more." in page
    assert "A number." in page
    assert 'reads <a href="#seed.tiny.people">people</a>' in page
