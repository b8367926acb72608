"""What SQL may reach: nothing but what is declared, where the project is closed."""

import os
from pathlib import Path

import duckdb
import pytest
from tiny import RELEASED

from warehouse.api.compiling import node_named, preview, reader
from warehouse.errors import ConfigError, ExecutionError, Location

ORDERS = {"models/orders.sql": "select * from read_csv('in/orders.csv')"}
ROWS = {"in/orders.csv": "order_id\n1\n"}


def settings(text: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.warehouse]\nhome = 'data'\n{text}\n"}


def test_in_place_sql_reads_what_it_likes(tiny):
    """Without a home a model reads any file, as in dbt."""
    project = tiny(ORDERS | ROWS)
    assert project.build() == {"orders": "success"}


def test_a_home_is_closed(tiny):
    """With a home a model reads no file that nobody declared; nothing is published."""
    project = tiny(ORDERS | ROWS | RELEASED)
    assert project.build() == {"orders": "error"}
    assert 'no access to the file "in/orders.csv"' in project.detail("orders")
    assert not (project.root / "data/current").exists()


@pytest.mark.parametrize(
    "declared",
    [
        "allowed_paths = ['in/']",
        "allowed_paths = ['in']",
        "allowed_paths = ['in/orders.csv']",
        "allowed_paths = ['in/*.csv']",
        "external_access = true",
    ],
)
def test_what_is_allowed_is_read(tiny, declared):
    """A folder, a file or a pattern opens itself; `external_access` opens all."""
    project = tiny(ORDERS | ROWS | settings(declared))
    assert project.build() == {"orders": "success"}


@pytest.mark.parametrize(
    "location", ["in/{name}.csv", "in/ord*.csv", "read_csv('in/*')"]
)
def test_a_declared_source_is_read(tiny, location):
    """A source that is a file is readable by being declared, from any folder."""
    source = f"""\
        sources:
          - name: files
            config: {{external_location: "{location}"}}
            tables: [name: orders]
        """
    model = "select * from {{ source('files', 'orders') }}"
    project = tiny(
        {"models/_sources.yml": source, "models/m.sql": model} | ROWS | RELEASED
    )
    assert project.build() == {"m": "success"}


def test_an_option_of_a_source_opens_nothing(tiny):
    """The separator `/` of a source is no folder that all SQL may read."""
    source = """\
        sources:
          - name: files
            config: {external_location: "read_csv('in/orders.csv', delim = '/')"}
            tables: [name: orders]
        """
    model = "select count(*) as c from read_text('/etc/hostname')"
    project = tiny(
        {"models/_sources.yml": source, "models/m.sql": model} | ROWS | RELEASED
    )
    assert project.build() == {"m": "error"}


def test_a_link_leads_nowhere(tiny):
    """A link in an allowed folder does not open what it points to."""
    project = tiny(ORDERS | settings("allowed_paths = ['in/']"))
    (project.root / "in").mkdir()
    outside = project.root.parent / "outside.csv"
    outside.write_text("order_id\n1\n")
    (project.root / "in/orders.csv").symlink_to(outside)
    assert project.build() == {"orders": "error"}


def test_a_seed_stays_inside(tiny):
    """A seed that is a link out of the project is refused, unless it is allowed."""
    project = tiny(RELEASED)
    outside = project.root.parent / "outside.csv"
    outside.write_text("order_id\n1\n")
    (project.root / "seeds").mkdir()
    (project.root / "seeds/orders.csv").symlink_to(outside)
    with pytest.raises(ConfigError) as caught:
        project.build()
    assert caught.value.message == f"leads outside the project, to {outside}"
    project.write(settings(f"allowed_paths = ['{outside}']"))
    assert project.build() == {"orders": "success"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("models/m.sql", "select 1 as a\n"),
        ("models/m.yml", "models: [{name: own}]\n"),
        ("macros/m.sql", "{% macro m() %}{% endmacro %}\n"),
        ("tests/m.sql", "select 1 where false\n"),
        ("snapshots/m.yml", "snapshots: []\n"),
        ("analyses/m.sql", "select 1\n"),
        ("models/m.md", "{% docs m %}m{% enddocs %}\n"),
        ("tests/fixtures/m.csv", "a\n1\n"),
    ],
)
def test_a_file_stays_inside(tiny, path, text):
    """A file that is a link out of the project is refused as a seed is.

    In place it is read, as dbt does.
    """
    own = {"models/own.sql": "select 1 as a\n"}
    project = tiny(own | RELEASED)
    outside = project.root.parent / "outside" / Path(path).name
    outside.parent.mkdir()
    outside.write_text(text)
    link = project.root / path
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    with pytest.raises(ConfigError) as caught:
        project.build()
    assert caught.value.message == f"leads outside the project, to {outside}"
    assert caught.value.location == Location(path)
    with pytest.raises(ConfigError, match="leads outside the project"):
        _ = project.workspace().manifest  # as for `ls` and `parse`
    project.write(settings(f"allowed_paths = ['{outside.parent}/']"))
    project.build()
    project.remove("pyproject.toml")
    project.build()


def test_a_link_is_refused_before_it_is_read(tiny):
    """Nothing of what it leads to is rendered, or told in another error."""
    project = tiny(RELEASED)
    outside = project.root.parent / "outside.sql"
    outside.write_text("{{ nothing_of_the_kind() }}")
    (project.root / "models").mkdir(exist_ok=True)
    (project.root / "models/m.sql").symlink_to(outside)
    (project.root / "models/m.yml").symlink_to(outside)
    with pytest.raises(ConfigError, match="leads outside the project"):
        project.build()


@pytest.mark.parametrize("folder", ["macros", "tests/fixtures"])
def test_a_folder_stays_inside(tiny, folder):
    """A folder is the project's own; an installed package may stand elsewhere."""
    project = tiny({"models/own.sql": "select 1 as a\n"} | RELEASED)
    outside = project.root.parent / "outside"
    outside.mkdir()
    link = project.root / folder
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside)
    with pytest.raises(ConfigError, match=f"leads outside the project, to {outside}"):
        project.build()
    link.unlink()
    (outside / "dbt_project.yml").write_text("name: shared\nversion: '1'\n")
    (project.root / "dbt_packages").mkdir()
    (project.root / "dbt_packages/shared").symlink_to(outside)
    assert project.build() == {"own": "success"}


def test_the_profile_opens_and_closes(tiny):
    """`enable_external_access` of a profile counts, with a home and without."""
    profile = "tiny:\n  outputs:\n    default: {{type: duckdb, path: t.duckdb{}}}\n"
    opened = ", settings: {enable_external_access: true}"
    closed = ", config_options: {enable_external_access: false}"
    project = tiny(ORDERS | ROWS | RELEASED | {"profiles.yml": profile.format(opened)})
    assert project.build() == {"orders": "success"}
    project.write({"profiles.yml": profile.format(closed)})
    project.remove("pyproject.toml")
    assert project.build() == {"orders": "error"}
    folders = f", settings: {{allowed_directories: ['{project.root}/in']}}"
    project.write(RELEASED | {"profiles.yml": profile.format(folders)})
    absolute = f"select * from read_csv('{project.root}/in/orders.csv')"
    project.write({"models/orders.sql": absolute})
    assert project.build() == {"orders": "success"}


def test_what_the_profile_attaches_stays_open(tiny):
    """A database under `attach` is read and written though all else is closed."""
    profile = """\
        tiny:
          outputs:
            default:
              type: duckdb
              path: t.duckdb
              attach: [{path: other.duckdb, alias: other}]
        """
    project = tiny(
        RELEASED
        | {
            "profiles.yml": profile,
            "models/m.sql": "{{ config(database='other', materialized='table') }}\n"
            "select * from other.main.given",
        }
    )
    with duckdb.connect(str(project.root / "other.duckdb")) as other:
        other.execute("create table given as select 1 as a")
    assert project.build() == {"m": "success"}
    with duckdb.connect(str(project.root / "other.duckdb")) as other:
        assert other.execute("from m").fetchall() == [(1,)]


def test_local_settings_reach_every_thread(tiny):
    """A setting of one connection is made on each, though settings are locked."""
    profile = """\
        tiny:
          outputs:
            default:
              type: duckdb
              threads: 2
              settings: {enable_progress_bar: false, preserve_insertion_order: true}
        """
    project = tiny(
        RELEASED | {"profiles.yml": profile, "models/m.sql": "select 1 as a"}
    )
    assert project.build() == {"m": "success"}


def test_sorting_may_spill(tiny):
    """A query that needs more memory than it may have still writes to the disk."""
    profile = """\
        tiny:
          outputs:
            default:
              type: duckdb
              settings: {memory_limit: 40MB, threads: 1}
        """
    model = """\
        {{ config(materialized='table') }}
        select i, repeat(i::varchar, 20) as t from range(600000) t(i) order by hash(i)
        """
    project = tiny(RELEASED | {"profiles.yml": profile, "models/m.sql": model})
    assert project.build() == {"m": "success"}


def test_a_python_model_has_a_closed_session(tiny):
    """A Python model's frames go in and out by name; its session reads no file."""
    model = """\
        import pyarrow

        def model(dbt, session):
            session.register("given", pyarrow.table({"a": [1, 2]}))
            try:
                session.read_csv("/etc/hostname")
            except Exception as error:
                assert "Permission" in type(error).__name__
            else:
                raise AssertionError("it was read")
            return session.sql("select sum(a)::int as a from given")
        """
    project = tiny(RELEASED | {"models/m.py": model})
    assert project.build() == {"m": "success"}


def test_a_relative_path_counts_from_the_project(tiny, monkeypatch, tmp_path):
    """A folder of the same name where the command runs is not opened."""
    project = tiny(ORDERS | ROWS | settings("allowed_paths = ['in/']"))
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "in").mkdir(parents=True)
    (elsewhere / "in/secret.csv").write_text("a\n1\n")
    monkeypatch.chdir(elsewhere)
    model = f"select * from read_csv('{elsewhere}/in/secret.csv')"
    project.write({"models/orders.sql": model})
    assert project.build() == {"orders": "error"}
    assert Path.cwd() == Path(os.path.realpath(elsewhere))


def test_a_look_is_closed_too(tiny):
    """A preview of a model reads no more than its build may."""
    project = tiny(ORDERS | ROWS | RELEASED | {"models/m.sql": "select 1 as a"})
    project.build("m")
    workspace = project.workspace()
    with (
        reader(workspace) as engine,
        pytest.raises(ExecutionError) as caught,
        preview(workspace, node_named(workspace, "orders"), engine) as found,
    ):
        list(found.rows)
    assert caught.value.message.startswith('no access to the file "in/orders.csv"')
