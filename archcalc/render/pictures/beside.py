"""What stands side by side: branches, and beside a chain what neither reads nor is read."""

from __future__ import annotations

from archcalc.render.pictures import grid
from archcalc.render.pictures.parts import Drawn, Entry, Exit, Measures, Part
from archcalc.render.pictures.tree import Key


class Beside:
    """Parts side by side; those that read nothing stand next to what reads them, the others begin together."""

    def __init__(self, parts: list[Part], measures: Measures) -> None:
        self.parts, self.measures = parts, measures
        self.ins = list(dict.fromkeys(tensor for part in parts for tensor in part.ins))
        self.outs = list(dict.fromkeys(tensor for part in parts for tensor in part.outs))
        self.arrange()

    def arrange(self) -> None:
        self.U = max(part.U for part in self.parts)
        self.places: list[float] = []
        v = 0.0
        for part in self.parts:
            self.places.append(v)
            v += extent(part, self.measures) + grid.SIDE
        last = self.parts[-1]
        self.V = self.places[-1] + extent(last, self.measures)
        self.c = (self.parts[0].c + self.places[-1] + last.c) / 2

    def lead(self, part: Part) -> float:
        return 0 if part.ins else self.U - part.U

    def entries(self, tensor: Key) -> list[Entry]:
        return [
            entry.moved(self.lead(part), v)
            for part, v in zip(self.parts, self.places, strict=True)
            if tensor in part.ins
            for entry in part.entries(tensor)
        ]

    def exits(self, tensor: Key) -> list[Exit]:
        return [
            found.moved(self.lead(part), v)
            for part, v in zip(self.parts, self.places, strict=True)
            if tensor in part.outs
            for found in part.exits(tensor)
        ]

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        for part, place in zip(self.parts, self.places, strict=True):
            part.draw(drawn, u + self.lead(part), v + place, level)

    def mirror(self) -> None:
        for part in self.parts:
            part.mirror()
        self.parts.reverse()
        self.arrange()


class Aside:
    """A part, and beside it another that neither reads nor is read."""

    def __init__(self, main: Part, loose: Part) -> None:
        self.main, self.loose = main, loose
        self.ins, self.outs = main.ins, main.outs

    @property
    def U(self) -> float:
        return max(self.main.U, self.loose.U)

    @property
    def V(self) -> float:
        return self.main.V + grid.SIDE + self.loose.V

    @property
    def c(self) -> float:
        return self.main.c

    def entries(self, tensor: Key) -> list[Entry]:
        return self.main.entries(tensor)

    def exits(self, tensor: Key) -> list[Exit]:
        return self.main.exits(tensor)

    def draw(self, drawn: Drawn, u: float, v: float, level: int) -> None:
        self.main.draw(drawn, u, v, level)
        self.loose.draw(drawn, u, v + self.main.V + grid.SIDE, level)

    def mirror(self) -> None:
        self.main.mirror()


def extent(part: Part, measures: Measures) -> float:
    """How far across a part reaches with the shapes that are written beside the wires that leave it."""
    if measures.horizontal or isinstance(part, Beside):
        return part.V
    ends = [
        found.v + 8 + measures.label(tensor)[1]
        for tensor in part.outs
        if measures.label(tensor)[1]
        for found in part.exits(tensor)
    ]
    return max([part.V, *ends])
