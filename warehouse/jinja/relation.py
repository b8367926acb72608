"""A table or view by its three-part name, as templates see it (dbt's `Relation`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from types import SimpleNamespace
from typing import Any

PARTS = ("database", "schema", "identifier")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which of the three parts of a name something applies to."""

    database: bool = True
    schema: bool = True
    identifier: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Mapping[str, Any]):
    """A name in the database; renders as quoted SQL.

    A mapping of its fields too: packages tell a relation from a text by
    `relation is mapping and relation.metadata.type.endswith('Relation')`.
    `include_policy.database` is off for the target's own database: a view whose text
    names no database still works when its file is renamed or attached under an alias.
    `sql` replaces the name where a relation is no table: a file, a subquery. Of one
    with a `condition` only those rows are read, unless a template says `render()`.
    """

    database: str | None
    schema: str | None
    identifier: str | None
    type: str | None = None
    include_policy: Policy = Policy()
    quote_policy: Policy = Policy()
    sql: str | None = None
    condition: str | None = None

    Table = "table"
    View = "view"
    CTE = "cte"
    External = "external"
    MaterializedView = "materialized_view"
    Function = "function"

    @classmethod
    def create(
        cls,
        database: str | None = None,
        schema: str | None = None,
        identifier: str | None = None,
        type: str | None = None,  # noqa: A002 - dbt's name
        quote_policy: Mapping[str, bool] | None = None,
        **_: Any,
    ) -> "Relation":
        """Return a relation of the given parts; missing parts are left out."""
        quoting = Policy(**quote_policy) if quote_policy else Policy()
        return cls(database, schema, identifier, type, quote_policy=quoting)

    @staticmethod
    def scd_args(primary_key: str | Sequence[str], updated_at: str) -> list[str]:
        """Return what identifies a version of a snapshot's row: its keys and a time."""
        keys = [primary_key] if isinstance(primary_key, str) else primary_key
        return [*keys, updated_at]

    @property
    def metadata(self) -> dict[str, str]:
        """What kind of object this is, in dbt's words."""
        return {"type": "DuckDBRelation"}

    @property
    def name(self) -> str | None:
        """The last part, in dbt's other word."""
        return self.identifier

    @property
    def table(self) -> str | None:
        """The last part, in dbt's third word."""
        return self.identifier

    @property
    def is_table(self) -> bool:
        """Whether this is known to be a table."""
        return self.type == self.Table

    @property
    def is_view(self) -> bool:
        """Whether this is known to be a view."""
        return self.type == self.View

    @property
    def is_function(self) -> bool:
        """Whether this is a table function: a view with parameters."""
        return self.type == self.Function

    @property
    def is_cte(self) -> bool:
        """Whether this is an ephemeral model's common table expression."""
        return self.type == self.CTE

    @property
    def is_materialized_view(self) -> bool:
        """Whether this is a materialized view: DuckDB has none."""
        return self.type == self.MaterializedView

    @property
    def quote_character(self) -> str:
        """What stands around a name."""
        return '"'

    @property
    def can_be_renamed(self) -> bool:
        """Whether dbt would move an old one aside by renaming it."""
        return self.type in {self.Table, self.View}

    @property
    def can_be_replaced(self) -> bool:
        """Whether `create or replace` does for it."""
        return self.type in {self.Table, self.View}

    @property
    def path(self) -> SimpleNamespace:
        """The three parts of the name."""
        parts = (self.database, self.schema, self.identifier)
        return SimpleNamespace(**dict(zip(PARTS, parts, strict=True)))

    @staticmethod
    def get_relation_type(kind: str) -> str:
        """Return a kind of relation by its name."""
        return kind.lower()

    @staticmethod
    def add_ephemeral_prefix(name: str) -> str:
        """Return the name of an ephemeral model's common table expression."""
        return f"__dbt__cte__{name}"

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """Return the relation as dbt's mapping of it."""
        found = {
            "path": vars(self.path),
            "type": self.type,
            "quote_character": self.quote_character,
            "include_policy": asdict(self.include_policy),
            "quote_policy": asdict(self.quote_policy),
        }
        return {k: v for k, v in found.items() if not omit_none or v is not None}

    def information_schema(self, view: str | None = None) -> "Relation":
        """Return the database's information schema, or a view in it."""
        schema = self.include(schema=False, identifier=False).render()
        parts = [part for part in (schema, "INFORMATION_SCHEMA", view) if part]
        return Relation(self.database, "INFORMATION_SCHEMA", view, sql=".".join(parts))

    def information_schema_only(self) -> "Relation":
        """Return the database's information schema."""
        return self.information_schema()

    def matches(self, **parts: str | None) -> bool:
        """Whether the parts that are given are those of this name."""
        wanted = {k: v for k, v in parts.items() if v is not None}
        return all(str(self[k]).lower() == v.lower() for k, v in wanted.items())

    def include(self, **parts: bool) -> "Relation":
        """Return this relation rendering only the parts that are not switched off."""
        return replace(self, include_policy=replace(self.include_policy, **parts))

    def quote(self, **parts: bool) -> "Relation":
        """Return this relation quoting only the parts that are not switched off."""
        return replace(self, quote_policy=replace(self.quote_policy, **parts))

    def incorporate(self, **changes: Any) -> "Relation":
        """Return this relation with some fields changed; `path` holds name parts."""
        path = changes.pop("path", {})
        known = {k: v for k, v in {**changes, **path}.items() if k in list(self)}
        return replace(self, **known)

    def replace_path(self, **parts: str) -> "Relation":
        """Return this relation under another name."""
        return self.incorporate(path=parts)

    @property
    def rejects(self) -> "Relation":
        """Return where the rows of a seed stand that did not load."""
        return self.incorporate(path={"identifier": f"{self.identifier}_rejects"})

    def without_identifier(self) -> "Relation":
        """Return the relation's schema."""
        return replace(self.include(identifier=False), identifier=None)

    @staticmethod
    def quoted(identifier: str) -> str:
        """Return `identifier` in SQL's double quotes."""
        return '"' + identifier.replace('"', '""') + '"'

    def render(self) -> str:
        """Return the name as SQL."""
        return self.sql if self.sql is not None else ".".join(self._parts())

    def _parts(self) -> Iterator[str]:
        for part in PARTS:
            value = getattr(self, part)
            if value is not None and getattr(self.include_policy, part):
                quoting = getattr(self.quote_policy, part)
                yield self.quoted(value) if quoting else value

    def __str__(self) -> str:
        if self.condition is None:
            return self.render()
        return f"(select * from {self.render()} where {self.condition})"

    @property
    def key(self) -> tuple[str, str, str]:
        """The three parts in lower case: DuckDB's names are case-insensitive."""
        parts = (self.database, self.schema, self.identifier)
        return tuple((part or "").lower() for part in parts)  # type: ignore[return-value]

    def __getitem__(self, key: str) -> Any:
        if key == "metadata" or key in list(self):
            return getattr(self, key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (field.name for field in fields(self))

    def __len__(self) -> int:
        return len(fields(self))

    def __bool__(self) -> bool:
        return True  # not by way of its length: it is asked for thousands of times

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Relation) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)
