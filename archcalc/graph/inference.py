"""One layer applied to the shapes it reads: the one place where rules run, whatever kind of number the dims are.

A spec may read shapes (``prev[0]``, a block's ``input: [C, H, W]``), so layers are applied as they are added to the
network, and every later stage reads what was found here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from archcalc.dims import valued, volume
from archcalc.errors import RuleError
from archcalc.graph.layout import as_written, turned, written
from archcalc.layers.base import Arguments, Dims, Layer, Ops
from archcalc.meter import charge

Seal = Callable[[tuple[Dims, ...]], tuple[Dims, ...]]

MOST_AXES = 64
"""The most axes that PyTorch's tensors may have."""

MOST_BITS = 3321
"""Of a size: 1,000 digits."""

BITS = 64
"""What a size counts as that has no value."""


class Applied:
    """A layer and what its rules say of the tensors that it reads; raises RuleError if they do not fit.

    ``weights`` and ``buffers`` are (name, shape, number of elements); ``ops`` is for one sample. ``seal`` puts names in
    place of computed sizes, so that operations are counted in H′ and not in the formula of H′: ``shapes`` are the
    outputs as computed, ``outputs`` those that the operations are counted for.

    ``reads`` and ``gives`` are the shapes of the tensors, as a file of that layout has them. The others are as the
    rules have them: under HWC those of a layer that knows of channels are turned to channels first.
    """

    __slots__ = tuple("layer layout axis reads inputs shapes outputs gives weights buffers ops characters".split())

    def __init__(self, layer: Layer, reads: tuple[Dims, ...], seal: Seal | None = None, layout: str = "CHW") -> None:
        for shape in reads:
            hold(shape)
        self.layout, self.reads = layout, reads
        self.axis = layer.channels_of(*reads) if layout == "HWC" else None
        self.inputs = reads if self.axis is None else tuple([turned(shape, self.axis) for shape in reads])
        placed = layer.placed(0 if layout == "CHW" else -1)
        if self.axis is None:
            self._apply(placed, seal)
        else:
            try:
                self._apply(placed, seal)
            except RuleError as error:
                raise as_written(error) from error

    def _apply(self, layer: Layer, seal: Seal | None) -> None:
        inputs = self.inputs
        self.layer = bound = layer.bound(*inputs)
        found = bound.shape(*inputs)
        self.shapes: tuple[Dims, ...] = tuple(map(tuple, found)) if layer.several else (tuple(found),)
        for shape in self.shapes:
            hold(shape)
        self.outputs = self.shapes if seal is None else seal(self.shapes)
        self.gives = self.outputs if self.axis is None else self.written(self.outputs)
        self.weights = [(name, tuple(shape), volume(shape)) for name, shape in bound.weights(*inputs)]
        self.buffers = [(name, tuple(shape), volume(shape)) for name, shape in bound.buffers(*inputs)]
        self.ops: Ops = bound.ops(*inputs, self.outputs if layer.several else self.outputs[0])
        self.characters = self._characters()
        check_costs("what a layer costs", [*(size for *_, size in self.weights + self.buffers), *self.ops.values()])

    def _characters(self) -> int:
        """About how many characters its shapes take where they are written; more for numbers that take long."""
        shapes = [*self.reads, *self.gives, *(shape for _, shape, _ in self.weights + self.buffers)]
        bits = [size.bit_length() if type(size) is int else BITS for shape in shapes for size in shape]
        return 24 * len(shapes) + 4 * len(bits) + sum(bits) // 3 + sum([one * one for one in bits]) // 4096

    def written(self, shapes: Iterable[Dims]) -> tuple[Dims, ...]:
        """Shapes as the rules have them, in the order of the file."""
        return tuple(shapes) if self.axis is None else tuple([written(shape, self.axis) for shape in shapes])

    def ordered(self, found: list[str]) -> list[str]:
        """The letters of a tensor, for its axes as the rules have them: where the file has [H, W, C], its last is C."""
        if self.layout == "CHW" or "C" not in found:
            return found
        found = [*(letter for letter in found if letter != "C"), "C"]
        return found if self.axis is None else [*turned(tuple(found), self.axis)]

    def owning(self, owns: Callable[[str], bool]) -> Applied:
        """The same with only the weights and buffers whose names are owned."""
        found = object.__new__(Applied)
        for name in Applied.__slots__:
            setattr(found, name, getattr(self, name))
        found.weights = [weight for weight in self.weights if owns(weight[0])]
        found.buffers = [buffer for buffer in self.buffers if owns(buffer[0])]
        return found


def check_costs(what: str, numbers: Iterable[Any]) -> None:
    """Raise RuleError for a number below 0: a layer that costs less than nothing would pay for another."""
    given = [*numbers]
    known = [number for number in given if type(number) is int]
    if len(known) < len(given):
        known += [number for number in given if type(number) is not int and valued(number) and number < 0]
    least = min(known, default=0)
    if least < 0:
        raise RuleError(f"{what} is 0 or more, not {least:,}")


def hold(shape: Dims) -> None:
    """Raise RuleError for a tensor with a size below 0, or one too large for its figures to be printed."""
    if len(shape) > MOST_AXES:
        raise RuleError(f"a tensor has at most {MOST_AXES} axes, this one would have {len(shape)}")
    check_costs("a size", shape)
    sizes = [size for size in shape if type(size) is int]
    largest = max(sizes, default=0).bit_length()
    if largest > MOST_BITS:
        raise RuleError("a size has more than 1,000 digits")
    if len(sizes) * largest > 4 * MOST_BITS and sum(map(int.bit_length, sizes)) > 4 * MOST_BITS:
        raise RuleError("the tensor has a number of elements with more than 4,000 digits")


def reading(layer: type[Layer]) -> str:
    """How many tensors a layer reads, in words: one tensor, 3 tensors, at least two tensors."""
    reads = layer.reads
    if isinstance(reads, tuple):
        words = " or ".join(NUMBERS.get(number, str(number)) for number in reads)
        return "nothing" if reads == (0,) else f"{words} tensor{'' if reads == (1,) else 's'}"
    return f"at least {NUMBERS.get(reads.least, str(reads.least))} tensor{'' if reads.least == 1 else 's'}"


MADE = 20
"""Units of work that a layer of new arguments takes, and one that is applied to new shapes."""

NUMBERS = {1: "one", 2: "two", 3: "three"}


def key_of(value: Any) -> Any:
    """A value as a dictionary key: 1, 1.0 and true are different keys."""
    if isinstance(value, (list, tuple, dict)):
        charge(len(value))
    if isinstance(value, (list, tuple)):
        return tuple(map(key_of, value))
    if isinstance(value, dict):
        return tuple((name, key_of(item)) for name, item in value.items())
    return (type(value), value)


class Inference:
    """Layers are made once for equal arguments and applied once for equal shapes, since a network repeats itself."""

    def __init__(self, layout: str) -> None:
        self.layout = layout
        self._layers: dict[Any, Layer] = {}
        self._applied: dict[Any, Applied] = {}

    def layer(self, layer_type: type[Layer], arguments: Arguments) -> Layer:
        """The layer with these arguments; raises RuleError if they are wrong."""
        key = (layer_type, *[(name, key_of(value)) for name, value in arguments.items()])
        found = self._layers.get(key)
        if found is None:
            charge(MADE)
            found = self._layers[key] = layer_type(**arguments)
        return found

    def apply(self, layer: Layer, inputs: tuple[Dims, ...]) -> Applied:
        """The layer on inputs of these shapes; raises RuleError if they do not fit."""
        key = (id(layer), inputs)
        found = self._applied.get(key)
        if found is None:
            charge(MADE)
            found = self._applied[key] = Applied(layer, inputs, layout=self.layout)
        return found
