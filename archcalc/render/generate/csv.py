"""A sequence made token by token as comma-separated values: a row a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.generate import words
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Generate


def write(found: Generate, out: TextIO, style: Style) -> None:
    """Write every layer, or with ``style.depth`` the sums of each step of that depth."""
    write_row = row_writer(out)
    write_row(["path", *words.COLUMNS])
    every = [(layer["path"], words.figures(layer)) for layer in found["layers"]]
    for path, numbers in words.steps(found, style) if style.depth else every:
        write_row([path, *numbers])
