"""Which positions of an input's axis the positions of a tensor see: intervals that repeat, over all whole numbers.

Positions are not bounded by the axes: those below 0 and behind the end stand in paddings.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any, NamedTuple

MOST_INTERVALS = 4096
"""That a part may have before it repeats."""

MOST_WORK = 1 << 20
"""Intervals that are looked at to find those behind one layer."""

MOST_DIGITS = 4000
LARGEST = 10**MOST_DIGITS

Interval = tuple[int, int] | None
"""The first and the last position; None for no position."""


UNALIGNED = Fraction(0)
"""The centre where paths differ in it."""


class TooLong(Exception):
    """More intervals than are looked at."""


class Part(NamedTuple):
    """Position ``o`` sees ``intervals[o]``, and position ``o + len(intervals)`` the same, ``shift`` further on.

    ``centre``: the middle of what position 0 sees. ``aligned``: it is so on every path.
    """

    intervals: tuple[Interval, ...]
    shift: int
    centre: Fraction
    aligned: bool

    @property
    def stride(self) -> Fraction:
        return Fraction(self.shift, len(self.intervals))

    def at(self, position: int) -> Interval:
        times, place = divmod(position, len(self.intervals))
        found = self.intervals[place]
        return found and (found[0] + times * self.shift, found[1] + times * self.shift)

    def moved(self, low: int, high: int, centre: Fraction) -> Part:
        """The same with its intervals further on: their first and their last positions by so much."""
        intervals = [found and (found[0] + low, found[1] + high) for found in self.intervals]
        return self._replace(intervals=tuple(intervals), centre=self.centre + centre if self.aligned else UNALIGNED)


ITSELF = Part(((0, 0),), 1, Fraction(0), True)
"""What positions of an input see of it."""


@lru_cache(maxsize=4096)
def through(reading: Any, part: Part) -> Part:
    """What the outputs of a layer see that reads so. Raises TooLong."""
    period, shift = reading.period, reading.shift
    size = len(part.intervals)
    times = size // gcd(size, shift) if shift else 1
    if period * times > MOST_INTERVALS:
        raise TooLong
    longest = max([len(reading.taps(position)[:size]) for position in range(period)])
    if period * times * longest > MOST_WORK:
        raise TooLong
    found = [hull(part, reading.taps(position)) for position in range(period * times)]
    place, per = reading.centre()
    centre = part.centre + part.stride * Fraction(place, 2 * per) if part.aligned else UNALIGNED
    return shortest(found, part.shift * (shift * times // size), centre, part.aligned)


def hull(part: Part, taps: range) -> Interval:
    """From the first to the last position that any of the taps sees.

    Of the taps that are a whole number of repeats apart, one of the two outermost sees the first position, and one the
    last; so only as many from either end are looked at as there are intervals.
    """
    size = len(part.intervals)
    return over(map(part.at, {*taps[:size], *taps[-size:]}))


def over(intervals: Iterable[Interval]) -> Interval:
    """The hull of intervals."""
    some = [found for found in intervals if found]
    return (min([low for low, _ in some]), max([high for _, high in some])) if some else None


def shortest(intervals: list[Interval], shift: int, centre: Fraction, aligned: bool) -> Part:
    """A part with the fewest intervals that say the same."""
    size = len(intervals)
    if max(abs(shift), *(abs(bound) for found in intervals if found for bound in found), 0) >= LARGEST:
        raise TooLong
    for fewer in range(1, size):
        if size % fewer == 0 and shift * fewer % size == 0:
            part = Part(tuple(intervals[:fewer]), shift * fewer // size, centre, aligned)
            if all(part.at(position) == intervals[position] for position in range(fewer, size)):
                return part
    return Part(tuple(intervals), shift, centre, aligned)


@lru_cache(maxsize=4096)
def united(one: Part, other: Part) -> Part:
    """What positions see that see both, of two parts of the same stride. Raises TooLong."""
    if one == other:
        return one
    size = lcm(len(one.intervals), len(other.intervals))
    if size > MOST_INTERVALS:
        raise TooLong
    aligned = one.aligned and other.aligned and one.centre == other.centre
    found = [over((one.at(position), other.at(position))) for position in range(size)]
    return shortest(found, int(one.stride * size), one.centre if aligned else UNALIGNED, aligned)
