"""Derivations for people: an equation a line. One that is too long is broken at its equals signs."""

from __future__ import annotations

from functools import partial
from typing import TextIO

from archcalc.derivation.explain import Cell, Explained, Explanation
from archcalc.dims.expression import Definition
from archcalc.render.explain import words
from archcalc.render.grid import grid, hung
from archcalc.render.style import BOLD, Style, paint
from archcalc.render.text import plain, width, wrap

WIDTH = 100
"""Columns if there is no terminal."""


def write(found: Explanation, out: TextIO, style: Style) -> None:
    """Write the layers, then the sums."""
    limit = style.width or WIDTH
    blocks = [paint(plain(words.title(found)), BOLD, style.color)]
    for layer, derivation in words.sections(found, partial(derive, limit), lambda path: f"  as {plain(path)}"):
        name = paint(plain(layer.node.path), BOLD, style.color)
        inputs = [line for text in words.inputs(layer) for line in folded(text, limit, 2)]
        blocks.append("\n".join([f"{name}{plain(f': {words.type_and_place(layer)}')}", *inputs, derivation]))
    if found.sums is not None:
        blocks.append("\n".join(sums(found, limit)))
    blocks += map(plain, words.advice(found))
    out.write("\n\n".join(blocks) + "\n")


def derive(limit: int, found: Explanation, layer: Explained) -> str:
    """The lines of one layer below its name."""
    lines = [line for text in words.said(layer) for line in folded(text, limit, 2)]
    for cell in words.cells(found, layer):
        lines += show_cell(cell, limit)
    return "\n".join(lines)


def show_cell(cell: Cell, limit: int) -> list[str]:
    if words.is_one_equation(cell):
        lines = equation(cell.derivation[0], limit, 2)
    else:
        lines = folded(words.heading(cell), limit, 2)
        lines += [line for definition in cell.derivation for line in equation(definition, limit, 4)]
    return lines + [line for note in cell.notes for line in folded(note, limit, 4)]


def equation(definition: Definition, limit: int, indent: int) -> list[str]:
    """``name = formula = numbers = value`` on one line, or a side a line."""
    sides = words.sides(definition)
    lead = " " * indent
    line = plain(f"{lead}{' = '.join([definition.name, *sides])}")
    if width(line) <= limit:
        return [line]
    below = [part for side in sides for part in hung(f"{lead}  =", side.split(" "), indent + 4, limit)]
    return [f"{lead}{plain(definition.name)}", *below]


def folded(text: str, limit: int, indent: int) -> list[str]:
    return [" " * indent + line for line in wrap(plain(text).split(" "), limit - indent, 2)]


def sums(found: Explanation, limit: int) -> list[str]:
    """What each step contributes, and the sums as equations."""
    assert found.sums is not None
    figures = words.figures(found)
    rows = [["step", "layers", *(title for _, title in figures)]]
    for part in found.sums.parts:
        rows.append([part.path, f"{part.layers:,}", *(f"{part.figures[key]:,}" for key, _ in figures)])
    lines = grid(rows, "lr") if found.sums.parts else []
    for key, _ in figures:
        lines += ["", *equation(found.sums.totals[key], limit, 0)]
    return lines if found.sums.parts else lines[1:]
