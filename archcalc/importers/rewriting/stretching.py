"""Expansions that change nothing: what reads them stretches axes of 1 itself."""

from __future__ import annotations

from archcalc.errors import SpecError
from archcalc.importers.graphs.graph import Graph, Node, Value
from archcalc.importers.rewriting.rewriter import Rewriter

STRETCHING = frozenset("add sub mul div".split())


def drop_expansions(rewriter: Rewriter) -> None:
    """Let sums and products read what was expanded for them."""
    graph = rewriter.graph
    readers = graph.readers()
    for node in [node for node in graph.nodes if node.type == "expand"]:
        found = readers.get(node.outputs[0], [])
        if found and all(reader is not None and stretches(graph, reader, node) for reader in found):
            for reader in found:
                assert reader is not None
                reader.inputs = without(reader, node)
                reader.applied = graph.applied(reader.type, reader.arguments, reader.inputs, reader.place)
    graph.prune_only("expand")


def without(reader: Node, node: Node) -> list[Value]:
    """What a node reads, with what was expanded in place of the expansion."""
    return [node.inputs[0] if value is node.outputs[0] else value for value in reader.inputs]


def stretches(graph: Graph, reader: Node, node: Node) -> bool:
    """Whether a node gives the same shape without the expansion."""
    if reader.type not in STRETCHING:
        return False
    try:
        return graph.applied(reader.type, reader.arguments, without(reader, node)).gives == reader.applied.gives
    except SpecError:
        return False
