"""The shipped specs as text."""

from __future__ import annotations

from typing import Any, TextIO

from archcalc.render.grid import grid
from archcalc.render.style import Style

HEADINGS = ["Name", "Input", "Params", "Multiply-adds", "What it is"]


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write the specs by field, each with its figures, what it is and where it comes from; its variants below it."""
    rows = [(spec["field"], row) for spec in found["specs"] for row in (spec, *spec["variants"])]
    heading, *lines = grid([HEADINGS, *(cells(row) for _, row in rows)], "llrrl")
    blocks: dict[str, list[str]] = {}
    for (field, _), line in zip(rows, lines, strict=True):
        blocks.setdefault(field, [field or "the document"]).append(f"  {line}")
    out.write("\n\n".join([f"  {heading}", *map("\n".join, blocks.values())]) + "\n")


def cells(row: dict[str, Any]) -> list[str]:
    """Name, input, parameters, multiply-adds and, but for a variant, what it is."""
    inputs = ", ".join("x".join(map(str, shape)) for shape in row["inputs"].values())
    figures = [inputs, f"{row['params']:,}", f"{row['macs']:,}"]
    if "description" in row:
        return [row["name"], *figures, f"{row['description']} ({row['source']})"]
    return [f"  {row['name']}", *figures, ""]
