"""Templates of nothing but text and plain calls, which need no compiling.

Most models are: SQL with `{{ ref('orders') }}` in it. Reading them here takes a tenth
of the time that Jinja takes to compile them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The context's own functions; a macro of the same name is left to Jinja.
NAMES = frozenset({"ref", "source", "config", "var", "env_var"})
_LITERAL = r"""'[^'\\{}%#]*'|"[^"\\{}%#]*"|\d{1,9}|[tT]rue|[fF]alse"""
_ARGUMENT = re.compile(rf"\s*(?:([a-z_]\w*)\s*=\s*)?({_LITERAL})\s*(,|$)")
_NAME = "|".join(sorted(NAMES))
_EXPRESSION = re.compile(rf"(?<!\{{)\{{\{{[ \t]*({_NAME})\(([^(){{}}%#]*)\)\s*\}}\}}")
_CALL = re.compile(rf"\s*({_NAME})\(([^(){{}}%#]*)\)\s*")
_OPENINGS = ("{{", "{%", "{#", "\r")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the context's functions with literal arguments."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def value(self, names: Mapping[str, Any]) -> Any:
        """Return what the call gives with these names."""
        return names[self.name](*self.args, **self.kwargs)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a template: text, or a call; and the line on which it begins."""

    line: int
    content: str | Call


def read_call(text: str) -> Call | None:
    """Return the plain call that a text is, or None.

    >>> read_call("ref('orders', v=2)")
    Call(name='ref', args=('orders',), kwargs={'v': 2})
    >>> read_call("ref(name)") is None
    True
    """
    found = _CALL.fullmatch(text)
    return None if found is None else _call(found[1], found[2])


def read_pieces(text: str) -> tuple[Piece, ...] | None:
    """Return the pieces of a plain template; None for one that Jinja must read."""
    pieces: list[Piece] = []
    # As Jinja does: the newline that ends a file is no part of its text.
    text = text.removesuffix("\n")
    line, end = 1, 0
    for found in _EXPRESSION.finditer(text):
        call = _call(found[1], found[2])
        between = text[end : found.start()]
        if call is None or any(opening in between for opening in _OPENINGS):
            return None
        if between:
            pieces.append(Piece(line, between))
        line += between.count("\n")
        pieces.append(Piece(line, call))
        line += found[0].count("\n")
        end = found.end()
    rest = text[end:]
    if any(opening in rest for opening in _OPENINGS):
        return None
    return (*pieces, Piece(line, rest)) if rest else tuple(pieces)


def is_plain(pieces: Iterable[Piece], names: Mapping[str, Any]) -> bool:
    """Whether the calls mean the context's own functions with these names."""
    called = {p.content.name for p in pieces if isinstance(p.content, Call)}
    found = (names.get(name) for name in called)
    return all(callable(v) and not getattr(v, "is_macro", False) for v in found)


def _call(name: str, text: str) -> Call | None:
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    end = 0
    while text[end:].strip():
        found = _ARGUMENT.match(text, end)
        if found is None or (kwargs and not found[1]) or found[1] in kwargs:
            return None
        if found[1]:
            kwargs[found[1]] = _literal(found[2])
        else:
            args.append(_literal(found[2]))
        end = found.end()
    return Call(name, tuple(args), kwargs)


def _literal(text: str) -> Any:
    if text[0] in "'\"":
        return text[1:-1]
    return int(text) if text.isdecimal() else text.lower() == "true"
