"""A CSV file into a table: its types, its good rows, the faults of the others."""

from collections.abc import Callable

from warehouse.engine import csv_reading, csv_types
from warehouse.engine.protocol import CsvFile, CsvLoad, EngineError, Result
from warehouse.jinja.relation import Relation

Execute = Callable[[str], Result]


def load(execute: Execute, relation: Relation, file: CsvFile) -> CsvLoad:
    """Put the file's good rows into a new table; return every fault of the others."""
    if file.longest_line > csv_reading.MOST_LINE_BYTES:
        raise EngineError(f"a line is {csv_reading.LONGER}")
    types = _types(execute, file)
    source = csv_reading.typed(file, types)
    loaded = execute(f"create or replace table {relation} as from {source}")
    rejects = execute(csv_reading.REJECTS).rows
    execute(csv_reading.FORGET)
    return CsvLoad(int(loaded.rows[0][0]), csv_reading.faults(rejects, types))


def _types(execute: Execute, file: CsvFile) -> dict[str, str]:
    """Return each column's type: the declared one, else what the values show."""
    known = {name.lower(): sql_type for name, sql_type in file.types.items()}
    types = {name: known.get(name.lower()) for name in file.columns}
    inferred = _inferred(execute, file) if None in types.values() else {}
    return {name: typed or inferred[name] for name, typed in types.items()}


def _inferred(execute: Execute, file: CsvFile) -> dict[str, str]:
    """Return the types that the values show, by dbt's rules.

    A look at the first rows rules most kinds out; only the others are asked of all.
    """
    kinds, source = csv_types.any_kind(file.columns), csv_reading.as_text(file)
    first = f"(from {source} limit {csv_types.SAMPLE_ROWS})"
    for part in (first, source):
        found = execute(csv_types.inference_sql(kinds, part))
        seen = csv_types.seen(kinds, found.rows[0])
        kinds = seen.kinds
        if seen.rows < csv_types.SAMPLE_ROWS:
            break
    return dict(seen.types)
