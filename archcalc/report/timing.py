"""The least time of a network on a device, as plain data (archcalc.time/1), and what devices there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from archcalc.costs.devices import Device
from archcalc.costs.lifetimes import Asked
from archcalc.costs.moved import Moved, Moves
from archcalc.costs.roofline import Bound, Rates, bound_of
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.graph.network import Node
from archcalc.graph.repetition import Repetition, renamed
from archcalc.layers.base import BITS
from archcalc.report.model import Report, as_wide, build_head, charge_to, network_of, noted
from archcalc.version import __version__

if TYPE_CHECKING:
    from archcalc.report import documents

SCHEMA = "archcalc.time/1"
WORK = 20
"""Units of work for each layer."""


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
    rates = device.rates(wanted.computed_in, wanted.efficiency)
    charge_to(report, WORK * network.size, f"to time {network.size:,} layers")
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


def moved_of(report: documents.Report, activations: str, fuse: bool = True, weights: str | None = None) -> Moved:
    """What the layers of the network of a report move, with activations of that type; computed once.

    ``weights`` is the type of all weights, if they are not as the report has them. Raises SpecError for a report
    that was read from JSON.
    """
    if not isinstance(report, Report):
        message = f"the report of '{report['spec']}' does not hold what its time is computed from"
        raise SpecError(Diagnostic(message, help=f"{option('base')} may name a git ref or a spec"))
    key = "moved", activations, fuse, weights
    if key not in report.memories:
        rows = report.rows
        report.network.meter.charge(WORK * len(report.network.kept), what="to see what layers move")

        def bits(at: int, weight: str) -> int:
            return BITS[weights or rows.dtypes(at).of(weight)]

        asked = Asked(activations, report["batch"], fuse)
        report.memories[key] = Moved(report.network, asked, bits, rows.alike or weights is not None)
    found: Moved = report.memories[key]
    return found


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
