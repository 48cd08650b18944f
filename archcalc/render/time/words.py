"""What the formats say in the same words: on what a network runs, how long it takes at least, and what binds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.render.memory.words import sized
from archcalc.render.style import Style
from archcalc.report.figures import show_seconds
from archcalc.report.fold import step_path
from archcalc.report.listing import network_words, show_widths

if TYPE_CHECKING:
    from archcalc.report.documents import Time, TimedLayer

Row = tuple[str, int, int, float, str]
"""A step: multiply-adds, bytes, seconds, and what binds most of them."""

DEPTH = 1
"""Of the steps in the table, unless asked otherwise."""

HEADINGS = ("step", "multiply-adds", "bytes", "ops a byte", "at least", "bound by")
RATES = (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3), ("", 1))
"""Prefixes of rates, the largest first."""


def title(time: Time) -> str:
    """The network, its batch, the device and the types."""
    batch = [f"batch {time['batch']:,}"] if time["batch"] != 1 else []
    peak = [f"computed in {time['computed_in']}"] if time["computed_in"] != time["activations"] else []
    fuse = [] if time["fuse"] else ["nothing fused"]
    types = [f"activations as {time['activations']}", f"weights{show_widths(time)}"]
    return ", ".join([*network_words(time), *batch, f"on {time['device']}", *types, *peak, *fuse])


def sums(time: Time) -> list[tuple[str, str]]:
    """How long it takes at least, and of what: name and amount."""
    computing, moving = show_seconds(time["compute_seconds"]), show_seconds(time["memory_seconds"])
    return [
        ("time", f"at least {show_seconds(time['seconds'])}{at_most(time)}"),
        ("bound by", f"computation in {layers(time['compute_bound'])}, {computing}; {memory(time)}, {moving}"),
        ("operations", f"{2 * time['macs']:,}, 2 x {time['macs']:,} multiply-adds"),
        ("bytes", f"{sized(time['bytes'])} moved{per_byte(time)}"),
        ("device", device(time)),
    ]


def at_most(time: Time) -> str:
    """The samples a second that this allows."""
    if not time["seconds"]:
        return ""
    return f": at most {show_rate(time['batch'] / time['seconds'])} samples a second"


def show_rate(rate: float) -> str:
    """``6,866``, and three digits of what is less than ten."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.3g}"


def layers(number: int) -> str:
    return f"{number:,} layer{'' if number == 1 else 's'}"


def memory(time: Time) -> str:
    return f"memory in {layers(time['memory_bound'])}"


def per_byte(time: Time) -> str:
    return "" if time["intensity"] is None else f": {time['intensity']:,.1f} operations a byte"


def device(time: Time) -> str:
    """Its rates, and where both bind."""
    share = "" if time["efficiency"] == 1 else f", of which {100 * time['efficiency']:g} % are taken"
    peak = f"{rate(time['peak'])} operations a second in {time['computed_in']}{share}"
    return f"{peak}; {rate(time['bandwidth'])}B a second; both bind at {time['balance']:,.1f} operations a byte"


def rate(number: int) -> str:
    """``989.4 T``."""
    prefix, size = next(one for one in RATES if number >= one[1])
    return f"{number / size:,.6g} {prefix}"


def steps(time: Time, style: Style) -> list[Row]:
    """The steps of the depth that is asked for."""
    found: dict[str, list[TimedLayer]] = {}
    for layer in time["layers"]:
        found.setdefault(step_path(layer["path"], style.depth or DEPTH), []).append(layer)
    return [step(path, inside) for path, inside in found.items()]


def step(path: str, layers: list[TimedLayer]) -> Row:
    moving = sum(layer["seconds"] for layer in layers if layer["bound"] == "memory")
    computing = sum(layer["seconds"] for layer in layers if layer["bound"] != "memory")
    macs, size = (sum(layer[key] for layer in layers) for key in ("macs", "bytes"))
    return path, macs, size, computing + moving, binding(computing, moving)


def binding(computing: float, moving: float) -> str:
    """``memory``, or ``memory 88 %`` of a time of which computing binds the rest; nothing without any."""
    if not (computing or moving):
        return ""
    most, word = max((computing, "compute"), (moving, "memory"))
    return word if most == computing + moving else f"{word} {int(100 * most / (computing + moving))} %"


def cells(row: Row) -> list[str]:
    """A row as texts."""
    path, macs, size, seconds, bound = row
    each = f"{2 * macs / size:,.1f}" if size else ""
    return [path, f"{macs:,}", f"{size:,}", each, show_seconds(seconds) if seconds else "", bound]
