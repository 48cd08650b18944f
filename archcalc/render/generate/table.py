"""A sequence made token by token for people: the sums, then a row a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.generate import words
from archcalc.render.grid import grid, hung
from archcalc.render.style import BOLD, DIM, Style, paint
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them; columns that say nothing new are left out."""
    out.write("\n".join(draw(found, style)) + "\n")


def draw(found: Generate, style: Style) -> Iterator[str]:
    yield paint(plain(words.title(found)), BOLD, style.color)
    yield ""
    for name, said in words.sums(found):
        yield from hung(name, said.split(" "), 12, style.width)
    rows = words.steps(found, style)
    used = [column for column in range(len(words.COLUMNS)) if any(numbers[column] for _, numbers in rows)]
    if all(numbers[words.CAUSAL] == numbers[words.CAUSAL - 1] for _, numbers in rows):
        used = [column for column in used if column != words.CAUSAL]
    head = [words.HEADINGS[0], *(words.HEADINGS[column + 1] for column in used)]
    lines = [[plain(path), *(f"{numbers[column]:,}" for column in used)] for path, numbers in rows]
    yield ""
    first, *others = grid([head, *lines], "l" + "r" * len(used))
    yield paint(first, DIM, style.color)
    yield from others
