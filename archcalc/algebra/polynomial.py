"""Arithmetic on sums of terms. An exact division lowers exponents, so C·9·F/g stays one term."""

from __future__ import annotations

from collections.abc import Mapping

from archcalc.algebra.atoms import (
    CONSTANT,
    Atom,
    Coefficient,
    Monomial,
    Polynomial,
    alone,
    atom,
    constant,
    exact,
    number,
    quotient,
)
from archcalc.dims.operators import power as power_of_numbers
from archcalc.meter import charge

MOST_TERMS = 2_000  # of a product that is multiplied out; a longer one keeps its factors
MOST_DIVIDED = 200  # terms of a sum that is divided by another
TERM, COPIED = 3, 8  # units of work for a term that is added, half of one that is multiplied; terms copied for one


def plus(a: Polynomial, b: Polynomial, factor: Coefficient = 1) -> Polynomial:
    """``a + factor * b``."""
    charge(2 + TERM * len(b) + len(a) // COPIED)
    total = dict(a)
    for monomial, c in b.items():
        new = total.get(monomial, 0) + factor * c
        if new:
            total[monomial] = exact(new)
        else:
            total.pop(monomial, None)
    return total


def scale(polynomial: Polynomial, factor: Coefficient) -> Polynomial:
    """The polynomial times a number."""
    charge(2 + len(polynomial))
    return {monomial: exact(c * factor) for monomial, c in polynomial.items()} if factor else {}


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product, multiplied out unless that gives thousands of terms."""
    if len(a) == 1 and CONSTANT in a:
        return scale(b, a[CONSTANT])
    if len(b) == 1 and CONSTANT in b:
        return scale(a, b[CONSTANT])
    if len(a) * len(b) > MOST_TERMS:
        a, b = (a, b) if len(a) <= len(b) else (b, a)
        b = alone(atom("sum", b))
        if len(a) > MOST_TERMS:
            a = alone(atom("sum", a))
    charge(2 + 2 * TERM * len(a) * len(b))
    total: Polynomial = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial = merged(left, right)
            new = total.get(monomial, 0) + x * y
            if new:
                total[monomial] = exact(new)
            else:
                del total[monomial]
    return total


def merged(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left or not right:
        return left or right
    powers = dict(left)
    for found, exponent in right:
        powers[found] = powers.get(found, 0) + exponent
    return frozenset((found, exponent) for found, exponent in powers.items() if exponent)


def replaced(polynomial: Polynomial, values: Mapping[Atom, Polynomial]) -> Polynomial:
    """The polynomial with others in place of its atoms."""
    total: Polynomial = {}
    for monomial, c in polynomial.items():
        term = number(c)
        for found, exponent in monomial:
            raised = power(values[found], abs(exponent))
            term = times(term, raised) if exponent > 0 else divide(term, raised)
        total = plus(total, term)
    return total


def inverse(polynomial: Polynomial) -> Polynomial:
    """1 / polynomial."""
    if not polynomial:
        raise ZeroDivisionError("division by zero")
    if len(polynomial) > 1:
        return alone(atom("sum", polynomial), -1)
    ((monomial, c),) = polynomial.items()
    return {frozenset((found, -exponent) for found, exponent in monomial): quotient(1, c)}


def divide(a: Polynomial, b: Polynomial) -> Polynomial:
    """``a / b``, as a sum where that divides; where it is not provably whole, an assumption makes it so."""
    found = divided(a, b)
    return times(a, inverse(b)) if found is None else found


def divided(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The sum of terms that times ``b`` is ``a``: (k² + 2·k)/(k + 2) is k. None if there is none.

    A long division by the terms of highest power, atoms in one order throughout. No power of an atom in the result lies
    beyond the difference of those in ``a`` and ``b``, which also ends a division that would go on for ever.
    """
    found = ratio(a, b)
    if found is not None:
        return number(found)
    if len(b) == 1 and b:
        return times(a, inverse(b))
    if not 1 < len(b) <= len(a) <= MOST_DIVIDED:
        return None
    atoms = list(dict.fromkeys(found for monomial in (*b, *a) for found, _ in monomial))

    def powers(monomial: Monomial) -> tuple[int, ...]:
        exponents = dict(monomial)
        return tuple(exponents.get(found, 0) for found in atoms)

    spans = [
        (min(over) - min(under), max(over) - max(under))
        for over, under in zip(zip(*map(powers, a), strict=True), zip(*map(powers, b), strict=True), strict=True)
    ]
    first = max(b, key=powers)
    lead, rest, result = powers(first), a, {}
    while rest:
        top = max(rest, key=powers)
        exponents = [e - under for e, under in zip(powers(top), lead, strict=True)]
        if any(not low <= e <= high for e, (low, high) in zip(exponents, spans, strict=True)):
            return None
        monomial = frozenset((found, e) for found, e in zip(atoms, exponents, strict=True) if e)
        result[monomial] = quotient(rest[top], b[first])
        rest = plus(rest, times({monomial: result[monomial]}, b), -1)
    return result


def ratio(a: Polynomial, b: Polynomial) -> Coefficient | None:
    """``a / b`` where that is a number, else None."""
    if not b or a.keys() != b.keys():
        return 0 if b and not a else None
    ratios = {quotient(a[monomial], c) for monomial, c in b.items()}
    return ratios.pop() if len(ratios) == 1 else None


def power(base: Polynomial, n: int) -> Polynomial:
    """``base ** n``, multiplied out unless that gives thousands of terms; ``n`` is not below 0."""
    value = constant(base)
    if type(value) is int:
        return number(power_of_numbers(value, n))
    if len(base) > 1 and (n > 11 or len(base) ** n > MOST_TERMS):
        return alone(atom("sum", base), n)
    if len(base) == 1:
        ((monomial, c),) = base.items()
        whole = power_of_numbers(c.numerator, n)
        raised = frozenset((found, e * n) for found, e in monomial if n)
        return {raised: quotient(whole, power_of_numbers(c.denominator, n))}
    result = number(1)
    for _ in range(n):
        result = times(result, base)
    return result
