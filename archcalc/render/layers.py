"""The vocabulary as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.render.grid import hung
from archcalc.render.style import Style
from archcalc.render.text import width, words

if TYPE_CHECKING:
    from archcalc.report.documents import Layers


def write(found: Layers, out: TextIO, style: Style) -> None:
    """Write every family with its layers, a line each."""
    families = found["families"]
    lead = max(width(layer["name"]) for family in families for layer in family["layers"]) + 4
    blocks = [
        [
            family["family"],
            *(
                line
                for layer in family["layers"]
                for line in hung(f"  {layer['name']}", words(layer["does"]), lead, style.prose)
            ),
        ]
        for family in families
    ]
    out.write("\n\n".join(map("\n".join, blocks)) + "\n")
