"""In what order boxes stand: a list of boxes as those that follow one another and those side by side.

What reads what is a partial order. Its boxes are taken apart: those that all others come before or after stand in a
series, those that nothing connects stand in parallel, and what is neither stands in rows by the longest way to it.
A wire that follows from others changes nothing here, so skips never disturb the boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.render.pictures.boxes import Box

DEEPEST = 8
"""Series and parallels within one another; what nests deeper stands in rows."""


class Series(NamedTuple):
    """One after the other."""

    parts: Sequence[Ordered]


class Parallel(NamedTuple):
    """Side by side."""

    parts: Sequence[Ordered]


class Rows(NamedTuple):
    """Neither: each row's boxes read those of rows before it."""

    rows: list[list[Box]]


Ordered = Box | Series | Parallel | Rows


def ordered(boxes: list[Box]) -> Ordered:
    """The boxes, with what they read and give, in their order."""
    makers = {tensor: position for position, box in enumerate(boxes) for tensor in box.outs}
    above: list[int] = []
    for box in boxes:
        bits = 0
        for tensor in box.ins:
            if tensor in makers:
                bits |= above[makers[tensor]] | 1 << makers[tensor]
        above.append(bits)
    below = [0] * len(boxes)
    for position, bits in enumerate(above):
        for other in positions(bits):
            below[other] |= 1 << position
    return Order(boxes, above, below).take((1 << len(boxes)) - 1, 0)


def positions(bits: int) -> list[int]:
    """The numbers of the bits that are set."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


class Order:
    """The boxes of one list; ``above`` and ``below`` have, as bits, those that each comes after and before."""

    def __init__(self, boxes: list[Box], above: list[int], below: list[int]) -> None:
        self.boxes, self.above, self.below = boxes, above, below

    def take(self, members: int, depth: int) -> Ordered:
        """Some of the boxes, taken apart."""
        if members.bit_count() == 1:
            return self.boxes[members.bit_length() - 1]
        series = self.components(members, comparable=False)
        if len(series) > 1 and depth < DEEPEST:
            series.sort(key=lambda one: max((self.above[box] & members).bit_count() for box in positions(one)))
            return Series([self.take(one, depth + 1) for one in series])
        parallel = self.components(members, comparable=True)
        if len(parallel) > 1 and depth < DEEPEST:
            return Parallel([self.take(one, depth + 1) for one in parallel])
        return self.rows(members)

    def components(self, members: int, comparable: bool) -> list[int]:
        """The members in sets between which nothing is comparable, or everything is."""
        found, left = [], members
        while left:
            component = todo = left & -left
            while todo:
                box = todo.bit_length() - 1
                todo ^= 1 << box
                near = self.above[box] | self.below[box]
                new = (near if comparable else ~near) & left & ~component
                component |= new
                todo |= new
            found.append(component)
            left &= ~component
        return found

    def rows(self, members: int) -> Rows:
        """A row for each length of the longest way to its boxes; what reads nothing stands just above its reader."""
        ranks: dict[int, int] = {}
        for box in positions(members):
            ranks[box] = max((ranks[other] + 1 for other in positions(self.above[box] & members)), default=0)
        for box in reversed(positions(members)):
            after = positions(self.below[box] & members)
            if after and not self.above[box] & members:
                ranks[box] = min(ranks[other] for other in after) - 1
        first = min(ranks.values())
        rows: list[list[Box]] = [[] for _ in range(max(ranks.values()) - first + 1)]
        for box, rank in ranks.items():
            rows[rank - first].append(self.boxes[box])
        return Rows([row for row in rows if row])
