"""Columns that line up and texts that hang beside a label, whatever characters stand in them.

Widths are those of a terminal. What strangers wrote is made safe to print here.
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
    """The columns that each cell of a row needs."""
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def taken(sizes: Sequence[int]) -> int:
    """The columns that a line takes."""
    return sum(sizes) + len(GAP) * (len(sizes) - 1)


def line(cells: Sequence[str], sizes: Sequence[int], align: str) -> str:
    """One line of safe cells."""
    aligns = align.ljust(len(sizes), align[-1])
    return GAP.join(map(pad, cells, sizes, aligns)).rstrip()


def pad(text: str, size: int, align: str = "l") -> str:
    """The text with spaces to a width, on its left where it is aligned right."""
    space = " " * (size - width(text))
    return f"{space}{text}" if align == "r" else f"{text}{space}"


def hung(label: str, words: Iterable[str], indent: int, limit: int | None) -> list[str]:
    """A label, and beside it words whose further lines stand below the first."""
    safe = list(map(plain, words))
    first, *rest = [" ".join(safe)] if limit is None else wrap(safe, max(limit - indent, 20))
    return [pad(plain(label), indent) + first, *(" " * indent + more for more in rest)]
