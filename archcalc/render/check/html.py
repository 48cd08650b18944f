"""Every limit and how much of it is used, as a page. The limits of a network fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from archcalc.budget.outcome import Outcome
from archcalc.budget.result import Result
from archcalc.render.check import words
from archcalc.render.html.page import escape, heading, paragraph
from archcalc.render.html.pictures import figure, write_pictured
from archcalc.render.html.table import cell, name_cell, row, table
from archcalc.render.pictures.charts.axes import drawable
from archcalc.render.pictures.charts.bars import Bar, bars
from archcalc.render.pictures.marks import Picture
from archcalc.render.style import Style

HEADINGS = [
    ("Spec", "text"),
    ("Verdict", "text"),
    ("Metric", "text"),
    ("Used", "number"),
    ("Limit", "size"),
    ("Share", "number"),
    ("Written at", "text"),
]
MARKS = {"ok": "good", "over": "bad", "under": "bad", "warn": "warn", "new": "note"}

MOST = 40
"""Limits of the picture."""


def write(outcome: Outcome, out: TextIO, style: Style) -> None:
    """Write the verdict, the errors, the limits and why some do not hold."""
    write_pictured(out, f"archcalc: {words.title(outcome)}", body(outcome))


def body(outcome: Outcome) -> Iterator[str]:
    yield heading(words.title(outcome))
    if outcome.base is not None:
        yield paragraph(f"Compared with {outcome.base}.")
    yield from listed(map(words.error, outcome.errors), "bad")
    yield from listed([f"loosened: {one}" for one in words.loosened(outcome)], "bad" if outcome.holds_base else "warn")
    yield from listed([f"note: {words.note(one)}" for one in outcome.notes])
    if outcome.results:
        yield from listed([words.explained(one) for one in words.by_weight(outcome.results) if words.is_urgent(one)])
        yield from map(figure, pictures(outcome.results))
        yield from table(HEADINGS, show_results(outcome.results))
        yield from listed(dict.fromkeys(f"{result.name}: {result.note}" for result in outcome.results if result.new))
        yield paragraph(words.counts(outcome.results))
    if outcome.left_out:
        yield paragraph(words.left_out(outcome))


def pictures(results: list[Result]) -> Iterator[Picture]:
    """How much of each limit is used, in percent; those of which most is used, where there are many."""
    shown = [
        result for result in results if result.share is not None and result.bound == "max" and drawable(result.share)
    ]
    several = len({result.name for result in results}) > 1
    rows = [
        Bar(f"{result.name}: {result.what}" if several else result.what, 100 * result.share, 100, result.percent())
        for result in sorted(shown, key=lambda result: -(result.share or 0))[:MOST]
        if result.share is not None
    ]
    if rows:
        note = f"in percent; the line is the limit{f'. The {MOST} of which most is used' if len(shown) > MOST else ''}"
        yield bars("What is used of each limit", rows, unit="%", note=note)


def listed(items: Iterator[str] | list[str] | dict[str, None], mark: str = "") -> Iterator[str]:
    lines = [f"<li>{escape(item)}</li>\n" for item in items]
    if lines:
        yield f"<ul{f' class={mark}' if mark else ''}>\n{''.join(lines)}</ul>\n"


def show_results(results: list[Result]) -> Iterator[str]:
    """A row for each limit, below a row for each network if there are several."""
    networks: dict[str, list[Result]] = {}
    for result in results:
        networks.setdefault(result.name, []).append(result)
    several = len(networks) > 1
    for name, limits in networks.items():
        if several:
            worst = words.verdict(words.by_weight(limits)[0])
            cells = [name_cell(name), cell(worst, mark=MARKS.get(worst, "")), cell(words.counts(limits))]
            yield row([*cells, *[cell(None, kind) for _, kind in HEADINGS[len(cells) :]]], group=True)
        for result in limits:
            yield row(show_result(result), level=1 if several else 0)


def show_result(result: Result) -> list[str]:
    word = words.verdict(result)
    return [
        name_cell(result.name),
        cell(word, mark=MARKS.get(word, "")),
        cell(result.what),
        cell(words.used(result), "number", order=result.used),
        cell(words.limit(result), "size", order=result.limit),
        cell(result.percent() or None, "number"),
        cell(words.written_at(result)),
    ]
