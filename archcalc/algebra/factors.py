"""Conditions between closed forms made simpler: factored, without the factors that decide nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from archcalc.algebra.atoms import (
    Atom,
    Polynomial,
    alone,
    constant,
    constant_term,
    is_positive,
    is_whole,
    number,
    quotient,
    without_constant,
)
from archcalc.algebra.closed_form import expand, sides
from archcalc.algebra.deciding import NEGATED, holds
from archcalc.algebra.polynomial import divided, plus, scale, times
from archcalc.dims.expression import Expression

Either = list[tuple[str, Polynomial]]
"""Comparisons (op, difference) of which one must hold: ``difference op 0``."""

MOST_TERMS = 50  # of a sum that is factored
LARGEST_ROOT = 10**6  # of a coefficient whose divisors are tried


def parts_of(condition: Any) -> list[Either]:
    """What a condition says, as conditions that hold together, of each one comparison; none if it holds for all sizes.

    The factors of a product that the rule wrote are known without searching.
    """
    op, left, right = sides(condition)
    written = condition.args[0] if type(condition) is Expression and condition.op == op and not right else None
    if type(written) is not Expression or written.op != "*":
        return simplified(op, plus(left, right, -1))
    sign, found = 1, Counter[Any]()
    for one in written_factors(written):
        own_sign, factors = factored(expand(one))
        sign *= own_sign
        found.update({key(factor): many for factor, many in factors})
    return combined(op, sign, [(dict(factor), many) for factor, many in found.items()])


def simplified(op: str, difference: Polynomial) -> list[Either]:
    """``difference op 0`` as conditions that hold together: 2·(x − 1)²·(x + 1) ≠ 0 is x ≠ 1 for an x of at least 0."""
    sign, factors = factored(difference)
    return combined(op, sign, factors) if factors else [[(op, difference)]]


def combined(op: str, sign: int, factors: list[tuple[Polynomial, int]]) -> list[Either]:
    """The product of powers of factors compared with 0."""
    if op in ("==", "!="):
        open_ones = [factor for factor, _ in factors if not never_zero(factor)]
        return [[(op, factor)] for factor in open_ones] if op == "!=" else [[(op, f) for f in open_ones or [number(1)]]]
    if op in ("<", "<="):
        op, sign = NEGATED[op], -sign
    odd: list[Polynomial] = []
    even: list[Polynomial] = []
    for factor, many in factors:
        if holds("<", factor):
            sign = -sign if many % 2 else sign
        elif not holds(">", factor):
            (odd if many % 2 else even).append(factor)
    whole = scale(reduce(times, odd, number(1)), sign)
    if op == ">":
        return [[("!=", factor)] for factor in even] + ([[(op, whole)]] if odd or sign < 0 else [])
    return [[(op, whole), *(("==", factor) for factor in even)]] if odd or sign < 0 else []


def never_zero(factor: Polynomial) -> bool:
    """Whether a factor is 0 for no sizes: bounds say so, or the rest of a division, as of 2·H − 3."""
    names = without_constant(factor)
    if names and is_whole(names) and constant_term(factor) % math.gcd(*names.values()):
        return True
    return holds("!=", factor) is True


def written_factors(dim: Any) -> list[Any]:
    """The factors of a product as the rule wrote it."""
    if type(dim) is Expression and dim.op == "*":
        return [factor for arg in dim.args for factor in written_factors(arg)]
    return [dim]


def key(polynomial: Polynomial) -> Any:
    return frozenset(polynomial.items())


def factored(polynomial: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
    """(sign, factors with their powers) of a polynomial up to a positive number.

    Found are common atoms, squares, differences of two squares, and the rational roots of a form in one atom. What
    else divides stays in one factor.
    """
    if not polynomial or len(polynomial) > MOST_TERMS:
        return 1, [(polynomial, 1)]
    lowest = {found: 0 for monomial in polynomial for found, _ in monomial}
    for found in lowest:
        lowest[found] = min(dict(monomial).get(found, 0) for monomial in polynomial)
    common = frozenset((found, exponent) for found, exponent in lowest.items() if exponent)
    if any(exponent < 0 and not is_positive(alone(found)) for found, exponent in common):
        return 1, [(polynomial, 1)]
    up = math.lcm(*(c.denominator for c in polynomial.values()))
    down = math.gcd(*(int(c * up) for c in polynomial.values()))
    sign = -1 if polynomial[_leading(polynomial)] < 0 else 1
    rest = scale(times(polynomial, {frozenset((f, -e) for f, e in common): 1}), quotient(sign * up, down))
    found_factors: Counter[Any] = Counter({key(alone(found)): abs(e) for found, e in common})
    waiting = [(rest, 1)]
    while waiting:
        one, many = waiting.pop()
        if constant(one) is not None:
            sign = sign if many % 2 == 0 or constant(one) > 0 else -sign  # type: ignore[operator]
            continue
        split = _split(one)
        if len(split) == 1:
            found_factors[key(one)] += many
        waiting += [(factor, many) for factor in split] if len(split) > 1 else []
    return sign, [(dict(found), many) for found, many in found_factors.items()]


def _split(polynomial: Polynomial) -> list[Polynomial]:
    """Two factors or more, or the polynomial alone."""
    root = _square_root(polynomial)
    if root is not None:
        return [root, root]
    if len(polynomial) == 2:
        (one, c), (other, d) = polynomial.items()
        over, under = _square_root({one: abs(c)}), _square_root({other: abs(d)})
        if over is not None and under is not None and (c > 0) != (d > 0):
            first, second = (over, under) if c > 0 else (under, over)
            return [plus(first, second, -1), plus(first, second)]
    atoms = {found for monomial in polynomial for found, _ in monomial}
    return _root_split(polynomial, atoms.pop()) if len(atoms) == 1 else [polynomial]


def _powers(polynomial: Polynomial) -> Callable[[Any], list[int]]:
    """An order of monomials in which the leading one of a product is the product of the leading ones."""
    atoms = list(dict.fromkeys(found for monomial in polynomial for found, _ in monomial))
    return lambda monomial: [dict(monomial).get(found, 0) for found in atoms]


def _leading(polynomial: Polynomial) -> Any:
    return max(polynomial, key=_powers(polynomial))


def _square_root(polynomial: Polynomial) -> Polynomial | None:
    """The polynomial whose square this is, its leading term positive; None if there is none."""
    powers = _powers(polynomial)
    top = max(polynomial, key=powers)
    c = Fraction(polynomial[top])
    if c < 0 or any(e % 2 for _, e in top) or not _is_square(c.numerator) or not _is_square(c.denominator):
        return None
    half = frozenset((found, e // 2) for found, e in top)
    lead: Polynomial = {half: quotient(math.isqrt(c.numerator), math.isqrt(c.denominator))}
    root, rest = lead, plus(polynomial, times(lead, lead), -1)
    while rest:  # each term of the root takes the leading one of what is left
        first = max(rest, key=powers)
        term = divided({first: rest[first]}, scale(lead, 2)) or {}
        if len(root) >= len(polynomial) or any(e < 0 for monomial in term for _, e in monomial):
            return None
        root = plus(root, term)
        rest = plus(polynomial, times(root, root), -1)
    return root


def _is_square(value: int) -> bool:
    return math.isqrt(value) ** 2 == value


def _root_split(polynomial: Polynomial, found: Atom) -> list[Polynomial]:
    """(q·x − p) and the rest, where p/q is a root of a form in x alone."""
    by_power = {dict(monomial).get(found, 0): c for monomial, c in polynomial.items()}
    highest, lowest = by_power[max(by_power)], by_power.get(0, 0)
    if max(by_power) < 2 or any(type(c) is not int or abs(c) > LARGEST_ROOT for c in (highest, lowest)):
        return [polynomial]
    for q in _divisors(highest):
        for p in (sign * p for p in _divisors(lowest) for sign in (1, -1)):
            if sum(c * p**e * q ** (max(by_power) - e) for e, c in by_power.items()) == 0:
                linear = plus(scale(alone(found), q), number(-p))
                rest = divided(polynomial, linear)
                return [linear, rest] if rest is not None else [polynomial]
    return [polynomial]


def _divisors(value: int) -> list[int]:
    small = [d for d in range(1, math.isqrt(abs(value)) + 1) if value % d == 0]
    return small + [abs(value) // d for d in reversed(small)]
