"""A compiled template, and a render that knows which line each piece came from."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.nodes

from warehouse.errors import CompileError
from warehouse.jinja.environment import MACRO_PREFIX, Environment
from warehouse.jinja.faults import SOURCE, located
from warehouse.project.files import SourceFile

# How the compiled code yields a piece of the template's own text.
_TEXT_YIELD = ("yield '", 'yield "')


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's text, and for each piece of it the template's line.

    `starts` holds the offsets at which pieces begin; `pieces` says of each its first
    line, and whether it is the template's own text (then lines count on within it) or
    an expression's value (then all of it comes from that line).
    """

    text: str
    starts: tuple[int, ...] = ()
    pieces: tuple[tuple[int, bool], ...] = ()

    def line(self, offset: int) -> int | None:
        """Return the template's line that the character at `offset` came from."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return None
        first, is_text = self.pieces[index]
        if not is_text:
            return first
        return first + self.text.count("\n", self.starts[index], offset)


class Template:
    """A compiled source file; rendering tells lines and turns faults into errors."""

    def __init__(self, environment: Environment, file: SourceFile) -> None:
        self.file = file
        try:
            tree = environment.parse(file.text, file.path, file.path)
            self.macros = tuple(_macros(tree))
            python = environment.compile(tree, file.path, file.path, raw=True)
            code: Any = environment._compile(python, file.path)  # noqa: SLF001
        except jinja2.TemplateSyntaxError as error:
            raise CompileError(
                error.message or "invalid template",
                location=file.location(error.lineno),
            ) from error
        self._text_lines = {
            number
            for number, line in enumerate(python.splitlines(), start=1)
            if line.lstrip().startswith(_TEXT_YIELD)
        }
        self._template = jinja2.Template.from_code(environment, code, {SOURCE: file})
        debug_info = self._template.debug_info
        self._code_lines = [code_line for _, code_line in debug_info]
        self._lines = [line for line, _ in debug_info]

    def exports(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """Run the file for the macros that it defines, by their prefixed names."""
        context = self._context(names)
        with located(self.file):
            for _ in self._template.root_render_func(context):
                pass
        return dict(context.vars)

    def render(self, names: Mapping[str, Any]) -> Rendered:
        """Render the file with these names.

        Raises CompileError with the file, the line and the macros on the way.
        """
        texts: list[str] = []
        starts: list[int] = []
        pieces: list[tuple[int, bool]] = []
        offset = 0
        generator: Any = self._template.root_render_func(self._context(names))
        with located(self.file):
            for text in generator:
                texts.append(text)
                starts.append(offset)
                code_line = generator.gi_frame.f_lineno
                pieces.append((self._line(code_line), code_line in self._text_lines))
                offset += len(text)
        return Rendered("".join(texts), tuple(starts), tuple(pieces))

    def _line(self, code_line: int) -> int:
        index = bisect_right(self._code_lines, code_line) - 1
        return self._lines[index] if index >= 0 else 1

    def _context(self, names: Mapping[str, Any]) -> Any:
        return self._template.new_context(names, shared=True)  # type: ignore[arg-type]


def _macros(tree: jinja2.nodes.Template) -> Iterator[tuple[str, int]]:
    for node in tree.find_all(jinja2.nodes.Macro):
        if node.name.startswith(MACRO_PREFIX):
            yield node.name.removeprefix(MACRO_PREFIX), node.lineno
