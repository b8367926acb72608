"""A mart in parts: a folder for each value of its partition columns, as Hive has them.

`orders/year=2026/data.parquet`. The columns stand in the folders' names and not in the
files, so only types leave that a name tells without loss.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from warehouse.engine.literal import literal
from warehouse.engine.protocol import Engine
from warehouse.errors import ReleaseError, nearest
from warehouse.jinja.relation import Relation
from warehouse.release.sql_type import SqlType

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # Hive's own word for null
FILE = "data.parquet"
NAMED = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "BOOLEAN", "DATE", "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that have these texts as their partition columns' values."""

    values: Mapping[str, str | None]

    @property
    def path(self) -> str:
        """The file's path below the mart's folder."""
        folders = (
            f"{quote(name, safe='')}={NO_VALUE if v is None else quote(v, safe='')}"
            for name, v in self.values.items()
        )
        return "/".join((*folders, FILE))

    @property
    def condition(self) -> str:
        """What SQL asks of a row of this part."""
        return " and ".join(
            f"cast({Relation.quoted(name)} as varchar) is not distinct from "
            f"{'null' if value is None else literal(value)}"
            for name, value in self.values.items()
        )


def partition_columns(
    mart: str, asked: tuple[str, ...], columns: Mapping[str, SqlType]
) -> tuple[str, ...]:
    """Return the columns that a mart is parted by, as they are spelled in it.

    Raises ReleaseError for one that there is not, one whose type a folder's name does
    not hold, and when nothing would be left for the files.
    """
    known = {name.lower(): name for name in columns}
    for name in asked:
        if name.lower() not in known:
            raise ReleaseError(
                f'mart "{mart}": `partition_by` names "{name}", which is no column',
                hint=nearest(name.lower(), known),
            )
        typed = columns[known[name.lower()]]
        if typed.name not in NAMED:
            raise ReleaseError(
                f'mart "{mart}": it cannot be partitioned by "{name}", which is '
                f"{typed}",
                hint=f"write cast({Relation.quoted(name)} as VARCHAR)",
            )
    found = tuple(dict.fromkeys(known[name.lower()] for name in asked))
    if len(found) == len(columns):
        raise ReleaseError(f'mart "{mart}": `partition_by` leaves no column over')
    return found


def parts(engine: Engine, relation: Relation, columns: tuple[str, ...]) -> list[Part]:
    """List the parts of a mart, in order; no rows are one part without values.

    Raises ReleaseError for an empty text, which no folder can be named for.
    """
    texts = ", ".join(f"cast({Relation.quoted(name)} as varchar)" for name in columns)
    found = engine.execute(f"select distinct {texts} from {relation} order by all")
    rows = found.rows or [(None,) * len(columns)]
    listed = [Part(dict(zip(columns, row, strict=True))) for row in rows]
    for name in _empty(listed):
        raise ReleaseError(
            f'partition column "{name}" is an empty text in a row',
            hint=f"write nullif({Relation.quoted(name)}, '')",
        )
    return listed


def _empty(listed: list[Part]) -> Iterator[str]:
    for part in listed:
        yield from (name for name, value in part.values.items() if value == "")
