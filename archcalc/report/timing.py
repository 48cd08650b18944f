"""The least time of a network on a device, as plain data (archcalc.time/1), and what devices there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from archcalc.costs.devices import Device
from archcalc.costs.moved import Moved, Moves
from archcalc.costs.roofline import Bound, Rates, bound_of
from archcalc.graph.network import Node
from archcalc.graph.repetition import Repetition, renamed
from archcalc.report.model import as_wide, build_head, charge_to, network_of, noted
from archcalc.report.moved import moved_of
from archcalc.version import __version__

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.time/1"

LISTED = 5
"""Units of work that a layer takes to be listed; equal ones are timed once."""


class Wanted(NamedTuple):
    """On what a network runs, and how. ``activations`` is their type, ``computed_in`` that whose peak is taken."""

    device: Device
    activations: str
    computed_in: str
    efficiency: Fraction | None = None
    fuse: bool = True


def build_time(report: documents.Report, wanted: Wanted) -> documents.Time:
    """The document of the least time of the network of a report. Raises SpecError."""
    network, device = network_of(report), wanted.device
    rates = device.rates(wanted.computed_in, wanted.efficiency, also="compute")
    charge_to(report, LISTED * network.size, f"to time {network.size:,} layers")
    moved = moved_of(report, wanted.activations, wanted.fuse)
    bound = bound_of(moved, rates)
    found = {
        **build_head(network, SCHEMA, report["batch"]),
        **as_wide(report),
        "activations": wanted.activations,
        "device": device.name,
        "computed_in": wanted.computed_in,
        "peak": device.peaks[wanted.computed_in],
        "bandwidth": device.bandwidth,
        "efficiency": float(device.efficiency if wanted.efficiency is None else wanted.efficiency),
        "balance": float(rates.balance),
        "fuse": wanted.fuse,
        "macs": moved.macs,
        "bytes": moved.bytes,
        "intensity": intensity(moved.macs, moved.bytes),
        "seconds": float(bound.seconds),
        "compute_seconds": float(bound.computing),
        "memory_seconds": float(bound.moving),
        "compute_bound": bound.compute_bound,
        "memory_bound": bound.memory_bound,
        **noted(network),
        "layers": list(layers(moved, rates)),
    }
    return cast("documents.Time", found)


def layers(moved: Moved, rates: Rates) -> Iterator[documents.TimedLayer]:
    """Each layer; what is true of equal ones is computed once."""
    known: dict[Moves, Any] = {}
    for node, repetition, moves in moved.each():
        if moves not in known:
            known[moves] = {
                "macs": moves.macs,
                "bytes": moves.bytes,
                "intensity": intensity(moves.macs, moves.bytes),
                "seconds": float(rates.seconds(moves)),
                "bound": rates.bound(moves),
                "fused": moves.fused,
            }
        yield cast("documents.TimedLayer", {**place(node, repetition), **known[moves]})


def place(node: Node, repetition: Repetition | None) -> documents.TypedStep:
    span = node.origin.span()
    return {
        "path": renamed(node.path, repetition),
        "file": span.source.name,
        "line": span.line + 1,
        "type": node.type,
    }


def intensity(macs: int, size: int) -> float | None:
    """Operations a byte; None where no byte moves."""
    return 2 * macs / size if size else None


def timed_on(report: documents.Report, device: Device) -> Bound:
    """The least time of the network of a report on a device, in the report's dtype. Raises SpecError."""
    dtype = report["dtype"]
    return bound_of(moved_of(report, dtype), device.rates(dtype))


def build_devices(devices: Iterable[Device]) -> documents.Devices:
    """Devices (archcalc.devices/1)."""
    found: Any = [
        {
            "name": device.name,
            "also": list(device.also),
            "maker": device.maker,
            "kind": device.kind,
            "peaks": device.peaks,
            "bandwidth": device.bandwidth,
            "memory": device.memory,
            "efficiency": float(device.efficiency),
            "note": device.note or None,
            "source": device.source,
        }
        for device in devices
    ]
    return {"schema": "archcalc.devices/1", "archcalc": __version__, "devices": found}
