"""Where each element of a view comes from: a tensor seen through layers that move, group and cut.

An axis of a view is a list of digits, outermost first. A digit counts along one axis of the source by a stride; what
was cut off in front is an offset along that axis. So a chain of reshapes, permutations and slices is followed exactly,
whatever the sizes are, and no element is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from archcalc.importers.graphs.graph import Node, Value
from archcalc.importers.graphs.proof import VIEWS
from archcalc.layers.base import Layer
from archcalc.meter import charge

FOLLOWED = VIEWS | frozenset("permute transpose slice select split".split())
"""Layers that a view may be followed through."""

STEP = 5
"""Units of work for a layer that a view is followed through."""

MOST_POSITIONS = 100_000
"""Positions along an axis that are listed."""


class Digit(NamedTuple):
    axis: int
    stride: int
    size: int


class Untold(Exception):
    """A view whose axes are no digits of its source's."""


class View:
    """A tensor as seen from a source: the digits of each axis, and the offset along each axis of the source."""

    def __init__(self, axes: list[list[Digit]], offsets: dict[int, int]) -> None:
        self.axes, self.offsets = axes, offsets

    @classmethod
    def of(cls, shape: Sequence[int]) -> View:
        """A tensor as it is."""
        return cls([[Digit(axis, 1, size)] for axis, size in enumerate(shape)], {})

    def through(self, node: Node, number: int) -> View:
        """What a layer that moves, groups or cuts makes of it. Raises Untold for one that does not fit."""
        layer, given = node.applied.layer, node.applied.reads[0]
        kind = node.type
        if kind in VIEWS:
            return self.grouped(node.applied.gives[0])
        if kind == "permute":
            return View([self.axes[axis % len(given)] for axis in numbers(layer, "order")], self.offsets)
        if kind == "transpose":
            axes = [*self.axes]
            one, other = (axis % len(given) for axis in numbers(layer, "axis"))
            axes[one], axes[other] = axes[other], axes[one]
            return View(axes, self.offsets)
        axis = axis_number(layer) % len(given)
        if kind == "select":
            index = numbers(layer, "index")[0] % given[axis]
            cut = self.cut(axis, index, 1, 1)
            return View([*cut.axes[:axis], *cut.axes[axis + 1 :]], cut.offsets)
        size = node.applied.gives[number][axis]
        if kind == "slice":
            start = min(max(layer.start + given[axis] if layer.start < 0 else layer.start, 0), given[axis])  # type: ignore[attr-defined]
            return self.cut(axis, start, size, layer.step)  # type: ignore[attr-defined]
        before = sum(shape[axis] for shape in node.applied.gives[:number])
        return self.cut(axis, before, size, 1)

    def cut(self, axis: int, start: int, size: int, step: int) -> View:
        """Some positions of an axis, which must be one digit, or lose a whole number of inner ones."""
        digits = merged(self.axes[axis])
        inner = prod(digit.size for digit in digits[1:])
        if inner > 1 and (start % inner or size % inner or step != 1):
            raise Untold
        first, rest = digits[0], digits[1:]
        start, size = start // inner, size // inner
        offsets = dict(self.offsets)
        offsets[first.axis] = offsets.get(first.axis, 0) + start * first.stride
        kept = Digit(first.axis, first.stride * step, size)
        return View([*self.axes[:axis], [kept, *rest], *self.axes[axis + 1 :]], offsets)

    def grouped(self, shape: Sequence[int]) -> View:
        """The elements in their order in another shape."""
        left = [digit for axis in self.axes for digit in axis if digit.size != 1][::-1]
        axes: list[list[Digit]] = []
        for size in shape:
            found: list[Digit] = []
            while size > 1:
                if not left:
                    raise Untold
                digit = left.pop()
                if size % digit.size == 0:
                    found.append(digit)
                    size //= digit.size
                elif digit.size % size == 0:
                    inner = digit.size // size
                    found.append(Digit(digit.axis, digit.stride * inner, size))
                    left.append(Digit(digit.axis, digit.stride, inner))
                    size = 1
                else:
                    raise Untold
            axes.append(found)
        if left:
            raise Untold
        return View(axes, self.offsets)

    def positions(self, axes: Sequence[int], source: int) -> list[int]:
        """The positions along an axis of the source that these axes run over. Raises Untold for another."""
        digits = [digit for axis in axes for digit in self.axes[axis] if digit.size != 1]
        total = 1
        for digit in digits:
            total *= digit.size
            if digit.axis != source or total > MOST_POSITIONS:
                raise Untold
        charge(total // 10)
        steps = [[digit.stride * place for place in range(digit.size)] for digit in digits]
        return [self.offsets.get(source, 0) + sum(one) for one in product(*steps)]


def merged(digits: Sequence[Digit]) -> list[Digit]:
    """Digits of one axis that follow each other without a gap, as one."""
    found: list[Digit] = []
    for digit in digits:
        if digit.size == 1:
            continue
        last = found[-1] if found else None
        if last is not None and last.axis == digit.axis and last.stride == digit.stride * digit.size:
            found[-1] = Digit(digit.axis, digit.stride, last.size * digit.size)
        else:
            found.append(digit)
    return found or [Digit(0, 0, 1)]


def numbers(layer: Layer, name: str) -> list[int]:
    found = getattr(layer, name)
    return [*found] if isinstance(found, (list, tuple)) else [found]


def axis_number(layer: Layer) -> int:
    axis = getattr(layer, "axis")  # noqa: B009
    return axis if type(axis) is int else 0


def source_of(value: Value) -> tuple[Value, View, list[Node]]:
    """What a view is seen from, how, and the layers between. Raises Untold."""
    nodes: list[Node] = []
    at = value
    outputs: list[int] = []
    while at.node is not None and at.node.type in FOLLOWED:
        charge(STEP)
        nodes.append(at.node)
        outputs.append(at.number)
        at = at.node.inputs[0]
    view = View.of(at.shape)
    for node, number in zip(reversed(nodes), reversed(outputs), strict=True):
        view = view.through(node, number)
    return at, view, nodes
