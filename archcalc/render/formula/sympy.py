"""Assignments that SymPy reads: ``exec(text)``, or a line's right side with ``sympify``."""

from __future__ import annotations

import re
from typing import Any, TextIO

from archcalc.algebra.notation import SYMPY
from archcalc.render.formula.words import condition, heading, layers, shapes
from archcalc.render.style import Style
from archcalc.render.text import plain

IMPORTED = ("Function", "Max", "Min", "Mod", "Piecewise", "Rational", "Rel", "floor")


def write(formula: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write a symbol for each name and an expression for each figure; the assumptions as comments."""
    body = [f"{name} = {SYMPY.show(figure['form'])}" for name, figure in formula["figures"].items()]
    body.append(f"outputs = {shapes(formula['outputs'], SYMPY.show)}")
    if formula["layers"]:
        body.append("layers = {")
        body += [f"    {layer}" for layer in layers(formula, SYMPY.show)]
        body.append("}")
    used = [word for word in IMPORTED if any(re.search(rf"\b{word}\(", line) for line in body)]
    found = [f"# {plain(heading(formula))}"]
    found += [
        f"# holds for {assumption['text']}: {condition(assumption['condition'])}"
        for assumption in formula["assumptions"]
    ]
    found.append(f"from sympy import {', '.join([*used, 'Symbol'])}")
    found += [f'{one["name"]} = Symbol("{one["name"]}", integer=True, positive=True)' for one in formula["variables"]]
    out.write("\n".join([*found, *body]) + "\n")
