"""A sequence made token by token as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.generate import words
from archcalc.render.html.page import write_page
from archcalc.render.steps import page
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    write_page(
        out, found["spec"], page(words.title(found), words.sums(found), words.HEADINGS, words.steps(found, style))
    )
