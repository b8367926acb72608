"""Packages: installed, configured and called as dbt does."""

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow

PACKAGES = {
    "one/dbt_project.yml": """\
        name: one
        version: '1.0'
        vars:
          colour: red
          one:
            size: 1
        models:
          one:
            +materialized: table
            +schema: ones
        """,
    "one/packages.yml": "packages: [{local: ../two}]\n",
    "one/models/first.sql": """\
        select '{{ var("colour") }}' as colour, {{ var('size') }} as size,
            '{{ var("shape", "none") }}' as shape, '{{ one.say() }}' as said
        """,
    "one/models/second.sql": "select * from {{ ref('two', 'base') }}\n",
    "one/models/third.sql": "select 3 as n\n",
    "one/macros/say.sql": """\
        {% macro say() %}{{ return(adapter.dispatch('say', 'one')()) }}{% endmacro %}
        {% macro default__say() %}one{% endmacro %}
        {% macro hello() %}hello of one{% endmacro %}
        """,
    "one/seeds/given.csv": "id\n1\n",
    "two/dbt_project.yml": "name: two\nversion: '1.0'\n",
    "two/models/base.sql": "select '{{ hello() }}' as hello, {{ var('size') }} as n\n",
    "two/macros/say.sql": """\
        {% macro duckdb__say() %}two{% endmacro %}
        {% macro hello() %}hello of two{% endmacro %}
        """,
    "root/dbt_project.yml": """\
        name: root
        version: '1.0'
        profile: tiny
        dispatch:
          - {macro_namespace: one, search_order: [two, root, one]}
        vars:
          colour: blue
          size: 7
          one:
            shape: round
        models:
          one:
            third: {+enabled: false}
            second: {+alias: deuxieme, +database: tiny}
          two:
            +schema: twos
        seeds:
          one: {+enabled: false}
        """,
    "root/profiles.yml": """\
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}
        """,
    "root/packages.yml": """\
        packages:
          - local: "{{ var('place', '../one') }}"
          - git: file://{{ env_var('REPOSITORY') }}
            revision: v1
            subdirectory: sub
        """,
    "root/models/own.sql": """\
        select '{{ hello() }}' as hello, '{{ one.say() }}' as said, * from
            {{ ref('first') }}
        """,
    "root/macros/hello.sql": "{% macro hello() %}hello of root{% endmacro %}\n",
}


@pytest.fixture
def packages(both, tmp_path):
    """Write a project that requires packages, and a git repository, for both."""
    both.write(PACKAGES)
    repository = tmp_path / "repository"
    (repository / "sub").mkdir(parents=True)
    text = "name: three\nversion: '1.0'\nmodels:\n  three:\n    +materialized: table\n"
    (repository / "sub/dbt_project.yml").write_text(text)
    (repository / "sub/models").mkdir()
    (repository / "sub/models/tri.sql").write_text("select 3 as three\n")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1"]):
        subprocess.run(["git", "-C", repository, *who, *words], check=True)
    both.environment["REPOSITORY"] = str(repository)
    both.ours, both.theirs = both.ours / "root", both.theirs / "root"
    return both


def test_packages_are_installed_and_built(packages):
    """The same lock and folders; vars, dispatch, +enabled and names of packages."""
    ours, theirs = packages.run("deps")
    assert (ours.code, theirs.code) == (0, 0), ours.out + theirs.out
    locks = [
        (folder / "package-lock.yml").read_text()
        for folder in (packages.ours, packages.theirs)
    ]
    assert locks[0] == locks[1]
    assert [
        [(path.name, path.is_symlink()) for path in sorted(folder.iterdir())]
        for folder in (packages.ours / "dbt_packages", packages.theirs / "dbt_packages")
    ] == [[("one", True), ("three", False), ("two", True)]] * 2
    packages.same("build")
    packages.same("build", "--vars", "{size: 8, shape: square}")
    packages.same_list()


def test_each_reads_the_others_lock(packages):
    """A lock that one engine wrote is taken by the other."""
    packages.run("deps")
    for folder in (packages.ours, packages.theirs):
        shutil.rmtree(folder / "dbt_packages")
    ours, theirs = (f / "package-lock.yml" for f in (packages.ours, packages.theirs))
    texts = ours.read_text(), theirs.read_text()
    ours.write_text(texts[1])
    theirs.write_text(texts[0])
    both = packages.run("deps")
    assert [outcome.code for outcome in both] == [0, 0]
    assert (ours.read_text(), theirs.read_text()) == texts


def test_what_is_not_installed_stops_both(packages):
    """A project whose packages are missing does not build."""
    ours, theirs = packages.run("build")
    assert ours.code == theirs.code == 2
    assert "warehouse deps" in ours.out
    assert "dbt deps" in theirs.out
