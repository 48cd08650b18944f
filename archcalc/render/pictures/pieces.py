"""A list of more boxes than a picture has room for, as a few boxes that each stand for an equal part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archcalc.render.pictures.boxes import Box, every, together
from archcalc.render.pictures.tree import Key

PIECES = 40
"""Boxes in place of a long list, at most."""


def in_pieces(boxes: list[Box]) -> list[Box]:
    """Boxes of an equal part of the list each."""
    size, found = -(-len(boxes) // PIECES), []
    for start in range(0, len(boxes), size):
        part = boxes[start : start + size]
        first, last = part[0], part[-1]
        box = Box(first.path, f"{first.title} … {last.title}", "step", "steps", first.start, last.stop)
        box.last = last.path
        box.one, box.all = together(one.one for one in part), together(one.all for one in part)
        found.append(box)
    return found


def bundle(boxes: list[Box], pieces: list[Box], shapes: Mapping[Key, Any]) -> set[Key]:
    """Let one tensor stand for all that a piece gives; those that stand for others of another shape."""
    stands = {tensor: piece.outs[0] for piece in pieces for tensor in piece.outs}
    for box in every(boxes):
        box.ins = list(dict.fromkeys(stands.get(tensor, tensor) for tensor in box.ins))
        box.outs = list(dict.fromkeys(stands.get(tensor, tensor) for tensor in box.outs))
    return {first for tensor, first in stands.items() if shapes[tensor] != shapes[first]}
