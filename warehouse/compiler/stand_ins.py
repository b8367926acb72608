"""What stands in for a relation that a template refers to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from warehouse.jinja.adapter import Database
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node, Source


@dataclass(frozen=True, slots=True)
class StandIns:
    """What a command puts in for relations.

    `deferred` has the relations of an earlier run by id (--defer): used for what is not
    `selected` and does not exist, or with `favors` even if it does. `is_empty` leaves
    no rows (--empty); `sample` those of a time span, by a node's `event_time`.
    """

    deferred: Mapping[str, Relation] = field(default_factory=dict)
    selected: frozenset[str] = frozenset()
    favors: bool = False
    is_empty: bool = False
    sample: tuple[datetime, datetime] | None = None

    @property
    def is_part(self) -> bool:
        """Whether only a part of the rows is read."""
        return self.is_empty or self.sample is not None

    def relation(
        self, found: Node | Source, relation: Relation, database: Callable[[], Database]
    ) -> Relation:
        """Return what to read for a reference; `database` may raise DatabaseNeeded."""
        is_inside = isinstance(found, Node) and found.is_ephemeral
        if is_inside:
            return relation
        other = self.deferred.get(found.unique_id)
        if other is not None and found.unique_id not in self.selected:
            exists = not self.favors and _exists(relation, database())
            relation = relation if exists else other
        return self._part(found, relation)

    def _part(self, found: Node | Source, relation: Relation) -> Relation:
        if self.is_empty:
            return replace(
                relation, sql=f"(select * from {relation} where false limit 0)"
            )
        column = found.config.get("event_time")
        if self.sample is None or column is None:
            return relation
        start, end = (f"'{moment:%Y-%m-%d %H:%M:%S}'" for moment in self.sample)
        where = f"{column} >= {start} and {column} < {end}"
        return replace(relation, sql=f"(select * from {relation} where {where})")


def _exists(relation: Relation, database: Database) -> bool:
    return relation in database.relations([relation.schema or "main"])
