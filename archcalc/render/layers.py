"""The vocabulary as text."""

from __future__ import annotations

from typing import Any, TextIO

from archcalc.render.grid import grid
from archcalc.render.style import Style


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write every family with its layers, a line each."""
    families = found["families"]
    lines = iter(grid([(layer["name"], layer["does"]) for family in families for layer in family["layers"]], "l"))
    blocks = [[family["family"], *(f"  {next(lines)}" for _ in family["layers"])] for family in families]
    out.write("\n\n".join(map("\n".join, blocks)) + "\n")
