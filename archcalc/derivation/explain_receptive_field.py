"""Where a receptive field comes from: what a layer adds to that of its input, and what branches see together.

A window of k positions, d apart, adds (k - 1) * d steps of its input, each as long as the input's stride (Araujo,
Norris and Sim 2019).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from archcalc.costs.receptive_field.axes import Axis
from archcalc.costs.receptive_field.field import ALL, Field, Sees, Unknown, told
from archcalc.costs.receptive_field.part import Part
from archcalc.costs.receptive_field.reading import readings
from archcalc.costs.receptive_field.walk import Seen, Walk
from archcalc.derivation.explain import Cell, Explained
from archcalc.dims import maximum, minimum
from archcalc.dims.expression import Definition, Expression
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import unrolled
from archcalc.graph.wires import named
from archcalc.layers.reading import Reading, Slide
from archcalc.report.figures import RECEPTIVE_FIELD
from archcalc.report.receptive_field import positions

MOST_SHOWN = 4
"""Intervals of a pattern that are written out."""


class Tracing:
    """The layers of a network, each with what it sees derived."""

    def __init__(self, network: Network, local: bool) -> None:
        self.network = unrolled(network)
        self.walk = Walk(self.network, gates=not local)
        self.names = list(network.inputs)

    def changing(self) -> list[int]:
        """The places of the layers that see something else than what they read."""
        return [place for place, node in enumerate(self.network.kept) if self.changes(node)]

    def changes(self, node: Node) -> bool:
        return any(self.seen(node) != self.walk.of(tensor) for tensor in node.inputs)

    def seen(self, node: Node) -> Seen:
        return self.walk.seen[node, 0]

    def explained(self, place: int) -> Explained:
        node = self.network.kept[place]
        found = Explained(node, [self.name(tensor) for tensor in node.inputs])
        found.axes = [[] for _ in found.inputs]
        found.cells = [self.cell(node, axis, field) for axis, field in self.seen(node).items()]
        if not found.cells:
            found.notes.append(f"no {RECEPTIVE_FIELD.title}: it sees no axis of positions")
        return found

    def name(self, tensor: Any) -> str:
        return self.names[tensor.number] if tensor.node is None else named(tensor.node.path, tensor)

    def cell(self, node: Node, axis: Axis, field: Field) -> Cell:
        shape = node.outputs[0].shape or ()
        size = told(field, positions(field, shape)).size
        title = f"{RECEPTIVE_FIELD.title} of {self.names[axis[0]]}, axis {axis[1]}"
        cell = Cell(RECEPTIVE_FIELD.name, title, size, [])
        read = []
        for tensor, axes in zip(node.inputs, readings(node.applied)[0], strict=True):
            one = self.walk.of(tensor).get(axis)
            if one is not None:
                along = one.axis if isinstance(one, Sees) else None
                read.append((self.name(tensor), one, axes[along] if type(along) is int else None))
        if not isinstance(field, Sees):
            cell.notes.append(why(field, read))
        elif len(read) == 1 and derive(cell, field, *read[0][1:]):
            pass
        elif not (len(read) > 1 and unite(cell, field, read)):
            cell.notes += patterns(field)
        return cell


def derive(cell: Cell, field: Sees, before: Field, reading: Reading | None) -> bool:
    """The equations of a window that slides over one input; False if its intervals are no arithmetic row."""
    if not (isinstance(before, Sees) and isinstance(reading, Slide) and simple(before) and simple(field)):
        return False
    (old,), (new,) = before.parts, field.parts
    (first, last), (start, _) = old.intervals[0] or (0, 0), new.intervals[0] or (0, 0)
    stride: Any = Expression.known("stride before", old.shift)
    kernel: Any = Expression.known("kernel", reading.kernel)
    size: Any = Expression.known("size before", last - first + 1)
    if reading.kernel > 1:
        size = size + (kernel - 1) * Expression.known("dilation", reading.dilation) * stride
    if new.shift != old.shift:
        cell.derivation.append(Definition("stride", stride * Expression.known("stride", reading.stride)))
    if start != first:
        padding = Expression.known("padding", reading.before)
        cell.derivation.append(Definition("start", Expression.known("start before", first) - padding * stride))
    cell.derivation.append(Definition(cell.title, size))
    return True


def unite(cell: Cell, field: Sees, read: list[tuple[str, Field, Reading | None]]) -> bool:
    """The equations of several inputs passed on together: from the first to the last that any of them sees."""
    fields = [(name, one) for name, one, reading in read if isinstance(one, Sees) and simple(one) and passed(reading)]
    if len(fields) < len(read) or not simple(field) or len({one.parts[0].shift for _, one in fields}) > 1:
        return False
    ends = {name: one.parts[0].intervals[0] or (0, 0) for name, one in fields}
    start: Any = reduce(minimum, [Expression.known(f"start of {name}", first) for name, (first, _) in ends.items()])
    end: Any = reduce(maximum, [Expression.known(f"end of {name}", last) for name, (_, last) in ends.items()])
    cell.derivation += [Definition("start", start), Definition("end", end)]
    last: Any
    last, first = (Expression.known(name, dim.value) for name, dim in (("end", end), ("start", start)))
    cell.derivation.append(Definition(cell.title, last - first + 1))
    if not field.parts[0].aligned:
        cell.notes.append("not aligned: the paths differ in where they have their middle")
    return True


def passed(reading: Reading | None) -> bool:
    """Whether an axis is passed on as it is."""
    return isinstance(reading, Slide) and (reading.kernel, reading.stride, reading.before) == (1, 1, 0)


def simple(field: Sees) -> bool:
    """Whether all positions see alike, a whole number of positions further on each."""
    return len(field.parts) == 1 and len(field.parts[0].intervals) == 1 and field.parts[0].intervals[0] is not None


def patterns(field: Sees) -> Iterable[str]:
    """What positions see, where they see differently: the intervals that repeat."""
    return map(pattern, field.parts)


def pattern(part: Part) -> str:
    shown = [f"{one[0]}..{one[1]}" if one else "none" for one in part.intervals[:MOST_SHOWN]]
    more = ", ..." if len(part.intervals) > MOST_SHOWN else ""
    again = "" if part.shift == 0 else f", and so on, {part.shift} further each {len(part.intervals)} positions"
    return f"the positions see {', '.join(shown)}{more}{again}"


def why(field: Field, read: list[tuple[str, Field, Reading | None]]) -> str:
    """Why all is seen, or why it is unknown."""
    there = [name for name, one, _ in read if one == ALL or (isinstance(field, Unknown) and isinstance(one, Unknown))]
    if there:
        return f"as {there[0]} does"
    return (
        "it reads the whole axis" if field == ALL else "the axis is mixed with others here, or read in no known order"
    )
