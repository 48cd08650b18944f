"""The least time as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.render.html.page import heading, paragraph
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.pictures.charts.axes import drawable
from archcalc.render.pictures.charts.roofline import Work, roofline
from archcalc.render.pictures.letters import cut
from archcalc.render.pictures.marks import Picture
from archcalc.render.style import Style
from archcalc.render.time import words

if TYPE_CHECKING:
    from archcalc.report.documents import Time

MOST, NAME = 400, 130
"""Layers of the picture; pixels of a name."""


def write(time: Time, out: TextIO, style: Style) -> None:
    """Write the sums and the steps."""
    write_pictured(out, time["spec"], body(time, style))


def body(time: Time, style: Style) -> Iterator[str]:
    yield heading(words.title(time))
    for name, said in words.sums(time):
        yield paragraph(f"{name}: {said}")
    if any(layer["macs"] and layer["bytes"] for layer in time["layers"]) and drawable(time["macs"], time["bytes"]):
        yield figure(picture(time))
    kinds = ("text", "number", "number", "size", "size", "text")
    yield from table(zip(words.HEADINGS, kinds, strict=True), map(row_of, words.steps(time, style)))


def picture(time: Time) -> Picture:
    """The layers that take longest, below the roofs of the device."""
    layers = sorted(time["layers"], key=lambda layer: -layer["seconds"])[:MOST]
    works = [
        Work(
            cut(layer["path"], 9.5, NAME),
            2 * layer["macs"] / layer["bytes"],
            2 * layer["macs"] / layer["seconds"],
            layer["seconds"] / time["seconds"],
        )
        for layer in layers
        if layer["macs"] and layer["bytes"] and layer["seconds"]
    ]
    peak = time["peak"] * time["efficiency"]
    note = f"{words.device(time)}. A dot's area is its share of the time"
    return roofline("What binds each layer", works, peak=peak, bandwidth=time["bandwidth"], note=note)


def row_of(step: words.Row) -> str:
    """A row; what is rounded sorts by what it was rounded from."""
    _, macs, size, seconds, bound = step
    path, _, _, each, least, _ = words.cells(step)
    return row(
        [
            name_cell(path),
            cell(macs, "number"),
            cell(size, "number"),
            cell(each, "size", order=2000 * macs // size if size else 0),
            cell(least, "size", order=int(seconds * 1e12)),
            cell(bound),
        ]
    )
