"""What layers take as arguments: what each accepts, what a rule sees of it, how it is described.

A layer's fields are annotated with the aliases at the end of this file. To a type checker they are ``Any``, since a
rule computes with them as with any number; at run time each is the Argument that checks what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.dims import arithmetic, is_condition, is_dim, plain, require, valued
from archcalc.errors import RuleError
from archcalc.layers.axes import show_value, spread

if TYPE_CHECKING:
    from typing import Annotated
else:

    class Annotated:  # typing's own takes a twentieth of the time in which archcalc loads
        def __class_getitem__(cls, given):
            return given[1]


CHANNELS = "channels"
"""The word for the axis of the channels: 0, or the last in a file of layout HWC."""


class Pad:
    """Padding of one axis: before, after and their total, kept apart so that equal sides read ``2·padding``.

    ``apart``: the input is padded before the layer reads it, as by torch.nn.functional.pad. So it is for ``same`` in
    pools and for [before, after]; PyTorch's own layers take neither, and their limits do not hold for them.
    """

    __slots__ = ("before", "after", "total", "apart")

    def __init__(self, before: Any, after: Any, total: Any, apart: bool = False) -> None:
        self.before, self.after, self.total, self.apart = before, after, total, apart

    @classmethod
    def equal(cls, size: Any) -> Pad:
        """The same padding before and after."""
        return cls(size, size, 2 * size)


Schema = dict[str, Any]
"""A JSON Schema."""


class Argument:
    """What an argument takes: ``accept`` checks and normalises a value, ``bind`` fits it to an input's spatial axes."""

    per_axis = False
    literal = False  # stays as written: no expression
    names_axes = False  # a number in it says an axis, or a list the order of axes
    structure = False  # decides what is built, such as an axis: always one number, never a symbol or many variants
    describe = ""
    schema: Schema = {}

    def accept(self, value: Any, name: str) -> Any:
        """The value in the form that rules want; raises RuleError if the argument does not take it."""
        raise NotImplementedError

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        """What the rules see on an input of shape ``[C, ...spatial]``."""
        return value

    def refuse(self, value: Any, name: str) -> RuleError:
        return RuleError(f"{name} takes {self.describe}, not {show_value(value)}", name)


def whole(value: Any) -> Any:
    """A dim, or a float that is whole, as a dim; None for anything else."""
    if is_dim(value):
        return value
    return int(value) if type(value) is float and value.is_integer() else None


# JSON Schemas. A number may also be written as an expression, so its type always includes string.


def one_or_list(one: Schema, item: Schema | None = None) -> Schema:
    """One value, or a list of such values (of ``item``, if the entries differ)."""
    return {"anyOf": [one, {"type": "array", "items": item or one}]}


def one_or_pair(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}]}


def choice_or(other: Schema, words: tuple[str, ...]) -> Schema:
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
            if arithmetic(number) is None and number < self.least:
                raise self.refuse(value, name)
            require(number >= self.least, lambda: f"{name} takes {self.describe}, not {number}", name)
        return number

    def fraction(self, value: float, name: str) -> RuleError:
        return RuleError(f"{name} is {value}, not a whole number", name, help="write //, floor or ceil")


class Structural(Integer):
    """A whole number that decides structure (an axis, how many layers): one plain number, never a symbol."""

    structure = True

    def accept(self, value: Any, name: str) -> Any:
        number = plain(super().accept(value, name))
        if arithmetic(number) is not None:
            raise RuleError(f"{name} decides structure and must be one plain number, not {number}", name)
        return number


class AxisArgument(Structural):
    """An axis: a number, or the word ``channels``."""

    names_axes = True
    words = (CHANNELS,)

    def __init__(self) -> None:
        super().__init__("a whole number or channels")
        self.schema = choice_or(self.schema, self.words)

    def accept(self, value: Any, name: str) -> Any:
        return CHANNELS if isinstance(value, str) and value == CHANNELS else super().accept(value, name)


class CountOrNoneArgument(Structural):
    """A whole number, 0 or more; rules see None for 0."""

    def accept(self, value: Any, name: str) -> Any:
        return super().accept(value, name) or None


class Number(Argument):
    """A number, whole or not; ``least`` and ``most`` bound it."""

    def __init__(self, describe: str = "a number", least: float | None = None, most: float | None = None) -> None:
        self.describe, self.least, self.most = describe, least, most
        bounds = {"minimum": least, "maximum": most}
        self.schema = {"type": ["number", "string"], **{word: end for word, end in bounds.items() if end is not None}}

    def accept(self, value: Any, name: str) -> Any:
        if not is_dim(value) and type(value) is not float:
            raise self.refuse(value, name)
        if valued(value) or type(value) is float:
            if value != value or (self.least is not None and value < self.least):
                raise self.refuse(value, name)
            if self.most is not None and value > self.most:
                raise self.refuse(value, name)
        return value


class OneOrList(Argument):
    """One number, or a list of entries; each number is held to ``one``."""

    one: Argument

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return tuple(self.entry(item, name) for item in value)
        if whole(value) is None and type(value) is not float:
            raise self.refuse(value, name)
        return self.one.accept(value, name)

    def entry(self, value: Any, name: str) -> Any:
        return self.one.accept(value, name)

    def pair(self, value: Any, name: str) -> tuple[Any, Any]:
        """An entry written as [before, after]."""
        if len(value) != 2:
            raise RuleError(f"an entry of {name} is a number or [before, after], not {show_value(value)}", name)
        return self.one.accept(value[0], name), self.one.accept(value[1], name)


class PerAxis(OneOrList):
    """One whole number for every spatial axis, or a list with one each."""

    per_axis = True

    def __init__(self, least: int = 1) -> None:
        self.one = Integer("a whole number above 0" if least else "a whole number, 0 or more", least)
        self.describe = f"{self.one.describe}, or one per spatial axis"
        self.schema = one_or_list(self.one.schema)

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        return spread(value, x, name)


class ScaleArgument(PerAxis):
    """A factor for every spatial axis, whole or not, or a list with one each."""

    def __init__(self) -> None:
        self.one = Number()
        self.describe = f"{self.one.describe}, or one per spatial axis"
        self.schema = one_or_list(self.one.schema)


class LastSizesArgument(PerAxis):
    """A whole number for every axis but the first, or a list for the last axes."""

    per_axis = False

    def __init__(self) -> None:
        super().__init__()
        self.describe = "a whole number above 0, or a list of them for the last axes"


class PaddingArgument(OneOrList):
    """Padding: a Pad per axis; the word ``same`` stays until the size of the input is known."""

    per_axis = True
    describe = "a whole number, one entry per axis (a number or [before, after]), valid or same"
    words = ("same", "valid")
    one = Integer("a whole number, 0 or more", 0)
    schema = choice_or(one_or_list(one_or_pair(one.schema)), words)

    def accept(self, value: Any, name: str) -> Any:
        if isinstance(value, str) and value in self.words:
            return value if value == "same" else 0
        return super().accept(value, name)

    def entry(self, value: Any, name: str) -> Any:
        return self.pair(value, name) if isinstance(value, (list, tuple)) else super().entry(value, name)

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        if isinstance(value, str):
            return value
        entries = spread(value, x, name)
        return tuple(
            Pad(v[0], v[1], v[0] + v[1], apart=True) if isinstance(v, tuple) else Pad.equal(v) for v in entries
        )


class EqualPaddingArgument(PerAxis):
    """Padding that must be equal before and after: a Pad per axis."""

    def __init__(self) -> None:
        super().__init__(least=0)
        self.one.describe = "whole numbers only, equal before and after"
        self.describe = f"{self.one.describe}: one, or one per spatial axis"

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        return tuple(map(Pad.equal, super().bind(value, x, name)))


class EqualPaddingOrSameArgument(EqualPaddingArgument):
    """Padding that must be equal before and after, or the word ``same``, which stays for the rule."""

    words = ("same",)

    def __init__(self) -> None:
        super().__init__()
        self.describe += ", or same"
        self.schema = choice_or(self.schema, self.words)

    def accept(self, value: Any, name: str) -> Any:
        return "same" if value == "same" else super().accept(value, name)

    def bind(self, value: Any, x: tuple[Any, ...], name: str) -> Any:
        return value if value == "same" else super().bind(value, x, name)


class SidesArgument(OneOrList):
    """What to add or cut before and after: a number for every axis but the first, or a list for the last axes.

    A rule sees the number, or a tuple of (before, after).
    """

    def __init__(self, least: int | None = None) -> None:
        number = "a whole number" if least is None else f"a whole number, {least} or more"
        self.one = Integer(f"{number}, or [before, after]", least)
        self.describe = f"{number}, or a list for the last axes, an entry a number or [before, after]"
        self.schema = one_or_list(one_or_pair(self.one.schema))

    def entry(self, value: Any, name: str) -> Any:
        if isinstance(value, (list, tuple)):
            return self.pair(value, name)
        number = self.one.accept(value, name)
        return number, number


class List(OneOrList):
    """A list of whole numbers, such as a shape; with ``single`` a bare number is a list of one."""

    def __init__(
        self,
        describe: str,
        least: int | None = None,
        single: bool = False,
        structure: bool = False,
        names_axes: bool = False,
    ) -> None:
        self.describe, self.single, self.structure, self.names_axes = describe, single, structure, names_axes
        self.one = Integer(describe, least)
        self.schema = one_or_list(self.one.schema) if single else one_or_list({"type": "string"}, self.one.schema)

    def accept(self, value: Any, name: str) -> Any:
        if not self.single and not isinstance(value, (list, tuple)):
            raise self.refuse(value, name)
        found = super().accept(value, name)
        return found if isinstance(found, tuple) else (found,)


class AxesArgument(List):
    """An axis or a list of axes; each is a number, or the word ``channels``."""

    words: tuple[str, ...] = (CHANNELS,)

    def __init__(self, describe: str = "an axis, or a list of axes") -> None:
        super().__init__(describe, single=True, structure=True, names_axes=True)
        self.one = AxisArgument()
        self.one.describe = describe
        self.schema = choice_or(one_or_list(Integer(describe).schema), self.words)

    def accept(self, value: Any, name: str) -> Any:
        return (CHANNELS,) if isinstance(value, str) and value == CHANNELS else super().accept(value, name)


class AxesOrAllArgument(AxesArgument):
    """An axis, a list of axes, or the word ``all``, for which rules see None."""

    words = (CHANNELS, "all")

    def __init__(self) -> None:
        super().__init__("an axis, a list of axes, or all")

    def accept(self, value: Any, name: str) -> Any:
        return None if value == "all" else super().accept(value, name)


class FlagArgument(Argument):
    """true or false."""

    describe = "true or false"
    schema = {"type": ["boolean", "string"]}

    def accept(self, value: Any, name: str) -> Any:
        if is_condition(value):
            return bool(value)
        raise self.refuse(value, name)


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


class OneOrAllArgument(Choice):
    """The number 1, or the word ``all``."""

    structure = True

    def __init__(self) -> None:
        super().__init__("all")
        self.describe = "1 or all"
        self.schema = choice_or({"type": ["integer", "string"], "minimum": 1, "maximum": 1}, self.words)

    def accept(self, value: Any, name: str) -> Any:
        return (
            1
            if whole(value) is not None and valued(whole(value)) and whole(value) == 1
            else super().accept(value, name)
        )


class TextArgument(Argument):
    """A text that is no expression."""

    literal = True
    describe = "a text"
    schema = {"type": "string"}

    def accept(self, value: Any, name: str) -> Any:
        if not isinstance(value, str):
            raise self.refuse(value, name)
        return str(value)


class InlineLayerArgument(Argument):
    """A layer's name, or ``{layer: arguments}``. It becomes a row of its own; no rule sees it."""

    describe = "a layer, {layer: arguments} or none"
    schema = {"anyOf": [{"type": "string"}, {"type": "object"}]}

    def accept(self, value: Any, name: str) -> Any:
        return value


Size = Annotated[Any, Integer("a whole number above 0", 1)]
Count = Annotated[Any, Integer("a whole number, 0 or more", 0)]
Whole = Annotated[Any, Integer("a whole number")]
Sizes = Annotated[Any, PerAxis()]
Counts = Annotated[Any, PerAxis(least=0)]
Padding = Annotated[Any, PaddingArgument()]
EqualPadding = Annotated[Any, EqualPaddingArgument()]
EqualPaddingOrSame = Annotated[Any, EqualPaddingOrSameArgument()]
Flag = Annotated[Any, FlagArgument()]
Probability = Annotated[Any, Number("a number from 0 to 1", 0, 1)]
Axes = Annotated[Any, AxesArgument()]
Shape = Annotated[Any, List("a list of whole numbers", names_axes=True)]
Extent = Annotated[Any, List("a list of whole numbers, 0 or more", 0, names_axes=True)]
InlineLayer = Annotated[Any, InlineLayerArgument()]
PadMode = Annotated[Any, Choice("constant", "reflect", "replicate", "circular")]
Resampling = Annotated[Any, Choice("nearest", "linear", "bilinear", "bicubic", "trilinear")]
Real = Annotated[Any, Number()]
PlainSize = Annotated[Any, Structural("a whole number above 0", 1)]
CountList = Annotated[Any, List("a list of whole numbers, 0 or more", 0)]
Scale = Annotated[Any, ScaleArgument()]
LastSizes = Annotated[Any, LastSizesArgument()]
Sides = Annotated[Any, SidesArgument()]
SideCounts = Annotated[Any, SidesArgument(least=0)]
Axis = Annotated[Any, AxisArgument()]
CountOrNone = Annotated[Any, CountOrNoneArgument("a whole number, 0 or more", 0)]
OneOrAll = Annotated[Any, OneOrAllArgument()]
AxesOrAll = Annotated[Any, AxesOrAllArgument()]
Text = Annotated[Any, TextArgument()]
DataType = Annotated[
    Any,
    Choice(*"float64 float32 float16 bfloat16 complex128 complex64 int64 int32 int16 int8 uint8 bool".split()),
]
Gate = Annotated[Any, Choice("sigmoid", "tanh", "relu", "silu", "gelu", "identity")]
HeadNorm = Annotated[Any, Choice("rms_norm", "layer_norm")]
Returned = Annotated[Any, Choice("sequence", "last")]
