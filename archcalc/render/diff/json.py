"""archcalc.diff/1 as JSON: a change a line, exact integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from archcalc.render.json import lines

if TYPE_CHECKING:
    from archcalc.render.style import Style


def write(diff: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write the difference, every change of it."""
    out.writelines(lines(diff))
    out.write("\n")
