"""Marks in what macros write: of each piece, from which line of which file it came.

Text loses its lines on the way out of a macro. So after a fault the template is
rendered once more, by macros that put a mark before each line of what they write.
"""

import re
from collections.abc import Iterator

import jinja2.nodes

from warehouse.project.files import SourceFile

# Characters for private use: no SQL has them.
_MARK = re.compile("\ue000([^\ue000\ue001]*)\ue001")


def put_marks(tree: jinja2.nodes.Template, file: SourceFile) -> None:
    """Let the macros of a template mark what they write."""
    macros = tree.find_all(jinja2.nodes.Macro)
    outputs = {id(o): o for m in macros for o in m.find_all(jinja2.nodes.Output)}
    for output in outputs.values():
        output.nodes = [new for node in output.nodes for new in _marked(node, file)]


def _marked(node: jinja2.nodes.Expr, file: SourceFile) -> Iterator[jinja2.nodes.Expr]:
    if not isinstance(node, jinja2.nodes.TemplateData):
        yield jinja2.nodes.TemplateData(_mark(file, node.lineno), lineno=node.lineno)
        yield node
        return
    lines = enumerate(node.data.split("\n"), start=node.lineno)
    text = "\n".join(_mark(file, number) + line for number, line in lines)
    yield jinja2.nodes.TemplateData(text, lineno=node.lineno)


def _mark(file: SourceFile, line: int) -> str:
    return f"\ue000{file.path}:{line + file.begins - 1}\ue001"


def marked_place(marked: str, text: str, begin: int, offset: int) -> str | None:
    """Return the last place that is marked from `begin` up to `offset` of a text.

    None where no macro wrote there, and where the marks made it another text: a macro
    may look at what it gets. Blanks do not count: a mark may keep them from `trim`.

    >>> marked_place("a \ue000m.sql:2\ue001b", "a b", 0, 2)
    'm.sql:2'
    """
    pieces = _MARK.split(marked)
    if _solid("".join(pieces[::2])) != _solid(text):
        return None
    first, last = len(_solid(text[:begin])), len(_solid(text[:offset]))
    found, position = None, 0
    for piece, place in zip(pieces[::2], pieces[1::2], strict=False):
        position += len(_solid(piece))
        if position > last:
            break
        if position >= first:
            found = place
    return found


def _solid(text: str) -> str:
    return "".join(text.split())
