"""Limits on a time, and on the bytes that layers move: what is used of them, and what each layer uses."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from archcalc.budget.costs import Part
from archcalc.budget.result import Limit
from archcalc.costs.moved import Moved
from archcalc.costs.roofline import Rates, bound_of
from archcalc.errors import Diagnostic, SpecError
from archcalc.report.moved import moved_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def used_of(report: Report, limit: Limit) -> int:
    """Nanoseconds, rounded up, or bytes. Raises SpecError, at the limit, for a type without a peak."""
    moved, rates = seen(report, limit)
    return moved.bytes if rates is None else bound_of(moved, rates).nanoseconds


def seen(report: Report, limit: Limit) -> tuple[Moved, Rates | None]:
    """What layers move, in the type after @ if there is one, and the rates of the limit's device."""
    dtype = limit.amount.dtype
    try:
        rates = limit.device.rates(dtype or report["dtype"]) if limit.device else None
    except SpecError as error:
        first = next(iter(limit.device.peaks)) if limit.device else ""
        help = f"dtype says the type, or the limit: {limit.amount.text.partition('@')[0].strip()} @{first}"
        raise SpecError(Diagnostic(error.diagnostics[0].message, limit.span, help=help)) from None
    return moved_of(report, dtype or report["dtype"], weights=dtype), rates


def timed_parts(report: Report, limit: Limit) -> Iterator[Part]:
    """How long each layer takes, or what it moves."""
    moved, rates = seen(report, limit)
    for node, _, moves, times in moved.counted():
        cost = Fraction(moves.bytes) if rates is None else rates.seconds(moves)
        yield node.path, node, cost * times
