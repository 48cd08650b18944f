"""Rows as a table of GitHub's Markdown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TextIO

from archcalc.render.markdown import escape, head, line
from archcalc.render.style import Style
from archcalc.render.sweep.words import headings
from archcalc.render.text import shown

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write a row a variant."""
    names = headings(rows)
    out.write(head(list(map(escape, names)), "r" * (len(names) - 1) + "l"))
    for text in rows.each(partial(lines, rows.figures)):
        out.write(text)


def lines(figures: list[str], chunk: Chunk) -> str:
    return "".join([line([shown(cell, escape) for cell in row]) for row in zip(*chunk.cells(figures), strict=True)])
