"""What holds of every picture: faults found in a layout and in its marks, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from archcalc.render.pictures.boxes import edges, leaves
from archcalc.render.pictures.layout import Layout, Place
from archcalc.render.pictures.letters import width
from archcalc.render.pictures.looks import Looks
from archcalc.render.pictures.marks import Circle, Group, Mark, Picture, Rect, Text

Area = tuple[float, float, float, float]
"""left, top, right, bottom"""


def area(place: Place) -> Area:
    return place.x, place.y, place.x + place.width, place.y + place.height


def overlap(one: Area, other: Area, slack: float = 0.5) -> bool:
    return (
        one[0] < other[2] - slack
        and other[0] < one[2] - slack
        and one[1] < other[3] - slack
        and other[1] < one[3] - slack
    )


def holds(one: Area, other: Area, slack: float = 0.5) -> bool:
    return (
        one[0] <= other[0] + slack
        and one[1] <= other[1] + slack
        and one[2] >= other[2] - slack
        and one[3] >= other[3] - slack
    )


def faults(looks: Looks, layout: Layout, picture: Picture) -> list[str]:
    """Everything that is wrong with a picture, in words."""
    return [
        *of_boxes(layout),
        *of_wires(looks, layout),
        *of_labels(looks, layout),
        *of_texts(picture),
    ]


def of_boxes(layout: Layout) -> Iterator[str]:
    """Boxes do not overlap, and each container holds what is inside it and nothing else."""
    inside = {
        id(place.box): {id(one) for one in leaves(place.box.inside)} for place in layout.places if place.box.inside
    }
    drawn = [place for place in layout.places if not place.box.inside]
    for one, other in combinations(sorted(drawn, key=lambda place: place.x), 2):
        if overlap(area(one), area(other)):
            yield f"{one.box.path} overlaps {other.box.path}"
    for place in layout.places:
        if place.box.inside:
            for other in drawn:
                if id(other.box) in inside[id(place.box)]:
                    if not holds(area(place), area(other)):
                        yield f"{place.box.path} does not hold {other.box.path}"
                elif overlap(area(place), area(other)):
                    yield f"{place.box.path} overlaps {other.box.path}, which is not inside"
    containers = [place for place in layout.places if place.box.inside]
    for one, other in combinations(containers, 2):
        nested = inside[id(one.box)] < inside[id(other.box)] or inside[id(other.box)] < inside[id(one.box)]
        if overlap(area(one), area(other)) and not nested and inside[id(one.box)] != inside[id(other.box)]:
            yield f"{one.box.path} overlaps {other.box.path}"
    for place in layout.places:
        if (
            place.x < -0.5
            or place.y < -0.5
            or place.x + place.width > layout.width + 0.5
            or place.y + place.height > layout.height + 0.5
        ):
            yield f"{place.box.path} is out of the picture"


def of_wires(looks: Looks, layout: Layout) -> Iterator[str]:
    """Wires leave the box that makes their tensor, end at one that reads it, and run through no other."""
    drawn = [place for place in layout.places if not place.box.inside]
    wanted = {(reader.id, tensor) for _, reader, tensor in edges(looks.scene.boxes)}
    found = set()
    by_tensor: dict[object, list[list[tuple[float, float]]]] = {}
    for wire in layout.wires:
        by_tensor.setdefault(wire.tensor, []).append(wire.points)
    for wire in layout.wires:
        for (x, y), (u, v) in wire.pieces():
            if abs(x - u) > 0.01 and abs(y - v) > 0.01:
                yield f"a wire of {wire.tensor} is not straight"
            box = min(x, u), min(y, v), max(x, u), max(y, v)
            for place in drawn:
                a = area(place)
                if a[0] + 1.5 < box[2] and box[0] < a[2] - 1.5 and a[1] + 1.5 < box[3] and box[1] < a[3] - 1.5:
                    yield f"a wire of {wire.tensor} runs through {place.box.path}"
            if box[0] < -6 or box[1] < -1 or box[2] > layout.width + 6 or box[3] > layout.height + 1:
                yield f"a wire of {wire.tensor} is out of the picture"
        first, last = wire.points[0], wire.points[-1]
        makers = [place for place in drawn if wire.tensor in place.box.outs and touches(place, first)]
        if not makers and not any(on_line(first, line) for line in by_tensor[wire.tensor] if line is not wire.points):
            yield f"a wire of {wire.tensor} begins nowhere"
        if wire.arrow:
            readers = [place for place in drawn if wire.tensor in place.box.ins and touches(place, last)]
            if not readers:
                yield f"an arrow of {wire.tensor} ends nowhere"
            found |= {(place.box.id, wire.tensor) for place in readers}
        elif not any(on_line(last, line) for line in by_tensor[wire.tensor] if line is not wire.points):
            yield f"a wire of {wire.tensor} ends nowhere"
    for reader, tensor in sorted(wanted - found):
        yield f"no wire brings {tensor} to {reader}"


def touches(place: Place, point: tuple[float, float]) -> bool:
    x, y = point
    left, top, right, bottom = area(place)
    stack = 6 if place.box.repeats > 1 else 0
    return left - 1 <= x <= right + 1 + stack and top - 1 <= y <= bottom + 1 + stack


def on_line(point: tuple[float, float], line: list[tuple[float, float]]) -> bool:
    x, y = point
    return any(
        min(a, c) - 0.5 <= x <= max(a, c) + 0.5 and min(b, d) - 0.5 <= y <= max(b, d) + 0.5
        for (a, b), (c, d) in pairwise(line)
    )


def of_labels(looks: Looks, layout: Layout) -> Iterator[str]:
    """A shape stands on no box, no wire and no other shape."""
    areas = []
    for tensor, x, y in layout.labels:
        text = looks.written(tensor)
        areas.append((text, (x, y - 7, x + width(text, 10), y)))
    for (text, one), (other, its) in combinations(areas, 2):
        if overlap(one, its):
            yield f"{text} stands on {other}"
    for text, one in areas:
        for place in layout.places:
            if not place.box.inside and overlap(one, area(place)):
                yield f"{text} stands on {place.box.path}"
        for wire in layout.wires:
            for (x, y), (u, v) in wire.pieces():
                if overlap(one, (min(x, u) - 0.6, min(y, v) - 0.6, max(x, u) + 0.6, max(y, v) + 0.6), 0.6):
                    yield f"a wire of {wire.tensor} runs through {text}"
        if one[2] > layout.width + 24:
            yield f"{text} is out of the picture"


def of_texts(picture: Picture) -> Iterator[str]:
    """No text leaves the box that it is written in, or the page."""
    for mark in picture.marks:
        if isinstance(mark, Group):
            yield from of_group(mark)
        elif isinstance(mark, Text):
            left, top, right, bottom = text_area(mark)
            if left < 0 or top < 0 or right > picture.width or bottom > picture.height:
                yield f"{mark.text!r} is out of the page"


def of_group(group: Group) -> Iterator[str]:
    outlines = [mark for mark in group.marks if isinstance(mark, (Rect, Circle))]
    biggest = max(outlines, key=size_of)
    box = area_of([mark for mark in outlines if size_of(mark) == size_of(biggest)][-1])
    areas = []
    for mark in group.marks:
        if isinstance(mark, Text):
            found = text_area(mark)
            areas.append((mark.text, found))
            if not holds(box, found, 1):
                yield f"{mark.text!r} leaves {group.path}"
    for (one, its), (other, of_other) in combinations(areas, 2):
        if overlap(its, of_other):
            yield f"{one!r} stands on {other!r} in {group.path}"


def size_of(mark: Mark) -> float:
    left, top, right, bottom = area_of(mark)
    return (right - left) * (bottom - top)


def area_of(mark: Mark) -> Area:
    if isinstance(mark, Circle):
        return mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius
    assert isinstance(mark, Rect)
    return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height


def text_area(mark: Text) -> Area:
    wide = width(mark.text, mark.size, mark.bold)
    left = mark.x - {"start": 0, "middle": wide / 2, "end": wide}[mark.anchor]
    if mark.turned:
        along = wide / 2
        return mark.x - mark.size * 0.75, mark.y - along, mark.x + 1, mark.y + along
    return left, mark.y - mark.size * 0.75, left + wide, mark.y
