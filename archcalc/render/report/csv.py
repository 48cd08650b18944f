"""The layers of reports as comma-separated values: plain integers, a header, no totals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.style import Style
from archcalc.report.listing import list_layers

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report


def write(reports: Iterable[Report | Failed], out: TextIO, style: Style) -> None:
    """Write a row for each layer. With several specs, ``spec`` and ``variant`` come first.

    A missing value is empty; a path never carries the count of its repetitions (that is the column ``repeats``).
    """
    several = not isinstance(reports, list) or len(reports) > 1
    write_row = row_writer(out)
    headed = False
    for report in reports:
        if "errors" in report:
            continue
        listing = list_layers(
            report,
            columns=style.columns,
            plus=style.plus,
            depth=style.depth,
            all_rows=style.all_rows,
            sort=style.sort,
        )
        if not headed:
            names = [column.name for column in listing.columns]
            write_row(["spec", "variant", *names] if several else names)
            headed = True
        lead = [report["spec"], report["variant"] or ""] if several else []
        for row in listing.rows:
            cells = [row["path"] if column.name == "path" else listing.cell(column, row) for column in listing.columns]
            write_row([*lead, *cells])
