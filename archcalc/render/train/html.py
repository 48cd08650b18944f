"""A step of training as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph, write_page
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.style import Style
from archcalc.render.train import words

if TYPE_CHECKING:
    from archcalc.report.documents import Train


def write(train: Train, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    write_page(out, train["spec"], body(train, style))


def body(train: Train, style: Style) -> Iterator[str]:
    yield heading(words.title(train))
    for name, said in words.sums(train):
        yield paragraph(f"{name}: {said}")
    first, *others = words.HEADINGS
    rows = (
        row([name_cell(path), *(cell(number, "number") for number in numbers)])
        for path, numbers in words.steps(train, style)
    )
    yield from table([(first, "text"), *((one, "number") for one in others)], rows)
