import os
import re
import socket
import threading
import time

import pytest

from warehouse.errors import ExitCode, LockedError, ReleaseError
from warehouse.release.home import Home
from warehouse.release.lock import Holder, build_lock


def test_names_holder(home, drive):
    """Who comes second is told the holder's pid, host, start and command."""
    holder = drive("lock", home)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(LockedError) as caught, build_lock(home, "warehouse build"):
        pass
    who = rf"held by pid {holder.pid} on host {re.escape(socket.gethostname())} "
    since = r"since \d\d:\d\d UTC: warehouse build --select held"
    assert re.fullmatch(who + since, caught.value.message)
    assert caught.value.exit_code is ExitCode.LOCKED


def test_dead_holder(home, drive):
    """A holder killed with -9 leaves a file that names it, and no lock."""
    holder = drive("lock", home)
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    assert str(holder.pid) in home.lock_file.read_text()
    with build_lock(home, "warehouse build"):
        assert f'"pid": {os.getpid()}' in home.lock_file.read_text()


def test_free_again(home):
    """The lock can be taken again after use and after a failure; the file stays."""
    with pytest.raises(ZeroDivisionError), build_lock(home, "a"):
        raise ZeroDivisionError
    with build_lock(home, "b"):
        pass
    assert home.lock_file.read_text() == ""


def test_wait(home, drive):
    """Who waits gets the lock when the holder ends, or the holder's name in time."""
    holder = drive("lock", home)
    holder.stdout.readline()
    begin = time.monotonic()
    with pytest.raises(LockedError), build_lock(home, "a", wait=0.25):
        pass
    assert 0.25 <= time.monotonic() - begin < 2
    threading.Timer(0.2, holder.kill).start()
    with build_lock(home, "a", wait=10):
        assert holder.wait() == -9


def test_threads(home):
    """Threads of one process exclude each other."""
    inside, seen = [], []

    def work(number: int) -> None:
        with build_lock(home, f"thread {number}", wait=30):
            inside.append(number)
            seen.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 6


def test_older_holder():
    """A holder of another day is shown with the day."""
    holder = Holder(7, "x", "warehouse build", "2020-02-03T02:00:00+00:00")
    assert str(holder) == "pid 7 on host x since 2020-02-03 02:00 UTC: warehouse build"


def test_impossible_home(tmp_path):
    """A home that cannot be made is reported with its path and the reason."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ReleaseError, match="cannot take the build lock: Not a dir"),
        build_lock(Home(tmp_path / "file" / "data"), "warehouse build"),
    ):
        pass
