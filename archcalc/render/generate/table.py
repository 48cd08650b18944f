"""A sequence made token by token for people: the sums, then a row a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.generate import words
from archcalc.render.steps import lines
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write the sums and what each step has of them; columns that say nothing new are left out."""
    out.write("\n".join(draw(found, style)) + "\n")


def draw(found: Generate, style: Style) -> Iterator[str]:
    rows = words.steps(found, style)
    used = [column for column in range(len(words.COLUMNS)) if any(numbers[column] for _, numbers in rows)]
    if all(numbers[words.CAUSAL] == numbers[words.CAUSAL - 1] for _, numbers in rows):
        used = [column for column in used if column != words.CAUSAL]
    yield from lines(words.title(found), words.sums(found), words.HEADINGS, rows, used, style)
