"""A document as text: ``writer(document, form)``. Renderers read documents and compute nothing.

report/  counts/  diff/  check/  explain/  formula/  sweep/    a folder a document, a file a format
layer.py structure.py layers.py count.py specs.py devices.py     documents that have one text and JSON
json.py     a row a line; jsonl.py: a document a line; indented.py: a value a line
style.py    what is asked of a renderer: colour, width, columns, depth, order; paint
csv.py      cells that no spreadsheet takes for formulas
text.py     foreign text made safe to print, and how wide it is; grid.py: columns that line up; tex.py: LaTeX's escape
pictures/   the picture of a network
steps.py    sums and a row a step, of train and generate
html/       a page that sorts and folds; markdown.py: tables and text as GitHub reads them
diagnostics.py  errors, drawn and as data
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TextIO

from archcalc.render.style import Style

FORMATS = {
    "report": {
        "table": "report.table",
        "json": "json",
        "jsonl": "jsonl",
        "csv": "report.csv",
        "markdown": "report.markdown",
        "latex": "report.latex",
        "html": "report.html",
    },
    "counts": {
        "table": "counts.table",
        "json": "json",
        "jsonl": "jsonl",
        "csv": "counts.csv",
        "markdown": "counts.markdown",
    },
    "diff": {"table": "diff.table", "json": "json", "markdown": "diff.markdown", "html": "diff.html"},
    "check": {
        "table": "check.table",
        "json": "check.json",
        "markdown": "check.markdown",
        "html": "check.html",
        "github": "check.github",
        "junit": "check.junit",
        "sarif": "check.sarif",
    },
    "explain": {
        "text": "explain.text",
        "markdown": "explain.markdown",
        "latex": "explain.latex",
        "json": "explain.json",
    },
    "memory": {
        "table": "memory.table",
        "json": "json",
        "csv": "memory.csv",
        "markdown": "memory.markdown",
        "html": "memory.html",
    },
    "train": {
        "table": "train.table",
        "json": "json",
        "csv": "train.csv",
        "markdown": "train.markdown",
        "html": "train.html",
    },
    "generate": {
        "table": "generate.table",
        "json": "json",
        "csv": "generate.csv",
        "markdown": "generate.markdown",
        "html": "generate.html",
    },
    "time": {
        "table": "time.table",
        "json": "json",
        "csv": "time.csv",
        "markdown": "time.markdown",
        "html": "time.html",
    },
    "devices": {"table": "devices", "json": "indented"},
    "sweep": {
        "table": "sweep.table",
        "csv": "sweep.csv",
        "jsonl": "sweep.jsonl",
        "markdown": "sweep.markdown",
        "parquet": "sweep.parquet",
        "svg": "sweep.svg",
        "html": "sweep.html",
    },
    "fit": {"table": "fit.table", "json": "json", "markdown": "fit.markdown"},
    "formula": {
        "text": "formula.text",
        "latex": "formula.latex",
        "json": "formula.json",
        "python": "formula.python",
        "sympy": "formula.sympy",
    },
    "picture": {
        "svg": "pictures.svg",
        "html": "pictures.page",
        "mmd": "pictures.mermaid",
        "dot": "pictures.dot",
        "json": "pictures.explorer",
    },
    "layer": {"text": "layer", "json": "indented"},
    "structure": {"text": "structure", "json": "indented"},
    "layers": {"text": "layers", "json": "indented"},
    "count": {"text": "count", "json": "indented"},
    "specs": {"text": "specs", "json": "indented"},
}
"""Each document's formats, the first the default, with the module whose ``write`` writes it."""


def writer(document: str, form: str) -> Callable[[Any, TextIO, Style], None]:
    """The function that writes a document in that format; its module is imported when it is asked for."""
    write: Callable[[Any, TextIO, Style], None] = import_module(f"archcalc.render.{FORMATS[document][form]}").write
    return write
