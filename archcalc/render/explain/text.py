"""Derivations for people: an equation a line, broken at its equals signs where it is too long for one."""

from __future__ import annotations

from textwrap import wrap
from typing import TextIO

from archcalc.analysis.explain import Cell, Explained, Explanation
from archcalc.dims.expression import Step
from archcalc.render.explain import words
from archcalc.render.style import BOLD, Style, paint
from archcalc.render.text import plain

WIDTH = 100
"""Columns of a pipe."""


def write(found: Explanation, out: TextIO, style: Style) -> None:
    """Write the layers, then the sums."""
    width = style.width or WIDTH
    blocks = [[paint(plain(words.title(found)), BOLD, style.color)]]
    seen: dict[str, str] = {}
    for layer in found.layers:
        path = layer.node.path
        head = paint(plain(path), BOLD, style.color) + plain(f": {words.kind(layer)}")
        body = derive(found, layer, width)
        first = seen.setdefault("\n".join(body), path)
        blocks.append([head, *(body if first == path else [f"  as {plain(first)}"])])
    if found.sums is not None:
        blocks.append(sums(found, width))
    blocks += [[plain(line)] for line in words.advice(found)]
    out.write("\n\n".join("\n".join(block) for block in blocks) + "\n")


def derive(found: Explanation, layer: Explained, width: int) -> list[str]:
    """The lines of one layer below its name."""
    lines = [line for text in words.said(layer) for line in folded(plain(text), width, 2)]
    for cell in words.cells(found, layer):
        lines += show_cell(cell, width)
    return lines


def show_cell(cell: Cell, width: int) -> list[str]:
    if words.is_one_equation(cell):
        lines = equation(cell.steps[0], width, 2)
    else:
        lines = folded(plain(words.heading(cell)), width, 2)
        lines += [line for step in cell.steps for line in equation(step, width, 4)]
    return lines + [line for note in cell.notes for line in folded(plain(note), width, 4)]


def equation(step: Step, width: int, indent: int) -> list[str]:
    """``name = formula = numbers = value`` on one line, or a side a line."""
    sides = words.sides(step)
    lead = " " * indent
    line = plain(f"{lead}{' = '.join([step.name, *sides])}")
    if len(line) <= width:
        return [line]
    lines = [f"{lead}{plain(step.name)}"]
    for side in sides:
        first, *rest = wrap(plain(side), max(width - indent - 4, 20), break_long_words=False, break_on_hyphens=False)
        lines += [f"{lead}  = {first}", *(f"{lead}    {more}" for more in rest)]
    return lines


def folded(text: str, width: int, indent: int) -> list[str]:
    lead = " " * indent
    return wrap(
        text, width, initial_indent=lead, subsequent_indent=f"{lead}  ", break_long_words=False, break_on_hyphens=False
    )


def sums(found: Explanation, width: int) -> list[str]:
    """What each step contributes, and the sums as equations."""
    assert found.sums is not None
    figures = words.figures(found)
    rows = [["step", "layers", *(title for _, title in figures)]]
    for part in found.sums.parts:
        rows.append([plain(part.path), f"{part.layers:,}", *(f"{part.figures[key]:,}" for key, _ in figures)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(size) if place == 0 else cell.rjust(size)
            for place, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    for key, _ in figures:
        lines += ["", *equation(found.sums.steps[key], width, 0)]
    return lines
