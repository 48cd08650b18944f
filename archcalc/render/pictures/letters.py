"""How wide a text is, without a font: widths of Arial and of the fonts that are made as wide as it."""

from __future__ import annotations

from functools import lru_cache
from html import escape as escape_html
from unicodedata import category

from archcalc.render.text import plain

FONT = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"

PLAIN = """
    28 28 35 56 56 89 67 19 33 33 39 58 28 33 28 28 56 56 56 56 56 56 56 56 56 56 28 28 58 58 58 56 102 67 67
    72 72 67 61 78 72 28 50 67 56 83 72 78 67 78 72 67 61 72 67 94 67 67 61 28 28 28 47 56 33 56 56 50 56 56 28
    56 56 22 22 50 22 83 56 56 56 56 33 50 28 56 50 72 50 50 50 33 26 33 58
"""
BOLD = """
    28 33 47 56 56 89 72 24 33 33 39 58 28 33 28 28 56 56 56 56 56 56 56 56 56 56 33 33 58 58 58 61 98 72 72 72
    72 67 61 78 72 28 56 72 61 83 72 78 67 78 72 67 61 72 67 94 67 67 61 33 28 33 58 56 33 56 61 56 61 56 33 61
    61 28 28 56 28 89 61 61 61 61 39 56 33 61 56 78 56 56 50 39 28 39 58
"""
FIRST = 32
WIDTHS = {bold: [int(width) for width in text.split()] for bold, text in ((False, PLAIN), (True, BOLD))}
"""Hundredths of an em of the printable characters of ASCII (Liberation Sans, whose metrics are Arial's)."""

OTHERS = {"×": 58, "·": 33, "…": 100, "–": 56, "→": 100, "−": 58, "√": 55, "≤": 55, "%": 89}
WIDEST = 100
"""Of any other character: an em, as Chinese ones are."""

SLACK = 1.14
"""How much wider another font may be than those that are asked for."""


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text, in pixels like its size."""
    return sum([of_character(character, bold) for character in text]) * size / 100


def of_character(character: str, bold: bool) -> int:
    code = ord(character) - FIRST
    if 0 <= code < len(WIDTHS[bold]):
        return WIDTHS[bold][code]
    if category(character) in ("Mn", "Me"):
        return 0
    return OTHERS.get(character, WIDEST)


def cut(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, without its middle where there is no room for all of it: names differ at their ends."""
    if width(text, size, bold) <= room:
        return text
    left, right, last = 0, len(text), "…"
    used = width("…", size, bold)
    while left < right:
        character = text[left] if left <= len(text) - right else text[right - 1]
        used += of_character(character, bold) * size / 100
        if used > room:
            break
        left, right = (left + 1, right) if left <= len(text) - right else (left, right - 1)
        last = f"{text[:left]}…{text[right:]}"
    return last


def si(number: float, unit: str = "") -> str:
    """Three digits and a prefix, or a power of ten: ``9.41 k``, ``118 M``, ``3.2 GB``, ``1.20e30``."""
    if abs(number) >= 10**18:
        digits = str(abs(int(number)))
        return f"{'-' if number < 0 else ''}{digits[0]}.{digits[1:3]}e{len(digits) - 1} {unit}".strip()
    for scale, prefix in ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (1000, "k")):
        if abs(number) * 10000 >= scale * 9995:
            found = f"{number / scale:.3g}" if abs(number) < scale * 9995 // 10 else f"{number / scale:,.0f}"
            return f"{found} {prefix}{unit}"
    return f"{number:.3g} {unit}".strip()


def size(shape: tuple[object, ...]) -> str:
    """``64×56×56``."""
    return "×".join(map(str, shape)) if shape else "scalar"


def xml(text: str) -> str:
    """Text that XML shows as it is, in an element or an attribute."""
    return escape_html(plain(text))


def n(number: float) -> str:
    """A number of pixels: one decimal, if it has any."""
    return f"{number:.1f}".removesuffix(".0")
