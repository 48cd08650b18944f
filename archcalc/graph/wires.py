"""Who reads what: the tensors that pass from node to node, in the order that the nodes run."""

from __future__ import annotations

from collections.abc import Iterator

from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import Repetition, begun, renamed, walk

INPUT = -1
"""Where the network's inputs come from: before its first node."""


class Wires:
    """The tensors between the kept nodes of a network; a node in a run stands for all its repetitions.

    ``readers`` has the positions of the nodes that read a tensor, in order: how often it is read, and how long it
    lives. The outputs of the network are read behind its last node.
    """

    __slots__ = ("nodes", "positions", "readers", "read_of")

    def __init__(self, network: Network) -> None:
        self.nodes = network.kept
        self.positions = {node: position for position, node in enumerate(self.nodes)}
        self.readers: dict[Tensor, list[int]] = {}
        self.read_of: dict[int, list[Tensor]] = {}  # by the position of a node: what others read of it
        for position, inputs in enumerate([*(node.inputs for node in self.nodes), network.outputs]):
            for tensor in inputs:
                if tensor not in self.readers:
                    self.read_of.setdefault(self.source(tensor), []).append(tensor)
                self.readers.setdefault(tensor, []).append(position)

    def source(self, tensor: Tensor) -> int:
        """The position of the node that makes a tensor, or INPUT."""
        return INPUT if tensor.node is None else self.positions[tensor.node]

    def sources(self, position: int) -> list[int]:
        """Where the tensors that a node reads come from, in order."""
        return [self.source(tensor) for tensor in self.nodes[position].inputs]

    def into(self, start: int, stop: int) -> list[Tensor]:
        """The tensors that the nodes from ``start`` up to ``stop`` read and do not make, each once."""
        read = (tensor for node in self.nodes[start:stop] for tensor in node.inputs)
        return list(dict.fromkeys(tensor for tensor in read if not start <= self.source(tensor) < stop))

    def out_of(self, start: int, stop: int) -> list[Tensor]:
        """The tensors that these nodes make and that later ones, or the network's user, read."""
        made = (tensor for position in range(start, stop) for tensor in self.read_of.get(position, ()))
        return [tensor for tensor in made if self.readers[tensor][-1] >= stop]


def named(path: str, tensor: Tensor) -> str:
    """A tensor that the layer at ``path`` makes: ``path``, or ``path#1`` for the second of several outputs."""
    return path if tensor.node is None or len(tensor.node.outputs) == 1 else f"{path}#{tensor.number}"


def readings(network: Network) -> Iterator[tuple[Node, Repetition | None, str, list[str]]]:
    """Every node of the whole network in order, as it is kept: the repetition that it stands in, its path there, and
    the names of the tensors that it reads. An input of the network has its own name."""
    names: dict[tuple[Node | None, int], str] = {(None, number): name for number, name in enumerate(network.inputs)}
    before: Repetition | None = None
    for node, repetition in walk(network):
        if repetition is not before:
            for run in begun(repetition, before):
                gives = [names[tensor.node, tensor.number] for tensor in run.gives]
                names.update(zip([(tensor.node, tensor.number) for tensor in run.given], gives, strict=True))
            before = repetition
        path = renamed(node.path, repetition)
        reads = [names[tensor.node, tensor.number] for tensor in node.inputs]
        for tensor in node.outputs:
            names[node, tensor.number] = named(path, tensor)
        yield node, repetition, path, reads
