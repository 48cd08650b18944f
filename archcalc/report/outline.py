"""Rows below the steps that hold them, as a terminal indents them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from archcalc.report.fold import Fold, is_index
from archcalc.report.listing import OutlineRow
from archcalc.report.model import charge_to

if TYPE_CHECKING:
    from archcalc.report.documents import Report, Row

CHARACTERS = 4096
"""How many characters of paths are made for a unit of work."""

DEEPEST = 100
"""Levels whose repetitions are looked at."""


def outline(report: Report, rows: Iterable[Row]) -> list[OutlineRow]:
    """The rows indented, below a line for every step that holds several of them.

    Steps that hold one row, or one step, have no line: the label is then a longer piece of the path.
    """
    rows = list(rows)
    charge_to(
        report, sum(above(row["path"]) for row in rows) // CHARACTERS, f"to sum {len(rows):,} rows by their steps"
    )
    parents = forks(rows)
    own = {row["path"] for row in rows}
    groups = sums(report, parents - own)
    lines: list[OutlineRow] = []
    before: list[str] = []
    for row in rows:
        path = row["path"]
        holders = [step for step in steps_above(path) if step in parents or step in own]
        for level, step in enumerate(holders):
            if step in groups and before[level : level + 1] != [step]:
                lines.append(OutlineRow(level, label(step, holders[:level]), groups[step], True))
        lines.append(OutlineRow(len(holders), label(path, holders), row, False))
        before = [*holders, path]
    return lines


def folded(lines: list[OutlineRow], cells: Callable[[Row], Any]) -> list[OutlineRow]:
    """The lines with repetitions that are alike, one after the other, as the first of them; the inner ones first.

    Rows are alike if they have the same ``cells``. What nests deeper than ``DEEPEST`` stays as it is.
    """
    found: list[OutlineRow] = []
    first: OutlineRow | None = None
    expected: Any = None
    for top, *below in blocks(lines):
        inside = folded(below, cells) if top.level < DEEPEST else below
        index, _, rest = top.label.partition("/")
        shape = [rest, *((line.level, line.alike, cells(line.row)) for line in (top, *inside))]
        shape += [line.label for line in inside]
        if first is not None and is_index(index) and expected == (top.level, int(index), shape):
            first.alike += 1
        else:
            first = top
            found += [top, *inside]
        expected = (top.level, int(index) + 1, shape) if is_index(index) else None
    return found


def blocks(lines: list[OutlineRow]) -> Iterator[list[OutlineRow]]:
    """Each line of the outermost level with those below it."""
    start = 0
    for stop in range(1, len(lines) + 1):
        if stop == len(lines) or lines[stop].level <= lines[start].level:
            yield lines[start:stop]
            start = stop


def above(path: str) -> int:
    """How many characters the paths of the steps that hold this one have, about."""
    return path.count("/") * len(path) // 2


def label(path: str, holders: list[str]) -> str:
    return path[len(holders[-1]) + 1 :] if holders else path


def steps_above(path: str) -> Iterator[str]:
    """The paths of the steps that hold this one, outermost first."""
    stop = path.find("/")
    while stop >= 0:
        yield path[:stop]
        stop = path.find("/", stop + 1)


def forks(rows: Iterable[Row]) -> set[str]:
    """The paths of the steps that hold several rows or steps."""
    found: set[str] = set()
    before: list[str] = []
    for row in rows:
        parts = row["path"].split("/")
        shared = 0
        for one, other in zip(before, parts, strict=False):
            if one != other:
                break
            shared += 1
        if shared:
            found.add("/".join(parts[:shared]))
        before = parts
    return found


def sums(report: Report, steps: set[str]) -> dict[str, Row]:
    """Each of these steps with all the layers inside, as one row."""
    if not steps:
        return {}
    spans: dict[str, list[int]] = {}
    for position, row in enumerate(report["layers"]):
        for step in steps_above(row["path"]):
            if step in steps:
                spans.setdefault(step, [position, 0])[1] = position + 1
    fold = Fold(report)
    return {step: fold.fold(step, *span) for step, span in spans.items()}
