"""Where what a layer computes lies in memory, as PyTorch has it."""

from __future__ import annotations

from typing import Any

from archcalc.costs.strides import (
    Placed,
    Sizes,
    as_written,
    at_least_1,
    contiguous,
    is_contiguous,
    is_dense,
    is_empty,
    viewed,
)
from archcalc.graph.network import Node
from archcalc.layers import FAMILY
from archcalc.layers.axes import axes_of

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
