"""What nodes were once compiled to, by all that it depended on."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.compiler.analyses import Columns, Form
from warehouse.compiler.recipe import Recipe
from warehouse.jinja.invocation import Reading, values_of
from warehouse.manifest.kept_nodes import hash_of
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.project.kept import Memory


@dataclass(frozen=True, slots=True)
class Compilation:
    """The SQL of a node that reads only what it declares, and what this says."""

    sql: str
    columns: Columns
    form: Form
    recipe: Recipe


class Compilations:
    """The SQL of nodes: kept from before, and new.

    `origins` tells for a node's id all that reading it depended on. Beside these, and
    what the whole project shares, a node's SQL depends on the names of what it refers
    to, on the columns of these (for `select *`), on the ephemeral models inside it, and
    on the environment, unless its template asks for more: of such nothing is kept.
    """

    def __init__(
        self,
        manifest: Manifest,
        origins: Mapping[str, str] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._manifest = manifest
        self._origins = {} if origins is None else origins
        self._memory = memory or Memory()
        self._columns: dict[str, Columns] = {}
        self._seen: dict[str, str | None] = {}  # what readers of a node see of it

    def get(self, node: Node, reading: Reading) -> Compilation | None:
        """Return what a node's SQL is, if that is known."""
        key = self._key(node)
        found = None if key is None else self._memory.get(key)
        if found is None:
            return None
        sql, columns, form, recipe, variables, values = found
        if values != values_of(variables):
            return None
        reading.variables.update(variables)
        self.know(node, columns)
        return Compilation(sql, columns, Form(*form), Recipe(*recipe))

    def put(self, node: Node, compiled: Compilation, reading: Reading) -> None:
        """Remember a node's SQL, unless its template asked for what is not in the key.

        `reading` is what it asked for, and nothing else.
        """
        key = self._key(node)
        if key is None or reading.varying or reading.others:
            return
        variables = tuple(sorted(reading.variables))
        form, recipe = compiled.form, compiled.recipe
        hashes = (recipe.data, recipe.docs)
        says = (compiled.sql, compiled.columns, form.values(), hashes)
        self._memory.put(key, (*says, variables, values_of(variables)))

    def know(self, node: Node, columns: Columns) -> None:
        """Take note of a node's columns, which those that read it may depend on."""
        self._columns[node.unique_id] = columns

    def _key(self, node: Node) -> str | None:
        """Return what a node's SQL depends on; None where that is not known."""
        origin = self._origins.get(node.unique_id)
        if origin is None:
            return None
        above = [self._seen_of(unique_id) for unique_id in node.depends_on]
        return None if None in above else hash_of(repr((origin, node.unique_id, above)))

    def _seen_of(self, unique_id: str) -> str | None:
        """Return what of a node shows in the SQL of those that refer to it."""
        if unique_id not in self._seen:
            found = self._manifest[unique_id]
            inside: str | None = ""
            if isinstance(found, Node) and found.is_ephemeral:
                inside = self._key(found)
            version = found.version if isinstance(found, Node) else None
            seen = [
                unique_id,
                repr(found.relation),
                bool(found.config.get("on_bad_rows")),  # then it has rejects too
                None if version is None else version.latest,  # what its name means
                self._columns.get(unique_id),
                inside,
            ]
            self._seen[unique_id] = None if inside is None else hash_of(repr(seen))
        return self._seen[unique_id]
