"""The numbers of a template: each is a literal, an expression of what is known before it, or an argument."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from archcalc.importers.structure.slots import ABSENT, Apart, Slot
from archcalc.language.functions import divisible
from archcalc.meter import charge

TRIED = 2
"""Units of work for an expression that is tried, beside its uses."""

MULTIPLES = (2, 3, 4, 6, 8, 16)
DIVISORS = (2, 3, 4, 8, 16)
ROUNDED = (1, 4)

LEAST_MADE = 3
"""Distinct values that a number must have for an expression with a constant of its own."""

SAME_ROLE = frozenset("out mid hidden multiplier".split())
"""Arguments that are widths: an expression of another width needs fewer values to be believed."""

Values = list[Any]


class Expression(str):
    """Text that is an expression, as against a word."""

    __slots__ = ()


def whole(value: Any) -> bool:
    return type(value) is int


def fits(values: Values, known: Values, factor: int = 1, divisor: int = 1, near: bool = False) -> bool:
    """Whether ``factor * known // divisor``, rounded to a multiple of 8 if ``near``, is the value in every use."""
    charge(TRIED)
    for value, size in zip(values, known, strict=True):
        if value is ABSENT:
            continue
        if size is ABSENT:
            return False
        found = size if factor == divisor else factor * size // divisor
        if (rounded(found) if near else found) != value:
            return False
    return True


def rounded(value: int) -> int:
    found: int = divisible(value, 8)
    return found


class Known:
    """What is known in a block: its axes and the arguments found so far, each with its value in every use."""

    def __init__(self, axes: dict[str, Values], uses: int) -> None:
        self.axes, self.uses = axes, uses
        self.arguments: dict[str, Values] = {}

    def names(self) -> Iterator[tuple[str, Values]]:
        yield from self.arguments.items()
        yield from self.axes.items()

    def expression(self, values: Values, argument: str, linear: bool) -> Expression | None:
        """An expression of what is known that gives a number in every use; None if there is none."""
        present = [value for value in values if value is not ABSENT]
        numbers = all(map(whole, present))
        if argument == "heads" and numbers:
            found = self.of_one_width(values)
            if found:
                return found
        for name, known in self.names():
            if same_type(known, values) and fits(values, known):
                return Expression(name)
        found = self.filled(values, argument)
        if found is not None or not numbers:
            return found
        return self.made(values, present, argument)

    def of_one_width(self, values: Values) -> Expression | None:
        """Heads of one width each."""
        for name, known in self.names():
            pairs = [(known[use], value) for use, value in enumerate(values) if value is not ABSENT]
            if not all(whole(size) and value and size % value == 0 for size, value in pairs):
                continue
            widths = {size // value for size, value in pairs}
            if len(widths) == 1 and min(widths) >= 8 and len({*map(str, values)}) > 1:
                return Expression(f"{name}//{min(widths)}")
        return None

    def filled(self, values: Values, argument: str) -> Expression | None:
        """An argument that has no value in some uses, and the same in the others."""
        for name, known in self.arguments.items():
            shared = [use for use in range(self.uses) if values[use] is not ABSENT and known[use] is not ABSENT]
            alike = argument == name.rstrip("0123456789") and 2 * len(shared) > self.uses
            if alike and ABSENT in known and all(values[use] == known[use] for use in shared):
                pairs = zip(values, known, strict=True)
                self.arguments[name] = [mine if its is ABSENT else its for mine, its in pairs]
                return Expression(name)
        return None

    def made(self, values: Values, present: Values, argument: str) -> Expression | None:
        """An expression with a constant: a multiple, a quotient, a rounded quotient, a product."""
        distinct = len({*present})
        enough = distinct >= LEAST_MADE or (argument in SAME_ROLE and distinct >= 2)
        if not enough and argument != "padding":
            return None
        used = [use for use, value in enumerate(values) if value is not ABSENT]
        numbers = [(name, known) for name, known in self.names() if all(whole(known[use]) for use in used)]
        if argument == "padding" and distinct > 1:
            for name, known in numbers:
                if name.startswith("kernel") and fits(values, known, divisor=2):
                    return Expression(f"{name}//2")
        if not enough:
            return None
        for name, known in numbers:
            for factor in MULTIPLES:
                if fits(values, known, factor):
                    return Expression(f"{factor}*{name}")
            for factor in DIVISORS:
                if fits(values, known, divisor=factor):
                    return Expression(f"{name}//{factor}")
            for factor in ROUNDED if distinct >= LEAST_MADE else ():
                if fits(values, known, divisor=factor, near=True):
                    return Expression(f"divisible({name}//{factor})" if factor > 1 else f"divisible({name})")
        if distinct < LEAST_MADE:
            return None
        for name, known in numbers:
            first = used[0]
            factor = known[first] // values[first] if values[first] else 0
            exact = [known[use] % factor == 0 for use in used] if factor > 1 else [False]
            if all(exact) and fits(values, known, divisor=factor):
                return Expression(f"{name}//{factor}")
        if argument in ("rows", "columns"):
            for (one, its), (other, theirs) in itertools.combinations_with_replacement(numbers, 2):
                if fits(values, [a if a is ABSENT or b is ABSENT else a * b for a, b in zip(its, theirs, strict=True)]):
                    return Expression(f"{one}*{other}")
        return None

    def nearly(self, values: Values, argument: str) -> Values | None:
        """The factors by which a width is larger than C, where they are nearly always the same."""
        channels = self.axes.get("C")
        present = [value for value in values if value is not ABSENT]
        if channels is None or argument not in ("out", "mid") or not all(map(whole, present)) or len({*present}) < 4:
            return None
        factors: Values = []
        for value, size in zip(values, channels, strict=True):
            if value is not ABSENT and (not size or value % size):
                return None
            factors.append(ABSENT if value is ABSENT else value // size)
        distinct = {factor for factor in factors if factor is not ABSENT}
        return factors if len(distinct) <= 2 and max(distinct) > 2 else None


def same_type(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether values are of one type: 1 is not true."""
    return {type(value) for value in one if value is not ABSENT} == {
        type(value) for value in other if value is not ABSENT
    }


def series(rows: Sequence[Sequence[Any]]) -> Expression | None:
    """An expression of ``i`` that gives the values of the repetitions in every use."""
    for text, rule in SERIES:
        charge(TRIED)
        if all(list(row) == [rule(number) for number in range(len(row))] for row in rows):
            return Expression(text)
    longest = max(rows, key=len)
    first = longest[0] if longest else 0
    if len(longest) >= LEAST_MADE and whole(first) and first > 1:
        for text, rule in (
            (f"{first}*2**i", lambda number: first * 2**number),
            (f"{first}*(i + 1)", lambda number: first * (number + 1)),
        ):
            if all(list(row) == [rule(number) for number in range(len(row))] for row in rows):
                return Expression(text)
    return None


SERIES: list[tuple[str, Callable[[int], Any]]] = [
    ("i % 2 == 1", lambda i: i % 2 == 1),
    ("i % 2 == 0", lambda i: i % 2 == 0),
    ("i > 0", lambda i: i > 0),
    ("i == 0", lambda i: i == 0),
]


def split_rows(rows: Sequence[Any]) -> tuple[Values, Values | None] | Expression:
    """The values of an argument in the repetitions of each use: those of all but the first, and of the first if it
    differs; or an expression of i. Raises Apart if they are neither."""
    said = [row for row in rows if row is not ABSENT]
    if all(len({*map(repr, row)}) == 1 for row in said):
        return [row if row is ABSENT else row[0] for row in rows], None
    found = series(said)
    if found is not None:
        return found
    if all(len({*map(repr, row[1:])}) <= 1 for row in said):
        rest = [ABSENT if row is ABSENT or len(row) == 1 else row[1] for row in rows]
        return rest, [row if row is ABSENT else row[0] for row in rows]
    raise Apart("rows that no first and no expression gives")


def typical(values: Values) -> tuple[Any, int]:
    """The value that most uses have, and how many."""
    counts: dict[str, list[Any]] = {}
    for value in values:
        if value is not ABSENT:
            counts.setdefault(repr(value), []).append(value)
    most = max(counts.values(), key=len)
    return most[0], len(most)


Slots = Sequence[Slot]
