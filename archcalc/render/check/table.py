"""Every limit with what is used of it, passing ones too; below, what fails and why."""

from __future__ import annotations

from typing import TextIO

from archcalc.budget.result import Outcome, Result
from archcalc.render.check.words import counts, explained, is_urgent, limit, used, verdict, written_at
from archcalc.render.style import Style, paint
from archcalc.render.text import plain, width

GAP = "  "
BAR = 10
COLOURS = {"ok": "32", "over": "1;31", "under": "1;31", "warn": "33", "new": "34", "-": "2", "off": "2"}
HEADINGS = ("", "Spec", "Metric", "Used", "Limit", "Share", "", "Written at")
NUMBERS = ("Used", "Limit", "Share")
LEFT_OUT = (7, 6)
"""Columns, in this order, that a terminal too narrow does without."""


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the table of an outcome."""
    if not outcome.results:
        return
    fancy = style.width is not None and "utf" in (out.encoding or "").lower()
    rows = [list(HEADINGS), *(cells(result, fancy) for result in outcome.results)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    shown = [position for position, size in enumerate(widths) if size]
    for position in LEFT_OUT:
        if style.width is not None and sum(widths[one] + len(GAP) for one in shown) - len(GAP) > style.width:
            shown = [one for one in shown if one != position]
    paints = ["1", *(COLOURS[verdict(result)] for result in outcome.results)]
    for number, (row, color) in enumerate(zip(rows, paints, strict=True)):
        line = []
        for position in shown:
            space = " " * (widths[position] - width(row[position]))
            text = f"{space}{row[position]}" if HEADINGS[position] in NUMBERS else f"{row[position]}{space}"
            colored = style.color and (number == 0 or position in (0, 6))
            line.append(paint(text, color, colored and bool(text.strip())))
        out.write(GAP.join(line).rstrip() + "\n")
    out.write("\n")
    for result in outcome.results:
        if is_urgent(result):
            word = "warning" if result.level == "warn" else "over budget"
            out.write(f"{paint(word, COLOURS[verdict(result)], style.color)}: {plain(explained(result))}\n")
    for note in dict.fromkeys(f"{result.name}: {result.note}" for result in outcome.results if result.new):
        out.write(f"{plain(note)}\n")
    out.write(f"{counts(outcome.results)}\n")


def cells(result: Result, fancy: bool) -> list[str]:
    shown = "" if result.share is None else result.percent()
    texts = [verdict(result), result.name, result.what, used(result), limit(result), shown]
    return [*map(plain, texts), bar(result.share) if fancy and shown else "", plain(written_at(result))]


def bar(share: float | None) -> str:
    """Ten cells, as many filled as tenths of the limit are used."""
    filled = min(max(int(BAR * (share or 0.0)), 0), BAR)
    return "█" * filled + "░" * (BAR - filled)
