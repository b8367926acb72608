"""Generic data tests: from an entry under `data_tests:` to a node."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.errors import ConfigError
from warehouse.manifest.config import KNOWN_KEYS
from warehouse.manifest.nodes import Node, Source
from warehouse.project.yaml import Block

_LONGEST_NAME = 63  # PostgreSQL's, and so dbt's
_CONFIG_KEYS = KNOWN_KEYS["test"] - {"description"}


@dataclass(frozen=True, slots=True)
class TestEntry:
    """One entry of a list of tests, in whichever of dbt's spellings it stood.

    `short_name` fits into a relation's name; `full_name` says all arguments.
    """

    __test__ = False  # pytest: this is no test class

    name: str
    namespace: str | None
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]
    description: str
    short_name: str
    full_name: str
    column: str | None
    block: Block


def test_entries(
    block: Block, tested: Node | Source, column: str | None
) -> Iterator[TestEntry]:
    """Yield the tests under `tests:` and `data_tests:` of a node or a column.

    Raises ConfigError for an entry that is neither a name nor a mapping.
    """
    for key in ("tests", "data_tests"):
        for item in block.items(key):
            yield _entry(item, tested, column)


test_entries.__test__ = False  # type: ignore[attr-defined]


def _entry(item: Block, tested: Node | Source, column: str | None) -> TestEntry:
    full, arguments, config = _parts(item)
    namespace, _, name = full.rpartition(".")
    custom = arguments.pop("name", None)
    description = str(arguments.pop("description", "") or "")
    kind, target = name, tested.name
    if isinstance(tested, Node) and tested.version is not None:
        target = f"{tested.name}_{tested.version.name}"
    if isinstance(tested, Source):
        kind, target = f"source_{name}", f"{tested.source_name}_{tested.name}"
    short_name, full_name = _names(
        f"{namespace}_{kind}" if namespace else kind,
        target,
        {**arguments, **({"column_name": column} if column else {})},
    )
    if custom:
        short_name = full_name = custom
    if column:
        arguments = {"column_name": column, **arguments}
    return TestEntry(
        name=name,
        namespace=namespace or None,
        arguments=arguments,
        config=config,
        description=description,
        short_name=short_name,
        full_name=full_name,
        column=column,
        block=item,
    )


def _parts(item: Block) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return a test's name, arguments and config from any of its spellings."""
    data = item.data
    if isinstance(data, str):
        return data, {}, {}
    if not isinstance(data, dict) or not data:
        raise item.error("a test must be a name, or a name with its arguments")
    name = str(data.get("test_name") or next(iter(data)))
    beside = {
        key: value for key, value in data.items() if key not in {name, "test_name"}
    }
    inner = data.get(name) or {}
    if not isinstance(inner, dict):
        raise item.error(f"the arguments of test `{name}` must be a mapping")
    # dbt also takes arguments and config beside the name, one level up
    body = {**inner, **beside}
    config = {key: body.pop(key) for key in list(body) if key in _CONFIG_KEYS}
    config |= body.pop("config", None) or {}
    arguments = body.pop("arguments", None) or {}
    if not isinstance(arguments, dict):
        raise ConfigError("`arguments` must be a mapping", location=item.location(name))
    return name, {**body, **arguments}, config


def _names(kind: str, target: str, arguments: Mapping[str, Any]) -> tuple[str, str]:
    """Return dbt's short and full name of a generic test."""
    values: list[Any] = []
    for key in sorted(arguments):
        value = arguments[key]
        if isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list | tuple):
            values += value
        else:
            values.append(value)
    clean = [re.sub(r"[^0-9a-zA-Z_]+", "_", str(value)) for value in values]
    start = f"{kind}_{target}"
    full = f"{start}_{'__'.join(clean)}"
    if len(full) <= _LONGEST_NAME:
        return full, full
    digest = hashlib.md5(full.encode(), usedforsecurity=False).hexdigest()
    return f"{start[:30]}_{digest}", full


def unique_suffix(full_name: str, metadata: Mapping[str, Any]) -> str:
    """Return ten characters that tell tests of the same name apart, as dbt's ids do."""
    text = full_name + repr(_texts(metadata))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[-10:]


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _texts(value[key]) for key in sorted(value)}
    return [_texts(part) for part in value] if isinstance(value, list) else str(value)
