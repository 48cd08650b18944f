"""The shipped specs as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import grid
from archcalc.render.style import Style

if TYPE_CHECKING:
    from archcalc.report.documents import ShippedSpec, ShippedVariant, Specs

HEADINGS = ["Name", "Input", "Params", "Multiply-adds", "What it is"]


def write(found: Specs, out: TextIO, style: Style) -> None:
    """Write the specs by field, each with its figures, what it is and where it comes from; its variants below it."""
    rows = [(spec["field"], row) for spec in found["specs"] for row in cells_of(spec)]
    heading, *lines = grid([HEADINGS, *(cells for _, cells in rows)], "llrrl")
    blocks: dict[str, list[str]] = {}
    for (field, _), line in zip(rows, lines, strict=True):
        blocks.setdefault(field, [field or "the document"]).append(f"  {line}")
    out.write("\n\n".join([f"  {heading}", *map("\n".join, blocks.values())]) + "\n")


def cells_of(spec: ShippedSpec) -> list[list[str]]:
    """The row of a spec, and those of its variants."""
    what = f"{spec['description']} ({spec['source']})"
    return [cells(spec, spec["name"], what), *(cells(one, f"  {one['name']}", "") for one in spec["variants"])]


def cells(row: ShippedVariant, name: str, what: str) -> list[str]:
    inputs = ", ".join("x".join(map(str, shape)) for shape in row["inputs"].values())
    return [name, inputs, f"{row['params']:,}", f"{row['macs']:,}", what]
