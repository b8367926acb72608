"""The gallery of faults: `projects/<fault>/`, each with the exact message it gives.

After a message was changed on purpose: `pytest tests/test_gallery.py --accept`, then
read what git shows.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import TinyProject

from warehouse.errors import WarehouseError

PROJECTS = Path(__file__).parent / "projects"


def messages(project: TinyProject) -> Iterator[str]:
    """Build the project; yield all that a user is told of what is wrong."""
    try:
        project.build(options={"threads": 1})
        assert project.result is not None
        for result in project.result.results:
            if result.message:
                told = result.detail or result.message
                yield f"{result.status} {result.name}: {told}"
    except WarehouseError as error:
        yield f"{error.title}: {error}"
    finally:
        yield from (f"warning: {warning}" for warning in project.warnings())


@pytest.mark.parametrize("fault", sorted(path.name for path in PROJECTS.iterdir()))
def test_a_fault_is_told(fault, tmp_path, request):
    """A faulty project tells what is wrong, in which file and line, and what to do."""
    folder = tmp_path / "shop"
    shutil.copytree(PROJECTS / fault, folder)
    expected = PROJECTS / fault / "expected.txt"
    told = "\n".join(messages(TinyProject(folder)))
    told = told.replace(str(folder), "<project>") + "\n"
    if request.config.getoption("--accept"):
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
