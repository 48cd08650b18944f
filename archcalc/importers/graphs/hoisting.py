"""What hangs on no input and is read by several modules: it stands before them all, as none of them has it alone."""

from __future__ import annotations

from archcalc.importers.graphs.graph import Graph, Module, Node


def hoist(graph: Graph) -> None:
    """Move parameters that several modules read, and what is made from these alone, to the front."""
    free: set[Node] = set()
    for node in graph.nodes:
        if all(value.node in free for value in node.inputs):
            free.add(node)
    readers = graph.readers()
    moved: set[Node] = set()
    for node in reversed(graph.nodes):
        if node not in free:
            continue
        around = [() if one is None else one.modules for value in node.outputs for one in readers.get(value, [])]
        above = any(one in moved for value in node.outputs for one in readers.get(value, []))
        if above or (len({*around}) > 1 and not all(begins(one, node.modules) for one in around)):
            moved.add(node)
            node.modules = ()
    graph.nodes = [node for node in graph.nodes if node in moved] + [node for node in graph.nodes if node not in moved]


def begins(modules: tuple[Module, ...], start: tuple[Module, ...]) -> bool:
    return modules[: len(start)] == start
