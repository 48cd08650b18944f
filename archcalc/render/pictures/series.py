"""Parts one after the other. A wire to the next part goes straight to it. Every other one is a rail: it leaves below
its source, runs in a lane beside what it passes, as near as that allows, and comes back at its readers.

One tensor has one rail, however many read it. On which side rails run, and in what order, is what crosses least of what
is tried; as long as nothing crosses, they run at the right, the shortest inside.
"""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.render.pictures import grid
from archcalc.render.pictures.channel import arranged
from archcalc.render.pictures.crossings import crossings
from archcalc.render.pictures.parts import (
    Beside,
    Drawn,
    Entry,
    Exit,
    Label,
    Leaf,
    Measures,
    Part,
    Point,
    Wire,
    extent,
)
from archcalc.render.pictures.tree import Key


class Rail:
    """A tensor's way past parts: from below part ``source`` (-1: from above the series) to those that it ``taps``.

    ``last`` is the last of them, or the number of parts where it leaves the series. ``side``: 1 right, -1 left.
    """

    __slots__ = ("tensor", "source", "taps", "last", "side", "lane")

    def __init__(self, tensor: Key, source: int, taps: list[int], last: int) -> None:
        self.tensor, self.source, self.taps, self.last = tensor, source, taps, last
        self.side, self.lane = 1, 0.0


class Line:
    """The parts of a series with the gaps before them, the rails beside them, and the wires between them."""

    def __init__(self, parts: list[Part], wanted: set[Key], near: set[Key], measures: Measures) -> None:
        self.parts, self.measures = parts, measures
        self.sources: dict[Key, list[int]] = {}
        self.readers: dict[Key, list[int]] = {}
        for number, part in enumerate(parts):
            for tensor in part.ins:
                self.readers.setdefault(tensor, []).append(number)
        for number, part in enumerate(parts):
            for tensor in part.outs:
                self.sources.setdefault(tensor, []).append(number)
        self.ins = [tensor for tensor, readers in self.readers.items() if self.source(tensor, readers[0]) < 0]
        self.outs = [tensor for tensor in self.sources if tensor in wanted]
        self.near = near
        for number, part in enumerate(parts):
            if isinstance(part, Leaf):
                part.top = self.from_above(number, part)
        self.rails = self.find_rails()
        self.order = sorted(self.rails, key=lambda rail: (rail.last - rail.source, -rail.source))
        self.arrange()

    # What reads what

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

    def taps_first(self, rail: Rail) -> bool:
        """Whether a rail from outside branches off the wire that enters the first part."""
        return rail.source < 0 and 0 in self.readers.get(rail.tensor, ()) and self.is_direct(rail.tensor, 0)

    # Sizes

    def arrange(self) -> None:
        """Give parts their places along the data, and across it so that their spines are one line at 0."""
        parts = self.parts
        for number, part in enumerate(parts):
            if isinstance(part, Leaf):
                self.fit(number, part)
        self.sort_entries()
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
        sides = len(leaf.ins) - len(leaf.top)
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
        by_rail = {rail.tensor for rail in self.rails if rail.source == number}
        return [tensor for tensor in part.outs if tensor in next_reads or tensor in by_rail]

    def pieces(self, number: int) -> list[Key]:
        """The tensors whose wires have a crosswise piece in the gap before a part."""
        found: dict[Key, None] = {}
        for rail in self.rails:
            leaves = rail.source == number - 1 and (number or self.taps_first(rail))
            enters = number in rail.taps and not isinstance(self.parts[number], Leaf)
            if leaves or enters:
                found[rail.tensor] = None
        if number:
            part = self.parts[number]
            if not (isinstance(part, Leaf) and part.symbol == "circle" and len(part.top) > 1):
                for tensor in self.parts[number - 1].outs:
                    if tensor in part.ins and self.is_direct(tensor, number) and self.bends(tensor, number):
                        found[tensor] = None
        return list(found)

    def bends(self, tensor: Key, number: int) -> bool:
        """Whether the wire from the part before is not one straight line."""
        entries = self.entries_of(number, tensor)
        return any(abs(left.v - entry.v) > 0.01 for left in self.exits_of(number - 1, tensor) for entry in entries)

    def entries_of(self, number: int, tensor: Key) -> list[Entry]:
        """Where a tensor enters a part, across from the spine; along it from the part's start."""
        part = self.parts[number]
        if isinstance(part, Leaf) and part.symbol == "bar" and number and tensor in part.top:
            within = [left.v for left in self.exits_of(number - 1, tensor) if 4 <= left.v + part.c <= part.own - 4]
            if within:
                return [Entry(0, v) for v in within]
        return [entry.moved(0, -part.c) for entry in part.entries(tensor)]

    def exits_of(self, number: int, tensor: Key) -> list[Exit]:
        part = self.parts[number]
        return [found.moved(0, -part.c) for found in part.exits(tensor)]

    # Rails

    def tried(self) -> int:
        """How often wires cross with the rails as they are."""
        self.assign()
        self.order_tracks()
        drawn = Drawn()
        self.route(drawn)
        self.drawn = drawn
        return crossings(drawn.wires)

    def assign(self) -> None:
        """Each rail as near as what it passes allows."""
        taken: list[tuple[int, int, int, float]] = []
        for rail in self.order:
            side, first, last = rail.side, rail.source + 1, rail.last
            edges = self.highs if side > 0 else [-low for low in self.lows]
            edge = max(edges[first:last], default=0.0)
            if last < len(self.parts) and isinstance(self.parts[last], Leaf):
                edge = max(edge, edges[last] + 6)
            at = edge + grid.LANE
            while any(
                side == its and abs(lane - at) < grid.LANE and not (stop < first or start > last)
                for its, start, stop, lane in taken
            ):
                at += grid.LANE
            taken.append((side, first, last, at))
            rail.lane = side * at

    def order_tracks(self) -> None:
        """In each gap the crosswise pieces in the order in which they cross least."""
        for number, tensors in enumerate(self.tracks):
            if len(tensors) > 1:
                self.tracks[number] = arranged(tensors, {tensor: self.legs(tensor, number) for tensor in tensors})

    def legs(self, tensor: Key, number: int) -> tuple[list[float], list[float]]:
        """Where the wire of a tensor reaches a gap from above and goes on below."""
        up: list[float] = []
        down: list[float] = []
        rails = [rail for rail in self.rails if rail.tensor == tensor]
        if number and tensor in self.parts[number - 1].outs:
            up += [found.v for found in self.exits_of(number - 1, tensor)]
            down += [rail.lane for rail in rails if rail.source == number - 1]
        for rail in rails:
            if number in rail.taps and not isinstance(self.parts[number], Leaf):
                up.append(rail.lane)
                down += [rail.lane] if rail.last > number else []
                down += [entry.v for entry in self.entries_of(number, tensor)]
            if not number and self.taps_first(rail):
                up += [entry.v for entry in self.entries_of(0, tensor)]
                down += [rail.lane, *(entry.v for entry in self.entries_of(0, tensor))]
        if number and self.is_read_directly(tensor, number):
            down += [entry.v for entry in self.entries_of(number, tensor)]
        return up, down

    def is_read_directly(self, tensor: Key, number: int) -> bool:
        return tensor in self.parts[number].ins and self.is_direct(tensor, number)

    def track(self, number: int, tensor: Key) -> float:
        """Where in the gap before a part the crosswise piece of a tensor runs."""
        tracks = self.tracks[number]
        return self.starts[number] - grid.ARROW - grid.TRACK * (len(tracks) - 1 - tracks.index(tensor))

    # Wires

    def route(self, drawn: Drawn) -> None:
        for number in range(1, len(self.parts)):
            for tensor in self.parts[number - 1].outs:
                if self.is_read_directly(tensor, number):
                    self.join(drawn, tensor, number)
        for rail in self.rails:
            self.lead(drawn, rail)
        for number in range(len(self.parts)):
            self.write_labels(drawn, number)

    def write_labels(self, drawn: Drawn, number: int) -> None:
        part, end = self.parts[number], self.starts[number] + self.parts[number].U
        exits = {tensor: self.exits_of(number, tensor) for tensor in part.outs}
        for tensor in self.labelled(number):
            low, high = (-grid.HEAD, 0.0) if self.measures.horizontal else (0.0, self.measures.label(tensor)[1] + 8)
            for found in exits[tensor]:
                others = [one.v for other, its in exits.items() if other != tensor for one in its]
                if not any(low < v - found.v < high for v in others):
                    drawn.labels.append(Label(tensor, end, found.v))

    def join(self, drawn: Drawn, tensor: Key, number: int) -> None:
        """The wires from where a tensor leaves a part to where the next one takes it in."""
        part, start, before = self.parts[number], self.starts[number], self.starts[number - 1]
        to_sign = isinstance(part, Leaf) and part.symbol == "circle" and len(part.top) > 1
        for u, v, in_lane in self.exits_of(number - 1, tensor):
            if to_sign:
                drawn.wires.append(Wire(tensor, self.to_sign(part, start, (before + u, v)), True, in_lane))
                continue
            for entry in self.entries_of(number, tensor):
                points = [(before + u, v), (start + entry.u, entry.v)]
                if abs(v - entry.v) > 0.01:
                    at = self.track(number, tensor)
                    points[1:1] = [(at, v), (at, entry.v)]
                drawn.wires.append(Wire(tensor, points, not entry.goes_on, in_lane or entry.goes_on))

    def to_sign(self, part: Part, start: float, leaves: Point) -> list[Point]:
        """The way to a sign: straight from above, else to its side."""
        v = leaves[1]
        middle = start + part.U / 2
        if abs(v) < part.V / 2 - 1:
            return [leaves, (start, v)]
        return [leaves, (middle, v), (middle, part.V / 2 if v > 0 else -part.V / 2)]

    def lead(self, drawn: Drawn, rail: Rail) -> None:
        """The wires of a rail: one to each of its readers, the later ones from where it passes the one before."""
        ends = [end for number in rail.taps for end in self.tap(rail, number)]
        if rail.last == len(self.parts):
            ends.append(([(self.U, rail.lane)], True))
        ends.sort(key=lambda end: end[0][0][0])
        start = self.lead_out(drawn, rail)
        for number, (points, goes_on) in enumerate(ends):
            lead = start if not number else [ends[number - 1][0][0]]
            drawn.wires.append(Wire(rail.tensor, cleaned([*lead, *points]), not goes_on, True))
            if number < len(ends) - 1 and len(points) > 1:
                drawn.dots.append(points[0])

    def lead_out(self, drawn: Drawn, rail: Rail) -> list[Point]:
        """The way of a rail from its source to its lane."""
        tensor, source, lane = rail.tensor, rail.source, rail.lane
        if source < 0 and not self.taps_first(rail):
            return [(0, lane)]
        at = self.track(source + 1, tensor)
        if source < 0:
            v = nearest([entry.v for entry in self.entries_of(0, tensor)], lane)
            drawn.dots.append((at, v))
            return [(at, v), (at, lane)]
        exits = self.exits_of(source, tensor)
        found = exits[0] if len(exits) == 1 else min(exits, key=lambda one: abs(one.v - lane))
        if self.is_read_directly(tensor, source + 1):
            drawn.dots.append((at, found.v))
            return [(at, found.v), (at, lane)]
        return [(self.starts[source] + found.u, found.v), (at, found.v), (at, lane)]

    def tap(self, rail: Rail, number: int) -> list[tuple[list[Point], bool]]:
        """The ways from a lane to a part that reads it, each with whether it goes on there."""
        part, start = self.parts[number], self.starts[number]
        if isinstance(part, Leaf):
            beside = [one for one in self.rails if number in one.taps and one.side == rail.side]
            beside.sort(key=lambda one: abs(one.lane))
            u = start + part.U * (beside.index(rail) + 1) / (len(beside) + 1)
            edge = part.own - part.c if rail.side > 0 else -part.c
            return [([(u, rail.lane), (u, edge)], False)]
        at = self.track(number, rail.tensor)
        return [
            ([(at, rail.lane), (at, entry.v), (start + entry.u, entry.v)], entry.goes_on)
            for entry in self.entries_of(number, rail.tensor)
        ]

    # As a part of something else

    def finish(self) -> None:
        """Where the series begins across the data: left of its parts and lanes."""
        lanes = [rail.lane for rail in self.rails]
        ends = [part.V - part.c for part in self.parts]
        self.c = -min([*(-part.c for part in self.parts), *(lane - 4 for lane in lanes), *self.lows])
        self.V = self.c + max([*ends, *(lane + 4 for lane in lanes), *self.highs])

    def entries(self, tensor: Key) -> list[Entry]:
        found = [rail for rail in self.rails if rail.tensor == tensor and rail.source < 0]
        if found and not self.taps_first(found[0]):
            return [Entry(0, self.c + found[0].lane, True)]
        return [entry.moved(self.starts[0], self.c) for entry in self.entries_of(0, tensor)]

    def exits(self, tensor: Key) -> list[Exit]:
        for rail in self.rails:
            if rail.tensor == tensor and rail.last == len(self.parts):
                return [Exit(self.U, self.c + rail.lane, True)]
        last = len(self.parts) - 1
        return [found.moved(self.starts[last], self.c) for found in self.exits_of(last, tensor)]

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        v += self.c
        for part, start in zip(self.parts, self.starts, strict=True):
            part.draw(drawn, u + start, v - part.c, level)
        drawn.wires += [wire.moved(u, v) for wire in self.drawn.wires]
        drawn.dots += [(x + u, y + v) for x, y in self.drawn.dots]
        drawn.labels += [Label(tensor, x + u, y + v) for tensor, x, y in self.drawn.labels]

    def mirror(self) -> None:
        for part in self.parts:
            part.mirror()
        for rail in self.rails:
            rail.side = -rail.side
        self.arrange()
        self.tried()
        self.finish()


def nearest(places: Iterable[float], to: float) -> float:
    return min(places, key=lambda place: abs(place - to))


def cleaned(points: list[Point]) -> list[Point]:
    """The points without those that are there twice."""
    found = points[:1]
    for point in points[1:]:
        if abs(point[0] - found[-1][0]) + abs(point[1] - found[-1][1]) > 0.001:
            found.append(point)
    return found
