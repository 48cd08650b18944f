"""A report as text. Renderers read reports and compute nothing.

table.py        for people: a terminal or a pipe
json.py         archcalc.report/1; jsonl.py: one report a line
csv.py          rows for spreadsheets and scripts; markdown.py: for pull requests
latex.py        for papers; html/: a page that sorts and folds
style.py        what is asked of a renderer: colour, width, columns, depth, order
text.py         foreign text made safe to print, and how wide it is
diagnostics.py  errors, drawn and as data
catalogue.py    the shipped specs; reference.py: the vocabulary
conventions.py  the ways of counting; counts/: a network in several of them
diff/           the difference of two networks
notebook.py     the table in a cell of a notebook
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from archcalc.render.style import Style

FORMATS = ("table", "json", "jsonl", "csv", "markdown", "latex", "html")


def renderer(name: str) -> Callable[[list[dict[str, Any]], TextIO, Style], None]:
    """The function that writes reports in that format; its module is imported when it is asked for."""
    write: Callable[[list[dict[str, Any]], TextIO, Style], None] = import_module(f"archcalc.render.{name}").write
    return write
