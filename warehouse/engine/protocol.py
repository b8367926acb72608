"""What a database must do for us, said once; the only words the other rooms use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from warehouse.jinja.column import Column
from warehouse.jinja.relation import Relation
from warehouse.secrets import redact

if TYPE_CHECKING:
    import pyarrow as pa


class EngineError(Exception):
    """The database refused a statement.

    `position` is the offset of the fault in the statement, in characters from 0;
    `advice` says what to do, where the database knows.
    """

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        candidates: Sequence[str] = (),
        kind: str = "",
        advice: str | None = None,
    ) -> None:
        super().__init__(redact(message))
        self.message = redact(message)
        self.position = position
        self.candidates = tuple(candidates)
        self.kind = kind
        self.advice = advice


# The kind of error of a table that goes where a view stands, or the reverse.
ANOTHER_KIND = "another kind"


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one statement, in memory, with their columns' names and types."""

    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows of one statement as they come; read them before anything else runs."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Usage:
    """The most bytes that the database held in memory and in temporary files."""

    memory: int = 0
    spilled: int = 0


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file with a header, and what is known of its columns.

    `types` maps a column to its SQL type; an unnamed column's type is inferred. No row
    takes more bytes than `longest_row`, and a line takes `longest_line` or more.
    """

    path: Path
    columns: tuple[str, ...]
    types: Mapping[str, str]
    delimiter: str = ","
    longest_row: int = 0
    longest_line: int = 0


@dataclass(frozen=True, slots=True)
class CsvFault:
    """What is wrong in a CSV file; `position` is a byte at or just before its row.

    `column` and `value` are None where the whole row is at fault.
    """

    position: int
    column: str | None
    value: str | None
    reason: str
    row: str


@dataclass(frozen=True, slots=True)
class CsvLoad:
    """How many rows of a CSV file came in, and what kept the others out."""

    rows: int
    faults: tuple[CsvFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is to hold a query's rows.

    `selected` lists its columns in their order, as SQL; `definition` is what stands
    between the name and the rows: columns with types and constraints, in parentheses.
    """

    selected: str = ""
    definition: str = ""


AS_FOUND = Layout()


class Engine(Protocol):
    """One connection to a database; `cursor` gives a thread its own."""

    dialect: str

    def cursor(self) -> "Engine":
        """Return another connection to the same database, for another thread."""

    def session(self) -> AbstractContextManager["Engine"]:
        """Lend a connection to a user's own code; an interrupt reaches it too."""

    @property
    def raw(self) -> Any:
        """The library's own connection, for a Python model."""

    def execute(self, sql: str) -> Result:
        """Run one or more statements; return the last one's rows.

        Raises EngineError, with the fault's position where the database knows it.
        """

    def stream(self, sql: str) -> Stream:
        """Run one or more statements; the last one's rows come as they are asked for.

        Raises EngineError, here and from the rows.
        """

    def statements(self, sql: str) -> list[str]:
        """Return the kind of each statement in SQL: SELECT, COPY, …; none is run.

        Raises EngineError for a syntax error.
        """

    def begin(self) -> None:
        """Do nothing: who runs a node has begun its transaction."""

    def commit(self) -> None:
        """Do nothing: who runs a node commits its transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what happens inside as one; roll it back when it raises."""

    def relations(self, schemas: Iterable[str] | None = None) -> list[Relation]:
        """List the tables and views of these schemas, or of all, sorted by name.

        Those of attached databases too.
        """

    def functions(self) -> list[Relation]:
        """List the table functions, sorted by name."""

    def foreign_keys(self) -> list[tuple[Relation, Relation]]:
        """List the pairs of tables of which the first refers to the second."""

    def definition(self, relation: Relation) -> str:
        """Return the statement that makes a table as it stands, without its rows."""

    def columns(self, relation: Relation) -> list[Column]:
        """List a relation's columns in their order; empty when it does not exist."""

    def trust_system(self) -> None:
        """Leave it to the operating system when changes come to the disk."""

    def create_schemas(
        self, schemas: Iterable[str], database: str | None = None
    ) -> None:
        """Create the schemas that a database lacks, in one transaction."""

    def schemas(self) -> list[str]:
        """List the schemas of the connection's own database, sorted by name."""

    def drop_schema(self, schema: str) -> None:
        """Drop a schema of the connection's own database, if nothing is in it."""

    def describe(self, sql: str) -> list[Column]:
        """Return the columns and types that a query would give, without running it."""

    def create_table(
        self, relation: Relation, sql: str, layout: Layout = AS_FOUND
    ) -> int:
        """Put a query's rows into a table in place of what was there; count them."""

    def refusal(self, error: BaseException) -> EngineError | None:
        """Read an error that a user's own code met; None when it is another's."""

    def is_lazy(self, frame: Any) -> bool:
        """Whether a frame is a query of this database, which only its session runs."""

    def named(self, frame: Any) -> AbstractContextManager[str]:
        """Give a frame a name for a while; yield the query that reads it.

        Raises EngineError for what is no frame.
        """

    def create_view(self, relation: Relation, sql: str) -> None:
        """Put a view in place of what was there."""

    def create_function(
        self, relation: Relation, parameters: Sequence[str], sql: str
    ) -> None:
        """Put a table function in place of what was there; its body is a query."""

    def load_csv(self, relation: Relation, file: CsvFile) -> CsvLoad:
        """Put a CSV file's good rows into a table in place of what was there.

        Every fault of every other row is in the result.
        """

    def comment(
        self,
        relation: Relation,
        description: str | None,
        columns: Mapping[str, str],
    ) -> None:
        """Describe a relation (None: leave it) and its columns in the database.

        An empty text takes a description away.
        """

    def drop(self, relation: Relation) -> None:
        """Drop a table or view if it exists, whichever it is; or a table function."""

    def clear(self, relation: Relation, kept: str) -> None:
        """Drop what bears a name, but not if it is of the kind to keep."""

    def reader(self, sql: str) -> "pa.RecordBatchReader":
        """Return a query's rows as a stream of Arrow record batches."""

    def usage(self) -> Usage:
        """Return the peaks of this connection's statements since it was last asked.

        The database tells its own peaks, other connections' statements included.
        """

    def threads(self, count: int) -> AbstractContextManager[None]:
        """Let the database use no more than so many threads for a while."""

    def interrupt(self) -> None:
        """Stop the statement that runs on this connection."""

    def close(self) -> None:
        """Close this connection; closing the first closes the database file."""
