"""A table in LaTeX with booktabs' rules: to \\input in a paper, or to compile as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from archcalc.render.report.words import aligns, listed, totals
from archcalc.render.style import Style
from archcalc.render.tex import escape
from archcalc.render.text import plain, shown
from archcalc.report.columns import Cell, Column

if TYPE_CHECKING:
    from archcalc.report.documents import Failed, Report

SIZE = re.compile(r"(?<![^ ])\d+(?:\.5)?(?:x\d+(?:\.5)?)+(?![^ ,])")
MOST_ROWS = 50
"""Rows on one page. A longer table is a longtable, which breaks across pages."""

BOTTOM = "\\bottomrule\n"
START = r"""% \input this file in a document that has \usepackage{PACKAGES}, or compile it as it is.
\expandafter\ifx\csname @nodocument\endcsname\relax\else
\documentclass[a4paper,landscape]{article}
\usepackage[margin=1cm]{geometry}
\usepackage{PACKAGES}
\pagestyle{empty}
\begin{document}\noindent\footnotesize
\def\archcalcend{\end{document}}
\fi
"""
END = r"""\expandafter\ifx\csname archcalcend\endcsname\relax\else\expandafter\archcalcend\fi
"""


def write(reports: Sequence[Report | Failed], out: TextIO, style: Style) -> None:
    """Write the layers of one report, or one row for each of several. The notes are comments."""
    listing = listed(reports, style, style.columns)
    if listing is None:
        return
    columns = listing.columns
    rows = [[sized(listing.cell(column, row), column) for column in columns] for row in listing.rows]
    total = [shown(cell, escape).capitalize() for cell in totals(listing)]
    headings = [escape(listing.heading(column)) for column in columns]
    long = len(rows) > MOST_ROWS
    name = "longtable" if long else "tabular"
    out.writelines(f"% {plain(note)}\n" for note in listing.notes)
    out.write(START.replace("PACKAGES", "booktabs,longtable" if long else "booktabs"))
    out.write(f"\\begin{{{name}}}{{{aligns(columns)}}}\n\\toprule\n{line(headings)}\\midrule\n")
    out.write("\\endhead\n\\bottomrule\n\\endfoot\n" if long else "")
    out.writelines(map(line, rows))
    out.write("\\midrule\n" + line(total) if total else "")
    out.write(f"{'' if long else BOTTOM}\\end{{{name}}}%\n{END}")


def line(cells: list[str]) -> str:
    return " & ".join(cells) + " \\\\\n"


def sized(cell: Cell, column: Column) -> str:
    """A cell. Its sizes get the sign of multiplication."""
    text = shown(cell, escape)
    return SIZE.sub(lambda size: size[0].replace("x", r"$\times$"), text) if column.kind == "size" else text
