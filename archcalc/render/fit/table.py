"""The best variant for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.fit import words
from archcalc.render.grid import grid, hung
from archcalc.render.style import BOLD, DIM, Style, paint

if TYPE_CHECKING:
    from archcalc.report.documents import Fit


def write(fit: Fit, out: TextIO, style: Style) -> None:
    """Write the sentence, the variants around the answer, the front, and what chooses it."""
    out.write("\n".join(draw(fit, style)) + "\n")


def draw(fit: Fit, style: Style) -> Iterator[str]:
    yield from hung("", words.title(fit).split(" "), 0, style.width)
    yield ""
    yield from (paint(line, BOLD, style.color) for line in hung("", fit["sentence"].split(" "), 0, style.width))
    training = [*words.training(fit)]
    for name, said in training:
        yield from hung(name, said.split(" "), 12, style.width)
    yield from table(words.around(fit), "l" + "r" * 40, style)
    front = words.front(fit)
    if front:
        yield ""
        yield from hung("", words.of_front(fit).split(" "), 0, style.width)
        yield from table(front, "r", style)
    if words.command(fit):
        yield ""
        yield from hung("", words.command(fit).split(" "), 0, None)


def table(rows: words.Rows, align: str, style: Style) -> Iterator[str]:
    if rows:
        last = len(rows[0]) - 1
        first, *lines = grid(rows, align[:last] + "l" if align[0] == "l" else align)
        yield ""
        yield paint(first, DIM, style.color)
        yield from lines
