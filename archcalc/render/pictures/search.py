"""Fewer crossings: the sides and the order of rails, and the order of branches, changed as long as that helps."""

from __future__ import annotations

from collections.abc import Iterable

from archcalc.render.pictures.beside import Beside
from archcalc.render.pictures.parts import Leaf, Part
from archcalc.render.pictures.series import Line
from archcalc.render.pictures.tree import Key

MOST_TRIED = 4000
"""Wires that are routed for one series."""

BRANCHES = 8
"""Parts side by side that are ordered anew."""


class Search:
    """The changes that are tried on one series, each kept if the wires then cross less."""

    def __init__(self, line: Line, found: set[tuple[float, float, Key, Key]]) -> None:
        self.line = line
        self.left = MOST_TRIED // (len(line.drawn.wires) + 1)
        self.keep(found)

    def keep(self, found: set[tuple[float, float, Key, Key]]) -> None:
        self.best = len(found)
        self.tensors = {tensor for _, _, *both in found for tensor in both}

    def crosses(self, tensors: Iterable[Key]) -> bool:
        """Whether any of the wires crosses another: only to change such ones can help."""
        return not self.tensors.isdisjoint(tensors)

    def helps(self) -> bool:
        """Whether the series as it is now is better than it was; if not, whoever changed it changes it back."""
        if not self.best or self.left <= 0:
            return False
        self.left -= 1
        found = self.line.tried()
        better = len(found) < self.best
        if better:
            self.keep(found)
        return better

    def orders(self) -> None:
        line = self.line
        keys = (
            lambda rail: (rail.last, -rail.source),
            lambda rail: (-rail.source, rail.last),
            lambda rail: (rail.source, rail.last),
            lambda rail: (-rail.last, rail.source),
        )
        for key in keys:
            before = line.gaps.order
            line.gaps.order = sorted(before, key=key)
            if not self.helps():
                line.gaps.order = before

    def sides(self) -> None:
        """Each rail at the other side, also with the parts that it enters turned over."""
        for rail in self.line.gaps.order:
            if not self.crosses([rail.tensor]):
                continue
            rail.side = -rail.side
            if self.helps():
                continue
            entered = [self.line.parts[number] for number in rail.taps if number < len(self.line.parts)]
            entered = [part for part in entered if not isinstance(part, Leaf)]
            if not entered or not self.turned(entered):
                rail.side = -rail.side

    def turned(self, parts: list[Part]) -> bool:
        """Turn parts over, and back again if that does not help."""
        for part in parts:
            part.mirror()
        self.line.gaps.arrange()
        if self.helps():
            return True
        for part in parts:
            part.mirror()
        self.line.gaps.arrange()
        return False

    def exchanges(self) -> None:
        order = self.line.gaps.order
        for at in range(len(order) - 1):
            if not self.crosses([order[at].tensor, order[at + 1].tensor]):
                continue
            order[at : at + 2] = order[at + 1], order[at]
            if not self.helps():
                order[at : at + 2] = order[at + 1], order[at]

    def branches(self) -> None:
        for part in self.line.parts:
            if isinstance(part, Beside) and len(part.parts) <= BRANCHES and self.crosses([*part.ins, *part.outs]):
                self.of_branches(part)

    def of_branches(self, part: Beside) -> None:
        """Neighbours exchanged, and each branch taken to either end."""
        number = len(part.parts)
        for at in range(number):
            for to in {at + 1, 0, number - 1} - {at, number}:
                before = list(part.parts)
                part.parts.insert(to, part.parts.pop(at))
                if not self.rearranged(part):
                    part.parts[:] = before
                    part.arrange()
                    self.line.gaps.arrange()

    def rearranged(self, part: Beside) -> bool:
        part.arrange()
        self.line.gaps.arrange()
        return self.helps()

    def mirrors(self) -> None:
        """Parts turned over: what comes out at their left then comes out at their right."""
        for part in self.line.parts:
            if len(part.ins) + len(part.outs) > 2 and self.crosses([*part.ins, *part.outs]):
                self.turned([part])


def settled(line: Line) -> Line:
    """The series with its lanes and tracks in the order, of those that are tried, in which its wires cross least."""
    found = line.tried()
    if found:
        improve(Search(line, found))
        line.lay()
    line.finish()
    return line


def improve(search: Search) -> None:
    """Change a series so that its wires cross less."""
    before = search.best + 1
    while search.best and search.best < before and search.left > 0:
        before = search.best
        search.orders()
        search.sides()
        search.branches()
        search.mirrors()
        search.exchanges()
