"""The shipped specs as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import grid, hung
from archcalc.render.style import Style
from archcalc.render.text import width

if TYPE_CHECKING:
    from archcalc.report.documents import ShippedSpec, ShippedVariant, Specs

HEADINGS, LAST = ["Name", "Input", "Params", "Multiply-adds"], "What it is"
NARROWEST = 40
"""Columns that the last one needs to stand beside the others."""


def write(found: Specs, out: TextIO, style: Style) -> None:
    """Write the specs by field, each with its figures, what it is and where it comes from; its variants below it."""
    rows = [(spec["field"], *row) for spec in found["specs"] for row in rows_of(spec)]
    figures, says = grid([HEADINGS, *(cells for _, cells, _ in rows)], "llrr"), [LAST, *(what for _, _, what in rows)]
    lead = max(map(width, figures)) + 4
    heading, *entries = [entry(f"  {line}", text, lead, style.width) for line, text in zip(figures, says, strict=True)]
    blocks: dict[str, list[str]] = {}
    for (field, _, _), lines in zip(rows, entries, strict=True):
        blocks.setdefault(field, [field or "the document"]).extend(lines)
    out.write("\n\n".join(map("\n".join, [heading, *blocks.values()])) + "\n")


def entry(figures: str, text: str, lead: int, limit: int | None) -> list[str]:
    """The figures and what the spec is beside them; below them where a terminal has no room for that."""
    if limit is None or limit - lead >= NARROWEST:
        return [line.rstrip() for line in hung(figures, text.split(" "), lead, limit)]
    return [figures.rstrip(), *(hung("", text.split(" "), 6, limit) if text not in ("", LAST) else ())]


def rows_of(spec: ShippedSpec) -> list[tuple[list[str], str]]:
    """The cells of a spec and what it is and where it comes from; those of its variants."""
    what = f"{spec['description']} ({spec['source']})"
    return [(cells(spec, spec["name"]), what), *((cells(one, f"  {one['name']}"), "") for one in spec["variants"])]


def cells(row: ShippedVariant, name: str) -> list[str]:
    inputs = ", ".join("x".join(map(str, shape)) for shape in row["inputs"].values())
    return [name, inputs, f"{row['params']:,}", f"{row['macs']:,}"]
