"""Which positions of an input a position of a tensor sees, one by one: what lies in a padding is left out.

``walk.py`` tells a field as if every axis went on for ever, which is what people compare. At the ends of axes less is
seen, and what a crop took away is seen by nobody: here every interval is that of the network as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from archcalc.costs.receptive_field.axes import Axis, positional
from archcalc.costs.receptive_field.part import Interval, over
from archcalc.costs.receptive_field.reading import readings
from archcalc.costs.receptive_field.walk import around, inside, outside
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Body, Network, Node, Tensor
from archcalc.graph.repetition import unrolled
from archcalc.layers.axes import show_value
from archcalc.layers.reading import At, Axes, Mixed, Past, Reading, Whole

MOST_BOXES = 32
"""Paths that are kept apart: a transposed window with gaps may see nothing where another path sees something."""

MOST_WORK = 50_000_000
"""Intervals that are looked at for one network."""


class Along(NamedTuple):
    """What each position of an axis sees; without ``axis`` all positions of the tensor see the one interval."""

    axis: Any
    intervals: tuple[Interval, ...]


Exact = Along | None
"""None: it is not known what is seen."""


Box = dict[Axis, Exact]
"""What is seen along one path: for each axis of an input what positions see, and together the product of these."""


class Positions:
    """``of(tensor)`` is what each position of a tensor sees, by axis of an input. Raises SpecError for too much."""

    def __init__(self, network: Network) -> None:
        self.network = unrolled(network)
        self.seen: dict[tuple[Node | None, int], list[Box]] = {}
        self.work = 0
        axes = positional(network)
        for number, tensor in enumerate(network.inputs.values()):
            shape = tensor.shape or ()
            own = [axis for axis in axes if axis[0] == number]
            itself = {axis: Along(axis[1], tuple([(at, at) for at in range(shape[axis[1]])])) for axis in own}
            self.seen[None, number] = [dict(itself)]
        for node in self.network.kept:
            self.node(node)

    def of(self, tensor: Tensor) -> Box:
        return hull(self.boxes(tensor))

    def at(self, tensor: Tensor, position: Sequence[int]) -> dict[Axis, Interval | str]:
        """What one position of a tensor sees; inside a map in any of its slices. Raises IndexError for no position."""
        shape = tensor.shape or ()
        if len(position) != len(shape) or not all(0 <= at < size for at, size in zip(position, shape, strict=True)):
            raise IndexError(f"a tensor of {show_value(shape)} has no position {show_value([*position])}")
        found: dict[Axis, Interval | str] = {}
        for axis, field in self.of(tensor).items():
            if field is None:
                found[axis] = "unknown"
            elif type(field.axis) is int:
                found[axis] = field.intervals[position[field.axis]]
            else:
                found[axis] = over(field.intervals)
        return found

    def boxes(self, tensor: Tensor) -> list[Box]:
        made = None if tensor.node is None else tensor.node.body
        found = self.seen[tensor.node, tensor.number]
        return found if made is tensor.body else [called(box, made, tensor.body) for box in found]

    def node(self, node: Node) -> None:
        given = list(map(self.boxes, node.inputs))
        for number, (output, shape) in enumerate(zip(readings(node.applied), node.applied.gives, strict=True)):
            boxes: list[Box] = []
            for those, axes, read in zip(given, output, node.applied.reads, strict=True):
                for box in those:
                    found = {axis: self.read(field, axes, read, shape) for axis, field in box.items()}
                    if not any(map(blind, found.values())):
                        boxes = added(boxes, found)
            self.seen[node, number] = boxes

    def read(self, field: Exact, axes: Axes, shape: Any, output: Any) -> Exact:
        """What a layer sees of an input of that shape."""
        if field is None or type(field.axis) is not int:
            return field
        reading = axes[field.axis]
        if isinstance(reading, Mixed):
            return None
        if isinstance(reading, Whole):
            return Along(None, (over(field.intervals),))
        if isinstance(reading, At):
            return Along(None, (field.intervals[reading.index],))
        along: int = reading.axis  # type: ignore[attr-defined]
        found = []
        for position in range(output[along]):
            seen = taps(reading, position, shape[field.axis])
            self.work += len(seen)
            if self.work > MOST_WORK:
                message = f"what single positions see takes more than {MOST_WORK:,} steps here"
                raise SpecError(Diagnostic(message, help="give it a smaller input"))
            found.append(over([field.intervals[tap] for tap in seen]))
        return Along(along, tuple(found))


def blind(field: Exact) -> bool:
    """Whether no position sees any. A transposed window with gaps may be so along one axis, and then sees nothing."""
    return field is not None and not any(field.intervals)


def taps(reading: Reading, position: int, size: int) -> Sequence[int]:
    """The positions of an axis of that size that are read."""
    if isinstance(reading, Past):
        return range(min(max(position + reading.after + 1, 0), size))
    found: range = reading.taps(position)  # type: ignore[attr-defined]
    edge = getattr(reading, "edge", "constant")
    if edge == "circular":
        return [tap % size for tap in found]
    if edge == "reflect":
        return [size - 1 - abs(size - 1 - abs(tap)) for tap in found]
    if edge == "replicate":
        return [min(max(tap, 0), size - 1) for tap in found]
    # the taps of a range within the axis, without a look at the others
    step = found.step
    first = found.start + max(-(found.start // step), 0) * step if found.start < 0 else found.start
    return range(first, min(found.stop, size), step)


def added(boxes: list[Box], box: Box) -> list[Box]:
    """The boxes with one more, without those that lie in another. Of many the hull is taken."""
    if any(lies_in(box, other) for other in boxes):
        return boxes
    found = [*(other for other in boxes if not lies_in(other, box)), box]
    return found if len(found) <= MOST_BOXES else [hull(found)]


def lies_in(one: Box, other: Box) -> bool:
    """Whether all that is seen along one path is seen along another."""
    return one.keys() == other.keys() and all(within(field, other[axis]) for axis, field in one.items())


def within(one: Exact, other: Exact) -> bool:
    if one is None or other is None or one.axis != other.axis:
        return one is other
    pairs = zip(one.intervals, other.intervals, strict=True)
    return all(not a or (b is not None and b[0] <= a[0] and a[1] <= b[1]) for a, b in pairs)


def hull(boxes: list[Box]) -> Box:
    """What is seen along any of the paths, each axis by itself."""
    axes = dict.fromkeys(axis for box in boxes for axis in box)
    return {axis: joined([box[axis] for box in boxes if axis in box]) for axis in axes}


def joined(fields: list[Exact]) -> Exact:
    """What is seen through any of several inputs, position by position."""
    if None in fields:
        return None
    some = [field for field in fields if field is not None]
    axes = {field.axis for field in some} - {None}
    if len(axes) > 1:
        return None
    longest = max(some, key=lambda field: (field.axis is not None, len(field.intervals)))
    rows = [field.intervals * (1 if field.axis is not None else len(longest.intervals)) for field in some]
    return Along(longest.axis, tuple(map(over, zip(*rows, strict=True))))


def called(seen: Box, made: Body | None, there: Body | None) -> Box:
    """The same where it is read: a map's slices are positions of an axis that its layers do not know."""
    here, into = list(around(made)), list(around(there))
    names = [outside(body) for body in here if body not in into and body.slices is not None]
    names += [inside(body) for body in reversed(into) if body not in here and body.slices is not None]
    for name in names:
        seen = {
            axis: field if field is None or field.axis is None else field._replace(axis=name(field.axis))
            for axis, field in seen.items()
        }
    return seen
