"""A picture as a page of its own: it tells what a box is, and works from the keyboard."""

from __future__ import annotations

from typing import TextIO

from archcalc.render.html.page import escape, heading, write_page
from archcalc.render.html.pictures import SCRIPT, STYLE
from archcalc.render.pictures.marks import Picture
from archcalc.render.pictures.svg import svg
from archcalc.render.style import Style


def write(picture: Picture, out: TextIO, style: Style) -> None:
    """Write the page."""
    body = [heading(picture.name), f'<div class="pictures">{figure(picture)}</div>\n']
    write_page(out, picture.name, body, STYLE, SCRIPT)


def figure(picture: Picture) -> str:
    """The picture in a frame that scrolls, also from the keyboard."""
    name = escape(f"{picture.name}: {picture.about}" if picture.about else picture.name)
    return f'<figure tabindex="0" aria-label="{name}">{svg(picture)}</figure>\n'
