"""What was swept as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.pictures import svg
from archcalc.render.style import Style
from archcalc.render.sweep.picture import picture

if TYPE_CHECKING:
    from archcalc.report.sweep import Drawn


def write(drawn: Drawn, out: TextIO, style: Style) -> None:
    """Write the picture. Raises SpecError."""
    svg.write(picture(drawn), out, style)
