"""The engine's own macros."""

import pytest

from warehouse.jinja.environment import Environment
from warehouse.jinja.macros import _built_in_files
from warehouse.jinja.template import Template


@pytest.mark.parametrize("file", _built_in_files(), ids=lambda file: file.relative)
def test_heads(file):
    """A file of the engine's has only macros, which are found without compiling it."""
    environment = Environment()
    found = Template(environment, file, library=True)
    compiled = Template(environment, file)
    assert compiled.is_shareable
    assert sorted(found.macros) == sorted(compiled.macros)
