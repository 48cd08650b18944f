"""A heat map: a cell for each row and column, filled by its value."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.render.pictures.charts.axes import spoken
from archcalc.render.pictures.charts.frame import EDGE, Head, whole
from archcalc.render.pictures.letters import cut, width
from archcalc.render.pictures.marks import Group, Mark, Picture, Rect, Text
from archcalc.render.pictures.theme import FILLS

CELL, ROW, NAMES = 64, 26, 170


def heat_map(
    title: str,
    columns: Sequence[str],
    rows: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    x_name: str,
    y_name: str,
    unit: str = "",
    note: str = "",
    ring: tuple[int, int] | None = None,
    wide: float = 0,
) -> Picture:
    """``values`` has a list for each row, None where there is no value; the cell ``ring`` (row, column) has a ring."""
    known = [value for row in values for value in row if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    names = max(width(name, 10.5) * 1.08 for name in (*rows, y_name))
    left = min(names, NAMES) + EDGE + 10
    most = max(
        [width(spoken(value, unit), 10) + 10 for value in known] + [width(name, 10) + 8 for name in columns], default=0
    )
    cell = min(max(CELL * min(1, 12 / max(len(columns), 1)), 18 if wide else min(most, 90)), 120)
    across = left + cell * len(columns) + EDGE
    head = Head(title, note, max(across, wide, 320))
    top = head.bottom + 40
    marks: list[Mark] = [*head.marks]
    marks.append(Text("q", EDGE, top - 10, cut(y_name, 10.5, left - EDGE - 4), 10.5))
    marks.append(Text("q", left, top - 24, x_name, 10.5))
    shown = -1e9
    for number, name in enumerate(columns):
        at, text = left + cell * (number + 0.5), cut(name, 10, max(cell - 4, 24))
        if at - width(text, 10) / 2 > shown + 4:
            marks.append(Text("q", at, top - 8, text, anchor="middle"))
            shown = at + width(text, 10) / 2
    for number, name in enumerate(rows):
        y = top + ROW * number
        marks.append(Text("", left - 8, y + 17, cut(name, 10.5, left - EDGE - 10), 10.5, anchor="end"))
        for place, value in enumerate(values[number]):
            tip = f"{name}, {columns[place]}: {'none' if value is None else spoken(value, unit)}"
            box = left + cell * place, y, cell, float(ROW)
            marks.append(Group("cell", "", "", tip, of_cell(box, value, low, high, unit, ring == (number, place))))
    bottom = top + ROW * len(rows)
    marks += key(left, bottom + 12, low, high, unit)
    return whole(title, note, max(across, wide, 320, left + 13 * FILLS + 190), bottom + 40, marks)


def of_cell(
    box: tuple[float, float, float, float], value: float | None, low: float, high: float, unit: str, ringed: bool
) -> list[Mark]:
    x, y, wide, high_ = box
    if value is None:
        return [Rect("gr", *box), Text("q", x + wide / 2, y + 17, "–", anchor="middle")]
    marks: list[Mark] = [Rect(f"t{step(value, low, high)}", *box)]
    text = spoken(value, unit)
    if width(text, 10) < wide - 4:
        marks.append(Text("s", x + wide / 2, y + 17, text, anchor="middle"))
    if ringed:
        marks.append(Rect("rg", x + 1.5, y + 1.5, wide - 3, high_ - 3, 2))
    return marks


def step(value: float, low: float, high: float) -> int:
    return min(FILLS - 1, int((value - low) / (high - low) * FILLS)) if high > low else 0


def key(x: float, y: float, low: float, high: float, unit: str) -> list[Mark]:
    """What the fills mean: even steps from the least to the most."""
    first = spoken(low, unit)
    at = x + width(first, 10) * 1.06 + 6
    steps = [Rect(f"t{number}", at + 13 * number, y, 13, 12) for number in range(FILLS)]
    return [Text("q", x, y + 10, first), *steps, Text("q", at + 13 * FILLS + 6, y + 10, spoken(high, unit))]
