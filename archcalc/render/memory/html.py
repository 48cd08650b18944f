"""The memory of a network as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.html.table import bar_cell, cell, name_cell, row, table
from archcalc.render.memory import words
from archcalc.render.pictures.charts.axes import drawable
from archcalc.render.pictures.charts.curve import curve
from archcalc.render.pictures.letters import si
from archcalc.render.pictures.marks import Picture
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Memory

ALIVE = 3
"""Tensors that the picture names of those alive at the peak."""


def write(memory: Memory, out: TextIO, style: Style) -> None:
    """Write the sums, the tensors alive at the peak and the curve; the map and the banks where asked for."""
    write_pictured(out, memory["spec"], body(memory, style))


def body(memory: Memory, style: Style) -> Iterator[str]:
    yield heading(words.title(memory))
    for name, said in words.sums(memory):
        yield paragraph(f"{name}: {said}")
    yield from map(paragraph, words.unplaced(memory))
    if drawable(memory["peak_memory"]):
        yield figure(picture(memory))
    rows = [row([name_cell(path), cell(size, "number"), cell(place)]) for path, size, place in words.alive(memory)]
    yield from table([("alive at the peak", "text"), ("bytes", "number"), ("made at", "text")], rows)
    yield from numbered(["bank", "used", "size"], [list(one) for one in words.banks(memory)], "lrr")
    yield from numbered(["offset", "bytes", "bank", "tensor", "exists"], words.mapped(memory), "rrlll")
    steps = words.steps_of_order(memory, style)
    if steps:
        yield paragraph(f"order: {', '.join(steps)}")
    headings = [("step", "text"), ("bytes that exist", "number"), ("share of the peak", "size")]
    yield from table(headings, bars(memory, style))


def picture(memory: Memory) -> Picture:
    """The curve, with what is alive at its peak."""
    steps, at = list(memory["curve"]), memory["peak_at"]
    alive = [f"{one['path']} {si(one['bytes'], 'B')}" for one in memory["alive"][:ALIVE]]
    peak = " at ".join([f"peak {si(memory['peak_memory'], 'B')}", *([at["path"]] if at else [])])
    return curve(
        "Memory of activations",
        [one["bytes"] for one in steps],
        [one["path"] for one in steps],
        [peak, *alive],
        x_name="step, in the order written",
        y_name="bytes that exist",
        note=words.title(memory),
    )


def numbered(headings: list[str], rows: list[list[str]], align: str) -> Iterator[str]:
    """A table of texts; nothing without rows."""
    kinds = ["number" if side == "r" else "text" for side in align]
    if rows:
        made = [row([cell(text, kind) for text, kind in zip(one, kinds, strict=True)]) for one in rows]
        yield from table(zip(headings, kinds, strict=True), made)


def bars(memory: Memory, style: Style) -> Iterator[str]:
    for one in words.curve(memory, style):
        share = one["bytes"] / (memory["peak_memory"] or 1)
        yield row([name_cell(one["path"]), cell(one["bytes"], "number"), bar_cell(share, one["bytes"])])
