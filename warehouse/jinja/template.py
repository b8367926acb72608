"""A compiled template, and a render that knows which line each piece came from."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import jinja2.nodes

from warehouse.errors import CompileError
from warehouse.jinja.environment import MACRO_PREFIX, Environment
from warehouse.jinja.faults import SOURCE, DatabaseNeeded, located
from warehouse.jinja.marks import put_marks
from warehouse.jinja.plain import Piece, is_plain, read_pieces
from warehouse.project.files import SourceFile

_HEAD = re.compile(r"\{%-? (macro|test) (\w+)\(")
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

    def value_at(self, offset: int) -> int | None:
        """Return where the value begins that the character at `offset` is in.

        None for one of the template's own text.
        """
        index = bisect_right(self.starts, offset) - 1
        if index < 0 or self.pieces[index][1]:
            return None
        return self.starts[index]


class Template:
    """A source file to render; rendering tells lines and turns faults into errors.

    A plain file is compiled only when something in it fails: Jinja tells the place. So
    is a `library` of the engine's own when one of its macros is first called: it holds
    nothing but macros, each of which begins its line.
    """

    def __init__(
        self, environment: Environment, file: SourceFile, *, library: bool = False
    ) -> None:
        self.file = file
        self.macros: tuple[tuple[str, int], ...] = ()
        self._is_library = library
        self.is_shareable = library  # its macros do not depend on the first rendering
        self._environment = environment
        self._template: jinja2.Template | None = None
        self._pieces: tuple[Piece, ...] | None = None
        if library:
            self.macros = tuple(_heads(file.text))
            return
        self._pieces = read_pieces(file.text)
        if self._pieces is None:
            self._compile()

    def _compiled(self) -> jinja2.Template:
        return self._template or self._compile()

    def _compile(self) -> jinja2.Template:
        environment, file = self._environment, self.file
        try:
            tree = environment.parse(file.text, file.path, file.path)
            self.macros = tuple(_macros(tree))
            self.is_shareable = all(map(_is_definition, tree.body))
            if environment.is_marking and not self._is_library:
                put_marks(tree, file)
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
        template = jinja2.Template.from_code(environment, code, {SOURCE: file})
        self._code_lines = [code_line for _, code_line in template.debug_info]
        self._lines = [line for line, _ in template.debug_info]
        self._template = template
        return template

    def exports(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """Run the file for the macros that it defines, by their prefixed names."""
        template = self._compiled()
        context = template.new_context(names, shared=True)  # type: ignore[arg-type]
        with located(self.file):
            for _ in template.root_render_func(context):
                pass
        return dict(context.vars)

    def render(self, names: Mapping[str, Any]) -> Rendered:
        """Render the file with these names.

        Raises CompileError with the file, the line and the macros on the way.
        """
        if self._pieces is not None and is_plain(self._pieces, names):
            try:
                return _joined(self._pieces, names)
            except DatabaseNeeded:
                raise
            except Exception:  # noqa: BLE001, S110 - Jinja fails again, and says where
                pass
        if self._pieces is not None:
            self._pieces = None
            self._compile()
        return self._run(names)

    def _run(self, names: Mapping[str, Any]) -> Rendered:
        texts: list[str] = []
        starts: list[int] = []
        pieces: list[tuple[int, bool]] = []
        offset = 0
        template = self._compiled()
        context = template.new_context(names, shared=True)  # type: ignore[arg-type]
        generator: Any = template.root_render_func(context)
        with located(self.file):
            for piece in generator:
                text = str(piece)  # what a call block gives may be undefined
                texts.append(text)
                starts.append(offset)
                code_line = generator.gi_frame.f_lineno
                pieces.append((self._line(code_line), code_line in self._text_lines))
                offset += len(text)
        return Rendered("".join(texts), tuple(starts), tuple(pieces))

    def _line(self, code_line: int) -> int:
        index = bisect_right(self._code_lines, code_line) - 1
        return self._lines[index] if index >= 0 else 1


def _joined(pieces: tuple[Piece, ...], names: Mapping[str, Any]) -> Rendered:
    """Render plain pieces."""
    texts, starts, places = [], [], []
    offset = 0
    for piece in pieces:
        content = piece.content
        text = content if isinstance(content, str) else str(content.value(names))
        texts.append(text)
        starts.append(offset)
        places.append((piece.line, isinstance(content, str)))
        offset += len(text)
    return Rendered("".join(texts), tuple(starts), tuple(places))


def _is_definition(node: jinja2.nodes.Node) -> bool:
    """Whether a part of a file does nothing when the file runs but define a macro."""
    if isinstance(node, jinja2.nodes.Output):
        return all(isinstance(n, jinja2.nodes.TemplateData) for n in node.nodes)
    return isinstance(node, jinja2.nodes.Macro)


def _heads(text: str) -> Iterator[tuple[str, int]]:
    """Yield name and line of the macros that begin a line."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = _HEAD.match(line)
        if found:
            yield ("test_" if found[1] == "test" else "") + found[2], number


def _macros(tree: jinja2.nodes.Template) -> Iterator[tuple[str, int]]:
    for node in tree.find_all(jinja2.nodes.Macro):
        if node.name.startswith(MACRO_PREFIX):
            yield node.name.removeprefix(MACRO_PREFIX), node.lineno
