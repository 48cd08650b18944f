"""Sums of terms, the atoms they are made of, and their bounds.

A polynomial is {monomial: coefficient} without zeros. A monomial is a frozenset of (atom, exponent), no exponent zero.
An atom is a name or something that is no polynomial: a floor, a maximum, a remainder. Names stand for positive whole
numbers. Whole coefficients are ints, which compute many times faster than Fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

Monomial = frozenset[tuple["Atom", int]]
Coefficient = Any  # an int, or a Fraction that is not whole
Polynomial = dict[Monomial, Coefficient]
Bounds = tuple[Any, Any]

CONSTANT: Monomial = frozenset()


class Atom:
    """A factor that is not a sum of terms. ``op`` and ``args`` are its structure:

    name (text,); // and % (numerator, divisor); max, min, gcd (polynomial, ...); scaled (polynomial, factor);
    ** (base, exponent); sum (polynomial,); where (comparison, left, right, yes, no).

    ``low`` and ``high`` bound its value (None: not known), ``whole`` says that it is provably a whole number.
    Equal atoms are one object: see :func:`atom`. ``text`` is None until a printer has been asked for it.
    """

    __slots__ = ("__weakref__", "args", "high", "low", "op", "text", "whole")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op, self.args = op, args
        self.low, self.high = _atom_bounds(op, args)
        self.whole = op in ("name", "//", "scaled") or all(is_whole(arg) for arg in args if type(arg) is dict)
        if op == "**":
            self.whole = self.whole and self.low is not None  # 2^(1 − H) is a fraction
        self.text: str | None = None

    def __repr__(self) -> str:
        return f"<{self.op} {self.args!r}>" if self.op != "name" else str(self.args[0])


_ATOMS: WeakValueDictionary[Any, Atom] = WeakValueDictionary()


def atom(op: str, *args: Any) -> Atom:
    """The one atom of this structure."""
    signature = (op, *(frozenset(arg.items()) if type(arg) is dict else arg for arg in args))
    found = _ATOMS.get(signature)
    if found is None:
        found = _ATOMS[signature] = Atom(op, args)
    return found


def exact(value: Any) -> Coefficient:
    """A whole number as an int."""
    return value if type(value) is int else value.numerator if value.denominator == 1 else value


def quotient(a: Any, b: Any) -> Coefficient:
    """``a / b`` of two coefficients."""
    return exact(Fraction(a) / b)


def number(value: Any) -> Polynomial:
    """A constant."""
    return {CONSTANT: exact(Fraction(value)) if type(value) is not int else value} if value else {}


def alone(found: Atom, exponent: int = 1) -> Polynomial:
    """An atom, or a power of it, as a polynomial."""
    return {frozenset([(found, exponent)]): 1}


def constant(polynomial: Polynomial) -> Coefficient | None:
    """The value of a polynomial that is a number, else None."""
    if not polynomial:
        return 0
    return polynomial.get(CONSTANT) if len(polynomial) == 1 else None


def constant_term(polynomial: Polynomial) -> Coefficient:
    """The coefficient of the term without names."""
    return polynomial.get(CONSTANT, 0)


def without_constant(polynomial: Polynomial) -> Polynomial:
    """The terms with names."""
    return {monomial: c for monomial, c in polynomial.items() if monomial}


def single(monomial: Monomial) -> Atom | None:
    """The atom of a monomial that is one, to the first power."""
    if len(monomial) == 1:
        ((found, exponent),) = monomial
        if exponent == 1:
            return found
    return None


def lone(polynomial: Polynomial) -> Atom | None:
    """The atom that a polynomial is, if it is one."""
    if len(polynomial) == 1:
        ((monomial, c),) = polynomial.items()
        return single(monomial) if c == 1 else None
    return None


def atoms_of(polynomial: Polynomial) -> list[Atom]:
    """Every atom once, those inside another one before it."""
    stack = [(found, False) for monomial in polynomial for found, _ in monomial]
    seen: dict[Atom, None] = {}
    entered = set()
    while stack:
        found, done = stack.pop()
        if done:
            seen[found] = None
        elif found not in entered:
            entered.add(found)
            stack.append((found, True))
            inside = (arg for arg in found.args if type(arg) is dict)
            stack.extend((inner, False) for arg in inside for monomial in arg for inner, _ in monomial)
    return list(seen)


def names_of(polynomial: Polynomial) -> set[str]:
    """The names that a polynomial reads, at any depth."""
    return {found.args[0] for found in atoms_of(polynomial) if found.op == "name"}


def is_whole(polynomial: Polynomial) -> bool:
    """Whether every term is provably a whole number. F/g is not: only an assumption makes it whole."""
    return all(is_whole_term(monomial, c) for monomial, c in polynomial.items())


def is_whole_term(monomial: Monomial, c: Coefficient) -> bool:
    return type(c) is int and all(exponent > 0 and found.whole for found, exponent in monomial)


# Bounds ------------------------------------------------------------------------------------------------------------


def bounds(polynomial: Polynomial) -> Bounds:
    """(least, largest): the sums of the bounds of each term; None where there is no bound."""
    low: Any = 0
    high: Any = 0
    for monomial, c in polynomial.items():
        least, largest = _monomial_bounds(monomial)
        if c < 0:
            least, largest = largest, least
        low = None if low is None or least is None else low + c * least
        high = None if high is None or largest is None else high + c * largest
    return low, high


def is_positive(polynomial: Polynomial) -> bool:
    low, _ = bounds(polynomial)
    return low is not None and low > 0


def _monomial_bounds(monomial: Monomial) -> Bounds:
    found = single(monomial)
    if found is not None:
        return found.low, found.high
    low: Any = 1
    high: Any = 1
    for found, exponent in monomial:
        least, largest = found.low, found.high
        if least is None or least < 0 or (exponent < 0 and least == 0):
            return None, None
        if exponent < 0:
            least, largest = (0 if largest is None else Fraction(1) / largest), Fraction(1) / least
        low = low * least ** abs(exponent)
        high = None if high is None or largest is None else high * largest ** abs(exponent)
    return low, high


def _atom_bounds(op: str, args: tuple[Any, ...]) -> Bounds:
    if op == "name":
        return 1, None
    found = [bounds(arg) for arg in args if type(arg) is dict]
    lows, highs = [low for low, _ in found], [high for _, high in found]
    if op == "//":
        return _floor_bounds(found[0], found[1])
    if op == "%":
        if lows[1] is None or lows[1] <= 0:
            return None, None
        whole = is_whole(args[0]) and is_whole(args[1])
        return 0, None if highs[1] is None else highs[1] - whole
    if op == "max":
        return _most(lows, max), _all(highs, max)
    if op == "min":
        return _all(lows, min), _most(highs, min)
    if op == "where":
        return _all(lows[2:], min), _all(highs[2:], max)
    if op == "gcd":
        return int(any(low is not None and low >= 1 for low in lows)), None
    if op == "scaled":
        return (0 if args[1] >= 0 and lows[0] is not None and lows[0] >= 0 else None), None
    if op == "**":
        grows = lows[0] is not None and lows[0] >= 1 and lows[1] is not None and lows[1] >= 0
        return (1 if grows else None), None
    return found[0]  # sum


def _floor_bounds(numerator: Bounds, divisor: Bounds) -> Bounds:
    (low, high), (least, largest) = numerator, divisor
    if least is None or least <= 0:
        return None, None
    if low is not None and low >= 0:
        low = low // largest if largest is not None else 0
    elif low is not None:
        low = low // least
    if high is not None and high >= 0:
        high = high // least
    elif high is not None:
        high = high // largest if largest is not None else -1
    return low, high


def _all(values: list[Any], choose: Any) -> Any:
    return None if None in values else choose(values)


def _most(values: list[Any], choose: Any) -> Any:
    return choose([value for value in values if value is not None], default=None)
