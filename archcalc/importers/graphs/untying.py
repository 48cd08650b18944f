"""Layers that share some of their weights and not all: what they do not share stands beside them.

A spec's ``share`` takes all weights of a step. So a map that shares its matrix and not its bias, or the other way
round, has no bias of its own here but a ``parameter`` and an ``add``; a norm is followed by the factors and the shifts.
A map by the transpose of another's matrix is a product with it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from archcalc.importers.graphs.graph import Graph, Node, Value
from archcalc.layers.base import Arguments

MAPS = frozenset("linear conv conv_transpose depthwise_conv".split())
NORMS = frozenset("layer_norm group_norm batch_norm instance_norm rms_norm".split())

OWN = ("weight", "bias")


def untie(graph: Graph) -> None:
    """Take apart what a spec cannot share. Figures and dataflow stay."""
    users: dict[Hashable, list[Node]] = {}
    for node in graph.nodes:
        for key in {*node.weights.values()}:
            users.setdefault(key, []).append(node)
    shared = [nodes for nodes in users.values() if len(nodes) > 1]
    chosen = {node for nodes in shared for node in partly(nodes)}
    turned = {node for nodes in shared for node in transposed(nodes)}
    if not chosen and not turned:
        return
    parts = Parts(graph)
    nodes: list[Node] = []
    for node in graph.nodes:
        if node in turned:
            nodes += parts.multiplied(node)
        elif node in chosen:
            nodes += parts.apart(node)
        else:
            nodes.append(node)
    graph.nodes = [*parts.stored.values(), *nodes]


def partly(nodes: Iterable[Node]) -> Iterator[Node]:
    """The users of a weight that have others beside it than the users of their type do."""
    kinds: dict[str, set[tuple[Any, ...]]] = {}
    for node in nodes:
        kinds.setdefault(node.type, set()).add(tuple(node.weights.values()))
    for node in nodes:
        if node.type in MAPS | NORMS and len(kinds[node.type]) > 1:
            yield node


def transposed(nodes: list[Node]) -> Iterator[Node]:
    """The maps by a matrix whose first user has it the other way round."""
    first = next((shape for _, shape, _ in nodes[0].kept), ())
    for node in nodes[1:]:
        shape = next((shape for _, shape, _ in node.kept), ())
        if node.type == "linear" and len(first) == 2 and shape != first and tuple(shape[::-1]) == tuple(first):
            yield node


class Parts:
    """The stored tensors of layers that are taken apart, one step for each."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.stored: dict[Any, Node] = {}

    def apart(self, node: Node) -> Iterator[Node]:
        """The layer without what it may not share, and that as steps."""
        kept = {name: (key, shape) for (name, shape, _), key in zip(node.kept, node.weights.values(), strict=True)}
        own = {name: kept[name] for name in OWN if name in kept and (name == "bias" or node.type not in MAPS)}
        without: Arguments = {"bias": False} if node.type in MAPS else {"affine": False}
        arguments = {name: said for name, said in node.arguments.items() if name != "bias"} | without
        rest = [key for name, (key, _) in kept.items() if name not in own]
        made = [self.made(node, node.type, arguments, node.inputs, rest)]
        for name, kind in (("weight", "mul"), ("bias", "add")):
            if name in own:
                value = self.read(*own[name], node)
                made.append(self.made(node, kind, {}, [made[-1].outputs[0], value]))
        self.gives(made[-1], node)
        yield from made

    def multiplied(self, node: Node) -> Iterator[Node]:
        """A product with a stored matrix as it lies there, and the bias."""
        (weight, shape), *bias = (
            (key, shape) for (_, shape, _), key in zip(node.kept, node.weights.values(), strict=True)
        )
        matrix = self.stored_value(weight, tuple(shape[::-1]))
        made = [self.made(node, "matmul", {}, [node.inputs[0], matrix])]
        if bias:
            made.append(self.made(node, "add", {}, [made[-1].outputs[0], self.read(*bias[0], node)]))
        self.gives(made[-1], node)
        yield from made

    def made(self, node: Node, kind: str, arguments: Arguments, inputs: list[Value], keys: Iterable[Any] = ()) -> Node:
        """A step in the place of a layer."""
        applied = self.graph.applied(kind, arguments, inputs, node.place)
        names = [name for name, _, _ in (*applied.weights, *applied.buffers)]
        found = Node(applied, arguments, inputs, dict(zip(names, keys, strict=True)), node.modules, node.place)
        found.frozen = node.frozen
        return found

    def gives(self, last: Node, node: Node) -> None:
        """Let the last step give what the layer gave."""
        last.outputs = node.outputs
        last.name = node.name
        for value in node.outputs:
            value.node = last

    def read(self, key: Hashable, shape: Any, node: Node) -> Value:
        """Numbers of the channels, as wide as what they are added to."""
        along = node.outputs[0].shape
        last = node.type in ("linear", "layer_norm", "rms_norm")
        return self.stored_value(key, tuple(shape) if last else (*shape, *(1,) * (len(along) - 1)))

    def stored_value(self, key: Hashable, shape: tuple[Any, ...]) -> Value:
        if (key, shape) not in self.stored:
            arguments: Arguments = {"shape": [*shape]}
            applied = self.graph.applied("parameter", arguments, [])
            self.stored[key, shape] = Node(applied, arguments, [], {applied.weights[0][0]: key}, (), "")
        return self.stored[key, shape].outputs[0]
