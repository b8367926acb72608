"""`deps`: what a project requires is found and put into dbt_packages/."""

import subprocess
import tarfile
from pathlib import Path

import pytest
from tiny import PROJECT, TinyProject

from warehouse.api.dependencies import install_dependencies
from warehouse.errors import ConfigError, WarehouseError

MODEL = {"models/own.sql": "select '{{ greet.word() }}' as word\n"}


def package(folder: Path, name: str, **files: str) -> Path:
    """Write a package with one macro, `word`, that says the package's name."""
    files = {
        "dbt_project.yml": f"name: {name}\nversion: '1.0'\n",
        "macros/word.sql": f"{{% macro word() %}}{name}{{% endmacro %}}\n",
        **files,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def git(folder: Path, *words: str) -> str:
    """Run git in a folder, as somebody."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    done = subprocess.run(
        ["git", "-C", folder, *who, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def committed(folder: Path, tag: str) -> str:
    """Commit all of a folder and tag it; return the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", tag)
    git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path):
    """Return an empty project, beside which packages can stand."""
    tiny = TinyProject(tmp_path / "shop")
    tiny.write({**PROJECT, **MODEL})
    return tiny


def deps(project: TinyProject, **options: bool) -> list[str]:
    """Install; return the packages' names."""
    return [found.name for found in install_dependencies(project.root, {}, **options)]


def test_local_packages_are_linked_with_what_they_require(project, tmp_path):
    """A folder is linked to, and its own requirements come along, once each."""
    package(tmp_path / "greet", "greet", **{"packages.yml": "packages: [local: ../b]"})
    package(tmp_path / "b", "b")
    project.write({"packages.yml": "packages: [local: ../greet]\n"})
    assert deps(project) == ["greet", "b"]
    assert (project.root / "dbt_packages" / "greet").is_symlink()
    assert project.build() == {"own": "success"}
    assert project.rows("from main.own") == [("greet",)]


def test_a_git_repository_gives_the_commit_that_the_lock_keeps(project, tmp_path):
    """A branch is its commit until `--upgrade`; a tag and a subdirectory are found."""
    folder = package(tmp_path / "greet", "greet")
    package(folder / "inner", "inner", **{"packages.yml": "packages: [local: ../]"})
    first = committed(folder, "v1")
    branch = git(folder, "branch", "--show-current")
    project.write(
        {
            "packages.yml": f"""\
                packages:
                  - git: "file://{folder}"
                    revision: {branch}
                """
        }
    )
    assert deps(project) == ["greet"]
    lock = (project.root / "package-lock.yml").read_text()
    assert f"revision: {first}" in lock
    package(folder, "greet", **{"macros/more.sql": ""})
    committed(folder, "v2")
    added = project.root / "dbt_packages/greet/macros/more.sql"
    deps(project)
    assert not added.exists()
    deps(project, upgrade=True)
    assert added.exists()
    project.write(
        {
            "packages.yml": f"""\
                packages:
                  - git: {folder}
                    revision: v1
                    subdirectory: inner
                """
        }
    )
    assert deps(project) == ["inner", "greet"]
    assert not added.exists()
    assert deps(project) == ["inner", "greet"]


def test_a_tar_file_is_unpacked(project, tmp_path):
    """A tar file on disk holds one folder, which gets the name that is asked for."""
    with tarfile.open(tmp_path / "greet.tar.gz", "w:gz") as archive:
        archive.add(package(tmp_path / "greet", "greet"), "greet-1.0")
    project.write(
        {"dependencies.yml": "packages: [{tarball: ../greet.tar.gz, name: greet}]\n"}
    )
    assert deps(project, lock_only=True) == ["greet"]
    assert not (project.root / "dbt_packages").exists()
    assert deps(project) == ["greet"]
    assert project.build() == {"own": "success"}


def test_a_hub_package_stays_if_it_is_installed(project, tmp_path):
    """No hub is asked: what stands in dbt_packages is kept, anything else refused."""
    project.write({"packages.yml": "packages: [{package: a/greet, version: 1.1.0}]\n"})
    with pytest.raises(ConfigError, match="a/greet is not installed, and no hub"):
        deps(project)
    package(project.root / "dbt_packages" / "greet", "greet")
    assert deps(project) == ["greet"]
    assert project.build() == {"own": "success"}
    project.write({"packages.yml": "packages: [{package: a/greet, version: 1.2.0}]\n"})
    with pytest.raises(ConfigError, match=r"1.2.0 is asked for, and 1.1.0 is"):
        deps(project)


def test_a_failed_install_leaves_the_packages_as_they_were(project, tmp_path):
    """The folder of packages is replaced as a whole or not at all."""
    package(tmp_path / "greet", "greet")
    project.write({"packages.yml": "packages: [local: ../greet]\n"})
    deps(project)
    project.write({"packages.yml": "packages: [{local: ../gone}]\n"})
    with pytest.raises(ConfigError, match=r"packages.yml:1: ../gone does not exist"):
        deps(project)
    assert (project.root / "dbt_packages/greet/dbt_project.yml").exists()


def test_a_build_says_that_packages_are_missing(project, tmp_path):
    """Whoever builds before installing is told what to run."""
    package(tmp_path / "greet", "greet")
    project.write({"packages.yml": "packages: [{local: ../greet}]\n"})
    with pytest.raises(WarehouseError) as raised:
        project.build()
    assert raised.value.hint == "run: warehouse deps"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{lokal: ../x}", 'did you mean "local"'),
        ("{package: dbt_utils, version: 1}", "who publishes it"),
        ("{local: ../x, revision: a}", "unknown key `revision` of a `local` package"),
        ("{git: /nowhere, revision: a}", "/nowhere does not exist"),
        ("{tarball: 'https://example.com/x.tgz', name: x}", "is not downloaded"),
        ("{private: a/b}", "private packages"),
        ("{local: .}", "is the name of the project itself too"),
    ],
)
def test_a_wrong_entry_is_told_at_its_line(project, entry, message):
    """Each fault names the file and line, and what could be meant."""
    project.write({"packages.yml": f"packages:\n  - {entry}\n"})
    with pytest.raises(ConfigError) as raised:
        deps(project)
    assert message in str(raised.value)
    assert str(raised.value).startswith("packages.yml:2")
