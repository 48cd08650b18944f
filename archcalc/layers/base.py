"""What a layer type is, and how one is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from archcalc.errors import RuleError
from archcalc.layers.arguments import CHANNELS, Argument
from archcalc.layers.axes import LETTERS, need_elements, show_value
from archcalc.layers.cached import Cached
from archcalc.layers.kept import WEIGHTS, Kept

Dims = tuple[Any, ...]
Arguments = dict[str, Any]  # a layer's arguments by name, as they are given
Ops = dict[str, Any]
"""How many of each elementary operation. What is left out is 0."""

ELEMENTARY = ("mac", "add", "mul", "div", "exp", "cmp")
"""The elementary operations."""

BITS = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "int4": 4,
}
"""Widths of the dtypes that weights may have."""

SPELLINGS = {
    "double": "float64",
    "fp64": "float64",
    "float": "float32",
    "single": "float32",
    "fp32": "float32",
    "half": "float16",
    "fp16": "float16",
    "bf16": "bfloat16",
    "fp8": "float8",
    "long": "int64",
    "int": "int32",
    "short": "int16",
}
"""Other words for dtypes."""


def dtype_of(word: str) -> str | None:
    """The dtype that a word means: ``fp16``, ``half`` and ``torch.float16`` are float16. None for another word."""
    plain = word.strip().lower().removeprefix("torch.")
    return SPELLINGS.get(plain, plain if plain in BITS else None)


def is_bias(weight: str) -> bool:
    """Whether a weight of that name is a bias: ``bias``, ``in_proj_bias``, ``out_proj.bias``, ``bias_ih_l0``.

    Biases of norms are; ``relative_position_bias``, a table, is not.
    """
    last = weight.rpartition(".")[2]
    return last.startswith("bias") or last.endswith("proj_bias")


REGISTRY: dict[str, type[Layer]] = {}
LayerType = TypeVar("LayerType", bound="type[Layer]")


class Missing:
    """The default of an argument that must be given."""


class SameAs:
    """A default that is another argument's value."""

    __slots__ = ("text",)

    def __init__(self, argument: str) -> None:
        self.text = argument


class Computed:
    """A default that a rule computes from None; ``text`` says how, for people."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def same_as(argument: str) -> Any:
    return SameAs(argument)


def computed(text: str) -> Any:
    return Computed(text)


class Several:
    """How many tensors a layer reads: at least ``least``."""

    __slots__ = ("least",)

    def __init__(self, least: int) -> None:
        self.least = least

    def __contains__(self, number: int) -> bool:
        return number >= self.least


def layer(
    *names: str, obvious: str | None = None, reads: Any = (1,), either: tuple[str, ...] = ()
) -> Callable[[LayerType], LayerType]:
    """Declare a layer type: its annotated fields are its arguments, in the order written.

    A field ends in an underscore where Python or Layer uses the argument's name: ``return_``, ``shape_``.
    ``obvious`` is the argument that a bare value sets, ``reads`` holds how many tensors the layer may read, and
    exactly one argument of ``either`` must be given. If several names share the class, ``type_name`` tells which it is.
    """

    def register(cls: LayerType) -> LayerType:
        fields: dict[str, str] = {}
        arguments: dict[str, tuple[Argument, Any]] = {}
        for base in reversed(cls.__mro__):
            for field, annotation in getattr(base, "__annotations__", {}).items():
                if isinstance(annotation, Argument):
                    name = field.removesuffix("_")
                    fields[name] = field
                    arguments[name] = (annotation, getattr(cls, field, Missing))
        cls.fields, cls.arguments, cls.obvious, cls.reads, cls.either = fields, arguments, obvious, reads, either
        cls.per_axis = tuple(name for name, (argument, _) in arguments.items() if argument.per_axis)
        cls.axes_named = tuple(name for name, (argument, _) in arguments.items() if argument.names_axes)
        cls.names = names
        for name in names:
            if name in REGISTRY:
                raise ValueError(f"two layer types are called {name}")
            REGISTRY[name] = cls
        cls.type_name = names[0]
        return cls

    return register


class Layer:
    """A layer type. Its rules are arithmetic on dims: each reads the inputs' shapes, and ``shape`` gives the output's.

    A layer that reads several tensors takes that many shapes; one with ``several = True`` returns a list of shapes.
    ``ops`` takes the inputs' shapes, then the output's. A rule never prints, rounds, catches, or looks at the batch.
    """

    type_name = ""
    names: tuple[str, ...] = ()  # of all the types that share the class
    fields: dict[str, str] = {}  # the attribute that holds each argument
    arguments: dict[str, tuple[Argument, Any]] = {}
    obvious: str | None = None
    reads: Any = (1,)
    either: tuple[str, ...] = ()
    per_axis: tuple[str, ...] = ()
    axes_named: tuple[str, ...] = ()  # the arguments that are axes, which may be called channels
    channel_axis: int | None = None  # of the channels in its rules' shapes; None: it reads shapes as they are
    several = False  # gives several tensors
    by_index = False  # reads its weights by index, a row for each
    view = False  # its output lies in the memory of its input, or of its weights: no activations of its own
    in_place = False  # each output element needs the same position of its one input alone, and may be written over it

    def __init__(self, **given: Any) -> None:
        """Check and normalise the arguments; raises RuleError naming the one at fault."""
        self.given = given
        for name in given:
            if name not in self.arguments:
                raise RuleError(f"{self.type_name} has no argument '{name}'", name)
        if self.either:
            chosen = [name for name in self.either if given.get(name) is not None]
            if len(chosen) != 1:
                words = " or ".join(self.either)
                found = f"not {' and '.join(chosen)} together" if chosen else "exactly one of them"
                raise RuleError(f"{self.type_name} takes {words}, {found}", chosen[1] if chosen else None)
        for name, (argument, default) in self.arguments.items():
            value = given.get(name, default)
            if value is not default:
                value = argument.accept(value, name)
            elif value is Missing:
                raise RuleError(f"{self.type_name} needs '{name}': {argument.describe}")
            elif type(value) is Computed:
                value = None
            setattr(self, self.fields[name], value)
        for name, field in self.fields.items():
            if type(getattr(self, field)) is SameAs:
                setattr(self, field, getattr(self, self.fields[self.arguments[name][1].text]))
        self.check()

    def check(self) -> None:
        """Check the arguments against each other, before any input is known."""

    def channels_of(self, *reads: Dims) -> int | None:
        """``channel_axis`` on tensors of these shapes: the axis to which a file of layout HWC has its last turned."""
        return self.channel_axis

    def placed(self, channels: int) -> Layer:
        """This layer with a number for each axis that is called channels."""
        called = [
            field
            for field in (self.fields[name] for name in self.axes_named)
            if (value := getattr(self, field)) == CHANNELS or (type(value) is tuple and CHANNELS in value)
        ]
        if not called:
            return self
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        for field in called:
            value = getattr(self, field)
            number = channels if value == CHANNELS else tuple([channels if one == CHANNELS else one for one in value])
            setattr(copy, field, number)
        return copy

    def bound(self, *inputs: Dims) -> Layer:
        """This layer with its per-axis arguments spread over the spatial axes of its input ``[C, ...spatial]``."""
        if not self.per_axis:
            return self
        if not 2 <= len(inputs[0]) <= 4:
            raise RuleError(
                f"{self.type_name} reads [C, ...spatial] with 1 to 3 spatial axes, not {show_value(inputs[0])}"
            )
        need_elements(self.type_name, inputs[0])
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        for name in self.per_axis:
            field = self.fields[name]
            value = getattr(self, field)
            if value is not None:
                setattr(copy, field, self.arguments[name][0].bind(value, inputs[0], name))
        return copy

    @classmethod
    def letters(cls, rank: int) -> list[str]:
        """What the axes of a tensor are called that this layer reads or gives: C, H, W, or A0, A1 without a letter."""
        known = "CL" if (cls.per_axis or cls.channel_axis == 0) and rank == 2 else LETTERS.get(rank)
        return [f"A{axis}" for axis in range(rank)] if known is None else [*known]

    def names_of(self, *inputs: Any) -> list[list[str]] | None:
        """What its page calls the axes of each input, where the layer has names of its own for them."""
        return None

    @classmethod
    def formula(cls) -> str:
        """What an element x becomes, of types that share a description; the page adds it."""
        return ""

    def output_letters(self, rank: int) -> list[str]:
        """What the axes of an output are called."""
        return self.letters(rank)

    def shape(self, *inputs: Any) -> Any:
        """The shape of the output, or with ``several`` a list of them."""
        raise NotImplementedError

    def weights(self, *inputs: Any) -> Iterable[tuple[str, Any]]:
        """The learned tensors: (name as in PyTorch's module, shape)."""
        return ()

    def buffers(self, *inputs: Any) -> Iterable[tuple[str, Any]]:
        """What a state dictionary keeps besides weights, such as running statistics: (name, shape)."""
        return ()

    def ops(self, *shapes: Any) -> Ops:
        """Elementary operations for one sample, from the inputs' shapes and, last, the output's."""
        return {}

    def inner(self, *inputs: Any) -> Iterable[tuple[str, Any]]:
        """The tensors that are computed on the way and are no activations: (name, shape)."""
        return ()

    def dtype(self, inputs: tuple[str, ...], activations: str) -> str:
        """The dtype of its outputs: that of the first input, or ``activations``, that of numbers that are computed.

        Whole numbers times weights, such as an image of bytes in a convolution, are no whole numbers.
        """
        return activations if not inputs or type(self).weights is not Layer.weights else inputs[0]

    def backward(self, *shapes: Any) -> dict[Any, Any]:
        """Multiply-adds of each gradient for one sample: of WEIGHTS, of inputs by number, INNER. Shapes as ``ops``.

        A tuple of inputs stands for what these have made on the way. Each gradient costs what the forward pass does,
        unless a layer type says otherwise; what is left out costs none.
        """
        *inputs, _ = shapes
        macs = self.ops(*shapes).get("mac", 0)
        return {**dict.fromkeys(range(len(inputs)), macs), WEIGHTS: macs if [*self.weights(*inputs)] else 0}

    def keeps(self, *shapes: Any) -> Iterable[Kept]:
        """What PyTorch's autograd keeps in training until the backward pass; nothing by default. Shapes as ``ops``."""
        return ()

    def cache(self, *inputs: Any) -> Iterable[Cached]:
        """What it keeps of the past where a sequence is made token by token; nothing by default."""
        return ()

    def makes_cache(self, *inputs: Any) -> Iterable[tuple[str, Any]]:
        """The weights, and how many elements of each, that are read only to make what ``cache`` keeps."""
        return ()

    def after(self, context: Any, *inputs: Any) -> tuple[Layer, Any]:
        """The layer and what it reads where one position is computed after ``context`` others that it has kept.

        ``inputs`` are the shapes of one position; by default the past changes nothing.
        """
        return self, inputs

    def causal_macs(self, *shapes: Any) -> Any:
        """Multiply-adds if no masked key were computed; None for a layer without a causal mask. Shapes as ``ops``."""
        return None

    def window(self, read: Any, *inputs: Any) -> Any:
        """How output positions read the inputs: for each input a reading of each axis.

        With ``several`` a list of that for each output. ``read`` is reading.py, which says what readings there are; it
        loads only where they are asked for. Positions are whole numbers: no names, no variants.
        """
        return [read.passing(x) for x in inputs]

    def pads(self, *inputs: Any) -> Any:
        """The padding of each spatial axis; None for a layer without padding."""
        return None

    def channels_read(self, *inputs: Any) -> Any:
        """How many channels one filter reads; None if it reads a single channel, or if there is no filter."""
        return None

    def weight(self, *inputs: Any) -> Any:
        """The shape of the learned tensor named weight."""
        return next(shape for name, shape in self.weights(*inputs) if name == "weight")
