"""The methods of dbt's adapter that need no database: names, options, conversions."""

import datetime  # noqa: ICN001 - as everywhere beside templates
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from warehouse.jinja.relation import Relation
from warehouse.jinja.table import Table

STRATEGIES = ("append", "delete+insert", "merge", "microbatch")
QUOTED = frozenset({"delimiter", "quote", "escape", "null"})
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


def quote_seed_column(column: str, quote_config: bool | None = None) -> str:
    """Return a seed's column as SQL has it."""
    return column if quote_config is False else Relation.quoted(column)


def convert_type(table: Table, index: int) -> str:
    """Return the SQL type that dbt gives a column of a query's result.

    >>> convert_type(Table(["a", "b"], [(1, "x"), (None, "y")]), 0)
    'integer'
    """
    values = [value for value in table.columns[index] if value is not None]
    numbers = (int, float, Decimal)
    if values and all(isinstance(value, numbers) for value in values):
        if all(isinstance(value, bool) for value in values):
            return "boolean"
        is_whole = all(float(value).is_integer() for value in values)
        return "integer" if is_whole else "float8"
    for kind, name in _TIMES:
        if values and all(isinstance(value, kind) for value in values):
            return name
    return "text" if values else "integer"


_TIMES = (
    (datetime.datetime, "timestamp without time zone"),
    (datetime.date, "date"),
    (datetime.time, "time"),
)


def parse_index(raw: Mapping[str, Any] | None) -> SimpleNamespace | None:
    """Return an index as the config says it."""
    return None if raw is None else SimpleNamespace(**{"unique": False, **raw})


def standardize_grants_dict(table: Table) -> dict[str, list[str]]:
    """Return who holds each privilege, from rows of grantee and privilege_type."""
    found: dict[str, list[str]] = {}
    for row in table:
        found.setdefault(row["privilege_type"], []).append(row["grantee"])
    return found


def external_write_options(location: str, options: Mapping[str, Any]) -> str:
    """Return the options of a COPY to a file, as DuckDB's SQL.

    >>> external_write_options("x.csv", {"delimiter": "|"})
    "delimiter '|', format csv, header 1"
    """
    said = dict(options)
    if "format" not in said:
        path = Path(location)
        compression = COMPRESSIONS.get(path.suffix.lower())
        if compression is not None:
            path = path.with_suffix("")
        by_name = path.suffix.lower().lstrip(".")
        said["format"] = by_name or ("csv" if "delimiter" in said else "parquet")
        if compression is not None and by_name:
            said.setdefault("compression", compression)
    if said["format"] == "csv":
        said.setdefault("header", 1)
    parts = str(said.get("partition_by", ""))
    if "," in parts and not parts.startswith("("):
        said["partition_by"] = f"({parts})"
    return ", ".join(
        f"{key} '{value}'"
        if key.lower() in QUOTED and not str(value).startswith("'")
        else f"{key} {value}"
        for key, value in said.items()
    )


def external_read_location(location: str, options: Mapping[str, Any]) -> str:
    """Return what reads back the file or the folder of files that a COPY wrote.

    >>> external_read_location("p", {"partition_by": "a,b", "format": "csv"})
    'p/*/*/*.csv'
    """
    parts = str(options.get("partition_by") or "")
    if not parts and not options.get("per_thread_output"):
        return location
    folders = ["*"] * len(parts.split(",")) if parts else []
    ending = options.get("format", "parquet")
    return f"{'/'.join([location, '*', *folders])}.{ending}"


def texts_of_times(table: Table) -> Table:
    """Return a result with its timestamps as text."""
    rows = [
        [str(v) if isinstance(v, datetime.datetime) else v for v in row]
        for row in table
    ]
    return Table(table.column_names, rows)


def _nothing(*_: Any, **__: Any) -> str:
    return ""


WORDS: Mapping[str, Callable[..., Any]] = {
    "quote_as_configured": lambda identifier, _: Relation.quoted(identifier),
    "quote_seed_column": quote_seed_column,
    "convert_type": convert_type,
    "convert_datetimes_to_strs": texts_of_times,
    "standardize_grants_dict": standardize_grants_dict,
    "valid_incremental_strategies": lambda: list(STRATEGIES),
    "parse_index": parse_index,
    "get_binding_char": lambda: "?",
    "is_motherduck": lambda: False,
    "is_ducklake": lambda _: False,
    "use_ducklake_table_workarounds": lambda _: False,
    "disable_transactions": lambda: False,
    "catalog_supports_foreign_keys": lambda _: True,
    "escape_sql_string": lambda value: str(value).replace("'", "''"),
    "external_write_options": external_write_options,
    "external_read_location": external_read_location,
    "get_seed_file_path": lambda model: str(
        Path(model["root_path"], model["original_file_path"])
    ),
    # DuckDB's text has no length to grow, and there is no cache to tell.
    "expand_target_column_types": lambda *_: None,
    "cache_added": _nothing,
    "cache_dropped": _nothing,
    "cache_renamed": _nothing,
}
