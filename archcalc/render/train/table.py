"""A step of training for people: the sums, then a row a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.steps import lines
from archcalc.render.style import Style
from archcalc.render.train import words

if TYPE_CHECKING:
    from archcalc.report.documents import Train


def write(train: Train, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them; in a terminal columns of zeros are left out."""
    out.write("\n".join(draw(train, style)) + "\n")


def draw(train: Train, style: Style) -> Iterator[str]:
    rows = words.steps(train, style)
    used = [column for column in range(len(words.COLUMNS)) if any(numbers[column] for _, numbers in rows)]
    yield from lines(words.title(train), words.sums(train), words.HEADINGS, rows, used, style)
