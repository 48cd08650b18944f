"""Tensors of a file as operators read them, with the batch; and what is known of shapes and numbers before it runs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import prod
from typing import Any, NamedTuple

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import Value, elements
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.layers.base import Arguments
from archcalc.meter import charge

Shape = tuple[int, ...]


class Place(NamedTuple):
    """Where the batch is: in ``axis``, inside of ``outer`` elements of it. Alone in it if that is all the axis has.

    ``merged``: never alone, though a batch of 1 with a single window looks so.
    """

    axis: int
    outer: int = 1
    merged: bool = False


class Part(NamedTuple):
    """The identity of positions of an axis of a stored tensor."""

    key: Hashable
    axis: int
    start: int
    stop: int


class Weight(NamedTuple):
    """A stored tensor, or the part of it along an axis from a start to a stop: its identity, and if it is learned.

    ``name``: what its module calls it.
    """

    key: Hashable
    size: Shape
    learned: bool
    dtype: str = "float32"
    part: tuple[int, int, int] | None = None
    name: str = ""

    @property
    def identity(self) -> Hashable:
        return self.key if self.part is None else Part(self.key, *self.part)

    @property
    def elements(self) -> int:
        if self.part is None:
            return elements(self.size)
        axis, start, stop = self.part
        return elements(self.size) // self.size[axis] * (stop - start)


class Tensor:
    """A tensor of the file: its shape, and what it is.

    ``value``: a tensor of the graph, with the batch at ``batch`` or, if that is None, the same for every sample.
    ``weight``: a stored tensor, perhaps seen in another shape. ``numbers``: its elements in order, if the file says
    them. A tensor that is none of these is known to be constant, and no more. ``origin``: the stored tensor that one
    was computed from element by element, as standardised weights are.
    """

    __slots__ = ("shape", "dtype", "value", "batch", "weight", "numbers", "origin")

    def __init__(
        self,
        shape: Sequence[int],
        *,
        value: Value | None = None,
        batch: Place | None = None,
        weight: Weight | None = None,
        numbers: list[Any] | None = None,
        dtype: str = "float32",
    ) -> None:
        self.shape, self.value, self.batch, self.weight, self.numbers = tuple(shape), value, batch, weight, numbers
        self.dtype = dtype
        self.origin: Weight | None = None

    @property
    def computed(self) -> bool:
        """Whether it is a tensor of the graph: else it is known before the network runs."""
        return self.value is not None

    def seen_as(self, shape: Sequence[int]) -> Tensor:
        """The same stored or constant tensor in another shape or order: what it holds is not asked for."""
        numbers = self.numbers if self.numbers is not None and prod(self.shape) == prod(shape) else None
        return Tensor(shape, weight=self.weight, numbers=numbers, dtype=self.dtype)


def axis_in(axis: int, rank: int) -> int:
    """An axis counted from the start. Raises Unreadable for one that is not there."""
    if not -max(rank, 1) <= axis < max(rank, 1):
        raise Unreadable(f"an axis {axis} of a tensor with {rank} axes")
    return axis % max(rank, 1)


def size_of(weight: Any) -> int:
    """How many elements a stored tensor has, or several together."""
    if isinstance(weight, list):
        return sum(map(size_of, weight))
    found = weight.weight or weight.origin
    return found.elements if found is not None else prod(weight.shape)


def stretched(shapes: Sequence[Shape], rank: int) -> Shape:
    """The shape of tensors that are combined element by element."""
    rows = [(*(1,) * (rank - len(shape)), *shape) for shape in shapes]
    sizes = []
    for column in zip(*rows, strict=True):
        size = max(column) if 0 not in column else 0
        if any(one not in (1, size) for one in column):
            raise Unreadable(f"tensors of {' and '.join(str([*shape]) for shape in shapes)} together")
        sizes.append(size)
    return tuple(sizes)


def joined(tensors: Sequence[Tensor], axis: int) -> Tensor:
    """Constants side by side; their numbers where they have one axis."""
    first = tensors[0]
    shape = (*first.shape[:axis], sum(x.shape[axis] for x in tensors), *first.shape[axis + 1 :])
    known = len(shape) == 1 and all(x.numbers is not None for x in tensors)
    return Tensor(shape, numbers=[n for x in tensors for n in x.numbers or ()] if known else None, dtype=first.dtype)


def cut_numbers(numbers: list[Any], shape: Shape, axis: int, chosen: range) -> list[Any]:
    """The elements of these positions of an axis."""
    inner = prod(shape[axis + 1 :])
    block = inner * shape[axis]
    charge(len(numbers) // 10)
    starts = (outer + position * inner for outer in range(0, len(numbers), max(block, 1)) for position in chosen)
    return [number for start in starts for number in numbers[start : start + inner]]


def view_of(given: Shape, wanted: Shape) -> tuple[str, Arguments] | None:
    """The layer that gives elements another shape, as a person would say it; None where it is the same."""
    if given == wanted:
        return None
    if elements(given) != elements(wanted):
        raise SpecError(Diagnostic(f"{[*given]} has other elements than {[*wanted]}"))
    if len(wanted) == 1 and len(given) != 1:
        return "flatten", {}
    for axis, size in enumerate(given):
        if size == 1 and (*given[:axis], *given[axis + 1 :]) == wanted:
            return "squeeze", {"axis": axis}
    for axis, size in enumerate(wanted):
        if size == 1 and (*wanted[:axis], *wanted[axis + 1 :]) == given:
            return "unsqueeze", {"axis": axis}
    first = 0
    while first < min(len(given), len(wanted)) and given[first] == wanted[first]:
        first += 1
    last = 0
    while last < min(len(given), len(wanted)) - first and given[-1 - last] == wanted[-1 - last]:
        last += 1
    inside, becomes = len(given) - first - last, len(wanted) - first - last
    if becomes == 1 and inside >= 2:
        start = {"start": first} if first else {}
        return "flatten", {**start, **({"end": len(given) - last - 1} if last else {})}
    if inside == 1 and becomes >= 2:
        return "unflatten", {"axis": first, "sizes": [*wanted[first : len(wanted) - last]]}
    return "reshape", {"shape": [*wanted]}
