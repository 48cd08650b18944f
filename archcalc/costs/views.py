"""Layers whose output is a view in PyTorch, or where memory does not allow one a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.costs.strides import Placed, Sizes, viewed
from archcalc.graph.network import Node
from archcalc.layers.axes import axes_of, axis_of


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
