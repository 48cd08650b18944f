"""What the layers of a network see of its inputs, as plain data: a list for each row, and the network's figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from archcalc.costs.receptive_field.field import Told, told
from archcalc.costs.receptive_field.walk import Seen, Walk
from archcalc.graph.network import Body, Network, Node
from archcalc.graph.repetition import Repetition, walk

if TYPE_CHECKING:
    from archcalc.report.documents import ReceptiveField

UNKNOWN, ALL = "unknown", "all"


class ReceptiveFields:
    """Those of a network. ``local``: without what ``mul`` reads that sees all."""

    def __init__(self, network: Network, local: bool = False) -> None:
        self.network, self.local = network, local
        self.names = list(network.inputs)
        self.walk = Walk(network, gates=not local)
        self._lists: dict[Any, list[ReceptiveField]] = {}

    def each(self) -> Iterator[list[ReceptiveField]]:
        """What each layer sees, in order."""
        return (self.of(node, repetition) for node, repetition in walk(self.network))

    def of(self, node: Node, repetition: Repetition | None) -> list[ReceptiveField]:
        """What a layer sees in one repetition: inputs in order, then their axes; of several outputs the largest."""
        return self.listed(node, self.walk.at(node, repetition))

    def last(self, node: Node) -> list[ReceptiveField]:
        """What a layer sees in its last repetition."""
        return self.listed(node, [self.walk.seen[node, number] for number in range(len(node.outputs))])

    def listed(self, node: Node, outputs: list[Seen]) -> list[ReceptiveField]:
        key = tuple([(tensor.shape, *seen.items()) for tensor, seen in zip(node.outputs, outputs, strict=True)])
        if key not in self._lists:
            shapes = [tensor.shape or () for tensor in node.outputs]
            self._lists[key] = self.entries(list(zip(shapes, outputs, strict=True)), node.body)
        return self._lists[key]

    def entries(self, outputs: list[tuple[Any, Seen]], body: Body | None) -> list[ReceptiveField]:
        found = []
        for axis in self.walk.axes:
            several = [told(seen[axis], positions(seen[axis], shape)) for shape, seen in outputs if axis in seen]
            if several:
                found.append(entry(self.names[axis[0]], axis[1], max(several, key=rank)))
        return found

    def whole(self) -> int | str | None:
        """The largest of the network's outputs; None where no input has positions, or none is seen."""
        shapes = [tensor.shape or () for tensor in self.network.outputs]
        found = self.entries(list(zip(shapes, self.walk.outputs, strict=True)), None)
        return largest(found)


WORK = 40
"""Units of work for each layer, once for all repetitions that are alike."""


def fields_of(report: Any) -> ReceptiveFields:
    """Those of a report that was not read from JSON, computed once. Raises OutOfWork."""
    if report.fields is None:
        layers = len(report.network.kept)
        report.network.meter.charge(WORK * layers, what=f"to trace {layers:,} layers")
        report.fields = ReceptiveFields(report.network, report.local)
    found: ReceptiveFields = report.fields
    return found


def positions(field: Any, shape: Any) -> int:
    """How many positions a tensor of that shape has that see differently."""
    axis = getattr(field, "axis", None)
    if isinstance(axis, Body):
        return cast("int", axis.slices)
    return cast("int", shape[axis]) if axis is not None else 1


def rank(one: Told) -> tuple[int, int]:
    """How large a field is: all is the most that there is; one that is unknown may be as large."""
    return (0, one.size) if isinstance(one.size, int) else (2 if one.size == ALL else 1, 0)


def entry(name: str, axis: int, one: Told) -> ReceptiveField:
    stride = one.stride
    if stride is not None:
        stride = stride.numerator if stride.denominator == 1 else str(stride)
    return {
        "input": name, "axis": axis, "size": one.size, "stride": stride, "start": one.start, "aligned": one.aligned,
    }  # fmt: skip


def largest(entries: list[ReceptiveField]) -> int | str | None:
    """The largest size of them; None for none."""
    sizes = [one["size"] for one in entries]
    if ALL in sizes or UNKNOWN in sizes:
        return ALL if ALL in sizes else UNKNOWN
    return max(sizes, key=int, default=None)
