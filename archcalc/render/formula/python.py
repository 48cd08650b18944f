"""A Python function of the names that returns the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from archcalc.algebra.notation import PYTHON
from archcalc.render.formula.words import heading, layers, shapes
from archcalc.render.style import Style
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms


def write(formula: ClosedForms, out: TextIO, style: Style) -> None:
    """Write a module with one function, ``figures``."""
    body = list(function(formula))
    if any("math." in line for line in body):
        out.write("import math\n\n\n")
    out.write("\n".join(body) + "\n")


def function(formula: ClosedForms) -> list[str]:
    """The lines of the function."""
    names = [PYTHON.name(variable["name"]) for variable in formula["variables"]]
    positive = f"{', '.join(names)}: whole numbers above 0"
    counted = [f"{name} ({formula['units'][name]})" for name in formula["figures"]]
    found = [
        f"def figures({', '.join(f'{name}: int' for name in names)}) -> dict:",
        f'    """{docstring(heading(formula))}.',
        "",
        f"    {docstring(', '.join(counted))}, outputs (shapes). ValueError where an assumption does not hold.",
        '    """',
        f"    if {' or '.join(f'{name} < 1' for name in names)}:",
        f"        raise ValueError({positive!r})",
    ]
    for assumption in formula["assumptions"]:
        found.append(f"    if not ({assumption['condition'].python}):")
        found.append(f"        raise ValueError({assumption['text']!r})")
    found.append("    return {")
    found += [f"        {name!r}: {PYTHON.show(figure['form'])}," for name, figure in formula["figures"].items()]
    found.append(f"        'outputs': {shapes(formula['outputs'], PYTHON.show)},")
    if formula["layers"]:
        found.append("        'layers': {")
        found += [f"            {layer}" for layer in layers(formula, PYTHON.show)]
        found.append("        },")
    found.append("    }")
    return found


def docstring(text: str) -> str:
    return plain(text).replace("\\", "").replace('"', "'")
