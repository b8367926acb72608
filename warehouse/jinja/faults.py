"""Faults inside templates: which file and line, through which macros."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import jinja2

from warehouse.errors import CompileError, Location, WarehouseError, nearest
from warehouse.project.files import SourceFile

# Under this name a template's globals hold its SourceFile.
SOURCE = "__source__"


class MacroReturn(Exception):  # noqa: N818 - control flow, not a fault
    """`return(value)`: leaves a macro with a value instead of text."""

    def __init__(self, value: Any) -> None:
        self.value = value


class DatabaseNeeded(Exception):  # noqa: N818 - control flow, not a fault
    """A template asks the database while none is open: render it again later."""


class TemplateFault(Exception):  # noqa: N818 - raised for a template
    """`exceptions.raise_compiler_error`: a template refuses."""


@contextmanager
def located(file: SourceFile) -> Iterator[None]:
    """Turn whatever a template raises into a CompileError that points into it.

    `file` is what is rendered, for faults that leave no line.
    """
    try:
        yield
    except (DatabaseNeeded, MacroReturn):
        raise
    except WarehouseError as error:
        if error.location is None:
            frames = _frames(error.__traceback__)
            error.location, error.stack = _place(file, frames)
        raise
    except Exception as error:
        location, stack = _place(file, _frames(error.__traceback__))
        raise CompileError(
            _message(error),
            location=location,
            stack=stack,
            hint=getattr(error, "advice", None),  # the database may know what to do
        ) from error


def _frames(trace: TracebackType | None) -> list[tuple[SourceFile, int]]:
    """List the template frames of a traceback, outermost first."""
    frames = []
    for frame, line in traceback.walk_tb(trace):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and SOURCE in template.globals:
            place = template.get_corresponding_lineno(line)
            frames.append((template.globals[SOURCE], place))
    return frames


def _place(
    file: SourceFile, frames: list[tuple[SourceFile, int]]
) -> tuple[Location, tuple[str, ...]]:
    """Choose the innermost line of the user's own, and name the frames around it.

    A fault inside a built-in macro is shown where the user's file calls it.
    """
    own = [frame for frame in frames if not frame[0].path.startswith("<built-in>")]
    if not own:
        return file.location(), ()
    source, line = own[-1]
    outer = [
        f"{source.path}:{line + source.begins - 1}"
        for source, line in reversed(own[:-1])
    ]
    return source.location(line), tuple(dict.fromkeys(outer))


def _message(error: Exception) -> str:
    if isinstance(error, TemplateFault):
        return str(error)
    if isinstance(error, jinja2.UndefinedError):
        return error.message or "an unknown name"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.message or "invalid template"
    text = str(error).replace("macro 'macro__", "macro '")
    return text if hasattr(error, "message") else f"{type(error).__name__}: {text}"


def unknown(kind: str, name: str, known: Any) -> CompileError:
    """Return the error for a name that a template uses and nothing has."""
    return CompileError(f'no {kind} "{name}"', hint=nearest(name, known))
