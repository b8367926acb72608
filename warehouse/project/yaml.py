"""YAML with the line of every value, so that an error can point at it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml

from warehouse.errors import ConfigError, Location, WarehouseError

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its data, its rows, and the line on which each value stands."""

    file: str
    text: str
    data: Any
    lines: Mapping[Path, int]
    rows: tuple[str, ...] = ()

    def location(self, path: Path = ()) -> Location:
        """Return the place of the value at `path`, or of what encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path)
        excerpt = self.rows[line - 1] if line else None
        return Location(self.file, line, excerpt=excerpt)

    def block(self) -> "Block":
        """Return the whole document as a block."""
        return Block(self, (), self.data)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document that knows where it stands.

    `members` has lists that are put together from several places.
    """

    document: Document
    path: Path
    data: Any
    members: Mapping[str, tuple["Block", ...]] = field(default_factory=dict)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key of this mapping."""
        return self.data.get(key, default) if isinstance(self.data, dict) else default

    def items(self, key: str) -> Iterator["Block"]:
        """Yield the members of the list under `key`.

        Raises ConfigError when there is something else than a list.
        """
        if key in self.members:
            yield from self.members[key]
            return
        members = self.get(key)
        if members is None:
            return
        if not isinstance(members, list):
            raise self.error(f"`{key}` must be a list", key)
        for index, member in enumerate(members):
            yield Block(self.document, (*self.path, key, index), member)

    def at(self, key: str) -> "Block":
        """Return the block under a key."""
        return Block(self.document, (*self.path, key), self.get(key))

    def rendered(
        self, render: Callable[[Any], Any], plain: frozenset[str] = frozenset()
    ) -> Any:
        """Return the data with its values rendered; an error points at its own value.

        What stands under one of the `plain` keys is left as it is.
        """
        if isinstance(self.data, dict):
            return {
                key: value if key in plain else self.at(key).rendered(render, plain)
                for key, value in self.data.items()
            }
        if isinstance(self.data, list):
            blocks = (
                Block(self.document, (*self.path, index), member)
                for index, member in enumerate(self.data)
            )
            return [block.rendered(render, plain) for block in blocks]
        with self.located():
            return render(self.data)

    def location(self, *keys: str | int) -> Location:
        """Return the place of the value under these keys."""
        return self.document.location((*self.path, *keys))

    @contextmanager
    def located(self, *keys: str | int) -> Iterator[None]:
        """Point an error that has no place yet at the value under these keys."""
        try:
            yield
        except WarehouseError as error:
            if error.location is None:
                error.location = self.location(*keys)
            raise

    def error(
        self, message: str, *keys: str | int, hint: str | None = None
    ) -> ConfigError:
        """Return an error that points at the value under these keys."""
        return ConfigError(message, location=self.location(*keys), hint=hint)


def parse(text: str, file: str) -> Document:
    """Parse one YAML document.

    Raises ConfigError for a syntax error or a key that stands twice in one mapping.
    """
    loader = Loader(text)
    lines: dict[Path, int] = {}
    try:
        root = loader.get_single_node()
        data = None
        if root is not None:
            data = _construct(loader, root, (), lines, partial(_place, text, file))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.line >= len(text.splitlines()):
            mark = error.context_mark  # what the file's end leaves open
        raise ConfigError(
            f"invalid YAML: {error.problem}", location=_place(text, file, mark)
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"invalid YAML: {error}", location=Location(file)) from error
    finally:
        loader.dispose()
    return Document(file, text, data, lines, tuple(text.splitlines()))


def words(text: str) -> frozenset[str]:
    """Return whatever may be a name in a text that is no YAML as it stands.

    >>> sorted(words("models: [{name: dim, to: ref('my-seed')"))
    ['dim', 'models', 'my-seed', 'name', 'ref', 'to']
    """
    return frozenset(re.findall(r"[^\s,:'\"()\[\]{}]+", text))


def _place(text: str, file: str, mark: Any) -> Location:
    if mark is None:
        return Location(file)
    rows = text.splitlines()
    shown = rows[mark.line] if mark.line < len(rows) else None
    return Location(file, mark.line + 1, mark.column + 1, shown)


def _construct(
    loader: Any,
    node: Any,
    path: Path,
    lines: dict[Path, int],
    place: Callable[[Any], Location],
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(loader, child, (*path, index), lines, place)
            for index, child in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    loader.flatten_mapping(node)
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool | None):
            raise ConfigError(
                "a key must be text",
                location=place(key_node.start_mark),
                hint='an expression needs quotes in YAML: "{{ … }}"',
            )
        line = key_node.start_mark.line + 1
        if key in mapping and (*path, key) in lines:
            first = lines[*path, key]
            raise ConfigError(
                f"the key `{key}` stands twice; first on line {first}",
                location=place(key_node.start_mark),
            )
        mapping[key] = _construct(loader, value_node, (*path, key), lines, place)
        lines[*path, key] = line
    return mapping
