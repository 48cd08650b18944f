"""From one total to another, change by change, as rows so that names have room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from archcalc.render.pictures.charts.axes import Axis, spoken
from archcalc.render.pictures.charts.frame import EDGE, Head, bar, whole
from archcalc.render.pictures.letters import cut, n, width
from archcalc.render.pictures.marks import Group, Mark, Path, Picture, Text

ROW, NAMES, WIDE = 24, 260, 760


def waterfall(
    title: str,
    start: tuple[str, float],
    changes: Sequence[tuple[str, float]],
    end: str,
    *,
    unit: str = "",
    note: str = "",
) -> Picture:
    """A bar for the total at the ``start``, one for each change from where the last ended, one for the total then."""
    sums = [*accumulate([start[1], *(change for _, change in changes)])]
    rows = [(start[0], 0.0, start[1], spoken(start[1], unit), "to")]
    for (name, change), before, after in zip(changes, sums, sums[1:], strict=False):
        sign = "+" if change > 0 else "−"
        rows.append((name, before, after, f"{sign}{spoken(abs(change), unit)}", "up" if change > 0 else "dn"))
    rows.append((end, 0.0, sums[-1], spoken(sums[-1], unit), "to"))
    left = min(max(width(row[0], 11, True) * 1.06 for row in rows), NAMES) + EDGE + 10
    right = WIDE - max(width(row[3], 10.5, True) for row in rows) * 1.06 - EDGE - 8
    axis = Axis("", min(0.0, *sums), max(0.0, *sums), unit=unit)
    head = Head(title, note, WIDE)
    top, bottom = head.bottom + 24, head.bottom + 24 + ROW * len(rows)
    marks: list[Mark] = [*head.marks]
    ticks = axis.ticks(5)
    for tick, word in zip(ticks, axis.words(ticks), strict=True):
        at = left + axis.share(tick) * (right - left)
        marks += [Path("gd", f"M{n(at)} {n(top - 4)}V{n(bottom)}"), Text("q", at, top - 9, word, anchor="middle")]
    for number, (name, before, after, words, kind) in enumerate(rows):
        y = top + ROW * number + 4
        low, high = sorted(left + axis.share(value) * (right - left) for value in (before, after))
        whole_ = kind == "to"
        marks.append(
            Group("row", "", "", f"{name}: {words}", [
                Text("", left - 8, y + 12, cut(name, 11 * 1.02, left - EDGE - 10, whole_), 11, whole_, "end"),
                bar(kind, low, y, high - low, ROW - 8),
                Text("" if whole_ else "q", high + 6, y + 12, words, 10.5, whole_),
            ])
        )  # fmt: skip
        if number < len(rows) - 1:
            at = left + axis.share(after) * (right - left)
            marks.append(Path("ld", f"M{n(at)} {n(y + ROW - 8)}V{n(y + ROW)}"))
    return whole(title, note, WIDE, bottom + 14, marks)
