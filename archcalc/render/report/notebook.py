"""A report as a notebook shows it: one table in HTML, without a style of its own beyond the alignment of numbers."""

from __future__ import annotations

from html import escape
from typing import Any

from archcalc.report.columns import Cell, Column
from archcalc.report.listing import list_layers

MOST_ROWS = 1000
"""Rows that a notebook's cell can bear; a longer table says how many it leaves out."""


def fragment(report: dict[str, Any]) -> str:
    """The table of a report, its totals and its notes."""
    listing = list_layers(report)
    columns = listing.columns
    head = "".join(cell("th", column, listing.heading(column)) for column in columns)
    listed = list(listing.rows)
    rows = [
        "<tr>" + "".join(cell("td", column, listing.cell(column, row)) for column in columns) + "</tr>"
        for row in listed[:MOST_ROWS]
    ]
    totals = ["total", *(listing.total(column) for column in columns[1:])]
    foot = "".join(cell("th", column, total) for column, total in zip(columns, totals, strict=True))
    left_out = len(listed) - len(rows)
    notes = [*([f"{left_out:,} rows more"] if left_out else []), *listing.notes]
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
        f"<tfoot><tr>{foot}</tr></tfoot></table>" + "".join(f"<p>{escape(note)}</p>" for note in notes)
    )


def cell(tag: str, column: Column, value: Cell) -> str:
    shown = "" if value is None else f"{value:,}" if isinstance(value, int) else escape(value)
    side = "right" if column.kind == "number" else "left"
    return f'<{tag} style="text-align: {side}">{shown}</{tag}>'
