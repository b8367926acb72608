"""The configuration of a microbatch model, read and checked."""

from typing import Any, NoReturn

from warehouse.compiler.batches import LOOKBACK, SIZES, Window, read_moment
from warehouse.errors import CompileError, nearest
from warehouse.jinja.macros import BUILT_IN, MacroLibrary
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.manifest.problems import Problems
from warehouse.run.materializations.place import place_of

STRATEGY = "microbatch"
MACRO = "get_incremental_microbatch_sql"


def is_batched(library: MacroLibrary, node: Node) -> bool:
    """Whether a model is built batch by batch.

    A project that replaces the strategy's macro cuts its rows by itself, as in dbt.
    """
    if node.materialized != "incremental":
        return False
    if node.config.get("incremental_strategy") != STRATEGY:
        return False
    found = library.find(MACRO, library.project)
    return found is not None and found.package == BUILT_IN


def window(node: Node) -> Window:
    """Read what a microbatch model is to build. Raises CompileError."""
    config = node.config
    size, lookback = config.get("batch_size"), config.get("lookback", LOOKBACK)
    if not isinstance(config.get("event_time"), str):
        _refuse(
            node,
            "event_time",
            config.get("event_time"),
            "it names the column that has a row's time",
        )
    if size not in SIZES:
        known = f"it is one of {', '.join(SIZES)}"
        _refuse(node, "batch_size", size, nearest(str(size), SIZES) or known)
    if not isinstance(lookback, int) or isinstance(lookback, bool):
        _refuse(node, "lookback", lookback, "it is a number of batches")
    try:
        begin = read_moment(config.get("begin"))
    except ValueError:
        _refuse(node, "begin", config.get("begin"), "it is a time: begin='2026-01-01'")
    return Window(str(size), begin, lookback)


def _refuse(node: Node, key: str, value: Any, hint: str) -> NoReturn:
    shown = "is missing" if value is None else f"cannot be {value}"
    raise CompileError(
        f"`{key}` of the microbatch model {node.name} {shown}",
        location=place_of(node, key, STRATEGY),
        hint=hint,
    )


def check_microbatch(manifest: Manifest, node: Node, problems: Problems) -> None:
    """Refuse a configuration that cannot be built; doubt one that reads everything."""
    window(node)
    if node.is_python:
        raise CompileError(
            f"{node.name} is a Python model, which has no batches",
            location=node.file.location(),
            hint="write it in SQL, or choose another incremental_strategy",
        )
    if node.config.get("unique_key"):
        raise CompileError(
            f"the microbatch model {node.name} has a unique_key, which means nothing "
            "here: a batch replaces the rows of its time",
            location=place_of(node, "unique_key"),
            hint="take it away, or say incremental_strategy='merge'",
        )
    if not any(manifest[key].config.get("event_time") for key in node.depends_on):
        problems.doubt(
            CompileError(
                f"the microbatch model {node.name} reads all rows in every batch: "
                "nothing that it reads has an `event_time`",
                location=place_of(node, STRATEGY),
                hint="configure `event_time` where the rows come from",
            )
        )
