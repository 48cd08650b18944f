"""Where totals come from: what each step contributes, from the rows of a report."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from archcalc.dims.expression import Definition, Expression
from archcalc.errors import Diagnostic, SpecError
from archcalc.report.figures import EXPLAINED

if TYPE_CHECKING:
    from archcalc.report.documents import Row

MOST_PARTS = 25_000
"""Steps of which a sum is derived: each is a term that is kept, and printed."""


class Part:
    """A step and what all its layers cost together."""

    __slots__ = ("path", "layers", "figures")

    def __init__(self, path: str) -> None:
        self.path, self.layers = path, 0
        self.figures = {figure.name: 0 for figure in EXPLAINED}

    def add(self, row: Row) -> None:
        self.layers += 1
        for figure in EXPLAINED:
            self.figures[figure.name] += figure.part(row)


class Sums:
    """The parts of a network, or of some of its layers, and the derivation of their sum for each figure."""

    __slots__ = ("parts", "totals")

    def __init__(self, parts: list[Part], full: bool, convention: str) -> None:
        self.parts = parts
        self.totals: dict[str, Definition] = {}
        for figure in EXPLAINED:
            if full or figure.main:
                title = figure.title if figure.unit else f"{figure.name} ({convention})"
                self.totals[figure.name] = Definition(title, added(parts, figure.name))


def sum_up(rows: Iterable[Row], convention: str, *, full: bool = False) -> Sums:
    """What each step contributes: those at the top, or, where all rows are of one step, those that it holds.

    Raises SpecError for more than 25,000 of them.
    """
    held = shared(rows)
    parts: dict[str, Part] = {}
    for row in rows:  # each may be made only when it is read, and a hundred thousand are not kept
        path = "/".join(row["path"].split("/", held + 1)[: held + 1])
        if path not in parts:
            parts[path] = Part(path)
        parts[path].add(row)
    if len(parts) > MOST_PARTS:
        message = f"a sum over {len(parts):,} steps is asked for, and at most {MOST_PARTS:,} are derived"
        raise SpecError(Diagnostic(message, help="name one of them; 'archcalc show' has the totals"))
    return Sums(list(parts.values()), full, convention)


def shared(rows: Iterable[Row]) -> int:
    """How many levels the paths of the rows have in common."""
    first: list[str] = next((row["path"].split("/") for row in rows), [])  # none where every step is left out
    number = len(first)
    for row in rows:
        number = sum(1 for _ in common(first[:number], row["path"].split("/", number)))
    return number


def common(one: Iterable[str], other: Iterable[str]) -> Iterable[str]:
    for a, b in zip(one, other, strict=False):
        if a != b:
            return
        yield a


def added(parts: list[Part], key: str) -> Any:
    """The sum over the parts; those that contribute nothing are left out."""
    terms = [Expression.known(part.path, part.figures[key]) for part in parts if part.figures[key]]
    return reduce(add, terms) if terms else 0
