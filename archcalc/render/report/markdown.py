"""A table as GitHub's Markdown has it: numbers to the right, totals in bold."""

from __future__ import annotations

from typing import Any, TextIO

from archcalc.render.markdown import escape, line, paragraph
from archcalc.render.report.words import aligns, listed
from archcalc.render.style import Style
from archcalc.report.columns import Cell
from archcalc.report.listing import Listing


def write(reports: list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    listing = listed(reports, style)
    if listing is None:
        return
    columns = listing.columns
    out.write(line([escape(listing.heading(column)) for column in columns]))
    out.write(line(["---:" if align == "r" else "---" for align in aligns(columns)]))
    for row in listing.rows:
        out.write(line([shown(listing.cell(column, row)) for column in columns]))
    write_end(listing, out)


def write_end(listing: Listing, out: TextIO) -> None:
    """The totals as the last row, and the notes as a paragraph."""
    if not listing.report:
        return
    totals = [shown(listing.total(column)) for column in listing.columns]
    if listing.columns[0].total is None:
        totals[0] = "total"
    out.write(line([f"**{total}**" if total else "" for total in totals]))
    out.write("\n" + "  \n".join(paragraph(note) for note in listing.notes) + "\n")


def shown(cell: Cell) -> str:
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) else escape(cell)
