"""The curve as comma-separated values: a row a step, its path and the bytes that exist there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.memory import words
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Memory


def write(memory: Memory, out: TextIO, style: Style) -> None:
    """Write every step, or with ``style.depth`` the most in each step of that depth."""
    write_row = row_writer(out)
    write_row(["path", "bytes"])
    for one in words.curve(memory, style) if style.depth else memory["curve"]:
        write_row([one["path"], one["bytes"]])
