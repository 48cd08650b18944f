"""A network in several ways of counting, as text.

table.py     for people: a terminal or a pipe
json.py      archcalc.counts/1; jsonl.py: one network a line
csv.py       a row a kind of layer, a column a convention
markdown.py  for pull requests and papers
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from archcalc.render.style import Style


FORMATS = ("table", "json", "jsonl", "csv", "markdown")


def renderer(name: str) -> Callable[[list[dict[str, Any]], TextIO, Style], None]:
    """The function that writes counts in that format; its module is imported when it is asked for."""
    write: Callable[[list[dict[str, Any]], TextIO, Style], None] = import_module(f"archcalc.render.counts.{name}").write
    return write


def heading(counts: dict[str, Any]) -> str:
    """Which network it is: its name, variant, settings, input and batch."""
    from archcalc.report.columns import show_inputs

    parts = [counts["spec"]]
    if counts["variant"]:
        parts.append(f"variant {counts['variant']}")
    parts += [f"{name}={value}" for name, value in counts["set"].items()]
    parts.append(f"input {show_inputs(counts)}")
    if counts["batch"] != 1:
        parts.append(f"batch {counts['batch']:,}")
    return ", ".join(parts)


def attribution(difference: dict[str, Any]) -> str:
    """``ptflops - mac = 43,252,712: batch norm 22,227,968, relu 18,515,968``; the parts sum to the difference."""
    whole = f"{difference['name']} - {difference['from']} = {difference['total']:,}"
    parts = ", ".join(f"{kind} {figure:,}" for kind, figure in difference["by_kind"].items())
    return f"{whole}: {parts}" if parts else f"{whole}: every kind of layer counts the same"
