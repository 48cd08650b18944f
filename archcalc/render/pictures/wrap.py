"""A long chain in columns: cut between boxes that stand one after the other, the wires led on to the next column."""

from __future__ import annotations

from itertools import pairwise

from archcalc.render.pictures import grid
from archcalc.render.pictures.parts import Drawn, Entry, Exit, Label, Measures, Point, Wire
from archcalc.render.pictures.series import Line
from archcalc.render.pictures.tree import Key

TALLEST = 1500
"""Pixels that a picture may reach along the data before it is wrapped, where no width is asked for."""

USUAL, INSIDE, ASPECT = 2800, 1400, 2.1
"""Pixels across, at most, of what is wrapped unasked (a picture, its outermost containers; those further in), until it
is so many times as tall as wide."""

MOST_COLUMNS, SHORT, WORTH = 8, 700, 0.85
"""Columns at most; no more where they are short, or where one more would not make them so much shorter."""

LEAD = 140
"""Pixels of a row that may be for wires led on."""

GUTTER = 36
"""Between columns, with what each wire that is led through it adds."""


def wrapped(drawn: Drawn, length: float, across: float, measures: Measures) -> tuple[Drawn, float, float]:
    """What is drawn in as many columns (rows, if horizontal) as have room, and its new size."""
    if measures.page is None and length <= TALLEST:
        return drawn, length, across
    cuts = chosen(Cuts(drawn, length), across, measures, USUAL)
    return Wrapping(drawn, length, across, cuts, measures).done() if cuts else (drawn, length, across)


def in_columns(line: Line, most: float, measures: Measures) -> Line | Columns:
    """What stands inside a container, in columns where that makes it shorter, no wider than that unless asked."""
    found = Columns(line, most, measures)
    return found if found.cuts else line


class Cuts:
    """Where a picture may be cut across the data: through wires alone. ``free`` has the middles of these places."""

    def __init__(self, drawn: Drawn, length: float) -> None:
        self.drawn, self.length = drawn, length
        spans = sorted((u, u + along) for _, u, _, along, _, level in drawn.boxes if level == 0)
        self.free: list[float] = []
        end = 0.0
        for start, stop in spans:
            if start > end + 6 and end:
                self.free += [at for at in [self.between(end, start)] if at is not None]
            end = max(end, stop)

    def between(self, end: float, start: float) -> float | None:
        """A place between two boxes where the fewest wires pass and none runs crosswise; None if there is none."""
        pieces = [piece for wire in self.drawn.wires for piece in wire.pieces()]
        crosswise = sorted({u for (u, v), (x, y) in pieces if u == x and v != y and end < u < start})
        rooms = [one for one in pairwise([end, *crosswise, start - grid.ARROW + 4]) if one[1] - one[0] > 3.5]
        if not rooms:
            return None
        low, high = min(reversed(rooms), key=lambda room: passing(pieces, sum(room) / 2))
        return (low + high) / 2

    def within(self, most: float) -> list[float]:
        """Cuts that leave no column longer than that, if that can be."""
        found: list[float] = []
        start = 0.0
        for at, after in zip(self.free, [*self.free[1:], self.length], strict=True):
            if after - start > most:
                found.append(at)
                start = at
        return found

    def even(self, columns: int) -> list[float]:
        """The cuts that make so many columns as short as they can be."""
        low, high = self.length / columns - 1, self.length
        while high - low > 4:
            middle = (low + high) / 2
            found = self.within(middle)
            fits = len(found) < columns and self.longest(found) <= middle
            low, high = (low, middle) if fits else (middle, high)
        return self.within(high)

    def longest(self, cuts: list[float]) -> float:
        """The length of the longest column."""
        return max(end - start for start, end in zip([0.0, *cuts], [*cuts, self.length], strict=True))


def passing(pieces: list[tuple[Point, Point]], at: float) -> int:
    """How many lines pass a place along the data."""
    return len({v for (u, v), (x, y) in pieces if v == y and min(u, x) < at < max(u, x)})


def chosen(cuts: Cuts, across: float, measures: Measures, usual: float) -> list[float]:
    """The cuts of a picture: rows as long as the page is wide; columns that fill it, all about as long."""
    if not cuts.free:
        return []
    asked = measures.page
    page = (asked or usual) - 2 * grid.MARGIN
    if measures.horizontal:
        return in_rows(cuts, page, measures) if asked else cuts.within(TALLEST)
    best: list[float] = []
    longest = cuts.length
    for columns in range(2, MOST_COLUMNS + 1):
        found = cuts.even(columns)
        reach = cuts.longest(found)
        wide = Wrapping(cuts.drawn, cuts.length, 0, found, measures).across
        if wide > page or longest <= (SHORT if asked else max(SHORT, ASPECT * across)):
            break
        if reach < longest * WORTH:
            best, longest, across = found, reach, wide
    return best


def in_rows(cuts: Cuts, page: float, measures: Measures) -> list[float]:
    """The cuts of a horizontal picture into rows that a page holds with what leads their wires on."""
    found: list[float] = []
    for lead in range(0, LEAD, 20):
        found = cuts.within(page - lead)
        if Wrapping(cuts.drawn, cuts.length, 0, found, measures).length <= page:
            break
    return found


class Wrapping:
    """What is drawn, cut at some places and moved column by column."""

    def __init__(self, drawn: Drawn, length: float, across: float, cuts: list[float], measures: Measures) -> None:
        self.drawn, self.cuts = drawn, cuts
        self.ends = [*cuts, length]
        columns = range(len(self.ends))
        self.passing = [self.at_cut(cut) for cut in cuts]
        self.alone = [sum(wire.passes(cut) for wire in drawn.wires) == 1 for cut in cuts]
        self.feet = [self.foot(column, measures) for column in range(len(cuts))]
        self.lows = [min((v for v, _ in self.reach(column)), default=0.0) for column in columns]
        self.highs = [max((v for _, v in self.reach(column)), default=across) for column in columns]
        self.moves: list[float] = []
        at = 0.0
        for column in columns:
            self.moves.append(at - self.lows[column])
            at += self.highs[column] - self.lows[column]
            if column < len(cuts):
                at += GUTTER + grid.TRACK * len(self.passing[column])
        self.across = at
        self.tops = [0.0, *(grid.TRACK * len(one) + 10 for one in self.passing)]

    def column(self, u: float) -> int:
        return next((number for number, end in enumerate(self.ends) if u <= end), len(self.ends) - 1)

    def start(self, column: int) -> float:
        return self.ends[column - 1] if column else 0.0

    def at_cut(self, cut: float) -> list[float]:
        """Where wires cross a cut, from left to right."""
        found = {
            v for wire in self.drawn.wires for (u, v), (x, y) in wire.pieces() if v == y and min(u, x) < cut < max(u, x)
        }
        return sorted(found)

    def foot(self, column: int, measures: Measures) -> float:
        """How far below a column wires turn: below the shapes that are written there."""
        ends = [
            label.u + measures.label(label.tensor)[0] for label in self.drawn.labels if self.column(label.u) == column
        ]
        return max([6.0, *(end - self.ends[column] + 2 for end in ends)])

    def reach(self, column: int) -> list[tuple[float, float]]:
        """How far across the boxes and wires of a column reach."""
        low, high = self.start(column), self.ends[column]
        found = [(v, v + across) for _, u, v, _, across, _ in self.drawn.boxes if low <= u < high]
        for wire in self.drawn.wires:
            for (u, v), (x, y) in wire.pieces():
                if max(u, x) >= low and min(u, x) <= high:
                    found.append((min(v, y) - 4, max(v, y) + 4))
        found += [(label.v, label.v + 60) for label in self.drawn.labels if low <= label.u < high]
        return found

    def moved(self, point: Point, column: int) -> Point:
        u, v = point
        return u - self.start(column) + self.tops[column], v + self.moves[column]

    def done(self) -> tuple[Drawn, float, float]:
        found = Drawn()
        for box, u, v, along, across, level in self.drawn.boxes:
            x, y = self.moved((u, v), self.column(u))
            found.boxes.append((box, x, y, along, across, level))
        found.dots = [self.moved(dot, self.column(dot[0])) for dot in self.drawn.dots]
        for label in self.drawn.labels:
            found.labels.append(Label(label.tensor, *self.moved((label.u, label.v), self.column(label.u))))
        found.wires = [self.of_wire(wire) for wire in self.drawn.wires]
        return found, self.length, self.across

    @property
    def length(self) -> float:
        """How far the longest column reaches."""
        return max(
            end - self.start(column) + self.tops[column] + self.bottom(column) for column, end in enumerate(self.ends)
        )

    def bottom(self, column: int) -> float:
        """The room below a column for the wires that are led on."""
        return grid.TRACK * len(self.passing[column]) + self.feet[column] if column < len(self.cuts) else 0.0

    def of_wire(self, wire: Wire) -> Wire:
        points: list[Point] = []
        for (u, v), after in zip(wire.points, [*wire.points[1:], None], strict=True):
            column = self.column(u)
            points.append(self.moved((u, v), column))
            if after is not None:
                for number in range(column, self.column(after[0])):
                    led = self.led_on(number, v)
                    if number == column and self.alone[number] and turns(points):
                        del points[-2:]
                        led[0] = led[0][0], points[-1][1]
                    points += led
        return wire._replace(points=points)

    def led_on(self, number: int, v: float) -> list[Point]:
        """The way of a wire from the foot of a column through the gutter to the head of the next."""
        places = self.passing[number]
        rank = places.index(v)
        foot = (
            self.ends[number]
            - self.start(number)
            + self.tops[number]
            + self.feet[number]
            + grid.TRACK * (len(places) - 1 - rank)
        )
        gutter = self.moves[number] + self.highs[number] + 14 + grid.TRACK * (len(places) - 1 - rank)
        head = 4 + grid.TRACK * (len(places) - 1 - rank)
        here, there = v + self.moves[number], v + self.moves[number + 1]
        return [(foot, here), (foot, gutter), (head, gutter), (head, there)]


def turns(points: list[Point]) -> bool:
    """Whether a line that leaves its column ends with a crosswise piece: what goes to the gutter need not come back."""
    return len(points) > 2 and points[-3][1] == points[-2][1] and points[-2][0] == points[-1][0]


class Columns:
    """A series in columns, as a part of what is around it. It is not cut where a skip passes."""

    def __init__(self, line: Line, most: float, measures: Measures) -> None:
        self.line, self.most, self.measures = line, most, measures
        self.ins, self.outs = line.ins, line.outs
        self.arrange()

    def arrange(self) -> None:
        drawn = Drawn()
        self.line.draw(drawn, 0, 0, 0)
        places = Cuts(drawn, self.line.U)
        skips = self.line.skips()
        places.free = [at for at in places.free if not any(low < at < high for low, high in skips)]
        self.cuts = chosen(places, self.line.V, self.measures, self.most)
        self.wrapping = Wrapping(drawn, self.line.U, self.line.V, self.cuts, self.measures)
        self.drawn, self.U, self.V = self.wrapping.done()
        self.c = self.line.c + self.wrapping.moves[0]

    def entries(self, tensor: Key) -> list[Entry]:
        return [entry.moved(0, self.wrapping.moves[0]) for entry in self.line.entries(tensor)]

    def exits(self, tensor: Key) -> list[Exit]:
        last = len(self.cuts)
        found = []
        for one in self.line.exits(tensor):
            u, v = self.wrapping.moved((one.u, one.v), last)
            found.append(Exit(u, v, one.in_lane))
        return found

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        for box, x, y, along, across, deeper in self.drawn.boxes:
            drawn.boxes.append((box, u + x, v + y, along, across, level + deeper))
        drawn.wires += [wire.moved(u, v) for wire in self.drawn.wires]
        drawn.dots += [(u + x, v + y) for x, y in self.drawn.dots]
        drawn.labels += [Label(one.tensor, u + one.u, v + one.v) for one in self.drawn.labels]

    def mirror(self) -> None:
        self.line.mirror()
        self.arrange()
