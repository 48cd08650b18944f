"""Which variants are kept: ``--where 'params < 5M and macs <= 300M'``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

import numpy

from archcalc.budget.limits import fits_metric
from archcalc.dims.operators import COMPARISONS
from archcalc.errors import Diagnostic, SpecError, option, unknown
from archcalc.layers.amounts import Amount, UnitError
from archcalc.report.sweep import Array, Chunk

FORM = re.compile(r"\s*([^\W\d]\w*(?:\[\d+\])*)\s*(<=|>=|==|!=|<|>)\s*(\S(?:.*\S)?)\s*")
AND = re.compile(r"\s+and\s+|\s*,\s*")


class Condition(NamedTuple):
    """A column, how it compares, and with what: another column, an amount, or a text as it is written."""

    name: str
    comparison: str
    column: str | None
    amount: Fraction | None
    text: str


def read_conditions(texts: Iterable[str], names: Collection[str], varying: Collection[str]) -> list[Condition]:
    """The conditions of each text; ``names`` are columns of numbers, those that vary may hold anything.

    Raises SpecError.
    """
    return [condition(part, names, varying) for text in texts for part in AND.split(text)]


def condition(text: str, names: Collection[str], varying: Collection[str]) -> Condition:
    found = FORM.fullmatch(text)
    if found is None:
        help = "such as 'params < 5M', or 'macs <= 300M and width >= 32'"
        raise SpecError(Diagnostic(f"{option('where')} takes NAME < AMOUNT, not '{text}'", help=help))
    name, comparison, right = found.groups()
    if name not in names and name not in varying:
        known = [*varying, *names]
        message = f"{option('where')} {text.strip()}: no column '{name}'"
        raise SpecError(unknown(message, name, known, otherwise=f"the columns are {', '.join(known)}"))
    if right in names or right in varying:
        return Condition(name, comparison, right, None, right)
    try:
        return Condition(name, comparison, None, amount(right, None if name in varying else name), right)
    except UnitError as error:
        if name in varying and comparison in ("==", "!="):
            return Condition(name, comparison, None, None, right)
        raise SpecError(Diagnostic(f"{option('where')} {text.strip()}: {error}", help=error.help)) from None


def amount(text: str, figure: str | None) -> Fraction:
    """What an amount is exactly, of a figure in its unit. Raises UnitError."""
    negative = text.startswith("-")
    found = Amount(text[1:] if negative else text)
    if found.percent or found.dtype:
        raise UnitError("an amount here has no % and no @", f"{option('dtype')} says how wide weights are")
    if figure is not None:
        fits_metric(found, figure, "max")
    return Fraction(found.numerator, found.denominator) * (-1 if negative else 1)


ROUNDED: dict[str, Callable[[Fraction], int]] = {"<": ceil, "<=": floor, ">": floor, ">=": ceil}
"""The whole number that a whole number compares with in the same way as with a fraction."""


def holding(chunk: Chunk, conditions: Iterable[Condition]) -> Array:
    """Which variants of a chunk fit and meet all conditions."""
    kept = chunk.fits.copy()
    for one in conditions:
        kept &= holds(one, chunk)
    return kept


def holds(one: Condition, chunk: Chunk) -> Array:
    left = column(chunk, one.name)
    right: Any = one.text if one.amount is None else one.amount
    if one.column is not None:
        right = column(chunk, one.column)
        if left.dtype != object and right.dtype != object:
            return COMPARISONS[one.comparison](left, right)
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return numpy.array([compared(one.comparison, number(a), number(b)) for a, b in pairs], bool)
    if left.dtype != object and one.amount is not None:
        if one.comparison in ROUNDED:
            return numpy.asarray(COMPARISONS[one.comparison](left, ROUNDED[one.comparison](one.amount)), bool)
        whole = one.amount.denominator == 1
        return (left == one.amount.numerator if whole else numpy.zeros(len(left), bool)) ^ (one.comparison == "!=")
    return numpy.array(
        [compared(one.comparison, number(a) if one.amount is not None else a, right) for a in left], bool
    )


def column(chunk: Chunk, name: str) -> Array:
    """A column; what varies wins over a figure of the same name."""
    return chunk.values[name] if name in chunk.values else chunk.figures[name]


def number(value: Any) -> Any:
    """A double as the decimal that it is written as."""
    return Fraction(str(value)) if isinstance(value, float) else value


def compared(comparison: str, left: Any, right: Any) -> bool:
    """Whether a comparison holds; words and none are neither smaller nor larger than anything."""
    try:
        return bool(COMPARISONS[comparison](left, right))
    except TypeError:
        return False
