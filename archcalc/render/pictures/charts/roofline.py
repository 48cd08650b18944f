"""Layers below what a machine can do: under the slope its memory bounds them, under the roof its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.charts.frame import NOTE, Frame, outline
from archcalc.render.pictures.letters import si, width
from archcalc.render.pictures.marks import Path, Picture, Text

WIDE, HIGH, LARGEST, NAMED = 760, 420, 16, 14


class Work(NamedTuple):
    """What a layer does: operations a byte, operations a second that it can reach, and its share of the time."""

    name: str
    intensity: float
    reached: float
    share: float
    path: str = ""


def roofline(title: str, layers: Sequence[Work], *, peak: float, bandwidth: float, note: str = "") -> Picture:
    """``peak`` in operations a second, ``bandwidth`` in bytes a second. A dot's area is the layer's share."""
    ridge = peak / bandwidth
    known = [one for one in layers if one.intensity > 0 and one.reached > 0]
    low = min([one.intensity for one in known] + [ridge]) / 2
    high = max([one.intensity for one in known] + [ridge * 4]) * 2
    least = min([one.reached for one in known] + [bandwidth * low]) / 1.5
    x = Axis("operations a byte", low, high, log=True)
    frame = Frame(title, x, Axis("operations a second", least, peak * 2, log=True), note=note, wide=WIDE, high=HIGH)
    left, _, right, bottom = frame.area
    start = max(low, least / bandwidth)
    roof = [(frame.px(start), frame.py(bandwidth * start)), (frame.px(ridge), frame.py(peak)), (right, frame.py(peak))]
    frame.marks.append(Path("ar", outline([*roof[:2], (roof[1][0], bottom), (roof[0][0], bottom)]) + "Z"))
    frame.marks.append(Path("li", outline(roof)))
    frame.keep_clear(roof)
    by_arithmetic, by_memory = (
        f"bound by arithmetic: {si(peak)} a second",
        f"bound by memory: {si(bandwidth, 'B')} a second",
    )
    frame.marks.append(Text("q", right, roof[2][1] - 7, by_arithmetic, NOTE, anchor="end"))
    frame.marks.append(Text("q", left + 8, bottom - 8, by_memory, NOTE))
    for x_, y_, text in (
        (right - width(by_arithmetic, NOTE), roof[2][1], by_arithmetic),
        (left + 8, bottom - 4, by_memory),
    ):
        frame.taken.append((x_, y_ - 20, x_ + width(text, NOTE), y_))
    for one in sorted(known, key=lambda one: -one.share):
        radius = max(2.0, LARGEST * one.share**0.5)
        reached = f"{si(one.intensity)} operations a byte, {si(one.reached)} a second"
        tip = f"{one.name}: {reached}, {one.share:.1%} of the time"
        frame.dot(frame.px(one.intensity), frame.py(one.reached), radius, "pt", tip, one.path)
    for one in sorted(known, key=lambda one: -one.share)[:NAMED]:
        gap = max(7.0, LARGEST * one.share**0.5 + 4)
        frame.label(frame.px(one.intensity), frame.py(one.reached), f"{one.name} {one.share:.0%}", gap=gap)
    return frame.picture()
