"""The legend of a picture: what fills, stripes and numbers mean, and what else has to be known to read it."""

from __future__ import annotations

from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import every
from archcalc.render.pictures.layout import Layout
from archcalc.render.pictures.letters import width
from archcalc.render.pictures.looks import Looks
from archcalc.render.pictures.marks import Mark, Rect, Text
from archcalc.render.pictures.theme import FAMILY_WORDS, FILLS, family

METRICS = {"params": "parameters", "macs": "multiply-adds", "memory": "memory alive"}


def legend(looks: Looks, layout: Layout, wide: float, y: float) -> tuple[list[Mark], float]:
    """The legend from there down, and how high it is."""
    marks: list[Mark] = []
    top = y
    if looks.color != "none":
        marks += fills(looks, y)
        y += 22
    kinds = {
        family(box.type) for box in every(looks.scene.boxes) if box.kind == "layer" and looks.symbols[box.id] == "card"
    }
    x: float = grid.MARGIN
    if looks.asked.style != "paper" and kinds:
        for name, words in FAMILY_WORDS.items():
            if name not in kinds:
                continue
            room = width(words, 10) * 1.06 + 24
            if x + room > wide - 10 and x > grid.MARGIN:
                x, y = grid.MARGIN, y + 15
            marks += [Rect(f"f-{name}", x, y, 4, 11), Text("q", x + 9, y + 9, words)]
            x += room
        y += 18
    for note in notes(looks, layout):
        for part in lines(note, wide - 2 * grid.MARGIN):
            marks.append(Text("q", grid.MARGIN, y + 9, part))
            y += 14
    return marks, y + 10 - top


def fills(looks: Looks, y: float) -> list[Mark]:
    words = f"share of {METRICS[looks.color]}"
    x = grid.MARGIN + width(words, 10) * 1.06 + 8
    marks: list[Mark] = [Text("q", grid.MARGIN, y + 11, words)]
    marks += [Rect(f"t{step}", x + 13 * step, y + 2, 13, 12) for step in range(FILLS)]
    most = f"0 to {looks.most / looks.total * 100:.2g} %"
    return [*marks, Text("q", x + 13 * FILLS + 6, y + 11, most)]


def notes(looks: Looks, layout: Layout) -> list[str]:
    """What else has to be known to read the picture."""
    scene, found = looks.scene, list[str]()
    boxes = [*every(scene.boxes)]
    if looks.color != "none":
        found.append("fill by the square root of the share" + bars(looks))
    if scene.folded:
        found.append(f"{scene.folded} step{'s' * (scene.folded != 1)} folded below depth {scene.depth}")
    found += scene.elided
    if any(box.repeats > 1 for box in boxes):
        found.append(alike(looks))
    if looks.asked.style == "cards" and any(box.shared for box in boxes):
        found.append("weights of: used from there, counted once")
    if scene.weak:
        found.append("dashed: decides which experts run")
    ends = {(wire.points[-1], wire.tensor) for wire in layout.wires if wire.rail and wire.arrow}
    if len({point for point, _ in ends}) < len(ends):
        found.append("a line that others join carries all of them to one box")
    if scene.changes:
        found.append("shapes stand where they change")
    return found


def bars(looks: Looks) -> str:
    """What the bars in cards are, where there are some."""
    return "; a bar is the share itself" if looks.asked.style == "cards" else ""


def alike(looks: Looks) -> str:
    """What the number of a stack means, and the figures and the fill of its boxes."""
    figures = "; figures in a box are of one" if looks.asked.style == "cards" else ""
    return f"×N: N alike{figures}{', its fill of all' if looks.color != 'none' else ''}"


def lines(text: str, room: float) -> list[str]:
    """A text in lines of that room."""
    found, line = [], ""
    for word in text.split(" "):
        if line and width(f"{line} {word}", 10) * 1.06 > room:
            found.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*found, line]
