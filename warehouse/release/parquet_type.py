"""Which SQL types a Parquet file holds exactly, and as what; the others are refused.

Exact: every reader gets equal values that compare and sort as they did. UUID and JSON
are text, a fixed-size array is a list. Only what is listed here leaves.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.release.sql_type import ARRAY, LIST, SqlType

SCALARS = {
    "BOOLEAN": pa.bool_(),
    "TINYINT": pa.int8(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "UTINYINT": pa.uint8(),
    "USMALLINT": pa.uint16(),
    "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(),
    "FLOAT": pa.float32(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "JSON": pa.string(),
    "UUID": pa.string(),
    "BLOB": pa.binary(),
    "DATE": pa.date32(),
    "TIME": pa.time64("us"),
    "TIME_NS": pa.time64("ns"),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP_MS": pa.timestamp("ms"),
    "TIMESTAMP_NS": pa.timestamp("ns"),
    # DuckDB would write the session's zone: the same data, other bytes elsewhere.
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
    "TIMESTAMPTZ_NS": pa.timestamp("ns", "UTC"),
}
NESTED = {LIST, ARRAY, "STRUCT", "MAP", "DECIMAL"}

# Held exactly and read back as another type, into which a value must go and return.
CHANGED = {"UUID", "JSON", ARRAY}

WIDE = SqlType("DECIMAL", arguments=("38", "0"))
TEXT = SqlType("VARCHAR")
# What to cast to instead. Through Arrow, HUGEINT of more than 38 digits is cut, an
# ENUM comes back as text and sorts otherwise, TIME WITH TIME ZONE loses its zone, BIT
# and GEOMETRY come back as BLOB, VARIANT as a STRUCT, TUPLE with names nobody gave.
INSTEAD = {
    "HUGEINT": WIDE,
    "UHUGEINT": WIDE,
    "TIMESTAMP_S": SqlType("TIMESTAMP"),
    "VARIANT": SqlType("JSON"),
}


def is_exact(sql_type: SqlType) -> bool:
    """Tell whether a type and all inside it leave as they are."""
    return all(
        inner.name in SCALARS or inner.name in NESTED for inner in sql_type.walk()
    )


def is_changed(sql_type: SqlType) -> bool:
    """Tell whether readers of the file see another type, here or inside."""
    return any(inner.name in CHANGED for inner in sql_type.walk())


def instead(sql_type: SqlType) -> SqlType:
    """Return the exact type nearest to this one, to cast to.

    >>> str(instead(SqlType("LIST", (("element", SqlType("HUGEINT")),))))
    'DECIMAL(38,0)[]'
    """
    if sql_type.name == "TUPLE":
        sql_type = replace(sql_type, name="STRUCT")
    if sql_type.name in SCALARS or sql_type.name == "DECIMAL":
        return sql_type
    if sql_type.name not in NESTED:
        return INSTEAD.get(sql_type.name, TEXT)
    inside = ((name, instead(child)) for name, child in sql_type.inside)
    return replace(sql_type, inside=tuple(inside))


def arrow_type(sql_type: SqlType) -> pa.DataType:
    """Return the Arrow type in which an exact type is written."""
    if sql_type.name in SCALARS:
        return SCALARS[sql_type.name]
    if sql_type.name == "DECIMAL":
        return pa.decimal128(*(int(argument) for argument in sql_type.arguments))
    inside = [(name, arrow_type(child)) for name, child in sql_type.inside]
    if sql_type.name == "STRUCT":
        return pa.struct(inside)
    if sql_type.name == "MAP":
        return pa.map_(*(arrow for _, arrow in inside))
    size = int(sql_type.arguments[0]) if sql_type.name == ARRAY else -1
    return pa.list_(pa.field(*inside[0]), size)


def parquet_types(file: pq.ParquetFile) -> list[str]:
    """Say for each column of a file what it is in Parquet; nested: its leaves."""
    leaves = [_leaf(file.schema.column(i)) for i in range(len(file.schema))]
    found = []
    for field in file.schema_arrow:
        count = _leaf_count(field.type)
        found.append(", ".join(leaves[:count]))
        leaves = leaves[count:]
    return found


def _leaf(column: pq.ColumnSchema) -> str:
    logical = str(column.logical_type)
    physical = str(column.physical_type)
    return physical if logical == "None" else f"{physical} {logical}"


def _leaf_count(arrow: pa.DataType) -> int:
    if pa.types.is_map(arrow):
        return _leaf_count(arrow.key_type) + _leaf_count(arrow.item_type)
    if pa.types.is_nested(arrow):
        return sum(_leaf_count(arrow.field(i).type) for i in range(arrow.num_fields))
    return 1
