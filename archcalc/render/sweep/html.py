"""What was swept as a page: the picture, whose points say what they are, and the rows below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.html.table import cell, row, table
from archcalc.render.style import Style
from archcalc.render.sweep.picture import picture
from archcalc.render.sweep.words import counted, headings

if TYPE_CHECKING:
    from archcalc.report.sweep import Drawn


def write(drawn: Drawn, out: TextIO, style: Style) -> None:
    """Write the page. Raises SpecError."""
    chart = figure(picture(drawn))
    write_pictured(out, drawn.spec, body(drawn, chart))


def body(drawn: Drawn, chart: str) -> Iterator[str]:
    yield heading(drawn.spec, ", ".join(drawn.varying))
    yield paragraph(counted(drawn.counts))
    yield chart
    kinds = [kind(drawn, name) for name in drawn.varying]
    kinds += ["number"] * len(drawn.figures) + ["text"]
    rows = zip(*drawn.shown.cells(drawn.figures), strict=True)
    cells = (row(cell(one, side) for one, side in zip(found, kinds, strict=True)) for found in rows)
    yield from table(zip(headings(drawn), kinds, strict=True), cells)


def kind(drawn: Drawn, name: str) -> str:
    return "number" if all(isinstance(one, int) for one in drawn.shown.values[name].tolist()) else "text"
