"""A sequence made token by token as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.generate import words
from archcalc.render.html.page import heading, paragraph, write_page
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    write_page(out, found["spec"], body(found, style))


def body(found: Generate, style: Style) -> Iterator[str]:
    yield heading(words.title(found))
    for name, said in words.sums(found):
        yield paragraph(f"{name}: {said}")
    first, *others = words.HEADINGS
    rows = (
        row([name_cell(path), *(cell(number, "number") for number in numbers)])
        for path, numbers in words.steps(found, style)
    )
    yield from table([(first, "text"), *((one, "number") for one in others)], rows)
