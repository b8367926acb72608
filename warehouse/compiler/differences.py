"""What tells a node from how it was last built: the first difference, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from warehouse.compiler.compiled import Compiled
from warehouse.compiler.python_code import python_code
from warehouse.compiler.recipe import DATA_CONFIG
from warehouse.compiler.tokens import canonical, tokens, volatile_word
from warehouse.manifest.artefact import contract_dict
from warehouse.manifest.full_config import filled
from warehouse.manifest.nodes import Node

LONGEST = 60  # characters of a line or value that a reason quotes
WINDOW = 200  # words that are compared from the first that differs: more take long


def first_difference(
    compiled: Compiled, node: Mapping[str, Any], sql: str | None
) -> str | None:
    """Return how a node differs from what an earlier run said of it; None: it doesn't.

    `node` is its part of that run's manifest, `sql` what was compiled from it.
    """
    now = compiled.node
    was, named = node.get("relation_name"), str(now.relation)
    if was != named and not (now.is_test or now.is_ephemeral):
        return f"its relation is {named} and was {was}"
    config = filled(now.resource_type, _mapping(node.get("config")))
    present = filled(now.resource_type, now.config)
    for key in DATA_CONFIG:
        before, after = config.get(key), present.get(key)
        if _plain(before) != _plain(after):
            return f"config `{key}` is {_short(after)} and was {_short(before)}"
    return _contract_difference(now, node) or _text_difference(compiled, node, sql)


def _text_difference(
    compiled: Compiled, was: Mapping[str, Any], sql: str | None
) -> str | None:
    """Return how a node's file or SQL differs; None too where its SQL is not known."""
    now = compiled.node
    checksum = _mapping(was.get("checksum")).get("checksum")
    if now.seed is not None:
        changed = checksum != now.seed.checksum
        return "the bytes of its file changed" if changed else None
    if now.is_python:
        file = replace(now.file, text=str(was.get("raw_code") or ""))
        changed = python_code(file) != python_code(now.file)
        return "its Python code changed" if changed else None
    if sql is None:
        return None
    is_same = canonical(sql, "duckdb") == canonical(compiled.sql, "duckdb")
    return None if is_same else _changed_words(sql, compiled)


def _contract_difference(now: Node, was: Mapping[str, Any]) -> str | None:
    """Return how an enforced contract differs: in a column's type, or in all else."""
    before = _mapping(was.get("contract")).get("checksum")
    if not now.is_contracted or before == contract_dict(now)["checksum"]:
        return None
    columns = _mapping(was.get("columns"))
    for name, info in now.columns.items():
        old = _mapping(columns.get(name)).get("data_type")
        if old != info.data_type:
            types = f"{_short(info.data_type)} and was {_short(old)}"
            return f"the contract's type of `{name}` is {types}"
    return "its contract changed"


def changed_needs(node: Node, was: Mapping[str, Any]) -> str | None:
    """Return what a node depends on, or no longer does, by its part of a manifest."""
    needs = _mapping(was.get("depends_on")).get("nodes")
    before = set(map(str, needs)) if isinstance(needs, list) else set()
    changed = sorted(before ^ {*node.depends_on})
    if not changed:
        return None
    word = "no longer depends" if changed[0] in before else "depends"
    return f"it {word} on {changed[0].split('.', 2)[-1]}"


def never_reused(compiled: Compiled, unknown: Mapping[str, str]) -> str | None:
    """Return why a node runs every time; None when it need not.

    `unknown` says of what it reads and has no fingerprint why, by id.
    """
    node = compiled.node
    for key in ("pre_hook", "post_hook"):
        if node.config.get(key):
            return f"it has a {key.replace('_', '-')}"
    for read in compiled.undeclared:
        return f"it reads {read}, which is not declared"
    for unique_id in node.depends_on:
        if unique_id in unknown:
            name = unique_id.split(".", 2)[2]
            return f"it reads {name}, which {unknown[unique_id]}"
    if node.is_python:
        return "its Python code could do anything"
    word = volatile_word(compiled.sql, "duckdb") if node.seed is None else None
    return f"its SQL asks `{word}`" if word else None


def _changed_words(before: str, compiled: Compiled) -> str:
    """Return the first words that differ, with the file and line that wrote them."""
    old, new = tokens(before, "duckdb"), tokens(compiled.sql, "duckdb")
    pairs = enumerate(zip(old, new, strict=False))
    other = (index for index, (a, b) in pairs if a.text != b.text)
    begin = next(other, min(len(old), len(new)))
    window = slice(begin, begin + WINDOW)
    texts = [[token.text for token in found[window]] for found in (old, new)]
    steps = SequenceMatcher(a=texts[0], b=texts[1], autojunk=False).get_opcodes()
    step = next((step for step in steps if step[0] != "equal"), None)
    if step is None:  # one word became two of the same text, or the reverse
        return "its SQL changed"
    kind, *places = step
    was = _words(before, old[window], *places[:2])
    now = _words(compiled.sql, new[window], *places[2:])
    start = new[min(begin + places[2], len(new) - 1)].start if new else 0
    place = compiled.locate(start)
    where = place.file if place.line is None else f"{place.file}:{place.line}"
    said = {"insert": f"{now} is new", "delete": f"{was} is gone"}
    return f"{where}: {said.get(kind, f'{now} was {was}')}"


def _words(sql: str, found: Sequence[Any], first: int, last: int) -> str:
    """Return the text from one token up to another, on one line."""
    if first == last:
        return ""
    return _short(" ".join(sql[found[first].start : found[last - 1].end + 1].split()))


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return a part of an artefact; nothing for what is damaged."""
    return value if isinstance(value, Mapping) else {}


def _plain(value: Any) -> Any:
    """Return a value as JSON would give it back."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return (
        [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[: LONGEST - 1]}…`"
