"""What is asked of a renderer, and how to colour."""

from __future__ import annotations

from collections.abc import Iterable

BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN = "1", "2", "31", "32", "33", "34", "36"
"""ANSI codes; "1;31" is bold red."""

WIDEST = 100
"""Columns of a line of running text."""


def paint(text: str, code: str, color: bool) -> str:
    """The text in that colour, if colour is wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text


class Style:
    """How to draw. A renderer reads what concerns it.

    ``width`` is a terminal's, None for a pipe or a file: plain text, whole names. ``columns`` replaces the default
    ones, ``plus`` adds to them. ``depth`` folds deeper steps, ``all_rows`` shows rows with ``row: false`` too,
    ``all_repetitions`` on a terminal those that are alike; ``sort`` is a column.
    """

    __slots__ = ("color", "width", "columns", "plus", "depth", "all_rows", "all_repetitions", "sort")

    def __init__(
        self,
        *,
        color: bool = False,
        width: int | None = None,
        columns: list[str] | None = None,
        plus: Iterable[str] = (),
        depth: int | None = None,
        all_rows: bool = False,
        all_repetitions: bool = False,
        sort: str | None = None,
    ) -> None:
        self.color, self.width, self.columns, self.plus = color, width, columns, list(plus)
        self.depth, self.all_rows, self.all_repetitions, self.sort = depth, all_rows, all_repetitions, sort

    @property
    def prose(self) -> int:
        """The columns of running text: a terminal's, but no more than can be read."""
        return min(self.width or WIDEST, WIDEST)
