"""The examples in docstrings."""

import doctest
import importlib
from pathlib import Path

import pytest

import warehouse

PACKAGE = Path(warehouse.__file__).parent
MODULES = [
    ".".join(("warehouse", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8") and path.name != "__init__.py"
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    """Each example in a module's docstrings gives what it shows."""
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried
    assert not failed
