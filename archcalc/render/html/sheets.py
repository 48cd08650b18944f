"""A tall picture in pieces that sheets of paper hold, cut between its boxes."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.render.pictures.marks import Circle, Group, Mark, Picture, Rect, Text

WIDE, HIGH, FIRST = 690, 950, 800
"""Pixels of a sheet, A4 or letter, between margins of 12 millimetres; what the first has below a page's heading."""

FILLED = 0.5
"""How much of a sheet is filled at least."""

Span = tuple[float, float]


def sheets(picture: Picture) -> list[Span]:
    """From where to where each sheet shows the picture, which is no wider on paper than a sheet."""
    scale = min(1.0, WIDE / picture.width)
    if picture.height * scale <= HIGH:
        return [(0.0, picture.height)]
    spans = [*spans_of(picture.marks)]
    found: list[Span] = []
    start, room = 0.0, FIRST / scale
    while picture.height - start > room:
        end = cut(spans, start + room * FILLED, start + room)
        found.append((start, end))
        start, room = end, HIGH / scale
    return [*found, (start, picture.height)]


def cut(spans: list[Span], low: float, high: float) -> float:
    """The lowest place there that the fewest boxes and texts stand on."""
    places = [high, *(bottom + 3 for _, bottom in spans if low < bottom + 3 < high)]
    return min(places, key=lambda place: (sum(top < place < bottom for top, bottom in spans), -place))


def spans_of(marks: list[Mark]) -> Iterator[Span]:
    """From where to where each box and text reaches down; of a container, its name."""
    for mark in marks:
        if isinstance(mark, Group):
            inside = [*spans_of(mark.marks)]
            if mark.role == "group":
                inside = [
                    (top - 8, bottom) for top, bottom in spans_of([one for one in mark.marks if isinstance(one, Text)])
                ]
            if inside:
                yield min(top for top, _ in inside), max(bottom for _, bottom in inside)
        elif isinstance(mark, Text):
            yield mark.y - mark.size, mark.y + 3
        elif isinstance(mark, Rect):
            yield mark.y, mark.y + mark.height
        elif isinstance(mark, Circle):
            yield mark.y - mark.radius, mark.y + mark.radius
