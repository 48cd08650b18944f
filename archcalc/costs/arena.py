"""Where in memory each tensor lies: one block that is allotted before the network runs, or several banks.

Greedy by size, as TensorFlow Lite Micro's GreedyMemoryPlanner (Pisarchyk and Lee 2020, "Efficient memory management for
deep neural net inference", algorithm 2): the largest tensor first, of equal ones the last made, each at the lowest gap
among those that are alive with it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from archcalc.costs.lifetimes import Storage

MOST_PAIRS = 5_000_000
"""Pairs of tensors that are alive at once, looked at to place them."""


class TooMany(Exception):
    """More pairs of tensors are alive at once than are looked at."""


class Bank:
    """A memory of so many bytes; None for one without an end."""

    __slots__ = ("name", "size", "used")

    def __init__(self, name: str, size: int | None) -> None:
        self.name, self.size, self.used = name, size, 0


class Placed:
    """Where each storage lies: its bank and offset, by its number. ``left`` are those that fit nowhere.

    Storages of no bytes lie nowhere. Raises TooMany.
    """

    def __init__(self, storages: Sequence[Storage], alignment: int, banks: Sequence[Bank] = ()) -> None:
        self.banks = list(banks) or [Bank("arena", None)]
        self.sizes = [-(-storage.size // alignment) * alignment for storage in storages]
        self.at: dict[int, tuple[Bank, int]] = {}
        self.left: list[int] = []
        alive = AliveTogether(storages)
        for number in sorted(range(len(storages)), key=lambda number: (-self.sizes[number], -number)):
            if self.sizes[number]:
                self._place(number, [other for other in alive.of(number) if other in self.at])

    @property
    def size(self) -> int:
        """The bytes that are used, of all banks together."""
        return sum(bank.used for bank in self.banks)

    def _place(self, number: int, others: list[int]) -> None:
        size = self.sizes[number]
        for bank in self.banks:
            taken = sorted([(self.at[other][1], self.sizes[other]) for other in others if self.at[other][0] is bank])
            offset = lowest_gap(taken, size)
            if bank.size is None or offset + size <= bank.size:
                self.at[number] = bank, offset
                bank.used = max(bank.used, offset + size)
                return
        self.left.append(number)


def lowest_gap(taken: list[tuple[int, int]], size: int) -> int:
    """The lowest offset with ``size`` bytes that none of the (offset, size) takes; they come in order of offsets."""
    free = 0
    for offset, length in taken:
        if offset - free >= size:
            break
        free = max(free, offset + length)
    return free


class AliveTogether:
    """Which storages are alive with another, found without looking at all: by a tree of when they end."""

    def __init__(self, storages: Sequence[Storage]) -> None:
        self.storages = storages  # in the order that they start
        self.starts = [storage.start for storage in storages]
        self.leaves = 1 << max(len(storages) - 1, 0).bit_length()
        self.latest = [-1] * (2 * self.leaves)
        self.looked_at = 0
        for number, storage in enumerate(storages):
            self.latest[self.leaves + number] = storage.stop
        for node in range(self.leaves - 1, 0, -1):
            self.latest[node] = max(self.latest[2 * node], self.latest[2 * node + 1])

    def of(self, number: int) -> Iterator[int]:
        """The others that are alive in a step in which this one is."""
        storage = self.storages[number]
        begun = bisect_left(self.starts, storage.start)
        for other in range(begun, bisect_right(self.starts, storage.stop)):
            self._count()
            if other != number:
                yield other
        yield from self._before(begun, storage.start)

    def _before(self, begun: int, step: int) -> Iterator[int]:
        """Those among the first ``begun`` that still live at a step."""
        waiting = [(1, 0, self.leaves)]
        while waiting:
            node, first, size = waiting.pop()
            if first >= begun or self.latest[node] < step:
                continue
            self._count()
            if size == 1:
                yield first
            else:
                half = size // 2
                waiting += [(2 * node + 1, first + half, half), (2 * node, first, half)]

    def _count(self) -> None:
        self.looked_at += 1
        if self.looked_at > MOST_PAIRS:
            raise TooMany
