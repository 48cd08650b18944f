"""What is placed: a box, a container with what is inside it, parts side by side. Places are relative to a part's own.

``u`` runs with the data and ``v`` across it: down and right, or in a horizontal picture right and down. A part has a
size ``U`` by ``V``, and a spine at ``c`` across it. ``entries`` are the places where the wire of a tensor comes in, and
``exits`` where it leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, Protocol

from archcalc.render.pictures import grid
from archcalc.render.pictures.boxes import Box
from archcalc.render.pictures.tree import Key

Point = tuple[float, float]


class Entry(NamedTuple):
    """Where a wire comes in; it may go on from there, in a lane: then no arrow ends it."""

    u: float
    v: float
    goes_on: bool = False

    def moved(self, u: float, v: float) -> Entry:
        return Entry(self.u + u, self.v + v, self.goes_on)


class Exit(NamedTuple):
    """Where a wire leaves, and whether it comes in a lane."""

    u: float
    v: float
    in_lane: bool = False

    def moved(self, u: float, v: float) -> Exit:
        return Exit(self.u + u, self.v + v, self.in_lane)


class Wire(NamedTuple):
    """A line of points, each beside the one before or straight on."""

    tensor: Key
    points: list[Point]
    arrow: bool
    rail: bool

    def pieces(self) -> Iterator[tuple[Point, Point]]:
        """Its straight pieces, each from where to where."""
        return pairwise(self.points)

    def passes(self, cut: float) -> bool:
        """Whether it runs along the data past that place."""
        return any(min(u, x) < cut < max(u, x) for (u, _), (x, _) in self.pieces())

    def moved(self, u: float, v: float) -> Wire:
        return self._replace(points=[(x + u, y + v) for x, y in self.points])


class Label(NamedTuple):
    """Where a tensor's shape is written: beside its wire where that leaves a box."""

    tensor: Key
    u: float
    v: float


class Measures(Protocol):
    """What the words of a picture need: rooms that are known before anything is placed.

    ``page``: the pixels across the page that are asked for, if any.
    """

    horizontal: bool
    page: int | None

    def box(self, box: Box) -> tuple[float, float]:
        """The width and height of a box that is drawn as one."""

    def name(self, box: Box) -> float:
        """The width of a container's name."""

    def lines(self, box: Box) -> int:
        """The lines of a container's name."""

    def label(self, tensor: Key) -> tuple[float, float]:
        """The room of a tensor's shape with and across the data; none where it is not written."""


class Drawn:
    """All that has a place: boxes with their rectangles (u, v, U, V) and the containers around, wires, dots, labels."""

    def __init__(self) -> None:
        self.boxes: list[tuple[Box, float, float, float, float, int]] = []
        self.wires: list[Wire] = []
        self.dots: list[Point] = []
        self.labels: list[Label] = []


class Part(Protocol):
    ins: list[Key]
    outs: list[Key]

    @property
    def U(self) -> float: ...

    @property
    def V(self) -> float: ...

    @property
    def c(self) -> float: ...

    def entries(self, tensor: Key) -> list[Entry]: ...

    def exits(self, tensor: Key) -> list[Exit]: ...

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        """Add what is inside to what is drawn, the part's own place being at (u, v)."""

    def mirror(self) -> None:
        """Turn left and right."""


class Leaf:
    """A box that holds no others. Wires from the part before it come in from above, ``top``; others at its sides."""

    def __init__(self, box: Box, symbol: str, measures: Measures) -> None:
        self.box, self.symbol = box, symbol
        width, height = measures.box(box)
        self.U, self.V = (width, height) if measures.horizontal else (height, width)
        self.own = self.V
        self.c = self.V / 2
        if box.repeats > 1 and symbol == "card":
            self.U, self.V = self.U + 2 * grid.STACK, self.V + 2 * grid.STACK
        self.ins, self.outs = box.ins, box.outs
        self.top = list(box.ins)

    def across(self, position: int, number: int) -> float:
        """Where one of several wires meets the upper or lower side: spread over its middle."""
        if self.symbol == "bar":
            return self.c + (position - (number - 1) / 2) * min(24, self.own * 0.7 / number)
        return self.c + self.own * (position - (number - 1) / 2) * min(0.5, 0.7 / number)

    def entries(self, tensor: Key) -> list[Entry]:
        if tensor not in self.top:
            return []
        return [Entry(0, self.across(self.top.index(tensor), len(self.top)))]

    def exits(self, tensor: Key) -> list[Exit]:
        return [Exit(self.U, self.across(self.outs.index(tensor), len(self.outs)))]

    def widen(self, width: float, c: float) -> None:
        """Make a bar as wide as what it joins."""
        self.V = self.own = width
        self.c = c

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        drawn.boxes.append((self.box, u, v, self.U, self.V, level))

    def mirror(self) -> None:
        self.top.reverse()


class Container:
    """A box with boxes inside, below or beside a line for its name."""

    def __init__(self, box: Box, inner: Part, measures: Measures) -> None:
        self.box, self.inner, self.measures = box, inner, measures
        self.ins, self.outs = box.ins, box.outs
        self.arrange()

    def arrange(self) -> None:
        measures, inner, box = self.measures, self.inner, self.box
        head = grid.HEAD + grid.SECOND * (measures.lines(box) - 1)
        name = measures.name(box)
        self.extra = 2 * grid.STACK if box.repeats > 1 else 0
        if measures.horizontal:
            self.left: float = grid.PAD + head
            self.U = max(inner.U + 2 * grid.PAD, name + 24)
            self.lead: float = (self.U - inner.U) / 2
            self.V = inner.V + head + 2 * grid.PAD
        else:  # the name stands left of the wires that come in
            first = min((entry.v for tensor in inner.ins for entry in inner.entries(tensor)), default=inner.V)
            self.left = max(grid.PAD, name + 16 - first)
            self.lead = grid.PAD + head - 4
            self.U = inner.U + self.lead + grid.PAD
            self.V = max(inner.V + self.left + grid.PAD, name + 24)
        self.V += self.extra
        self.U += 0 if measures.horizontal else self.extra
        self.c = self.left + inner.c

    def entries(self, tensor: Key) -> list[Entry]:
        return [entry.moved(self.lead, self.left) for entry in self.inner.entries(tensor)]

    def exits(self, tensor: Key) -> list[Exit]:
        return [found.moved(self.lead, self.left) for found in self.inner.exits(tensor)]

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        drawn.boxes.append((self.box, u, v, self.U, self.V, level))
        self.inner.draw(drawn, u + self.lead, v + self.left, level + 1)

    def mirror(self) -> None:
        self.inner.mirror()
        self.arrange()
