"""Closed forms: an expression as a sum of terms, each a coefficient times powers of atoms.

An atom is a name or what is no polynomial: a floor, a maximum, a remainder. Names stand for positive whole numbers. An
exact division lowers an exponent, so C·9·F/g stays one term; floors within floors merge as they arise.

A polynomial is {monomial: coefficient} without zeros, a monomial a frozenset of (atom, exponent), exponents not zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any
from weakref import WeakValueDictionary

from archcalc.dims.expression import COMPARISONS, EVALUATE, Expression, floor_scaled
from archcalc.errors import RuleError

Monomial = frozenset[tuple["Atom", int]]
Polynomial = dict[Monomial, Fraction]

CONSTANT: Monomial = frozenset()
LONGEST = 20_000  # characters of an atom; a longer one is shown as an ellipsis
MOST_TERMS = 2_000  # of a product that is multiplied out; a longer one keeps its factors
NEGATED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Atom:
    """What a sum of terms cannot look into. ``op`` and ``args`` are its structure, which printers read:

    name (text,); // and % (numerator, divisor); max, min, gcd (polynomial, ...); scaled (polynomial, factor);
    ** (base, exponent); sum (polynomial,); where (comparison, left, right, yes, no).

    ``low`` and ``high`` bound its value (None: not known), ``whole`` says that it is provably a whole number.
    Equal atoms are one object: see :func:`atom`.
    """

    __slots__ = ("__weakref__", "args", "high", "low", "op", "text", "whole")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op, self.args = op, args
        self.low, self.high = _atom_bounds(op, args)
        self.whole = op in ("name", "//", "scaled") or all(is_whole(arg) for arg in args if type(arg) is dict)
        if op == "**":
            self.whole = self.whole and self.low is not None  # 2^(1 − H) is a fraction
        text = _atom_text(op, args)
        self.text = text if len(text) <= LONGEST else "…"

    def __repr__(self) -> str:
        return self.text


_ATOMS: WeakValueDictionary[Any, Atom] = WeakValueDictionary()


def atom(op: str, *args: Any) -> Atom:
    """The one atom of this structure."""
    signature = (op, *(frozenset(arg.items()) if type(arg) is dict else arg for arg in args))
    found = _ATOMS.get(signature)
    if found is None:
        found = _ATOMS[signature] = Atom(op, args)
    return found


def number(value: Any) -> Polynomial:
    """A constant."""
    return {CONSTANT: Fraction(value)} if value else {}


def alone(found: Atom, exponent: int = 1) -> Polynomial:
    """An atom, or a power of it, as a polynomial."""
    return {frozenset([(found, exponent)]): Fraction(1)}


def constant(polynomial: Polynomial) -> Fraction | None:
    """The value of a polynomial that is a number, else None."""
    if not polynomial:
        return Fraction(0)
    return polynomial.get(CONSTANT) if len(polynomial) == 1 else None


def constant_term(polynomial: Polynomial) -> Fraction:
    """What stands without a name."""
    return polynomial.get(CONSTANT, Fraction(0))


def without_constant(polynomial: Polynomial) -> Polynomial:
    """The terms with names."""
    return {monomial: c for monomial, c in polynomial.items() if monomial}


# From an expression ------------------------------------------------------------------------------------------------


def expand(dim: Any) -> Polynomial:
    """The closed form of a dim. What has a value is that number. Kept on the expression, so asking again is free."""
    if type(dim) is not Expression:
        return number(dim)
    stack = [dim]
    while stack:
        node = stack[-1]
        waiting = [] if node.value is not None else [a for a in node.args if type(a) is Expression and a.closed is None]
        if node.closed is None and waiting:
            stack.extend(waiting)
            continue
        if node.closed is None:
            node.closed = number(node.value) if node.value is not None else _closed(node)
        stack.pop()
    closed: Polynomial = dim.closed
    return closed


def _closed(node: Expression) -> Polynomial:
    if node.op == "name":
        return alone(atom("name", node.args[0]))
    if node.op == "scaled":
        return _scaled(expand(node.args[0]), node.args[1])
    if node.op == "where":
        return _where(node.args[0], expand(node.args[1]), expand(node.args[2]))
    if node.op in COMPARISONS:
        return _where(node, number(1), {})
    parts = [expand(arg) for arg in node.args]
    return _OPERATIONS[node.op](*parts)


def plus(a: Polynomial, b: Polynomial, factor: Fraction | int = 1) -> Polynomial:
    """``a + factor * b``."""
    total = dict(a)
    for monomial, c in b.items():
        new = total.get(monomial, 0) + factor * c
        if new:
            total[monomial] = Fraction(new)
        else:
            total.pop(monomial, None)
    return total


def _add(a: Polynomial, b: Polynomial) -> Polynomial:
    return _fold(plus(a, b))


def _subtract(a: Polynomial, b: Polynomial) -> Polynomial:
    return _fold(plus(a, b, -1))


def _fold(polynomial: Polynomial) -> Polynomial:
    """A floor plus a whole number as one floor, so that products of sizes stay single terms."""
    shift = constant_term(polynomial)
    if len(polynomial) == 2 and shift and shift.denominator == 1:
        (monomial,) = without_constant(polynomial)
        found = _single(monomial)
        if found is not None and found.op == "//" and polynomial[monomial] == 1:
            numerator, divisor = found.args
            return alone(atom("//", plus(numerator, divisor, shift), divisor))
    return polynomial


def _single(monomial: Monomial) -> Atom | None:
    """The atom of a monomial that is one, to the first power."""
    if len(monomial) == 1:
        ((found, exponent),) = monomial
        if exponent == 1:
            return found
    return None


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product, multiplied out unless that gives thousands of terms."""
    if len(a) * len(b) > MOST_TERMS:
        a, b = (a, b) if len(a) <= len(b) else (b, a)
        b = alone(atom("sum", b))
        if len(a) > MOST_TERMS:
            a = alone(atom("sum", a))
    total: Polynomial = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial = _merged(left, right)
            new = total.get(monomial, 0) + x * y
            if new:
                total[monomial] = Fraction(new)
            else:
                del total[monomial]
    return total


def _merged(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for found, exponent in right:
        powers[found] = powers.get(found, 0) + exponent
    return frozenset((found, exponent) for found, exponent in powers.items() if exponent)


def _inverse(polynomial: Polynomial) -> Polynomial:
    """1 / polynomial."""
    if not polynomial:
        raise ZeroDivisionError("division by zero")
    if len(polynomial) > 1:
        return alone(atom("sum", polynomial), -1)
    ((monomial, c),) = polynomial.items()
    return {frozenset((found, -exponent) for found, exponent in monomial): 1 / c}


def _divide(a: Polynomial, b: Polynomial) -> Polynomial:
    ratio = _ratio(a, b)
    return times(a, _inverse(b)) if ratio is None else number(ratio)


def _ratio(a: Polynomial, b: Polynomial) -> Fraction | None:
    """The number that ``a`` is of ``b``, if it is one."""
    if not b or a.keys() != b.keys():
        return Fraction(0) if b and not a else None
    ratios = {a[monomial] / c for monomial, c in b.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _power(base: Polynomial, exponent: Polynomial) -> Polynomial:
    n = constant(exponent)
    if n is None:
        return alone(atom("**", base, exponent))
    if n < 0 or n.denominator > 1:
        raise RuleError(f"{show(base)} to the power of {n} is not a whole number")
    value = constant(base)
    if value is not None and value.denominator == 1:
        return number(EVALUATE["**"](int(value), int(n)))
    if len(base) > 1 and (n > 11 or len(base) ** int(n) > MOST_TERMS):
        return alone(atom("sum", base), int(n))
    if len(base) == 1:
        ((monomial, c),) = base.items()
        whole = EVALUATE["**"](c.numerator, int(n))
        return {frozenset((found, e * int(n)) for found, e in monomial if n): Fraction(whole, c.denominator ** int(n))}
    result = number(1)
    for _ in range(int(n)):
        result = times(result, base)
    return result


# Floors ------------------------------------------------------------------------------------------------------------


def is_whole(polynomial: Polynomial) -> bool:
    """Whether every term is provably a whole number: not F/g, which only an assumption makes whole."""
    return all(_whole_term(monomial, c) for monomial, c in polynomial.items())


def _whole_term(monomial: Monomial, c: Fraction) -> bool:
    return c.denominator == 1 and all(exponent > 0 and found.whole for found, exponent in monomial)


def _positive(polynomial: Polynomial) -> bool:
    low, _ = bounds(polynomial)
    return low is not None and low > 0


def floor(numerator: Polynomial, divisor: Polynomial) -> Polynomial:
    """⌊numerator / divisor⌋: whole terms come out, floors within floors merge."""
    c = constant(divisor)
    if c == 0:
        raise ZeroDivisionError("division by zero")
    if c is not None and c < 0:
        return floor(plus({}, numerator, -1), number(-c))
    ratio = _ratio(numerator, divisor)
    if ratio is not None:
        return number(math.floor(ratio))
    numerator, divisor = _lowest_terms(*_merge(numerator, divisor))
    out: Polynomial = {}
    for monomial, c in _whole_quotients(numerator, divisor).items():
        if monomial:  # whole numbers stay inside: ⌊(H + 3)/2⌋
            out[monomial] = c
    rest = plus(numerator, times(out, divisor), -1)
    shift, core = _reduced(rest, divisor)
    if not core:
        return _fold(plus(out, shift))
    reduced = atom("//", core, divisor)
    if reduced.low is not None and reduced.low == reduced.high:
        return _fold(plus(plus(out, shift), number(reduced.low)))
    return _fold(plus(out, alone(atom("//", rest, divisor))))


def _merge(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """⌊(⌊a/c⌋ + d)/e⌋ = ⌊(a + c·d)/(c·e)⌋ for a whole d and positive whole c and e."""
    singles = [_single(monomial) for monomial, coefficient in numerator.items() if coefficient == 1]
    floors = [found for found in singles if found is not None and found.op == "//"]
    for inner in sorted(floors, key=lambda found: found.text):
        a, c = inner.args
        rest = plus(numerator, alone(inner), -1)
        if is_whole(rest) and all(is_whole(d) and _positive(d) and len(d) == 1 for d in (c, divisor)):
            return plus(a, times(rest, c)), times(c, divisor)
    return numerator, divisor


def _lowest_terms(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Both with whole coefficients that share no factor: ⌊(4·H + 3)/8⌋ = ⌊H/2⌋ where H is whole."""
    up = math.lcm(*(c.denominator for c in (*numerator.values(), *divisor.values())))
    names = without_constant(numerator)
    down = math.gcd(*(int(c * up) for c in (*names.values(), *divisor.values())))
    scaled_names = plus({}, names, Fraction(up, down))
    shift = constant_term(numerator) * Fraction(up, down)
    if shift.denominator > 1 and constant(divisor) is not None and is_whole(scaled_names):
        shift = Fraction(math.floor(shift))
    if shift.denominator > 1:
        down = math.gcd(down, int(constant_term(numerator) * up))
        return plus({}, numerator, Fraction(up, down)), plus({}, divisor, Fraction(up, down))
    return plus(scaled_names, number(shift)), plus({}, divisor, Fraction(up, down))


def _whole_quotients(numerator: Polynomial, divisor: Polynomial) -> Polynomial:
    """The terms of numerator / divisor that are provably whole."""
    if len(divisor) != 1:
        return {}
    quotient = times(numerator, _inverse(divisor))
    return {monomial: c for monomial, c in quotient.items() if _whole_term(monomial, c)}


def _reduced(numerator: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(whole number, rest) with ⌊numerator/divisor⌋ = whole number + ⌊rest/divisor⌋, the same for ⌊(H + 3)/2⌋ and
    ⌊(H + 1)/2⌋ but for the whole number."""
    if len(divisor) != 1:
        return {}, numerator
    ((monomial, c),) = divisor.items()
    shift = number(math.floor(numerator.get(monomial, Fraction(0)) / c))
    return shift, plus(numerator, times(shift, divisor), -1)


def _unfold(polynomial: Polynomial) -> Polynomial:
    """The form in which equal sums of floors are equal: ⌊(H + 3)/2⌋ becomes ⌊(H + 1)/2⌋ + 1."""
    total: Polynomial = {}
    for monomial, c in polynomial.items():
        term = {CONSTANT: c}
        for found, exponent in monomial:
            factor = alone(found, exponent)
            if found.op == "//" and 0 < exponent <= 8:
                shift, core = _reduced(*found.args)
                if shift:
                    factor = _power(plus(alone(atom("//", core, found.args[1])), shift), number(exponent))
            term = times(term, factor)
        total = plus(total, term)
    return total


# What else is no polynomial ----------------------------------------------------------------------------------------


def _ceil_div(a: Polynomial, b: Polynomial) -> Polynomial:
    if is_whole(a) and is_whole(b) and _positive(b):
        return floor(plus(plus(a, b), number(1), -1), b)
    return plus({}, floor(plus({}, a, -1), b), -1)


def _remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    c = constant(b)
    if c == 0:
        raise ZeroDivisionError("division by zero")
    rest = plus(a, times(_whole_quotients(a, b), b), -1)
    if c is not None and c > 0 and c.denominator == 1:
        rest = {m: x % c if _whole_term(m, x) else x for m, x in rest.items()}
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


def _extreme(op: str, a: Polynomial, b: Polynomial) -> Polynomial:
    """The maximum or minimum: nested ones are one, and what another operand always beats is dropped."""
    operands: list[Polynomial] = []
    for polynomial in (*_operands(op, a), *_operands(op, b)):
        if not any(_beats(op, other, polynomial) for other in operands):
            operands = [other for other in operands if not _beats(op, polynomial, other)]
            operands.append(polynomial)
    if len(operands) == 1:
        return operands[0]
    return alone(atom(op, *_by_text(operands)))


def _operands(op: str, polynomial: Polynomial) -> Iterable[Polynomial]:
    """Those of a max, min or gcd that the polynomial is, else itself."""
    found = _single(next(iter(polynomial))) if len(polynomial) == 1 else None
    if found is not None and found.op == op and polynomial == alone(found):
        return found.args
    return (polynomial,)


def _by_text(operands: Iterable[Polynomial]) -> list[Polynomial]:
    return sorted(operands, key=lambda polynomial: (constant(polynomial) is not None, show(polynomial)))


def _beats(op: str, a: Polynomial, b: Polynomial) -> bool:
    return _verdict(">=" if op == "max" else "<=", plus(a, b, -1)) is True


def _gcd(a: Polynomial, b: Polynomial) -> Polynomial:
    value = 0
    operands: list[Polynomial] = []
    for polynomial in (*_operands("gcd", a), *_operands("gcd", b)):
        c = constant(polynomial)
        if c is not None and c.denominator == 1:
            value = math.gcd(value, int(c))
        elif not any(_divides(other, polynomial) for other in operands):
            operands = [other for other in operands if not _divides(polynomial, other)]
            operands.append(polynomial)
    if value == 1 or not operands:
        return number(value)
    if value:
        operands = [other for other in operands if not _divides(number(value), other)] + [number(value)]
    if len(operands) == 1 and (value or _positive(operands[0])):
        return operands[0]
    return alone(atom("gcd", *_by_text(operands)))


def _divides(a: Polynomial, b: Polynomial) -> bool:
    """Whether ``b`` is provably a whole multiple of ``a``."""
    ratio = _ratio(b, a)
    return (ratio is not None and ratio.denominator == 1) or len(_whole_quotients(b, a)) == len(b) > 0


def _scaled(polynomial: Polynomial, factor: float) -> Polynomial:
    value = constant(polynomial)
    if value is not None and value.denominator == 1:
        return number(floor_scaled(int(value), factor))
    if not math.isfinite(factor):
        raise RuleError(f"{show(polynomial)} times {factor} is no finite number")
    up, down = factor.as_integer_ratio()
    if abs(up) < 2**20 and down < 2**20:  # 1.5, 0.25: the double product is exact for every size below 2**33
        return floor(plus({}, polynomial, up), number(down))
    return alone(atom("scaled", polynomial, factor))


def _comparison(condition: Any) -> tuple[str, Polynomial, Polynomial]:
    if type(condition) is Expression and condition.op in COMPARISONS:
        return condition.op, expand(condition.args[0]), expand(condition.args[1])
    return "!=", expand(condition), {}


def _where(condition: Any, yes: Polynomial, no: Polynomial) -> Polynomial:
    op, left, right = _comparison(condition)
    verdict = _verdict(op, plus(left, right, -1))
    if verdict is not None or yes == no:
        return yes if verdict or yes == no else no
    return alone(atom("where", op, left, right, yes, no))


_OPERATIONS: dict[str, Callable[..., Polynomial]] = {
    "+": _add,
    "-": _subtract,
    "*": times,
    "neg": lambda a: plus({}, a, -1),
    "div": _divide,
    "**": _power,
    "//": floor,
    "ceil_div": _ceil_div,
    "%": _remainder,
    "gcd": _gcd,
    "max": lambda a, b: _extreme("max", a, b),
    "min": lambda a, b: _extreme("min", a, b),
}

# Deciding ----------------------------------------------------------------------------------------------------------

Bounds = tuple[Any, Any]


def bounds(polynomial: Polynomial) -> Bounds:
    """(least, largest) value that the terms allow, each taken by itself; None where there is no bound."""
    low: Any = Fraction(0)
    high: Any = Fraction(0)
    for monomial, c in polynomial.items():
        least, largest = _monomial_bounds(monomial)
        if c < 0:
            least, largest = largest, least
        low = None if low is None or least is None else low + c * least
        high = None if high is None or largest is None else high + c * largest
    return low, high


def _monomial_bounds(monomial: Monomial) -> Bounds:
    found = _single(monomial)
    if found is not None:
        return found.low, found.high
    low: Any = Fraction(1)
    high: Any = Fraction(1)
    for found, exponent in monomial:
        least, largest = found.low, found.high
        if least is None or least < 0 or (exponent < 0 and least == 0):
            return None, None
        if exponent < 0:
            least, largest = (Fraction(0) if largest is None else 1 / Fraction(largest)), 1 / Fraction(least)
        low = low * least ** abs(exponent)
        high = None if high is None or largest is None else high * largest ** abs(exponent)
    return low, high


def _atom_bounds(op: str, args: tuple[Any, ...]) -> Bounds:
    if op == "name":
        return Fraction(1), None
    found = [bounds(arg) for arg in args if type(arg) is dict]
    lows, highs = [low for low, _ in found], [high for _, high in found]
    if op == "//":
        return _floor_bounds(found[0], found[1])
    if op == "%":
        if lows[1] is None or lows[1] <= 0:
            return None, None
        whole = is_whole(args[0]) and is_whole(args[1])
        return Fraction(0), None if highs[1] is None else highs[1] - whole
    if op == "max":
        return _most(lows, max), _all(highs, max)
    if op == "min":
        return _all(lows, min), _most(highs, min)
    if op == "where":
        return _all(lows[2:], min), _all(highs[2:], max)
    if op == "gcd":
        return Fraction(any(low is not None and low >= 1 for low in lows)), None
    if op == "scaled":
        return (Fraction(0) if args[1] >= 0 and lows[0] is not None and lows[0] >= 0 else None), None
    if op == "**":
        grows = lows[0] is not None and lows[0] >= 1 and lows[1] is not None and lows[1] >= 0
        return (Fraction(1) if grows else None), None
    return found[0]  # sum


def _floor_bounds(numerator: Bounds, divisor: Bounds) -> Bounds:
    (low, high), (least, largest) = numerator, divisor
    if least is None or least <= 0:
        return None, None
    if low is not None and low >= 0:
        low = Fraction(low // largest) if largest is not None else Fraction(0)
    elif low is not None:
        low = Fraction(low // least)
    if high is not None and high >= 0:
        high = Fraction(high // least)
    elif high is not None:
        high = Fraction(high // largest) if largest is not None else Fraction(-1)
    return low, high


def _all(values: list[Any], choose: Any) -> Any:
    return None if None in values else choose(values)


def _most(values: list[Any], choose: Any) -> Any:
    return choose([value for value in values if value is not None], default=None)


def decide(condition: Any) -> bool | None:
    """Whether a condition holds for all sizes (True) or for none (False); None where that depends or is not seen."""
    op, left, right = _comparison(condition)
    return _verdict(op, plus(left, right, -1))


def _verdict(op: str, difference: Polynomial) -> bool | None:
    """Whether ``difference op 0``."""
    difference = _unfold(difference)
    low, high = bounds(difference)
    if op in ("==", "!="):
        if not difference:
            return op == "=="
        apart = (low is not None and low > 0) or (high is not None and high < 0)
        return (op == "!=") if apart else None
    if op in ("<", "<="):
        op, low, high = NEGATED[op], None if high is None else -high, None if low is None else -low
    holds = COMPARISONS[op]
    if low is not None and holds(low, 0):
        return True
    return False if high is not None and not holds(high, 0) else None


def normalized(condition: Any) -> tuple[str, Polynomial]:
    """(op, difference) with ``difference op 0`` what the condition says of whole numbers; op is ==, != or >=.

    ⌊(H − 7)/2⌋ + 1 > 0 and 2·H ≥ 13 are both H − 7 ≥ 0.
    """
    op, left, right = _comparison(condition)
    difference = _unfold(plus(left, right, -1))
    if op in ("<", "<="):
        op, difference = NEGATED[op], plus({}, difference, -1)
    if op == ">":
        op, difference = ">=", plus(difference, number(1), -1)
    if op == ">=":
        return op, _tightened(difference)
    sign = -1 if difference and _in_order(difference)[0][1] < 0 else 1
    common = math.gcd(*(int(c) for c in difference.values())) if difference and is_whole(difference) else 1
    return op, plus({}, difference, Fraction(sign, common))


def _tightened(difference: Polynomial) -> Polynomial:
    """``difference >= 0`` without a lone floor, and with the smallest whole coefficients."""
    names, shift = without_constant(difference), constant_term(difference)
    if len(names) == 1:
        ((monomial, c),) = names.items()
        found = _single(monomial)
        if found is not None and found.op == "//" and c > 0 and _positive(found.args[1]):
            numerator, divisor = found.args
            return _tightened(_unfold(plus(numerator, divisor, -math.ceil(-shift / c))))
    if names and is_whole(names):
        common = math.gcd(*(int(c) for c in names.values()))
        return plus(plus({}, names, Fraction(1, common)), number(math.floor(shift / common)))
    return difference


# Numbers -----------------------------------------------------------------------------------------------------------


def evaluate(polynomial: Polynomial, values: dict[str, int]) -> int | Fraction:
    """The value of a closed form where each name has the value given; an int where it is whole."""
    known: dict[Atom, Any] = {}
    for found in _inner_first(polynomial):
        known[found] = values[found.args[0]] if found.op == "name" else _atom_value(found, known)
    return _total(polynomial, known)


def _atom_value(found: Atom, known: dict[Atom, Any]) -> Any:
    numbers: list[Any] = [_total(arg, known) if type(arg) is dict else arg for arg in found.args]
    if found.op == "sum":
        return numbers[0]
    if found.op == "where":
        op, left, right, yes, no = numbers
        return yes if COMPARISONS[op](left, right) else no
    return EVALUATE[found.op](*numbers)


def _total(polynomial: Polynomial, known: dict[Atom, Any]) -> int | Fraction:
    total = Fraction(0)
    for monomial, c in polynomial.items():
        for found, exponent in monomial:
            c *= Fraction(known[found]) ** exponent
        total += c
    return int(total) if total.denominator == 1 else total


def _inner_first(polynomial: Polynomial) -> Iterator[Atom]:
    """Every atom once, those inside another before it."""
    stack = [(found, False) for found in _atoms(polynomial)]
    seen = set()
    while stack:
        found, done = stack.pop()
        if done:
            yield found
        elif found not in seen:
            seen.add(found)
            stack.append((found, True))
            stack.extend((inner, False) for arg in found.args if type(arg) is dict for inner in _atoms(arg))


def _atoms(polynomial: Polynomial) -> Iterator[Atom]:
    return (found for monomial in polynomial for found, _ in monomial)


# Text --------------------------------------------------------------------------------------------------------------

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
RELATIONS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def show(polynomial: Polynomial) -> str:
    """One line of text: 18·F²·⌊(H + 1)/2⌋/g, terms of higher degree first."""
    text = ""
    for monomial, c in _in_order(polynomial):
        sign = ("−" if c < 0 else "") if not text else (" − " if c < 0 else " + ")
        text += sign + _term_text(monomial, abs(c), len(polynomial) == 1)
    return text or "0"


def show_condition(condition: Any) -> str:
    """The condition in its simplest form, without negative terms: H ≥ 7."""
    op, difference = normalized(condition)
    left = {monomial: c for monomial, c in difference.items() if c > 0}
    right = {monomial: -c for monomial, c in difference.items() if c < 0}
    return f"{show(left)} {RELATIONS[op]} {show(right)}"


def _in_order(polynomial: Polynomial) -> list[tuple[Monomial, Fraction]]:
    def order(term: tuple[Monomial, Fraction]) -> tuple[int, str]:
        return -sum(abs(exponent) for _, exponent in term[0]), _term_text(term[0], Fraction(1), True)

    return sorted(polynomial.items(), key=order)


def _term_text(monomial: Monomial, c: Fraction, lone: bool) -> str:
    lone = lone and len(monomial) == 1 and c == 1
    powers = sorted(monomial, key=lambda power: power[0].text)
    over = [_power_text(found, exponent, lone) for found, exponent in powers if exponent > 0]
    under = [_power_text(found, -exponent, False) for found, exponent in powers if exponent < 0]
    over = over if c.numerator == 1 and over else [str(c.numerator), *over]
    under = under if c.denominator == 1 else [str(c.denominator), *under]
    text = "·".join(over)
    if not under:
        return text
    return f"{text}/{under[0]}" if len(under) == 1 else f"{text}/({'·'.join(under)})"


def _power_text(found: Atom, exponent: int, lone: bool) -> str:
    if exponent == 1:
        return f"({found.text})" if found.op == "%" and not lone else found.text
    text = f"({found.text})" if found.op in ("%", "**") else found.text
    return text + str(exponent).translate(SUPERSCRIPT)


def _atom_text(op: str, args: tuple[Any, ...]) -> str:
    if op == "name":
        return str(args[0])
    if op == "//" and constant(args[1]) == 1:
        return f"⌊{show(args[0])}⌋"
    if op == "//":
        return f"⌊{_operand(args[0], '')}/{_operand(args[1], '·')}⌋"
    if op == "%":
        return f"{_operand(args[0], '')} mod {_operand(args[1], '·')}"
    if op == "scaled":
        return f"⌊{args[1]}·{_operand(args[0], '')}⌋"
    if op == "**":
        return f"{_operand(args[0], '·')}^{_operand(args[1], '·')}"
    if op == "sum":
        return f"({show(args[0])})"
    if op == "where":
        relation, left, right, yes, no = args
        return f"({show(yes)} if {show(left)} {RELATIONS[relation]} {show(right)} else {show(no)})"
    return f"{op}({', '.join(show(arg) for arg in args)})"


def _operand(polynomial: Polynomial, splits: str) -> str:
    """A polynomial as an operand, in parentheses where it is a sum, a fraction or has what ``splits``."""
    text = show(polynomial)
    (monomial, c), *others = polynomial.items() or [(CONSTANT, Fraction(0))]
    loose = others or c < 0 or c.denominator > 1 or any(exponent < 0 for _, exponent in monomial)
    product = splits and (len(monomial) > 1 or (monomial and c != 1))
    bare_remainder = any(found.op == "%" for found, _ in monomial) and text.find(" mod ") >= 0 and text[0] != "("
    return f"({text})" if loose or product or bare_remainder else text
