"""What the operators and functions of an expression do to values, and how large a value may be.

A value is a whole number, a double, a bool, ``None``, a list, a :class:`Word`, a :class:`Mapping` or a dim
(:mod:`archcalc.dims`). Every operation raises :class:`Fault`, which knows the operand but not its place in the text.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

from archcalc import dims
from archcalc.layers.arguments import CHANNELS
from archcalc.layers.axes import show_value
from archcalc.meter import charge

DIGITS = 1000  # of a whole number
ENTRIES = 100_000  # of a list, with those of the lists inside it
WALKED = 16  # entries that are looked at for a unit of work; one that is made takes a unit
BITS = 256  # of a number, computed for a unit of work
TOO_LARGE = 10**DIGITS
TOO_LARGE_FLOAT = "is too large for a number with a point"


class Word(str):
    """A word of the language that is not the name of a value: ``relu``, ``same``."""

    __slots__ = ()


class Shape(list[Any]):
    """The shape of a tensor. ``channels`` is the place of that axis; in a file of layout any, ``numbered`` is false."""

    channels = 0
    numbered = True


class Mapping(dict[Any, Any]):
    """A mapping from a variable: an expression passes it on or compares it, nothing else."""

    __slots__ = ()


class Fault(Exception):
    """An operation cannot take its operands. ``operand`` is the position of the one at fault, None if all are."""

    def __init__(self, message: str, operand: int | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.operand, self.help = operand, help


def whole(value: Any) -> int | None:
    """The value as a whole number, or None. ``32.0`` is 32; true and false are not numbers."""
    if type(value) is int:
        return value
    return int(value) if type(value) is float and value.is_integer() else None


def show(value: Any) -> str:
    """The value as errors name it, always short."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a mapping"
    if type(value) is int and abs(value) >= 10**20:
        return "a number over 20 digits"
    text = show_value(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_kind(value: Any) -> bool:
    """Whether the value is a size that carries more than its number: an Expression or a DimArray."""
    return dims.arithmetic(value) is not None


def is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float or is_kind(value)


def number(value: Any, reader: str, operand: int) -> None:
    """Raise unless the value is a number; ``reader`` is the operator or function that reads it."""
    if is_number(value):
        return
    help = None
    if isinstance(value, str):
        what, help = f"{value} is a word", "words are compared with == and !=, and stand in lists and conditionals"
    elif isinstance(value, (list, dict)):
        what = f"this is {show(value)}"
    else:
        what = f"{show(value)} is not a number"
    raise Fault(f"{reader} takes numbers, {what}", operand, help)


def whole_number(value: Any, reader: str, operand: int) -> int:
    """The value as a whole number, which ``reader`` needs."""
    number(value, reader, operand)
    result = whole(dims.plain(value))
    if result is None:
        size = "one size for all" if is_kind(value) else "a whole number"
        help = None if is_kind(value) else "write //, floor or ceil"
        raise Fault(f"{reader} takes {size}, not {show(value)}", operand, help)
    return result


def truth(value: Any) -> bool:
    """Whether a condition holds: a bool, or a number that is not 0."""
    if type(value) is bool:
        return value
    if is_number(value):
        return bool(value)
    raise Fault(
        f"{show(value)} is neither true nor false", 0, "compare it with == or !=, or a list's len(...) with a number"
    )


def signed(symbol: str, value: Any) -> Any:
    """``+`` or ``-`` before a number."""
    number(value, symbol, 0)
    return -value if symbol == "-" else value


def add(a: Any, b: Any) -> Any:
    """The sum of numbers, or two lists one after the other."""
    if isinstance(a, list) and isinstance(b, list):
        return bounded_list([*a, *b]) if made(len(a) + len(b)) else too_many_entries()
    return arithmetic("+", a, b)


def multiply(a: Any, b: Any) -> Any:
    """The product of numbers, or a list repeated."""
    if isinstance(b, list) and not isinstance(a, list):
        return _repeated(b, whole_number(a, "* with a list", 0))
    if isinstance(a, list):
        return _repeated(a, whole_number(b, "* with a list", 1))
    return arithmetic("*", a, b)


def _repeated(values: list[Any], times: int) -> list[Any]:
    return bounded_list(values * times) if made(len(values) * times) else too_many_entries()


def arithmetic(symbol: str, a: Any, b: Any) -> Any:
    """The result of a binary operator on two numbers."""
    number(a, symbol, 0)
    number(b, symbol, 1)
    try:
        result = _ARITHMETIC[symbol](a, b)
        fault = _beyond(result)
    except ZeroDivisionError:
        fault = "divides by zero"
    except OverflowError:
        fault = TOO_LARGE_FLOAT
    except TypeError:  # only a dim raises it
        fault = "cannot be computed on sizes"
    if fault is not None:
        raise Fault(f"{show(a)} {symbol} {show(b)} {fault}")
    return result


def _beyond(result: Any) -> str | None:
    """What is wrong with a result that no number may be."""
    if type(result) is int:
        charge(result.bit_length() // BITS)
        return None if -TOO_LARGE < result < TOO_LARGE else f"has more than {DIGITS:,} digits"
    if type(result) is float and not math.isfinite(result):
        return "is not a number" if result != result else TOO_LARGE_FLOAT
    return None


def _bounded(result: Any, what: str) -> Any:
    fault = _beyond(result)
    if fault is not None:
        raise Fault(f"{what} {fault}")
    return result


def _divide(a: Any, b: Any) -> Any:
    return a // b if type(a) is int and type(b) is int and a % b == 0 else a / b


def _power(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int and b > 0 and (abs(a).bit_length() - 1) * b > TOO_LARGE.bit_length():
        raise Fault(f"{show(a)} ** {show(b)} has more than {DIGITS:,} digits")
    result = a**b
    if type(result) is complex:
        raise Fault(f"{show(a)} ** {show(b)} is the root of a negative number")
    return result


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
}


def equal(a: Any, b: Any) -> Any:
    """Python's equality; for two dims, the condition that they are equal."""
    if is_number(a) and is_number(b):
        return a == b
    if is_kind(a) or is_kind(b):
        return False
    bounded_list([a, b])
    try:
        return bool(a == b)
    except RecursionError:
        raise Fault("the lists are nested too deep to be compared") from None


def unequal(a: Any, b: Any) -> Any:
    return a != b if is_number(a) and is_number(b) else not equal(a, b)


def ordered(symbol: str, a: Any, b: Any) -> Any:
    """Whether ``<``, ``<=``, ``>`` or ``>=`` holds between two numbers."""
    number(a, symbol, 0)
    number(b, symbol, 1)
    return _ORDER[symbol](a, b)


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def contained(a: Any, b: Any) -> bool:
    """Whether a list holds a value."""
    if not isinstance(b, list):
        raise Fault(f"in looks in a list, not in {show(b)}", 1, "write a list: [1, 2]")
    bounded_list(b)
    charge(len(b))
    return any(bool(equal(a, entry)) for entry in b)


def too_many_entries() -> list[Any]:
    raise Fault(f"the list has more than {ENTRIES:,} entries")


def made(entries: int) -> bool:
    """Whether a list may be made that has so many entries; the work of it is charged."""
    charge(max(min(entries, ENTRIES), 0))
    return entries <= ENTRIES


def bounded_list(values: list[Any]) -> list[Any]:
    """The list, unless it holds too many entries; lists shared between entries count each time."""
    total = 0
    waiting: list[Any] = [values]
    while waiting:
        inner = waiting.pop()
        total += len(inner)
        if total > ENTRIES:
            too_many_entries()
        charge(len(inner) // WALKED)
        entries: Any = inner.values() if isinstance(inner, dict) else inner
        waiting.extend(entry for entry in entries if isinstance(entry, (list, dict)))
    return values


def literal(*values: Any) -> list[Any]:
    return bounded_list(list(values))


def entry(name: str, values: Any, position: Any) -> Any:
    """The entry of a list at a position; a negative one counts from the end. ``name`` is the list's in the text."""
    values = _indexable(name, values)
    if isinstance(values, Shape):
        if isinstance(position, Word) and position == CHANNELS:
            position = values.channels
        else:
            _need_numbered(name, values)
    index = whole_number(position, "an index", 1)
    if not -len(values) <= index < len(values):
        entries = f"{len(values)} {'entry' if len(values) == 1 else 'entries'}" if values else "no entries"
        raise Fault(f"{name} has {entries}, index {show(index)} is out of range", 1)
    return values[index]


def entry_of_channels(name: str, values: Any, position: Any) -> Any:
    """``NAME[channels]``, where ``channels`` may be a variable too."""
    if isinstance(values, Shape) and not isinstance(position, Word):
        raise Fault(
            f"'channels' is the axis of the channels in {name}[channels], and a variable too", 1, "rename the variable"
        )
    return entry(name, values, position)


def _need_numbered(name: str, shape: Shape) -> None:
    if not shape.numbered and len(shape) > 2:
        message = (
            f"{name} is {show_value(list(shape))}, and a file of layout: any does not know the order of an image's axes"
        )
        raise Fault(message, 1, f"write {name}[channels], or say layout: CHW or HWC")


def part(name: str, written: Sequence[int], values: Any, *bounds: Any) -> list[Any]:
    """A slice of a list; ``written`` says which of start (0), stop (1) and step (2) the bounds are."""
    values = _indexable(name, values)
    if isinstance(values, Shape):
        _need_numbered(name, values)
    slots: list[int | None] = [None, None, None]
    for operand, (slot, bound) in enumerate(zip(written, bounds, strict=True), 1):
        slots[slot] = whole_number(bound, "a slice", operand)
    if slots[2] == 0:
        raise Fault("the step of a slice is 0", len(bounds))
    taken = slice(*slots)
    made(len(range(*taken.indices(len(values)))))
    result: list[Any] = values[taken]
    return result


def _indexable(name: str, values: Any) -> list[Any]:
    if not isinstance(values, list):
        shown = "" if name == show(values) else f"{name} is {show(values)}: "
        raise Fault(f"{shown}only a list or a tensor's shape has entries", 0)
    return values


def extreme(reader: str, of_plain: Any, of_dims: Callable[[Any, Any], Any], *values: Any) -> Any:
    """The smallest or largest of the numbers given one by one or as one list; all must be numbers."""
    listed = len(values) == 1
    if listed and not isinstance(values[0], list):
        raise Fault(f"{reader} takes a list or several numbers, not {show(values[0])} alone", 0)
    entries: Sequence[Any] = values[0] if listed else values
    charge(len(entries) // WALKED)
    if not entries:
        raise Fault(f"{reader} of an empty list", 0)
    if _plain(entries):
        return of_plain(entries)
    for position, value in enumerate(entries):
        number(value, reader, 0 if listed else position)
    return reduce(of_dims, entries)


def _plain(values: Sequence[Any]) -> bool:
    """Whether all are plain numbers, found at the speed that long lists need."""
    return set(map(type, values)) <= {int, float}


def absolute(value: Any) -> Any:
    number(value, "abs", 0)
    return dims.maximum(value, -value) if is_kind(value) else abs(value)


def rounded(function: Callable[[float], int], value: Any) -> Any:
    """``math.floor`` or ``math.ceil`` of a number."""
    number(value, function.__name__, 0)
    if type(value) is not float:
        return value
    if not math.isfinite(value):
        raise Fault(f"{value} has no {function.__name__}", 0)
    return function(value)


def floor_of_quotient(a: Any, b: Any) -> Any:
    """``floor(a/b)``, exact on whole numbers and dims; ``a/b`` alone would be a double, or would have to divide."""
    return arithmetic("//", a, b) if _exact(a, b) else rounded(math.floor, arithmetic("/", a, b))


def ceil_of_quotient(a: Any, b: Any) -> Any:
    """``ceil(a/b)``, exact on whole numbers and dims."""
    if not _exact(a, b):
        return rounded(math.ceil, arithmetic("/", a, b))
    if type(b) is int and b == 0:
        raise Fault(f"{show(a)} / 0 divides by zero")
    return dims.ceil_div(a, b)


def _exact(a: Any, b: Any) -> bool:
    return all(type(value) is int or is_kind(value) for value in (a, b))


def nearest_whole(value: Any, digits: Any = None) -> Any:
    """Python's ``round``: halves go to the even neighbour."""
    number(value, "round", 0)
    if digits is not None:
        places = whole_number(digits, "round", 1)
    if is_kind(value) and (digits is None or places >= 0 or not dims.valued(value)):
        return value
    try:
        # No number has more than DIGITS digits before its point or after it, so that further places change nothing.
        return round(value) if digits is None else round(dims.plain(value), max(-DIGITS - 1, min(places, DIGITS + 1)))
    except (OverflowError, ValueError):
        raise Fault(f"round({value}) is not a number", 0) from None


def square_root(value: Any) -> Any:
    """The square root; a square number has a whole one."""
    number(value, "sqrt", 0)
    if dims.valued(value):
        value = dims.plain(value)
    if is_kind(value):
        raise Fault(f"sqrt takes one number, not the size {show(value)}", 0)
    if value < 0:
        raise Fault(f"sqrt of {show(value)}, a negative number", 0)
    if type(value) is int and math.isqrt(value) ** 2 == value:
        return math.isqrt(value)
    try:
        return _bounded(math.sqrt(value), f"sqrt({show(value)})")
    except OverflowError:
        raise Fault(f"sqrt({show(value)}) {TOO_LARGE_FLOAT}", 0) from None


def length(values: Any) -> int:
    if not isinstance(values, list):
        raise Fault(f"len takes a list, not {show(values)}", 0)
    return len(values)


def total(values: Any) -> Any:
    """The sum of a list, from the left: Python's own sum of doubles changed with 3.12."""
    if not isinstance(values, list):
        raise Fault(f"sum takes a list, not {show(values)}", 0, "write a list: sum([1, 2])")
    charge(len(values) // WALKED)
    if set(map(type, values)) == {int}:
        return _bounded(sum(values), "the sum")  # ten times as fast, and a list may be long
    for value in values:
        number(value, "sum", 0)
    try:
        return _bounded(reduce(operator.add, values, 0), "the sum")
    except OverflowError:
        raise Fault(f"the sum {TOO_LARGE_FLOAT}", 0) from None


def counted(*bounds: Any) -> list[int]:
    """Python's ``range`` as a list."""
    start_stop_step = [whole_number(bound, "range", at) for at, bound in enumerate(bounds)]
    if start_stop_step[2:] == [0]:
        raise Fault("the step of range is 0", 2)
    numbers = range(*start_stop_step)
    return list(numbers) if not numbers[ENTRIES:] and made(len(numbers)) else too_many_entries()


def divisible(value: Any, by: Any = 8) -> Any:
    """The multiple of ``by`` nearest to a width, never 10 % below it (torchvision, ``_make_divisible``)."""
    number(value, "divisible", 0)
    step = whole_number(by, "divisible", 1)
    if step < 1:
        raise Fault(f"divisible takes a step of at least 1, not {show(step)}", 1)
    if type(value) is not float:  # a dim allows whole numbers only
        nearest = dims.maximum(step, (2 * value + step) // (2 * step) * step)
        return dims.where(10 * nearest < 9 * value, nearest + step, nearest)
    if not math.isfinite(value):
        raise Fault(f"divisible takes a number, not {value}", 0)
    multiple = max(step, int(value + step / 2) // step * step)
    return multiple + step if multiple < 0.9 * value else multiple


Operation = tuple[Callable[..., Any], int, int | None]
"""What a function does, and how many arguments it takes: at least, and at most (None: any number)."""

FUNCTIONS: dict[str, Operation] = {
    "min": (partial(extreme, "min", min, dims.minimum), 1, None),
    "max": (partial(extreme, "max", max, dims.maximum), 1, None),
    "abs": (absolute, 1, 1),
    "ceil": (partial(rounded, math.ceil), 1, 1),
    "floor": (partial(rounded, math.floor), 1, 1),
    "round": (nearest_whole, 1, 2),
    "sqrt": (square_root, 1, 1),
    "len": (length, 1, 1),
    "sum": (total, 1, 1),
    "range": (counted, 1, 3),
    "divisible": (divisible, 1, 2),
}
