"""Which axis the features of a tensor are on, and which layer put them there.

Layers of channels (``Layer.channel_axis``) give ``[C, ...spatial]``, in layout HWC ``[...spatial, C]``; layers of the
last axis give ``[..., C]``.
Whoever permutes or reshapes knows what he does: from there on nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node, Tensor
from archcalc.layers import FAMILY
from archcalc.layers.axes import axes_of, axis_of
from archcalc.layers.base import Dims

OF_LAST_AXIS = frozenset("linear maxout layer_norm rms_norm glu attention rnn lstm gru".split())
"""Layer types that run on the last axis, unless ``axis`` says another."""

MAKERS = frozenset(
    "conv conv_transpose depthwise_conv deform_conv unfold fold linear maxout attention rnn lstm gru embedding"
    " conv_lstm conv_gru".split()
)
"""Layer types whose output has features of their own, wherever those of the input are."""

KEEPERS = frozenset("add sub mul div concat split slice crop pad roll tile layer_scale".split())
KEEPING = ("activation", "normalization", "regularization")
"""Layer types and families that leave features where they are."""

Features = tuple[int, Node]
"""The axis, and the layer that put them there."""

Clash = tuple[Node, int, int, Node]
"""A layer, the axis that it takes, the axis that the features are on, and the layer that put them there."""


def clashes(network: Network) -> Iterator[Clash]:
    """The kept nodes that take another axis for features than the one that features were put on."""
    if all(map(on_the_first, {node.applied for node in network.kept})) and not any(node.body for node in network.kept):
        return  # no layer moves what is on the first axis to another; so are most networks, and this is soon found
    known: dict[tuple[Node | None, int], Features] = {}
    for node in network.kept:
        given = [features_of(tensor, known) for tensor in node.inputs]
        axis = taken(node)
        if axis is not None:
            for found in given:
                if found is not None and found[0] != axis:
                    yield node, axis, *found
                    break
        result = followed(node, given, axis)
        if result is not None:
            rank = len(node.applied.gives[0])
            known.update(((node, number), result) for number, y in enumerate(node.applied.gives) if len(y) == rank)


def on_the_first(applied: Applied) -> bool:
    """Whether a layer takes and puts features on the first axis, if on any."""
    layer = applied.layer
    if layer.channel_axis is not None:
        return applied.layout == "CHW" and layer.channel_axis == 0 == layer.channels_of(*applied.inputs)
    if layer.type_name in OF_LAST_AXIS or layer.type_name in MAKERS:
        return len(applied.gives[0]) == 1 and all(len(shape) < 2 for shape in applied.reads)
    return True


def features_of(tensor: Tensor, known: dict[tuple[Node | None, int], Features]) -> Features | None:
    """Those of a tensor. Inside a map it is a slice, without the first axis of what the map reads."""
    found = known.get((tensor.node, tensor.number))
    if found is None or tensor.node is None or tensor.shape is None:
        return None
    axis = found[0] + len(tensor.shape) - len(tensor.node.outputs[tensor.number].shape or ())
    return None if axis < 0 else (axis, found[1])


def taken(node: Node) -> int | None:
    """The axis that a layer takes for features, None if it takes none or says itself which."""
    applied = node.applied
    layer, rank = applied.layer, len(applied.reads[0]) if applied.reads else 0
    if layer.channel_axis is not None:
        axis = layer.channels_of(*applied.inputs)
        if axis is None or rank < 2 or (node.type == "prelu" and applied.weights[0][2] == 1):
            return None
        return axis % rank if applied.layout == "CHW" else rank - 1
    return rank - 1 if node.type in OF_LAST_AXIS and "axis" not in layer.given else None


def followed(node: Node, given: list[Features | None], axis: int | None) -> Features | None:
    """The features of what a node gives."""
    kind, rank = node.type, len(node.applied.gives[0])
    if kind in MAKERS:
        return made(node, rank), node
    if kind in MOVERS:
        return None if given[0] is None else moved(node, given[0])
    if kind.startswith("global_"):
        return None if axis is None or (given[0] and given[0][0] != axis) else (0, given[0][1] if given[0] else node)
    if axis is None and kind not in KEEPERS and FAMILY.get(kind) not in KEEPING:
        return None
    found = [
        one for one, shape in zip(given, node.applied.reads, strict=True) if one is not None and len(shape) == rank
    ]
    if found:
        return found[0] if len({one[0] for one in found}) == 1 else None
    return None if axis is None else (axis, node)


def made(node: Node, rank: int) -> int:
    """The axis of the features that a layer made."""
    layer: Any = node.applied.layer
    if "axis" in layer.given:
        return axis_of(layer.axis, node.applied.reads[0])
    first = layer.channel_axis is not None and node.applied.layout == "CHW"
    return layer.channel_axis if first else rank - 1


def moved(node: Node, given: Features) -> Features | None:
    axis = MOVERS[node.type](node.applied.layer, node.applied.reads[0], node.applied.gives[0], given[0])
    return None if axis is None else (axis, given[1])


def without(axes: list[int], axis: int) -> int | None:
    """Where an axis is once others are dropped; None if it is one of them."""
    return None if axis in axes else axis - sum(one < axis for one in axes)


def flattened(layer: Any, x: Dims, y: Dims, axis: int) -> int | None:
    start, end = axis_of(layer.start, x, "start"), axis_of(layer.end, x, "end")
    return axis if axis < start else axis - (end - start) if axis > end or start == end else None


def reshaped(layer: Any, x: Dims, y: Dims, axis: int) -> int | None:
    """The first or last axis stays what it is if a reshape leaves its size; more cannot be known."""
    if len(x) < 2 or len(y) < 2 or axis not in (0, len(x) - 1):
        return None
    place = 0 if axis == 0 else -1
    return place % len(y) if type(y[place]) is int and y[place] == x[place] else None


def reduced(layer: Any, x: Dims, y: Dims, axis: int) -> int | None:
    dropped = list(layer.axes(x))
    return axis if layer.keep and axis not in dropped else without(dropped, axis)


MOVERS: dict[str, Callable[[Any, Dims, Dims, int], int | None]] = {
    "flatten": flattened,
    "reshape": reshaped,
    "squeeze": lambda layer, x, y, axis: without(axes_of(layer.axis, x), axis),
    "select": lambda layer, x, y, axis: without([axis_of(layer.axis, x)], axis),
    "mean": reduced,
    "sum": reduced,
    "max": reduced,
}
"""Layer types that drop or join axes: (layer, input, output, axis of the features) -> their axis in the output."""
