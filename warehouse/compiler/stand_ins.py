"""What stands in for a relation that a template refers to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from warehouse.jinja.adapter import Database
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node, Source

# A start and an end in UTC; the end is left out.
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class StandIns:
    """What a command puts in for relations.

    `deferred` has the relations of an earlier run by id (--defer): used for what is not
    `selected` and does not exist, or with `favors` even if it does. `is_empty` leaves
    no rows (--empty); `sample` those of a time span, by a node's `event_time`. `asked`
    is the span of `--event-time-start` and `--event-time-end`.
    """

    deferred: Mapping[str, Relation] = field(default_factory=dict)
    selected: frozenset[str] = frozenset()
    favors: bool = False
    is_empty: bool = False
    sample: Span | None = None
    asked: Span | None = None

    @property
    def batch_span(self) -> Span | None:
        """The span whose batches are to be built, where the command names one."""
        return self.asked or self.sample

    @property
    def are_none(self) -> bool:
        """Whether every relation is what its node says."""
        return not (self.deferred or self.is_part or self.asked)

    @property
    def is_part(self) -> bool:
        """Whether only a part of the rows is read."""
        return self.is_empty or self.sample is not None

    def relation(
        self,
        found: Node | Source,
        relation: Relation,
        database: Callable[[], Database],
        span: Span | None = None,
    ) -> Relation:
        """Return what to read for a reference; `database` may raise DatabaseNeeded.

        `span` is that of a batch.
        """
        is_inside = isinstance(found, Node) and found.is_ephemeral
        if is_inside:
            return relation
        other = self.deferred.get(found.unique_id)
        if other is not None and found.unique_id not in self.selected:
            exists = not self.favors and _exists(relation, database())
            relation = relation if exists else other
        return self._part(found, relation, span)

    def _part(
        self, found: Node | Source, relation: Relation, span: Span | None
    ) -> Relation:
        if self.is_empty:
            return replace(relation, condition="false limit 0")
        column = found.config.get("event_time")
        wanted = [one for one in (span, self.sample) if one is not None]
        if not wanted or column is None:
            return relation
        start, end = max(one[0] for one in wanted), min(one[1] for one in wanted)
        info = found.columns.get(column)
        name = column if info is None else info.in_sql
        where = f"{name} >= '{start}' and {name} < '{end}'"
        return replace(relation, condition=where)


def _exists(relation: Relation, database: Database) -> bool:
    return relation in database.relations([relation.schema or "main"])
