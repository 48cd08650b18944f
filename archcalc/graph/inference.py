"""One layer applied to the shapes it reads: the one place where rules run, whatever kind of number the dims are.

A spec may read shapes (``prev[0]``, a block's ``input: [C, H, W]``), so layers are applied as they are added to the
network, and every later stage reads what was found here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.dims import volume
from archcalc.errors import RuleError
from archcalc.layers.base import Dims, Layer, Ops

Seal = Callable[[tuple[Dims, ...]], tuple[Dims, ...]]

MOST_AXES = 64
"""The most axes that PyTorch's tensors may have."""

MOST_BITS = 3321
"""Of a size: 1,000 digits."""


def infer_shapes(layer: Layer, inputs: tuple[Dims, ...]) -> tuple[Layer, tuple[Dims, ...]]:
    """The layer bound to the axes of its inputs, and the shapes of its outputs; raises RuleError if it does not fit."""
    for shape in inputs:
        hold(shape)
    bound = layer.bound(*inputs)
    found = bound.shape(*inputs)
    shapes: tuple[Dims, ...] = tuple(map(tuple, found)) if layer.several else (tuple(found),)
    for shape in shapes:
        hold(shape)
    return bound, shapes


class Applied:
    """A layer and what its rules say of the given inputs; raises RuleError if they do not fit.

    ``weights`` and ``buffers`` are (name, shape, number of elements); ``ops`` is for one sample. ``seal`` puts names in
    place of computed sizes, so that operations are counted in H′ and not in the formula of H′: ``shapes`` are the
    outputs as computed, ``outputs`` those that the operations are counted for.
    """

    __slots__ = ("layer", "inputs", "shapes", "outputs", "weights", "buffers", "ops")

    def __init__(self, layer: Layer, inputs: tuple[Dims, ...], seal: Seal | None = None) -> None:
        self.layer, self.shapes = bound, shapes = infer_shapes(layer, inputs)
        self.inputs = inputs
        self.outputs = shapes if seal is None else seal(shapes)
        self.weights = [(name, tuple(shape), volume(shape)) for name, shape in bound.weights(*inputs)]
        self.buffers = [(name, tuple(shape), volume(shape)) for name, shape in bound.buffers(*inputs)]
        self.ops: Ops = bound.ops(*inputs, self.outputs if layer.several else self.outputs[0])

    def with_weights(self, weights: list[tuple[str, Dims, Any]]) -> Applied:
        """The same with other weights."""
        found = object.__new__(Applied)
        for name in Applied.__slots__:
            setattr(found, name, getattr(self, name))
        found.weights = weights
        return found


def hold(shape: Dims) -> None:
    """Raise RuleError for a tensor that is too large for its figures to be printed."""
    if len(shape) > MOST_AXES:
        raise RuleError(f"a tensor has at most {MOST_AXES} axes, this one would have {len(shape)}")
    bits = [size.bit_length() for size in shape if type(size) is int]
    if max(bits, default=0) > MOST_BITS:
        raise RuleError("a size has more than 1,000 digits")
    if sum(bits) > 4 * MOST_BITS:
        raise RuleError("the tensor has a number of elements with more than 4,000 digits")


def reading(layer: type[Layer]) -> str:
    """How many tensors a layer reads, in words: one tensor, 3 tensors, at least two tensors."""
    reads = layer.reads
    if isinstance(reads, tuple):
        words = " or ".join(NUMBERS.get(number, str(number)) for number in reads)
        return "nothing" if reads == (0,) else f"{words} tensor{'' if reads == (1,) else 's'}"
    return f"at least {NUMBERS.get(reads.least, str(reads.least))} tensor{'' if reads.least == 1 else 's'}"


NUMBERS = {1: "one", 2: "two", 3: "three"}


def key_of(value: Any) -> Any:
    """A value as a dictionary key: 1, 1.0 and true are different keys."""
    if isinstance(value, (list, tuple)):
        return tuple(map(key_of, value))
    if isinstance(value, dict):
        return tuple((name, key_of(item)) for name, item in value.items())
    return (type(value), value)


class Inference:
    """Layers are made once for equal arguments and applied once for equal shapes, since a network repeats itself."""

    def __init__(self) -> None:
        self._layers: dict[Any, Layer] = {}
        self._applied: dict[Any, Applied] = {}

    def layer(self, layer_type: type[Layer], arguments: dict[str, Any]) -> Layer:
        """The layer with these arguments; raises RuleError if they are wrong."""
        key = (layer_type, *[(name, key_of(value)) for name, value in arguments.items()])
        found = self._layers.get(key)
        if found is None:
            found = self._layers[key] = layer_type(**arguments)
        return found

    def apply(self, layer: Layer, inputs: tuple[Dims, ...]) -> Applied:
        """The layer on inputs of these shapes; raises RuleError if they do not fit."""
        key = (id(layer), inputs)
        found = self._applied.get(key)
        if found is None:
            found = self._applied[key] = Applied(layer, inputs)
        return found
