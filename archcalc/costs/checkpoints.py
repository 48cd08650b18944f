"""Which steps are computed anew in the backward pass, so that of each only what it reads is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archcalc.costs.strides import Storage
from archcalc.costs.tape import Record

MOST_POINTS = 20_000
"""How many choices are compared at one step. Beyond them the choice is the best found."""


class Step:
    """Layers that are computed anew together, or one that is not: what is kept of them in either case."""

    __slots__ = ("path", "records", "chosen", "made")

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.records: list[Record] = []
        self.made: set[int] = set()

    def add(self, record: Record) -> None:
        self.records.append(record)
        before = {*map(id, record.reads)}  # a view lies in what was read
        self.made.update(id(one) for one in record.gives if id(one) not in before)

    @property
    def wants(self) -> bool:
        """Whether anything in it has a gradient: nothing else is computed anew."""
        return any(record.wants for record in self.records)

    @property
    def forward(self) -> int:
        return sum(record.forward for record in self.records)

    def whole(self) -> list[Storage]:
        """What autograd keeps of it."""
        return [one for record in self.records for one in record.kept]

    def read(self) -> list[Storage]:
        """What it reads of others."""
        return [one for record in self.records for one in record.reads if id(one) not in self.made]

    def kept(self) -> list[Storage]:
        if self.path is None:
            return self.whole()
        return self.read() if self.wants else []


def steps(records: Iterable[Record], path_of: dict[str, str]) -> Iterator[Step]:
    """The records as steps: those of a path that ``path_of`` knows together, every other layer alone."""
    step: Step | None = None
    for record in records:
        path = path_of.get(record.path)
        if step is None or path is None or step.path != path:
            if step is not None:
                yield step
            step = Step(path)
        step.add(record)
    if step is not None:
        yield step


def top_step(path: str) -> str:
    """The step at the top that a layer belongs to; of a repeated one, the repetition."""
    first, *rest = path.split("/")
    return f"{first}/{rest[0]}" if rest and rest[0].isdigit() else first


class Choice(NamedTuple):
    """The paths of the steps that are computed anew; ``exact``: no other choice computes less."""

    paths: list[str]
    exact: bool


class Point(NamedTuple):
    """A choice for the steps so far: multiply-adds paid again, bytes kept, how many were chosen, and which."""

    again: int
    kept: int
    number: int
    chosen: tuple[int, Point] | None


class TooLittle(Exception):
    """No choice stays within the bytes that are given; ``least`` is what the best one keeps."""

    def __init__(self, least: int) -> None:
        super().__init__(least)
        self.least = least


def choose(found: Sequence[Step], room: int) -> Choice:
    """The steps to compute anew, so that at most ``room`` bytes are kept and the least is computed again.

    Steps are decided in order. What matters of the choices before is which of the storages that later steps may keep
    are kept already; among choices that agree in that, one that computes and keeps more than another is dropped. Raises
    TooLittle.
    """
    if sum({id(one): one.bytes for step in found for one in step.whole()}.values()) <= room:
        return Choice([], exact=True)
    options = [[(step.whole(), 0)] + ([(step.read(), step.forward)] if step.wants else []) for step in found]
    last = {id(one): place for place, choices in enumerate(options) for kept, _ in choices for one in kept}
    least, _ = explore(options, last, None)
    if least[0].kept > room:
        raise TooLittle(least[0].kept)
    points, exact = explore(options, last, room)
    best = min(points, key=lambda point: point[:3])
    paths, at = [], best.chosen
    while at is not None:
        paths.append(found[at[0]].path or "")
        at = at[1].chosen
    return Choice(paths[::-1], exact)


def explore(
    options: Sequence[Sequence[tuple[list[Storage], int]]], last: dict[int, int], room: int | None
) -> tuple[list[Point], bool]:
    """The best choices of all steps within ``room``; without it the one that keeps least. And whether none was lost."""
    fronts: dict[frozenset[int], list[Point]] = {frozenset(): [Point(0, 0, 0, None)]}
    exact = True
    for place, choices in enumerate(options):
        after: dict[frozenset[int], list[Point]] = {}
        for before, points in fronts.items():
            for number, (kept, again) in enumerate(choices):
                sizes = {id(one): one.bytes for one in kept if id(one) not in before}
                more = sum(sizes.values())
                there = frozenset(one for one in {*before, *sizes} if last.get(one, -1) > place)
                grown = after.setdefault(there, [])
                grown += (
                    Point(
                        one.again + again, one.kept + more, one.number + number, (place, one) if number else one.chosen
                    )
                    for one in points
                    if room is None or one.kept + more <= room
                )
        fronts = {there: pruned(points, room is None) for there, points in after.items() if points}
        total = sum(map(len, fronts.values()))
        if total > MOST_POINTS:
            exact = False
            fronts = {there: thinned(points, total // MOST_POINTS + 1) for there, points in fronts.items()}
    points = [point for front in fronts.values() for point in front]
    return points if room is not None else [min(points, key=lambda point: point.kept)], exact


def pruned(points: list[Point], least_kept: bool) -> list[Point]:
    """The choices that no other beats in both."""
    if least_kept:
        return [min(points, key=lambda point: point.kept)]
    found: list[Point] = []
    for point in sorted(points, key=lambda point: point[:3]):
        if not found or point.kept < found[-1].kept:
            found.append(point)
    return found


def thinned(points: list[Point], every: int) -> list[Point]:
    return [*points[:-1:every], points[-1]]
