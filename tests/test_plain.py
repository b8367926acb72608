from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.jinja.environment import Environment
from warehouse.jinja.macros import MacroLibrary, Scope
from warehouse.jinja.template import Template
from warehouse.project.files import SourceFile, text_checksum

FILES = [
    path
    for folder in ("tests", "sql")
    for path in sorted(Path(__file__).parents[1].glob(f"{folder}/**/*.sql"))
]
PIECES = st.sampled_from(
    [
        "select 1", "\n", " ", "{{ ref('a') }}", "{{ref('a', 'b')}}", '{{ ref("a") }}',
        "{{ source('x', 'y') }}", "{{ config(materialized='table', enabled=true) }}",
        "{{ config(\n  alias='b'\n) }}", "{{ var('z', 3) }}", "{{ ref('a', v=2) }}",
        "}}", "{", "'", "--", "{{ ref('a' 'b') }}", "{{ ref('a',) }}",
    ]
)  # fmt: skip


def said(name):
    """Return a function that tells how it was called."""
    return lambda *args, **kwargs: f"<{name}\n{args}{kwargs}>"


def rendered(text: str, *, by_jinja: bool):
    """Render a text with functions that tell how they were called."""
    file = SourceFile("m.sql", "m.sql", text, text_checksum(text))
    environment = Environment()
    try:
        template = Template(environment, file)
        if by_jinja:
            template._pieces = None
            template._compile()
        names = ("ref", "source", "config", "var", "env_var")
        library = MacroLibrary(environment, "p", {})
        scope = Scope(library, "p", {name: said(name) for name in names})
        return template.render(scope.names("p"))
    except Exception as error:  # noqa: BLE001 - both must refuse the same
        return SimpleNamespace(said=str(error)).said


@given(st.lists(PIECES, max_size=8).map("".join))
def test_plain_templates_are_rendered_as_jinja_does(text):
    """Text, lines and faults are those of the compiled template."""
    assert rendered(text, by_jinja=False) == rendered(text, by_jinja=True)


@pytest.mark.parametrize("path", FILES[:: max(1, len(FILES) // 60)], ids=str)
def test_files_are_rendered_as_jinja_does(path):
    """So they are for files that people wrote."""
    text = path.read_text(errors="replace")
    assert rendered(text, by_jinja=False) == rendered(text, by_jinja=True)
