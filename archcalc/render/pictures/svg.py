"""A picture as SVG: no script, no font but the reader's, light and dark, text that can be selected."""

from __future__ import annotations

from typing import TextIO

from archcalc.render.pictures.letters import n, xml
from archcalc.render.pictures.marks import Circle, Group, Mark, Path, Picture, Text
from archcalc.render.pictures.theme import style as style_sheet
from archcalc.render.style import Style

SCOPE = ".archcalc"
NAMESPACE = "http://www.w3.org/2000/svg"


def write(picture: Picture, out: TextIO, style: Style) -> None:
    """Write the picture as a file of its own."""
    sheet = f"<style>{style_sheet(SCOPE, picture.rules)}</style>"
    out.write(svg(picture, f'xmlns="{NAMESPACE}" ', sheet))


def svg(picture: Picture, namespace: str = "", sheet: str = "", name: str = "") -> str:
    """The picture as an element; a page knows the namespace, and has the style sheet itself.

    Under a name all of it is one group, so that a page can show parts of it elsewhere.
    """
    width, height = f"{picture.width:.0f}", f"{picture.height:.0f}"
    title, about = xml(picture.name), xml(picture.about)
    group, end = (f'<g id="{name}" class="archcalc">', "</g>") if name else ("", "")
    return (
        f'<svg class="archcalc" {namespace}width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{title}">{sheet}<title>{title}</title>'
        f"<desc>{about}</desc>{group}"
        f'<rect class="pg" width="{width}" height="{height}"/>\n' + "".join(map(mark, picture.marks)) + f"{end}</svg>\n"
    )


def mark(one: Mark) -> str:
    if isinstance(one, Group):
        inside = "".join(map(mark, one.marks))
        path = f' data-path="{xml(one.path)}"' if one.path else ""
        path += f' data-times="{one.times}"' if one.times > 1 else ""
        path += f' data-last="{xml(one.last)}"' if one.last else ""
        name = f' id="{one.id}"' if one.id else ""
        return f'<g class="{one.role}"{name}{path}><title>{tip(one.tip)}</title>{inside}</g>\n'
    if isinstance(one, Text):
        return text(one)
    if isinstance(one, Path):
        return f'<path class="{one.kind}" d="{one.steps}"/>'
    if isinstance(one, Circle):
        return f'<circle class="{one.kind}" cx="{n(one.x)}" cy="{n(one.y)}" r="{n(one.radius)}"/>'
    corner = f' rx="{n(one.radius)}"' if one.radius else ""
    size = f'width="{n(one.width)}" height="{n(one.height)}"'
    return f'<rect class="{one.kind}" x="{n(one.x)}" y="{n(one.y)}" {size}{corner}/>'


def text(one: Text) -> str:
    kinds = " ".join(filter(None, ("b" if one.bold else "", one.kind)))
    kind = f' class="{kinds}"' if kinds else ""
    anchor = f' text-anchor="{one.anchor}"' if one.anchor != "start" else ""
    turned = f' transform="rotate(-90 {n(one.x)} {n(one.y)})"' if one.turned else ""
    return f'<text{kind} x="{n(one.x)}" y="{n(one.y)}" font-size="{n(one.size)}"{anchor}{turned}>{xml(one.text)}</text>'


def tip(text: str) -> str:
    """The lines of a tip, each safe by itself."""
    return "\n".join(map(xml, text.split("\n")))
