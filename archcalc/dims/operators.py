"""The operations on dims: what each does with whole numbers, and Python's operators for the classes of dims."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from archcalc.errors import RuleError

MOST_BITS = 13_288  # of a power: 4,000 digits


def power(base: int, exponent: int) -> int:
    """``base ** exponent``, whole or a RuleError; one of more than 4,000 digits is refused before it is computed."""
    if exponent < 0:
        raise RuleError(f"{base} to the power of {exponent} is not a whole number")
    if base.bit_length() * exponent > MOST_BITS:
        raise RuleError(f"{base} to the power of {exponent} has more than 4,000 digits")
    return int(base**exponent)


def floor_scaled(value: int, factor: float) -> int:
    """The floor of the double product; raises RuleError where that is not finite."""
    try:
        return math.floor(value * factor)
    except (OverflowError, ValueError):
        raise RuleError(f"{value} times {factor} is no finite number") from None


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
EVALUATE: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "div": operator.floordiv,
    "**": power,
    "neg": operator.neg,
    "max": max,
    "min": min,
    "gcd": math.gcd,
    "scaled": floor_scaled,
    "ceil_div": lambda a, b: -(-a // b),
    "where": lambda condition, yes, no: yes if condition else no,
    **COMPARISONS,
}


def install_operators(cls: Any) -> None:
    """Give a class of dims the operators that rules use, all of them ``cls.apply(op, left, right)``.

    Words and None differ from every dim (``padding == "same"``); a float among dims is a TypeError, also in ``==``.
    ``/`` is an exact division: it requires that nothing remains.
    """
    computes = (int, bool, cls)

    def forward(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, a, b) if type(b) in computes else NotImplemented

    def reflected(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, b, a) if type(b) in computes else NotImplemented

    def equality(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, a, b) if type(b) in computes or type(b) is float else NotImplemented

    def divide(a: Any, b: Any) -> Any:
        if type(a) is float or type(b) is float:
            return NotImplemented
        remainder = cls.apply("%", a, b)
        cls.require(cls.apply("==", remainder, 0), lambda: f"{a} is not divisible by {b}", None)
        return cls.apply("div", a, b)

    names = [("add", "+"), ("sub", "-"), ("mul", "*"), ("floordiv", "//"), ("mod", "%"), ("pow", "**")]
    for name, op in names:
        setattr(cls, f"__{name}__", forward(op))
        setattr(cls, f"__r{name}__", reflected(op))
    for name, op in [("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")]:
        setattr(cls, f"__{name}__", forward(op))
    cls.__eq__, cls.__ne__ = equality("=="), equality("!=")
    cls.__truediv__, cls.__rtruediv__ = divide, lambda a, b: divide(b, a)
    cls.__neg__ = lambda a: cls.apply("neg", a)
    cls.arithmetic = cls
