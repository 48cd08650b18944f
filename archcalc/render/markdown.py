"""A table as GitHub's Markdown has it: numbers to the right, totals in bold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TextIO

from archcalc.render.text import plain
from archcalc.report.columns import Cell
from archcalc.report.listing import Listing, list_reports

if TYPE_CHECKING:
    from archcalc.render.style import Style

SPECIAL = re.compile(r"[\\`*\[\]<>|&~#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What Markdown reads as more than itself; an underscore within a word it does not."""

LIST = re.compile(r"([-+=]|\d+(?=[.)]))")
"""What makes the beginning of a line a list's or a heading's."""


def write(reports: list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    listing = list_reports(
        reports, style.columns, style.plus, depth=style.depth, all_rows=style.all_rows, sort=style.sort
    )
    if listing is None:
        return
    columns = listing.columns
    out.write(line([escape(listing.heading(column)) for column in columns]))
    out.write(line(["---:" if column.kind in ("number", "share") else "---" for column in columns]))
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


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def shown(cell: Cell) -> str:
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) else escape(cell)


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\g<0>", plain(text))


def paragraph(text: str) -> str:
    """Text that stays one paragraph wherever a line begins with it."""
    escaped = escape(text.lstrip(" "))
    start = LIST.match(escaped)
    if start is None:
        return escaped
    split = start.end() if escaped[0].isdigit() else 0
    return f"{escaped[:split]}\\{escaped[split:]}"
