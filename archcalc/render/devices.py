"""Devices as text: a row each, or one with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.layers.base import BITS, SPELLINGS
from archcalc.render.grid import grid, hung
from archcalc.render.style import BOLD, DIM, Style, paint
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.report.documents import Device, Devices

TERA, GIGA = 10**12, 10**9
SHORT = {dtype: word for word, dtype in SPELLINGS.items() if word.startswith(("fp", "bf"))}
"""Words for types that leave a terminal room for all."""


def write(found: Devices, out: TextIO, style: Style) -> None:
    """Write the devices."""
    devices = found["devices"]
    out.write("\n".join(one(devices[0], style) if len(devices) == 1 else listed(devices, style)) + "\n")


def listed(devices: list[Device], style: Style) -> Iterator[str]:
    """A row a device, with the peaks that one of them has."""
    known = sorted({dtype: None for one in devices for dtype in one["peaks"]}, key=width, reverse=True)
    rows = [["name", *(SHORT.get(dtype, dtype) for dtype in known), "GB/s", "GB"]]
    for found in devices:
        rows.append([found["name"], *(tera(found["peaks"].get(dtype)) for dtype in known), *sizes(found)])
    first, *lines = grid(rows, "lr")
    yield paint(first, DIM, style.color)
    yield from lines
    yield ""
    said = "Peaks are 10^12 operations a second of dense tensors, a multiply-add being two; GB are 10^9 bytes."
    yield from hung("", said.split(" "), 0, style.width)
    yield "'archcalc devices NAME' has the sources."


def width(dtype: str) -> tuple[int, bool]:
    """Its bits, of which tf32 has 19; of equal ones floats come first."""
    return BITS.get(dtype, 19), "float" in dtype


def one(device: Device, style: Style) -> Iterator[str]:
    """Its figures, a line each, and where they come from."""
    name = ", ".join([device["name"], *device["also"], *filter(None, [device["maker"], device["kind"]])])
    yield paint(plain(name), BOLD, style.color)
    yield ""
    rows = [[dtype, tera(peak), "T operations a second"] for dtype, peak in device["peaks"].items()]
    bandwidth, memory = sizes(device)
    rows.append(["bandwidth", bandwidth, "GB/s"])
    rows += [["memory", memory, "GB"]] if memory else []
    rows += [["efficiency", f"{device['efficiency']:g}", "of the peaks"]] if device["efficiency"] != 1 else []
    yield from grid(rows, "lrl")
    for word in ("note", "source"):
        said = device["note"] if word == "note" else device["source"]
        if said:
            yield ""
            yield from hung(word, said.split(" "), 8, style.width)


def sizes(device: Device) -> list[str]:
    """Bandwidth and memory."""
    memory = device["memory"]
    return [f"{device['bandwidth'] / GIGA:.6g}", f"{memory / GIGA:.6g}" if memory else ""]


def tera(peak: int | None) -> str:
    return "" if peak is None else f"{peak / TERA:.6g}"
