"""Foreign text made safe to print, and its width in columns of a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def plain(text: str) -> str:
    """The text with every unprintable character escaped: controls, line ends, marks that turn its direction."""
    if text.isprintable():
        return text
    return "".join([character if character.isprintable() else escaped(character) for character in text])


def shown(cell: Any, escape: Callable[[str], str]) -> str:
    """A table's cell: digits in groups of three, text as the format escapes it."""
    return "" if cell is None else escape(cell) if isinstance(cell, str) else f"{cell:,}"


def escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """The columns that printable text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width  # only for the texts that need it

    return sum(
        0 if category(character) in ("Mn", "Me") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def words(text: str) -> list[str]:
    """The words of a text that quotes code as a docstring does, for a page without markup."""
    return text.replace("`", "").split()


def cut(text: str, most: int) -> list[str]:
    """The text in pieces of at most ``most`` columns, cut after a slash or space in a piece's second half."""
    pieces, start, widths = [], 0, None if text.isascii() else list(map(width, text))
    while (stop := start + fitting(widths, start, most)) < len(text):
        half = start + (stop - start) // 2
        stop = max(text.rfind("/", half, stop), text.rfind(" ", half, stop)) + 1 or stop
        pieces.append(text[start:stop])
        start = stop
    return [*pieces, text[start:]]


def fitting(widths: list[int] | None, start: int, most: int) -> int:
    """How many characters, at least one, fit from ``start`` on; those of an ASCII text have no ``widths``."""
    if widths is None:
        return max(most, 1)
    stop, left = start, most
    while stop < len(widths) and widths[stop] <= left:
        left -= widths[stop]
        stop += 1
    return max(stop - start, 1)


def wrap(words: Iterable[str], size: int, hang: int = 0) -> list[str]:
    """The words on lines of at most ``size`` columns; a longer word stays whole.

    Lines after the first stand ``hang`` columns to the right.
    """
    lines, line = [], ""
    for word in words:
        if line.strip() and width(line) + 1 + width(word) > size:
            lines.append(line)
            line = " " * hang + word
        else:
            line += f" {word}" if line else word
    return [*lines, line]
