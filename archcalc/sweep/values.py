"""The values of one name: as ``--vary`` writes them, and by their index. Ranges are not built."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import gcd, lcm
from typing import Any

import numpy

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.report.sweep import Array

LARGEST = 2**62
"""Positions and whole numbers below it are computed as arrays."""
MOST_LISTED = 1_000_000
"""Values of one name that are not ranges of whole numbers: they are kept."""
LONGEST = 200
"""Characters of a number, and of a range."""
MOST_RANGES = 1_000
"""Ranges and numbers of one name."""

WHOLE = re.compile(r"[+-]?[0-9]+(_[0-9]+)*")
DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
MEANT = re.compile(r"[0-9]+:[0-9]+(:[0-9]+)?")
"""What is a range elsewhere."""
RANGE = re.compile(r"(?:([^\s:]+?)\s*\.\.\s*([^\s:]+)\s*(?::\s*(\S+))?)")


class Values:
    """The values of one name, by their index: whole numbers as ranges one after the other, or anything as a list."""

    def __init__(self, ranges: Sequence[range] = (), listed: Sequence[Any] = ()) -> None:
        self.ranges, self.listed = tuple(ranges), tuple(listed)
        self._stops = list(accumulate(map(count, self.ranges)))

    @property
    def numbers(self) -> bool:
        """Whether they are whole numbers."""
        return not self.listed

    @property
    def kind(self) -> type:
        """What a cell of theirs is: int, float or str."""
        kinds = {*map(type, self.listed)}
        return int if kinds <= {int} else float if kinds <= {int, float} else str

    def size(self) -> int:
        return self._stops[-1] if self.ranges else len(self.listed)

    @property
    def table(self) -> Array:
        """Those that are listed, as an array."""
        found = numpy.empty(len(self.listed), object)
        found[:] = self.listed
        return found

    @property
    def least(self) -> int:
        """The smallest of whole numbers."""
        return min(min(one[0], one[-1]) for one in self.ranges)

    def at(self, indexes: Array) -> Array:
        """Whole numbers: those at these indexes."""
        if len(self.ranges) == 1:
            (one,) = self.ranges
            return one.start + one.step * indexes
        starts = [stop - count(one) for one, stop in zip(self.ranges, self._stops, strict=True)]
        which = numpy.searchsorted(numpy.array(self._stops), indexes, side="right")
        firsts, steps = ([getattr(one, name) for one in self.ranges] for name in ("start", "step"))
        return numpy.array(firsts)[which] + numpy.array(steps)[which] * (indexes - numpy.array(starts)[which])

    @property
    def repeats(self) -> bool:
        """Whether a value stands twice among them."""
        if self.listed:
            return len({*map(str, self.listed)}) < len(self.listed)
        single = [one.start for one in self.ranges if count(one) == 1]
        longer = [one for one in self.ranges if count(one) > 1]
        twice = len({*single}) < len(single) or any(number in one for one in longer for number in single)
        return twice or any(meet(one, other) for at, one in enumerate(longer) for other in longer[:at])

    def index(self, number: int) -> int:
        """The index of a whole number. Raises ValueError if it is not among them."""
        for one, stop in zip(self.ranges, self._stops, strict=True):
            if number in one:
                return stop - count(one) + (number - one.start) // one.step
        raise ValueError(number)

    def one(self, index: int) -> Any:
        """The value at an index."""
        if self.listed:
            return self.listed[index]
        which = bisect_right(self._stops, index)
        return self.ranges[which][index - self._stops[which] + count(self.ranges[which])]


def count(numbers: range) -> int:
    """How many there are: len() of a range takes no more than the platform's largest index."""
    return max((numbers.stop - numbers.start + numbers.step - (1 if numbers.step > 0 else -1)) // numbers.step, 0)


def read_values(name: str, text: str) -> Values:
    """Whole numbers as ranges; as soon as something else is among them, the expressions as written. Raises SpecError.

    ``name`` is what varies. The texts of the list are not checked to be expressions.
    """
    items = [*split(text)]
    try:
        ranges = [whole_range(item) for item in items]
        held_as_ranges(items, ranges)
        if None not in ranges:
            return Values(ranges=held([one for one in ranges if one is not None]))
        listed: list[Any] = []
        for item, numbers in zip(items, ranges, strict=True):
            several = numbers if numbers is not None else decimals(item)
            hold(len(listed) + (1 if several is None else count(several) if type(several) is range else len(several)))
            listed += [read_one(item)] if several is None else several
        return Values(listed=listed)
    except ValueError as error:
        raise SpecError(Diagnostic(f"{option('vary')} {name}: {error}")) from None


def held_as_ranges(items: list[str], ranges: list[range | None]) -> None:
    """Raise ValueError for a text that is meant as a range and is none, and for none: no expression has two points."""
    for item, numbers in zip(items, ranges, strict=True):
        if not item:
            raise ValueError("a value is missing: one stands between commas")
        if MEANT.fullmatch(item) or (".." in item and numbers is None and decimals(item) is None):
            raise ValueError(f"'{item}' is no range: a..b or a..b:step, such as 16..128:8")


def held(ranges: list[range]) -> list[range]:
    if len(ranges) > MOST_RANGES:
        raise ValueError(f"it has more than {MOST_RANGES:,} ranges and numbers")
    return ranges


def meet(one: range, other: range) -> bool:
    """Whether two ranges share a number: by the Chinese remainder theorem, for they may be long."""
    step, more = abs(one.step), abs(other.step)
    common = gcd(step, more)
    if (one.start - other.start) % common:
        return False
    first = one.start + step * ((other.start - one.start) // common * pow(step // common, -1, more // common))
    least, most = (
        max(min(one[0], one[-1]), min(other[0], other[-1])),
        min(max(one[0], one[-1]), max(other[0], other[-1])),
    )
    return first + -(-(least - first) // lcm(step, more)) * lcm(step, more) <= most


def hold(values: int) -> None:
    if values > MOST_LISTED:
        raise ValueError(f"it has more than {MOST_LISTED:,} values, which only whole numbers may")


def read_one(text: str) -> Any:
    """A value as a cell has it: a whole number, a decimal, or the text."""
    if len(text) > LONGEST:
        return text
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def split(text: str) -> Iterator[str]:
    """What stands between commas that are in no brackets."""
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += (character in "[{(") - (character in "]})")
        if character == "," and depth <= 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()


def whole_range(text: str) -> range | None:
    """``16``, ``1..8`` or ``16..128:8`` as whole numbers, the last one included; None for anything else."""
    if len(text) > LONGEST:
        return None
    if WHOLE.fullmatch(text):
        number = int(text)
        return range(number, number + 1) if abs(number) < LARGEST else None
    found = RANGE.fullmatch(text)
    if found is None or not all(part is None or WHOLE.fullmatch(part) for part in found.groups()):
        return None
    first, last, step = (int(part) if part is not None else 1 for part in found.groups())
    if max(abs(first), abs(last), abs(step)) >= LARGEST:
        raise ValueError(f"'{text}' goes beyond 2^62")
    return stepped(text, first, last, step)


def decimals(text: str) -> Sequence[float] | None:
    """``0.25..1:0.25`` as doubles, each the nearest to its decimal; None for what is no range."""
    found = RANGE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or not all(part is None or DECIMAL.fullmatch(part) for part in found.groups()):
        return None
    if found[3] is None:
        raise ValueError(f"'{text}' needs a step, such as {text}:0.25")
    places = max(len(part.partition(".")[2]) for part in found.groups())
    first, last, step = (in_units(part, places) for part in found.groups())
    numbers = stepped(text, first, last, step)
    hold(count(numbers))
    return [float(in_places(number, places)) for number in numbers]


def stepped(text: str, first: int, last: int, step: int) -> range:
    """From ``first`` to ``last``, that one included. Raises ValueError where that is nothing."""
    if step == 0:
        raise ValueError(f"the step of '{text}' is 0")
    if (last - first) * step < 0:
        raise ValueError(f"'{text}' holds no number: a..b:step goes from a to b, and down with a step below 0")
    return range(first, last + (1 if step > 0 else -1), step)


def in_units(text: str, places: int) -> int:
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(places, "0"))


def in_places(number: int, places: int) -> str:
    digits = str(abs(number)).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:].rstrip('0') or '0'}"
