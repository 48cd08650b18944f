"""From a scene to a layout: every box, wire and label with its place on the page. Plain data."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import Box, Scene
from archcalc.render.pictures.looks import Looks
from archcalc.render.pictures.parts import Label, Point, Wire
from archcalc.render.pictures.place import placed
from archcalc.render.pictures.tree import Key
from archcalc.render.pictures.wrap import wrapped

SHEET = 1.4
"""How much longer than wide a sheet of paper is: of layouts that a page holds the one is taken that it shows larger."""


class Place(NamedTuple):
    """A box's rectangle, without the cards that stand behind it; ``level`` counts the containers around it."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    level: int


class Layout(NamedTuple):
    """Where everything is. Wires are lines of points (x, y)."""

    width: float
    height: float
    places: list[Place]
    wires: list[Wire]
    dots: list[Point]
    labels: list[tuple[Key, float, float]]

    def moved(self, x: float, y: float) -> Layout:
        """The same at another place."""
        return self._replace(
            places=[one._replace(x=one.x + x, y=one.y + y) for one in self.places],
            wires=[wire.moved(x, y) for wire in self.wires],
            dots=[(one + x, other + y) for one, other in self.dots],
            labels=[(tensor, one + x, other + y) for tensor, one, other in self.labels],
        )


def lay_out(scene: Scene, looks: Looks) -> Layout:
    """The layout of a scene, wrapped if it is long, with nothing around it."""
    found = [wrapped(*one, looks) for one in placed(scene.boxes, looks.symbols, looks)]
    drawn, length, across = min(found, key=lambda one: extent(one[1], one[2], looks))
    horizontal = looks.horizontal
    places = [place(one, horizontal, looks) for one in drawn.boxes]
    turn = (lambda point: point) if horizontal else (lambda point: (point[1], point[0]))
    wires = [wire._replace(points=[turn(point) for point in wire.points]) for wire in drawn.wires]
    dots = list(dict.fromkeys(turn(point) for point in drawn.dots))
    labels = [
        (one.tensor, *beside(turn((one.u, one.v)), horizontal))
        for one in own(drawn.labels)
        if looks.written(one.tensor)
    ]
    width, height = (length, across) if horizontal else (across, length)
    return Layout(width, height, places, wires, dots, labels)


def extent(length: float, across: float, looks: Looks) -> tuple[bool, float]:
    """Whether a page as wide as is asked for does not hold a layout; how large a sheet must be that does."""
    page = (looks.page or inf) - 2 * grid.MARGIN
    return (length if looks.horizontal else across) > page, max(length / SHEET, across)


def place(one: tuple[Box, float, float, float, float, int], horizontal: bool, looks: Looks) -> Place:
    box, u, v, along, across, level = one
    x, y, width, height = (u, v, along, across) if horizontal else (v, u, across, along)
    if box.repeats > 1 and (box.inside or looks.symbols[box.id] == "card"):
        width, height = width - 2 * grid.STACK, height - 2 * grid.STACK
    return Place(box, x, y, width, height, level)


def own(labels: list[Label]) -> list[Label]:
    """Each shape once where it stands."""
    return list({(one.tensor, round(one.v)): one for one in reversed(labels)}.values())[::-1]


def beside(point: Point, horizontal: bool) -> Point:
    """Where the text of a shape begins, beside the end of a box that its wire leaves."""
    x, y = point
    return (x + 6, y - 4) if horizontal else (x + 5, y + 12)
