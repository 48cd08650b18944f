"""A report as an HTML table for notebooks. Its only style is the alignment of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.render.html.page import escape
from archcalc.render.report.words import aligns, totals
from archcalc.render.text import shown
from archcalc.report.columns import Cell, Column
from archcalc.report.listing import list_layers

if TYPE_CHECKING:
    from archcalc.report.documents import Report

MOST_ROWS = 1000
"""Rows to show in a notebook's cell. A longer table says how many it leaves out."""


def fragment(report: Report) -> str:
    """The table of a report, its totals and its notes."""
    listing = list_layers(report)
    columns = listing.columns
    listed = list(listing.rows)
    head = row("th", columns, [listing.heading(column) for column in columns])
    rows = [row("td", columns, [listing.cell(column, one) for column in columns]) for one in listed[:MOST_ROWS]]
    foot = row("th", columns, totals(listing))
    left_out = len(listed) - len(rows)
    notes = [*([f"{left_out:,} rows more"] if left_out else []), *listing.notes]
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody><tfoot>{foot}</tfoot></table>" + "".join(
        f"<p>{escape(note)}</p>" for note in notes
    )


def row(tag: str, columns: list[Column], cells: list[Cell]) -> str:
    line = ""
    for align, cell in zip(aligns(columns), cells, strict=True):
        side = "right" if align == "r" else "left"
        line += f'<{tag} style="text-align: {side}">{shown(cell, escape)}</{tag}>'
    return f"<tr>{line}</tr>"
