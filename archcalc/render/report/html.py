"""A report as one page: layers below the steps that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph, write_page
from archcalc.render.html.table import bar_cell, cell, name_cell, row, table
from archcalc.render.report.words import listed, totals
from archcalc.render.style import Style
from archcalc.report.columns import Column, show_path
from archcalc.report.figures import FIGURES
from archcalc.report.listing import Listing, OutlineRow
from archcalc.report.outline import outline

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report, Row

KINDS = {"number": "number", "share": "number", "size": "size", "text": "text"}
"""The kind of a column on a page; a bar, which stands left as texts do, sorts as a size."""
MOST_LEVELS = 50_000
"""Levels of all paths together. With more, a page lists its rows without a line for each step that holds them."""

GROUP_CELLS = ("path", "type", "input", "output")  # and numbers that sum: the cells of a group's line


def write(reports: Sequence[Report | Failed], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several."""
    listing = listed(reports, style, style.columns)
    if listing is None:
        return
    shown: Iterable[Report] = [listing.report] if listing.report else listing.rows
    names = [report["spec"] for report in shown]
    folds, pictured = style.sort is None, is_pictured(listing.report)
    title, inside = ", ".join(dict.fromkeys(names)), body(listing, folds, pictured)
    if pictured:
        from archcalc.render.html.pictures import write_pictured

        return write_pictured(out, title, inside)
    write_page(out, title, inside)


def is_pictured(report: Report | None) -> bool:
    """Whether the network of a report keeps what a picture of it needs, and has no more layers than a browser folds."""
    network = getattr(report, "network", None)
    return network is not None and network.steps is not None and 0 < network.size <= MOST_LEVELS


def body(listing: Listing, folds: bool, pictured: bool = False) -> Iterator[str]:
    """The heading, pictures, the table and the notes. Rows stand below groups if paths are shown and in order."""
    columns = listing.columns
    if listing.report:
        yield heading(listing.report["spec"], listing.report["variant"] or "")
        if pictured:
            from archcalc.render.report.pictures import pictures

            yield from pictures(listing.report)
    else:
        yield heading(f"{len(list(listing.rows)):,} networks")
    grouped = folds and any(column.name == "path" for column in columns)
    lines: Iterable[OutlineRow]
    if listing.report and grouped and is_small(listing.rows):
        lines = outline(listing.report, listing.rows)
    else:
        lines = (OutlineRow(0, one.get("path", ""), one, False) for one in listing.rows)
    headings = [(listing.heading(one), "size" if one.name == "bar" else KINDS[one.kind]) for one in columns]
    yield from table(headings, (show_line(listing, line, pictured) for line in lines), show_total(listing))
    yield from map(paragraph, listing.notes)


def is_small(rows: Iterable[Row]) -> bool:
    """Whether a browser can fold the steps above these rows: there must not be too many."""
    levels = accumulate(row["path"].count("/") + 1 for row in rows)
    return all(number <= MOST_LEVELS for number in levels)


def show_line(listing: Listing, line: OutlineRow, linked: bool) -> str:
    cells = [show_cell(listing, column, line) for column in listing.columns]
    return row(cells, line.level, line.group, path=line.row["path"] if linked else "")


def show_cell(listing: Listing, column: Column, line: OutlineRow) -> str:
    kind = KINDS[column.kind]
    if column.name == "path":
        skipped = len(line.row["path"]) - len(line.label)
        path = show_path(line.row, listing.report)
        reads = ", ".join(line.row["reads"])
        return name_cell(path[skipped:], path[:skipped], f"reads {reads}" if reads else "")
    if line.group and not (column.name in GROUP_CELLS or column.total):
        return cell(None, kind)
    if column.name == "bar" and listing.report:
        part, total = FIGURES["params"].part(line.row), listing.report["totals"]["params"]
        return bar_cell(part / total if total else 0.0, part)
    order = column.order(line.row, listing.report) if column.kind in ("size", "share") else None
    large = not line.group and listing.is_large(column, line.row)
    return cell(
        listing.cell(column, line.row),
        kind,
        order=None if isinstance(order, str) else order,
        mark="large" if large else "",
    )


def show_total(listing: Listing) -> str:
    cells = [cell(total, KINDS[column.kind]) for column, total in zip(listing.columns, totals(listing), strict=False)]
    if cells and listing.columns[0].name == "path":
        cells[0] = name_cell("total")
    return row(cells) if cells else ""
