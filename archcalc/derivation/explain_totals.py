"""Where totals come from: what each step contributes, from the rows of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from archcalc.dims import ceil_div
from archcalc.dims.expression import Definition, Expression
from archcalc.errors import Diagnostic, SpecError
from archcalc.report.figures import EXPLAINED, FIGURES, SUMMED, Figure
from archcalc.report.widths import bits

if TYPE_CHECKING:
    from archcalc.report.documents import Row

MOST_PARTS = 25_000
"""Steps of which a sum is derived: each is a term that is kept, and printed."""


BYTES = FIGURES["weights_bytes"]


class Part:
    """A step and what all its layers cost together. ``bits``: those of its weights."""

    __slots__ = ("path", "layers", "figures", "bits")

    def __init__(self, path: str, figures: Sequence[Figure]) -> None:
        self.path, self.layers, self.bits = path, 0, 0
        self.figures = {figure.name: 0 for figure in figures}

    def add(self, row: Row, figures: Sequence[Figure]) -> None:
        self.layers += 1
        self.bits += bits(row["params_by_dtype"])
        for figure in figures:
            self.figures[figure.name] += figure.part(row)


class Sums:
    """The parts of a network, or of some of its layers, and the derivation of their sum for each figure."""

    __slots__ = ("parts", "totals")

    def __init__(self, parts: list[Part], figures: Sequence[Figure], convention: str, widths: bool) -> None:
        self.parts = parts
        self.totals: dict[str, Definition] = {}
        for figure in figures:
            title = figure.title if figure.unit else f"{figure.name} ({convention})"
            terms = {part.path: part.figures[figure.name] for part in parts}
            self.totals[figure.name] = Definition(title, added(terms))
        if widths:
            self.totals[BYTES.name] = Definition(BYTES.title, added_bytes(parts))


def alone(figure: str, total: Definition) -> Sums:
    """A figure of a whole network without steps."""
    found = Sums([], (), "", False)
    found.totals[figure] = total
    return found


def sum_up(
    rows: Iterable[Row], convention: str, *, full: bool = False, widths: bool = False, only: str | None = None
) -> Sums:
    """What each step contributes: those at the top, or, where all rows are of one step, those that it holds.

    ``widths``: the bytes of weights are summed too. ``only``: one figure alone, by its name.
    Raises SpecError for more than 25,000 of them.
    """
    told = [figure for figure in EXPLAINED if full or figure.main]
    told = told if only is None else [figure for figure in SUMMED if figure.name == only]
    figures = [*EXPLAINED, *(figure for figure in told if figure not in EXPLAINED)]
    held = shared(rows)
    parts: dict[str, Part] = {}
    for row in rows:  # each may be made only when it is read, and a hundred thousand are not kept
        path = "/".join(row["path"].split("/", held + 1)[: held + 1])
        if path not in parts:
            parts[path] = Part(path, figures)
        parts[path].add(row, figures)
    if len(parts) > MOST_PARTS:
        message = f"a sum over {len(parts):,} steps is asked for, and at most {MOST_PARTS:,} are derived"
        raise SpecError(Diagnostic(message, help="name one of them; 'archcalc show' has the totals"))
    return Sums(list(parts.values()), told, convention, widths or only == BYTES.name)


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


def added(parts: Mapping[str, Any]) -> Any:
    """The sum over the parts; those that contribute nothing are left out."""
    terms = [Expression.known(path, number) for path, number in parts.items() if number]
    return reduce(add, terms) if terms else 0


def added_bytes(parts: list[Part]) -> Any:
    """The sum of whole bytes, else that of the bits, rounded up."""
    for part in parts:
        part.figures[BYTES.name] = -(-part.bits // 8)
    if all(part.bits % 8 == 0 for part in parts):
        return added({part.path: part.figures[BYTES.name] for part in parts})
    return ceil_div(added({f"bits of {part.path}": part.bits for part in parts}), 8)
