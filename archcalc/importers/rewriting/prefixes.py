"""Concatenations that grow by one tensor at a time: each reads the one before it, as DenseNet is drawn."""

from __future__ import annotations

from archcalc.importers.graphs.graph import Graph, Node, Value
from archcalc.importers.rewriting.rewriter import common
from archcalc.meter import charge


def share_prefixes(graph: Graph) -> None:
    """``concat([a, b, c])`` after ``concat([a, b])`` reads that and c; it then belongs to the module that made c."""
    known: dict[tuple[int, ...], Value] = {}
    grown: list[Node] = []
    for node in graph.nodes:
        if node.type != "concat":
            continue
        axis = node.arguments.get("axis", 0)
        inputs = [id(value) for value in node.inputs]
        for length in range(len(inputs) - 1, 1, -1):
            charge(length)
            before = known.get((axis, *inputs[:length]))
            if before is not None:
                node.inputs = [before, *node.inputs[length:]]
                node.applied = graph.applied("concat", node.arguments, node.inputs, node.place)
                grown.append(node)
                break
        known.setdefault((axis, *inputs), node.outputs[0])
    for node in [*first_of(grown), *grown]:
        move_in(node)


def first_of(grown: list[Node]) -> list[Node]:
    """The concatenations that others grow from."""
    found = [node.inputs[0].node for node in grown]
    return [node for node in dict.fromkeys(found) if node is not None and node not in grown]


def move_in(node: Node) -> None:
    """Move a concatenation of x and f(x) into the module of f, whose nodes it follows."""
    maker = node.inputs[-1].node
    if maker is None or len(node.inputs) != 2:
        return
    shared = len(common([node.modules, maker.modules]))
    if shared < len(maker.modules):
        node.modules = maker.modules[: shared + 1]
