"""Every limit and how much of it is used, then what fails and why."""

from __future__ import annotations

from typing import TextIO

from archcalc.budget.outcome import Outcome
from archcalc.budget.result import Result
from archcalc.render.check import words
from archcalc.render.grid import GAP, pad, taken, widths
from archcalc.render.style import BLUE, BOLD, CYAN, DIM, GREEN, RED, YELLOW, Style, paint
from archcalc.render.text import plain

BAR = 10
BAD = f"{BOLD};{RED}"
NOTE = f"{BOLD};{CYAN}"
COLOURS = {"ok": GREEN, "over": BAD, "under": BAD, "warn": YELLOW, "new": BLUE, "-": DIM, "off": DIM}
HEADINGS = ("", "Spec", "Metric", "Used", "Limit", "Share", "", "Written at")
ALIGN = "lllrrrll"
PAINTED = (0, 6)
"""Columns in the verdict's colour: the verdict and the bar."""

LEFT_OUT = (7, 6)
"""Columns to leave out of a narrow terminal, the first one first."""


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the table of an outcome."""
    if outcome.results:
        write_results(outcome, out, style)
    for said in words.loosened(outcome):
        word = paint("loosened", BAD if outcome.holds_base else YELLOW, style.color)
        out.write(f"{word}: {plain(said)}\n")
    for one in outcome.notes:
        out.write(f"{paint('note', NOTE, style.color)}: {plain(words.note(one))}\n")
    if outcome.left_out:
        out.write(paint(plain(words.left_out(outcome)), DIM, style.color) + "\n")


def write_results(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write every limit, then those that do not hold."""
    fancy = style.width is not None and "utf" in (out.encoding or "").lower()
    rows = [list(HEADINGS), *(cells(result, fancy) for result in outcome.results)]
    sizes = widths(rows)
    shown = [position for position, size in enumerate(sizes) if size]
    for position in LEFT_OUT:
        if style.width is not None and taken([sizes[one] for one in shown]) > style.width:
            shown = [one for one in shown if one != position]
    codes = [BOLD, *(COLOURS[words.verdict(result)] for result in outcome.results)]
    for number, (row, code) in enumerate(zip(rows, codes, strict=True)):
        line = []
        for position in shown:
            text = pad(row[position], sizes[position], ALIGN[position])
            colored = style.color and (number == 0 or position in PAINTED)
            line.append(paint(text, code, colored and bool(text.strip())))
        out.write(GAP.join(line).rstrip() + "\n")
    out.write("\n")
    for result in outcome.results:
        if words.is_urgent(result):
            said = paint(words.prefix(result), COLOURS[words.verdict(result)], style.color)
            out.write(f"{said}: {plain(words.explained(result))}\n")
    for said in dict.fromkeys(f"{result.name}: {result.note}" for result in outcome.results if result.new):
        out.write(f"{plain(said)}\n")
    out.write(f"{words.counts(outcome.results)}\n")


def cells(result: Result, fancy: bool) -> list[str]:
    shown = "" if result.share is None else result.percent()
    texts = [words.verdict(result), result.name, result.what, words.used(result), words.limit(result), shown]
    return [*map(plain, texts), bar(result.share) if fancy and shown else "", plain(words.written_at(result))]


def bar(share: float | None) -> str:
    """Ten characters, one filled for each tenth of the limit that is used."""
    filled = min(max(int(BAR * (share or 0.0)), 0), BAR)
    return "█" * filled + "░" * (BAR - filled)
