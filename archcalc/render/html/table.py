"""A table of a page. The script sorts its columns and folds its groups; without the script all of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archcalc.render.html.page import escape
from archcalc.render.html.style import DEEPEST
from archcalc.render.text import shown

LONGEST_BAR = 320
"""Pixels."""


def table(headings: Iterable[tuple[str, str]], rows: Iterable[str], total: str = "") -> Iterator[str]:
    """The table in pieces. A heading is a text and a kind: number, size or text. Numbers and sizes sort as numbers."""
    cells = "".join([f'<th scope="col" class="{kind}">{escape(text)}</th>' for text, kind in headings])
    yield f'<div class="table"><table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n'
    yield from rows
    yield f"</tbody>\n<tfoot>{total}</tfoot>\n</table></div>\n" if total else "</tbody>\n</table></div>\n"


def row(cells: Iterable[str], level: int = 0, group: bool = False, closed: bool = False, path: str = "") -> str:
    """One row. A group heads the rows below it that have a higher level, and can fold them.

    ``path`` is that of its step, by which pictures are linked with it.
    """
    marks = " ".join(mark for mark, given in (("group", group), ("closed", closed)) if given)
    mark = f' class="{marks}"' if marks else ""
    deep = f' data-level="{level}" data-indent="{min(level, DEEPEST)}"' if level else ""
    link = f' data-path="{escape(path)}"' if path else ""
    return f"<tr{mark}{deep}{link}>{''.join(cells)}</tr>\n"


def cell(text: str | int | None, kind: str = "text", *, order: int | None = None, mark: str = "") -> str:
    """One cell of a column's kind. ``order`` sorts it where its text cannot."""
    marks = " ".join([word for word in (kind if kind != "text" else "", mark) if word])
    return (
        f"<td{f' class={quoted(marks)}' if marks else ''}{'' if order is None else f' data-order={quoted(order)}'}>"
        f"{shown(text, escape)}</td>"
    )


def bar_cell(share: float, order: int) -> str:
    """The cell of a share of one, as a bar. ``order`` sorts it."""
    width = f"{share * LONGEST_BAR:.1f}".removesuffix(".0")
    bar = f'<svg width="{LONGEST_BAR}" height="11" aria-hidden="true"><rect width="{width}" height="11" rx="1"/></svg>'
    return f'<td class="share" data-order="{order}">{bar}</td>'


def name_cell(text: str, above: str = "", hint: str = "") -> str:
    """The cell of a row's name. ``above``, the path of the rows above it, is shown when rows are sorted.

    ``hint`` is shown when the pointer rests on it.
    """
    lead = f'<span class="above">{escape(above)}</span>' if above else ""
    title = f' title="{escape(hint)}"' if hint else ""
    return f'<td class="name"{title}>{lead}<span>{escape(text)}</span></td>'


def quoted(text: str | int) -> str:
    return f'"{text}"'
