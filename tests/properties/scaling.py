"""What a law of scaling is: a change of a layer that goes k times as far, and what each of its costs follows.

A change takes the arguments and input shapes of a row of tests/layers/cases and k, and gives those of the changed
layer; with k = 1 it gives back the row's own size. It gives None for a row that it does not speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from layers.test_cases import CASES, shapes_of

from archcalc.graph.inference import Applied
from archcalc.layers import find
from archcalc.layers.base import ELEMENTARY

Shapes = list[tuple[int, ...]]
Given = dict[str, Any]
Changed = tuple[Given, Shapes] | None
Change = Callable[[Given, Shapes, int], Changed]
FACTORS = (2, 3, 5)


class Sized:
    """A layer after a change: ``k`` is how far it went."""

    def __init__(self, layer: str, given: Given, shapes: Shapes, k: int) -> None:
        self.applied = Applied(find(layer)(**given), tuple(shapes))
        self.layer: Any = self.applied.layer
        self.inputs, self.outputs, self.k = shapes, self.applied.outputs, k

    @property
    def weights(self) -> dict[str, int]:
        """The elements of each weight and buffer."""
        return {name: size for name, _, size in [*self.applied.weights, *self.applied.buffers]}

    @property
    def ops(self) -> dict[str, int]:
        return {**dict.fromkeys(ELEMENTARY, 0), **self.applied.ops}

    @property
    def costs(self) -> dict[str, int]:
        return {**self.weights, **self.ops}


Measure = Callable[[Sized], int | Fraction]


class Law(NamedTuple):
    """``weights`` and ``ops`` are what these follow; ``but`` says of some what else they follow, by the start of their
    name, or None where no product follows: what they are is a sum of parts that grow apart."""

    why: str
    types: str
    change: Change
    weights: Measure
    ops: Measure
    but: dict[str, Measure | None] = {}

    def measure_of(self, cost: str) -> Measure | None:
        for start, measure in self.but.items():
            if cost.startswith(start):
                return measure
        return self.ops if cost in ELEMENTARY else self.weights


def rows(layer: str) -> Iterator[tuple[Given, Shapes]]:
    """The rows of a layer type that are accepted, and whose inputs have elements."""
    for cases in CASES.values():
        for name, given, x, *_ in [*cases.ACCEPTED, *getattr(cases, "OPERATIONS", ())]:
            if name == layer and all(prod(shape) for shape in shapes_of(x)):
                yield given, shapes_of(x)


# What costs follow


def same(_: Sized) -> int:
    return 1


def times(sized: Sized) -> int:
    return sized.k


def times_squared(sized: Sized) -> int:
    return sized.k**2


def share(sized: Sized) -> Fraction:
    return Fraction(1, sized.k)


def given_elements(sized: Sized) -> int:
    return prod(sized.outputs[0])


def read_elements(sized: Sized) -> int:
    return prod(sized.inputs[0])


def given_positions(sized: Sized) -> int:
    return prod(sized.outputs[0][1:])


def read_positions(sized: Sized) -> int:
    return prod(sized.inputs[0][1:])


def kernel_volume(sized: Sized) -> int:
    return prod(sized.layer.kernel)


# Changes


def argument(*names: str) -> Change:
    """The arguments k times as large, each a number that the row gives."""

    def change(given: Given, shapes: Shapes, k: int) -> Changed:
        if not all(type(given.get(name)) is int for name in names):
            return None
        return {**given, **{name: k * given[name] for name in names}}, shapes

    return change


def axis(number: int, of: int | None = None) -> Change:
    """An axis of every input, or of one, k times as long."""

    def change(given: Given, shapes: Shapes, k: int) -> Changed:
        if not all(-len(x) <= number < len(x) for x in shapes):
            return None
        return given, [stretched(x, number, k) if of in (None, place) else x for place, x in enumerate(shapes)]

    return change


def stretched(x: tuple[int, ...], number: int, k: int) -> tuple[int, ...]:
    place = number % len(x)
    return (*x[:place], k * x[place], *x[place + 1 :])


def longer(given: Given, shapes: Shapes, k: int) -> Changed:
    """Every axis but the first longer, by numbers that differ: more windows, not k times as many."""
    if not shapes or len(shapes[0]) < 2:
        return None
    lengthened = [(x[0], *(size + (k - 1) * (place + 2) for place, size in enumerate(x[1:]))) for x in shapes]
    return given, lengthened


def leading(given: Given, shapes: Shapes, k: int) -> Changed:
    """A new axis of k before all others: of the inputs of most axes, since the others stretch along it."""
    most = max(map(len, shapes))
    counted = {**given}
    if isinstance(axes := given.get("axis"), (int, list)):  # counted from the end, axes stay those that they were
        counted["axis"] = axes - most if type(axes) is int and axes >= 0 else axes
        if isinstance(axes, list):
            counted["axis"] = [one - most if one >= 0 else one for one in axes]
    return counted, [(k, *x) if len(x) == most else x for x in shapes]


def all_of(*changes: Change) -> Change:
    """Several changes at once."""

    def change(given: Given, shapes: Shapes, k: int) -> Changed:
        found: Changed = (given, shapes)
        for one in changes:
            found = found and one(*found, k)
        return found

    return change


def where(applies: Callable[[Given, Shapes], Any], change: Change) -> Change:
    """A change of the rows that a condition holds for."""
    return lambda given, shapes, k: change(given, shapes, k) if applies(given, shapes) else None
