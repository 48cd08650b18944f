"""What a closed form grows like as its names do."""

from __future__ import annotations

import math
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from archcalc.algebra.atoms import Atom, Monomial, Polynomial, alone, constant, is_positive, names_of, number
from archcalc.algebra.polynomial import divide, plus, power, replaced, scale, times
from archcalc.dims.operators import COMPARISONS


def leading_term(polynomial: Polynomial, growing: Collection[str]) -> Polynomial | None:
    """The terms of highest degree in the growing names, with floors as quotients; None where that cannot be told."""
    under = _denominator(polynomial)
    if not under:
        return _leading(polynomial, growing)
    below: Polynomial = number(1)
    for found, exponent in under.items():
        leading = leading_term(found.args[0], growing)
        if not leading:
            return None
        below = times(below, power(leading, exponent))
    above = _leading(_multiplied(polynomial, under), growing)
    return above and divide(above, below)


def degree(polynomial: Polynomial, growing: Collection[str]) -> int | None:
    """The power of the growing names that a closed form grows with; None where that cannot be told."""
    leading = leading_term(polynomial, growing)
    return _degree(next(iter(leading)), growing) if leading else None


def _denominator(polynomial: Polynomial) -> dict[Atom, int]:
    """The sums that terms are divided by, each with its highest power."""
    found: dict[Atom, int] = {}
    for one, exponent in (raised for monomial in polynomial for raised in monomial):
        if one.op == "sum" and exponent < 0:
            found[one] = max(found.get(one, 0), -exponent)
    return found


def _multiplied(polynomial: Polynomial, under: dict[Atom, int]) -> Polynomial:
    """The polynomial times these powers of sums."""
    total: Polynomial = {}
    for monomial, c in polynomial.items():
        exponents = dict(monomial)
        term: Polynomial = {frozenset((one, e) for one, e in monomial if one not in under): c}
        for one, exponent in under.items():
            term = times(term, power(one.args[0], exponent + exponents.get(one, 0)))
        total = plus(total, term)
    return total


def _leading(polynomial: Polynomial, growing: Collection[str]) -> Polynomial | None:
    """As :func:`leading_term`, of a polynomial that is not divided by a sum.

    What each atom grows like leaves out its terms of lower degree, so where the terms of highest degree cancel, nothing
    can be told.
    """
    terms: list[tuple[int, Polynomial]] = []
    for monomial, c in polynomial.items():
        known: dict[Atom, Polynomial] = {}
        for found, exponent in monomial:
            value = _smooth(found, growing)
            if value is None or (not value and exponent < 0):
                return None
            known[found] = value
        term = replaced({monomial: c}, known)
        if term:
            terms.append((_degree(next(iter(term)), growing), term))
    highest = max((reached for reached, _ in terms), default=0)
    total: Polynomial = {}
    for reached, term in terms:
        total = plus(total, term) if reached == highest else total
    return total if total or not terms else None


def _degree(monomial: Monomial, growing: Collection[str]) -> int:
    return sum(exponent * _degree_of(found, growing) for found, exponent in monomial)


def _degree_of(found: Atom, growing: Collection[str]) -> int:
    if found.op == "sum":  # terms of equal degree, which something is divided by
        return max(_degree(monomial, growing) for monomial in found.args[0])
    return int(found.op == "name" and found.args[0] in growing)


def _smooth(found: Atom, growing: Collection[str]) -> Polynomial | None:
    """What an atom grows like; {} if it is 0 from some size on, None where that cannot be told."""
    if found.op == "name" or names_of(alone(found)).isdisjoint(growing):
        return alone(found)
    if found.op == "sum":
        return leading_term(found.args[0], growing)
    if found.op == "//":
        return _floor(growing, *found.args)
    if found.op == "scaled":
        inner = leading_term(found.args[0], growing)
        grows = inner and _degree(next(iter(inner)), growing) > 0
        return scale(inner, Fraction(found.args[1])) if inner and grows else None
    if found.op in ("max", "min"):
        return _extreme(found.args, growing, found.op == "min")
    if found.op == "where":
        return _where(growing, *found.args)
    return None


def _floor(growing: Collection[str], numerator: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """The quotient where it grows; else the whole number that it is from some size on."""
    top, under = leading_term(numerator, growing), leading_term(divisor, growing)
    if top is None or not under:
        return None
    value = divide(top, under)
    reached = _degree(next(iter(value)), growing) if value else -1
    if reached > 0:
        return value
    limit = constant(value) if reached == 0 else 0
    if limit is None:
        return None
    whole = math.floor(limit)
    rest, sign = _sign(plus(numerator, scale(divisor, whole), -1), growing), _sign(divisor, growing)
    if whole == limit and (rest is None or sign is None):
        return None
    return number(whole - 1 if whole == limit and rest and rest != sign else whole)


def _sign(polynomial: Polynomial, growing: Collection[str]) -> int | None:
    """1, 0 or -1: the sign that a closed form has from some size on; None where that cannot be told."""
    leading = leading_term(polynomial, growing)
    if not leading:
        return None if leading is None else 0
    if all(is_positive({monomial: 1}) for monomial in leading) and len({c > 0 for c in leading.values()}) == 1:
        return 1 if next(iter(leading.values())) > 0 else -1
    return None


def _extreme(operands: Collection[Polynomial], growing: Collection[str], smallest: bool) -> Polynomial | None:
    """What the largest operand (with ``smallest``, the smallest) grows like; None where that is open."""
    first, *others = operands
    leading = leading_term(first, growing)
    for other in others:
        its = leading_term(other, growing)
        if its is None or leading is None:
            return None
        sign = _sign(plus(first, other, -1), growing)
        if sign is None and its != leading:
            return None
        if sign is not None and (sign > 0 if smallest else sign < 0):
            first, leading = other, its
    return leading


def _where(
    growing: Collection[str], op: str, left: Polynomial, right: Polynomial, yes: Polynomial, no: Polynomial
) -> Polynomial | None:
    sign: Any = _sign(plus(left, right, -1), growing)
    if sign is not None:
        return leading_term(yes if COMPARISONS[op](sign, 0) else no, growing)
    one, other = leading_term(yes, growing), leading_term(no, growing)
    return one if one == other else None
