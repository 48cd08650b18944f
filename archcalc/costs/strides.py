"""Where the elements of a tensor lie in memory, as PyTorch has it: what is a view there, and what is copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from archcalc.dims import decided
from archcalc.graph.network import Node
from archcalc.layers import FAMILY
from archcalc.layers.axes import axes_of, axis_of

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


# Views


def reshaped(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    if node.type == "flatten" and sizes == read.sizes:  # there is nothing to join
        return read.strides
    return viewed(read.sizes, read.strides, sizes)


def same(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    return read.strides


def permuted(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    own = own_strides(node, read)
    return with_lead(node, read, [own[axis] for axis in layer.order])


def transposed(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    own = own_strides(node, read)
    first, second = (axis_of(axis, node.applied.reads[0]) for axis in layer.axis)
    own[first], own[second] = own[second], own[first]
    return with_lead(node, read, own)


def squeezed(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    axes = axes_of(layer.axis, node.applied.reads[0])
    return with_lead(node, read, [step for axis, step in enumerate(own_strides(node, read)) if axis not in axes])


def unsqueezed(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    own, x = own_strides(node, read), node.applied.reads[0]
    axis = layer.axis % (len(x) + 1)
    own.insert(axis, own[axis] * x[axis] if axis < len(own) else 1)
    return with_lead(node, read, own)


def sliced(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    own = own_strides(node, read)
    own[axis_of(layer.axis, node.applied.reads[0])] *= layer.step
    return with_lead(node, read, own)


def selected(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    layer: Any = node.applied.layer
    own = own_strides(node, read)
    del own[axis_of(layer.axis, node.applied.reads[0])]
    return with_lead(node, read, own)


def expanded(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    """New axes of 1 before the layer's own, then each axis of 1 stretched."""
    lead = len(read.sizes) - len(node.applied.reads[0])
    before = (*read.sizes[:lead], *(1,) * (len(sizes) - len(read.sizes)), *read.sizes[lead:])
    strides = viewed(read.sizes, read.strides, before) or ()
    return tuple([step if one == size else 0 for one, size, step in zip(before, sizes, strides, strict=True)])


def shuffled(node: Node, read: Placed, sizes: Sizes) -> Sizes | None:
    """As torchvision writes it: the groups' axis and that of their channels, exchanged and joined."""
    layer: Any = node.applied.layer
    last = node.applied.layout == "HWC" and len(node.applied.reads[0]) > 1
    axis = len(sizes) - 1 if last else len(sizes) - len(node.applied.reads[0])
    inner = sizes[axis] // layer.groups
    step = read.strides[axis]
    turned = (*read.strides[:axis], step, step * inner, *read.strides[axis + 1 :])
    return viewed((*sizes[:axis], inner, layer.groups, *sizes[axis + 1 :]), turned, sizes)


def own_strides(node: Node, read: Placed) -> list[int]:
    """Those of the axes that the layer knows of."""
    return [*read.strides[len(read.strides) - len(node.applied.reads[0]) :]]


def with_lead(node: Node, read: Placed, own: list[int]) -> Sizes:
    return (*read.strides[: len(read.strides) - len(node.applied.reads[0])], *own)


VIEWS: dict[str, Callable[[Node, Placed, Sizes], Sizes | None]] = {
    **dict.fromkeys(("flatten", "unflatten", "reshape"), reshaped),
    **dict.fromkeys(("identity", "split", "crop"), same),
    "channel_shuffle": shuffled,
    "permute": permuted,
    "transpose": transposed,
    "squeeze": squeezed,
    "unsqueeze": unsqueezed,
    "slice": sliced,
    "select": selected,
    "expand": expanded,
}
"""Layer types whose output is a view in PyTorch: its strides, None where a copy has to be made."""


def drops_nothing(node: Node) -> bool:
    """Whether it passes on what it reads, as PyTorch's dropout and stochastic depth with a probability of 0 do."""
    layer: Any = node.applied.layer
    return node.type in ("dropout", "drop_path") and bool(layer.p == 0)


# What a layer computes


FOLLOW = frozenset(
    "dropout drop_path layer_scale add sub mul div batch_norm local_response_norm scaled_dot_product_attention".split()
)
CHANNELS_LAST = {
    **dict.fromkeys("avg_pool adaptive_avg_pool adaptive_max_pool lp_pool".split(), (3, 4)),
    "max_pool": (3, 4, 5),
    **dict.fromkeys("upsample pad pixel_unshuffle concat stack rms_norm".split(), (4, 5)),
}
"""The layer types that leave channels last where they come last in memory, for tensors of so many axes."""

UNLIKE = ("softmax", "log_softmax", "glu")


def computed(node: Node, reads: list[Placed], sizes: Sizes) -> Sizes:
    """The strides of what a layer computes: element by element as it reads them, elsewhere in one piece.

    Where channels come last in memory, PyTorch's pools leave them there; its convolutions on the meta device do not.
    """
    if node.type in ("linear", "layer_norm", "rms_norm"):
        return moved_back(node, reads[0], sizes)
    if node.type == "batch_norm":  # written out: the means of channels are subtracted first
        means = tuple([size if axis == 1 else 1 for axis, size in enumerate(sizes)])
        reads = [reads[0], Placed(reads[0].storage, means, contiguous(means), False)]
    if node.type in FOLLOW or (FAMILY.get(node.type) == "activation" and node.type not in UNLIKE):
        return in_order_of([read for read in reads if len(read.sizes) <= len(sizes)], sizes)
    if node.type == "glu":
        half = Placed(reads[0].storage, sizes, reads[0].strides, False)
        return in_order_of([half], sizes)
    if node.type == "pad" and sizes == reads[0].sizes:  # nothing is padded: a copy
        return in_order_of(reads, sizes)
    if node.type == "stack":
        return stacked(node, reads, sizes)
    return with_channels_last(sizes) if follows_channels(node, reads, sizes) else contiguous(sizes)


def with_channels_last(sizes: Sizes) -> Sizes:
    batch, channels, *spatial = sizes
    step, *inner = contiguous((batch, *spatial, channels))
    return (step, inner[-1], *inner[:-1])


def follows_channels(node: Node, reads: list[Placed], sizes: Sizes) -> bool:
    """Padding that repeats what is there does not."""
    layer: Any = node.applied.layer
    if node.type == "pad" and layer.mode != "constant":
        return False
    one_place = node.type == "adaptive_avg_pool" and len(sizes) == 5 and set(sizes[2:]) == {1}
    rank = len(reads[0].sizes)
    return (one_place or rank in CHANNELS_LAST.get(node.type, ())) and all(
        len(read.sizes) == rank and channels_last(read.sizes, read.strides) for read in reads
    )


def stacked(node: Node, reads: list[Placed], sizes: Sizes) -> Sizes:
    """PyTorch concatenates along the next axis, and splits that. Along a last axis there is none."""
    layer: Any = node.applied.layer
    own = len(node.applied.gives[0])
    axis = len(sizes) - own + (layer.axis or 0) % own
    if axis == len(sizes) - 1 or not follows_channels(node, reads, sizes):
        return contiguous(sizes)
    joined = (*sizes[:axis], sizes[axis] * sizes[axis + 1], *sizes[axis + 2 :])
    return viewed(joined, with_channels_last(joined), sizes) or contiguous(sizes)


def moved_back(node: Node, read: Placed, sizes: Sizes) -> Sizes:
    """Of a layer along other axes than the last, which moves them to the end and its output back."""
    layer: Any = node.applied.layer
    own = len(node.applied.reads[0])
    axes = axes_of((layer.axis,) if type(layer.axis) is int else layer.axis, node.applied.reads[0])
    last = [len(sizes) - own + axis for axis in axes]
    order = [axis for axis in range(len(sizes)) if axis not in last] + last
    moved, found = (tuple([of[axis] for axis in order]) for of in (sizes, read.strides))
    turned = Placed(read.storage, moved, found, False)
    there = with_channels_last(moved) if follows_channels(node, [turned], moved) else contiguous(moved)
    strides = dict(zip(order, there, strict=True))
    return tuple([strides[axis] for axis in range(len(sizes))])


def in_order_of(reads: list[Placed], sizes: Sizes) -> Sizes:
    """In one piece, the axes in the order that the tensors have them in memory.

    As reorder_dimensions of PyTorch's ATen/TensorIterator.cpp: an axis along which a tensor is stretched has no place
    in it, and the next tensor decides. Tensors of the same sizes that all lie the same way are not looked at so.
    """
    if not is_empty(sizes) and all(as_written(read.sizes, read.strides) for read in reads):
        return contiguous(sizes)
    if all(read.sizes == sizes for read in reads):
        if all(map(is_contiguous, reads)):
            return contiguous(sizes)
        if len({read.strides for read in reads}) == 1 and is_dense(reads[0]):
            return reads[0].strides
    rank = len(sizes)
    strides = [stretched(read, sizes) for read in reads]
    order = [*range(rank)][::-1]  # the fastest first
    for start in range(1, rank):
        at = start
        for place in reversed(range(start)):
            found = later(order[place], order[at], strides, sizes)
            if found < 0:
                break
            if found > 0:
                order[place], order[at] = order[at], order[place]
                at = place
    found_strides, step = [0] * rank, 1
    for axis in order:
        found_strides[axis] = step
        step *= at_least_1(sizes[axis])
    return tuple(found_strides)


def stretched(read: Placed, sizes: Sizes) -> Sizes:
    """The strides of a tensor for axes of these sizes, 0 where it is stretched."""
    lead = (0,) * (len(sizes) - len(read.sizes))
    pairs = zip(read.sizes, read.strides, sizes[len(lead) :], strict=True)
    return lead + tuple([0 if one == 1 and size != 1 else step for one, step, size in pairs])


def later(one: int, other: int, strides: list[Sizes], sizes: Sizes) -> int:
    """1 if an axis moves slower than another in the first tensor that tells, -1 if faster, 0 if none tells."""
    for steps in strides:
        if is_empty((steps[one], steps[other])):
            continue
        if steps[one] != steps[other]:
            return 1 if steps[one] > steps[other] else -1
        if sizes[one] > sizes[other]:
            return 1
    return 0


def channels_last(sizes: Sizes, strides: Sizes) -> bool:
    """Whether PyTorch takes it that the channels come last in memory, ``[N, C, W]`` as ``[N, C, 1, W]``.

    As is_channels_last_strides_2d of PyTorch's c10/core/MemoryFormat.h, which reads strides of axes of 1 too.
    """
    if as_written(sizes, strides):
        return False
    if len(sizes) == 3:
        sizes, strides = (*sizes[:2], 1, sizes[2]), (*strides[:2], sizes[2] * strides[2], strides[2])
    least = 0
    for axis in (1, *reversed(range(2, len(sizes))), 0):
        if is_empty((sizes[axis], strides[1])) or strides[axis] < least or (axis == 0 and least == strides[1]):
            return False
        least = strides[axis] * at_least_1(sizes[axis])
    return True
