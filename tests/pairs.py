"""Cases in text files: `=== title`, then a named part after each `--- name`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "pairs"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its title, and its parts by name."""

    title: str
    parts: dict[str, str]

    def files(self) -> dict[str, str]:
        """Return the parts that are files of a project: those with an ending."""
        return {name: text for name, text in self.parts.items() if "." in name}


def read_cases(name: str) -> list[Any]:
    """Read `pairs/<name>.txt` into parameters for one parametrised test.

    The newline that ends a part, before the next heading, is not part of it.
    """
    cases: list[Any] = []
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for chunk in f"\n{text}".split("\n=== ")[1:]:
        title, *parts = chunk.rstrip("\n").split("\n--- ")
        named = {}
        for part in parts:
            heading, _, body = part.partition("\n")
            named[heading] = body.rstrip("\n")
        cases.append(pytest.param(Case(title.strip(), named), id=title.strip()))
    return cases
