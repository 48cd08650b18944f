"""The memory of a network for people: the sums, what is alive at the peak, the curve as bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import GAP, grid, hung, taken, widths
from archcalc.render.memory import words
from archcalc.render.style import BOLD, CYAN, DIM, RED, Style, paint
from archcalc.render.text import plain, width

if TYPE_CHECKING:
    from archcalc.report.documents import Memory

WIDTH = 100
"""Columns if there is no terminal."""

SHORTEST = 10
"""Columns that the longest bar, and a cut path, have at least."""

PATHS = 0.5
"""The share of a terminal's line that paths may have: of a longer one the end is shown."""


def write(memory: Memory, out: TextIO, style: Style) -> None:
    """Write the sums, the tensors alive at the peak and the curve; the map and the banks where asked for."""
    fine = "utf" in (out.encoding or "").lower() if hasattr(out, "encoding") else True
    out.write("\n".join(draw(memory, style, "█" if fine else "#")) + "\n")


def draw(memory: Memory, style: Style, block: str) -> Iterator[str]:
    limit = style.width or WIDTH
    yield paint(plain(words.title(memory)), BOLD, style.color)
    yield ""
    for name, said in words.sums(memory):
        yield from hung(name, said.split(" "), 11, limit)
    for one in words.unplaced(memory):
        yield from (paint(line, RED, style.color) for line in hung("error:", one.split(" "), 7, limit))
    yield from table("alive at the peak", ["tensor", "bytes", "made at"], alive(memory, style.width), "lrl", style)
    yield from table("banks", ["bank", "used", "size"], words.banks(memory), "lrr", style)
    yield from table("map", ["offset", "bytes", "bank", "tensor", "exists"], words.mapped(memory), "rrlll", style)
    steps = words.steps_of_order(memory, style)
    if steps:
        yield ""
        yield from hung("order:", [f"{path}," for path in steps[:-1]] + steps[-1:], 7, limit)
    yield from bars(memory, style, limit, block)


def alive(memory: Memory, limit: int | None) -> list[list[str]]:
    """The rows of tensors, their paths and places no longer than a terminal has room for."""
    rows = [[plain(path), f"{size:,}", plain(place)] for path, size, place in words.alive(memory)]
    if limit is None or not rows:
        return rows
    paths, sizes, places = widths(rows)
    room = limit - sizes - 2 * len(GAP)
    most = max(room // 2, room - places, SHORTEST)  # huge sizes may leave no room
    return [
        [ending(path, most), size, ending(place, max(room - min(most, paths), SHORTEST))] for path, size, place in rows
    ]


def table(title: str, head: list[str], rows: Sequence[Sequence[str]], align: str, style: Style) -> Iterator[str]:
    """A table below its title; nothing without rows."""
    if rows:
        yield ""
        yield paint(title, BOLD, style.color)
        first, *lines = grid([head, *rows], align)
        yield paint(first, DIM, style.color)
        yield from lines


def bars(memory: Memory, style: Style, limit: int, block: str) -> Iterator[str]:
    """A bar for each step, as long as what exists there is of the peak."""
    curve = words.curve(memory, style)
    if not curve:
        return
    yield ""
    yield paint("curve: the most that exists in each step", BOLD, style.color)
    paths = [plain(one["path"]) for one in curve]
    if style.width is not None:
        paths = [ending(path, int(limit * PATHS)) for path in paths]
    rows = [[path, f"{one['bytes']:,}"] for path, one in zip(paths, curve, strict=True)]
    room = max(limit - taken(widths(rows)) - len(GAP), SHORTEST)
    for line, one in zip(grid(rows, "lr"), curve, strict=True):
        length = one["bytes"] * room // (memory["peak_memory"] or 1)
        at_peak = one["bytes"] == memory["peak_memory"]
        yield f"{line}{GAP}{paint(block * length, RED if at_peak else CYAN, style.color)}".rstrip()


def ending(path: str, most: int) -> str:
    """The path, or as much of its end as has room."""
    if width(path) <= most:
        return path
    while width(path) >= most:
        path = path[1:]
    return f"…{path}"
