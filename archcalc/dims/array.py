"""Many variants at once: a NumPy array for each dim, and one mask of the variants that fit.

Values are 64-bit integers. A result that might not fit is computed with Python's integers instead, and is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy

from archcalc.dims.operators import COMPARISONS, EVALUATE, floor_scaled, install_operators, power
from archcalc.errors import RuleError, Undecided

LARGEST = 2**62  # what an int64 array may hold: a sum of two still fits
LARGEST_EXACT_DOUBLE = 2**53


class Reason(NamedTuple):
    """A requirement that removed variants: how many, its message for the first of them, and its argument."""

    lost: int
    message: str
    argument: str | None


class Variants:
    """The variants that still fit (``fits``: a bool for each), and why the others do not (``reasons``)."""

    def __init__(self, size: int) -> None:
        self.fits = numpy.ones(size, bool)
        self.reasons: list[Reason] = []
        self.shown: int | None = None  # the variant whose values a message is being written with

    def dim(self, values: Any) -> DimArray:
        """A dim with these whole numbers, one for each variant.

        Raises TypeError for other numbers, ValueError for the wrong number of them.
        """
        array = numpy.asarray(values)
        if array.dtype.kind not in "iu":
            given = list(values)
            if not all(type(value) is int for value in given):
                raise TypeError("a dim of variants takes whole numbers")
            array = numpy.array(given, object)
        if array.shape != self.fits.shape:
            raise ValueError(f"{array.size} values for {self.fits.size} variants")
        return _settled(array if array.dtype.kind == "i" else array.astype(object), self)

    def choose(self, dim: DimArray) -> Any:
        """What Python asks of variants that differ: the truth of a condition, or one number. Raises Undecided."""
        raise Undecided("the variants differ here: write where(condition, yes, no)")

    def keep(self, holds: Any, message: str | Callable[[], str], argument: str | None) -> None:
        """Drop the variants where ``holds`` is false. Those that were dropped before are not counted again."""
        lost = self.fits & ~numpy.asarray(holds, bool)
        if lost.any():
            self.shown = int(lost.argmax())
            try:
                text = message() if callable(message) else message
            finally:
                self.shown = None
            self.reasons.append(Reason(int(lost.sum()), text, argument))
            self.fits = self.fits & ~lost


class DimArray:
    """A value for each variant; ``reach`` is a bound of their absolute values."""

    __slots__ = ("reach", "values", "variants")
    __array_ufunc__ = None  # NumPy's own scalars then leave operators to this class
    arithmetic: Any

    def __init__(self, values: Any, variants: Variants, reach: int) -> None:
        self.values, self.variants, self.reach = values, variants, reach

    @staticmethod
    def apply(op: str, *args: Any) -> DimArray:
        """The operation on every variant. A variant that divides by zero is dropped."""
        variants = _variants(op, args)
        if op == "scaled":
            return _scaled(args[0], args[1])
        values = [arg.values if type(arg) is DimArray else int(arg) for arg in args]
        reaches = [arg.reach if type(arg) is DimArray else abs(int(arg)) for arg in args]
        if op not in COMPARISONS and op != "where":  # NumPy adds conditions as "or"
            values = [_counted(value) for value in values]
        if op in DIVISIONS:
            values[1] = _divisor(values[1], variants)
        if op == "**":
            return _power(values[0], values[1], variants)
        reach = REACH[op](*reaches)
        if max(reach, *reaches) > LARGEST:
            return _settled(OPERATIONS[op](*(_exact(value) for value in values)), variants)
        return DimArray(OPERATIONS[op](*values), variants, reach)

    @staticmethod
    def named(name: str, dim: DimArray) -> DimArray:
        """The dim itself: names are for ``explain``, which has one variant."""
        return dim

    @staticmethod
    def decided(condition: DimArray) -> bool | None:
        """Whether a condition holds for all variants that fit, or for none; None where they differ."""
        truths = condition.values[condition.variants.fits].astype(bool)
        return None if truths.any() and not truths.all() else bool(truths.any())

    @staticmethod
    def require(condition: DimArray, message: str | Callable[[], str], argument: str | None) -> None:
        """Drop the variants for which the condition does not hold."""
        condition.variants.keep(condition.values, message, argument)

    def __bool__(self) -> bool:
        truth = self.decided(self)
        return self.variants.choose(self) if truth is None else truth

    @staticmethod
    def is_condition(dim: DimArray) -> bool:
        return bool(dim.values.dtype.kind == "b")

    @staticmethod
    def plain(dim: DimArray) -> Any:
        """The number that all variants that fit have."""
        left = dim.values[dim.variants.fits]
        return dim.variants.choose(dim) if (left != left[:1]).any() else int((left if left.size else dim.values)[0])

    def __str__(self) -> str:
        shown = self.variants.shown
        return f"{self.values.size} variants" if shown is None else str(self.values[shown])

    __repr__ = __str__
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        shown = self.variants.shown
        return str(self) if shown is None else format(int(self.values[shown]), spec)


def _variants(op: str, args: tuple[Any, ...]) -> Variants:
    found: Variants | None = None
    for position, arg in enumerate(args):
        if type(arg) is DimArray:
            if found is not None and arg.variants is not found:
                raise ValueError("dims of different variants do not mix")
            found = arg.variants
        elif type(arg) is not int and type(arg) is not bool and not (op == "scaled" and position == 1):
            raise TypeError(f"a {type(arg).__name__} among the operands of {op!r}, which takes whole numbers")
    assert found is not None
    return found


def _settled(values: Any, variants: Variants) -> DimArray:
    """A dim of 64-bit integers if they fit, else of Python's."""
    reach = max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0
    if reach > LARGEST:
        return DimArray(_exact(values), variants, reach)
    return DimArray(values.astype(numpy.int64), variants, reach)


def _counted(values: Any) -> Any:
    """Conditions as 0 and 1."""
    return values.astype(numpy.int64) if isinstance(values, numpy.ndarray) and values.dtype.kind == "b" else values


def _exact(values: Any) -> Any:
    """Values as Python integers, which NumPy computes with one by one; conditions stay conditions."""
    if isinstance(values, numpy.ndarray):
        return values if values.dtype.kind == "b" else values.astype(object)
    return numpy.array(values, object)


def _divisor(values: Any, variants: Variants) -> Any:
    zero = numpy.equal(values, 0).astype(bool)
    if not zero.any():
        return values
    variants.keep(~zero & numpy.ones_like(variants.fits), "division by zero", None)
    return numpy.where(zero, 1, values)


def _scaled(dim: Any, factor: float) -> DimArray:
    if dim.reach < LARGEST_EXACT_DOUBLE and dim.reach * abs(factor) < LARGEST:
        return _settled(numpy.floor(dim.values * factor).astype(numpy.int64), dim.variants)
    return _one_by_one(floor_scaled, (dim.values, factor), dim.variants)


def _power(base: Any, exponent: Any, variants: Variants) -> DimArray:
    if type(exponent) is int and exponent >= 0:
        reach = max(abs(int(base.max())), abs(int(base.min())), 1) if base.size else 1
        if reach.bit_length() * exponent <= 62:
            return DimArray(base**exponent, variants, reach**exponent)
    return _one_by_one(power, (base, exponent), variants)


def _one_by_one(function: Callable[..., int], args: tuple[Any, Any], variants: Variants) -> DimArray:
    """A function of Python numbers on each variant that fits; a RuleError drops the variant."""
    columns = [arg.tolist() if isinstance(arg, numpy.ndarray) else [arg] * variants.fits.size for arg in args]
    results = numpy.zeros(variants.fits.size, object)
    errors: dict[int, RuleError] = {}
    for index in numpy.flatnonzero(variants.fits).tolist():
        try:
            results[index] = function(columns[0][index], columns[1][index])
        except RuleError as error:
            errors[index] = error
    if errors:
        holds = numpy.ones_like(variants.fits)
        holds[list(errors)] = False
        variants.keep(holds, lambda: str(errors[min(errors)]), None)
    return _settled(results, variants)


DIVISIONS = {"//", "%", "div", "ceil_div"}
OPERATIONS: dict[str, Callable[..., Any]] = {
    **EVALUATE,  # Python's operators are NumPy's on arrays
    "max": numpy.maximum,
    "min": numpy.minimum,
    "gcd": numpy.gcd,
    "where": lambda condition, yes, no: numpy.where(numpy.asarray(condition, bool), yes, no),
}
# op -> a bound of the result's absolute values from those of the operands
REACH: dict[str, Callable[..., int]] = {
    **dict.fromkeys(("+", "-"), lambda a, b: a + b),
    "*": lambda a, b: a * b,
    **dict.fromkeys(("//", "div", "ceil_div"), lambda a, b: a),
    "%": lambda a, b: b,
    "neg": lambda a: a,
    **dict.fromkeys(("max", "min", "gcd"), max),
    "where": lambda condition, yes, no: max(yes, no),
    **dict.fromkeys(COMPARISONS, lambda a, b: 1),
}

install_operators(DimArray)
