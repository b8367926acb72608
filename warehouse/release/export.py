"""Export of marts to Parquet: nothing lost, equal data in equal bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ReleaseError
from warehouse.jinja.relation import Relation
from warehouse.release import disk
from warehouse.release.infinite import infinite_columns
from warehouse.release.mart import Mart
from warehouse.release.parquet_type import (
    arrow_type,
    instead,
    is_changed,
    is_exact,
    parquet_types,
)
from warehouse.release.partitions import partition_columns, parts
from warehouse.release.record import (
    MARTS_FOLDER,
    MartColumn,
    MartFile,
    MartPart,
)
from warehouse.release.sql_type import SqlType, parse
from warehouse.run.faults import OUT_OF_MEMORY

ROW_GROUP_ROWS = 122_880  # as DuckDB's own: small enough to skip, large enough to scan
DESCRIPTION = b"description"
IN_PATH = "in the file's path"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What goes into one file: these columns of the rows that meet the condition."""

    mart: Mart
    columns: Mapping[str, SqlType]
    path: Path
    condition: str | None = None

    @property
    def query(self) -> str:
        return self.mart.query(self.columns, self.condition)


def export_mart(
    engine: Engine, mart: Mart, folder: Path, earlier: Path | None = None
) -> MartFile:
    """Write a mart's rows to `<folder>/<name>.parquet`, flushed and read back.

    The folder is the candidate's `marts`, `earlier` that of the release before. Rows
    stand in order of the key, ties in order of all columns, in row groups of one size;
    the file holds the descriptions and no time. Zero rows are a file of zero rows. A
    mart with `partition_by` is a folder of files; one whose bytes are those of the
    release before is a hard link to its file.

    Raises ReleaseError when a column's type or value would change on the way, naming
    the cast to write; when the key names no column; when the file is not what was
    meant.
    """
    if Path(mart.name).name != mart.name:
        raise ReleaseError(f'"{mart.name}" cannot be a file\'s name')
    with disk.reported(f'export mart "{mart.name}"'):
        try:
            columns = _columns(engine, mart)
            mart.check_key(columns)
            if mart.partition_by:
                return _in_parts(engine, mart, columns, (folder, earlier))
            path = folder / f"{mart.name}.parquet"
            part, types = _export(engine, _Piece(mart, columns, path), folder)
        except (EngineError, pa.ArrowException) as error:
            message = f'mart "{mart.name}": {error}'
            raise ReleaseError(message, location=mart.locate("")) from error
        except ReleaseError as error:
            error.location = error.location or mart.locate("")
            raise
    return MartFile(
        name=mart.name,
        path=part.path,
        rows=part.rows,
        bytes=part.bytes,
        sha256=part.sha256,
        columns=_described(mart, columns, types),
        key=mart.key,
    )


def _in_parts(
    engine: Engine,
    mart: Mart,
    columns: Mapping[str, SqlType],
    folders: tuple[Path, Path | None],
) -> MartFile:
    """Write a file for each part; link those that are as in the release before."""
    folder, earlier = folders
    by = partition_columns(mart.name, mart.partition_by, columns)
    inside = {name: typed for name, typed in columns.items() if name not in by}
    files, types = [], dict.fromkeys(by, IN_PATH)
    for part in parts(engine, mart.relation, by):
        path = folder / mart.name / part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        piece = _Piece(mart, inside, path, part.condition)
        file, found = _export(engine, piece, folder)
        types |= found
        if earlier is not None:
            disk.share(earlier / mart.name / part.path, path, file.sha256)
        files.append(file)
    listed = "".join(f"{file.sha256}  {file.path}\n" for file in files)
    return MartFile(
        name=mart.name,
        path=f"{MARTS_FOLDER}/{mart.name}",
        rows=sum(file.rows for file in files),
        bytes=sum(file.bytes for file in files),
        sha256=sha256(listed.encode()).hexdigest(),
        columns=_described(mart, columns, types),
        key=mart.key,
        partition_by=by,
        parts=tuple(files),
    )


def _described(
    mart: Mart, columns: Mapping[str, SqlType], types: Mapping[str, str]
) -> tuple[MartColumn, ...]:
    return tuple(
        MartColumn(name, str(typed), types[name], mart.describe(name))
        for name, typed in columns.items()
    )


def _export(
    engine: Engine, piece: _Piece, folder: Path
) -> tuple[MartPart, dict[str, str]]:
    """Write one file and read it back; return it, and its columns' Parquet types."""
    schema, path = _schema(piece.mart, piece.columns), piece.path
    rows = _write(engine.reader(piece.query), schema, piece)
    disk.flush(path)
    types = _read_back(piece, schema, rows)
    _compare(engine, piece)
    name = f"{MARTS_FOLDER}/{path.relative_to(folder).as_posix()}"
    return MartPart(name, rows, path.stat().st_size, disk.sha256(path)), types


def _columns(engine: Engine, mart: Mart) -> dict[str, SqlType]:
    """Return the mart's columns with their types; all of them exact."""
    found = engine.execute(f"select * from {mart.relation} limit 0")
    columns = dict(zip(found.columns, map(parse, found.types), strict=True))
    refused = {name: typed for name, typed in columns.items() if not is_exact(typed)}
    if refused:
        lines = [
            f'mart "{mart.name}": column "{name}" is {typed}, which Parquet cannot '
            "hold exactly"
            for name, typed in refused.items()
        ]
        casts = [
            f"cast({Relation.quoted(name)} as {instead(typed)})"
            for name, typed in refused.items()
        ]
        raise ReleaseError(
            "\n".join(lines),
            location=mart.locate(next(iter(refused))),
            hint=f"write {', '.join(casts)}",
        )
    return columns


def _schema(mart: Mart, columns: Mapping[str, SqlType]) -> pa.Schema:
    fields = [
        pa.field(name, arrow_type(typed), metadata=_metadata(mart.describe(name)))
        for name, typed in columns.items()
    ]
    return pa.schema(fields, metadata=_metadata(mart.description))


def _metadata(description: str) -> dict[bytes, bytes] | None:
    return {DESCRIPTION: description.encode()} if description else None


def _write(reader: pa.RecordBatchReader, schema: pa.Schema, piece: _Piece) -> int:
    """Write the rows in row groups of one size; count them."""
    rows = 0
    infinite: dict[str, None] = {}
    # An earlier try may have left a link to a published file: not to be written into.
    piece.path.unlink(missing_ok=True)
    with reader, pq.ParquetWriter(piece.path, schema, compression="zstd") as writer:
        for group in _row_groups(reader, schema):
            infinite |= dict.fromkeys(infinite_columns(group))
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            rows += group.num_rows
    if infinite:
        piece.path.unlink()
        lines = [
            f'mart "{piece.mart.name}": column "{name}" has infinite values, which '
            "Parquet cannot hold"
            for name in infinite
        ]
        first = next(iter(infinite))
        quoted = Relation.quoted(first)
        raise ReleaseError(
            "\n".join(lines),
            location=piece.mart.locate(first),
            hint=f"write cast({quoted} as VARCHAR), or nullif({quoted}, 'infinity')",
        )
    return rows


def _row_groups(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.Table]:
    """Cut the stream anew: its batches may depend on threads, and so would pages."""
    held = schema.empty_table()
    for batch in _batches(reader):
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= ROW_GROUP_ROWS:
            yield held.slice(0, ROW_GROUP_ROWS).combine_chunks()
            held = held.slice(ROW_GROUP_ROWS)
    if held.num_rows:
        yield held.combine_chunks()


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Yield what is read; the database's fault is its own again, not the stream's."""
    try:
        yield from reader
    except OSError as error:
        if error.errno is not None:
            raise
        text = str(error)
        kind = OUT_OF_MEMORY if OUT_OF_MEMORY in text else ""
        raise EngineError(text, kind=kind) from error


def _read_back(piece: _Piece, schema: pa.Schema, rows: int) -> dict[str, str]:
    """Compare the file's footer with what was meant; return its types by column."""
    path = piece.path
    with pq.ParquetFile(path) as file:
        found = file.schema_arrow
        if file.metadata.num_rows != rows:
            raise ReleaseError(f"{path} has {file.metadata.num_rows} rows, not {rows}")
        if not found.equals(schema) or _said(found) != _said(schema):
            raise ReleaseError(f"{path} came out as\n{found}\nand not as\n{schema}")
        return dict(zip(piece.columns, parquet_types(file), strict=True))


def _compare(engine: Engine, piece: _Piece) -> None:
    """Compare the values of columns whose type in the file is another.

    Cast back, they must be those of the mart, each as often.
    """
    changed = {name: t for name, t in piece.columns.items() if is_changed(t)}
    if not changed:
        return
    with pq.ParquetFile(piece.path) as file:
        written = file.read(columns=list(changed))
    names = ", ".join(map(Relation.quoted, changed))
    casts = ", ".join(f"cast({Relation.quoted(n)} as {t})" for n, t in changed.items())
    where = f" where {piece.condition}" if piece.condition else ""
    with engine.named(written) as frame:
        lost = engine.execute(
            f"select {names} from {piece.mart.relation}{where} "
            f"except all select {casts} from ({frame}) limit 1"
        )
    if lost.rows:
        raise ReleaseError(
            f'mart "{piece.mart.name}": {lost.rows[0]} of {names} came out otherwise'
        )


def _said(schema: pa.Schema) -> list[bytes | None]:
    """List the descriptions in a schema; Arrow adds metadata of its own."""
    return [
        (described.metadata or {}).get(DESCRIPTION) for described in (schema, *schema)
    ]
