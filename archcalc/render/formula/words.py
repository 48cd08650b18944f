"""What the formats say in the same words: which network, its figures' names and shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archcalc.algebra.atoms import Polynomial
from archcalc.report.figures import KNOWN
from archcalc.report.listing import network_words

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms

LABELS = {figure.name: figure.label.capitalize() for figure in KNOWN.values()}


def heading(formula: ClosedForms) -> str:
    """Which network it is, and the names with the values given for them."""
    parts = network_words(formula)
    if formula["batch"] != 1 and not any(one["kind"] == "batch" for one in formula["variables"]):
        parts.append(f"batch {formula['batch']:,}")
    names = ", ".join(f"{one['name']} ({one['at']:,})" for one in formula["variables"])
    return f"{', '.join(parts)}, in {names}"


def shapes(found: list[list[Polynomial]], notation: Callable[[Polynomial], str]) -> str:
    """Shapes as Python writes lists."""
    return "[" + ", ".join(f"[{', '.join(map(notation, shape))}]" for shape in found) + "]"


def layers(formula: ClosedForms, notation: Callable[[Polynomial], str]) -> list[str]:
    """A line for each layer, as an item of a Python dict: its figures and output shapes."""
    found = []
    for layer in formula["layers"] or ():
        figures = ", ".join(f"{name!r}: {notation(form)}" for name, form in layer["figures"].items())
        found.append(f"{layer['path']!r}: {{{figures}, 'outputs': {shapes(layer['outputs'], notation)}}},")
    return found
