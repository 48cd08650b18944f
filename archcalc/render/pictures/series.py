"""Parts one after the other. A wire to the next part goes straight to it. Every other one is a rail: it leaves below
its source, runs in a lane beside what it passes, as near as that allows, and comes back at its readers.

One tensor has one rail, however many read it. On which side rails run, and in what order, is what crosses least of what
is tried; as long as nothing crosses, they run at the right, the shortest inside.
"""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.render.pictures import grid
from archcalc.render.pictures.crossings import crossed
from archcalc.render.pictures.gaps import Gaps
from archcalc.render.pictures.parts import Drawn, Entry, Exit, Label, Leaf, Measures, Part, Point, Wire
from archcalc.render.pictures.reads import Rail, Reads
from archcalc.render.pictures.tree import Key


class Line:
    """The parts of a series with the gaps before them, the rails beside them, and the wires between them."""

    def __init__(self, parts: list[Part], wanted: set[Key], near: set[Key], measures: Measures) -> None:
        self.parts, self.measures = parts, measures
        self.reads = Reads(parts, wanted, near)
        self.gaps = Gaps(self.reads, measures)
        self.ins, self.outs = self.reads.ins, self.reads.outs

    @property
    def U(self) -> float:
        return self.gaps.U

    def tried(self) -> set[tuple[float, float, Key, Key]]:
        """Where wires cross with the rails as they are, and which."""
        self.lay()
        return crossed(self.drawn.wires)

    def lay(self) -> None:
        """Give the rails their lanes and the wires their ways."""
        self.gaps.assign()
        self.gaps.order_tracks()
        self.drawn = Drawn()
        self.route(self.drawn)

    # Wires

    def route(self, drawn: Drawn) -> None:
        for number in range(1, len(self.parts)):
            for tensor in self.parts[number - 1].outs:
                if self.reads.is_read_directly(tensor, number):
                    self.join(drawn, tensor, number)
        for rail in self.reads.rails:
            self.lead(drawn, rail)

    def write_labels(self, drawn: Drawn, number: int) -> None:
        part, end = self.parts[number], self.gaps.starts[number] + self.parts[number].U
        exits = {tensor: self.gaps.exits_of(number, tensor) for tensor in part.outs}
        for tensor in self.gaps.labelled(number):
            low, high = (-grid.HEAD, 0.0) if self.measures.horizontal else (0.0, self.measures.label(tensor)[1] + 8)
            for found in exits[tensor]:
                others = [one.v for other, its in exits.items() if other != tensor for one in its]
                if not any(low < v - found.v < high for v in others):
                    drawn.labels.append(Label(tensor, end, found.v))

    def join(self, drawn: Drawn, tensor: Key, number: int) -> None:
        """The wires from where a tensor leaves a part to where the next one takes it in."""
        part, start, before = self.parts[number], self.gaps.starts[number], self.gaps.starts[number - 1]
        to_sign = isinstance(part, Leaf) and part.symbol == "circle" and len(part.top) > 1
        for u, v, in_lane in self.gaps.exits_of(number - 1, tensor):
            if to_sign:
                drawn.wires.append(Wire(tensor, self.to_sign(part, start, (before + u, v)), True, in_lane))
                continue
            for entry in self.gaps.entries_of(number, tensor):
                points = [(before + u, v), (start + entry.u, entry.v)]
                if abs(v - entry.v) > 0.01:
                    at = self.gaps.track(number, tensor)
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
            ends.append(([(self.gaps.U, rail.lane)], True))
        ends.sort(key=lambda end: end[0][0][0])
        start = self.lead_out(drawn, rail)
        if rail.bundle not in (None, rail):
            drawn.dots.append(start[-1])
        for number, (points, goes_on) in enumerate(ends):
            lead = start if not number else [ends[number - 1][0][0]]
            drawn.wires.append(Wire(rail.tensor, cleaned([*lead, *points]), not goes_on, True))
            if number < len(ends) - 1 and len(points) > 1:
                drawn.dots.append(points[0])

    def lead_out(self, drawn: Drawn, rail: Rail) -> list[Point]:
        """The way of a rail from its source to its lane."""
        tensor, source, lane = rail.tensor, rail.source, rail.lane
        if source < 0 and not self.reads.taps_first(rail):
            return [(0, lane)]
        at = self.gaps.track(source + 1, tensor)
        if source < 0:
            v = nearest([entry.v for entry in self.gaps.entries_of(0, tensor)], lane)
            drawn.dots.append((at, v))
            return [(at, v), (at, lane)]
        exits = self.gaps.exits_of(source, tensor)
        found = exits[0] if len(exits) == 1 else min(exits, key=lambda one: abs(one.v - lane))
        if self.reads.is_read_directly(tensor, source + 1):
            drawn.dots.append((at, found.v))
            return [(at, found.v), (at, lane)]
        return [(self.gaps.starts[source] + found.u, found.v), (at, found.v), (at, lane)]

    def tap(self, rail: Rail, number: int) -> list[tuple[list[Point], bool]]:
        """The ways from a lane to a part that reads it, each with whether it goes on there."""
        part, start = self.parts[number], self.gaps.starts[number]
        if isinstance(part, Leaf):
            beside = [one for one in self.reads.beside(number) if one.side == rail.side]
            beside.sort(key=lambda one: abs(one.lane))
            u = start + part.U * (beside.index(rail.bundle or rail) + 1) / (len(beside) + 1)
            edge = part.own - part.c if rail.side > 0 else -part.c
            return [([(u, rail.lane), (u, edge)], False)]
        at = self.gaps.track(number, rail.tensor)
        return [
            ([(at, rail.lane), (at, entry.v), (start + entry.u, entry.v)], entry.goes_on)
            for entry in self.gaps.entries_of(number, rail.tensor)
        ]

    # As a part of something else

    def skips(self) -> list[tuple[float, float]]:
        """From where to where along the data a rail runs past something to one of the parts."""
        starts, parts = self.gaps.starts, self.parts
        return [
            (starts[rail.source] + parts[rail.source].U if rail.source >= 0 else 0.0, starts[rail.taps[-1]])
            for rail in self.reads.rails
            if rail.taps
        ]

    def finish(self) -> None:
        """Write the shapes, and say where the series begins across the data: left of its parts and lanes."""
        for number in range(len(self.parts)):
            self.write_labels(self.drawn, number)
        lanes = [rail.lane for rail in self.reads.rails]
        ends = [part.V - part.c for part in self.parts]
        self.c = -min([*(-part.c for part in self.parts), *(lane - 4 for lane in lanes), *self.gaps.lows])
        self.V = self.c + max([*ends, *(lane + 4 for lane in lanes), *self.gaps.highs])

    def entries(self, tensor: Key) -> list[Entry]:
        found = [rail for rail in self.reads.rails if rail.tensor == tensor and rail.source < 0]
        if found and not self.reads.taps_first(found[0]):
            return [Entry(0, self.c + found[0].lane, True)]
        return [entry.moved(self.gaps.starts[0], self.c) for entry in self.gaps.entries_of(0, tensor)]

    def exits(self, tensor: Key) -> list[Exit]:
        for rail in self.reads.rails:
            if rail.tensor == tensor and rail.last == len(self.parts):
                return [Exit(self.gaps.U, self.c + rail.lane, True)]
        last = len(self.parts) - 1
        return [found.moved(self.gaps.starts[last], self.c) for found in self.gaps.exits_of(last, tensor)]

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        v += self.c
        for part, start in zip(self.parts, self.gaps.starts, strict=True):
            part.draw(drawn, u + start, v - part.c, level)
        drawn.wires += [wire.moved(u, v) for wire in self.drawn.wires]
        drawn.dots += [(x + u, y + v) for x, y in self.drawn.dots]
        drawn.labels += [Label(tensor, x + u, y + v) for tensor, x, y in self.drawn.labels]

    def mirror(self) -> None:
        for part in self.parts:
            part.mirror()
        for rail in self.reads.rails:
            rail.side = -rail.side
        self.gaps.arrange()
        self.lay()
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
