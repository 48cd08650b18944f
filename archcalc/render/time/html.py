"""The least time as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph, write_page
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.style import Style
from archcalc.render.time import words

if TYPE_CHECKING:
    from archcalc.report.documents import Time


def write(time: Time, out: TextIO, style: Style) -> None:
    """Write the sums and the steps."""
    write_page(out, time["spec"], body(time, style))


def body(time: Time, style: Style) -> Iterator[str]:
    yield heading(words.title(time))
    for name, said in words.sums(time):
        yield paragraph(f"{name}: {said}")
    kinds = ("text", "number", "number", "size", "size", "text")
    yield from table(zip(words.HEADINGS, kinds, strict=True), map(row_of, words.steps(time, style)))


def row_of(step: words.Row) -> str:
    """A row; what is rounded sorts by what it was rounded from."""
    _, macs, size, seconds, bound = step
    path, _, _, each, least, _ = words.cells(step)
    return row(
        [
            name_cell(path),
            cell(macs, "number"),
            cell(size, "number"),
            cell(each, "size", order=2000 * macs // size if size else 0),
            cell(least, "size", order=int(seconds * 1e12)),
            cell(bound),
        ]
    )
