"""Docs blocks: named texts in Markdown files that descriptions put in by name."""

import re
from collections.abc import Iterable

from warehouse.jinja.faults import unknown
from warehouse.project.package import Package

_BLOCK = re.compile(
    r"\{%-?\s*docs\s+(\w+)\s*-?%\}(.*?)\{%-?\s*enddocs\s*-?%\}", re.DOTALL
)


class Docs:
    """`doc('name')` or `doc('package', 'name')`."""

    def __init__(self, packages: Iterable[Package]) -> None:
        self._blocks: dict[str, str] = {}
        for package in packages:
            for file in package.docs:
                for name, text in _BLOCK.findall(file.text):
                    self._blocks.setdefault(name, text.strip())
                    self._blocks[f"{package.name}.{name}"] = text.strip()

    def __call__(self, *names: str) -> str:
        """Return a block's text; raise CompileError with the nearest names."""
        key = ".".join(names)
        if key not in self._blocks:
            raise unknown("docs block", key, self._blocks)
        return self._blocks[key]
