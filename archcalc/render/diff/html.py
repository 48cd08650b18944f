"""A difference as a page. Equal changes of many layers are one row, which unfolds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from archcalc.difference.changes import HEADINGS, Changes, Line, signed
from archcalc.render.diff.words import notes
from archcalc.render.html.page import heading, paragraph
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.pictures.charts.axes import drawable
from archcalc.render.pictures.charts.waterfall import waterfall
from archcalc.render.pictures.marks import Picture
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import Difference

MOST = 14
"""Changes of a picture that stand by themselves."""


def write(diff: Difference, out: TextIO, style: Style) -> None:
    """Write the totals and the changes. ``style.all_rows`` adds those of sizes alone."""
    changes = Changes(diff, None if style.all_rows else len(diff["changes"]))
    write_pictured(out, " → ".join(changes.names()), body(changes))


def body(changes: Changes) -> Iterator[str]:
    yield heading(" → ".join(changes.names()))
    if not changes.diff["different"]:
        yield paragraph("No difference.")
    else:
        headings = [("figure", "text"), *[(text, "number") for text in ("old", "new", "change", "%")]]
        yield from table(headings, map(show_total, changes.totals()))
        yield from map(figure, pictures(changes))
    if changes.lines:
        headings = [("layer", "text"), ("change", "text")]
        headings += [(HEADINGS[key], "number") for key in changes.columns]
        yield from table(headings, show_lines(changes), row(cells("total", "", changes.total, changes)))
    yield from map(paragraph, notes(changes))


def pictures(changes: Changes) -> Iterator[Picture]:
    """From one network's figure to the other's, for each that changed: what changed it most, one after the other."""
    old, new = changes.names()
    for key in changes.columns:
        total = changes.diff["totals"][key]
        lines = sorted(changes.lines, key=lambda line: -abs(line.change[key]))
        steps = [(line.path, line.change[key]) for line in lines[:MOST] if line.change[key]]
        rest = total["change"] - sum(change for _, change in steps)
        if (total["change"] or steps) and drawable(total["old"], total["new"], *(change for _, change in steps)):
            steps += [("all others", rest)] if rest else []
            yield waterfall(HEADINGS[key], (old, total["old"]), steps, new)


def show_total(total: tuple[str, int, int, int, str]) -> str:
    text, old, new, change, share = total
    tinted = cell(signed(change) or "0", "number", mark=tint(change))
    return row([cell(text), cell(old, "number"), cell(new, "number"), tinted, cell(share.removesuffix(" %"), "number")])


def show_lines(changes: Changes) -> Iterator[str]:
    for line in changes.lines:
        parts = changes.parts(line)
        yield show_line(line, changes, group=bool(parts), closed=bool(parts))
        for part in parts:
            yield show_line(part, changes, level=1)


def show_line(line: Line, changes: Changes, level: int = 0, group: bool = False, closed: bool = False) -> str:
    return row(cells(line.path, line.text, line.change, changes), level, group, closed)


def cells(path: str, text: str, change: dict[str, int], changes: Changes) -> list[str]:
    figures = [cell(signed(change[key]), "number", mark=tint(change[key])) for key in changes.columns]
    return [name_cell(path), cell(text), *figures]


def tint(change: int) -> str:
    return "bad" if change > 0 else "good" if change < 0 else ""
