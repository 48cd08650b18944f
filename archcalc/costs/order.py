"""The order of the steps that needs the least memory at once, among all that respect who reads what.

Best first over sets of done steps: the set that is reached with the least peak is extended first, so the first set of
all steps has the least peak there is. What is not tried, since something tried is as good:

- A step that frees at least what it takes, within the peak so far, is taken at once: done early it harms no order.
- A step that can free little waits until just before the first that reads what it makes (see Closure): such steps are
  only taken on the way to a *target*, the next step that is not one of them.
- Where a single tensor passes from the steps before to the steps after, both are solved alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from archcalc.costs.lifetimes import Lifetimes
from archcalc.graph.network import Node

MOST_STATES = 50_000
"""Sets of done steps that are extended, unless asked otherwise."""

MOST_WORK = 10_000_000
"""Of them times the steps of the stretch, since a set of many steps takes longer; unless asked otherwise."""

MOST_STEPS = 4_000
"""Of a stretch that is searched: what comes before each of its steps is known for all of them."""

MOST_BITS = 1 << 30
"""Of all sets that are kept at once."""

ANY = -1
"""No target: any step may be the next."""

Waiting = tuple[int, int, int, int, int, int]
"""A set to extend: its peak, how many steps are done (negative), they as bits, the target, bytes there, ready steps."""


class Order(NamedTuple):
    """The least peak found; every order needs ``lower_bound``, and where the two are equal it is the least there is.

    ``steps``: the numbers of the steps in the order that needs it; None where the order as written needs no more.
    ``states``: how many sets of done steps were extended.
    """

    peak: int
    lower_bound: int
    steps: list[int] | None
    states: int

    @property
    def optimal(self) -> bool:
        return self.peak == self.lower_bound


def least_order(lifetimes: Lifetimes, most_states: int | None = None) -> Order:
    """The order of the least peak; or the least found within so many states, with the bound that is proved."""
    curve = lifetimes.curve()
    stretches = list(parted(lifetimes))
    bound = least = max((stretch.least for stretch in stretches), default=max(curve))
    states, order = 0, list[int]()
    for stretch in stretches:
        written = max(curve[stretch.start : stretch.stop])
        found = [*range(stretch.start, stretch.stop)]
        if written > least and len(stretch.takes) > MOST_STEPS:
            least = written
        elif written > least:
            search = Search(stretch, least, written)
            search.run(MOST_STATES if most_states is None else most_states - states, most_states is None)
            found = search.steps or found
            states += search.states
            bound = max(
                bound, search.bound if search.bound > least else 0
            )  # below what was known nothing was looked for
            least = max(least, search.best)
        order += found
    return Order(least, bound, order if least < max(curve) else None, states)


def parted(lifetimes: Lifetimes) -> Iterator[Stretch]:
    """The steps in stretches: between two of them at most one storage passes, and all that follows depends on it."""
    there = {number for number, storage in enumerate(lifetimes.storages) if storage.node is None}
    start = 0
    for stop in borders(lifetimes):
        stretch = Stretch(lifetimes, start, stop, there)
        yield stretch
        there, start = stretch.left, stop


def borders(lifetimes: Lifetimes) -> Iterator[int]:
    """Where stretches end."""
    number = len(lifetimes.nodes)
    passing = [0] * (number + 1)
    for storage in lifetimes.storages:
        if storage.size:
            passing[storage.start] += 1
            passing[storage.stop] -= 1
    free = last_of_its_own(lifetimes)
    for step, count in enumerate(accumulate(passing[:-1])):
        if (count <= 1 and step >= free) or step == number - 1:
            yield step + 1


def last_of_its_own(lifetimes: Lifetimes) -> int:
    """The last step that takes memory and depends on nothing that took some: it could be the first of all."""
    last = -1
    for step, (reads, made) in enumerate(zip(lifetimes.reads, lifetimes.made, strict=True)):
        if made and not reads:  # what it reads lies in the weights
            last = step
    return last


class Stretch:
    """The steps from ``start`` up to ``stop``, each with a bit: what it takes, what it may free, what it waits for.

    ``live``: the bytes that are there before them; ``left``: the storages that are there after them. ``frees`` has for
    each step the sizes of the storages that it may free, each with the bits of all steps that must be done for that.
    ``least``: what any order of the steps needs, since one of them needs as much with what always exists.
    """

    def __init__(self, lifetimes: Lifetimes, start: int, stop: int, there: set[int]) -> None:
        self.start, self.stop = start, stop
        storages, outputs = lifetimes.storages, lifetimes.outputs
        touched = [{*lifetimes.reads[step], *lifetimes.made[step]} for step in range(start, stop)]
        users: dict[int, int] = {}
        for bit, numbers in enumerate(touched):
            for number in numbers:
                users[number] = users.get(number, 0) | 1 << bit
        kept = {number for number in users.keys() | there if number in outputs or storages[number].stop >= stop}
        always = there & kept
        self.live = total(lifetimes, there)
        self.left = kept
        self.takes = [total(lifetimes, lifetimes.made[step]) for step in range(start, stop)]
        self.frees = [[(storages[n].size, users[n]) for n in numbers if n not in kept] for numbers in touched]
        self.least = max(total(lifetimes, always.union(numbers)) for numbers in touched)
        self.before, self.after = waiting(lifetimes.nodes[start:stop])


def total(lifetimes: Lifetimes, numbers: Iterable[int]) -> int:
    return sum([lifetimes.storages[number].size for number in numbers])


def waiting(nodes: list[Node]) -> tuple[list[int], list[list[int]]]:
    """The steps that each step waits for, as bits; and those that wait for it."""
    position = {node: number for number, node in enumerate(nodes)}
    before, after = list[int](), [list[int]() for _ in nodes]
    for number, node in enumerate(nodes):
        makers = {position[tensor.node] for tensor in node.inputs if tensor.node in position}
        before.append(sum(1 << maker for maker in makers))
        for maker in makers:
            after[maker].append(number)
    return before, after


class Closure:
    """All that comes before each step, as bits; and ``growing``, the steps that may wait for what reads them.

    Such a step takes something, and can then free no more than it takes, nor than each step takes that is the first to
    read it (steps that take nothing passed over): just before that one it raises no peak. So it is if it frees nothing.
    Steps that take nothing are among them, since they are taken at once. ``freeing``: those that may free as much as
    they take.
    """

    def __init__(self, stretch: Stretch) -> None:
        number = len(stretch.takes)
        self.before = [0] * number
        for step, makers in enumerate(stretch.before):
            self.before[step] = makers
            for maker in bits(makers):
                self.before[step] |= self.before[maker]
        behind, first = [0] * number, [0] * number
        self.growing = self.freeing = 0
        for step in range(number - 1, -1, -1):
            for reader in stretch.after[step]:
                behind[step] |= behind[reader] | 1 << reader
                first[step] |= 1 << reader if stretch.takes[reader] else first[reader]
            freed = sum(size for size, users in stretch.frees[step] if not users & behind[step])
            if stretch.takes[step] <= sum(size for size, _ in stretch.frees[step]):
                self.freeing |= 1 << step
            unread = sum(size for size, users in stretch.frees[step] if users == 1 << step)
            takes = [stretch.takes[reader] for reader in bits(first[step])]
            least = min([*takes, stretch.takes[step] - unread]) if takes else 0
            if not stretch.takes[step] or freed <= least:
                self.growing |= 1 << step


class Search:
    """The order of a stretch that needs the least, where no less than ``floor`` matters and ``written`` is known.

    ``best`` is the least peak found, ``bound`` what is proved of all orders; ``steps`` the order, None for the written.
    """

    def __init__(self, stretch: Stretch, floor: int, written: int) -> None:
        self.stretch, self.floor = stretch, floor
        self.best = self.bound = written
        self.steps: list[int] | None = None
        self.descended: list[int] = []
        self.states = 0
        self.all = (1 << len(stretch.takes)) - 1
        self.closure = Closure(stretch)
        # By done steps and target: the least peak; what it was reached from, and the steps since.
        self.peaks: dict[tuple[int, int], int] = {}
        self.came: dict[tuple[int, int], tuple[tuple[int, int] | None, list[int]]] = {}

    def run(self, most_states: int, quick: bool = False) -> None:
        """Search until the least is found, or so many sets were extended; fewer of many steps if ``quick``."""
        stretch = self.stretch
        most_states = min(most_states, (MOST_WORK if quick else MOST_BITS) // len(stretch.takes))
        ready = sum(1 << step for step, before in enumerate(stretch.before) if not before)
        waiting: list[Waiting] = []
        self._reach(waiting, None, [], self.floor, ANY, 0, stretch.live, ready)
        self._descend(waiting[0])
        while waiting:
            peak, _, done, target, live, ready = heappop(waiting)
            if self.peaks[done, target] < peak:
                continue
            if peak >= self.best or self.states >= most_states:
                self.bound = min(peak, self.best)
                break
            self.states += 1
            for step, towards in self._next(done, target, ready):
                during = max(peak, live + stretch.takes[step])
                if during < self.best:
                    after = self._taken(step, done, live, ready)
                    self._reach(waiting, (done, target), [step], during, towards, *after)
        else:
            self.bound = self.best
        if (self.all, ANY) in self.came:
            self.steps = self._steps()
        elif self.descended:
            self.steps = [stretch.start + step for step in self.descended]

    def _descend(self, waiting: Waiting) -> None:
        """One order, by the target whose steps leave least each time: it is known before others are tried."""
        peak, _, done, target, live, ready = waiting
        steps = list(self.came[done, target][1])
        while done != self.all and peak < self.best:
            tried = [self._way(one, done, live, ready) for one in self._targets(done)]
            least, during, way, done, ready = min(tried)
            live, peak = least, max(peak, during)
            steps += way
        if peak < self.best:
            self.best, self.descended = peak, steps

    def _targets(self, done: int) -> list[int]:
        """The targets that only growing steps stand before; where there are no targets left, growing steps."""
        left = self.all & ~done
        growing, before = self.closure.growing, self.closure.before
        return [one for one in bits(left & ~growing or left) if not before[one] & left & ~growing]

    def _way(self, target: int, done: int, live: int, ready: int) -> tuple[int, int, list[int], int, int]:
        """What is there after a target and the steps on the way to it, and the most while they run."""
        way, most = list[int](), 0
        for step in bits(self.closure.before[target] & ~done | 1 << target):
            most = max(most, live + self.stretch.takes[step])
            done, live, ready = self._taken(step, done, live, ready)
            way.append(step)
        return live, most, way, done, ready

    def _next(self, done: int, target: int, ready: int) -> Iterator[tuple[int, int]]:
        """The steps that are tried, each with the target that it is on the way to, ANY once that is reached."""
        before, growing = self.closure.before, self.closure.growing
        left = self.all & ~done
        targets = bits(left & ~growing) if target == ANY else [target]
        if target == ANY and not left & ~growing:
            yield from ((step, ANY) for step in bits(ready))
        for one in targets:
            way = before[one] & left
            if not way:
                yield one, ANY
            elif not way & ~growing:
                yield from ((step, one) for step in bits(way & ready))

    def _reach(
        self,
        waiting: list[Waiting],
        before: tuple[int, int] | None,
        steps: list[int],
        peak: int,
        target: int,
        done: int,
        live: int,
        ready: int,
    ) -> None:
        """A set that a step led to, with all the steps that it lets be taken at once."""
        found = True
        while found:
            found = False
            for step in bits(ready & self.closure.freeing):
                takes = self.stretch.takes[step]
                if live + takes <= peak and takes <= self._freed(step, done | 1 << step):
                    done, live, ready = self._taken(step, done, live, ready)
                    steps.append(step)
                    found = True
        if target != ANY and done >> target & 1:
            target = ANY
        if self.peaks.get((done, target), peak + 1) > peak:
            self.peaks[done, target], self.came[done, target] = peak, (before, steps)
            heappush(waiting, (peak, -done.bit_count(), done, target, live, ready))
            if done == self.all:
                self.best = peak

    def _freed(self, step: int, done: int) -> int:
        """The bytes that a step frees, itself among the done steps."""
        return sum([size for size, users in self.stretch.frees[step] if users & done == users])

    def _taken(self, step: int, done: int, live: int, ready: int) -> tuple[int, int, int]:
        """The done steps, the bytes that are there and the steps that may come next, after a step."""
        done |= 1 << step
        live += self.stretch.takes[step] - self._freed(step, done)
        ready &= ~(1 << step)
        for other in self.stretch.after[step]:
            if self.stretch.before[other] & done == self.stretch.before[other]:
                ready |= 1 << other
        return done, live, ready

    def _steps(self) -> list[int]:
        order: list[int] = []
        came: tuple[int, int] | None = (self.all, ANY)
        while came is not None:
            came, steps = self.came[came]
            order += reversed(steps)
        return [self.stretch.start + step for step in reversed(order)]


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
