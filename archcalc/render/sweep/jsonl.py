"""Rows as JSON, an object a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TextIO

from archcalc.render.exact import dumps
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.sweep import Chunk, Rows


def write(rows: Rows, out: TextIO, style: Style) -> None:
    """Write an object for each variant; figures of one that does not fit are null."""
    for text in rows.each(partial(lines, rows.names, rows.figures)):
        out.write(text)


def lines(names: list[str], figures: list[str], chunk: Chunk) -> str:
    return "".join(
        [dumps(dict(zip(names, row, strict=True))) + "\n" for row in zip(*chunk.cells(figures), strict=True)]
    )
