"""What training keeps of every parameter: the recipes, one table of precisions and one of optimizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import NamedTuple

from archcalc.costs.lifetimes import WIDTHS

Shape = tuple[int, ...]


class Precision(NamedTuple):
    """The dtypes of weights, gradients, activations and optimizer states; of a ``master`` copy of the weights."""

    weights: str
    gradients: str
    activations: str
    states: str
    master: str | None
    words: str


PRECISIONS = {
    "float32": Precision("float32", "float32", "float32", "float32", None, "everything in float32"),
    "mixed": Precision(
        "float16", "float16", "float16", "float32", "float32", "the optimizer has a float32 copy of the weights"
    ),
    "bfloat16": Precision("bfloat16", "bfloat16", "bfloat16", "bfloat16", None, "everything in bfloat16"),
}


class Optimizer(NamedTuple):
    """What it keeps: ``states(shape, width)`` bytes for a tensor, its numbers ``width`` bytes wide."""

    states: Callable[[Shape, int], int]
    words: str
    updates: bool = True


def copies(number: int) -> Callable[[Shape, int], int]:
    return lambda shape, width: number * prod(shape) * width


def factored(shape: Shape, width: int) -> int:
    """Of a matrix a number for each row and for each column, of a vector one for each element.

    As torch.optim.Adafactor (Shazeer and Stern 2018), without a first moment.
    """
    if len(shape) < 2 or 0 in shape:
        return prod(shape) * width
    return (prod(shape[:-1]) + prod(shape[:-2]) * shape[-1]) * width


LEAST_8BIT, BLOCK = 4096, 256


def in_bytes(shape: Shape, width: int) -> int:
    """Two moments of a byte each and a float32 for each block of 256; tensors of less than 4,096 elements as floats.

    As bitsandbytes.optim.AdamW8bit (Dettmers et al. 2022).
    """
    elements = prod(shape)
    return 2 * 4 * elements if elements < LEAST_8BIT else 2 * (elements + 4 * -(-elements // BLOCK))


OPTIMIZERS = {
    "none": Optimizer(copies(0), "no optimizer: parameters and gradients alone", updates=False),
    "sgd": Optimizer(copies(0), "no states"),
    "momentum": Optimizer(copies(1), "the velocity"),
    "adam": Optimizer(copies(2), "two moments"),
    "adamw": Optimizer(copies(2), "two moments"),
    "adafactor": Optimizer(factored, "of a matrix the second moments of its rows and of its columns"),
    "adam8bit": Optimizer(in_bytes, "two moments of a byte, a float32 a block of 256; small tensors as adam"),
}


class Recipe(NamedTuple):
    """How parameters are trained. ``zero`` is the stage of ZeRO, over so many ``devices``."""

    optimizer: str = "adamw"
    precision: str = "float32"
    gradients: str | None = None
    zero: int = 0
    devices: int = 1

    @property
    def gradient_dtype(self) -> str:
        return self.gradients or PRECISIONS[self.precision].gradients


class State(NamedTuple):
    """Bytes on one device."""

    parameters: int
    gradients: int
    optimizer: int


def state(recipe: Recipe, parameters: int, trained: Mapping[Shape, int]) -> State:
    """What a recipe keeps of so many parameters, and of the tensors that train, each shape so many times.

    Rajbhandari et al. 2020 (ZeRO), section 3: stage 1 divides the optimizer's part among the devices, stage 2 the
    gradients too, stage 3 the parameters too.
    """
    precision, optimizer = PRECISIONS[recipe.precision], OPTIMIZERS[recipe.optimizer]
    elements = sum(prod(shape) * times for shape, times in trained.items())
    kept = sum(optimizer.states(shape, bytes_of(precision.states)) * times for shape, times in trained.items())
    if precision.master is not None and optimizer.updates:
        kept += elements * bytes_of(precision.master)
    whole = parameters * bytes_of(precision.weights), elements * bytes_of(recipe.gradient_dtype), kept
    stages = (3, 2, 1)
    return State(*(divided(one, recipe, stage) for one, stage in zip(whole, stages, strict=True)))


def divided(size: int, recipe: Recipe, stage: int) -> int:
    return -(-size // recipe.devices) if recipe.zero >= stage else size


def bytes_of(dtype: str) -> int:
    return WIDTHS[dtype] // 8


def a_parameter(recipe: Recipe) -> tuple[int, int, int]:
    """Bytes a parameter, gradient and optimizer's part of one element of a large square matrix, rounded down."""
    side = 4096
    found = state(recipe, side * side, {(side, side): 1})
    parameters, gradients, optimizer = (size // side**2 for size in found)
    return parameters, gradients, optimizer
