"""The shipped specs as text."""

from __future__ import annotations

from itertools import groupby
from typing import Any, TextIO

from archcalc.render.style import Style


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write the specs by field, each with its figures, what it is and where it comes from; its variants below it."""
    specs = found["specs"]
    rows = [row for spec in specs for row in (spec, *spec["variants"])]
    name, size, params, macs = (max(map(len, column)) for column in zip(*map(cells, rows), strict=True))
    blocks = []
    for field, members in groupby(specs, key=lambda spec: spec["field"]):
        lines = [field or "the document"]
        for row in (row for spec in members for row in (spec, *spec["variants"])):
            first, *others = cells(row)
            first = first if "description" in row else f"  {first}"
            lead = f"  {first:<{name + 2}}  {others[0]:<{size}}  {others[1]:>{params}}  {others[2]:>{macs}}"
            lines.append(f"{lead}  {row['description']} ({row['source']})" if "description" in row else lead)
        blocks.append("\n".join(lines))
    heading = f"  {'Name':<{name + 2}}  {'Input':<{size}}  {'Params':>{params}}  {'Multiply-adds':>{macs}}  What it is"
    out.write("\n\n".join([heading, *blocks]) + "\n")


def cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Name, input, parameters and multiply-adds."""
    inputs = ", ".join("x".join(map(str, shape)) for shape in row["inputs"].values())
    return row["name"], inputs, f"{row['params']:,}", f"{row['macs']:,}"
