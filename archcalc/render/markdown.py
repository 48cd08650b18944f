"""Text and rows of tables as GitHub reads them."""

from __future__ import annotations

import re

from archcalc.render.text import plain

SPECIAL = re.compile(r"[\\`*\[\]<>|&~#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What has a meaning in Markdown. An underscore within a word has none."""

LIST = re.compile(r"([-+=]|\d+(?=[.)]))")
"""The beginning of a line that would make it a list or a heading."""


def head(headings: list[str], align: str) -> str:
    """The first two lines of a table; ``align`` is that of ``grid``."""
    aligns = align.ljust(len(headings), align[-1])
    return line(headings) + line(["---:" if side == "r" else "---" for side in aligns])


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\g<0>", plain(text))


def paragraph(text: str) -> str:
    """Text that is a paragraph even at the beginning of a line."""
    escaped = escape(text.lstrip(" "))
    start = LIST.match(escaped)
    if start is None:
        return escaped
    split = start.end() if escaped[0].isdigit() else 0
    return f"{escaped[:split]}\\{escaped[split:]}"
