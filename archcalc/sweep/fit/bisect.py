"""The answer where every figure only rises, or only falls, with one number: few variants are computed.

What keeps a limit is then a part of the range from one of its ends, and what keeps all is what these parts share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy

from archcalc.report.sweep import Chunk
from archcalc.sweep.fit.goal import MAX, NEAREST, OF_FLOPS, SMALLEST, TRAIN_FLOPS, Goal, Limit
from archcalc.sweep.fit.monotone import RISES, SAME, NotShown, both
from archcalc.sweep.fit.walk import Asked, Found, Walked, better
from archcalc.sweep.sweep import Sweep


class Bisecting:
    """The variants of a sweep in the order in which their number goes up: steps from 0. ``ways``: how figures go."""

    def __init__(self, sweep: Sweep, asked: Asked, ways: Mapping[str, int]) -> None:
        self.sweep, self.asked, self.ways = sweep, asked, ways
        self.name = sweep.varying[0].name
        (numbers,) = sweep.varying[0].axis.values.ranges
        self.up, self.size = numbers.step > 0, sweep.grid.size
        self.rows: dict[int, Chunk] = {}

    def row(self, step: int) -> Chunk:
        if step not in self.rows:
            position = self.position(step)
            index = numpy.array([position], numpy.int64)
            self.rows[step] = self.sweep.computed({self.name: index}, 1, position)
        return self.rows[step]

    def position(self, step: int) -> int:
        return step if self.up else self.size - 1 - step

    def found(self, rank: Any, step: int) -> Found:
        return Found(rank, self.position(step), self.row(step))

    def first(self, holds: Callable[[int], bool], low: int, high: int) -> int:
        """The first step from ``low`` up to ``high`` at which something holds that holds from there on."""
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if holds(middle) else (middle + 1, high)
        return low

    def answer(self) -> Walked:
        low, high = 0, self.size
        for limit in self.asked.limits:
            low, high = self.within(limit, low, high)
        if low >= high:
            return self.missing()
        best = self.best(low, high)
        return Walked(self.size, self.size, high - low, best)

    def within(self, limit: Limit, low: int, high: int) -> tuple[int, int]:
        """The steps from ``low`` up to ``high`` that keep a limit."""

        def keeps(step: int) -> bool:
            return limit.missed(self.row(step).figures[limit.figure][0]) <= 0

        if self.way_of_miss(limit) > 0:
            return low, self.first(lambda step: not keeps(step), low, high)
        return self.first(keeps, low, high), high

    def way_of_miss(self, limit: Limit) -> int:
        """Whether a limit is missed more and more as the number goes up; what stays counts as what does not."""
        way = self.ways[limit.figure]
        return way if limit.bound == MAX else -way

    def best(self, low: int, high: int) -> Found:
        """The best of some steps: the first in the order of the grid, of those that are equal."""
        goal, way = self.asked.goal, self.way_of_goal()
        if way == SAME:
            return self.ranked(low if self.up else high - 1)
        if goal.kind == NEAREST:
            over = self.first(lambda step: self.value(step) * way >= goal.target * way, low, high)
            near = [self.ranked(self.earliest(step, low, high)) for step in (over - 1, over) if low <= step < high]
            return min(near, key=lambda one: (one.rank, one.position))
        last = (way == RISES) == (goal.kind != SMALLEST)
        return self.ranked(self.earliest(high - 1 if last else low, low, high))

    def ranked(self, step: int) -> Found:
        return self.found(self.asked.goal.rank(self.value(step)), step)

    def earliest(self, step: int, low: int, high: int) -> int:
        """Of the steps whose value is that of one, the first in the order of the grid."""
        value, way = self.value(step), self.way_of_goal()
        if self.up:
            return self.first(lambda other: self.value(other) * way >= value * way, low, step)
        return self.first(lambda other: self.value(other) * way > value * way, step, high) - 1

    def value(self, step: int) -> Any:
        return self.asked.goal.value(self.row(step), 0)

    def way_of_goal(self) -> int:
        return way_of(self.asked.goal, self.ways)

    def missing(self) -> Walked:
        """Which limits are missed, and by how much: each is missed least at an end, their largest where two meet."""
        limits = self.asked.limits
        ends = [0, self.size - 1]
        least = []
        for limit in limits:
            end = ends[0] if self.way_of_miss(limit) > 0 else ends[-1]
            least.append(self.by_miss([limit], self.equal_miss(limit, end)))
        rising = [limit for limit in limits if self.way_of_miss(limit) > 0]
        others = [limit for limit in limits if limit not in rising]
        if not rising or not others:
            meeting = ends[0] if rising else ends[-1]
        else:
            meeting = self.first(lambda step: self.miss(rising, step) >= self.miss(others, step), *ends)
        near = [self.by_miss(limits, step) for step in (meeting - 1, meeting) if 0 <= step < self.size]
        nearest: Found | None = None
        for one in sorted(near, key=lambda one: one.position):
            nearest = better(nearest, one)
        return Walked(self.size, self.size, 0, nearest=nearest, least=least)

    def equal_miss(self, limit: Limit, end: int) -> int:
        """Of the steps that miss a limit as the one at an end, the first in the order of the grid."""
        miss = self.miss([limit], end)
        if end == 0:
            last = self.first(lambda step: self.miss([limit], step) > miss, 0, self.size) - 1
            return 0 if self.up else last
        return self.first(lambda step: self.miss([limit], step) <= miss, 0, end) if self.up else end

    def by_miss(self, limits: list[Limit], step: int) -> Found:
        return self.found((self.miss(limits, step),), step)

    def miss(self, limits: list[Limit], step: int) -> Any:
        return max(limit.missed(self.row(step).figures[limit.figure][0]) for limit in limits)


def way_of(goal: Goal, ways: Mapping[str, int]) -> int:
    """How the value of a goal goes. Raises NotShown."""
    if goal.varies:
        return RISES
    if goal.name != TRAIN_FLOPS:
        return ways[goal.name]
    params, macs, backward, tokens = (ways[name] for name in OF_FLOPS)
    way = both(both(params, macs), both(backward, -tokens))
    if way is None or both(params, macs) is None or both(backward, -tokens) is None:
        raise NotShown("the FLOPs of training may rise and fall")
    return way
