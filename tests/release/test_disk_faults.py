"""A full disk, a read-only one, damaged files: each has a message; nothing is lost."""

import os
import re
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from release_driver import spoil
from tiny import PROJECT, TinyProject

DISK_BYTES = 4 << 20
BIG = "select i, hash(i)::varchar as h from range({{ var('rows', 10) }}) as t(i)"
MODEL = "{{ config(materialized='table') }} " + BIG


def mounted(folder, *options):
    """Whether a small disk in memory could be put there; not everyone may."""
    try:
        done = subprocess.run(
            ["mount", *options, folder], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


class Shop:
    """A project whose home is on a disk of a few megabytes."""

    def __init__(self, root, disk):
        self.disk = disk
        options = ("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs")
        self.is_mounted = mounted(disk, *options)
        self.tiny = TinyProject(root)
        home = f"[tool.warehouse]\nhome = '{disk}/data'\n"
        self.tiny.write(
            {**PROJECT, "pyproject.toml": home, "models/marts/big.sql": MODEL}
        )

    def run(self, *words, limited=False):
        """Run a command as a process; return its exit code and all that it said."""
        before = None
        if limited and not self.is_mounted:
            before = partial(limit_files, DISK_BYTES)
        done = subprocess.run(
            [sys.executable, "-m", "warehouse", *words,
             "--project-dir", self.tiny.root, "--no-color"],
            capture_output=True, text=True, check=False, preexec_fn=before,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def build(self, rows, limited=False):
        """Build a mart of so many rows."""
        return self.run("build", "--vars", f"{{rows: {rows}}}", limited=limited)

    @property
    def current(self):
        """Return what the pointer names."""
        return (self.disk / "data/current").readlink()

    def rows(self):
        """Count the rows that a reader finds."""
        code, said = self.run(
            "query", "select count(*) as n from big", "--format", "csv"
        )
        assert code == 0, said
        return int(said.split()[1])

    def fail(self, rows):
        """Leave a candidate behind, with the mart in it."""
        late = "models/marts/late.sql"
        self.tiny.write({late: "select no_such_column from {{ ref('big') }}"})
        assert self.build(rows)[0] == 1
        self.tiny.remove(late)

    def forbid(self):
        """Take the right to write from the disk, or from its folders."""
        if not self.is_mounted or not mounted(self.disk, "-o", "remount,ro"):
            for folder in [self.disk, *self.disk.rglob("*")]:
                folder.chmod(folder.stat().st_mode & ~0o222)

    def leave(self):
        """Give the disk back."""
        if self.is_mounted:
            subprocess.run(["umount", self.disk], check=False)
        else:
            for folder in [self.disk, *self.disk.rglob("*")]:
                folder.chmod(folder.stat().st_mode | 0o200)


def limit_files(size):
    """Let no file of this process grow beyond a size: the write fails, as on a disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def fill(folder):
    """Write to a disk until it takes nothing more."""
    with (folder / "full").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


@pytest.fixture
def shop(tmp_path):
    """Publish a release of ten rows on a small disk."""
    disk = tmp_path / "disk"
    disk.mkdir()
    found = Shop(tmp_path / "shop", disk)
    code, said = found.build(10)
    assert code == 0, said
    yield found
    found.leave()


def test_a_full_disk_keeps_what_is_published(shop):
    """The build ends with 1 and says so; with room again the next one works."""
    before = shop.current
    code, said = shop.build(3_000_000, limited=True)
    assert code == 1
    assert "No space left on device" in said or "File too large" in said
    assert "Traceback" not in said
    assert shop.current == before
    assert shop.rows() == 10
    for left in (shop.disk / "data/candidate").glob("warehouse.duckdb*"):
        left.unlink()
    code, said = shop.build(20)
    assert code == 0, said
    assert shop.rows() == 20


def test_a_read_only_home_is_told(shop):
    """Nothing can be built there, the message names the file; readers go on."""
    if os.geteuid() == 0 and not shop.is_mounted:
        shop.disk.joinpath("data/build.lock").unlink()
        shop.disk.joinpath("data/build.lock").mkdir()  # root may write anywhere else
    shop.forbid()
    code, said = shop.build(20)
    assert code == 1
    assert "build.lock" in said
    assert shop.rows() == 10


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("warehouse.duckdb", b"damaged" * 99),
        ("warehouse.duckdb", None),
        ("warehouse.duckdb.wal", b"damaged" * 99),
        ("nodes.jsonl", b"\xff\xfe\n"),
        ("base", b"\xff\xfe"),
    ],
)
def test_a_damaged_candidate_is_begun_again(shop, name, content):
    """What a failed build left is thrown away when it cannot be read."""
    shop.fail(20)
    damaged = shop.disk / "data/candidate" / name
    if content is None:
        os.truncate(damaged, 5000)
    else:
        damaged.write_bytes(content)
    code, said = shop.build(20)
    assert code == 0, said
    assert shop.rows() == 20
    assert shop.run("verify")[0] == 0


def test_a_disk_without_a_byte_left_lets_a_release_be_rolled_back(shop, monkeypatch):
    """No build can begin there, and its hook hears of it; a rollback needs no room."""
    if not shop.is_mounted:
        pytest.skip("needs the right to mount a disk of its own")
    assert shop.build(20)[0] == 0
    fill(shop.disk)
    told = shop.tiny.root / "told.json"
    monkeypatch.setenv("WAREHOUSE_ON_FAILURE", f"cat > '{told}'")
    code, said = shop.build(30)
    assert (code, "make room and build again" in said) == (1, True), said
    assert "No space left on device" in told.read_text()
    assert shop.rows() == 20
    code, said = shop.run("rollback")
    assert code == 0, said
    assert shop.rows() == 10


def test_a_release_with_a_changed_byte_is_not_copied_on(shop):
    """A byte that a failing disk has changed gets into no later release."""
    big = shop.disk / "data/current/warehouse.duckdb"
    spoil(big)
    shop.tiny.write({"models/marts/other.sql": "select 1 as a"})
    code, said = shop.build(10)
    assert code == 0, said
    assert "its bytes have changed" in said
    assert "building from nothing" in said
    assert "2 ran" in said
    assert shop.rows() == 10


def test_a_damaged_release_is_built_anew(shop):
    """Readers are told of the file; a build says what it found and starts anew."""
    database = shop.disk / "data/current/warehouse.duckdb"
    database.chmod(0o644)
    database.write_bytes(b"damaged" * 99)
    code, said = shop.run("query", "from big")
    assert code == 1
    assert "warehouse.duckdb" in said
    code, said = shop.build(10)
    assert code == 0, said
    assert "the current release is damaged" in said
    assert shop.rows() == 10


def test_every_promise_names_tests_that_exist():
    """docs/reliability.md names files and functions of the tests."""
    root = Path(__file__).parents[2]
    page = (root / "docs/reliability.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    for path, function in named:
        assert f"def {function}" in (root / path).read_text(), (path, function)
