"""The least time as comma-separated values: a row a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.csv import row_writer
from archcalc.render.style import Style
from archcalc.render.time import words

if TYPE_CHECKING:
    from archcalc.report.documents import Time

COLUMNS = ("path", "macs", "bytes", "intensity", "seconds", "bound")


def write(time: Time, out: TextIO, style: Style) -> None:
    """Write every layer, or with ``style.depth`` the sums of each step of that depth."""
    write_row = row_writer(out)
    write_row(COLUMNS)
    if style.depth:
        for path, macs, size, seconds, bound in words.steps(time, style):
            write_row([path, macs, size, repr(2 * macs / size) if size else None, repr(seconds), bound])
        return
    for layer in time["layers"]:
        each = layer["intensity"]
        numbers = [layer["macs"], layer["bytes"], None if each is None else repr(each), repr(layer["seconds"])]
        write_row([layer["path"], *numbers, layer["bound"] or ""])
