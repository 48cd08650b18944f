"""The difference of two networks as text.

table.py     for people: a terminal or a pipe
json.py      archcalc.diff/1
markdown.py  a comment on a pull request
html.py      a page
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from archcalc.render.style import Style

FORMATS = ("table", "json", "markdown", "html")


def renderer(name: str) -> Callable[[dict[str, Any], TextIO, Style], None]:
    """The function that writes a difference in that format; its module is imported when it is asked for."""
    write: Callable[[dict[str, Any], TextIO, Style], None] = import_module(f"archcalc.render.diff.{name}").write
    return write
