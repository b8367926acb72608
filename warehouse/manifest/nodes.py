"""What a project consists of, as frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from warehouse.errors import Location
from warehouse.jinja.relation import Relation
from warehouse.manifest.freshness import Freshness
from warehouse.manifest.versions import Version
from warehouse.project.files import SourceFile
from warehouse.project.seeds import SeedFile

# The keys of properties files that declare what is not built, and what they declare.
DECLARED = {
    "exposures": "exposure",
    "semantic_models": "semantic_model",
    "metrics": "metric",
    "saved_queries": "saved_query",
}


@dataclass(frozen=True, slots=True)
class Ref:
    """One call of `ref`: another node by name."""

    name: str
    package: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a contract demands of the rows; `target` is what `to` of a foreign key is.

    `columns` are those of a constraint of the whole model.
    """

    type: str
    name: str | None = None
    expression: str | None = None
    to: str | None = None
    target: Ref | tuple[str, str] | None = None
    to_columns: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    location: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """What the properties say of a column."""

    name: str
    description: str = ""
    data_type: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    quote: bool = False
    constraints: tuple[Constraint, ...] = ()
    location: Location | None = None

    @property
    def in_sql(self) -> str:
        """The name as SQL must have it."""
        return Relation.quoted(self.name) if self.quote else self.name


@dataclass(frozen=True, slots=True)
class TestInfo:
    """How a generic test calls its macro.

    `kwargs` are as the YAML has them; `attached` is the id of the tested node or source
    and `model` the expression that stands for it.
    """

    __test__ = False  # pytest: this is no test class

    name: str
    namespace: str | None
    kwargs: Mapping[str, Any]
    model: str
    attached: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """Rows that a unit test gives or expects.

    `given` is what they stand for: a reference, a source, `this`; None for what is
    expected. `rows` is a query if the format is `sql`, None for a seed's own rows.
    """

    given: Ref | tuple[str, str] | str | None
    format: str
    rows: list[dict[str, Any]] | str | None
    location: Location

    @property
    def call(self) -> str:
        """What it stands for, as a template writes it."""
        if isinstance(self.given, Ref):
            names = [name for name in (self.given.package, self.given.name) if name]
            version = f", v={self.given.version}" if self.given.version else ""
            return f"ref({', '.join(map(repr, names))}{version})"
        if isinstance(self.given, tuple):
            return f"source{self.given}"
        return self.given or "expect"


@dataclass(frozen=True, slots=True)
class UnitTest:
    """What a unit test gives to its model and expects of it.

    `inputs` are the ids of what is given, known once references are resolved.
    """

    model: str
    given: tuple[Fixture, ...]
    expect: Fixture
    overrides: Mapping[str, Mapping[str, Any]]
    versions: Any = None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What YAML says of a thing that is not built: an exposure, a metric, ….

    `needs` are kinds and names of what it rests on beside references; `measures` are
    those of a semantic model.
    """

    data: Mapping[str, Any]
    needs: tuple[tuple[str, str], ...] = ()
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An owner of models; what is private to it only its members may refer to."""

    name: str
    package: str
    owner: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that is built or run: a model, seed, test or analysis.

    `place` is where an ephemeral model would stand, which is in no database.
    """

    unique_id: str
    resource_type: str
    name: str
    package: str
    fqn: tuple[str, ...]
    file: SourceFile
    config: Mapping[str, Any]
    relation: Relation | None = None
    place: Relation | None = None
    description: str = ""
    columns: Mapping[str, ColumnInfo] = field(default_factory=dict)
    refs: tuple[Ref, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    depends_on: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    properties: Location | None = None
    test: TestInfo | None = None
    seed: SeedFile | None = None
    unit: UnitTest | None = None
    declared: Declared | None = None
    version: Version | None = None
    deprecation_date: str | None = None
    time_spine: Mapping[str, Any] | None = None
    constraints: tuple[Constraint, ...] = ()

    def replaced(self, **changes: Any) -> "Node":
        """Return the node with some fields changed.

        As `dataclasses.replace` does, which takes four times as long: of a thousand
        models' nodes each is changed.
        """
        return Node(**dict(zip(Node.__slots__, _fields(self), strict=True)) | changes)

    @property
    def is_test(self) -> bool:
        """Whether the node checks others: a data test or a unit test."""
        return self.resource_type in {"test", "unit_test"}

    @property
    def search_name(self) -> str:
        """The name with the version, as lists and results show it."""
        if self.version is None:
            return self.name
        return f"{self.name}{'.' if self.unit is None else '_'}{self.version.name}"

    @property
    def is_compiled(self) -> bool:
        """Whether the node has SQL that a plan can compile."""
        return self.unit is None and self.declared is None

    @property
    def group(self) -> str | None:
        """The group that owns the node."""
        return self.config.get("group")

    @property
    def access(self) -> str:
        """Who may refer to a model: its group, its package, or anyone."""
        return str(self.config.get("access") or "protected")

    @property
    def is_contracted(self) -> bool:
        """Whether the model's columns and types are enforced."""
        contract = self.config.get("contract") or {}
        return self.resource_type == "model" and contract.get("enforced") is True

    @property
    def demands(self) -> tuple[Constraint, ...]:
        """The model's constraints and those of its columns."""
        inner = (c for info in self.columns.values() for c in info.constraints)
        return (*self.constraints, *inner)

    @property
    def targets(self) -> tuple[Ref | tuple[str, str], ...]:
        """What the model's foreign keys refer to."""
        return tuple(c.target for c in self.demands if c.target is not None)

    @property
    def is_python(self) -> bool:
        """Whether the node is a Python model."""
        return self.resource_type == "model" and self.file.path.endswith(".py")

    @property
    def materialized(self) -> str:
        """How the node is put into the database."""
        return str(self.config.get("materialized", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """The node's tags, sorted."""
        return tuple(sorted(set(self.config.get("tags", ()))))

    @property
    def meta(self) -> Mapping[str, Any]:
        """The user's own notes on the node."""
        meta: Mapping[str, Any] = self.config.get("meta", {})
        return meta

    @property
    def is_ephemeral(self) -> bool:
        """Whether the node lives only inside the SQL of those that read it."""
        return self.materialized == "ephemeral"


_fields = attrgetter(*Node.__slots__)


@dataclass(frozen=True, slots=True)
class Source:
    """A table that someone else fills."""

    unique_id: str
    source_name: str
    name: str
    package: str
    fqn: tuple[str, ...]
    relation: Relation
    location: Location
    config: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    source_description: str = ""
    loader: str = ""
    columns: Mapping[str, ColumnInfo] = field(default_factory=dict)
    freshness: Freshness | None = None
    loaded_at_field: str | None = None
    loaded_at_query: str | None = None

    resource_type = "source"
    depends_on: tuple[str, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """The source's tags, sorted."""
        return tuple(sorted(set(self.config.get("tags", ()))))

    @property
    def meta(self) -> Mapping[str, Any]:
        """The user's own notes on the source."""
        meta: Mapping[str, Any] = self.config.get("meta", {})
        return meta
