"""From ordered boxes to places: rectangles, lines and where words stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archcalc.render.pictures.boxes import Box
from archcalc.render.pictures.order import Ordered, Parallel, Rows, Series, ordered
from archcalc.render.pictures.parts import Beside, Container, Drawn, Leaf, Measures, Part
from archcalc.render.pictures.search import settled
from archcalc.render.pictures.series import Line

if TYPE_CHECKING:
    from archcalc.render.pictures.tree import Key


def placed(boxes: list[Box], symbols: dict[str, str], measures: Measures) -> tuple[Drawn, float, float]:
    """All boxes and wires with their places, and how far they reach along the data and across it."""
    whole = Placing(symbols, measures).series([ordered(boxes)], set(), set())
    drawn = Drawn()
    whole.draw(drawn, 0, 0, 0)
    return drawn, whole.U, whole.V


class Placing:
    """``symbols``: what each box is drawn as, by its id."""

    def __init__(self, symbols: dict[str, str], measures: Measures) -> None:
        self.symbols, self.measures = symbols, measures

    def part(self, found: Ordered, wanted: set[Key], near: set[Key]) -> Part:
        """What is placed, of which others read the ``wanted`` tensors; ``near`` ones come from just before it."""
        if isinstance(found, Series):
            return self.series(found.parts, wanted, near)
        if isinstance(found, Parallel):
            return Beside([self.part(one, wanted, near) for one in found.parts], self.measures)
        if isinstance(found, Rows):
            rows = [Parallel(row) if len(row) > 1 else row[0] for row in found.rows]
            return self.series(rows, wanted, near)
        return self.of_box(found)

    def of_box(self, box: Box) -> Part:
        if not box.inside:
            return Leaf(box, self.symbols[box.id], self.measures)
        return Container(box, self.series([ordered(box.inside)], set(box.outs), set()), self.measures)

    def series(self, parts: Sequence[Ordered], wanted: set[Key], near: set[Key]) -> Line:
        if len(parts) == 1 and isinstance(parts[0], Series):
            parts = parts[0].parts
        reads = [reads_of(part) for part in parts]
        made: list[Part] = []
        for number, part in enumerate(parts):
            others = set().union(*(read for other, read in enumerate(reads) if other != number), wanted)
            made.append(self.part(part, others, set(made[-1].outs) if made else near))
        return settled(Line(made, wanted, near, self.measures))


def reads_of(found: Ordered) -> set[Key]:
    """The tensors that any of the boxes reads."""
    if isinstance(found, Box):
        return set(found.ins)
    inside = [box for row in found.rows for box in row] if isinstance(found, Rows) else found.parts
    return set().union(*map(reads_of, inside))
