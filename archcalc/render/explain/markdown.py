"""Derivations as GitHub's Markdown has them: a section a layer, a table of its equations."""

from __future__ import annotations

from typing import TextIO

from archcalc.derivation.explain import Cell, Explained, Explanation
from archcalc.dims.expression import Definition, render
from archcalc.render.explain import words
from archcalc.render.markdown import escape, head, line, paragraph
from archcalc.render.style import Style


def write(found: Explanation, out: TextIO, style: Style) -> None:
    """Write the layers, then the sums."""
    out.write(f"## {escape(words.title(found))}\n")
    for layer, derivation in words.sections(found, derive, lambda path: f"\nAs {escape(path)}.\n"):
        inputs = items(words.inputs(layer))
        out.write(
            f"\n### {escape(layer.node.path)}\n\n{paragraph(words.type_and_place(layer))}\n\n{inputs}{derivation}"
        )
    if found.sums is not None:
        out.write(sums(found))
    for advice in words.advice(found):
        out.write(f"\n{paragraph(advice)}\n")


def derive(found: Explanation, layer: Explained) -> str:
    text = items(words.said(layer)) + "\n" + head(["", "Formula", "Numbers", "Value"], "lllr")
    for cell in words.cells(found, layer):
        text += rows(cell)
    notes = [note for cell in words.cells(found, layer) for note in cell.notes]
    return text + ("\n" + items(notes) if notes else "")


def items(texts: list[str]) -> str:
    return "".join(f"- {paragraph(text)}\n" for text in texts)


def rows(cell: Cell) -> str:
    """The cell's own row where its derivation does not end in it, and a row for each definition."""
    lead = ""
    if cell.shape is not None:
        shape = ", ".join(map(render, cell.shape))
        size = ", ".join(render(dim, numbers=True) for dim in cell.shape)
        lead = line([f"**{escape(cell.title)}**, shape", escape(f"[{shape}]"), escape(f"[{size}]"), ""])
    elif not cell.derivation or cell.derivation[-1].name != cell.title:
        lead = line([f"**{escape(cell.title)}**", "", "", f"**{escape(words.number(cell.value))}**"])
    return lead + "".join(row(definition, definition.name == cell.title) for definition in cell.derivation)


def row(definition: Definition, bold: bool) -> str:
    *sides, value = map(escape, words.sides(definition))
    formula, numbers = [*sides, "", ""][:2]
    name = f"**{escape(definition.name)}**" if bold else escape(definition.name)
    return line([name, formula, numbers, f"**{value}**" if bold else value])


def sums(found: Explanation) -> str:
    assert found.sums is not None
    figures = words.figures(found)
    text = "\n" + head(["Step", "Layers", *(escape(title) for _, title in figures)], "lr")
    for part in found.sums.parts:
        text += line([escape(part.path), f"{part.layers:,}", *(f"{part.figures[key]:,}" for key, _ in figures)])
    totals = [words.number(found.sums.totals[key].value) for key, _ in figures]
    return text + line(
        ["**sum**", f"**{sum(part.layers for part in found.sums.parts):,}**", *(f"**{total}**" for total in totals)]
    )
