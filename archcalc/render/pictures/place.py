"""From ordered boxes to places: rectangles, lines and where words stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archcalc.render.pictures.beside import Aside, Beside
from archcalc.render.pictures.boxes import Box
from archcalc.render.pictures.order import Ordered, Parallel, Rows, Series, ordered
from archcalc.render.pictures.parts import Container, Drawn, Leaf, Measures, Part
from archcalc.render.pictures.search import settled
from archcalc.render.pictures.series import Line
from archcalc.render.pictures.wrap import INSIDE, TALLEST, USUAL, in_columns

if TYPE_CHECKING:
    from archcalc.render.pictures.tree import Key


BESIDE = 3
"""Boxes beside one another that nothing connects."""


def placed(boxes: list[Box], symbols: dict[str, str], measures: Measures) -> Iterator[tuple[Drawn, float, float]]:
    """All boxes and wires with their places, and how far they reach along the data and across it.

    Where something long stands inside a container, then also with that in columns: inside the outermost ones alone, and
    inside all.
    """
    plain = Placing(symbols, measures, columns=0)
    yield plain.whole(boxes)
    for levels in range(1, plain.long + 1)[:: max(plain.long - 1, 1)]:
        yield Placing(symbols, measures, columns=levels).whole(boxes)


def apart(boxes: list[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes that read or are read, and the others."""
    return [box for box in boxes if box.ins or box.outs], [box for box in boxes if not box.ins and not box.outs]


def rows_of(loose: list[Box]) -> list[Ordered]:
    """What neither reads nor is read, a few beside one another: below the rest, so that it makes no picture wider."""
    rows = [loose[at : at + BESIDE] for at in range(0, len(loose), BESIDE)]
    return [Parallel(row) if len(row) > 1 else row[0] for row in rows]


class Placing:
    """``symbols``: what each box is drawn as, by its id. ``columns``: in how many levels of containers what is long
    stands in columns; ``long``: in how many something is.
    """

    def __init__(self, symbols: dict[str, str], measures: Measures, columns: int) -> None:
        self.symbols, self.measures, self.columns = symbols, measures, columns
        self.level = self.long = 0

    def whole(self, boxes: list[Box]) -> tuple[Drawn, float, float]:
        joined, loose = apart(boxes)
        first = ordered(joined) if joined else Series([])
        parts = [*first.parts] if isinstance(first, Series) else [first]
        line = self.series([*parts, *rows_of(loose)], set(), set())
        drawn = Drawn()
        line.draw(drawn, 0, 0, 0)
        return drawn, line.U, line.V

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
        joined, loose = apart(box.inside)
        if not joined or not loose:
            return Container(box, self.inner(joined or loose, box.outs), self.measures)
        aside = self.series(loose, set(), set())
        return Container(box, Aside(self.inner(joined, box.outs), aside), self.measures)

    def inner(self, boxes: list[Box], wanted: list[Key]) -> Part:
        """What stands inside a container, in columns if it is long and that is to be."""
        self.level += 1
        inside = self.series([ordered(boxes)], set(wanted), set())
        self.level -= 1
        if inside.U <= TALLEST:
            return inside
        self.long = max(self.long, self.level + 1)
        most = INSIDE if self.level else USUAL
        return in_columns(inside, most, self.measures) if self.level < self.columns else inside

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
