"""Derivations as text.

text.py      for people: a terminal or a pipe
markdown.py  a table of formulas a layer
latex.py     fragments that need amsmath
json.py      archcalc.explain/1
words.py     what the first three say in the same words
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from archcalc.analysis.explain import Explanation
    from archcalc.render.style import Style

FORMATS = ("text", "markdown", "latex", "json")


def renderer(name: str) -> Callable[[Explanation, TextIO, Style], None]:
    """The function that writes an explanation in that format; its module is imported when it is asked for."""
    write: Callable[[Explanation, TextIO, Style], None] = import_module(f"archcalc.render.explain.{name}").write
    return write
