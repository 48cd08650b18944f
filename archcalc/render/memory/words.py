"""What the formats say in the same words: the sums, the tensors alive at the peak, the curve, the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.render.style import Style
from archcalc.report.figures import show_binary
from archcalc.report.fold import step_path
from archcalc.report.listing import network_words, show_widths

if TYPE_CHECKING:
    from archcalc.report.documents import Alive, Memory, Step, StepBytes

DEPTH = 1
"""Of the steps that a curve shows, unless asked otherwise."""


MOST_ALIVE = 20
"""Tensors that are listed of those alive at the peak."""


def place(one: Step | Alive) -> str:
    """``net.yaml:12``."""
    return f"{one['file']}:{one['line']}"


def sized(number: int) -> str:
    """``294.0 KiB (301,056 bytes)``."""
    return f"{number:,} bytes" if number < 1024 else f"{show_binary(number)} ({number:,} bytes)"


def title(memory: Memory) -> str:
    """The network, its batch and how its activations are kept."""
    batch = [f"batch {memory['batch']:,}"] if memory["batch"] != 1 else []
    own = [] if memory["in_place"] else ["nothing in place"]
    return ", ".join([*network_words(memory), *batch, f"activations as {memory['activations']}", *own])


def sums(memory: Memory) -> list[tuple[str, str]]:
    """What is needed, and of what: name and amount."""
    at = memory["peak_at"]
    where = f" at {at['path']} ({place(at)})" if at else ""
    arena = memory["arena"]
    planned = "not planned: too many tensors are alive at once" if arena is None else sized(arena)
    return [
        ("live peak", f"{sized(memory['peak_memory'])}{where}"),
        ("arena", planned if arena is None else f"{planned}, aligned to {memory['alignment']}"),
        ("weights", f"{sized(memory['weights_bytes'])}{show_widths(memory)}, apart"),
        ("buffers", f"{sized(memory['buffers_bytes'])}, apart"),
        ("order", order(memory)),
    ]


def order(memory: Memory) -> str:
    """Whether another order of the steps needs less, and what is proved."""
    least, written = memory["order"], memory["peak_memory"]
    bound = "" if least["optimal"] else f"; no order needs less than {sized(least['lower_bound'])}"
    if least["steps"] is None:
        return "the written order is optimal" if least["optimal"] else f"the written order is the least found{bound}"
    saved = written - least["peak_memory"]
    what = "the optimal order" if least["optimal"] else "the least found"
    return f"{what} needs {sized(least['peak_memory'])}, {saved:,} bytes ({percent(saved, written)}) less{bound}"


def percent(part: int, whole: int) -> str:
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def alive(memory: Memory) -> list[tuple[str, int, str]]:
    """The tensors at the peak, the largest: path, bytes and the line that made it; then the others together."""
    found = memory["alive"]
    rest = found[MOST_ALIVE:]
    more = [(f"{len(rest):,} more", sum(one["bytes"] for one in rest), "")] if rest else []
    return [*((one["path"], one["bytes"], place(one)) for one in found[:MOST_ALIVE]), *more]


def curve(memory: Memory, style: Style) -> list[StepBytes]:
    """The most in each step of the depth that is asked for."""
    found: Any = memory["curve"]
    folded: list[StepBytes] = found.folded(style.depth or DEPTH)
    return folded


def steps_of_order(memory: Memory, style: Style) -> list[str]:
    """The steps of the better order, those of one step at that depth that follow each other as one."""
    steps = memory["order"]["steps"] or []
    folded = [step_path(path, style.depth or DEPTH) for path in steps]
    return [path for path, before in zip(folded, ["", *folded], strict=False) if path != before]


def banks(memory: Memory) -> list[tuple[str, str, str]]:
    """Name, bytes used and size of each bank."""
    return [(bank["name"], f"{bank['used']:,}", f"{bank['size']:,}") for bank in memory.get("banks", ())]


def unplaced(memory: Memory) -> list[str]:
    """What no bank has room for, and what is alive where most exists."""
    found = []
    for one in memory.get("unplaced", ()):
        others = ", ".join(f"{other['path']} {show_binary(other['bytes'])}" for other in one["alive"])
        where = f"{one['at']['path']} ({place(one['at'])})"
        found.append(f"no bank has room for {one['path']}, {sized(one['bytes'])}; alive at {where}: {others}")
    return found


def mapped(memory: Memory) -> list[list[str]]:
    """Offset, bytes, bank, tensor, and the steps in which it exists."""
    return [
        [f"{one['offset']:,}", f"{one['bytes']:,}", one["bank"], one["path"], f"{one['first']} .. {one['last']}"]
        for one in memory.get("map", ())
    ]
