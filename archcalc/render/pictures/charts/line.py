"""Lines, with their names at their ends."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.render.pictures.charts.axes import Axis, spoken
from archcalc.render.pictures.charts.frame import NOTE, WIDE, Frame, outline
from archcalc.render.pictures.letters import cut, width
from archcalc.render.pictures.marks import Path, Picture, Text

COLOURS = ("conv", "mix", "linear", "pool", "other", "norm")
"""Families whose colours lines have, in this order."""

NAME_ROOM = 150
DOTS = 60
"""Points of a line that are marked one by one."""

Points = Sequence[tuple[float, float]]


def lines(
    title: str, series: Sequence[tuple[str, Points]], x: Axis, y: Axis, *, note: str = "", wide: float = WIDE
) -> Picture:
    """A line for each series: its name, and its points from left to right."""
    named = len(series) > 1
    names = [cut(name, NOTE, NAME_ROOM) for name, _ in series]
    room = max((width(name, NOTE) * 1.08 for name in names), default=0) + 18 if named else 0
    frame = Frame(title, x, y, note=note, wide=wide, right=room)
    ends = []
    for number, (name, points) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        places = [(frame.px(one), frame.py(other)) for one, other in points]
        frame.marks.append(Path(f"li l-{colour}" + (" we" if number >= len(COLOURS) else ""), outline(places)))
        if len(points) <= DOTS:
            for (one, other), (u, v) in zip(points, places, strict=True):
                frame.dot(
                    u, v, 2.6, f"f-{colour}", f"{name}: {spoken(one, x.unit)}, {spoken(other, y.unit)}".lstrip(": ")
                )
        ends.append((places[-1][1], names[number], colour))
    if named:
        right = frame.area[2]
        for at, (_, name, _) in zip(apart([one[0] for one in sorted(ends)]), sorted(ends), strict=True):
            frame.marks.append(Text("", right + 8, at + 3.5, name, NOTE))
    return frame.picture()


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
