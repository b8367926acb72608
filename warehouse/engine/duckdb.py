"""DuckDB behind the Engine protocol: the only importer of `duckdb`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.engine import csv_loading
from warehouse.engine.faults import read_error
from warehouse.engine.literal import literal
from warehouse.engine.protocol import (
    ANOTHER_KIND,
    AS_FOUND,
    CsvFile,
    CsvLoad,
    EngineError,
    Layout,
    Result,
    Stream,
    Usage,
)
from warehouse.engine.setup import PLAIN, Setup
from warehouse.engine.usage import LEAST_SECONDS, Meter
from warehouse.jinja.column import Column
from warehouse.jinja.relation import Policy, Relation
from warehouse.project.reach import Reach

if TYPE_CHECKING:
    import pyarrow as pa

# The oldest DuckDB that must be able to open what we write.
STORAGE_VERSION = "v1.5.0"
# Of a new file. A small table fills one block, so that DuckDB's own 256 KiB make files
# of many of them four times as large, to copy, to hash and in memory; with 16 or 32 KiB
# large tables compress half as well and take twice the time to read.
BLOCK_SIZE = "65536"
ARROW_BATCH_ROWS = 122_880  # one row group of DuckDB
FRAME = "__model_frame"  # the name under which a Python model's result is read
TEMPORARY = "'temp'"  # where DuckDB keeps temporary tables, as a literal
STREAM_ROWS = 2_048  # one vector of DuckDB
# What may be set while all else is locked: ours, and what hands out no rights.
CHANGEABLE = (
    "errors_as_json", "threads", "fsync_mode", "enable_profiling",
    "checkpoint_threshold",
)  # fmt: skip
# Of log, not DuckDB's 16 MB: each checkpoint rewrites what small tables share, and
# holds up all nodes; the last one goes on beside the export of marts. A build that was
# killed leaves as much to read again.
FEW_CHECKPOINTS = "1GB"


class DuckDB:
    """One DuckDB connection."""

    dialect = "duckdb"

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, setup: Setup = PLAIN
    ) -> None:
        self._connection = connection
        self._setup = setup
        self._lent: DuckDB | None = None
        self._meter = Meter()
        self._connection.execute("set errors_as_json = true")
        self._connection.execute("set enable_profiling = 'no_output'")
        for key, value in setup.settings.items():
            self.execute(f"set {key} = {literal(str(value))}")
        found = connection.execute("select current_database()").fetchall()
        self.database: str = found[0][0]

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        read_only: bool = False,
        setup: Setup = PLAIN,
    ) -> "DuckDB":
        """Open or create a database file, or one in memory when `path` is None.

        Raises EngineError when the file cannot be opened, or prepared as `setup` says.
        """
        config: dict[str, Any] = {k: str(v) for k, v in setup.config.items()}
        if path is not None and not read_only:
            config.setdefault("storage_compatibility_version", STORAGE_VERSION)
            config.setdefault("default_block_size", BLOCK_SIZE)
        target = ":memory:" if path is None else str(path)
        try:
            connection = duckdb.connect(target, read_only=read_only, config=config)
        except duckdb.Error as error:
            raise read_error(error) from error
        try:
            opened = cls(connection)
            opened._prepare(setup)
            opened = cls(connection, setup)
            if setup.reach is not None:
                opened._close_off(setup.reach)
        except EngineError:
            connection.close()
            raise
        return opened

    def _prepare(self, setup: Setup) -> None:
        """Load extensions and attach databases, once for all connections."""
        for name in setup.extensions:
            try:
                self.execute(f"load {name}")
            except EngineError as error:
                reason = error.message.partition("\n")[0]
                if "not found" in reason:
                    reason = f"it is not on this machine; `install {name}` in DuckDB"
                message = f'cannot load the extension "{name}": {reason}'
                raise EngineError(message, kind=error.kind) from error
        for statement in setup.statements:
            self.execute(statement)

    def trust_system(self) -> None:
        """Leave it to the operating system when changes come to the disk.

        They survive a killed process, not a power cut: for files that are then thrown
        away.
        """
        self.execute(
            "set global fsync_mode = 'NONE';"
            f"set global checkpoint_threshold = '{FEW_CHECKPOINTS}'"
        )

    def _close_off(self, reach: Reach) -> None:
        """Let SQL reach only what is declared, and the settings stand as they are.

        What the profile attached and the temporary folder DuckDB allows by itself.
        """
        found = self.execute("select name from duckdb_settings() where scope = 'LOCAL'")
        local = {name.lower() for (name,) in found.rows}
        kept = {k: v for k, v in self._setup.settings.items() if k.lower() in local}
        self.execute("from duckdb_secrets()")  # read now what is stored in a folder
        for name, added in (
            ("allowed_directories", reach.folders),
            ("allowed_paths", reach.files),
        ):
            given = self.execute(f"select current_setting('{name}')").rows[0][0]
            self.execute(f"set global {name} = {_texts([*given, *added])}")
        self.execute(
            f"set global allowed_configs = {_texts([*CHANGEABLE, *kept])};"
            "set global enable_external_access = false;"
            "set global lock_configuration = true"
        )
        self._setup = replace(self._setup, settings=kept)

    def cursor(self) -> "DuckDB":
        """Return another connection to the same database, for another thread."""
        return DuckDB(self._connection.cursor(), self._setup)

    @contextmanager
    def session(self) -> Iterator["DuckDB"]:
        """Lend a connection to a user's own code; its errors are DuckDB's plain ones.

        What the code leaves on the connection ends with it.
        """
        lent = self.cursor()
        lent.execute("set errors_as_json = false")
        self._lent = lent
        try:
            yield lent
        finally:
            self._lent = None
            lent.close()

    @property
    def raw(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's own connection: what a Python model calls its session."""
        return self._connection

    def execute(self, sql: str) -> Result:
        """Run one or more statements; return the last one's rows."""
        begun = perf_counter()
        try:
            cursor = self._connection.execute(sql)
            if perf_counter() - begun > LEAST_SECONDS:
                self._meter.add(self._connection.get_profiling_information("json"))
            if cursor.description is None:
                return Result()
            columns = tuple(str(column[0]) for column in cursor.description)
            types = tuple(str(column[1]) for column in cursor.description)
            return Result(columns, types, cursor.fetchall())
        except duckdb.Error as error:
            raise read_error(error, sql) from error

    def stream(self, sql: str) -> Stream:
        """Run one or more statements; the last one's rows come as they are asked for.

        Memory follows the piece that is read, not the result.
        """
        try:
            cursor = self._connection.execute(sql)
        except duckdb.Error as error:
            raise read_error(error, sql) from error
        described = cursor.description or ()
        return Stream(
            columns=tuple(str(column[0]) for column in described),
            types=tuple(str(column[1]) for column in described),
            rows=_rows(cursor, sql) if described else iter(()),
        )

    def statements(self, sql: str) -> list[str]:
        """Return the kind of each statement in SQL: SELECT, COPY, …; none is run."""
        try:
            return [
                found.type.name for found in self._connection.extract_statements(sql)
            ]
        except duckdb.Error as error:
            raise read_error(error, sql) from error

    def begin(self) -> None:
        """Do nothing: who runs a node has begun its transaction."""

    def commit(self) -> None:
        """Do nothing: who runs a node commits its transaction."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside as one; roll it back when it raises."""
        self.execute("begin")
        try:
            yield
        except BaseException:
            self._rollback()
            raise
        self.execute("commit")

    def _rollback(self) -> None:
        # DuckDB has already ended a transaction that failed to commit.
        with suppress(duckdb.TransactionException):
            self._connection.execute("rollback")

    def relations(self, schemas: Iterable[str] | None = None) -> list[Relation]:
        """List the tables and views of these schemas, or of all, sorted by name.

        Those of attached databases too.
        """
        wanted = None if schemas is None else {schema.lower() for schema in schemas}
        theirs = "not internal and not temporary and database_name <> 'system'"
        found = self.execute(
            "select database_name, schema_name, table_name, 'table' "
            f"from duckdb_tables() where {theirs} union all "
            "select database_name, schema_name, view_name, 'view' "
            f"from duckdb_views() where {theirs} order by all"
        )
        return [
            self._relation(database, schema, name, kind)
            for database, schema, name, kind in found.rows
            if wanted is None or schema.lower() in wanted
        ]

    def functions(self) -> list[Relation]:
        """List the table functions, sorted by name."""
        found = self.execute(
            "select schema_name, function_name from duckdb_functions() "
            "where not internal and function_type = 'table_macro' "
            "and database_name = current_database() order by all"
        )
        return [
            self._relation(self.database, schema, name, "function")
            for schema, name in found.rows
        ]

    def foreign_keys(self) -> list[tuple[Relation, Relation]]:
        """List the pairs of tables of which the first refers to the second."""
        found = self.execute(
            "select database_name, schema_name, table_name, referenced_table "
            "from duckdb_constraints() where constraint_type = 'FOREIGN KEY' "
            "and database_name = current_database() order by all"
        )
        return [
            (
                self._relation(database, schema, child),
                self._relation(database, schema, parent),
            )
            for database, schema, child, parent in found.rows
        ]

    def _relation(
        self, database: str, schema: str, name: str, kind: str = "table"
    ) -> Relation:
        is_named = (
            self._setup.names_database or database.lower() != self.database.lower()
        )
        return Relation(database, schema, name, kind, Policy(database=is_named))

    def definition(self, relation: Relation) -> str:
        """Return the statement that makes a table as it stands, without its rows."""
        where = self._named(relation, "table_name")
        found = self.execute(f"select sql from duckdb_tables() where {where}")
        return str(found.rows[0][0])

    def columns(self, relation: Relation) -> list[Column]:
        """List a relation's columns in their order; empty when it does not exist."""
        found = self.execute(
            "select column_name, data_type from duckdb_columns() "
            f"where {self._named(relation, 'table_name')} "
            f"qualify rank() over (order by database_name <> {TEMPORARY}) = 1 "
            "order by column_index"
        )
        return [Column(name, dtype) for name, dtype in found.rows]

    def create_schemas(
        self, schemas: Iterable[str], database: str | None = None
    ) -> None:
        """Create the schemas that a database lacks, in one transaction.

        Up front and at once: creating one schema from several connections conflicts.
        """
        home = Relation.quoted(database or self.database)
        with self.transaction():
            for schema in sorted(set(schemas)):
                name = f"{home}.{Relation.quoted(schema)}"
                self.execute(f"create schema if not exists {name}")

    def schemas(self) -> list[str]:
        """List the schemas of the connection's own database, sorted by name."""
        found = self.execute(
            "select schema_name from duckdb_schemas() where not internal "
            "and database_name = current_database() order by all"
        )
        return [schema for (schema,) in found.rows]

    def drop_schema(self, schema: str) -> None:
        """Drop a schema of the connection's own database, if nothing is in it."""
        sql = f"drop schema {Relation.quoted(self.database)}.{Relation.quoted(schema)}"
        try:
            self._connection.execute(sql)
        except duckdb.DependencyException:
            return  # a table, macro, type, sequence, …
        except duckdb.Error as error:
            raise read_error(error, sql) from error

    def create_table(
        self, relation: Relation, sql: str, layout: Layout = AS_FOUND
    ) -> int:
        """Put a query's rows into a table in place of what was there; count them.

        Raises EngineError of kind ANOTHER_KIND where a view stands: to look first would
        cost more than most tables do, in a database of thousands.
        """
        if layout.definition:
            self._define(relation, layout.definition)
            opening = f"insert into {relation} ({layout.selected}) ("
        else:
            opening = f"create or replace table {relation} as ("
        created = self._wrapped(opening, sql, layout)
        if not created.rows:  # a pivot becomes several statements, and counts nothing
            created = self.execute(f"select count(*) from {relation}")
        return int(created.rows[0][0])

    def _define(self, relation: Relation, definition: str) -> None:
        try:
            self.execute(f"create or replace table {relation} {definition}")
        except EngineError as error:
            if error.kind == ANOTHER_KIND:
                raise
            raise EngineError(
                error.message, candidates=error.candidates, kind="definition"
            ) from error

    def refusal(self, error: BaseException) -> EngineError | None:
        """Read an error that a user's own code met; None when it is not DuckDB's."""
        return read_error(error) if isinstance(error, duckdb.Error) else None

    def is_lazy(self, frame: Any) -> bool:
        """Whether a frame is a query of this database, which only its session runs."""
        return isinstance(frame, duckdb.DuckDBPyRelation)

    @contextmanager
    def named(self, frame: Any) -> Iterator[str]:
        """Give a frame a name for a while; yield the query that reads it.

        A frame is a relation of DuckDB, a table or reader of pyarrow, a frame of pandas
        or polars. Raises EngineError for anything else.
        """
        try:
            self._connection.register(FRAME, frame)
        except (duckdb.InvalidInputException, RuntimeError, TypeError) as error:
            raise EngineError(
                f"model() returned {_kind(frame)}, of which DuckDB makes no table",
                kind="frame",
            ) from error
        try:
            yield f"from {FRAME}"
        finally:
            # A transaction that failed takes the name away by itself.
            with suppress(duckdb.TransactionException):
                self._connection.unregister(FRAME)

    def describe(self, sql: str) -> list[Column]:
        """Return the columns and types that a query would give, without running it."""
        found = self._wrapped("describe (", sql)
        return [Column(row[0], row[1]) for row in found.rows]

    def create_function(
        self, relation: Relation, parameters: Sequence[str], sql: str
    ) -> None:
        """Put a table function in place of what was there; its body is a query."""
        arguments = ", ".join(parameters)
        opening = f"create or replace macro {relation}({arguments}) as table ("
        self._wrapped(opening, sql)

    def create_view(self, relation: Relation, sql: str) -> None:
        """Put a view in place of what was there; ANOTHER_KIND as in `create_table`."""
        self._wrapped(f"create or replace view {relation} as (", sql)

    def _wrapped(self, opening: str, sql: str, layout: Layout = AS_FOUND) -> Result:
        """Run a statement around a query; a fault's position counts in the query."""
        closing = ")"
        if layout.selected:
            opening += f"select {layout.selected} from ("
            closing = ") as model_subq)"
        opening += "\n"
        try:
            return self.execute(f"{opening}{sql}\n{closing}")
        except EngineError as error:
            if error.position is not None:
                error.position = max(error.position - len(opening), 0)
            raise

    def load_csv(self, relation: Relation, file: CsvFile) -> CsvLoad:
        """Put a CSV file's good rows into a table in place of what was there.

        Every fault of every other row is in the result.
        """
        self.drop(relation)
        return csv_loading.load(self.execute, relation, file)

    def comment(
        self,
        relation: Relation,
        description: str | None,
        columns: Mapping[str, str],
    ) -> None:
        """Describe a relation (None: leave it) and its columns in the database.

        An empty text takes a description away.
        """
        kind = {"view": "view", "function": "macro table"}.get(
            relation.type or "", "table"
        )
        statements = [
            f"comment on column {relation}.{Relation.quoted(name)} is {_comment(text)};"
            for name, text in columns.items()
        ]
        if description is not None:
            text = _comment(description)
            statements.append(f"comment on {kind} {relation} is {text}")
        if statements:
            self.execute("\n".join(statements))

    def drop(self, relation: Relation) -> None:
        """Drop a table or view if it exists, whichever it is; or a table function."""
        if relation.is_function:
            self.execute(f"drop macro table if exists {relation}")
            return
        self.clear(relation, "")

    def clear(self, relation: Relation, kept: str) -> None:
        """Drop what bears a name, but not if it is of the kind to keep."""
        found = self.execute(
            "select 'table' from duckdb_tables() where "
            f"{self._named(relation, 'table_name')} union all select 'view' "
            f"from duckdb_views() where {self._named(relation, 'view_name')}"
        )
        for kind in {kind for (kind,) in found.rows}:
            if kind != kept:
                self.execute(f"drop {kind} {relation} cascade")

    def _named(self, relation: Relation, column: str) -> str:
        """Return what finds a relation; a name alone may be that of a temporary one."""
        databases = f"lower({literal(relation.database or self.database)})"
        if relation.schema is None and relation.database is None:
            databases += f", {TEMPORARY}"
        return (
            f"lower(database_name) in ({databases}) "
            f"and lower(schema_name) = lower({literal(relation.schema or 'main')}) "
            f"and lower({column}) = lower({literal(relation.identifier or '')})"
        )

    def reader(self, sql: str) -> "pa.RecordBatchReader":
        """Return a query's rows as a stream of Arrow record batches."""
        try:
            return self._connection.sql(sql).to_arrow_reader(ARROW_BATCH_ROWS)
        except duckdb.Error as error:
            raise read_error(error) from error

    def usage(self) -> Usage:
        """Return the peaks of this connection's statements since it was last asked.

        DuckDB tells its own peaks, other connections' statements included.
        """
        return self._meter.take()

    @contextmanager
    def threads(self, count: int) -> Iterator[None]:
        """Let the database use no more than so many threads for a while."""
        found = self.execute("select current_setting('threads')")
        before = int(found.rows[0][0])
        with suppress(EngineError):  # a locked configuration: then all of them
            self.execute(f"set global threads = {min(count, before)}")
        try:
            yield
        finally:
            with suppress(EngineError):
                self.execute(f"set global threads = {before}")

    def interrupt(self) -> None:
        """Stop the statement that runs on this connection, or on the one it lent."""
        self._connection.interrupt()
        if (lent := self._lent) is not None:
            lent.interrupt()

    def close(self) -> None:
        """Close this connection; closing the first closes the database file."""
        self._connection.close()


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(literal, values))}]"


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := cursor.fetchmany(STREAM_ROWS):
            yield from rows
    except duckdb.Error as error:
        raise read_error(error, sql) from error


def _kind(frame: Any) -> str:
    """Say what somebody's value is.

    >>> _kind(None), _kind([1])
    ('nothing', 'a list')
    """
    return "nothing" if frame is None else f"a {type(frame).__name__}"


def _comment(text: str) -> str:
    return literal(text) if text else "null"
