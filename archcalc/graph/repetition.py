"""Repetitions that are alike: a network keeps the nodes of one of them, and how often it stands.

What a repetition does depends on the shapes that it reads. If it gives what it was given, the next one will do the
same, so the rest need not be computed: kept nodes are counted so many times, renamed, or made when each is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.graph.network import Network, Node, Run, Tensor


class Place:
    """One repetition of a run: kept paths that begin with the run's ``prefix`` begin with ``path`` there.

    ``made``: the kept nodes themselves stand elsewhere, in the first repetition of this run and of all around it.
    """

    __slots__ = ("outer", "run", "repetition", "path", "made")

    def __init__(self, outer: Place | None, run: Run, repetition: int) -> None:
        self.outer, self.run, self.repetition = outer, run, repetition
        self.path = f"{outer.rename(run.path) if outer else run.path}/{repetition}"
        self.made: bool = repetition != run.first or (outer is not None and outer.made)

    def rename(self, path: str) -> str:
        """The path here of what is kept at ``path``, inside this repetition or around it."""
        place: Place | None = self
        while place is not None:
            prefix = place.run.prefix
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
                return place.path + path[len(prefix) :]
            place = place.outer
        return path


def steady(given: list[Tensor], gives: list[Tensor]) -> bool:
    """Whether what a repetition gave is like what it was given, and new: nothing else can have a name for it."""
    return (
        len(given) == len(gives)
        and all(map(alike, given, gives))
        and not any(one is other for one in given for other in gives)
    )


def alike(one: Tensor, other: Tensor) -> bool:
    """Whether a step that reads the one would do the same on the other."""
    return one.shape is not None and one.shape == other.shape and one.batched == other.batched


def nested(network: Network) -> list[Run]:
    """The runs in the order of their nodes, each before those inside it: one like it stands before a run's first."""
    return sorted(network.runs, key=lambda run: run.start)


def walk(network: Network) -> Iterator[tuple[Node, Place | None]]:
    """Every node of the whole network in order: the node that is kept, and the repetition that it stands in."""
    runs = nested(network)
    return _walk(network.kept, runs, range(len(network.kept)), range(len(runs)), None)


def _walk(
    kept: list[Node], runs: list[Run], nodes: range, within: range, place: Place | None
) -> Iterator[tuple[Node, Place | None]]:
    position, next_run = nodes.start, within.start
    while next_run < within.stop:
        run = runs[next_run]
        for node in kept[position : run.start]:
            yield node, place
        first_inside = next_run = next_run + 1
        while next_run < within.stop and runs[next_run].start < run.stop:
            next_run += 1
        inside = range(first_inside, next_run)
        for repetition in range(run.first, run.first + run.times):
            yield from _walk(kept, runs, range(run.start, run.stop), inside, Place(place, run, repetition))
        position = run.stop
    for node in kept[position : nodes.stop]:
        yield node, place


def counted(network: Network) -> Iterator[tuple[Node, int]]:
    """The kept nodes, each with the number of times that it stands in the whole network."""
    ends: list[tuple[int, int]] = []  # of the runs around the node: where each ends, and how often it stood before
    times, runs = 1, iter(nested(network))
    coming = next(runs, None)
    for position, node in enumerate(network.kept):
        while ends and ends[-1][0] <= position:
            times = ends.pop()[1]
        while coming is not None and coming.start == position:
            ends.append((coming.stop, times))
            times *= coming.times
            coming = next(runs, None)
        yield node, times


def unroll(network: Network) -> None:
    """Make every node that runs stand for, reading and giving tensors of its own: a network without runs."""
    copies = Copies()
    own: dict[Node, list[Tensor]] = {}
    whole: list[Node] = []
    before: Place | None = None
    for node, place in walk(network):
        if place is not before:
            copies.enter(place, before)
            before = place
        if place is None or not place.made:
            own[node] = list(map(copies.tensor, node.inputs))
            whole.append(node)
        else:
            whole.append(copies.make(node, place))
    for node, inputs in own.items():  # only now: the copies above were made from the node's original inputs
        node.inputs = inputs
    network.outputs = list(map(copies.tensor, network.outputs))
    network.kept, network.runs = whole, []


class Copies:
    """What stands for the kept nodes and their tensors in the repetition at hand; behind a run, in its last one."""

    def __init__(self) -> None:
        self.nodes: dict[Node, Node] = {}
        self.tensors: dict[Tensor, Tensor] = {}
        self.slices: dict[tuple[Tensor, Node], Tensor] = {}

    def tensor(self, kept: Tensor) -> Tensor:
        found = self.tensors.get(kept)
        if found is not None:
            return found
        node = None if kept.node is None else self.nodes.get(kept.node)
        if node is None:
            return kept
        if (kept, node) not in self.slices:  # what goes into a map or comes out of it is no output of the node itself
            self.slices[kept, node] = Tensor(kept.shape, node, kept.batched, kept.slice)
        return self.slices[kept, node]

    def make(self, kept: Node, place: Place) -> Node:
        """The node that stands at this place where ``kept`` is kept."""
        inputs = list(map(self.tensor, kept.inputs))
        node = Node(place.rename(kept.path), kept.name, kept.origin, kept.applied, inputs, kept.slice)
        node.trainable, node.row = kept.trainable, kept.row
        if kept.shared:
            node.shared = {weight: self.nodes.get(owner, owner) for weight, owner in kept.shared.items()}
        self.nodes[kept] = node
        self.tensors.update(zip(kept.outputs, node.outputs, strict=True))
        return node

    def enter(self, place: Place | None, before: Place | None) -> None:
        """Go on to a repetition: it reads what the one before it gave."""
        left = set()
        while before is not None:
            left.add(before)
            before = before.outer
        while place is not None and place not in left:
            if place.repetition != place.run.first:
                given = list(map(self.tensor, place.run.gives))
                self.tensors.update(zip(place.run.given, given, strict=True))
            place = place.outer
