"""Whether a condition between closed forms holds for all sizes, and its simplest form."""

from __future__ import annotations

import math

from archcalc.algebra.atoms import (
    Bounds,
    Coefficient,
    Monomial,
    Polynomial,
    bounds,
    constant,
    constant_term,
    is_positive,
    is_whole,
    number,
    quotient,
    single,
    without_constant,
)
from archcalc.algebra.floors import unfold
from archcalc.algebra.notation import in_order
from archcalc.algebra.polynomial import plus, scale, times
from archcalc.dims.operators import COMPARISONS

NEGATED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The comparison when both sides are negated: a < b is −a > −b."""

BOUNDED = ("//", "max", "min", "where")
"""The atoms that have bounds in terms of their arguments: see :func:`_least`."""

RELAXED, EXTREME = 8, 2
"""How many bounds may be substituted in a row. A max or min costs two, since each operand is tried."""


def holds(op: str, difference: Polynomial) -> bool | None:
    """True if ``difference op 0`` for all sizes, False if for none; None where that depends or cannot be told."""
    difference = unfold(difference)
    found = _by_bounds(op, difference, bounds(difference))
    if found is None and any(found.op in BOUNDED for monomial in difference for found, _ in monomial):
        low, high = _least(difference, 1, RELAXED), _least(difference, -1, RELAXED)
        found = _by_bounds(op, difference, (low, None if high is None else -high))
    return found


def _by_bounds(op: str, difference: Polynomial, within: Bounds) -> bool | None:
    low, high = within
    if op in ("==", "!="):
        if not difference:
            return op == "=="
        apart = (low is not None and low > 0) or (high is not None and high < 0)
        return (op == "!=") if apart else None
    if op in ("<", "<="):
        op, low, high = NEGATED[op], None if high is None else -high, None if low is None else -low
    compare = COMPARISONS[op]
    if low is not None and compare(low, 0):
        return True
    return False if high is not None and not compare(high, 0) else None


def _least(form: Polynomial, side: int, depth: int) -> Coefficient | None:
    """A lower bound of the polynomial (side 1) or of its negative (side -1), up to a positive factor; None if unknown.

    Bounds are put in place of floors and extremes: n/d − (d − 1)/d ≤ ⌊n/d⌋ ≤ n/d for a whole n and a whole number d;
    max(a, b) is at least a, and it is a or b.
    """
    low, high = bounds(form)
    own = low if side == 1 else None if high is None else -high
    for monomial, c in form.items() if depth > 0 and (own is None or own < 0) else ():
        for found, exponent in monomial:
            remaining = monomial - {(found, exponent)}
            if exponent != 1 or found.op not in BOUNDED or not _never_negative(remaining):
                continue
            others = {other: x for other, x in form.items() if other != monomial}
            if found.op != "//":
                operands = found.args[-2:] if found.op == "where" else found.args
                parts = [plus(others, times({remaining: c}, operand)) for operand in operands]
                values = [_least(part, side, depth - EXTREME) for part in parts]
                any_will_do = (c * side > 0) == (found.op == "max") and found.op != "where"
                if any_will_do:
                    return max((value for value in [own, *values] if value is not None), default=None)
                return own if None in values else min(value for value in values if value is not None)
            numerator, d = found.args[0], constant(found.args[1])
            if d is not None and is_whole(numerator):
                top = plus(numerator, number(d - 1), -1) if c * side > 0 else numerator
                value = _least(plus(scale(others, d), times({remaining: c}, top)), side, depth - 1)
                return own if value is None else value if own is None else max(own, value)
    return own


def _never_negative(monomial: Monomial) -> bool:
    return all(found.low is not None and found.low >= (exponent < 0) for found, exponent in monomial)


def normalized(op: str, left: Polynomial, right: Polynomial) -> tuple[str, Polynomial]:
    """(op, difference): for whole numbers, ``difference op 0`` says what the condition says; op is ==, != or >=.

    ⌊(H − 7)/2⌋ + 1 > 0 and 2·H ≥ 13 are both H − 7 ≥ 0.
    """
    difference = unfold(plus(left, right, -1))
    if op in ("<", "<="):
        op, difference = NEGATED[op], scale(difference, -1)
    if op == ">":
        op, difference = ">=", plus(difference, number(1), -1)
    if op == ">=" and bounds(difference)[1] == 0:  # −(H mod 7) ≥ 0
        op = "=="
    if op == ">=":
        return op, _tightened(difference)
    if op == "==":
        bound = _reached(difference)
        if bound is not None:
            return normalized(">=", bound, {})
    sign = -1 if difference and in_order(difference)[0][1] < 0 else 1
    common = math.gcd(*(int(c) for c in difference.values())) if difference and is_whole(difference) else 1
    return op, scale(difference, quotient(sign, common))


def _reached(difference: Polynomial) -> Polynomial | None:
    """What must not be negative if ``difference = 0`` compares two operands: context − T for T = min(T, context)."""
    for monomial, c in difference.items():
        found = single(monomial)
        if found is None or found.op not in ("min", "max") or len(found.args) != 2 or abs(c) != 1:
            continue
        rest = scale(plus(difference, {monomial: c}, -1), -c)
        for chosen, other in (found.args, found.args[::-1]):
            if unfold(chosen) == rest:
                return plus(other, chosen, -1) if found.op == "min" else plus(chosen, other, -1)
    return None


def _tightened(difference: Polynomial) -> Polynomial:
    """``difference >= 0`` without a lone floor, and with the smallest whole coefficients."""
    names, shift = without_constant(difference), constant_term(difference)
    if len(names) == 1:
        ((monomial, c),) = names.items()
        found = single(monomial)
        if found is not None and found.op == "//" and c > 0 and is_positive(found.args[1]):
            numerator, divisor = found.args
            return _tightened(unfold(plus(numerator, divisor, -math.ceil(quotient(-shift, c)))))
    if names and is_whole(names):
        common = math.gcd(*(int(c) for c in names.values()))
        return plus(scale(names, quotient(1, common)), number(math.floor(quotient(shift, common))))
    return difference
