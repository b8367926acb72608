"""An SQL type as a tree: read from DuckDB's text for it, and written back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_TOKEN = re.compile(r"""\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|[\w+-]+|[(),\[\]])""")
_NAMED = {"STRUCT", "UNION"}  # name type, name type, ...
_PLAIN = {"MAP", "TUPLE"}  # type, type, ...
LIST, ARRAY = "LIST", "ARRAY"


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type, the types inside it by name, and its other arguments as text.

    Inside a list or array is its "element"; a map has a "key" and a "value".
    """

    name: str
    inside: tuple[tuple[str, "SqlType"], ...] = ()
    arguments: tuple[str, ...] = ()

    def walk(self) -> Iterator["SqlType"]:
        """Give this type and all inside it, outer first."""
        yield self
        for _, child in self.inside:
            yield from child.walk()

    def __str__(self) -> str:
        types = [str(child) for _, child in self.inside]
        if self.name in {LIST, ARRAY}:
            return f"{types[0]}[{''.join(self.arguments)}]"
        if self.name in _NAMED:
            names = ['"' + name.replace('"', '""') + '"' for name, _ in self.inside]
            types = [f"{name} {sql}" for name, sql in zip(names, types, strict=True)]
        parts = ", ".join(types) or ",".join(self.arguments)
        return f"{self.name}({parts})" if parts else self.name


def parse(text: str) -> SqlType:
    """Read a type as DuckDB writes it.

    >>> parse('STRUCT("a b" DECIMAL(18,2)[], c TIME WITH TIME ZONE)').inside[1]
    ('c', SqlType(name='TIME WITH TIME ZONE', inside=(), arguments=()))
    """
    tokens = _TOKEN.findall(text)[::-1]  # the next one is the last: pop() takes it
    return _type(tokens)


def _type(tokens: list[str]) -> SqlType:
    words = [_unquoted(tokens.pop())]
    while tokens and tokens[-1][0].isalpha():
        words.append(tokens.pop())
    found = SqlType(" ".join(words))
    if tokens and tokens[-1] == "(":
        found = _with_arguments(found, tokens)
    while tokens and tokens[-1] == "[":
        tokens.pop()
        size = tokens.pop()
        if size == "]":
            found = SqlType(LIST, (("element", found),))
        else:
            tokens.pop()
            found = SqlType(ARRAY, (("element", found),), (size,))
    return found


def _with_arguments(found: SqlType, tokens: list[str]) -> SqlType:
    """Read what stands in a type's parentheses."""
    inside: list[tuple[str, SqlType]] = []
    arguments: list[str] = []
    while tokens.pop() != ")":  # what is taken is the "(", a "," or the end
        if found.name in _NAMED:
            name = _unquoted(tokens.pop())
            inside.append((name, _type(tokens)))
        elif found.name in _PLAIN:
            inside.append((_place(found.name, len(inside)), _type(tokens)))
        else:
            arguments.append(tokens.pop())
    return replace(found, inside=tuple(inside), arguments=tuple(arguments))


def _place(name: str, index: int) -> str:
    return ("key", "value")[index] if name == "MAP" else f"element{index + 1}"


def _unquoted(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token
