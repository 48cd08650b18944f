"""The curve as comma-separated values: a row a step, its path and the bytes that exist there."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from archcalc.render.memory import words
from archcalc.render.style import Style
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.report.documents import Memory


def write(memory: Memory, out: TextIO, style: Style) -> None:
    """Write every step, or with ``style.depth`` the most in each step of that depth."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["path", "bytes"])
    steps = words.curve(memory, style) if style.depth else memory["curve"]
    writer.writerows([plain(one["path"]), one["bytes"]] for one in steps)
