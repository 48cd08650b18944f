"""Bars in rows, so that their names have room; against limits where they have some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.render.pictures.charts.axes import Axis, spoken
from archcalc.render.pictures.charts.frame import EDGE, WIDE, Head, bar, whole
from archcalc.render.pictures.letters import cut, n, width
from archcalc.render.pictures.marks import Group, Mark, Path, Picture, Text

ROW, NAMES = 22, 260


class Bar(NamedTuple):
    """A value with a name; ``limit`` is what it may be at most, ``words`` say so where the chart's would not do."""

    name: str
    value: float
    limit: float | None = None
    words: str = ""


def bars(title: str, rows: Sequence[Bar], *, unit: str = "", note: str = "", wide: float = WIDE) -> Picture:
    """A bar for each row from 0; one above its limit has another colour, and each limit is a line."""
    most = max([max(row.value, row.limit or 0) for row in rows], default=0) or 1
    left = min(max((width(row.name, 10.5) * 1.08 for row in rows), default=0), NAMES) + EDGE + 10
    words = [said(row, unit) for row in rows]
    right = wide - max((width(text, 10) * 1.08 for text in words), default=0) - EDGE - 8
    axis = Axis("", 0, most, unit=unit)
    head = Head(title, note, wide)
    top, bottom = head.bottom + 24, head.bottom + 24 + ROW * len(rows)
    marks: list[Mark] = [*head.marks]
    ticks = axis.ticks(4)
    for tick, word in zip(ticks, axis.words(ticks), strict=True):
        at = left + axis.share(tick) * (right - left)
        marks += [Path("gd", f"M{n(at)} {n(top - 4)}V{n(bottom)}"), Text("q", at, top - 9, word, anchor="middle")]
    for number, row in enumerate(rows):
        y = top + ROW * number + 3
        marks.append(of_row(row, words[number], left, right, y, axis))
    return whole(title, note, wide, bottom + 14, marks)


def said(row: Bar, unit: str) -> str:
    if row.words:
        return row.words
    limit = f" of {spoken(row.limit, unit)}" if row.limit is not None else ""
    return spoken(row.value, unit) + limit


def of_row(row: Bar, words: str, left: float, right: float, y: float, axis: Axis) -> Group:
    over = row.limit is not None and row.value > row.limit
    end = left + axis.share(row.value) * (right - left)
    marks: list[Mark] = [Text("", left - 8, y + 12, cut(row.name, 10.5, left - EDGE - 10), 10.5, anchor="end")]
    marks.append(bar("over" if over else "bar", left, y, end - left, ROW - 6))
    at = end
    if row.limit is not None:
        at = left + axis.share(row.limit) * (right - left)
        marks.append(Path("lm" if over else "lk", f"M{n(at)} {n(y - 2)}v{ROW - 2}"))
    marks.append(Text("b" if over else "q", max(at, end) + 6, y + 12, words))
    return Group("row", "", "", f"{row.name}: {words}{', above its limit' if over else ''}", marks)
