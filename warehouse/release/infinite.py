"""Dates and times without end, which Parquet has no word for."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

# As DuckDB has them: to any other reader a day in the year 5881580.
_ENDS = {
    32: pa.array([2**31 - 1, 1 - 2**31], pa.int32()),
    64: pa.array([2**63 - 1, 1 - 2**63], pa.int64()),
}


def infinite_columns(table: pa.Table) -> Iterator[str]:
    """Yield the columns in which a date or a time is infinite, at any depth."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if any(_is_infinite(chunk) for chunk in column.chunks):
            yield name


def _is_infinite(array: pa.Array) -> bool:
    if pa.types.is_date32(array.type) or pa.types.is_timestamp(array.type):
        ends = _ENDS[array.type.bit_width]
        numbers = array.view(ends.type)
        return bool(pc.any(pc.is_in(numbers, ends)).as_py())
    if pa.types.is_map(array.type):
        return _is_infinite(array.keys) or _is_infinite(array.items)
    if pa.types.is_struct(array.type):
        return any(map(_is_infinite, array.flatten()))
    if pa.types.is_nested(array.type):
        return _is_infinite(array.flatten())
    return False
