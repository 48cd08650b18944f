"""A network as a tree of steps: which kept nodes each holds, and which repetitions are alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import counted
from archcalc.graph.wires import Wires
from archcalc.graph.written import WrittenStep

Key = tuple[int, int]
"""A tensor: the position of the kept node that makes it and its number there; inputs come from position -1."""

Signature = tuple[list[Any], list[Key]]
"""What the nodes of a repetition are and which of one another they read; what they read from outside."""


class Part:
    """What has a path: a step, a branch, a repetition. The kept nodes from ``start`` to ``stop`` stand inside.

    ``times``: the repetitions that it stands for; ``outer``: those of all around it and its own, multiplied.
    """

    __slots__ = ("path", "segment", "step", "start", "stop", "times", "outer", "inside")

    def __init__(self, path: str, segment: str, step: WrittenStep | None, start: int, times: int, outer: int) -> None:
        self.path, self.segment, self.step, self.start, self.stop = path, segment, step, start, start
        self.times, self.outer = times, times * outer
        self.inside: dict[str, Part] = {}


class Tree:
    """The parts of a network below ``root``, and what each kept node reads and gives."""

    def __init__(self, network: Network) -> None:
        self.network, self.nodes = network, network.kept
        self.wires = Wires(network)
        self.reads = [[self.key(tensor) for tensor in node.inputs] for node in self.nodes]
        self.gives = [self.key(tensor) for tensor in network.outputs]
        self.steps = network.steps or {}
        self.counts = [times for _, times in counted(network)]
        self.times = {run.prefix: run.times for run in network.runs}
        self.starts: dict[str, int] = {}
        self.root = Part("", "", None, 0, 1, 1)
        for position, node in enumerate(self.nodes):
            self.grow(position, node)
        self.signatures: dict[str, Signature] = {}
        self.weak: set[Key] = set()
        self.decide()

    def key(self, tensor: Tensor) -> Key:
        return self.wires.source(tensor), tensor.number

    def grow(self, position: int, node: Node) -> None:
        """Put a node below the parts that its path names."""
        part, path = self.root, ""
        part.stop = position + 1
        for segment in node.path.split("/"):
            path = f"{path}/{segment}" if path else segment
            found = part.inside.get(segment)
            if found is None:
                self.starts[path] = position
                times = self.times.get(path, 1)
                found = part.inside[segment] = Part(path, segment, self.steps.get(path), position, times, part.outer)
            found.stop = position + 1
            part = found

    def decide(self) -> None:
        """Let experts read what nothing else reads of the step before them: their router decides which of them run."""
        read = {tensor for reads in [*self.reads, self.gives] for tensor in reads}
        for path, step in self.steps.items():
            start = self.starts.get(path)
            if step.type == "experts" and start:
                unread = [(start - 1, tensor.number) for tensor in self.nodes[start - 1].outputs]
                found = [tensor for tensor in unread if tensor not in read]
                self.weak.update(found)
                self.reads[start] += found

    def alike(self, repeated: Part) -> Iterator[list[Part]]:
        """The repetitions of a step, those together that are alike and follow one another."""
        group: list[Part] = []
        for part in repeated.inside.values():
            if group and not self.follows(group[-1], part):
                yield group
                group = []
            group.append(part)
        yield group

    def follows(self, one: Part, other: Part) -> bool:
        """Whether a repetition does what the one before it did, on what that gave or on the same tensors."""
        (nodes, outside), (others, reads) = self.signature(one), self.signature(other)
        return nodes == others and all(
            tensor == before or one.start <= tensor[0] < one.stop for before, tensor in zip(outside, reads, strict=True)
        )

    def signature(self, part: Part) -> Signature:
        """What the nodes of a repetition are and which of one another they read; what they read from outside."""
        found = self.signatures.get(part.path)
        if found is None:
            outside: dict[Key, int] = {}
            nodes = []
            for position in range(part.start, part.stop):
                node, reads = self.nodes[position], []
                for source, number in self.reads[position]:
                    if source >= part.start:
                        reads.append((source - part.start, number))
                    else:
                        reads.append((-1, outside.setdefault((source, number), len(outside))))
                kind = node.applied, node.trainable, owners_of(node, part), self.inner(part, position)
                nodes.append((node.path[len(part.path) :], kind, reads))
            found = self.signatures[part.path] = nodes, list(outside)
        return found

    def inner(self, part: Part, position: int) -> int:
        """How often a node runs in one repetition of a part that holds it."""
        return self.counts[position] // part.outer


def owners_of(node: Node, part: Part) -> list[tuple[str, str]]:
    """Whose weights a node shares; an owner in the same repetition by its path there."""
    shared = sorted((node.shared or {}).items(), key=lambda one: one[0])
    inside = f"{part.path}/"
    return [(weight, owner.path.removeprefix(inside)) for weight, owner in shared]
