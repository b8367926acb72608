"""Snapshots: where they stand, in SQL and in YAML, and what their config must say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from warehouse.errors import ConfigError, nearest
from warehouse.jinja.blocks import snapshot_blocks
from warehouse.jinja.macros import MacroLibrary
from warehouse.manifest.nodes import Node
from warehouse.manifest.problems import Problems
from warehouse.manifest.properties import Properties
from warehouse.project.files import SourceFile, text_checksum
from warehouse.project.package import Package
from warehouse.project.yaml import Block

META_COLUMNS = (
    "dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted",
)  # fmt: skip
HARD_DELETES = ("ignore", "invalidate", "new_record")


@dataclass(frozen=True, slots=True)
class Place:
    """What a node is called, and the steps to it in the tree of configs."""

    name: str
    folders: tuple[str, ...]


def snapshots(
    package: Package, properties: Properties, problems: Problems
) -> Iterator[tuple[Place, SourceFile]]:
    """Yield a package's snapshots: the blocks of its files, then those in YAML."""
    for file in package.snapshots:
        with problems.collect():
            for name, part in snapshot_blocks(file):
                yield Place(name, (*file.folders, file.stem)), part
    for (resource_type, name), block in list(properties.nodes.items()):
        relation = block.get("relation")
        if resource_type != "snapshot" or relation is None:
            continue
        file = _of_relation(package, block, str(relation))
        yield Place(name, file.folders), file


def _of_relation(package: Package, block: Block, relation: str) -> SourceFile:
    """Return the query of a snapshot in YAML, as if it stood at its `relation:`."""
    text = f"select * from {{{{ {relation} }}}}"
    place = block.location("relation")
    relative = package.relative(place.file)
    return SourceFile(
        place.file, relative, text, text_checksum(text), begins=place.line or 1
    )


def check_snapshot(node: Node, library: MacroLibrary) -> None:
    """Refuse a snapshot whose config does not say what a change is.

    Raises ConfigError that names what is missing, or the nearest of what there is.
    """
    if not node.config.get("enabled", True):
        return
    for fault, hint in (*_unknown(node, library), *_missing(node), *_contrary(node)):
        raise ConfigError(
            f'the snapshot "{node.name}" {fault}',
            location=node.properties or node.file.location(1),
            hint=hint,
        )


_Faults = Iterator[tuple[str, str | None]]


def _missing(node: Node) -> _Faults:
    config = node.config
    name, checked = config.get("strategy"), config.get("check_cols")
    if not config.get("unique_key"):
        yield "has no `unique_key`", "say which columns tell its rows apart"
    if name == "timestamp" and not config.get("updated_at"):
        hint = "say which column tells when a row changed"
        yield "has the strategy timestamp and no `updated_at`", hint
    if name == "check" and not checked:
        yield "has the strategy check and no `check_cols`", "say all, or a list"
    if name == "check" and isinstance(checked, str) and checked != "all":
        yield f'has check_cols: "{checked}"', "say all, or a list of columns"


def _contrary(node: Node) -> _Faults:
    config = node.config
    is_said = config.get("hard_deletes") is not None
    if is_said and config.get("invalidate_hard_deletes") is not None:
        hint = "take the old one away: hard_deletes says it"
        yield "has both hard_deletes and invalidate_hard_deletes", hint
    if config.get("strategy") == "timestamp" and config.get("check_cols"):
        hint = "take it away, or say strategy: check"
        yield "has the strategy timestamp and a `check_cols`", hint
    if node.materialized != "snapshot":
        yield f"is materialized as {node.materialized}", "a snapshot has no other way"


def _unknown(node: Node, library: MacroLibrary) -> _Faults:
    config = node.config
    strategies = [
        macro.name.removeprefix("snapshot_").removesuffix("_strategy")
        for macro in library
        if macro.name.startswith("snapshot_") and macro.name.endswith("_strategy")
    ]
    name, deletes = config.get("strategy"), config.get("hard_deletes")
    if not name:
        yield "has no `strategy`", "say timestamp or check"
    elif str(name).rpartition(".")[2] not in strategies:
        yield f'has an unknown strategy "{name}"', _nearest(name, strategies)
    if deletes is not None and deletes not in HARD_DELETES:
        yield f'has hard_deletes: "{deletes}"', _nearest(deletes, HARD_DELETES)
    named = config.get("snapshot_meta_column_names") or {}
    if not isinstance(named, dict):
        hint = "say which column gets which name: {dbt_valid_to: ends_at}"
        yield "has snapshot_meta_column_names that are no mapping", hint
        return
    for key in named:
        if key not in META_COLUMNS:
            fault = f"names a column `{key}` that snapshots do not have"
            yield fault, _nearest(key, META_COLUMNS)


def _nearest(name: object, known: Iterable[str]) -> str:
    known = sorted(known)
    return nearest(str(name), known) or f"there is: {', '.join(known)}"


def meta_columns(node: Node) -> dict[str, str]:
    """Return the names of the columns that a snapshot adds, by dbt's names."""
    named = node.config.get("snapshot_meta_column_names") or {}
    return {column: named.get(column) or column for column in META_COLUMNS}
