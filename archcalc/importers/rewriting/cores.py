"""What the heads of attention do by themselves: one layer, or a product, a bias, a softmax and a product."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.importers.graphs.graph import Node, Value
from archcalc.importers.rewriting.views import FOLLOWED
from archcalc.layers.equation import parse_equation
from archcalc.meter import charge

STORED = FOLLOWED | {"take", "parameter", "constant"}
"""Layers that a learned bias may come through: none of them reads what the network is given."""


LOOKED_AT = 2
"""Units of work for a node that a bias may come through."""


class Bias(NamedTuple):
    """A learned bias for each head and distance: its table, the layers that lay it out, the indices that these read."""

    table: Node
    nodes: list[Node]
    indices: list[Node]


class Core(NamedTuple):
    """The heads' own work: what they read, [heads, T, d], and give. ``turned``: keys are [heads, d, T]."""

    query: Value
    key: Value
    value: Value
    gives: Value
    nodes: list[Node]
    turned: bool = False
    causal: bool = False
    bias: Bias | None = None

    @property
    def heads(self) -> int:
        return int(self.query.shape[-3])


def core_at(node: Node) -> Core | None:
    """Attention that ends at a node."""
    if node.type == "scaled_dot_product_attention":
        if len(node.inputs) != 3 or node.arguments.keys() - {"causal"}:
            return None
        query, key, value = node.inputs
        return Core(query, key, value, node.outputs[0], [node], causal=bool(node.arguments.get("causal")))
    if not is_product(node, turned=False):
        return None
    softmax = node.inputs[0].node
    if softmax is None or softmax.type != "softmax" or softmax.arguments:
        return None
    nodes, bias = [softmax, node], None
    scores = softmax.inputs[0].node
    if scores is not None and scores.type == "add":
        found = biased(scores)
        if found is None:
            return None
        bias, before = found
        nodes.insert(0, scores)
        scores = before.node
    if scores is None:
        return None
    turned = is_product(scores, turned=False)
    if not turned and not is_product(scores, turned=True):
        return None
    query, key = scores.inputs
    return Core(query, key, node.inputs[1], node.outputs[0], [scores, *nodes], turned, bias=bias)


def is_product(node: Node, turned: bool) -> bool:
    """Whether a node is a product of matrices; ``turned``: of the second one's transpose, as einsum says it."""
    if node.type == "matmul":
        return not turned
    if node.type != "einsum" or len(node.inputs) != 2:
        return False
    terms, output = parse_equation(str(node.arguments["equation"]))
    if output is None or len(output) < 3:
        return False
    lead, (row, column) = list(output[:-2]), output[-2:]
    inner = terms[0][-1]
    right = [column, inner] if turned else [inner, column]
    return list(terms[0]) == [*lead, row, inner] and list(terms[1]) == [*lead, *right] and inner not in output


def biased(node: Node) -> tuple[Bias, Value] | None:
    """A sum of scores and a learned bias: the bias, and the scores."""
    if len(node.inputs) != 2:
        return None
    for scores, other in (node.inputs, node.inputs[::-1]):
        found = stored_bias(other)
        if found is not None and scores.shape == node.outputs[0].shape:
            return found, scores
    return None


def stored_bias(value: Value) -> Bias | None:
    """The table that a bias is laid out from; None where it hangs on what the network is given."""
    nodes: dict[Node, None] = {}
    todo = [value]
    while todo:
        node = todo.pop().node
        if node is None or node.type not in STORED:
            return None
        charge(LOOKED_AT)
        nodes[node] = None
        todo += node.inputs
    tables = [node for node in nodes if node.type == "parameter"]
    indices = [node for node in nodes if node.type == "constant"]
    if len(tables) != 1:
        return None
    return Bias(tables[0], [node for node in nodes if node not in indices], indices)
