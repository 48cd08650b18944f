"""The memory that the tensors of a network need. Of many repetitions that are alike a few stand for all, if they need
memory in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Any

from archcalc.costs.arena import Placed, TooMany
from archcalc.costs.lifetimes import Asked, Lifetimes
from archcalc.costs.order import Order, least_order
from archcalc.graph.network import Network, Run
from archcalc.graph.repetition import Few, Repetition, unrolled, walk

ALIGNMENT = 16
"""Bytes: TensorFlow Lite Micro's."""

ATTEMPTS = (Few(6, 1), Few(7, 2), Few(17, 12), None)
"""How many repetitions stand for all: more of them where few do not come to a rhythm, at last all."""


class Memory:
    """What the tensors of a network need, its steps in the order written.

    ``lifetimes`` are those of the network with ``few`` repetitions of each run, of all where that is None.
    """

    def __init__(self, network: Network, asked: Asked, few: Few | None = ATTEMPTS[0]) -> None:
        self.network, self.asked = network, asked
        for self.few in ATTEMPTS[ATTEMPTS.index(few) :] if network.runs else (None,):
            self.lifetimes = Lifetimes(unrolled(network, self.few), asked)
            if self.few is None or self.is_steady():
                break
        self.curve = self.lifetimes.curve()

    @property
    def peak(self) -> int:
        """The largest sum of the bytes that exist at one time."""
        return max(self.curve)

    @property
    def peak_step(self) -> int | None:
        """The first step at which as much exists; None for a network without steps."""
        return self.curve.index(self.peak) if self.lifetimes.nodes else None

    def alive(self, step: int | None) -> list[int]:
        """The storages that exist while a step runs, the largest first."""
        storages = self.lifetimes.storages
        found = [
            number
            for number, storage in enumerate(storages)
            if storage.size and (step is None or storage.start <= step <= storage.stop)
        ]
        return sorted(found, key=lambda number: -storages[number].size)

    def arena(self, alignment: int = ALIGNMENT) -> int | None:
        """The bytes that a static planner allots; None where too many tensors are alive at once to be placed."""
        memory = self
        try:
            while True:
                placed = Placed(memory.lifetimes.storages, alignment)
                if memory.few is None or memory.is_steady(placed):
                    return placed.size
                memory = Memory(self.network, self.asked, ATTEMPTS[ATTEMPTS.index(memory.few) + 1])
        except TooMany:
            return None

    def least_order(self, most_states: int | None = None) -> Order:
        """The order of the least peak. Where it is not the written one, its steps are those of ``whole``."""
        found = least_order(self.lifetimes, most_states)
        return found if found.steps is None or self.few is None else least_order(self.whole.lifetimes, most_states)

    @cached_property
    def whole(self) -> Memory:
        """The same with every repetition."""
        return self if self.few is None else Memory(self.network, self.asked, None)

    def is_steady(self, placed: Placed | None = None) -> bool:
        """Whether the repetitions that are left out would need memory as those that stand for them."""
        few = self.few
        assert few is not None
        runs = list(cut_runs(self.network, few))
        marks = Marks(self.lifetimes, placed, {start for spans in runs for start, _ in spans})
        return all(marks.is_steady(spans, few.period) for spans in runs)

    def steps(self) -> Iterator[tuple[str, int]]:
        """Every step of the whole network: its path, and the bytes that exist there."""
        found = zip(walk(self.network, self.few), self.lifetimes.nodes, self.curve, strict=False)
        if self.few is None:
            yield from ((node.path, size) for _, node, size in found)
        else:
            rows = [(chain_of(repetition), node.path, size) for (_, repetition), node, size in found]
            yield from spread(rows, 0, self.few)


Rows = list[tuple[list[Repetition], str, int]]
"""Steps: the repetitions around each, outermost first, its path and its bytes."""


def chain_of(repetition: Repetition | None) -> list[Repetition]:
    found = []
    while repetition is not None:
        found.append(repetition)
        repetition = repetition.outer
    return found[::-1]


def spread(rows: Rows, depth: int, few: Few) -> Iterator[tuple[str, int]]:
    """The steps with those of the repetitions that are left out, which need what those need that stand for them."""
    for run, those in groupby(rows, key=lambda row: row[0][depth].run if len(row[0]) > depth else None):
        if run is None:
            yield from ((path, size) for _, path, size in those)
            continue
        kept: dict[int, list[tuple[str, int]]] = {}
        lead = ""
        for repetition, inside in groupby(those, key=lambda row: row[0][depth]):
            lead, start = repetition.path.rpartition("/")[0], len(repetition.path)
            kept[repetition.number] = [(path[start:], size) for path, size in spread([*inside], depth + 1, few)]
        for number in range(run.first, run.first + run.times):
            known = kept[number if number in kept else run.first + 1 + (number - run.first - 1) % few.period]
            for path, size in known:
                yield f"{lead}/{number}{path}", size


Span = tuple[int, int]


def cut_runs(network: Network, few: Few) -> Iterator[list[Span]]:
    """For each run of which some repetitions are left out, in each repetition around it: the steps of those kept."""
    spans: dict[tuple[Repetition | None, Run], dict[Repetition, Span]] = {}
    for step, (_, repetition) in enumerate(walk(network, few)):
        while repetition is not None:
            if len(few.numbers(repetition.run)) < repetition.run.times:
                of_run = spans.setdefault((repetition.outer, repetition.run), {})
                start, _ = of_run.get(repetition, (step, step))
                of_run[repetition] = start, step + 1
            repetition = repetition.outer
    for found in spans.values():
        yield list(found.values())


class Marks:
    """What tells repetitions apart: the storages that are there before one, and those that it makes."""

    def __init__(self, lifetimes: Lifetimes, placed: Placed | None, starts: set[int]) -> None:
        self.lifetimes, self.placed = lifetimes, placed
        self.made: list[list[int]] = lifetimes.made
        self.there: dict[int, list[int]] = {}
        alive: dict[int, None] = {n: None for n, one in enumerate(lifetimes.storages) if one.node is None}
        storages = lifetimes.storages
        for step, made in enumerate(lifetimes.made):
            if step in starts:
                alive = {number: None for number in alive if storages[number].stop >= step}
                self.there[step] = list(alive)
            alive.update(dict.fromkeys(made))

    def is_steady(self, spans: list[Span], period: int) -> bool:
        """Whether repetitions between the first and the last two come to a rhythm, and nothing they make lives on."""
        marks = [self.of(*span) for span in spans[1:-2]]
        return None not in marks and all(one == other for one, other in zip(marks, marks[period:], strict=False))

    def of(self, start: int, stop: int) -> Any:
        """What there is in a repetition, in steps counted from its first; None if what it makes outlives the next."""
        size = stop - start
        made = [number for step in range(start, stop) for number in self.made[step]]
        if any(self.lifetimes.storages[number].stop >= stop + size for number in made):
            return None
        return [self.mark(number, start, size) for number in (*self.there[start], *made)]

    def mark(self, number: int, start: int, size: int) -> tuple[Any, ...]:
        """When a storage lives, if not from before to behind the repetitions beside this one; its size and place."""
        storage = self.lifetimes.storages[number]
        place = None if self.placed is None else self.placed.at.get(number)
        born, dead = max(storage.start - start, -2 * size), min(storage.stop - start, 2 * size)
        return born, dead, storage.size, place and place[1]
