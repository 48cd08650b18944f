"""A difference for people: the totals, then what changed, the largest first. Numbers are never cut or wrapped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, TextIO

from archcalc.difference.changes import HEADINGS, Changes, added, signed
from archcalc.render.diff.words import notes
from archcalc.render.grid import GAP, line, taken, widths
from archcalc.render.style import BOLD, DIM, GREEN, RED, Style, paint
from archcalc.render.text import cut, plain, width, wrap

if TYPE_CHECKING:
    from archcalc.report.documents import Difference

Painted = tuple[str, str]  # a line and the code of its colour
MOST_LINES = 20
NARROWEST = 12
"""Columns that a folded text has at least."""


def write(diff: Difference, out: TextIO, style: Style) -> None:
    """Write the totals and the changes, all of them with ``style.all_rows``."""
    changes = Changes(diff, None if style.all_rows else MOST_LINES)
    lines = draw(changes, style.width, "─" if style.width and "utf" in (out.encoding or "").lower() else "-")
    out.writelines(paint(text, code, style.color) + "\n" for text, code in lines)


def draw(changes: Changes, limit: int | None, rule: str) -> Iterator[Painted]:
    """The lines with their colours, within ``limit`` columns if the numbers leave room."""
    old, new = map(plain, changes.names())
    if not changes.diff["different"]:
        totals = changes.diff["totals"]
        same = ", ".join(f"{totals[key]['new']:,} {HEADINGS[key]}" for key in changes.columns)
        yield f"no difference: {same}", ""
    else:
        yield f"{old} -> {new}", BOLD
        yield "", ""
        yield from draw_totals(changes, limit)
        if changes.lines:
            yield "", ""
            yield from draw_changes(changes, limit, rule)
    for note in notes(changes):
        yield from ((piece, DIM) for piece in wrapped(note, limit or width(note)))


def draw_totals(changes: Changes, limit: int | None) -> Iterator[Painted]:
    rows = [["", "old", "new", "change", ""]]
    codes = [DIM]
    for heading, old, new, change, share in changes.totals():
        rows.append([heading, f"{old:,}", f"{new:,}", signed(change) or "0", share])
        codes.append(tint(change))
    for row, code in zip(stacked(rows, 1, limit), codes, strict=True):
        yield from ((text, code) for text in row)


def draw_changes(changes: Changes, limit: int | None, rule: str) -> Iterator[Painted]:
    """A line for each change, one for the changes left out, and one for the sum of all."""
    columns = changes.columns
    rows = [["layer", "change", *[HEADINGS[key] for key in columns]]]
    rows += [[plain(line.path), plain(line.text), *figures(line.change, columns)] for line in changes.lines]
    if changes.rest:
        rest = added(line.change for line in changes.rest)
        rows.append([f"{len(changes.rest):,} more", "--all shows them", *figures(rest, columns)])
    rows.append(["total", "", *[signed(changes.total[key]) or "0" for key in columns]])
    drawn = stacked(rows, 2, limit)
    ruler = rule * max(width(text) for row in drawn for text in row)
    codes = [BOLD, *["" for _ in rows[1:-1]], BOLD]
    for number, (row, code) in enumerate(zip(drawn, codes, strict=True)):
        if number in (1, len(rows) - 1):
            yield ruler, DIM
        yield from ((text, code) for text in row)


def figures(change: dict[str, int], columns: list[str]) -> list[str]:
    return [signed(change[key]) for key in columns]


def tint(change: int) -> str:
    return RED if change > 0 else GREEN if change < 0 else ""


def stacked(rows: list[list[str]], texts: int, limit: int | None) -> list[list[str]]:
    """Each row as its lines: the first ``texts`` columns folded to fit, numbers to the right."""
    sizes = widths(rows)
    room = 0 if limit is None else limit - taken(sizes[texts:]) - len(GAP) * texts
    if limit is not None and texts == 1:
        sizes[0] = max(min(sizes[0], room), NARROWEST)
    elif limit is not None:
        sizes[0] = max(min(sizes[0], max(room // 2, room - sizes[1])), NARROWEST)
        sizes[1] = max(min(sizes[1], room - sizes[0]), NARROWEST)
    drawn = []
    for row in rows:
        stacks = [wrapped(row[0], sizes[0])] if texts == 1 else [cut(row[0], sizes[0]), wrapped(row[1], sizes[1])]
        stacks += [[cell] for cell in row[texts:]]
        drawn.append([line(cells, sizes, "l" * texts + "r") for cells in zip_longest(*stacks, fillvalue="")])
    return drawn


def wrapped(text: str, size: int) -> list[str]:
    """The text on lines of at most ``size`` columns. A longer word is cut."""
    return [piece for line in wrap(text.split(" "), size) for piece in cut(line, size)]
