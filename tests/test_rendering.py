"""Templates: what they render to, and which line each line of the result came from."""

import pytest
from pairs import read_cases


@pytest.mark.parametrize("case", read_cases("rendering"))
def test_a_model_renders(case, tiny):
    """A model's template renders to the SQL that dbt would make of it."""
    project = tiny({**case.files(), "models/m.sql": case.parts["input"]})
    lines = (line.rstrip() for line in project.compiled("m").splitlines())
    expected = [line for line in case.parts["expected"].splitlines() if line]
    assert [line for line in lines if line] == expected


@pytest.mark.parametrize("case", read_cases("lines"))
def test_a_rendered_line_knows_its_origin(case, tiny):
    """Each rendered line tells the template's line that its text came from."""
    project = tiny({**case.files(), "models/m.sql": case.parts["input"]})
    compiled = project.workspace().compile("m", never)
    shown, offset = [], 0
    for line in compiled.sql.split("\n"):
        if line.strip():
            start = offset + len(line) - len(line.lstrip())
            shown.append(f"{compiled.locate(start).line}| {line.strip()}")
        offset += len(line) + 1
    assert "\n".join(shown) == case.parts["expected"]


def never():
    """Stand for a database that no template here asks for."""
    raise AssertionError("a template asked the database")
