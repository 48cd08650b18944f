"""Assignments that SymPy reads: ``exec(text)``, or a line's right side with ``sympify``, if none has a gcd."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from archcalc.algebra.notation import SYMPY
from archcalc.render.formula.words import heading, layers, shapes
from archcalc.render.style import Style
from archcalc.render.text import plain

if TYPE_CHECKING:
    from archcalc.derivation.closed_forms import ClosedForms

COMMON_DIVISOR = """\
from sympy import Function, gcd
class common_divisor(Function):
    @classmethod
    def eval(cls, *numbers):
        if all(number.is_Integer for number in numbers):
            return gcd(numbers)"""
"""What SymPy has no function for: its own gcd takes names as polynomials, also where numbers come later."""

IMPORTED = ("Max", "Min", "Mod", "Piecewise", "Rational", "Rel", "floor")


def write(formula: ClosedForms, out: TextIO, style: Style) -> None:
    """Write a symbol for each name and an expression for each figure; the assumptions as comments."""
    body = [f"{name} = {SYMPY.show(figure['form'])}" for name, figure in formula["figures"].items()]
    body.append(f"outputs = {shapes(formula['outputs'], SYMPY.show)}")
    if formula["layers"]:
        body.append("layers = {")
        body += [f"    {layer}" for layer in layers(formula, SYMPY.show)]
        body.append("}")
    helper = [COMMON_DIVISOR] if any("common_divisor(" in line for line in body) else []
    used = [word for word in IMPORTED if any(re.search(rf"\b{word}\(", line) for line in body)]
    found = [f"# {plain(heading(formula))}"]
    found += [
        plain(f"# holds for {assumption['text']}: {assumption['condition'].python}")
        for assumption in formula["assumptions"]
    ]
    found.append(f"from sympy import {', '.join([*used, 'Symbol'])}")
    names = [variable["name"] for variable in formula["variables"]]
    found += [f'{SYMPY.name(name)} = Symbol("{name}", integer=True, positive=True)' for name in names]
    out.write("\n".join([*found, *helper, *body]) + "\n")
