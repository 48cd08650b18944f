"""What the parts of a series read of one another, and which tensors need a rail beside what they pass."""

from __future__ import annotations

from archcalc.render.pictures.parts import Leaf, Part
from archcalc.render.pictures.tree import Key

BUNDLED = 6
"""Rails that run in one lane where they end at one box, at least."""


class Rail:
    """A tensor's way past parts: from below part ``source`` (-1: from above the series) to those that it ``taps``.

    ``last`` is the last of them, or the number of parts where it leaves the series. ``side``: 1 right, -1 left.
    ``bundle``: the rail that it joins, which comes from furthest; or itself, or None where it runs alone.
    """

    __slots__ = ("tensor", "source", "taps", "last", "side", "lane", "bundle")

    def __init__(self, tensor: Key, source: int, taps: list[int], last: int) -> None:
        self.tensor, self.source, self.taps, self.last = tensor, source, taps, last
        self.side, self.lane = 1, 0.0
        self.bundle: Rail | None = None


class Reads:
    """Which parts give and read each tensor. ``wanted``: what others read; ``near``: what comes from just before."""

    def __init__(self, parts: list[Part], wanted: set[Key], near: set[Key]) -> None:
        self.parts, self.near = parts, near
        self.sources: dict[Key, list[int]] = {}
        self.readers: dict[Key, list[int]] = {}
        for number, part in enumerate(parts):
            for tensor in part.ins:
                self.readers.setdefault(tensor, []).append(number)
            for tensor in part.outs:
                self.sources.setdefault(tensor, []).append(number)
        self.ins = [tensor for tensor, readers in self.readers.items() if self.source(tensor, readers[0]) < 0]
        self.outs = [tensor for tensor in self.sources if tensor in wanted]
        for number, part in enumerate(parts):
            if isinstance(part, Leaf):
                part.top = self.from_above(number, part)
        self.rails = self.find_rails()
        self.bundle()

    def source(self, tensor: Key, reader: int) -> int:
        """The last part before a reader that a tensor comes out of; -1 if it comes from outside."""
        return max((number for number in self.sources.get(tensor, ()) if number < reader), default=-1)

    def from_above(self, number: int, leaf: Leaf) -> list[Key]:
        """What comes in at the upper side of a box: from the part before, or of what comes from outside the newest."""
        if number:
            return [tensor for tensor in leaf.ins if self.source(tensor, number) == number - 1]
        if leaf.symbol in ("bar", "circle"):
            found = [tensor for tensor in leaf.ins if tensor in self.near]
            if found:
                return found
        return [max(leaf.ins)] if leaf.ins else []

    def is_direct(self, tensor: Key, number: int) -> bool:
        """Whether a part reads a tensor from what is just before it."""
        part = self.parts[number]
        if isinstance(part, Leaf):
            return tensor in part.top
        return self.source(tensor, number) == number - 1

    def find_rails(self) -> list[Rail]:
        found = []
        last = len(self.parts)
        for tensor in dict.fromkeys([*self.ins, *self.sources]):
            far: dict[int, list[int]] = {}
            for number in self.readers.get(tensor, ()):
                if not self.is_direct(tensor, number):
                    far.setdefault(self.source(tensor, number), []).append(number)
            for source, taps in far.items():
                found.append(Rail(tensor, source, taps, taps[-1]))
            if tensor in self.outs and self.sources[tensor][-1] != last - 1:
                source = self.sources[tensor][-1]
                rail = next((rail for rail in found if rail.tensor == tensor and rail.source == source), None)
                if rail is None:
                    found.append(Rail(tensor, source, [], last))
                else:
                    rail.last = last
        return found

    def bundle(self) -> None:
        """Let the rails from boxes here to one that reads many of them share a lane."""
        ends: dict[int, list[Rail]] = {}
        for rail in self.rails:
            if rail.source >= 0 and rail.taps == [rail.last] and isinstance(self.parts[rail.last], Leaf):
                ends.setdefault(rail.last, []).append(rail)
        for rails in ends.values():
            if len(rails) >= BUNDLED:
                first = min(rails, key=lambda rail: rail.source)
                for rail in rails:
                    rail.bundle = first

    def beside(self, number: int) -> list[Rail]:
        """The rails that end at the sides of a box, of a bundle the first alone."""
        return [rail for rail in self.rails if number in rail.taps and rail.bundle in (None, rail)]

    def taps_first(self, rail: Rail) -> bool:
        """Whether a rail from outside branches off the wire that enters the first part."""
        return rail.source < 0 and 0 in self.readers.get(rail.tensor, ()) and self.is_direct(rail.tensor, 0)

    def is_read_directly(self, tensor: Key, number: int) -> bool:
        return tensor in self.parts[number].ins and self.is_direct(tensor, number)
