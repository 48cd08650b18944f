"""Where the elements of a tensor lie in memory, as PyTorch has it."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.dims import decided

Sizes = tuple[int, ...]


class Storage:
    """Memory of so many bytes, of one dtype. ``own``: that of a parameter or a buffer."""

    __slots__ = ("bytes", "dtype", "own")

    def __init__(self, bytes: int, dtype: str, own: bool = False) -> None:
        self.bytes, self.dtype, self.own = bytes, dtype, own


class Placed:
    """A tensor in memory, the axes of batch and maps before its own. ``wants``: it needs a gradient."""

    __slots__ = ("storage", "sizes", "strides", "wants")

    def __init__(self, storage: Storage, sizes: Sizes, strides: Sizes, wants: bool) -> None:
        self.storage, self.sizes, self.strides, self.wants = storage, sizes, strides, wants

    @property
    def dtype(self) -> str:
        return self.storage.dtype


def contiguous(sizes: Sequence[int]) -> Sizes:
    """The strides of a tensor in one piece."""
    strides, step = [], 1
    for size in reversed(sizes):
        strides.append(step)
        step *= at_least_1(size)
    return tuple(reversed(strides))


def at_least_1(size: int) -> int:
    """A size without a value is above 0."""
    return size or 1 if type(size) is int else size


def is_empty(sizes: Sizes) -> bool:
    return any(type(size) is int and size == 0 for size in sizes)


def always(condition: Any) -> bool:
    """Whether a condition holds, of sizes without a value for all of them."""
    return condition if type(condition) is bool else decided(condition) is True


def as_written(sizes: Sizes, strides: Sizes) -> bool:
    """Whether a tensor is in one piece for all sizes, its axes of 1 too."""
    for one, other in zip(strides, contiguous(sizes), strict=True):
        if one is not other and not always(one == other):
            return False
    return True


def is_contiguous(tensor: Placed) -> bool:
    if as_written(tensor.sizes, tensor.strides):
        return True
    pairs = zip(tensor.sizes, tensor.strides, contiguous(tensor.sizes), strict=True)
    return is_empty(tensor.sizes) or all(size == 1 or one == other for size, one, other in pairs)


def is_dense(tensor: Placed) -> bool:
    """Whether its elements are all of a stretch of memory, in whatever order, each once."""
    axes = sorted((step, size) for size, step in zip(tensor.sizes, tensor.strides, strict=True) if size != 1)
    return all(step == prod(size for _, size in axes[:place]) for place, (step, _) in enumerate(axes))


def viewed(sizes: Sizes, strides: Sizes, wanted: Sizes) -> Sizes | None:
    """The strides of a view of other sizes, None if there is none: axes join where the elements of both follow.

    As computeStride of PyTorch's ATen/TensorUtils.cpp.
    """
    if is_empty(sizes) or not sizes or as_written(sizes, strides):
        return contiguous(wanted)
    found, place = [0] * len(wanted), len(wanted) - 1
    base, elements, taken = strides[-1], 1, 1
    for axis in reversed(range(len(sizes))):
        elements *= sizes[axis]
        if axis == 0 or (sizes[axis - 1] != 1 and strides[axis - 1] != elements * base):
            while place >= 0 and (taken < elements or wanted[place] == 1):
                found[place] = taken * base
                taken *= wanted[place]
                place -= 1
            if taken != elements:
                return None
            if axis > 0:
                base, elements, taken = strides[axis - 1], 1, 1
    return tuple(found) if place == -1 else None


def rows(tensor: Placed, axis: int = -1) -> bool:
    """Whether a tensor is the rows of a matrix along an axis without a copy."""
    if len(tensor.sizes) <= 2 and axis in (-1, len(tensor.sizes) - 1):
        return True
    order = [*range(len(tensor.sizes))]
    order.append(order.pop(axis))
    sizes, strides = (tuple([of[one] for one in order]) for of in (tensor.sizes, tensor.strides))
    return viewed(sizes, strides, (prod(sizes[:-1]), sizes[-1])) is not None


def factor(tensor: Placed, other: Placed, right: bool) -> int | None:
    """The elements of the copy that torch.matmul makes of a factor, None if it reads the factor where it is.

    As _matmul_impl of PyTorch's ATen/native/LinearAlgebra.cpp: a matrix is multiplied by the rows of all others,
    otherwise leading axes are stretched and joined.
    """
    sizes, strides = tensor.sizes, tensor.strides
    if min(len(sizes), len(other.sizes)) <= 2:
        if len(sizes) <= 2:
            return None
        turned = (*sizes[:-2], sizes[-1], sizes[-2]), (*strides[:-2], strides[-1], strides[-2])
        sizes, strides = turned if right else (sizes, strides)
        joined = viewed(sizes, strides, (prod(sizes[:-1]), sizes[-1]))
        return prod(sizes) if joined is None else None
    lead = max(len(sizes), len(other.sizes)) - 2
    ours, theirs = ((1,) * (lead + 2 - len(of)) + of[:-2] for of in (sizes, other.sizes))
    stretched = tuple([broadcast(one, two) for one, two in zip(ours, theirs, strict=True)])
    before = (0,) * (lead + 2 - len(sizes)) + strides[:-2]
    moved = tuple([0 if one != size else step for one, size, step in zip(ours, stretched, before, strict=True)])
    whole = (*stretched, *sizes[-2:])
    joined = viewed(whole, (*moved, *strides[-2:]), (prod(stretched), *sizes[-2:]))
    return prod(whole) if joined is None else None


def broadcast(one: int, two: int) -> int:
    """The size of an axis of both, stretched where it is 1."""
    if one is two or always(two == 1):
        return one
    return two if always(one == 1) else 0 if is_empty((one, two)) else max(one, two)
