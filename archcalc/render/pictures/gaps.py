"""The gaps between the parts of a series and the lanes beside them: how large they are, what runs where in them."""

from __future__ import annotations

from archcalc.render.pictures import grid
from archcalc.render.pictures.beside import Beside, extent
from archcalc.render.pictures.channel import arranged
from archcalc.render.pictures.parts import Entry, Exit, Leaf, Measures
from archcalc.render.pictures.reads import Reads
from archcalc.render.pictures.tree import Key


class Gaps:
    """The places of the parts of a series: along the data, and across it from their spine, which is one line at 0.

    ``order`` is that of the rails, from the parts outwards.
    """

    def __init__(self, reads: Reads, measures: Measures) -> None:
        self.reads, self.parts, self.measures = reads, reads.parts, measures
        self.order = sorted(reads.rails, key=lambda rail: (rail.last - rail.source, -rail.source))
        self.arrange()

    def arrange(self) -> None:
        """Give parts their places along the data, and across it so that their spines are one line at 0."""
        parts = self.parts
        for number, part in enumerate(parts):
            if isinstance(part, Leaf):
                self.fit(number, part)
        self.sort_entries()
        self.entering_at: dict[tuple[int, Key], list[Entry]] = {}
        self.leaving_at: dict[tuple[int, Key], list[Exit]] = {}
        self.tracks = [self.pieces(number) for number in range(len(parts))]
        self.starts: list[float] = []
        u = 0.0
        for number, part in enumerate(parts):
            u += self.gap(number)
            self.starts.append(u)
            u += part.U
        self.U = u
        self.lows = [-part.c for part in parts]
        self.highs = [
            (part.V if number == len(parts) - 1 else extent(part, self.measures)) - part.c
            for number, part in enumerate(parts)
        ]
        for number in range(1, len(parts)):  # a wire from the side to a sign reaches as far as where it comes from
            if isinstance(part := parts[number], Leaf) and part.symbol == "circle":
                for tensor in part.top:
                    for found in self.exits_of(number - 1, tensor):
                        self.lows[number] = min(self.lows[number], found.v - 2)
                        self.highs[number] = max(self.highs[number], found.v + 2)

    def fit(self, number: int, leaf: Leaf) -> None:
        """Make a bar as wide as the parts that it joins, and a box as high as the wires at its sides need."""
        if leaf.symbol == "bar" and number and isinstance(self.parts[number - 1], Beside):
            leaf.widen(self.parts[number - 1].V, self.parts[number - 1].c)
        sides = len(self.reads.beside(number))
        if leaf.symbol != "circle":
            leaf.U = max(leaf.U, 8 * (sides + 1))

    def sort_entries(self) -> None:
        """Let wires enter the upper side of a box in the order in which they leave the part before."""
        for number in range(1, len(self.parts)):
            part, places = self.parts[number], self.leaving(number - 1)
            leaves = [one for one in (part.parts if isinstance(part, Beside) else [part]) if isinstance(one, Leaf)]
            for leaf in leaves:
                leaf.top.sort(key=lambda tensor: places.get(tensor, 0.0))

    def leaving(self, number: int) -> dict[Key, float]:
        part = self.parts[number]
        return {tensor: found.v - part.c for tensor in part.outs for found in part.exits(tensor)}

    def gap(self, number: int) -> float:
        """The room before a part: for shapes, and for crosswise pieces of wires."""
        tracks = len(self.tracks[number])
        if not number:
            return tracks * grid.TRACK + 12 if tracks else 0
        texts = [self.measures.label(tensor)[0] for tensor in self.labelled(number - 1)]
        label = max(texts, default=0)
        return max(grid.GAP, label + grid.LABEL if label else 0) + (tracks * grid.TRACK + 3 if tracks else 0)

    def labelled(self, number: int) -> list[Key]:
        """The tensors that leave a part here: the next part reads them, or a rail takes them."""
        part = self.parts[number]
        next_reads = set(self.parts[number + 1].ins) if number + 1 < len(self.parts) else set()
        by_rail = {rail.tensor for rail in self.reads.rails if rail.source == number}
        return [tensor for tensor in part.outs if tensor in next_reads or tensor in by_rail]

    def pieces(self, number: int) -> list[Key]:
        """The tensors whose wires have a crosswise piece in the gap before a part."""
        found: dict[Key, None] = {}
        for rail in self.reads.rails:
            leaves = rail.source == number - 1 and (number or self.reads.taps_first(rail))
            enters = number in rail.taps and not isinstance(self.parts[number], Leaf)
            if leaves or enters:
                found[rail.tensor] = None
        if number:
            part = self.parts[number]
            if not (isinstance(part, Leaf) and part.symbol == "circle" and len(part.top) > 1):
                for tensor in self.parts[number - 1].outs:
                    if (
                        tensor not in found
                        and self.reads.is_read_directly(tensor, number)
                        and self.bends(tensor, number)
                    ):
                        found[tensor] = None
        return list(found)

    def bends(self, tensor: Key, number: int) -> bool:
        """Whether the wire from the part before is not one straight line."""
        places = [entry.v for entry in self.entries_of(number, tensor)]
        lefts = [left.v for left in self.exits_of(number - 1, tensor)]
        return bool(places and lefts) and max(max(lefts) - min(places), max(places) - min(lefts)) > 0.01

    def entries_of(self, number: int, tensor: Key) -> list[Entry]:
        """Where a tensor enters a part, across from the spine; along it from the part's start."""
        found = self.entering_at.get((number, tensor))
        if found is None:
            found = self.entering_at[number, tensor] = self.find_entries(number, tensor)
        return found

    def find_entries(self, number: int, tensor: Key) -> list[Entry]:
        part = self.parts[number]
        if isinstance(part, Leaf) and part.symbol == "bar" and number and tensor in part.top:
            within = [left.v for left in self.exits_of(number - 1, tensor) if 4 <= left.v + part.c <= part.own - 4]
            if within:
                return [Entry(0, v) for v in within]
        return [entry.moved(0, -part.c) for entry in part.entries(tensor)]

    def exits_of(self, number: int, tensor: Key) -> list[Exit]:
        """Where a tensor leaves a part, across from the spine."""
        found = self.leaving_at.get((number, tensor))
        if found is None:
            part = self.parts[number]
            found = self.leaving_at[number, tensor] = [one.moved(0, -part.c) for one in part.exits(tensor)]
        return found

    def assign(self) -> None:
        """Each rail as near as what it passes allows."""
        taken: list[tuple[int, int, int, float]] = []
        joining = [rail for rail in self.order if rail.bundle not in (None, rail)]
        for rail in self.order:
            if rail in joining:
                continue
            side, first, last = rail.side, rail.source + 1, rail.last
            edges = self.highs if side > 0 else [-low for low in self.lows]
            edge = max(edges[first:last], default=0.0)
            if last < len(self.parts) and isinstance(self.parts[last], Leaf):
                edge = max(edge, edges[last] + 6)
            at = edge + grid.LANE
            beside = {lane for its, start, stop, lane in taken if its == side and start <= last and stop >= first}
            while any(abs(lane - at) < grid.LANE for lane in beside):
                at += grid.LANE
            taken.append((side, first, last, at))
            rail.lane = side * at
        for rail in joining:
            assert rail.bundle is not None
            rail.side, rail.lane = rail.bundle.side, rail.bundle.lane

    def order_tracks(self) -> None:
        """In each gap the crosswise pieces in the order in which they cross least."""
        for number, tensors in enumerate(self.tracks):
            if len(tensors) > 1:
                self.tracks[number] = arranged(tensors, {tensor: self.legs(tensor, number) for tensor in tensors})

    def legs(self, tensor: Key, number: int) -> tuple[list[float], list[float]]:
        """Where the wire of a tensor reaches a gap from above and goes on below."""
        up: list[float] = []
        down: list[float] = []
        rails = [rail for rail in self.reads.rails if rail.tensor == tensor]
        if number and tensor in self.parts[number - 1].outs:
            up += [found.v for found in self.exits_of(number - 1, tensor)]
            down += [rail.lane for rail in rails if rail.source == number - 1]
        for rail in rails:
            if number in rail.taps and not isinstance(self.parts[number], Leaf):
                up.append(rail.lane)
                down += [rail.lane] if rail.last > number else []
                down += [entry.v for entry in self.entries_of(number, tensor)]
            if not number and self.reads.taps_first(rail):
                up += [entry.v for entry in self.entries_of(0, tensor)]
                down += [rail.lane, *(entry.v for entry in self.entries_of(0, tensor))]
        if number and self.reads.is_read_directly(tensor, number):
            down += [entry.v for entry in self.entries_of(number, tensor)]
        return up, down

    def track(self, number: int, tensor: Key) -> float:
        """Where in the gap before a part the crosswise piece of a tensor runs."""
        tracks = self.tracks[number]
        return self.starts[number] - grid.ARROW - grid.TRACK * (len(tracks) - 1 - tracks.index(tensor))
