"""Rows as comma-separated values: whole numbers are plain."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write the names of the columns, then a row a variant."""
    if not rows.begun:
        out.write(head(rows.names))
    for text in rows.each(partial(lines, rows.figures)):
        out.write(text)


def head(names: list[str]) -> str:
    out = StringIO()
    row_writer(out)(names)
    return out.getvalue()


def lines(figures: list[str], chunk: Chunk) -> str:
    """The rows of a chunk. Those of whole numbers that all fit are formatted at once."""
    columns = chunk.cells(figures)
    if chunk.plain:
        row = ",".join(["%d"] * (len(columns) - 1)) + f",{columns[-1][0]}"
        return "\n".join(map(row.__mod__, zip(*columns[:-1], strict=True))) + "\n"
    out = StringIO()
    write_row = row_writer(out)
    for cells_of_row in zip(*columns, strict=True):
        write_row(cells_of_row)
    return out.getvalue()
