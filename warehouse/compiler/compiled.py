"""A node's SQL, and from a place in it back to the file."""

from collections.abc import Callable
from dataclasses import dataclass

from warehouse.compiler.analyses import Form
from warehouse.compiler.reads import TableRead
from warehouse.compiler.recipe import Recipe
from warehouse.errors import Location
from warehouse.jinja.marks import marked_place
from warehouse.jinja.template import Rendered
from warehouse.manifest.nodes import Node


@dataclass(frozen=True, slots=True)
class Origin:
    """A stretch of compiled SQL: where it begins, and the rendering it came from."""

    start: int
    skipped: int  # characters of the rendering before the stretch
    rendered: Rendered
    node: Node

    def inside(self, offset: int) -> int:
        """Return where in the rendering a character of the SQL is."""
        return offset - self.start + self.skipped


@dataclass(frozen=True, slots=True)
class Compiled:
    """A node's SQL, ready to run.

    `columns` are the output's names where the SQL shows them. `undeclared` are the
    tables read without `ref` or `source`. `form` is None where there is no SQL. It
    `is_closed` where it reads only what it declares. What was kept from before has its
    `recipe`, and `anew`, which compiles it once more: for the lines of its templates.
    `marked` renders a node with marks in what macros write.
    """

    node: Node
    sql: str
    origins: tuple[Origin, ...]
    columns: tuple[str, ...] | None = None
    undeclared: tuple[TableRead, ...] = ()
    form: Form | None = None
    is_closed: bool = False
    recipe: Recipe | None = None
    anew: Callable[[], "Compiled"] | None = None
    marked: Callable[[Node], str] = lambda _: ""

    def locate(self, offset: int) -> Location:
        """Return the file and line that the character at `offset` came from."""
        if self.node.test is not None and self.node.properties is not None:
            return self.node.properties
        if self.anew is not None:
            return self.anew().locate(offset)
        origin = self._origin(offset)
        if origin is None:
            return self.node.file.location()
        inside = origin.inside(offset)
        line = origin.rendered.line(inside)
        place = origin.node.file.location(line)
        return _with_column(place, origin.rendered.text, inside)

    def macro_line(self, offset: int) -> str | None:
        """Return the macro's file and line that wrote the character at `offset`."""
        if self.anew is not None:
            return self.anew().macro_line(offset)
        origin = self._origin(offset)
        if origin is None:
            return None
        rendered, inside = origin.rendered, origin.inside(offset)
        begin = rendered.value_at(inside)
        if begin is None:
            return None
        return marked_place(self.marked(origin.node), rendered.text, begin, inside)

    def _origin(self, offset: int) -> Origin | None:
        return next((o for o in reversed(self.origins) if o.start <= offset), None)


def _with_column(place: Location, text: str, offset: int) -> Location:
    """Add the column if the template's line reads as the rendered one does."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    if place.excerpt != line:
        return place
    return Location(place.file, place.line, offset - start + 1, place.excerpt)
