"""Budgets and what is used of them, as text.

table.py     for people
json.py      archcalc.check/1
github.py    workflow annotations
markdown.py  a pull request's comment, a step's summary; html.py: a page
junit.py     a test report; sarif.py: a code scanner's
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from archcalc.budget.result import Outcome
    from archcalc.render.style import Style

FORMATS = ("table", "json", "markdown", "html", "github", "junit", "sarif")


def renderer(name: str) -> Callable[[Outcome, TextIO, Style], None]:
    """The function that writes an outcome in that format; its module is imported when it is asked for."""
    write: Callable[[Outcome, TextIO, Style], None] = import_module(f"archcalc.render.check.{name}").write
    return write
