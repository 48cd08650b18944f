"""What stands around a chart: its title, a note, two axes with their grid; and labels that cover nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from archcalc.render.pictures.charts.axes import Axis
from archcalc.render.pictures.legend import lines
from archcalc.render.pictures.letters import cut, n, width
from archcalc.render.pictures.marks import Circle, Group, Mark, Path, Picture, Rect, Text
from archcalc.render.pictures.theme import CHART_RULES, RULES

WIDE, HIGH = 640, 380
EDGE, RIGHT, HEAD, FOOT = 16, 24, 30, 46
NOTE = 10.5

Area = tuple[float, float, float, float]
"""left, top, right, bottom"""


class Rule(NamedTuple):
    """A limit at a place of an axis, and its words."""

    place: float
    words: str


class Head:
    """The title of a chart and the lines of its note: ``bottom`` is where the chart may begin."""

    def __init__(self, title: str, note: str, wide: float) -> None:
        self.title, self.note = title, note
        self.marks: list[Mark] = [Text("", EDGE, 24, cut(title, 14, wide - 2 * EDGE, True), 14, True)]
        self.bottom = HEAD
        for line in lines(note, (wide - 2 * EDGE) / 1.08) if note else []:
            self.bottom += 14
            self.marks.append(Text("q", EDGE, self.bottom - 3, line, NOTE))


class Frame:
    """A chart with two axes: y's name stands above its numbers, x's below its own. ``taken``: where no label may be."""

    def __init__(
        self, title: str, x: Axis, y: Axis, *, note: str = "", wide: float = WIDE, high: float = HIGH, right: float = 0
    ) -> None:
        self.x, self.y, self.wide, self.high, self.title = x, y, wide, high, title
        head = Head(title, note, wide)
        self.about = note
        self.marks = head.marks
        self.taken: list[Area] = []
        ticks = y.ticks()
        words = y.words(ticks)
        left = max([width(word, 10) * 1.08 for word in words], default=0) + EDGE + 8
        self.area: Area = (left, head.bottom + 26, wide - max(RIGHT, right), high - FOOT)
        self.grid(ticks, words)

    def grid(self, ticks: list[float], words: list[str]) -> None:
        left, top, right, bottom = self.area
        for tick, word in zip(ticks, words, strict=True):
            at = self.py(tick)
            self.marks += [Path("gd", f"M{n(left)} {n(at)}H{n(right)}")]
            self.marks += [Text("q", left - 6, at + 3.5, word, anchor="end")]
        last = -1e9
        along = self.x.ticks()
        for tick, word in zip(along, self.x.words(along), strict=True):
            at, half = self.px(tick), width(word, 10) / 2
            self.marks.append(Path("ax", f"M{n(at)} {n(bottom)}v4"))
            if at - half > last + 4 and at + half < self.wide:
                self.marks.append(Text("q", at, bottom + 16, word, anchor="middle"))
                last = at + half
        self.marks.append(Path("ax", f"M{n(left)} {n(bottom)}H{n(right)}"))
        self.marks.append(Text("q", EDGE, top - 10, self.y.name, NOTE))
        self.marks.append(Text("q", right, bottom + 32, self.x.name, NOTE, anchor="end"))

    def px(self, value: float) -> float:
        left, _, right, _ = self.area
        return left + self.x.share(value) * (right - left)

    def py(self, value: float) -> float:
        _, top, _, bottom = self.area
        return bottom - self.y.share(value) * (bottom - top)

    def dot(self, x: float, y: float, radius: float, kind: str, tip: str, path: str = "") -> None:
        """A point at a place, with what it is."""
        self.taken.append((x - radius, y - radius, x + radius, y + radius))
        self.marks.append(Group("dot", "", path, tip, [Circle(kind, x, y, radius)]))

    def label(self, x: float, y: float, text: str, *, kind: str = "", bold: bool = False, gap: float = 7) -> bool:
        """A text beside a place, where it covers nothing but the grid; left out, and False, where it would."""
        size = NOTE if bold else 9.5
        wide = width(text, size, bold) * 1.04
        for dx, dy, anchor in (*around(gap), *around(gap + 9)):
            left = x + dx - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
            area = left, y + dy - size * 0.8, left + wide, y + dy + 2
            if self.is_free(area):
                self.taken.append(area)
                self.marks.append(Text(f"{kind} hl".strip(), x + dx, y + dy, text, size, bold, anchor))
                return True
        return False

    def is_free(self, area: Area) -> bool:
        left, top, right, bottom = area
        if left < self.area[0] - 2 or right > self.wide - 4 or top < self.area[1] - 8 or bottom > self.area[3] - 1:
            return False
        return not any(left < its[2] and its[0] < right and top < its[3] and its[1] < bottom for its in self.taken)

    def rules(self, up: Iterable[Rule], along: Iterable[Rule]) -> None:
        """Limits of the upward axis, and of that along, as lines with their words, which nothing covers."""
        left, top, right, bottom = self.area
        for rule in up:
            at = self.py(rule.place)
            self.marks.append(Path("lm", f"M{n(left)} {n(at)}H{n(right)}"))
            self.words_at(right - 4, at - 4 if at > top + 12 else at + 11, rule.words, "end")
            self.keep_clear([(left, at), (right, at)])
        for rule in along:
            at = self.px(rule.place)
            self.marks.append(Path("lm", f"M{n(at)} {n(top)}V{n(bottom)}"))
            room = at + width(rule.words, NOTE) * 1.04 + 5 < self.wide
            self.words_at(at + 5 if room else at - 5, bottom - 6, rule.words, "start" if room else "end")
            self.keep_clear([(at, top), (at, bottom)])

    def words_at(self, x: float, y: float, words: str, anchor: str) -> None:
        wide = width(words, NOTE) * 1.04
        left = x if anchor == "start" else x - wide
        self.taken.append((left, y - NOTE, left + wide, y + 2))
        self.marks.append(Text("b", x, y, words, NOTE, anchor=anchor))

    def keep_clear(self, points: list[tuple[float, float]]) -> None:
        """Let no label stand on a line of points."""
        for (x, y), (u, v) in pairwise(points):
            pieces = max(1, int(max(abs(u - x), abs(v - y)) // 8))
            for number in range(pieces + 1):
                a, b = x + (u - x) * number / pieces, y + (v - y) * number / pieces
                self.taken.append((a - 2, b - 2, a + 2, b + 2))

    def picture(self) -> Picture:
        return whole(self.title, self.about, self.wide, self.high, self.marks)


def around(gap: float) -> list[tuple[float, float, str]]:
    """Where a text may stand about a point, the best place first, and how it is anchored there."""
    return [
        *((gap, 3.5, "start"), (-gap, 3.5, "end"), (0, -gap, "middle"), (0, gap + 8, "middle")),
        *((gap, -gap, "start"), (-gap, gap + 8, "end"), (gap, gap + 8, "start"), (-gap, -gap, "end")),
    ]


def whole(title: str, about: str, wide: float, high: float, marks: list[Mark]) -> Picture:
    """The marks as a picture, numbered."""
    numbered = [
        mark._replace(id=f"c{number}") if isinstance(mark, Group) else mark for number, mark in enumerate(marks)
    ]
    return Picture(title, about, wide, high, numbered, (*RULES, *CHART_RULES))


def outline(points: list[tuple[float, float]]) -> str:
    """A line through points, in the words of SVG."""
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)


def bar(kind: str, x: float, y: float, wide: float, high: float) -> Rect:
    return Rect(kind, x, y, max(wide, 1), high, 2)
