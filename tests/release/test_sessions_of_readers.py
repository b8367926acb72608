import json

from release_driver import build

from warehouse.release.lock import build_lock
from warehouse.release.retention import Retention, retain


def test_twenty_publishes(home, drive, tmp_path):
    """Readers see no error and no half state through twenty publishes."""
    build(home, 0)
    stop = tmp_path / "stop"
    readers = [drive(kind, home, stop) for kind in ("keep", "reopen", "reopen")]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n", reader.stderr.read()
    for number in range(1, 21):
        build(home, number)
        with build_lock(home, "warehouse build"):
            retain(home, Retention(5))
    stop.write_text("")
    results = [reader.communicate() for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0, 0], results
    keeping, *reopening = [json.loads(out) for out, _ in results]
    assert keeping["seen"] == [[0, 0, 20]]
    assert keeping["queries"] > 20
    for found in reopening:
        assert found["mixed"] == 0
        assert len(found["seen"]) > 3
    assert len(home.releases()) == 5
