"""Closed forms as text.

text.py    for people: a terminal or a pipe
latex.py   a fragment that needs amsmath
json.py    archcalc.formula/1
python.py  a function that returns the figures
sympy.py   assignments that SymPy reads
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from archcalc.render.style import Style

FORMATS = ("text", "latex", "json", "python", "sympy")


def renderer(name: str) -> Callable[[dict[str, Any], TextIO, Style], None]:
    """The function that writes a formula in that format; its module is imported when it is asked for."""
    write: Callable[[dict[str, Any], TextIO, Style], None] = import_module(f"archcalc.render.formula.{name}").write
    return write


def heading(formula: dict[str, Any]) -> str:
    """Which network it is, and the names with the values given for them."""
    parts = [formula["spec"]]
    if formula["variant"]:
        parts.append(f"variant {formula['variant']}")
    parts += [f"{name}={value}" for name, value in formula["set"].items()]
    if formula["batch"] != 1:
        parts.append(f"batch {formula['batch']:,}")
    names = ", ".join(f"{one['name']} ({one['at']:,})" for one in formula["variables"])
    return f"{', '.join(parts)}, in {names}"
