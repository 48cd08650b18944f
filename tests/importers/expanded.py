"""The expanded graph of a spec as an importer would read it from a file: layers, scopes, weights by identity."""

from __future__ import annotations

import re
from typing import Any

from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import unrolled
from archcalc.importers.graphs.graph import Graph, Module


def graph_of(network: Network) -> Graph:
    """The graph of a network without maps and experts; scopes are the parts of its paths."""
    graph = Graph(network.name, network.layout)
    values: dict[Any, Any] = {}
    for name, tensor in network.inputs.items():
        values[tensor] = graph.input(name, tensor.shape, network.dtypes.get(name, "float32"))
    network = unrolled(network)
    for node in network.kept:
        weights = [(node.owner(name), name) for name, _, _ in (*node.applied.weights, *node.applied.buffers)]
        made = graph.add(
            node.type,
            given(node),
            [values[tensor] for tensor in node.inputs],
            weights,
            modules(node),
            node.path,
        )
        made.name = node.path.rpartition("/")[2]
        values.update(zip(node.outputs, made.outputs, strict=True))
    graph.outputs = [values[tensor] for tensor in network.outputs]
    return graph


def given(node: Node) -> dict[str, Any]:
    """The arguments that a file of another framework could say: the norm and act of a step are nodes of their own."""
    return {name: value for name, value in node.applied.layer.given.items() if name not in ("norm", "act")}


def modules(node: Node) -> tuple[Module, ...]:
    parts = node.path.split("/")[:-1]
    if node.origin.role and parts:  # type: ignore[attr-defined]
        parts = parts[:-1]
    return tuple(
        Module("/".join(parts[: place + 1]), part, re.sub(r"_?\d+$", "", part)) for place, part in enumerate(parts)
    )
