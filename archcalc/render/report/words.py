"""What the formats do alike: the listing that a style asks for, its totals, and which columns stand to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archcalc.render.style import Style
from archcalc.report.columns import Cell, Column
from archcalc.report.listing import Listing, list_reports

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report


def listed(reports: Sequence[Report | Failed], style: Style, columns: list[str] | None) -> Listing | None:
    """The layers of one report, or a row for each of several, in the style's order and depth. None if all failed."""
    return list_reports(reports, columns, style.plus, depth=style.depth, all_rows=style.all_rows, sort=style.sort)


def aligns(columns: list[Column]) -> str:
    """``l`` or ``r`` for each column: numbers stand to the right."""
    return "".join(["r" if column.kind in ("number", "share") else "l" for column in columns])


def totals(listing: Listing) -> list[Cell]:
    """The cells of the last row, named in its first column unless that has a total. Empty for several reports."""
    if not listing.report:
        return []
    first, *rest = [listing.total(column) for column in listing.columns]
    return ["total" if listing.columns[0].total is None else first, *rest]
