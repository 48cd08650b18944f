"""How much is there in each step: the peak is told, with what is there."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.charts.frame import Frame, outline
from archcalc.render.pictures.letters import cut, width
from archcalc.render.pictures.marks import Path, Picture, Text

HIGH, COLUMNS, ROOM = 330, 800, 1.38
"""The curve in so many columns at most; above its peak is room for words."""


def curve(
    title: str,
    values: Sequence[int],
    paths: Sequence[str],
    peak: Sequence[str],
    *,
    x_name: str,
    y_name: str,
    unit: str = "B",
    note: str = "",
    wide: float = 900,
) -> Picture:
    """``values`` by step, the steps' ``paths``; ``peak``: lines about the largest, the first in bold."""
    top, number = max(values, default=0) or 1, max(len(values), 1)
    x, y = Axis(x_name, 0, number), Axis(y_name, 0, top * ROOM, unit=unit)
    frame = Frame(title, x, y, note=note, wide=wide, high=HIGH)
    size = -(-number // COLUMNS)
    points = [(frame.px(0), frame.py(0))]
    for start in range(0, len(values), size):
        most, stop = max(values[start : start + size]), min(number, start + size)
        points += [(frame.px(start), frame.py(most)), (frame.px(stop), frame.py(most))]
    points.append((frame.px(number), frame.py(0)))
    frame.marks.append(Path("ar", outline(points) + "Z"))
    frame.marks.append(Path("li", outline(points)))
    at = values.index(top) if top in values else 0
    place, high = frame.px(at + 0.5), frame.py(top)
    room = max((width(line, 10.5, True) for line in peak), default=0) + 10
    right = place + 10 + room < frame.area[2]
    above = frame.area[1] + 2
    frame.marks.append(Path("ld", f"M{place:.1f} {high - 5:.1f}V{above - 6:.1f}"))
    if paths:
        frame.dot(place, high, 3.5, "hi", f"{paths[at]}: {top:,} bytes", paths[at])
    for line, words in enumerate(peak):
        text = cut(words, 10.5 * 1.04, max(place - frame.area[0], frame.area[2] - place) - 8, not line)
        frame.marks.append(
            Text(
                "q hl" if line else "hl",
                place + (6 if right else -6),
                above + 3 + 13 * line,
                text,
                10.5,
                not line,
                "start" if right else "end",
            )
        )
    return frame.picture()
