"""How often wires cross."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from archcalc.render.pictures.parts import Wire
from archcalc.render.pictures.tree import Key

NEAR = 0.1
"""Pixels at which lines only touch."""


def crossings(wires: Iterable[Wire]) -> int:
    """How often lines of different tensors cross."""
    return len(crossed(wires))


def crossed(wires: Iterable[Wire]) -> set[tuple[float, float, Key, Key]]:
    """Where lines of different tensors cross, and which; all run along the data or across it."""
    along, across = [], []
    for wire in wires:
        for (u, v), (x, y) in wire.pieces():
            if abs(v - y) < 0.01:
                along.append((v, min(u, x) + NEAR, max(u, x) - NEAR, wire.tensor))
            else:
                across.append((u, min(v, y) + NEAR, max(v, y) - NEAR, wire.tensor))
    along = sorted(set(along))
    places = [one[0] for one in along]
    found: set[tuple[float, float, Key, Key]] = set()
    for u, low, high, tensor in set(across):
        for number in range(bisect_left(places, low), bisect_left(places, high)):
            v, start, stop, other = along[number]
            if start < u < stop and other != tensor:
                found.add((u, v, tensor, other))
    return found
