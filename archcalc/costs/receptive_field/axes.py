"""Which axes of the inputs have positions: all but those of channels, as the first layer has it that knows."""

from __future__ import annotations

from archcalc.costs.receptive_field.reading import place, readings
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node, Tensor
from archcalc.layers.reading import At, Axes, Mixed, Past, Whole

Axis = tuple[int, int]
"""An axis of an input: the input's number, and the axis as the file has it."""


def positional(network: Network) -> list[Axis]:
    """The axes of all inputs but those of channels, inputs in order, then axes.

    A convolution, a pool, a linear layer, attention say which axis is theirs. Where no layer says it, it is the first
    axis of three or more, or the last in a file of layout HWC, the last of two, and the only one of what are no
    indices.
    """
    found: list[Axis] = []
    for number, (name, tensor) in enumerate(network.inputs.items()):
        rank = len(tensor.shape or ())
        said = followed(network, number, rank)
        for axis in range(rank):
            if not said.get(axis, axis == usual_channels(rank, network.layout, network.dtypes[name])):
                found.append((number, axis))
    return found


def usual_channels(rank: int, layout: str, dtype: str) -> int | None:
    if rank == 1:
        return None if dtype.startswith(("int", "uint")) else 0
    return 0 if layout == "CHW" and rank > 2 else rank - 1


def followed(network: Network, number: int, rank: int) -> dict[int, bool]:
    """For each axis of an input whether it is that of channels, for those of which a layer says it."""
    at: dict[tuple[Node | None, int], dict[int, int]] = {(None, number): {axis: axis for axis in range(rank)}}
    said: dict[int, bool] = {}
    for node in network.kept:
        outputs: list[dict[int, int]] = [{} for _ in node.outputs]
        for position, tensor in enumerate(node.inputs):
            axes = at.get((tensor.node, tensor.number))
            if axes:
                axes = here(axes, tensor, said)
                read = readings(node.applied)
                for axis, known in said_by(node.applied, position, read[0][position]).items():
                    if axis in axes:
                        said.setdefault(axes[axis], known)
                for output, one in zip(outputs, read, strict=True):
                    output |= passed_on(axes, one[position])
        at.update({(node, place): axes for place, axes in enumerate(outputs) if axes})
        if len(said) == rank:
            break
    return said


def here(axes: dict[int, int], tensor: Tensor, said: dict[int, bool]) -> dict[int, int]:
    """The axes of a tensor where it is read: a map's slices are positions."""
    made = tensor.node.body if tensor.node is not None else None
    if tensor.body is made:
        return axes
    inside = tensor.body is not None and (made is None or tensor.body.parent is made)
    if not inside or tensor.body is None or tensor.body.slices is None:
        return axes if inside else {}
    if 0 in axes:
        said.setdefault(axes[0], False)
    return {axis - 1: origin for axis, origin in axes.items() if axis}


def passed_on(axes: dict[int, int], read: Axes) -> dict[int, int]:
    kept = ((axis, one) for axis, one in enumerate(read) if not isinstance(one, (At, Mixed, Past, Whole)))
    return {one.axis: axes[axis] for axis, one in kept if axis in axes}  # type: ignore[attr-defined]


def said_by(applied: Applied, position: int, read: Axes) -> dict[int, bool]:
    """What a layer says of the axes of an input, by axis; nothing if it takes them as they come."""
    layer, rank = applied.layer, len(read)
    if layer.by_index:
        return dict.fromkeys(range(rank), False)
    if any(isinstance(one, Whole) and one.channels for one in read):
        return {axis: isinstance(one, Whole) and one.channels for axis, one in enumerate(read)}
    channels = layer.channels_of(*applied.inputs)
    if channels is None or rank < 2:
        return {}
    turned = channels % rank if applied.axis is None else place(channels % rank, rank, applied.axis)
    return {axis: axis == turned for axis in range(rank)}
