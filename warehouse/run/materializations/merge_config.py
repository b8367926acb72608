"""The configuration of a merge, checked before it becomes SQL."""

from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.errors import CompileError, nearest
from warehouse.manifest.nodes import Node
from warehouse.run.materializations.place import place_of

TEXTS = ("merge_update_condition", "merge_insert_condition")
LISTS = (
    "merge_on_using_columns", "merge_update_columns", "merge_exclude_columns",
    "merge_returning_columns",
)  # fmt: skip
MAPPINGS = ("merge_update_set_expressions",)
BESIDE_CLAUSES = ("merge_on_using_columns", "merge_returning_columns")
CLAUSES = ("when_matched", "when_not_matched")
ACTIONS = ("update", "insert", "delete", "do_nothing", "error")


def check_merge(node: Node) -> None:
    """Raise CompileError with all that is wrong with a model's merge configuration."""
    faults = [*_simple(node.config), *_clauses(node.config)]
    if faults:
        lines = "".join(f"\n  {fault}" for fault in faults)
        raise CompileError(
            f"the merge of {node.name} is not configured right:{lines}",
            location=place_of(node, "merge_clauses", "merge_"),
        )


def _simple(config: Mapping[str, Any]) -> Iterator[str]:
    for name in TEXTS:
        if not isinstance(config.get(name), str | None):
            yield f"{name} is no text: {config[name]}"
    for name in LISTS:
        value = config.get(name)
        if value is not None and not _is_list_of_text(value):
            yield f"{name} is no list of texts: {value}"
    for name in MAPPINGS:
        if not isinstance(config.get(name), Mapping | None):
            yield f"{name} is no mapping: {config[name]}"
    if config.get("merge_update_columns") and config.get("merge_exclude_columns"):
        yield "merge_update_columns and merge_exclude_columns exclude each other"


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)


def _clauses(config: Mapping[str, Any]) -> Iterator[str]:
    clauses = config.get("merge_clauses")
    if clauses is None:
        return
    if not isinstance(clauses, Mapping):
        yield f"merge_clauses is no mapping: {clauses}"
        return
    if not any(name in clauses for name in CLAUSES):
        yield f"merge_clauses has neither {' nor '.join(CLAUSES)}"
    for name in CLAUSES:
        if name in clauses:
            yield from _list(name, clauses[name])
    for name in (*TEXTS, *LISTS, *MAPPINGS):
        if config.get(name) and name not in BESIDE_CLAUSES:
            yield f"{name} does nothing beside merge_clauses: say it there"


def _list(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not value:
        yield f"merge_clauses.{name} is no list of clauses: {value}"
        return
    for clause in value:
        if not isinstance(clause, Mapping):
            yield f"merge_clauses.{name}: no mapping: {clause}"
        elif clause.get("action") not in ACTIONS:
            action = str(clause.get("action"))
            hint = nearest(action, ACTIONS) or f"known: {', '.join(ACTIONS)}"
            yield f'merge_clauses.{name}: unknown action "{action}"; {hint}'
