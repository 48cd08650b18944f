"""A step of training as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import write_page
from archcalc.render.steps import page
from archcalc.render.style import Style
from archcalc.render.train import words

if TYPE_CHECKING:
    from archcalc.report.documents import Train


def write(train: Train, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them."""
    write_page(
        out, train["spec"], page(words.title(train), words.sums(train), words.HEADINGS, words.steps(train, style))
    )
