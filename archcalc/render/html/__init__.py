"""A report as one page of HTML that needs nothing beside it.

page.py    the page around: a policy that lets in nothing but its own style and script
table.py   a table whose columns sort and whose groups fold
layers.py  a listing's cells and rows
style.py   script.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from archcalc.render.style import Style


def write(reports: list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    from archcalc.render.html.layers import body
    from archcalc.render.html.page import write_page
    from archcalc.report.listing import list_reports

    listing = list_reports(
        reports, style.columns, style.plus, depth=style.depth, all_rows=style.all_rows, sort=style.sort
    )
    if listing is not None:
        names = [report["spec"] for report in ([listing.report] if listing.report else listing.rows)]
        write_page(out, ", ".join(dict.fromkeys(names)), body(listing, folds=style.sort is None))
