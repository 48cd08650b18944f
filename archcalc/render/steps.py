"""Sums and a row of numbers a step, which the commands that cost a network whole print alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archcalc.render.grid import grid, hung
from archcalc.render.style import BOLD, DIM, Style, paint
from archcalc.render.text import plain

Sums = Iterable[tuple[str, str]]
Rows = Sequence[tuple[str, Sequence[int]]]


def lines(
    title: str, sums: Sums, headings: Sequence[str], rows: Rows, used: Sequence[int], style: Style
) -> Iterator[str]:
    """For people: ``used`` are the numbers of a row that are shown, by place; headings begin with that of the path."""
    yield paint(plain(title), BOLD, style.color)
    yield ""
    for name, said in sums:
        yield from hung(name, said.split(" "), 12, style.width)
    head = [headings[0], *(headings[column + 1] for column in used)]
    cells = [[plain(path), *(f"{numbers[column]:,}" for column in used)] for path, numbers in rows]
    yield ""
    first, *others = grid([head, *cells], "l" + "r" * len(used))
    yield paint(first, DIM, style.color)
    yield from others


def page(title: str, sums: Sums, headings: Sequence[str], rows: Rows) -> Iterator[str]:
    """The body of a page, with every number."""
    from archcalc.render.html.page import heading, paragraph
    from archcalc.render.html.table import cell, name_cell, row, table

    yield heading(title)
    for name, said in sums:
        yield paragraph(f"{name}: {said}")
    first, *others = headings
    cells = (row([name_cell(path), *(cell(number, "number") for number in numbers)]) for path, numbers in rows)
    yield from table([(first, "text"), *((one, "number") for one in others)], cells)
