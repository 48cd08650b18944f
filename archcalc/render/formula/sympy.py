"""Assignments that SymPy reads: ``exec(text)``, or a line's right side with ``sympify``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TextIO

from archcalc.dims.notations import sympy
from archcalc.render.formula import heading
from archcalc.render.formula.json import condition
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.render.style import Style

IMPORTED = ("Function", "Max", "Min", "Mod", "Piecewise", "Rational", "Rel", "floor")


def write(formula: dict[str, Any], out: TextIO, style: Style) -> None:
    """Write a symbol for each name and an expression for each figure; the assumptions as comments."""
    body = [f"{name} = {sympy(figure['form'])}" for name, figure in formula["figures"].items()]
    body.append(f"outputs = {shapes(formula['outputs'])}")
    if formula["layers"]:
        body.append("layers = {")
        body += [f"    {layer['path']!r}: {row(layer)}," for layer in formula["layers"]]
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


def shapes(found: list[Any]) -> str:
    return "[" + ", ".join("[" + ", ".join(map(sympy, shape)) + "]" for shape in found) + "]"


def row(layer: dict[str, Any]) -> str:
    figures = ", ".join(f"{name!r}: {sympy(form)}" for name, form in layer["figures"].items())
    return f"{{{figures}, 'outputs': {shapes(layer['outputs'])}}}"
