"""The kinds of argument that layers take: what each accepts, what a rule sees of it, how it is described.

A layer's fields are annotated with the aliases at the end of this file. To a type checker they are ``Any``
(a rule computes with them as with any number); at run time each carries the kind that checks what was written.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from archcalc.dims import is_dim, kind, require
from archcalc.errors import RuleError


class Pad:
    """Padding of one axis: before, after, and their total apart, so that equal sides read ``2·padding``.

    ``apart`` says that the input is padded before the layer reads it, as by torch.nn.functional.pad: ``same`` in pools
    and [before, after], which PyTorch's layers have not and whose limits do not hold for them.
    """

    __slots__ = ("before", "after", "total", "apart")

    def __init__(self, before: Any, after: Any, total: Any, apart: bool = False) -> None:
        self.before, self.after, self.total, self.apart = before, after, total, apart


class Argument:
    """A kind of argument: ``accept`` checks and normalises one value, ``bind`` fits it to an input's spatial axes."""

    per_axis = False
    literal = False  # stays as it is written, no expression
    structure = False  # decides what is built, such as an axis: always one number, never a symbol or many variants
    describe = ""
    schema: dict[str, Any] = {}

    def accept(self, value: Any, name: str) -> Any:
        """The value as the rules want it; raises RuleError where it is none of this kind."""
        raise NotImplementedError

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        """What the rules see on an input of shape ``[C, ...spatial]``."""
        return value

    def refuse(self, value: Any, name: str) -> RuleError:
        return RuleError(f"{name} takes {self.describe}, not {show_value(value)}", name)


def show_value(value: Any) -> str:
    """A value as a person would write it in a spec."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(show_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show_value(item)}" for key, item in value.items()) + "}"
    return str(value)


def whole(value: Any) -> Any:
    """A dim, or a float that is whole, as a dim; None for anything else."""
    if is_dim(value):
        return value
    return int(value) if type(value) is float and value.is_integer() else None


# JSON Schemas. Any text may be an expression, so that a type is never alone.


def one_or_list(one: dict[str, Any], item: dict[str, Any] | None = None) -> dict[str, Any]:
    """One of a kind, or a list of it; or a list of another."""
    return {"anyOf": [one, {"type": "array", "items": item or one}]}


def one_or_pair(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}]}


def choice_or(other: dict[str, Any], words: tuple[str, ...]) -> dict[str, Any]:
    """One of some words, for an editor to offer, or something else."""
    return {"anyOf": [{"enum": [*words]}, other]}


class Integer(Argument):
    """A whole number, at least ``least``."""

    def __init__(self, describe: str, least: int | None = None) -> None:
        self.describe, self.least = describe, least
        self.schema = {"type": ["integer", "string"]}
        if least is not None:
            self.schema["minimum"] = least

    def accept(self, value: Any, name: str) -> Any:
        number = whole(value)
        if number is None:
            raise self.fraction(value, name) if type(value) is float else self.refuse(value, name)
        if self.least is not None:
            if kind(number) is None and number < self.least:
                raise self.refuse(value, name)
            require(number >= self.least, lambda: f"{name} takes {self.describe}, not {number}", name)
        return number

    def fraction(self, value: float, name: str) -> RuleError:
        return RuleError(f"{name} is {value}, not a whole number", name, help="write //, floor or ceil")


class PerAxis(Argument):
    """One whole number for every spatial axis, or a list with one each."""

    per_axis = True

    def __init__(self, least: int = 1) -> None:
        self.one = Integer("a whole number above 0" if least else "a whole number, 0 or more", least)
        self.describe = f"{self.one.describe}, or one per spatial axis"
        self.schema = one_or_list(self.one.schema)

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(self.one.accept(item, name) for item in value)
        if whole(value) is None and type(value) is not float:
            raise self.refuse(value, name)
        return self.one.accept(value, name)

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        return spread(value, x, name)


class Padded(Argument):
    """Padding: a Pad per axis; the word ``same`` stays until the size of the input is known."""

    per_axis = True
    describe = "a whole number, one entry per axis (a number or [before, after]), valid or same"
    words = ("same", "valid")
    one = Integer("a whole number, 0 or more", 0)
    schema = choice_or(one_or_list(one_or_pair(one.schema)), words)

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, str):
            if value not in self.words:
                raise self.refuse(value, name)
            return value if value == "same" else 0
        if isinstance(value, (list, tuple)):
            return tuple(self._entry(item, name) for item in value)
        if whole(value) is None and type(value) is not float:
            raise self.refuse(value, name)
        return self.one.accept(value, name)

    def _entry(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            if len(value) != 2:
                raise RuleError(f"an entry of {name} is a number or [before, after], not {show_value(value)}", name)
            return tuple(self.one.accept(item, name) for item in value)
        return self.one.accept(value, name)

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        if isinstance(value, str):
            return value
        entries = spread(value, x, name)
        return tuple(
            Pad(v[0], v[1], v[0] + v[1], apart=True) if isinstance(v, tuple) else Pad(v, v, 2 * v) for v in entries
        )


class PaddedEqually(PerAxis):
    """Padding where both sides must be equal: whole numbers only."""

    def __init__(self) -> None:
        super().__init__(least=0)
        self.one.describe = "whole numbers only, equal before and after"
        self.describe = f"{self.one.describe}: one, or one per spatial axis"


class Flag(Argument):
    """true or false."""

    describe = "true or false"
    schema = {"type": ["boolean", "string"]}

    def accept(self, value: Any, name: str) -> Any:
        if type(value) is bool or getattr(kind(value), "condition", False):
            return value
        raise self.refuse(value, name)


class Number(Argument):
    """A number, whole or not; ``least`` and ``most`` bound it."""

    def __init__(self, describe: str = "a number", least: float | None = None, most: float | None = None) -> None:
        self.describe, self.least, self.most = describe, least, most
        bounds = {"minimum": least, "maximum": most}
        self.schema = {"type": ["number", "string"], **{word: end for word, end in bounds.items() if end is not None}}

    def accept(self, value: Any, name: str) -> Any:
        if not is_dim(value) and type(value) is not float:
            raise self.refuse(value, name)
        if kind(value) is None:
            if value != value or (self.least is not None and value < self.least):
                raise self.refuse(value, name)
            if self.most is not None and value > self.most:
                raise self.refuse(value, name)
        return value


class Choice(Argument):
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.describe = ", ".join(words[:-1]) + f" or {words[-1]}"
        self.schema = choice_or({"type": "string"}, words)

    def accept(self, value: Any, name: str) -> Any:
        if not isinstance(value, str) or value not in self.words:
            raise self.refuse(value, name)
        return str(value)


class List(Argument):
    """A list of whole numbers, such as a shape; a bare number where ``single`` is a list of one."""

    def __init__(self, describe: str, least: int | None = None, single: bool = False, structure: bool = False) -> None:
        self.describe, self.single, self.structure = describe, single, structure
        self.one = Integer(describe, least)
        self.schema = one_or_list(self.one.schema) if single else one_or_list({"type": "string"}, self.one.schema)

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(self.one.accept(item, name) for item in value)
        if not self.single or (whole(value) is None and type(value) is not float):
            raise self.refuse(value, name)
        return (self.one.accept(value, name),)


class Scaling(PerAxis):
    """A factor for every spatial axis, whole or not, or a list with one each."""

    describe = "a number, or one per spatial axis"

    def __init__(self) -> None:
        self.one: Any = Number()
        self.schema = one_or_list(self.one.schema)

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(self.one.accept(item, name) for item in value)
        return self.one.accept(value, name)


class LastAxes(PerAxis):
    """A whole number for every axis but the first, or a list held against the last axes."""

    per_axis = False

    def __init__(self) -> None:
        super().__init__()
        self.describe = "a whole number above 0, or a list of them for the last axes"


class Sides(Argument):
    """What to add or cut before and after: a number for every axis but the first, or a list for the last axes.

    A rule sees the number, or a tuple of (before, after).
    """

    def __init__(self, least: int | None = None) -> None:
        number = "a whole number" if least is None else f"a whole number, {least} or more"
        self.one = Integer(f"{number}, or [before, after]", least)
        self.describe = f"{number}, or a list for the last axes, an entry a number or [before, after]"
        self.schema = one_or_list(one_or_pair(self.one.schema))

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(self._entry(item, name) for item in value)
        if whole(value) is None and type(value) is not float:
            raise self.refuse(value, name)
        return self.one.accept(value, name)

    def _entry(self, value: Any, name: str) -> Any:
        if not isinstance(value, (list, tuple)):
            number = self.one.accept(value, name)
            return number, number
        if len(value) != 2:
            raise RuleError(f"an entry of {name} is a number or [before, after], not {show_value(value)}", name)
        return tuple(self.one.accept(item, name) for item in value)


class StepArgument(Argument):
    """What a step takes (a layer's name, or ``{layer: arguments}``): expanded to rows of its own, seen by no rule."""

    describe = "a layer, {layer: arguments} or none"
    schema = {"anyOf": [{"type": "string"}, {"type": "object"}]}

    def accept(self, value: Any, name: str) -> Any:
        return value


def spread(value: Any, x: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """A value for each spatial axis of ``[C, ...spatial]``: its own of a list, or the same for all."""
    axes = len(x) - 1
    if not isinstance(value, tuple):
        return (value,) * axes
    if len(value) != axes:
        raise RuleError(
            f"{name} has {count(len(value), 'number')}, {show_value(x)} has {count(axes, 'spatial ax', 'is', 'es')}",
            name,
            help=wrong_axes(x) if axes > len(value) else None,
        )
    return value


def wrong_axes(x: tuple[Any, ...]) -> str:
    """Advice for a shape of more spatial axes than were written for."""
    if kind(x[0]) is None and x[0] == 1:
        return f"a shape has no batch axis: {show_value(x[1:])}; for frames use map:"
    return "for frames use map:"


def count(number: int, noun: str, one: str = "", many: str = "s") -> str:
    """A number and its noun: 1 number, 2 numbers."""
    return f"{number} {noun}{one if number == 1 else many}"


def axis_of(axis: int, x: tuple[Any, ...], name: str = "axis") -> int:
    """The axis of shape ``x`` counted from 0; negative ones count from the end. RuleError where there is none."""
    if not -len(x) <= axis < len(x):
        there = f"its axes are 0 to {len(x) - 1}, or -{len(x)} to -1" if len(x) else None
        raise RuleError(f"{show_value(x)} has no axis {axis}", name, help=there)
    return axis % len(x)


def axes_of(axes: tuple[int, ...], x: tuple[Any, ...], name: str = "axis") -> list[int]:
    """The axes of shape ``x`` counted from 0, in rising order; each may be named once."""
    found = sorted(axis_of(axis, x, name) for axis in axes)
    for axis, after in pairwise(found):
        if axis == after:
            raise RuleError(f"{name} names axis {axis} of {show_value(x)} twice", name)
    return found


def need_axes(layer: str, x: tuple[Any, ...], least: int = 1) -> None:
    """A layer that reads at least so many axes; raises RuleError for fewer."""
    if len(x) < least:
        raise RuleError(f"{layer} reads at least {('one axis', 'two axes')[least - 1]}; the input is {show_value(x)}")


def need_elements(layer: str, x: tuple[Any, ...]) -> None:
    """A layer that reads ``[C, ...spatial]`` of no empty axis; raises RuleError for another."""
    for size in x:
        require(size >= 1, lambda: f"{layer} reads at least one channel and one position, not {show_value(x)}")


class Structural(Integer):
    """A whole number that decides structure (an axis, how many layers): one plain number, never a symbol."""

    structure = True

    def accept(self, value: Any, name: str) -> Any:
        number = super().accept(value, name)
        if kind(number) is not None:
            raise RuleError(f"{name} decides structure and must be one plain number, not {number}", name)
        return number


class ZeroIsNone(Structural):
    """A whole number of which 0 stands for none: rules see None."""

    def accept(self, value: Any, name: str) -> Any:
        return super().accept(value, name) or None


class OneOr(Choice):
    """The number 1, or a word."""

    structure = True

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.describe = f"1 or {word}"
        self.schema = choice_or({"type": ["integer", "string"], "minimum": 1, "maximum": 1}, (word,))

    def accept(self, value: Any, name: str) -> Any:
        return 1 if kind(value) is None and whole(value) == 1 else super().accept(value, name)


class AxesOrAll(List):
    """An axis, or a list of axes; the word ``all``, which rules see as None."""

    words = ("all",)

    def __init__(self) -> None:
        super().__init__("an axis, a list of axes, or all", single=True, structure=True)
        self.schema = choice_or(self.schema, self.words)

    def accept(self, value: Any, name: str) -> Any:
        return None if value == "all" else super().accept(value, name)


class Text(Argument):
    """A text that is no expression."""

    literal = True
    describe = "a text"
    schema = {"type": "string"}

    def accept(self, value: Any, name: str) -> Any:
        if not isinstance(value, str):
            raise self.refuse(value, name)
        return str(value)


Size = Annotated[Any, Integer("a whole number above 0", 1)]
Count = Annotated[Any, Integer("a whole number, 0 or more", 0)]
Whole = Annotated[Any, Integer("a whole number")]
Sizes = Annotated[Any, PerAxis()]
Margins = Annotated[Any, PerAxis(least=0)]
Padding = Annotated[Any, Padded()]
EqualPadding = Annotated[Any, PaddedEqually()]
Switch = Annotated[Any, Flag()]
Probability = Annotated[Any, Number("a number from 0 to 1", 0, 1)]
Axes = Annotated[Any, List("an axis, or a list of axes", single=True, structure=True)]
Shape = Annotated[Any, List("a list of whole numbers")]
Step = Annotated[Any, StepArgument()]
PadMode = Annotated[Any, Choice("constant", "reflect", "replicate", "circular")]
Resampling = Annotated[Any, Choice("nearest", "linear", "bilinear", "bicubic", "trilinear")]
Power = Annotated[Any, Number()]
Parts = Annotated[Any, Structural("a whole number above 0", 1)]
Amounts = Annotated[Any, List("a list of whole numbers, 0 or more", 0)]
Scale = Annotated[Any, Scaling()]
Extent = Annotated[Any, LastAxes()]
Borders = Annotated[Any, Sides()]
Cuts = Annotated[Any, Sides(least=0)]
Axis = Annotated[Any, Structural("a whole number")]
Repeats = Annotated[Any, Structural("a whole number above 0", 1)]
CountOrNone = Annotated[Any, ZeroIsNone("a whole number, 0 or more", 0)]
OneOrAll = Annotated[Any, OneOr("all")]
SomeAxes = Annotated[Any, AxesOrAll()]
Equation = Annotated[Any, Text()]
DataType = Annotated[
    Any,
    Choice(*"float64 float32 float16 bfloat16 complex128 complex64 int64 int32 int16 int8 uint8 bool".split()),
]
Gate = Annotated[Any, Choice("sigmoid", "tanh", "relu", "silu", "gelu", "identity")]
Slope = Annotated[Any, Number()]
Returned = Annotated[Any, Choice("sequence", "last")]
