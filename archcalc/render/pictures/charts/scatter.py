"""Points with names; those of a front are joined and named first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from archcalc.render.pictures.charts.axes import Axis, spoken
from archcalc.render.pictures.charts.frame import HIGH, NOTE, WIDE, Frame, Rule, outline
from archcalc.render.pictures.letters import cut
from archcalc.render.pictures.marks import Path, Picture

Named = tuple[float, float, str]

ROOM = 130
"""Pixels of a name; what is said of a point has it whole."""
MOST_NAMES = 60
"""Names that are tried of points off the front."""


def scatter(
    title: str,
    points: Sequence[Named],
    x: Axis,
    y: Axis,
    *,
    front: Collection[int] = (),
    more_is_better: bool = True,
    note: str = "",
    wide: float = WIDE,
    high: float = HIGH,
    joins: bool = True,
    rules: Sequence[Rule] = (),
    across: Sequence[Rule] = (),
) -> Picture:
    """``points`` are x, y and a name. Those whose numbers ``front`` has are joined by stairs: no point is left of them
    and above, where of y ``more_is_better``, or left of them and below. ``joins`` says whether they are joined;
    ``rules`` are limits up, and ``across``."""
    frame = Frame(title, x, y, note=note, wide=wide, high=high)
    frame.rules(rules, across)
    places = [(frame.px(one), frame.py(other)) for one, other, _ in points]
    best, first = sorted(front, key=lambda number: places[number]), {*front}
    stairs = [] if not joins else stair([places[number] for number in best], frame.area[2], more_is_better)
    if stairs:
        frame.marks.append(Path("li fr", outline(stairs)))
        frame.keep_clear(stairs)
    for number, (one, other, name) in enumerate(points):
        tip = f"{name}: {spoken(one, x.unit)}, {spoken(other, y.unit)}"
        if number not in first:
            frame.dot(*places[number], 3, "pt", tip)
    for number in best:
        one, other, name = points[number]
        frame.dot(*places[number], 4, "hi", f"{name}: {spoken(one, x.unit)}, {spoken(other, y.unit)}")
    for number in best:
        frame.label(*places[number], cut(points[number][2], NOTE, ROOM), bold=True)
    others = [number for number in range(len(points)) if number not in first]
    for number in sorted(others, key=lambda one: places[one][1] if more_is_better else -places[one][1])[:MOST_NAMES]:
        frame.label(*places[number], cut(points[number][2], NOTE, ROOM), kind="q")
    return frame.picture()


def stair(places: list[tuple[float, float]], right: float, more_is_better: bool) -> list[tuple[float, float]]:
    """Along and then up to the next point, or down to it: what is reached at each x."""
    found = places[:1]
    for (_, y), (u, v) in pairwise(places):
        found += [(u, y), (u, v)]
    return [*found, (right, found[-1][1])] if found else []
