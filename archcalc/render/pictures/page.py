"""A picture as a page of its own: it tells what a box is, and works from the keyboard."""

from __future__ import annotations

from typing import TextIO

from archcalc.render.html.page import heading
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.pictures.marks import Picture
from archcalc.render.style import Style


def write(picture: Picture, out: TextIO, style: Style) -> None:
    """Write the page."""
    write_pictured(out, picture.name, [heading(picture.name), f'<div class="pictures">{figure(picture)}</div>\n'])
