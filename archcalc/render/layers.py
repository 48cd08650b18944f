"""The vocabulary as text."""

from __future__ import annotations

from typing import Any, TextIO

from archcalc.render.style import Style


def write(found: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write every family with its layers, a line each."""
    width = max(len(layer["name"]) for family in found["families"] for layer in family["layers"]) + 2
    blocks = []
    for family in found["families"]:
        lines = [f"  {layer['name']:<{width}}{layer['does']}" for layer in family["layers"]]
        blocks.append("\n".join([family["family"], *lines]))
    out.write("\n\n".join(blocks) + "\n")
