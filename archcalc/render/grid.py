"""Columns that line up and texts that hang beside a label, whatever characters stand in them.

Widths are those of a terminal. ``grid``, ``ruled`` and ``hung`` make foreign text safe to print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archcalc.render.text import plain, width, wrap

GAP = "  "


def grid(rows: Iterable[Sequence[str]], align: str) -> list[str]:
    """Rows as lines. ``align`` has ``l`` or ``r`` for each column; its last letter stands for all that follow."""
    safe = [list(map(plain, row)) for row in rows]
    sizes = widths(safe)
    return [line(row, sizes, align) for row in safe]


def ruled(rows: Iterable[Sequence[str]], align: str) -> list[str]:
    """A grid with a rule, as wide as its columns, below its first line."""
    safe = [list(map(plain, row)) for row in rows]
    first, *rest = grid(safe, align)
    return [first, "-" * taken(widths(safe)), *rest]


def widths(rows: Iterable[Sequence[str]]) -> list[int]:
    """The width of each column: that of its widest cell."""
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def taken(sizes: Sequence[int]) -> int:
    """The width of a line."""
    return sum(sizes) + len(GAP) * (len(sizes) - 1)


def line(cells: Sequence[str], sizes: Sequence[int], align: str) -> str:
    """One line of safe cells."""
    aligns = align.ljust(len(sizes), align[-1])
    return GAP.join(map(pad, cells, sizes, aligns)).rstrip()


def pad(text: str, size: int, align: str = "l") -> str:
    """The text filled up with spaces to ``size`` columns."""
    space = " " * (size - width(text))
    return f"{space}{text}" if align == "r" else f"{text}{space}"


def hung(label: str, words: Iterable[str], indent: int, limit: int | None) -> list[str]:
    """A label with words beside it, on as many lines as they need."""
    safe = list(map(plain, words))
    first, *rest = [" ".join(safe)] if limit is None else wrap(safe, max(limit - indent, 20))
    return [pad(plain(label), indent) + first, *(" " * indent + more for more in rest)]
