"""The arithmetic that layer rules are written in.

``+ - * //`` are Python's own. What Python has no operator for is here, and nowhere else. A dim is an int, an
:class:`~archcalc.dims.expression.Expression`, a :class:`~archcalc.dims.recorded.Recorded` or a
:class:`~archcalc.dims.array.DimArray`; ints take the first branch.

operators.py     what each operation does with ints, and Python's operators for the other classes
expression.py    trees of named numbers, for explain and formula
array.py         many variants at once
recorded.py      one variant, with a record of what its numbers decide and what is computed from them

Closed forms of such expressions are the room algebra/.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Any

from archcalc.errors import RuleError

Dim = Any  # int, Expression, Recorded or DimArray: what goes in decides what comes out


def arithmetic(*operands: Any) -> Any:
    """The class that computes on these operands; None where plain Python does."""
    for operand in operands:
        if type(operand) is not int:
            found = getattr(type(operand), "arithmetic", None)
            if found is not None:
                return found
    return None


def is_dim(value: Any) -> bool:
    """Whether rules compute with a value: an int that is no bool, or an instance of one of the other classes."""
    return type(value) is int or arithmetic(value) is not None


def valued(value: Any) -> bool:
    """Whether a dim has one value, so that every question has an answer: a plain number, or a recorded one."""
    return type(value) is int or getattr(type(value), "valued", False)


def _apply(op: str, *operands: Any) -> Dim:
    k = arithmetic(*operands)
    if k is not None:
        return k.apply(op, *operands)
    from archcalc.dims.operators import EVALUATE  # what most specs do without

    return EVALUATE[op](*operands)


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger of two dims."""
    if type(a) is int and type(b) is int:
        return a if a >= b else b
    return _apply("max", a, b)


def minimum(a: Dim, b: Dim) -> Dim:
    """The smaller of two dims."""
    if type(a) is int and type(b) is int:
        return a if a <= b else b
    return _apply("min", a, b)


def ceil_div(a: Dim, b: Dim) -> Dim:
    """``a / b`` rounded up."""
    if type(a) is int and type(b) is int:
        return -(-a // b)
    return _apply("ceil_div", a, b)


def gcd(a: Dim, b: Dim) -> Dim:
    """The greatest common divisor, never negative."""
    return _apply("gcd", a, b)


def scaled(dim: Dim, factor: Any) -> Dim:
    """``floor(dim * factor)``: exact for a whole factor, of the double product for a float, as torch.nn.Upsample.

    Raises RuleError where the product is not finite.
    """
    return _apply("scaled", dim, factor) if type(factor) is float else dim * factor


def where(condition: Any, yes: Dim, no: Dim) -> Dim:
    """``yes`` where the condition holds, else ``no``. Rules branch on dims in no other way; both are computed."""
    k = arithmetic(condition)
    return (yes if condition else no) if k is None else k.apply("where", condition, yes, no)


def decided(condition: Any) -> bool | None:
    """True if a condition holds for every size or variant, False if for none, None where they differ."""
    k = arithmetic(condition)
    found: bool | None = bool(condition) if k is None else k.decided(condition)
    return found


def is_condition(value: Any) -> bool:
    """Whether a value is true or false, or a comparison of dims."""
    k = arithmetic(value)
    return type(value) is bool if k is None else bool(k.is_condition(value))


def plain(dim: Dim) -> Dim:
    """The one number that decides structure: of variants that differ one group is chosen; a symbol stays one."""
    k = arithmetic(dim)
    return dim if k is None else k.plain(dim)


Text = str | Callable[[], str | None]


def require(condition: Any, message: Text, argument: str | None = None, help: Text | None = None) -> None:
    """Require a condition: ints raise RuleError where it fails, arrays drop the variants that fail, symbols assume it.

    ``message`` and ``help`` may be functions, which are called only if they are needed.
    """
    if condition is True:
        return
    k = arithmetic(condition)
    if k is not None:
        k.require(condition, message, argument)
    elif not condition:
        raise RuleError(str(message() if callable(message) else message), argument, help() if callable(help) else help)


def exact_div(a: Dim, b: Dim, what: str, by: str, argument: str | None = None) -> Dim:
    """``a / b``, which must be whole. ``what`` and ``by`` name the two in the error."""
    require(a % b == 0, lambda: f"{what} ({a}) must be divisible by {by} ({b})", argument, lambda: divisor(a, b, by))
    k = arithmetic(a, b)
    return a // b if k is None else k.apply("div", a, b)


def divisor(a: Dim, b: Dim, by: str) -> str | None:
    """Advice: the largest number below ``b`` that divides ``a``. None where that is 1, or far below ``b``."""
    if arithmetic(a, b) is None:
        for number in range(min(a, b - 1), max(1, b - 10_000), -1):
            if a % number == 0:
                return f"{by}: {number} would do"
    return None


def volume(dims: Sequence[Dim]) -> Dim:
    """The product of dims, 1 for none."""
    return reduce(mul, dims) if dims else 1


def named(name: str, dim: Dim) -> Dim:
    """The same dim under a name of its own. ``explain`` derives it once and then prints the name."""
    k = arithmetic(dim)
    return dim if k is None else k.named(name, dim)
