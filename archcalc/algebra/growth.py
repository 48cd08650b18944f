"""What a closed form grows like as its names do."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from archcalc.algebra.atoms import Atom, Monomial, Polynomial, alone, names_of
from archcalc.algebra.polynomial import divide, plus, replaced, scale


def leading_term(polynomial: Polynomial, growing: Collection[str]) -> Polynomial | None:
    """The terms of highest degree in the growing names, with floors as quotients; None where that cannot be told."""
    form = _smooth(polynomial, growing)
    if not form:
        return form
    degrees = {monomial: _degree(monomial, growing) for monomial in form}
    highest = max(degrees.values())
    return {monomial: c for monomial, c in form.items() if degrees[monomial] == highest}


def degree(polynomial: Polynomial, growing: Collection[str]) -> int | None:
    """The power of the growing names that a closed form grows with; None where that cannot be told."""
    leading = leading_term(polynomial, growing)
    return _degree(next(iter(leading)), growing) if leading else None


def _degree(monomial: Monomial, growing: Collection[str]) -> int:
    return sum(exponent for found, exponent in monomial if found.op == "name" and found.args[0] in growing)


def _smooth(polynomial: Polynomial, growing: Collection[str]) -> Polynomial | None:
    """The closed form with each atom replaced by what it grows like."""
    known: dict[Atom, Polynomial] = {}
    for found in {found for monomial in polynomial for found, _ in monomial}:
        value = _smooth_atom(found, growing)
        if not value:
            return None
        known[found] = value
    return replaced(polynomial, known)


def _smooth_atom(found: Atom, growing: Collection[str]) -> Polynomial | None:
    if found.op == "name" or names_of(alone(found)).isdisjoint(growing):
        return alone(found)
    if found.op == "sum":
        return _smooth(found.args[0], growing)
    if found.op == "//":
        top, under = (leading_term(arg, growing) for arg in found.args)
        if not top or not under:
            return None
        value = divide(top, under)
        return value if min(_degree(monomial, growing) for monomial in value) > 0 else None
    if found.op == "scaled":
        inner = leading_term(found.args[0], growing)
        return None if inner is None else scale(inner, Fraction(found.args[1]))
    if found.op in ("max", "min"):
        return _largest([leading_term(arg, growing) for arg in found.args], growing, found.op == "min")
    if found.op == "where":
        yes, no = (leading_term(arg, growing) for arg in found.args[3:])
        return yes if yes == no else None
    return None


def _largest(forms: list[Polynomial | None], growing: Collection[str], smallest: bool) -> Polynomial | None:
    """The form that grows fastest (with ``smallest``, slowest); None where that is open."""
    if None in forms:
        return None
    ranked = [(form, _degree(next(iter(form)), growing) if form else -1) for form in forms if form is not None]
    wanted = (min if smallest else max)(reached for _, reached in ranked)
    first, *others = [form for form, reached in ranked if reached == wanted]
    for other in others:
        gap = plus(first, other, -1)
        if len({c > 0 for c in gap.values()}) > 1:
            return None
        if any(c < 0 for c in gap.values()) != smallest and gap:
            first = other
    return first
