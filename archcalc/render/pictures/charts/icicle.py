"""Where a figure is in a hierarchy: each level a row, each part as wide as its share, in the order that they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.render.pictures.charts.axes import spoken
from archcalc.render.pictures.charts.frame import EDGE, Head, whole
from archcalc.render.pictures.letters import cut, width
from archcalc.render.pictures.marks import Group, Mark, Picture, Rect, Text

ROW, LEAST, NAMED = 30, 0.6, 26
"""The height of a level; parts narrower than so many pixels are left out, and those narrower than that have no name."""

DEEPEST = 20


class Piece(NamedTuple):
    """A part of the whole: ``family`` is the one whose colour it has, none for what holds others."""

    name: str
    value: int
    path: str
    family: str
    inside: Sequence[Piece] = ()


def icicle(
    title: str, pieces: Sequence[Piece], total: int, *, unit: str = "", note: str = "", wide: float = 1060
) -> Picture:
    """The parts of a ``total``, in words with their ``unit``."""
    head = Head(title, note, wide)
    top = head.bottom + 10
    marks: list[Mark] = []
    deepest = laid(marks, pieces, EDGE, wide - 2 * EDGE, top, 0, max(total, 1), unit)
    return whole(title, note, wide, top + (deepest + 1) * ROW + 14, [*head.marks, *marks])


def laid(
    marks: list[Mark], pieces: Sequence[Piece], x: float, room: float, top: float, level: int, total: int, unit: str
) -> int:
    """Add pieces from left to right, with those inside below; the deepest level there is."""
    deepest = level
    for piece in pieces:
        wide = piece.value / total * room
        if wide >= LEAST:
            marks.append(of_piece(piece, x, top + level * ROW, wide, total, unit))
            if piece.inside and level < DEEPEST:
                deepest = max(deepest, laid(marks, piece.inside, x, room, top, level + 1, total, unit))
        x += wide
    return deepest


def of_piece(piece: Piece, x: float, y: float, wide: float, total: int, unit: str) -> Group:
    share = piece.value / total
    marks: list[Mark] = [Rect(f"f-{piece.family} ct" if piece.family else "cg ct", x, y, wide, ROW)]
    kind = "iv" if piece.family else ""
    name = cut(piece.name, 10.5 * 1.03, wide - 10, True)
    if wide > NAMED and (len(name) > 3 or name == piece.name):
        marks.append(Text(kind, x + 5, y + 12.5, name, 10.5, True))
        words = f"{spoken(piece.value)} · {share:.0%}"
        if width(words, 9.5) * 1.03 < wide - 10:
            marks.append(Text(kind or "q", x + 5, y + 24, words, 9.5))
    return Group("piece", "", piece.path, f"{piece.path}: {piece.value:,} {unit}, {share:.2%} of all".strip(), marks)
