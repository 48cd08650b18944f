"""A comment on a pull request: failures first, the rest folded, never longer than a comment may be."""

from __future__ import annotations

from typing import TextIO

from archcalc.budget.outcome import Outcome
from archcalc.budget.result import Result
from archcalc.render.check import words
from archcalc.render.markdown import paragraph
from archcalc.render.style import Style
from archcalc.render.text import plain

MARKER = "<!-- archcalc check -->"
"""The first line of every comment. The next run finds the comment by it."""

LONGEST = 65_000
"""Bytes; GitHub takes 65,536 characters."""

LONGEST_CELL = 200
HEAD = "|  | Spec | Metric | Used | Limit | Share | Written at |\n|---|---|---|---:|---:|---:|---|\n"
SIGNS = {"ok": "✅", "over": "❌", "under": "❌", "warn": "⚠️", "new": "🆕", "-": "➖", "off": "💤"}


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the comment."""
    results = words.by_weight(outcome.results)
    urgent = [result for result in results if words.is_urgent(result)]
    rest = [result for result in results if not words.is_urgent(result)]
    page = Page()
    page.add(f"{MARKER}\n### archcalc: {words.title(outcome)}\n\n")
    if outcome.base is not None:
        page.add(f"Compared with `{cut(plain(outcome.base)).replace('`', '')}`.\n\n")
    for diagnostic in outcome.errors[:20]:
        page.add(f"- {text(words.error(diagnostic))}\n")
    if len(outcome.errors) > 20:
        page.add(f"- and {len(outcome.errors) - 20:,} more errors\n")
    said = list(words.loosened(outcome))
    for one in said[:20]:
        page.add(f"- ⚠️ loosened: {text(one)}\n")
    if len(said) > 20:
        page.add(f"- and {len(said) - 20:,} more loosened\n")
    for diagnostic in outcome.notes[:20]:
        page.add(f"- note: {text(words.note(diagnostic))}\n")
    if len(outcome.notes) > 20:
        page.add(f"- and {len(outcome.notes) - 20:,} more notes\n")
    if urgent:
        page.add(f"\n{HEAD}")
        page.add_all([row(result) for result in urgent], 2)
        page.add("\n")
        page.add_all([why(result) for result in urgent], 2)
    if rest:
        heading = words.counts(rest)
        page.add(f"\n<details><summary>{heading}</summary>\n\n{HEAD}")
        page.add_all([row(result) for result in rest], 1)
        page.add("\n</details>\n")
    if outcome.left_out:
        page.add(f"\n{text(words.left_out(outcome))}\n")
    out.write(page.text)


def why(result: Result) -> str:
    """Why a limit does not hold, with a line for each thing that exists at a peak."""
    peak = words.at_the_peak(result)
    first = str(result) if peak else words.explained(result)
    return "".join([f"- {text(first)}\n", *(f"  - {text(one)}\n" for one in peak)])


class Page:
    """A text of limited size. Lines that do not fit are counted at its end."""

    def __init__(self) -> None:
        self.text, self.size = "", 0

    def add(self, text: str) -> None:
        self.text += text
        self.size += len(text.encode())

    def add_all(self, lines: list[str], share: int) -> None:
        """Add the lines that fit into a ``share``-th of the room left."""
        room = (LONGEST - self.size) // share
        for number, line in enumerate(lines):
            room -= len(line.encode())
            if room < 0:
                self.add(f"\nand {len(lines) - number:,} more\n")
                return
            self.add(line)


def row(result: Result) -> str:
    shown = "" if result.share is None else result.percent()
    texts = [result.name, result.what, words.used(result), words.limit(result), shown, words.written_at(result)]
    cells = [SIGNS[words.verdict(result)], *map(text, texts)]
    return f"| {' | '.join(cells)} |\n"


def text(found: str) -> str:
    """Foreign text in a comment: shown as it is, and not too long."""
    return paragraph(cut(found))


def cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
