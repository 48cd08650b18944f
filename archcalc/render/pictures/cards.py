"""From a layout to marks: boxes as cards, pills, signs and bars, containers, wires, the heading and the legend."""

from __future__ import annotations

from collections.abc import Container

from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import Scene, every
from archcalc.render.pictures.layout import Layout, Place, lay_out
from archcalc.render.pictures.legend import legend
from archcalc.render.pictures.letters import SLACK, cut, n, si, width
from archcalc.render.pictures.looks import SIGNS, Asked, Looks, figures
from archcalc.render.pictures.marks import Circle, Group, Mark, Path, Picture, Rect, Text
from archcalc.render.pictures.parts import Point, Wire
from archcalc.render.pictures.theme import RULES, family

LEAST = 330
"""Pixels across the page."""


def draw(scene: Scene, asked: Asked) -> Picture:
    """The picture of a scene as cards."""
    looks = Looks(scene, asked)
    layout = lay_out(scene, looks)
    head, least = heading(scene)
    wide = max(layout.width, least, LEAST - 2 * grid.MARGIN) + 2 * grid.MARGIN
    left = grid.MARGIN if asked.horizontal else (wide - layout.width) / 2
    inside = Cards(looks, layout.moved(left, grid.TITLE)).marks()
    low = grid.TITLE + layout.height + grid.MARGIN
    foot, high = legend(looks, layout, wide, low)
    return Picture(scene.title, about(scene), wide, low + high, [*head, *inside, *foot], RULES)


def about(scene: Scene) -> str:
    """What there is to see, in a sentence."""
    number = sum(1 for box in every(scene.boxes) if not box.inside)
    return f"{number} boxes at depth {scene.depth}: {totals(scene)}"


def totals(scene: Scene) -> str:
    whole = scene.totals
    layers = f"{whole.layers:,} layer{'s' * (whole.layers != 1)}"
    return " · ".join([f"{si(whole.params)} parameters", f"{si(whole.macs)} multiply-adds", layers, *scene.given])


def heading(scene: Scene) -> tuple[list[Mark], float]:
    """The network and its totals, and how wide they are."""
    line, title = cut(totals(scene), 11, 700), cut(scene.title, 17, 600, True)
    marks: list[Mark] = [
        Text("", grid.MARGIN, 28, title, 17, True),
        Text("q", grid.MARGIN, 46, line, 11),
    ]
    return marks, max(width(line, 11), width(title, 17, True)) * 1.06


class Cards:
    """The marks of a layout."""

    def __init__(self, looks: Looks, layout: Layout) -> None:
        self.looks, self.layout = looks, layout
        self.weak, self.dots = looks.scene.weak, set(layout.dots)

    def marks(self) -> list[Mark]:
        """Containers, the outer ones first; wires; boxes; shapes."""
        places = self.layout.places
        found: list[Mark] = [self.container(one) for one in places if one.box.inside]
        for wire in self.layout.wires:
            found += self.wire(wire)
        found += [Circle("dr", x, y, 2.4) for x, y in self.layout.dots]
        found += [self.leaf(one) for one in places if not one.box.inside]
        found += [Text("q", x, y, self.looks.written(tensor)) for tensor, x, y in self.layout.labels]
        return found

    def wire(self, wire: Wire) -> list[Mark]:
        kind = ("ra" if wire.rail else "wi") + (" we" if wire.tensor in self.weak else "")
        points = list(wire.points)
        if not wire.arrow:
            return [Path(kind, line(points, self.dots))]
        (x, y), (u, v) = points[-2:]
        length = abs(u - x) + abs(v - y)
        dx, dy = (u - x) / length, (v - y) / length
        points[-1] = u - dx * 4, v - dy * 4
        corners = (u, v), (u - dx * 6 - dy * 3.2, v - dy * 6 + dx * 3.2), (u - dx * 6 + dy * 3.2, v - dy * 6 - dx * 3.2)
        tip = f"M{'L'.join(f'{n(x)} {n(y)}' for x, y in corners)}Z"
        return [Path(kind, line(points, self.dots)), Path("dr" if wire.rail else "dw", tip)]

    # Containers

    def container(self, place: Place) -> Mark:
        box, x, y, wide, high, level = place
        kind = "gr" if level % 2 == 0 else "g2"
        marks: list[Mark] = []
        if box.repeats > 1:
            marks += [Rect(kind, x + grid.STACK * k, y + grid.STACK * k, wide, high, 9) for k in (2, 1)]
        marks.append(Rect(kind, x, y, wide, high, 9))
        caption, times = self.looks.caption(box), self.looks.times(box)
        marks.append(Text("", x + 10, y + 16, caption, 11, True))
        if times:
            marks.append(Text("q", x + 16 + width(caption, 11, True) * 1.04, y + 16, times, 11, True))
        second = self.looks.second(box)
        if second:
            marks.append(Text("q", x + 10, y + 28, second))
        costs = figures(box.all.params, box.all.macs) if self.looks.asked.style == "cards" else ""
        if costs and x + wide - 10 - width(costs, 10) * SLACK > self.clear(place):
            marks.append(Text("q", x + wide - 10, y + 16, costs, anchor="end"))
        return Group("group", box.id, box.path, self.looks.tip(box), marks, box.repeats)

    def clear(self, place: Place) -> float:
        """From where on the line of a container's name is free: behind the name and the wires that come in."""
        ends = [place.x + 14 + self.looks.name(place.box)]
        for wire in self.layout.wires if not self.looks.horizontal else ():
            for (x, y), (_, v) in wire.pieces():
                if min(y, v) < place.y + 20 and max(y, v) > place.y and place.x < x < place.x + place.width:
                    ends.append(x + 8)
        return max(ends)

    # Boxes

    def leaf(self, place: Place) -> Mark:
        box = place.box
        draw = {"circle": self.sign, "bar": self.bar, "end": self.end, "pill": self.pill, "card": self.card}
        marks = draw[self.looks.symbols[box.id]](place)
        return Group("node", box.id, box.path, self.looks.tip(box), marks, box.repeats, box.last)

    def sign(self, place: Place) -> list[Mark]:
        x, y = middle(place)
        return [Circle("sy", x, y, 10), Text("", x, y + 5, SIGNS[place.box.type], 15, anchor="middle")]

    def bar(self, place: Place) -> list[Mark]:
        x, y = middle(place)
        if self.looks.horizontal:
            x += 3.5
        text = Text(
            "q",
            x,
            y if self.looks.horizontal else y + 3.5,
            self.looks.pill(place.box),
            10,
            False,
            "middle",
            self.looks.horizontal,
        )
        return [Rect("sy", place.x, place.y, place.width, place.height, 3), text]

    def end(self, place: Place) -> list[Mark]:
        x, y = middle(place)
        text = Text("iv", x, y + 4, self.looks.ends(place.box), 11, True, "middle")
        return [Rect("end", place.x, place.y, place.width, place.height, 12), text]

    def pill(self, place: Place) -> list[Mark]:
        x, y = middle(place)
        text = Text("", x, y + 4, self.looks.pill(place.box), 10.5, anchor="middle")
        return [Rect("bx", place.x, place.y, place.width, place.height, place.height / 2), text]

    def card(self, place: Place) -> list[Mark]:
        box, x, y, wide, high, _ = place
        looks, fill = self.looks, self.looks.fill(place.box)
        marks: list[Mark] = []
        if box.repeats > 1:
            marks += [Rect(fill, x + grid.STACK * k, y + grid.STACK * k, wide, high, 5) for k in (2, 1)]
        marks.append(Rect(fill, x, y, wide, high, 5))
        if box.kind == "step":
            marks.append(Path("wi", f"M{n(x + 5)} {n(y + 8)}v{n(high - 16)}m3 0v{n(16 - high)}"))
        elif looks.asked.style != "paper":
            marks.append(Rect(f"f-{family(box.type)}", x + 5, y + 6, 3.5, high - 12, 1.7))
        below, bottom, right = looks.card_lines(box)
        left, room, row = x + 14, wide - 24, y + 18
        times = looks.times(box)
        if times:
            marks.append(Text("", x + wide - 10, row, times, 12, True, "end"))
        taken = width(times, 12, True) + 6 if times else width(right, 10) * 1.06 + 6 if right else 0
        marks.append(Text("", left, row, cut(box.title, 12 * 1.08, room - taken, True), 12, True))
        if right:
            marks.append(Text("s", x + wide - 10, row, right, anchor="end"))
        if below:
            row += 13
            marks.append(Text("s", left, row, cut(below, 10 * 1.04, room)))
        if bottom:
            marks.append(Text("s", left, row + 15, bottom))
            share = looks.amount(box) / looks.total
            if share > 0 and looks.color != "none":
                marks.append(Rect("bar", left, y + high - 5, max(1, share * room), 2))
        return marks


def middle(place: Place) -> Point:
    return place.x + place.width / 2, place.y + place.height / 2


# Lines


ROUND = 6.0


def line(points: list[Point], dots: Container[Point] = ()) -> str:
    """A line of points whose corners are round, but where a dot is: there another goes straight on."""
    steps = f"M{n(points[0][0])} {n(points[0][1])}"
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        reach = 0.0 if (x, y) in dots else min(ROUND, distance(before, (x, y)) / 2, distance((x, y), after) / 2)
        sx, sy, tx, ty = sign(x - before[0]), sign(y - before[1]), sign(after[0] - x), sign(after[1] - y)
        if (sx, sy) == (tx, ty):
            steps += f"L{n(x)} {n(y)}"
        else:
            steps += f"L{n(x - sx * reach)} {n(y - sy * reach)}Q{n(x)} {n(y)} {n(x + tx * reach)} {n(y + ty * reach)}"
    return f"{steps}L{n(points[-1][0])} {n(points[-1][1])}"


def distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def sign(number: float) -> int:
    return (number > 0.01) - (number < -0.01)
