"""What the README and the pages for analysts say is what happens.

After answers changed on purpose: `pytest tests/network/test_docs.py --accept` writes
them; then read what git shows.
"""

import re
import shlex
import subprocess
import sys

import pytest
from network_project import ROOT, warehouse

README_PATH = ROOT / "README.md"
README = README_PATH.read_text(encoding="utf-8")
PAGES = [
    ROOT / "docs" / name
    for name in ("questions.md", "metrics.md", "contributing-data.md")
]
ANSWER = re.compile(
    r"^```sql\n(.*?)^```\n\n```text\n(.*?)^```", re.DOTALL | re.MULTILINE
)
ASKED = [
    pytest.param(page, number, id=f"{page.stem} {number + 1}")
    for page in PAGES
    for number in range(len(ANSWER.findall(page.read_text(encoding="utf-8"))))
]


def blocks(language):
    """Return the README's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("console"))
def test_shown_commands(release, request, block):
    """Each command that the README shows prints what the README shows."""
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "warehouse"
    done = warehouse(release.parents[1], *words[1:])
    printed = "".join(
        f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines()
    )
    if request.config.getoption("--accept"):
        text = README_PATH.read_text(encoding="utf-8")
        README_PATH.write_text(
            text.replace(block, f"{command}\n{printed}"), encoding="utf-8"
        )
    else:
        assert printed == shown


@pytest.mark.parametrize(("page", "number"), ASKED)
def test_answers(release, request, page, number):
    """Each query of a page for analysts gives the answer that is shown below it."""
    text = page.read_text(encoding="utf-8")
    found = list(ANSWER.finditer(text))[number]
    done = warehouse(release.parents[1], "query", found[1])
    assert done.returncode == 0, done.stderr
    answer = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
    if request.config.getoption("--accept"):
        text = text[: found.start(2)] + answer + text[found.end(2) :]
        page.write_text(text, encoding="utf-8")
    else:
        assert answer == found[2]


def test_every_metric_is_explained(query):
    """Each ratio and index of the marts is named on the page of metrics."""
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    columns = query(
        "select distinct column_name from duckdb_columns() "
        "where schema_name = 'marts' and data_type = 'DOUBLE' "
        "and table_name not in ('claim_conflicts', 'market_cap_moves')"
    )
    bounds = re.compile(r"^priced_|_(low|high)$|^(outgoing|incoming)_(?=coverage)")
    names = {bounds.sub("", name) for (name,) in columns} - {"quantity"}
    assert {name for name in names if name not in text} == set()


@pytest.mark.parametrize("block", blocks("python"))
def test_shown_python(release, block):
    """Each piece of Python that the README shows runs beside a release."""
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=release.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "line",
    [
        line
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("warehouse ")
    ],
)
def test_said_commands(release, line):
    """Each command that the README names works."""
    done = warehouse(release.parents[1], *shlex.split(line)[1:])
    assert done.returncode == 0, done.stderr


def test_settings(project):
    """The settings that the README lists are settings that the engine knows."""
    (block,) = blocks("toml")
    (project / "pyproject.toml").write_text(block)
    done = warehouse(project, "parse")
    assert done.returncode == 0, done.stderr
