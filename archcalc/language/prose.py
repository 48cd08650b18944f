"""Text of the reference pages: paragraphs, and tables of words with what is said of each, as wide as is asked."""

from __future__ import annotations

from textwrap import fill

from archcalc.language.keys import Keys

WIDTH = 80
"""The columns of a pipe; a terminal's pages are as wide as it is, up to ``WIDEST``."""
WIDEST = 100


def sections(found: dict[str, str]) -> str:
    """Texts under their titles."""
    return "\n\n".join(f"{title}\n\n{text}" for title, text in found.items()) + "\n"


def filled(text: str, width: int) -> str:
    """Paragraphs, each wrapped; one that is indented is an example and stays as it is."""
    parts = text.split("\n\n")
    return "\n\n".join(part if part.startswith(" ") else fill(part, width) for part in parts)


def keys(found: Keys, width: int) -> str:
    return table({name: key.words for name, key in found.items()}, width)


def table(rows: dict[str, str], width: int, most: int = 28) -> str:
    """Words and what is said of each; a word longer than ``most`` has a line to itself."""
    lead = min(most, max(map(len, rows))) + 4
    return "\n".join(entry(word, text, lead, width) for word, text in rows.items())


def entry(word: str, text: str, lead: int, width: int) -> str:
    indent = " " * lead
    if len(word) > lead - 4:
        heading = fill(word, width, initial_indent="  ", subsequent_indent="    ")
        return f"{heading}\n{fill(text, width, initial_indent=indent, subsequent_indent=indent)}" if text else heading
    return fill(text, width, initial_indent=f"  {word:<{lead - 2}}", subsequent_indent=indent).rstrip() or f"  {word}"


def wrapped(text: str, width: int) -> str:
    return fill(text, width, initial_indent="  ", subsequent_indent="  ")
