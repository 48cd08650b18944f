"""Where the bytes that layers move come from, and the least time on a device."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Any

from archcalc.costs.checkpoints import top_step
from archcalc.costs.devices import Device
from archcalc.costs.moved import Moves
from archcalc.costs.roofline import COMPUTE, bound_of
from archcalc.derivation.explain import Cell, Explained
from archcalc.dims import ceil_div
from archcalc.dims.expression import Definition, Expression
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.network import Node
from archcalc.graph.repetition import renamed, unrolled, walk
from archcalc.graph.wires import readings
from archcalc.report.figures import BYTES, NANOSECONDS, TIME
from archcalc.report.model import network_of
from archcalc.report.moved import moved_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report


class Timing:
    """The layers of a report, derived: bytes, or with a device nanoseconds. Raises SpecError."""

    def __init__(self, report: Report, activations: str, device: Device | None) -> None:
        self.report, self.network, self.device = report, network_of(report), device
        self.moved = moved_of(report, activations)
        self.rates = None if device is None else device.rates(activations, also="activations")
        self.key = BYTES.name if device is None else f"{TIME}{device.name}"
        self.title = BYTES.title if device is None else f"least time on {device.name} (ns)"

    @cached_property
    def paths(self) -> list[str]:
        return [renamed(node.path, repetition) for node, repetition in walk(self.network)]

    @cached_property
    def nodes(self) -> list[Node]:
        return unrolled(self.network).kept

    @cached_property
    def moves(self) -> list[Moves]:
        return [moves for _, _, moves in self.moved.each()]

    @cached_property
    def reads(self) -> list[list[str]]:
        return [reads for *_, reads in readings(self.network)]

    def explained(self, place: int) -> Explained:
        """One layer."""
        moves = self.moves[place]
        found = self._layer(place)
        total = self._bytes(moves) if self.rates is None else self._time(2 * moves.macs, moves.bytes, moves)
        value = total.value if isinstance(total, Expression) else total
        found.cells.append(Cell(self.key, self.title, value, [Definition(self.title, total)]))
        if moves.fused:
            found.cells[-1].notes.append("it is computed where what it reads is made, and moves nothing")
        return found

    def whole(self) -> Explained:
        """The layer that has most, with the sum over the steps at the top, or over what binds layers."""
        if not self.moves:
            raise SpecError(Diagnostic(f"'{self.report['spec']}' has no step, so no {self.title}"))
        rates = self.rates
        found = self._layer(max(range(len(self.moves)), key=lambda place: self._cost(self.moves[place])))
        if rates is None:
            parts: dict[str, int] = {}
            for path, moves in zip(self.paths, self.moves, strict=True):
                parts[top_step(path)] = parts.get(top_step(path), 0) + moves.bytes
            total: Any = summed(parts)
        else:
            bound = bound_of(self.moved, rates)
            total = self._sum(bound.operations, bound.bytes)
        value = total.value if isinstance(total, Expression) else total
        found.cells.append(Cell(self.key, self.title, value, [Definition(self.title, total)]))
        return found

    def _layer(self, place: int) -> Explained:
        found = Explained(self.nodes[place], self.reads[place])
        found.axes = [[] for _ in found.inputs]
        return found

    def _cost(self, moves: Moves) -> Any:
        return moves.bytes if self.rates is None else self.rates.seconds(moves)

    def _bytes(self, moves: Moves) -> Any:
        return summed({"read": moves.read, "weights": moves.weights, "given": moves.given})

    def _time(self, operations: int, size: int, moves: Moves) -> Any:
        assert self.rates is not None
        is_computing = self.rates.bound(moves) == COMPUTE
        return self._sum(operations, 0) if is_computing else self._sum(0, size)

    def _sum(self, operations: int, size: int) -> Any:
        """Nanoseconds, rounded up: operations that computation binds, and bytes that memory binds."""
        assert self.rates is not None
        peak, bandwidth = map(known_rate, ("peak", "bandwidth"), self.rates)
        computing = Expression.known("operations", operations) * scale(self.rates.peak)
        moving = Expression.known("bytes", size) * scale(self.rates.bandwidth)
        if operations and size:
            return ceil_div(computing * bandwidth + moving * peak, peak * bandwidth)
        return ceil_div(computing, peak) if operations else ceil_div(moving, bandwidth) if size else 0


def known_rate(name: str, rate: Fraction) -> Any:
    return Expression.known(name, rate.numerator)


def scale(rate: Fraction) -> Any:
    """Nanoseconds in a second, times what makes the rate a whole number."""
    return Expression.known("ns", NANOSECONDS * rate.denominator)


def summed(parts: dict[str, int]) -> Any:
    terms = [Expression.known(name, number) for name, number in parts.items() if number]
    return reduce(add, terms) if terms else 0
