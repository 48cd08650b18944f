"""Comma-separated values that a spreadsheet may open: whole numbers are plain, and no text is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from archcalc.render.text import plain

FORMULA = re.compile(r"(^|;)(?=[=+\-@])")
"""Where a spreadsheet reads a formula: at a cell's beginning. Some take what stands after a semicolon for a cell."""


def row_writer(out: TextIO) -> Callable[[Iterable[Any]], Any]:
    """What writes a row of cells."""
    writerow = csv.writer(out, lineterminator="\n").writerow
    return lambda cells: writerow([text(cell) if isinstance(cell, str) else cell for cell in cells])


def text(cell: str) -> str:
    """A text as a cell. Where it would be a formula an apostrophe stands before it, as spreadsheets write that."""
    return FORMULA.sub(r"\1'", plain(cell))
