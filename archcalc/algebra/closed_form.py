"""Closed forms: an expression as a sum of terms, each a coefficient times powers of atoms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from archcalc.algebra.atoms import (
    Atom,
    Polynomial,
    alone,
    atom,
    atoms_of,
    constant,
    exact,
    is_positive,
    lone,
    number,
    quotient,
)
from archcalc.algebra.deciding import holds
from archcalc.algebra.floors import ceil_div, floor, fold, remainder, whole_quotients
from archcalc.algebra.notation import TEXT
from archcalc.algebra.polynomial import divide, plus, power, ratio, replaced, scale, times
from archcalc.dims.expression import Expression
from archcalc.dims.operators import COMPARISONS, EVALUATE, floor_scaled
from archcalc.errors import RuleError

EXACT_FACTOR = 2**20
"""Bound of numerator and denominator of a factor whose double product is exact for every size below 2**33."""


def expand(dim: Any) -> Polynomial:
    """The closed form of a dim; a number where the dim has a value. It is kept on the expression."""
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
        return scaled(expand(node.args[0]), node.args[1])
    if node.op == "where":
        return where(*sides(node.args[0]), expand(node.args[1]), expand(node.args[2]))
    if node.op in COMPARISONS:
        return where(*sides(node), number(1), {})
    return OPERATIONS[node.op](*[expand(arg) for arg in node.args])


def sides(condition: Any) -> tuple[str, Polynomial, Polynomial]:
    """(op, left, right) of a condition. A number as a condition holds where it is not 0."""
    if type(condition) is Expression and condition.op in COMPARISONS:
        return condition.op, expand(condition.args[0]), expand(condition.args[1])
    return "!=", expand(condition), {}


# What is no polynomial ---------------------------------------------------------------------------------------------


def extreme(op: str, *polynomials: Polynomial) -> Polynomial:
    """The maximum or minimum. Nested ones become one; an operand that another one always beats is dropped."""
    operands: list[Polynomial] = []
    for polynomial in (operand for given in polynomials for operand in _operands(op, given)):
        if not any(_beats(op, other, polynomial) for other in operands):
            operands = [other for other in operands if not _beats(op, polynomial, other)]
            operands.append(polynomial)
    return operands[0] if len(operands) == 1 else alone(atom(op, *_by_text(operands)))


def _operands(op: str, polynomial: Polynomial) -> Iterable[Polynomial]:
    """The operands of a polynomial that is this max, min or gcd; else the polynomial itself."""
    found = lone(polynomial)
    return (polynomial,) if found is None or found.op != op else found.args


def _by_text(operands: Iterable[Polynomial]) -> list[Polynomial]:
    return sorted(operands, key=lambda polynomial: (constant(polynomial) is not None, TEXT.show(polynomial)))


def _beats(op: str, a: Polynomial, b: Polynomial) -> bool:
    return holds(">=" if op == "max" else "<=", plus(a, b, -1)) is True


def common_divisor(*polynomials: Polynomial) -> Polynomial:
    """The greatest common divisor. An operand that another one divides is dropped."""
    value = 0
    operands: list[Polynomial] = []
    for polynomial in (operand for given in polynomials for operand in _operands("gcd", given)):
        c = constant(polynomial)
        if type(c) is int:
            value = math.gcd(value, c)
        elif not any(_divides(other, polynomial) for other in operands):
            operands = [other for other in operands if not _divides(polynomial, other)]
            operands.append(polynomial)
    if value == 1 or not operands:
        return number(value)
    if value:
        operands = [other for other in operands if not _divides(number(value), other)] + [number(value)]
    if len(operands) == 1 and (value or is_positive(operands[0])):
        return operands[0]
    return alone(atom("gcd", *_by_text(operands)))


def _divides(a: Polynomial, b: Polynomial) -> bool:
    """Whether ``b`` is provably a whole multiple of ``a``."""
    found = ratio(b, a)
    return type(found) is int or len(whole_quotients(b, a)) == len(b) > 0


def scaled(polynomial: Polynomial, factor: float) -> Polynomial:
    """⌊factor·polynomial⌋ of the double product; raises RuleError for a factor that is not finite."""
    value = constant(polynomial)
    if type(value) is int:
        return number(floor_scaled(value, factor))
    if not math.isfinite(factor):
        raise RuleError(f"{TEXT.show(polynomial)} times {factor} is no finite number")
    up, down = factor.as_integer_ratio()
    if abs(up) < EXACT_FACTOR and down < EXACT_FACTOR:  # 1.5, 0.25
        return floor(scale(polynomial, up), number(down))
    return alone(atom("scaled", polynomial, factor))


def power_of(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """``base ** exponent``; raises RuleError where no size makes it whole."""
    n = constant(exponent)
    if n is None:
        return alone(atom("**", base, exponent))
    if n < 0 or n.denominator > 1:
        raise RuleError(f"{TEXT.show(base)} to the power of {n} is not a whole number")
    return power(base, n)


def where(op: str, left: Polynomial, right: Polynomial, yes: Polynomial, no: Polynomial) -> Polynomial:
    """``yes`` where ``left op right``, else ``no``."""
    if yes == no:
        return yes
    if op in ("==", "!=") and (yes, no) in ((left, right), (right, left)):  # 0 if H = 0 else H
        return no if op == "==" else yes
    verdict = holds(op, plus(left, right, -1))
    if verdict is not None:
        return yes if verdict else no
    return alone(atom("where", op, left, right, yes, no))


OPERATIONS: dict[str, Callable[..., Polynomial]] = {
    "+": lambda a, b: fold(plus(a, b)),
    "-": lambda a, b: fold(plus(a, b, -1)),
    "*": times,
    "neg": lambda a: scale(a, -1),
    "div": divide,
    "**": power_of,
    "//": floor,
    "ceil_div": ceil_div,
    "%": remainder,
    "gcd": common_divisor,
    "max": lambda *operands: extreme("max", *operands),
    "min": lambda *operands: extreme("min", *operands),
    "scaled": scaled,
    "where": where,
    "sum": lambda polynomial: polynomial,
}
"""The closed form of an operation on closed forms. Also holds every op of an atom except names."""


# Other values for names --------------------------------------------------------------------------------------------


def substitute(polynomial: Polynomial, values: Mapping[str, Polynomial]) -> Polynomial:
    """The closed form with others in place of its names. Floors and maxima are computed again."""
    known: dict[Atom, Polynomial] = {}
    for found in atoms_of(polynomial):
        if found.op == "name":
            known[found] = values.get(found.args[0], alone(found))
        else:
            args = [fold(replaced(arg, known)) if type(arg) is dict else arg for arg in found.args]
            known[found] = OPERATIONS[found.op](*args)
    return fold(replaced(polynomial, known))


def evaluate(polynomial: Polynomial, values: Mapping[str, int], atoms: Iterable[Atom] | None = None) -> int | Fraction:
    """The value of a closed form at the given values of its names; an int where it is whole.

    ``atoms``: the closed form's atoms, if the caller has them already.
    """
    known: dict[Atom, Any] = {}
    for found in atoms_of(polynomial) if atoms is None else atoms:
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
    total: Any = 0
    for monomial, c in polynomial.items():
        for found, exponent in monomial:
            raised = known[found] ** abs(exponent)
            c = c * raised if exponent > 0 else quotient(c, raised)
        total += c
    found_total: int | Fraction = exact(total)
    return found_total
