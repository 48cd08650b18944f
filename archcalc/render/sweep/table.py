"""Rows as a table for people."""

from __future__ import annotations

from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import line, taken, widths
from archcalc.render.style import BOLD, DIM, Style, paint
from archcalc.render.sweep.words import headings, summary
from archcalc.render.text import cut, plain, shown, width
from archcalc.report.sweep import FITS

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows

MEASURED = 10_000
"""Rows that decide how wide the columns are."""
LEAST = 12
"""Columns of a terminal for what is wrong, at least."""


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write a row a variant, then how many there are. On a terminal a reason stands on as many lines as it takes."""
    names = list(map(plain, headings(rows)))
    found = chain.from_iterable(rows.each(partial(texts, rows.figures)))
    first = [*islice(found, MEASURED)]
    sizes = widths([names[:-1], *(row[:-1] for row in first)])
    align = "r" * len(sizes)
    room = None if style.width is None else max(style.width - taken(sizes) - 2, LEAST)
    out.write(paint(line([*names[:-1], names[-1]], [*sizes, 0], align + "l"), BOLD, style.color) + "\n")
    longest = max([len(names[-1]), *(width(row[-1]) for row in first)])
    out.write("-" * (taken(sizes) + 2 + (longest if room is None else min(room, longest))) + "\n")
    for *row, status in chain(first, found):
        lead = line(row, [max(size, width(cell)) for size, cell in zip(sizes, row, strict=True)], align)
        pieces = [status] if room is None else cut(status, room)
        out.write(f"{lead.ljust(taken(sizes))}  {told(pieces[0], status, style)}\n")
        for piece in pieces[1:]:
            out.write(f"{' ' * (taken(sizes) + 2)}{told(piece, status, style)}\n")
    out.write(f"\n{summary(rows)}\n")


def told(text: str, status: str, style: Style) -> str:
    return text if status == FITS else paint(text, DIM, style.color)


def texts(figures: list[str], chunk: Chunk) -> list[list[str]]:
    """The cells of each row."""
    return [[shown(cell, plain) for cell in row] for row in zip(*chunk.cells(figures), strict=True)]
