"""What a report's page shows above its table: totals, the picture, where the figures are, memory over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcalc.render.html.page import escape
from archcalc.render.html.pictures import figure
from archcalc.render.pictures.boxes import Box, Scene
from archcalc.render.pictures.cards import draw
from archcalc.render.pictures.charts.axes import drawable
from archcalc.render.pictures.charts.curve import curve
from archcalc.render.pictures.charts.icicle import Piece, icicle
from archcalc.render.pictures.letters import si
from archcalc.render.pictures.looks import Asked
from archcalc.render.pictures.marks import Picture
from archcalc.render.pictures.scene import Scenes
from archcalc.render.pictures.theme import family
from archcalc.report.memory import Telling, memory_of
from archcalc.report.model import network_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report

BOXES, PIECES = 150, 1000
"""Boxes of the picture, and of the icicles, at most."""

NARROW, BESIDE, BELOW = 560, 720, 1060
"""A picture so narrow has the others beside it; how wide these are then, and below it."""

ALIVE = 3
"""Tensors that are told of those alive at the peak."""


def pictures(report: Report) -> Iterator[str]:
    """The pictures of a report whose network keeps its steps, as HTML."""
    scenes = Scenes(report)
    picture = draw(scenes.within(BOXES), Asked(width=BELOW))
    beside = picture.width <= NARROW
    wide = BESIDE if beside else BELOW
    yield tiles(report)
    yield f'<div class="pictures{" beside" if beside else ""}">{figure(picture)}<div class="column">'
    yield from map(figure, icicles(report, scenes.within(PIECES), wide))
    if drawable(memory_of(report, report["dtype"]).peak):
        yield figure(memory_curve(report, wide))
    yield "</div></div>\n<h2>Layers</h2>\n"


def tiles(report: Report) -> str:
    """The totals, one after the other."""
    totals = report["totals"]
    memory = memory_of(report, report["dtype"])
    found = [
        (si(totals["params"]), "parameters"),
        (si(totals["ops"]), report["unit"]),
        (si(totals["weights_bytes"], "B"), "of weights"),
        (si(memory.peak, "B"), "peak of activations"),
        (f"{totals['layers']:,}", "layers"),
    ]
    items = "".join(f"<li><b>{escape(number)}</b>{escape(words)}</li>" for number, words in found)
    return f'<ul class="tiles">{items}</ul>\n'


def icicles(report: Report, scene: Scene, wide: float) -> Iterator[Picture]:
    note = "a row a level, as wide as its share, left to right in the order that they run"
    for name, title, unit in (
        ("params", "Where the parameters are", "parameters"),
        ("macs", "Where the multiply-adds are done", "multiply-adds"),
    ):
        total: int = getattr(scene.totals, name)
        if total:
            pieces = [piece(box, name) for box in scene.boxes]
            yield icicle(title, pieces, total, unit=unit, note=note, wide=wide)


def piece(box: Box, name: str) -> Piece:
    times = f" ×{box.repeats:,}" if box.repeats > 1 else ""
    inside = [piece(one, name) for one in box.inside or ()]
    return Piece(
        box.title + times, getattr(box.all, name), box.path, family(box.type) if box.kind == "layer" else "", inside
    )


def memory_curve(report: Report, wide: float) -> Picture:
    memory = memory_of(report, report["dtype"])
    steps = [*memory.steps()]
    peak = []
    if memory.peak_step is not None:
        tell = Telling(network_of(report), memory)
        alive = tell.alive(memory.peak_step)
        at = next(path for path, size in steps if size == memory.peak)
        peak = [
            f"peak {si(memory.peak, 'B')} at {at}",
            *(f"{one['path']} {si(one['bytes'], 'B')}" for one in alive[:ALIVE]),
        ]
        peak += [f"and {len(alive) - ALIVE} more"] if len(alive) > ALIVE else []
    batch = "one example" if report["batch"] == 1 else f"a batch of {report['batch']:,}"
    return curve(
        "Memory of activations",
        [size for _, size in steps],
        [path for path, _ in steps],
        peak,
        x_name="layer, in the order that they run",
        y_name="bytes alive",
        note=f"{report['dtype']}, {batch}, forward only; a tensor lives from its layer to its last reader",
        wide=wide,
    )
