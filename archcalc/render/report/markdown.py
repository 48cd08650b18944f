"""A table as GitHub's Markdown has it: numbers to the right, totals in bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.report.words import aligns, listed, totals
from archcalc.render.style import Style
from archcalc.render.text import shown

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report


def write(reports: Sequence[Report | Failed], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    listing = listed(reports, style, style.columns)
    if listing is None:
        return
    columns = listing.columns
    out.write(head([escape(listing.heading(column)) for column in columns], aligns(columns)))
    for row in listing.rows:
        out.write(line([shown(listing.cell(column, row), escape) for column in columns]))
    if listing.report:
        out.write(line([f"**{shown(total, escape)}**" if total is not None else "" for total in totals(listing)]))
        out.write("\n" + "  \n".join(map(paragraph, listing.notes)) + "\n")
