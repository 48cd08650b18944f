"""What is asked for: the limits, and which of the variants that keep them all is the best."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from numbers import Rational
from typing import Any, NamedTuple

import numpy

from archcalc.budget.limits import fits_metric
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.layers.amounts import Amount, UnitError
from archcalc.report.figures import KNOWN
from archcalc.report.sweep import Array, Chunk
from archcalc.sweep.figures import TOKENS
from archcalc.sweep.where import Condition

MAX, MIN = "max", "min"
LARGEST, SMALLEST, NEAREST = "largest", "smallest", "nearest"

TRAIN_FLOPS = "train_flops"
"""The goal of a cell of IsoFLOP: what training on so many tokens for each parameter takes."""
OF_FLOPS = ("params", "macs", "backward_macs", TOKENS)
"""The figures that it is computed from."""

MOST, MOST_GIVEN = 10**300, 10**60


class Limit(NamedTuple):
    """A figure is at most, or at least, an amount."""

    bound: str
    figure: str
    amount: Fraction
    text: str

    @property
    def condition(self) -> Condition:
        return Condition(self.figure, "<=" if self.bound == MAX else ">=", None, self.amount, self.text)

    def missed(self, value: Any) -> Fraction:
        """By which share of the limit a value is beyond it; what is not positive keeps it."""
        beyond = Fraction(as_number(value)) - self.amount
        beyond = beyond if self.bound == MAX else -beyond
        return beyond / self.amount if self.amount else beyond


class Goal(NamedTuple):
    """Of a column the largest or the smallest value, or that nearest to ``target``.

    ``tokens``: for each parameter, where the column is what training on them takes. ``varies``: it is no figure.
    """

    kind: str
    name: str
    target: Fraction = Fraction(0)
    text: str = ""
    tokens: Fraction = Fraction(0)
    varies: bool = False

    def column(self, chunk: Chunk) -> Array:
        """The column by its name: of what varies, or of figures."""
        return chunk.values[self.name] if self.varies else chunk.figures[self.name]

    def numeric(self, chunk: Chunk) -> Array:
        """Which variants have a number there."""
        return numeric(self.column(chunk)) if self.name != TRAIN_FLOPS else numpy.ones(len(chunk), bool)

    def doubles(self, chunk: Chunk) -> Array:
        """The column as doubles, where it is of 64 bits."""
        if self.name != TRAIN_FLOPS:
            return self.column(chunk).astype(float)
        params, macs, backward, tokens = (chunk.figures[name].astype(float) for name in OF_FLOPS)
        return 2 * (macs + backward) / tokens * params * double(self.tokens)

    def value(self, chunk: Chunk, place: int) -> Any:
        """The exact number of one variant."""
        if self.name != TRAIN_FLOPS:
            return as_number(self.column(chunk)[place])
        return flops_of([int(chunk.figures[name][place]) for name in OF_FLOPS], self.tokens)

    def rank(self, value: Any) -> tuple[Any, ...]:
        """The less, the better. Of two that are equally near, the one below its target is better."""
        if self.kind == NEAREST:
            return abs(value - self.target), value > self.target
        return (-value if self.kind == LARGEST else value,)


def flops_of(figures: Iterable[int], tokens_per_param: Fraction) -> Fraction:
    """FLOPs of training: two for each multiply-add of both passes, on a token, times the tokens."""
    params, macs, backward, tokens = figures
    return Fraction(2 * (macs + backward), tokens) * tokens_per_param * params


def double(amount: Fraction) -> float:
    """An amount as a double; one that is larger than any as a large one."""
    return float(min(amount, Fraction(MOST)))


def as_number(value: Any) -> Any:
    """A cell as a number that is exact: a double as the decimal that it is written as."""
    if isinstance(value, Fraction):
        return value
    return Fraction(str(value)) if isinstance(value, float) else int(value)


def numeric(cells: Array) -> Array:
    """Which of some cells are numbers: figures may be words, such as "all"."""
    if cells.dtype != object:
        return numpy.ones(len(cells), bool)
    return numpy.array([isinstance(cell, (Rational, float)) for cell in cells], bool)


def read_limit(bound: str, text: str) -> Limit:
    """``params=5M``. Raises SpecError."""
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals or not name or not written:
        raise SpecError(Diagnostic(f"{option(bound)} takes FIGURE=AMOUNT, not '{text}'", help="such as params=5M"))
    if name not in KNOWN:
        message = f"{option(bound)} {text}: no figure '{name}'"
        raise SpecError(unknown(message, name, KNOWN, otherwise=f"the figures are {', '.join(KNOWN)}"))
    return Limit(bound, name, amount_of(bound, name, written), written)


def amount_of(asked: str, figure: str, text: str) -> Fraction:
    """The amount of a figure. Raises SpecError."""
    try:
        found = Amount(text)
        if found.dtype is not None:
            raise UnitError(f"an amount here has no @: {text}", f"{option('dtype')} says how wide weights are")
        fits_metric(found, figure, MAX)
    except UnitError as error:
        raise SpecError(Diagnostic(f"{option(asked)} {figure}: {error}", help=error.help)) from None
    return Fraction(found.numerator, found.denominator)


def read_limits(most: Iterable[str], least: Iterable[str]) -> list[Limit]:
    """All limits. Raises SpecError for a figure that is limited twice, and for limits that nothing keeps."""
    limits = [*(read_limit(MAX, text) for text in most), *(read_limit(MIN, text) for text in least)]
    for number, one in enumerate(limits):
        for other in limits[:number]:
            if (one.figure, one.bound) == (other.figure, other.bound):
                raise SpecError(Diagnostic(f"{option(one.bound)} {one.figure} is given twice"))
            if one.figure == other.figure and other.amount < one.amount:
                message = f"no {one.figure} is at most {other.text} and at least {one.text}"
                raise SpecError(Diagnostic(message, help=f"{option('max')} is the larger of the two"))
    return limits


def read_goal(
    limits: list[Limit],
    varying: Collection[str],
    *,
    maximize: str | None,
    minimize: str | None,
    near: str | None,
    flops: str | None,
    tokens_per_param: str | None,
) -> Goal:
    """What is best; unless it is said, the most of what is first limited from above. Raises SpecError."""
    given = {"maximize": maximize, "minimize": minimize, "near": near, "flops": flops}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1:
        both = " and ".join(map(option, asked))
        raise SpecError(Diagnostic(f"{both} are given, and one of them says what is best"))
    if (flops is None) != (tokens_per_param is None):
        one, other = ("flops", "tokens-per-param") if tokens_per_param is None else ("tokens-per-param", "flops")
        help = f"such as {option('flops', '1e19')} {option('tokens-per-param', '20')}"
        raise SpecError(Diagnostic(f"{option(one)} needs {option(other)}", help=help))
    if flops is not None and tokens_per_param is not None:
        target, tokens = above_zero("flops", flops), above_zero("tokens-per-param", tokens_per_param)
        return Goal(NEAREST, TRAIN_FLOPS, target, flops, tokens)
    if near is not None:
        limit = read_limit("near", near)
        return Goal(NEAREST, limit.figure, limit.amount, limit.text)
    if not limits:
        help = f"such as {option('max', 'params=5M')}; 'archcalc sweep' shows all variants"
        raise SpecError(Diagnostic("nothing is limited", help=help))
    if maximize is not None:
        return Goal(LARGEST, name := known_column("maximize", maximize, varying), varies=name in varying)
    if minimize is not None:
        return Goal(SMALLEST, name := known_column("minimize", minimize, varying), varies=name in varying)
    return Goal(LARGEST if limits[0].bound == MAX else SMALLEST, limits[0].figure)


def known_column(asked: str, text: str, varying: Collection[str]) -> str:
    name = text.strip()
    if name not in KNOWN and name not in varying:
        known = [*varying, *KNOWN]
        message = f"{option(asked)} {name}: no column '{name}'"
        raise SpecError(unknown(message, name, known, otherwise=f"the columns are {', '.join(known)}"))
    return name


def above_zero(asked: str, text: str) -> Fraction:
    try:
        found = Amount(text)
        if found.percent or found.dtype or found.bytes or found.seconds:
            raise UnitError(f"'{text}' is no plain number", "such as 1e19, 20 or 1.5T")
        if not found.numerator or found.numerator > MOST_GIVEN * found.denominator:
            raise UnitError("it is above 0, and 1e60 at most")
    except UnitError as error:
        raise SpecError(Diagnostic(f"{option(asked)}: {error}", help=error.help)) from None
    return Fraction(found.numerator, found.denominator)


def deciding(limits: Iterable[Limit], goal: Goal) -> list[str]:
    """The figures that decide, each once."""
    of_goal = [] if goal.varies else OF_FLOPS if goal.name == TRAIN_FLOPS else [goal.name]
    return [*dict.fromkeys([*(limit.figure for limit in limits), *of_goal])]
