"""Devices: what they compute and move a second at most. Those that ship stand in devices.csv, each with its source.

Peaks there are of dense tensors, in 10^12 operations a second, of which a multiply-add is two; bandwidths and memories
in 10^9 bytes.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from archcalc.costs.roofline import Rates
from archcalc.errors import Diagnostic, SpecError, option, unknown

TERA, GIGA = 10**12, 10**9
OTHERS = ("name", "also", "maker", "kind", "bandwidth", "memory", "note", "source")
"""The columns of devices.csv that are no peaks."""


class Device:
    """A device. ``peaks``: operations a second by the type that is computed in; ``bandwidth``: bytes a second.

    ``memory``: its bytes, None where that is unknown. ``efficiency``: the share of the peaks that is reached, 1 unless
    its file says so. ``also``: other names for it. ``source``: where its figures come from; for one's own its file.
    """

    __slots__ = ("name", "also", "maker", "kind", "peaks", "bandwidth", "memory", "efficiency", "note", "source")

    def __init__(
        self,
        name: str,
        peaks: Mapping[str, int],
        bandwidth: int,
        memory: int | None,
        source: str,
        *,
        efficiency: Fraction = Fraction(1),
        also: tuple[str, ...] = (),
        maker: str = "",
        kind: str = "",
        note: str = "",
    ) -> None:
        self.name, self.peaks, self.bandwidth, self.memory = name, dict(peaks), bandwidth, memory
        self.source, self.efficiency, self.also = source, efficiency, also
        self.maker, self.kind, self.note = maker, kind, note

    def rates(self, computed_in: str, efficiency: Fraction | None = None, *, also: str | None = None) -> Rates:
        """Its rates in a type, the peak times an efficiency. Raises SpecError for a type without a peak.

        ``also``: the option that says the type too, beside that of all weights.
        """
        if computed_in not in self.peaks:
            message = f"{self.name} has no peak of {computed_in}: it has those of {', '.join(self.peaks)}"
            first = next(iter(self.peaks))
            help = f"{option('dtype', first)}" + (f", or {option(also, first)} for that peak alone" if also else "")
            raise SpecError(Diagnostic(message, help=help))
        share = self.efficiency if efficiency is None else efficiency
        return Rates(self.peaks[computed_in] * share, Fraction(self.bandwidth))


@cache
def shipped_devices() -> dict[str, Device]:
    """Those that ship, by name."""
    with open(os.path.join(os.path.dirname(__file__), "devices.csv"), encoding="utf-8", newline="") as file:
        return {row["name"]: shipped(row) for row in csv.DictReader(file)}


def shipped(row: Mapping[str, str]) -> Device:
    return Device(
        row["name"],
        {name: scaled(peak, TERA) for name, peak in row.items() if name not in OTHERS and peak},
        scaled(row["bandwidth"], GIGA),
        scaled(row["memory"], GIGA) if row["memory"] else None,
        row["source"],
        also=tuple(row["also"].split()),
        maker=row["maker"],
        kind=row["kind"],
        note=row["note"],
    )


def scaled(text: str, unit: int) -> int:
    return int(Fraction(text) * unit)


def find_device(word: str) -> Device:
    """The device that ships under a name, whatever its case. Raises SpecError, with those that may be meant."""
    devices = shipped_devices()
    for device in devices.values():
        if word.lower() in (name.lower() for name in (device.name, *device.also)):
            return device
    begin = [name for name in devices if name.lower().startswith(word.lower())] if word else []
    names = {one.lower(): device.name for device in devices.values() for one in (device.name, *device.also)}
    otherwise = f"'archcalc devices' lists those that ship: {', '.join(devices)}; or a file of your own, my.yaml"
    error = unknown(f"no device '{word}'", word.lower(), names, otherwise=otherwise)
    meant = f"did you mean '{begin[0]}'?" if len(begin) == 1 else f"there are {', '.join(begin)}"
    raise SpecError(Diagnostic(error.message, help=meant) if begin else error)
