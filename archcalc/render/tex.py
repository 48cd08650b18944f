"""Text that LaTeX prints as it is."""

from __future__ import annotations

import re

from archcalc.render.text import plain

SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",  # \textquotedbl is not in LaTeX's first font encoding
    **{character: f"\\{character}" for character in "#$%&_{}"},
    **{character: f"{{{character}}}" for character in "[*`"},  # \\[ and \\* take arguments, ?` is a sign of its own
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "−": r"\ensuremath{-}",
    "′": r"\ensuremath{'}",
}
ACCENTS = "àáâãäåèéêëìíîïñòóôõöùúûüýÿçÀÁÂÃÄÅÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝÇß"
"""Letters beyond ASCII that pdflatex has in every font encoding."""

LIGATURE = re.compile("([-',])(?=\\1)")


def escape(text: str) -> str:
    """The text for LaTeX. A letter that pdflatex lacks is written as its number, U+4E2D."""
    return LIGATURE.sub(r"\1{}", "".join([SPECIAL.get(character) or letter(character) for character in plain(text)]))


def letter(character: str) -> str:
    return character if character.isascii() or character in ACCENTS else f"U+{ord(character):04X}"
