"""Export of marts to Parquet: nothing lost, equal data in equal bytes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ReleaseError
from warehouse.jinja.relation import Relation
from warehouse.release import disk
from warehouse.release.mart import Mart
from warehouse.release.parquet_type import (
    arrow_type,
    instead,
    is_exact,
    parquet_types,
)
from warehouse.release.record import MARTS_FOLDER, MartColumn, MartFile
from warehouse.release.sql_type import SqlType, parse

ROW_GROUP_ROWS = 122_880  # as DuckDB's own: small enough to skip, large enough to scan
DESCRIPTION = b"description"


def export_mart(engine: Engine, mart: Mart, folder: Path) -> MartFile:
    """Write a mart's rows to `<folder>/<name>.parquet`, flushed and read back.

    The folder is the candidate's `marts`. Rows stand in order of the key, ties in
    order of all columns, in row groups of one size; the file holds the descriptions
    and no time. Zero rows are a file of zero rows.

    Raises ReleaseError when a column's type would change on the way, naming the cast
    to write; when the key names no column; when the file is not what was meant.
    """
    if Path(mart.name).name != mart.name:
        raise ReleaseError(f'"{mart.name}" cannot be a file\'s name')
    path = folder / f"{mart.name}.parquet"
    with disk.reported(f'export mart "{mart.name}"'):
        try:
            columns = _columns(engine, mart)
            schema = _schema(mart, columns)
            rows = _write(engine.reader(mart.query(columns)), schema, path)
        except (EngineError, pa.ArrowException) as error:
            raise ReleaseError(f'mart "{mart.name}": {error}') from error
        disk.flush(path)
        return _read_back(mart, columns, schema, (path, rows))


def _columns(engine: Engine, mart: Mart) -> dict[str, SqlType]:
    """Return the mart's columns with their types; all of them exact."""
    found = engine.execute(f"select * from {mart.relation} limit 0")
    columns = dict(zip(found.columns, map(parse, found.types), strict=True))
    refused = {name: typed for name, typed in columns.items() if not is_exact(typed)}
    if refused:
        lines = [
            f'mart "{mart.name}": column "{name}" is {typed}, which Parquet cannot '
            f"hold exactly; write cast({Relation.quoted(name)} as {instead(typed)})"
            for name, typed in refused.items()
        ]
        raise ReleaseError("\n".join(lines))
    return columns


def _schema(mart: Mart, columns: Mapping[str, SqlType]) -> pa.Schema:
    fields = [
        pa.field(name, arrow_type(typed), metadata=_metadata(mart.describe(name)))
        for name, typed in columns.items()
    ]
    return pa.schema(fields, metadata=_metadata(mart.description))


def _metadata(description: str) -> dict[bytes, bytes] | None:
    return {DESCRIPTION: description.encode()} if description else None


def _write(reader: pa.RecordBatchReader, schema: pa.Schema, path: Path) -> int:
    """Write the rows in row groups of one size; count them."""
    rows = 0
    with reader, pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _row_groups(reader, schema):
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            rows += group.num_rows
    return rows


def _row_groups(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """Cut the stream anew: its batches may depend on threads, and so would pages."""
    held = schema.empty_table()
    for batch in reader:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= ROW_GROUP_ROWS:
            yield held.slice(0, ROW_GROUP_ROWS).combine_chunks()
            held = held.slice(ROW_GROUP_ROWS)
    if held.num_rows:
        yield held.combine_chunks()


def _read_back(
    mart: Mart,
    columns: Mapping[str, SqlType],
    schema: pa.Schema,
    written: tuple[Path, int],
) -> MartFile:
    """Compare the file's footer with what was meant; describe the file."""
    path, rows = written
    with pq.ParquetFile(path) as file:
        found = file.schema_arrow
        if file.metadata.num_rows != rows:
            raise ReleaseError(f"{path} has {file.metadata.num_rows} rows, not {rows}")
        if not found.equals(schema) or _said(found) != _said(schema):
            raise ReleaseError(f"{path} came out as\n{found}\nand not as\n{schema}")
        types = dict(zip(columns, parquet_types(file), strict=True))
    return MartFile(
        name=mart.name,
        path=f"{MARTS_FOLDER}/{path.name}",
        rows=rows,
        bytes=path.stat().st_size,
        sha256=disk.sha256(path),
        columns=tuple(
            MartColumn(name, str(typed), types[name], mart.describe(name))
            for name, typed in columns.items()
        ),
        key=mart.key,
    )


def _said(schema: pa.Schema) -> list[bytes | None]:
    """List the descriptions in a schema; Arrow adds metadata of its own."""
    return [
        (described.metadata or {}).get(DESCRIPTION) for described in (schema, *schema)
    ]
