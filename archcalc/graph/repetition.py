"""Repetitions that are alike: a network keeps the nodes of one of them, and how often it occurs.

What a repetition does depends on the shapes that it reads. If it gives what it was given, the next one will do the
same, so the rest need not be computed: kept nodes are counted so many times, renamed, or made when each is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archcalc.dims import decided
from archcalc.graph.network import Network, Node, Run, Tensor


class Repetition:
    """One repetition of a run. Kept paths that begin with the run's ``prefix`` begin with ``path`` in it."""

    __slots__ = ("outer", "run", "number", "path")

    def __init__(self, outer: Repetition | None, run: Run, number: int) -> None:
        self.outer, self.run, self.number = outer, run, number
        self.path = f"{renamed(run.path, outer)}/{number if type(run.times) is int else '*'}"


def renamed(path: str, repetition: Repetition | None) -> str:
    """A kept path as it is in this repetition and those around it."""
    while repetition is not None:
        prefix = repetition.run.prefix
        if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
            return repetition.path + path[len(prefix) :]
        repetition = repetition.outer
    return path


def steady(given: list[Tensor], gives: list[Tensor]) -> bool:
    """Whether a repetition gave tensors like those it was given, and new ones, for which nothing else has a name."""
    return (
        len(given) == len(gives)
        and all(map(alike, given, gives))
        and not any(one is other for one in given for other in gives)
    )


def alike(one: Tensor, other: Tensor) -> bool:
    """Whether a step does the same on both tensors."""
    same = one.batched == other.batched and one.sliced == other.sliced and one.cached == other.cached
    if not same or one.shape is None or other.shape is None or len(one.shape) != len(other.shape):
        return False
    # Sizes without a value, or of many variants, are equal only where they always are.
    return all(size is its or decided(size == its) is True for size, its in zip(one.shape, other.shape, strict=True))


class Few(NamedTuple):
    """How many repetitions of a run stand for all: ``most``, or so many more that multiples of ``period`` are left out.

    The last two of them are the last of the run.
    """

    most: int
    period: int

    def numbers(self, run: Run) -> Sequence[int]:
        """The numbers of the repetitions of a run that are not left out."""
        numbers = range(run.first, run.first + run.times)
        if run.times <= self.most + self.period:
            return numbers
        first = self.most + (run.times - self.most) % self.period - 2
        return [*numbers[:first], *numbers[-2:]]


def walk(network: Network, few: Few | None = None) -> Iterator[tuple[Node, Repetition | None]]:
    """Every node of the whole network in order, as the kept node and the repetition that it is in; or those of a few
    repetitions of each run.
    """
    runs = network.runs[::-1]
    runs.sort(key=lambda run: (run.start, -run.stop))  # a run before those inside it, which were found earlier
    return _walk(network.kept, runs, range(len(network.kept)), range(len(runs)), None, few)


def _walk(
    kept: list[Node], runs: list[Run], nodes: range, within: range, around: Repetition | None, few: Few | None
) -> Iterator[tuple[Node, Repetition | None]]:
    position, next_run = nodes.start, within.start
    while next_run < within.stop:
        run = runs[next_run]
        for node in kept[position : run.start]:
            yield node, around
        first_inside = next_run = next_run + 1
        while next_run < within.stop and runs[next_run].start < run.stop:
            next_run += 1
        inside = range(first_inside, next_run)
        whole = range(run.first, run.first + (run.times if type(run.times) is int else 1))
        for number in whole if few is None else few.numbers(run):
            yield from _walk(kept, runs, range(run.start, run.stop), inside, Repetition(around, run, number), few)
        position = run.stop
    for node in kept[position : nodes.stop]:
        yield node, around


def unknown_times(repetition: Repetition | None) -> Any:
    """How often a node occurs for each time that it is walked over: the product of the times without a value."""
    found: Any = 1
    while repetition is not None:
        found = found if type(repetition.run.times) is int else repetition.run.times * found
        repetition = repetition.outer
    return found


def begun(repetition: Repetition | None, before: Repetition | None) -> Iterator[Run]:
    """The runs that go on to their next repetition between these two, innermost first: it reads what the last gave."""
    left = set()
    while before is not None:
        left.add(before)
        before = before.outer
    while repetition is not None and repetition not in left:
        if repetition.number != repetition.run.first:
            yield repetition.run
        repetition = repetition.outer


def counted(network: Network) -> Iterator[tuple[Node, int]]:
    """The kept nodes, each with the number of times that it occurs in the whole network."""
    times = [1] * len(network.kept)
    for run in network.runs:
        for position in range(run.start, run.stop):
            times[position] *= run.times
    return zip(network.kept, times, strict=True)


def unrolled(network: Network, few: Few | None = None) -> Network:
    """The network with nodes and tensors of its own for every repetition, or for a few of each run, as if the others
    were not there; the network itself if it has no runs.
    """
    if not network.runs:
        return network
    from copy import copy

    copies = Copies()
    whole = copy(network)
    whole.kept, whole.runs = [], []
    before: Repetition | None = None
    for node, repetition in walk(network, few):
        if repetition is not before:
            copies.enter(repetition, before)
            before = repetition
        whole.kept.append(copies.make(node, repetition))
    whole.outputs = list(map(copies.tensor, network.outputs))
    return whole


class Copies:
    """The copies of kept nodes and tensors in the current repetition; after a run, those of its last repetition."""

    def __init__(self) -> None:
        self.nodes: dict[Node, Node] = {}
        self.tensors: dict[Tensor, Tensor] = {}
        self.at_borders: dict[tuple[Tensor, Node], Tensor] = {}

    def tensor(self, kept: Tensor) -> Tensor:
        found = self.tensors.get(kept)
        if found is not None:
            return found
        node = None if kept.node is None else self.nodes.get(kept.node)
        if node is None:
            return kept
        if (kept, node) not in self.at_borders:  # a tensor at the border of a map is not an output of the node itself
            border = Tensor(kept.shape, node, kept.batched, kept.body, kept.number, kept.sliced)
            border.cached = kept.cached
            self.at_borders[kept, node] = border
        return self.at_borders[kept, node]

    def make(self, kept: Node, repetition: Repetition | None) -> Node:
        """The copy of a kept node in this repetition."""
        inputs = list(map(self.tensor, kept.inputs))
        node = Node(renamed(kept.path, repetition), kept.name, kept.origin, kept.applied, inputs, kept.body)
        node.trainable, node.row, node.noted = kept.trainable, kept.row, kept.noted
        if kept.shared:
            node.shared = {weight: self.nodes.get(owner, owner) for weight, owner in kept.shared.items()}
        self.nodes[kept] = node
        for ours, copied in zip(kept.outputs, node.outputs, strict=True):
            copied.cached = ours.cached
            self.tensors[ours] = copied
        return node

    def enter(self, repetition: Repetition | None, before: Repetition | None) -> None:
        """Enter a repetition, which reads what the one before it gave."""
        for run in begun(repetition, before):
            self.tensors.update(zip(run.given, list(map(self.tensor, run.gives)), strict=True))
