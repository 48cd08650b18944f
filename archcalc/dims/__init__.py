"""The arithmetic that layer rules are written in.

``+ - * //`` are Python's own. What Python has no operator for is here, and nowhere else. A dim is an int, an
:class:`~archcalc.dims.expression.Expression` or a :class:`~archcalc.dims.array.DimArray`; ints take the first branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Any

from archcalc.errors import RuleError

Dim = Any  # int, Expression or DimArray: what goes in decides what comes out


def arithmetic(*operands: Any) -> Any:
    """The class that computes on these operands; None where plain Python does."""
    for operand in operands:
        if type(operand) is not int:
            found = getattr(type(operand), "arithmetic", None)
            if found is not None:
                return found
    return None


def is_dim(value: Any) -> bool:
    """Whether a value is a number that rules compute with: an int, no bool, or one of the other kinds."""
    return type(value) is int or arithmetic(value) is not None


def maximum(a: Dim, b: Dim) -> Dim:
    """The larger of two dims."""
    if type(a) is int and type(b) is int:
        return a if a >= b else b
    k = arithmetic(a, b)
    return max(a, b) if k is None else k.apply("max", a, b)


def minimum(a: Dim, b: Dim) -> Dim:
    """The smaller of two dims."""
    if type(a) is int and type(b) is int:
        return a if a <= b else b
    k = arithmetic(a, b)
    return min(a, b) if k is None else k.apply("min", a, b)


def ceil_div(a: Dim, b: Dim) -> Dim:
    """``a / b`` rounded up."""
    if type(a) is int and type(b) is int:
        return -(-a // b)
    k = arithmetic(a, b)
    return -(-a // b) if k is None else k.apply("ceil_div", a, b)


def gcd(a: Dim, b: Dim) -> Dim:
    """The greatest common divisor, never negative."""
    k = arithmetic(a, b)
    if k is not None:
        return k.apply("gcd", a, b)
    import math

    return math.gcd(a, b)


def scaled(dim: Dim, factor: Any) -> Dim:
    """``floor(dim * factor)``: exact for a whole factor, of the double product for a float, as torch.nn.Upsample."""
    if type(factor) is not float:
        return dim * factor
    k = arithmetic(dim)
    if k is not None:
        return k.apply("scaled", dim, factor)
    import math

    try:
        return math.floor(dim * factor)
    except (OverflowError, ValueError):
        raise RuleError(f"{dim} times {factor} is no finite number") from None


def where(condition: Any, yes: Dim, no: Dim) -> Dim:
    """``yes`` where the condition holds, else ``no``: the only branch a rule takes on a dim. Both are computed."""
    k = arithmetic(condition)
    return (yes if condition else no) if k is None else k.apply("where", condition, yes, no)


def decided(condition: Any) -> bool | None:
    """Whether a condition holds for every size or variant, or for none; None where they differ in it."""
    k = arithmetic(condition)
    found: bool | None = bool(condition) if k is None else k.decided(condition)
    return found


Text = str | Callable[[], str | None]


def require(condition: Any, message: Text, argument: str | None = None, help: Text | None = None) -> None:
    """A condition that must hold: an int that fails raises RuleError, variants that fail drop out, a symbol assumes.

    ``message`` and ``help`` may be functions, called where they are needed.
    """
    if condition is True:
        return
    k = arithmetic(condition)
    if k is not None:
        k.require(condition, message, argument)
    elif not condition:
        raise RuleError(str(message() if callable(message) else message), argument, help() if callable(help) else help)


def exact_div(a: Dim, b: Dim, what: str, by: str, argument: str | None = None) -> Dim:
    """``a / b``, which must come out whole: ``what`` and ``by`` name them in the error."""
    require(a % b == 0, lambda: f"{what} ({a}) must be divisible by {by} ({b})", argument, lambda: divisor(a, b, by))
    k = arithmetic(a, b)
    return a // b if k is None else k.apply("div", a, b)


def divisor(a: Dim, b: Dim, by: str) -> str | None:
    """Advice on the largest number below ``b`` that divides ``a``; None where there is only 1, or none is near."""
    if arithmetic(a, b) is None:
        for number in range(min(a, b - 1), max(1, b - 10_000), -1):
            if a % number == 0:
                return f"{by}: {number} would do"
    return None


def volume(dims: Sequence[Dim]) -> Dim:
    """The product of dims, 1 for none."""
    return reduce(mul, dims) if dims else 1


def named(name: str, dim: Dim) -> Dim:
    """The same dim under a name of its own: ``explain`` prints its derivation once, then the name."""
    k = arithmetic(dim)
    return dim if k is None else k.named(name, dim)
