"""The least time for people: the sums, then a row a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import GAP, grid, hung, taken, widths
from archcalc.render.memory.table import SHORTEST, ending
from archcalc.render.style import BOLD, DIM, Style, paint
from archcalc.render.text import plain
from archcalc.render.time import words

if TYPE_CHECKING:
    from archcalc.report.documents import Time


def write(time: Time, out: TextIO, style: Style) -> None:
    """Write the sums and the steps."""
    out.write("\n".join(draw(time, style)) + "\n")


def draw(time: Time, style: Style) -> Iterator[str]:
    yield from (paint(line, BOLD, style.color) for line in hung("", words.title(time).split(" "), 0, style.width))
    yield ""
    for name, said in words.sums(time):
        yield from hung(name, said.split(" "), 12, style.width)
    rows = [[*words.HEADINGS], *map(words.cells, words.steps(time, style))]
    if style.width is not None:
        most = max(style.width - taken(widths([row[1:] for row in rows])) - len(GAP), SHORTEST)
        rows = [[ending(plain(path), most), *others] for path, *others in rows]
    yield ""
    first, *lines = grid(rows, "lrrrrl")
    yield paint(first, DIM, style.color)
    yield from lines
