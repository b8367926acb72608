"""Tables of text: aligned, calm, no wider than the terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

GAP = "  "
LEAST = 16  # what a column of longer texts keeps at least
MORE = "…"
Style = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; numbers stand right and are never shortened."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: the width there is (None: any), and styles for head and NULL."""

    width: int | None = None
    head: Style = str
    faint: Style = str


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str | None]], look: Look
) -> str:
    """Return the rows as text under a head; None is shown as NULL.

    >>> print(table([Column("id", True), Column("name")], [["1", None]], Look()))
    id  name
    ──  ────
     1  NULL
    """
    cells = [["NULL" if cell is None else printable(cell) for cell in r] for r in rows]
    names = [printable(column.name) for column in columns]
    widths = [
        max(map(text_width, (name, *(row[i] for row in cells))))
        for i, name in enumerate(names)
    ]
    widths = _fitted(columns, widths, look.width)
    columns = columns[: len(widths)]
    head = _line(columns, widths, names)
    rule = GAP.join("─" * width for width in widths)
    lines = [look.head(head), look.faint(rule)]
    for row, found in zip(rows, cells, strict=True):
        styles = [look.faint if cell is None else str for cell in row]
        lines.append(_line(columns, widths, found, styles))
    return "\n".join(lines)


def columns_shown(text: str) -> int:
    """Return how many columns a table shows, by the rule under its head."""
    return len(text.splitlines()[1].split())


def _fitted(
    columns: Sequence[Column], widths: Sequence[int], room: int | None
) -> list[int]:
    """Leave columns out at the right until the rest fits, with long texts shortened."""
    if room is None:
        return list(widths)
    least = [
        width if column.is_number else min(width, LEAST)
        for column, width in zip(columns, widths, strict=True)
    ]
    shown = len(least)
    while shown > 1 and _total(least[:shown]) > room:
        shown -= 1
    fitted = least[:shown]
    spare = room - _total(fitted)
    for i in range(shown):
        grown = min(max(spare, 0), widths[i] - fitted[i])
        fitted[i] += grown
        spare -= grown
    return fitted


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _line(
    columns: Sequence[Column],
    widths: Sequence[int],
    cells: Sequence[str],
    styles: Sequence[Style] = (),
) -> str:
    shown = []
    for i, (column, width) in enumerate(zip(columns, widths, strict=True)):
        text = shortened(cells[i], width)
        space = " " * (width - text_width(text))
        text = styles[i](text) if styles else text
        is_last = i == len(widths) - 1
        shown.append(space + text if column.is_number else text + space * (not is_last))
    return GAP.join(shown)


def shortened(text: str, width: int) -> str:
    """Return text that takes no more than `width` columns.

    >>> shortened("commitments", 7)
    'commit…'
    """
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 1:
        text = text[:-1]
    return text + MORE


def text_width(text: str) -> int:
    """Return how many columns a text takes: none for an accent, two for 漢.

    >>> text_width("漢字"), text_width("abc")
    (4, 3)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text
    )


def printable(text: str) -> str:
    r"""Return text on one line, without what would steer the terminal.

    >>> printable("two\nlines")
    'two↵lines'
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "↵").replace("\n", "↵").replace("\t", " ")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
