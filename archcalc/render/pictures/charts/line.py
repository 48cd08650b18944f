"""Lines, with their names at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.charts.frame import NOTE, WIDE, Frame, Rule, outline
from archcalc.render.pictures.letters import cut, width
from archcalc.render.pictures.marks import Path, Picture, Text

COLOURS = ("conv", "mix", "linear", "pool", "other", "norm")
"""Families whose colours lines have, in this order."""

NAME_ROOM = 150
DOTS, MOST_DOTS = 60, 600
"""Points of a line that are large, and that are marked one by one, with what they are."""
MOST_PLACES = 2_000
"""Places that a line leads through: more than there are pixels."""

Points = Sequence[tuple[float, float]]


def lines(
    title: str,
    series: Sequence[tuple[str, Points]],
    x: Axis,
    y: Axis,
    *,
    note: str = "",
    wide: float = WIDE,
    rules: Sequence[Rule] = (),
    across: Sequence[Rule] = (),
) -> Picture:
    """A line for each series: its name, and its points from left to right. ``rules`` are limits up, and ``across``."""
    named = len(series) > 1
    names = [cut(name, NOTE, NAME_ROOM) for name, _ in series]
    room = max((width(name, NOTE) * 1.08 for name in names), default=0) + 18 if named else 0
    frame = Frame(title, x, y, note=note, wide=wide, right=room)
    frame.rules(rules, across)
    ends = []
    for number, (name, points) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        places = [(frame.px(one), frame.py(other)) for one, other in points]
        kind = f"li l-{colour}" + (" we" if number >= len(COLOURS) else "")
        frame.marks.append(Path(kind, outline(thinned(places))))
        if len(points) <= MOST_DOTS:
            for (one, other), (u, v) in zip(points, places, strict=True):
                tip = f"{name or x.name} {exact(one)}: {exact(other)}{f' {y.unit}' if y.unit else ''}"
                frame.dot(u, v, 2.6 if len(points) <= DOTS else 1.4, f"f-{colour}", tip)
        ends.append((places[-1][1], names[number], colour))
    if named:
        right = frame.area[2]
        for at, (_, name, _) in zip(apart([one[0] for one in sorted(ends)]), sorted(ends), strict=True):
            frame.marks.append(Text("", right + 8, at + 3.5, name, NOTE))
    return frame.picture()


def thinned(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """As many places as can be seen: of neighbours the highest and the lowest."""
    size = -(-2 * len(places) // MOST_PLACES)
    if size < 2:
        return places
    found: list[tuple[float, float]] = []
    for start in range(0, len(places), size):
        part = places[start : start + size]
        found += sorted({min(part, key=itemgetter(1)), max(part, key=itemgetter(1))})
    return [places[0], *found, places[-1]]


def exact(number: float) -> str:
    """A number to the unit."""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


def apart(places: list[float], least: float = 12) -> list[float]:
    """Sorted places moved so that each is so far from the next, as little as may be."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and start(groups[-1], least) < start(groups[-2], least) + least * len(groups[-2]):
            last = groups.pop()
            groups[-1] += last
    return [start(group, least) + least * number for group in groups for number in range(len(group))]


def start(group: list[float], least: float) -> float:
    """Where a group begins whose members stand so far apart about their mean."""
    return sum(group) / len(group) - least * (len(group) - 1) / 2
