"""The totals side by side, then every difference with the kinds of layer that make it."""

from __future__ import annotations

from textwrap import wrap
from typing import Any, TextIO

from archcalc.render.counts.words import attribution, heading, totals
from archcalc.render.style import Style
from archcalc.render.text import plain, width

GAP = "  "


def write(found: list[dict[str, Any]], out: TextIO, style: Style) -> None:
    """Write each network's totals and differences; those that failed are left out."""
    blocks = ["\n".join(lines(counts, style.width)) for counts in found if "errors" not in counts]
    if blocks:
        out.write("\n\n".join(blocks) + "\n")


def lines(counts: dict[str, Any], limit: int | None) -> list[str]:
    """One network's lines; for a terminal the sentences are wrapped and the units left out where they do not fit."""
    head, *rows = [list(map(plain, row)) for row in totals(counts)]
    table = drawn(head, rows)
    if limit is not None and width(table[0]) > limit:
        table = drawn([head[0], *head[2:]], [[row[0], *row[2:]] for row in rows])
    sentences = [plain(attribution(difference)) for difference in counts["differences"]]
    if limit is not None:
        sentences = [part for sentence in sentences for part in wrap(sentence, limit, subsequent_indent="    ")]
    return [plain(heading(counts)), "", *table, "", *sentences]


def drawn(head: list[str], rows: list[list[str]]) -> list[str]:
    """Columns with their headings and a rule: the last two, numbers, to the right."""
    widths = [max(map(width, column)) for column in zip(head, *rows, strict=True)]
    numbers = len(head) - 2
    drawn = []
    for row in [head, *rows]:
        cells = []
        for position, (cell, most) in enumerate(zip(row, widths, strict=True)):
            space = " " * (most - width(cell))
            cells.append(space + cell if position >= numbers else cell + space)
        drawn.append(GAP.join(cells).rstrip())
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    return [drawn[0], rule, *drawn[1:]]
