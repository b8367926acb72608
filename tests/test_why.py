import pytest

from warehouse.api.forecast import forecast
from warehouse.cli import main
from warehouse.errors import WarehouseError

FILES = {
    "seeds/amounts.csv": "id,amount\n1,10\n2,20\n",
    "models/doubled.sql": "select id, amount * 2 as amount from {{ ref('amounts') }}\n",
    "models/total.sql": "select sum(amount) as total from {{ ref('doubled') }}\n",
    "models/_models.yml": """
        models:
          - name: total
            description: All of it.
            columns: [{name: total, data_tests: [not_null]}]
        """,
}


def said(project) -> dict[str, tuple[bool, str]]:
    """Return what would become of each node: whether it is reused, and why."""
    workspace = project.workspace()
    found = forecast(workspace, workspace.select())
    return {f.node.name: (f.is_reused, f.reason) for f in found}


@pytest.fixture
def project(released):
    made = released(FILES)
    made.build()
    return made


def test_before_the_first_build(released):
    """Before the first build everything runs, since it was never built."""
    assert set(said(released(FILES)).values()) == {(False, "it was never built")}


def test_nothing_changed(project):
    """When nothing changed everything is reused."""
    assert {is_reused for is_reused, _ in said(project).values()} == {True}


@pytest.mark.parametrize(
    ("path", "old", "new", "node", "reason"),
    [
        ("models/total.sql", "sum", "max", "total", "line 1 of its SQL is new: `sele"),
        ("seeds/amounts.csv", "20", "30", "amounts", "the bytes of its file changed"),
        (
            "models/total.sql",
            "select",
            "{{ config(materialized='view') }} select",
            "total",
            "config `materialized` is `view` and was `table`",
        ),
        ("models/total.sql", "total", "total, now() as n", "total", "its SQL asks `no"),
        (
            "models/total.sql",
            "select",
            "{{ config(pre_hook='select 1') }} select",
            "total",
            "it has a pre-hook",
        ),
        (
            "models/doubled.sql",
            "* 2",
            "* 3",
            "total",
            "doubled, above it, runs: line 1",
        ),
    ],
)
def test_first_difference(project, path, old, new, node, reason):
    """The first difference is told in words, and the build does what was said."""
    if "materialized" in reason:
        project.edit(
            "models/total.sql", "select", "{{ config(materialized='table') }} select"
        )
        project.build()
        project.edit("models/total.sql", "'table'", "'view'")
    else:
        project.edit(path, old, new)
    found = said(project)
    assert found[node][1].startswith(reason)
    project.build()
    runs = {name for name, (is_reused, _) in found.items() if not is_reused}
    assert project.built() == runs


def test_description_alone(project):
    """A description is written anew, and the rows stay."""
    project.edit("models/_models.yml", "All of it.", "The whole.")
    assert said(project)["total"] == (True, "its description alone changed")


def test_command_line(project, capsys):
    """`why` tells a node and its tests, `build --dry-run` all that would run."""
    folder = ["--project-dir", str(project.root)]
    project.edit("models/total.sql", "sum", "max")
    before = {path: path.stat() for path in (project.root / "data").rglob("*")}
    assert main(["why", "total", *folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["run", "model", "total:"],
        ["run", "test", "not_null_total_total:"],
    ]
    assert main(["build", "--dry-run", *folder]) == 0
    assert "would run 1 node and 1 test, and reuse 2" in capsys.readouterr().out
    after = {path: path.stat() for path in (project.root / "data").rglob("*")}
    assert before.keys() == after.keys()


def test_a_verdict_of_ones_own_counts(project):
    """A test runs again when the project changes how tests are judged."""
    macro = (
        "{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}"
        "select count(*) as failures, false as should_warn, 1 > 2 as should_error "
        "from ({{ main_sql }}){% endmacro %}"
    )
    project.write({"macros/judge.sql": macro})
    project.build()
    assert project.built() == {"not_null_total_total"}
    project.build()
    assert project.built() == set()
    project.edit("macros/judge.sql", "1 > 2", "2 > 3")
    project.build()
    assert project.built() == {"not_null_total_total"}


FAULTY = {
    "models/a.sql": "select {{ nothing() }}",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/c.sql": "select * from {{ ref('b') }}",
    "models/d.sql": "select 1 as d",
}


def test_in_place_what_does_not_compile_is_forecast(tiny, capsys):
    """As a build in place does, the forecast goes on beside what does not compile."""
    project = tiny(FAULTY)
    found = {name: reason for name, (_, reason) in said(project).items()}
    assert found == {
        "a": 'it does not compile: "nothing" is undefined',
        "b": "a, above it, does not compile",
        "c": "a, above it, does not compile",
        "d": "it was never built",
    }
    folder = ["--project-dir", str(project.root)]
    assert main(["build", "--dry-run", *folder]) == 0
    shown = capsys.readouterr().out
    assert "fail   model  a: it does not compile" in shown
    assert "would run 1 node and 0 tests, and reuse 0; 3 would fail or be" in shown
    project.build()
    assert project.result is not None
    assert [r.name for r in project.result.results if r.status == "success"] == ["d"]


def test_a_release_with_what_does_not_compile_is_not_forecast(released):
    """Where the build would stop before anything runs, so does the forecast."""
    with pytest.raises(WarehouseError, match="nothing"):
        said(released(FAULTY))


def test_why_takes_one_name(project, capsys):
    """A selector is refused as one."""
    assert main(["why", "+total", "--project-dir", str(project.root)]) == 2
    assert "`why` takes one name" in capsys.readouterr().err
