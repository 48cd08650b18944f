"""Floors and remainders of sums of terms. Whole terms are taken out, floors within floors are merged."""

from __future__ import annotations

import math

from archcalc.algebra.atoms import (
    CONSTANT,
    Polynomial,
    alone,
    atom,
    bounds,
    constant,
    constant_term,
    exact,
    is_positive,
    is_whole,
    is_whole_term,
    number,
    quotient,
    single,
    without_constant,
)
from archcalc.algebra.notation import TEXT
from archcalc.algebra.polynomial import divided, inverse, plus, power, ratio, scale, times

DEEPEST_POWER = 8
"""The highest power of a floor that :func:`unfold` multiplies out."""


def floor(numerator: Polynomial, divisor: Polynomial) -> Polynomial:
    """⌊numerator / divisor⌋."""
    c = constant(divisor)
    if c == 0:
        raise ZeroDivisionError("division by zero")
    if c is not None and c < 0:
        return floor(scale(numerator, -1), number(-c))
    found = ratio(numerator, divisor)
    if found is not None:
        return number(math.floor(found))
    shorter = divided(numerator, divisor) if len(divisor) > 1 else None
    if shorter is not None:
        return shorter if is_whole(shorter) else floor(shorter, number(1))
    numerator, divisor = _lowest_terms(*_merge(numerator, divisor))
    out: Polynomial = {}
    for monomial, c in whole_quotients(numerator, divisor).items():
        if monomial:  # whole numbers stay inside: ⌊(H + 3)/2⌋
            out[monomial] = c
    rest = plus(numerator, times(out, divisor), -1)
    shift, core = _reduced(rest, divisor)
    if not core:
        return fold(plus(out, shift))
    reduced = atom("//", core, divisor)
    if reduced.low is not None and reduced.low == reduced.high:
        return fold(plus(plus(out, shift), number(reduced.low)))
    return fold(plus(out, alone(atom("//", rest, divisor))))


def fold(polynomial: Polynomial) -> Polynomial:
    """A floor plus a whole number as one floor: 2·⌊(H − 2)/2⌋ + 2 is 2·⌊H/2⌋. Products of sizes stay single terms."""
    shift = constant_term(polynomial)
    if len(polynomial) == 2 and shift and type(shift) is int:
        (monomial,) = without_constant(polynomial)
        found, c = single(monomial), polynomial[monomial]
        if found is not None and found.op == "//" and c > 0 and type(c) is int and shift % c == 0:
            numerator, divisor = found.args
            return scale(alone(atom("//", plus(numerator, divisor, shift // c), divisor)), c)
    return polynomial


def unfold(polynomial: Polynomial) -> Polynomial:
    """The form in which equal sums of floors are the same sum: ⌊(H + 3)/2⌋ becomes ⌊(H + 1)/2⌋ + 1."""
    if not any(found.op == "//" for monomial in polynomial for found, _ in monomial):
        return polynomial
    total: Polynomial = {}
    for monomial, c in polynomial.items():
        term: Polynomial = {CONSTANT: c}
        for found, exponent in monomial:
            factor = alone(found, exponent)
            if found.op == "//" and 0 < exponent <= DEEPEST_POWER:
                shift, core = _reduced(*found.args)
                if shift:
                    factor = power(plus(alone(atom("//", core, found.args[1])), shift), exponent)
            term = times(term, factor)
        total = plus(total, term)
    return total


def _merge(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """⌊(⌊a/c⌋ + d)/e⌋ = ⌊(a + c·d)/(c·e)⌋ for a whole d and positive whole c and e."""
    singles = [single(monomial) for monomial, coefficient in numerator.items() if coefficient == 1]
    floors = [found for found in singles if found is not None and found.op == "//"]
    if len(floors) > 1:
        floors.sort(key=TEXT.atom)
    for inner in floors:
        a, c = inner.args
        rest = plus(numerator, alone(inner), -1)
        if is_whole(rest) and all(is_whole(d) and is_positive(d) and len(d) == 1 for d in (c, divisor)):
            return plus(a, times(rest, c)), times(c, divisor)
    return numerator, divisor


def _lowest_terms(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Numerator and divisor with whole coefficients that share no factor: ⌊(4·H + 3)/8⌋ = ⌊H/2⌋ for a whole H."""
    up = math.lcm(*(c.denominator for c in (*numerator.values(), *divisor.values())))
    names = without_constant(numerator)
    down = math.gcd(*(int(c * up) for c in (*names.values(), *divisor.values())))
    if up == down == 1:
        return numerator, divisor
    scaled_names = scale(names, quotient(up, down))
    shift = quotient(constant_term(numerator) * up, down)
    if shift.denominator > 1 and constant(divisor) is not None and is_whole(scaled_names):
        shift = math.floor(shift)
    if shift.denominator > 1:
        down = math.gcd(down, int(constant_term(numerator) * up))
        return scale(numerator, quotient(up, down)), scale(divisor, quotient(up, down))
    return plus(scaled_names, number(shift)), scale(divisor, quotient(up, down))


def whole_quotients(numerator: Polynomial, divisor: Polynomial) -> Polynomial:
    """The terms of numerator / divisor that are provably whole."""
    if len(divisor) != 1:
        return {}
    found = times(numerator, inverse(divisor))
    return {monomial: c for monomial, c in found.items() if is_whole_term(monomial, c)}


def _reduced(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(whole number, rest) with ⌊numerator/divisor⌋ = whole number + ⌊rest/divisor⌋.

    Floors that differ by a whole number, such as ⌊(H + 3)/2⌋ and ⌊(H + 1)/2⌋, have the same rest.
    """
    if len(divisor) != 1:
        return {}, numerator
    ((monomial, c),) = divisor.items()
    shift = number(numerator.get(monomial, 0) // c)
    return shift, plus(numerator, times(shift, divisor), -1)


def ceil_div(a: Polynomial, b: Polynomial) -> Polynomial:
    """⌈a / b⌉, as a floor where both are whole."""
    if is_whole(a) and is_whole(b) and is_positive(b):
        return floor(plus(plus(a, b), number(1), -1), b)
    return scale(floor(scale(a, -1), b), -1)


def remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    """``a mod b``."""
    c = constant(b)
    if c == 0:
        raise ZeroDivisionError("division by zero")
    found = divided(a, b) if len(b) > 1 else None
    if found is not None and is_whole(found):
        return {}
    rest = plus(a, times(whole_quotients(a, b), b), -1)
    if c is not None and c > 0 and type(c) is int:
        rest = {m: exact(x % c) if is_whole_term(m, x) else x for m, x in rest.items()}
        rest = {m: x for m, x in rest.items() if x}
    value = constant(rest)
    if value == 0:
        return {}
    if value is not None and c is not None:
        return number(value % c)
    (low, high), (least, _) = bounds(rest), bounds(b)
    if low is not None and high is not None and least is not None and low >= 0 and high < least:
        return rest
    return alone(atom("%", rest, b))
