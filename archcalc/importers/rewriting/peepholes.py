"""Small patterns: what several operators do that one layer does."""

from __future__ import annotations

from archcalc.importers.graphs.graph import Node, Value
from archcalc.importers.graphs.proof import VIEWS
from archcalc.importers.rewriting.rewriter import Change, Rewriter, Rule
from archcalc.importers.rewriting.views import numbers
from archcalc.layers.base import Arguments


def global_pool(rewriter: Rewriter, node: Node) -> Change | None:
    """A pool to one position, then the channels alone."""
    if node.type not in ("adaptive_avg_pool", "avg_pool", "adaptive_max_pool") or set(node.applied.outputs[0][1:]) != {
        1
    }:
        return None
    after = rewriter.reader(node.outputs[0])
    if after is None or after.type not in VIEWS or len(after.outputs[0].shape) != 1:
        return None
    if node.type == "avg_pool" and window(node) != tuple(node.applied.inputs[0])[1:]:
        return None
    kind = "global_max_pool" if "max" in node.type else "global_avg_pool"
    return Change(kind, {}, node.inputs, after.outputs[0], [node, after])


def window(node: Node) -> tuple[int, ...]:
    """The window of a pool without padding; nothing for another."""
    layer = node.applied.layer
    pads = [pad.total for pad in getattr(layer, "padding") if not isinstance(pad, str)]  # noqa: B009
    return tuple(getattr(layer, "kernel")) if not any(pads) else ()  # noqa: B009


def channels_norm(rewriter: Rewriter, node: Node) -> Change | None:
    """layer_norm over the channels of an image: between a permutation and its reverse."""
    before, after = node.inputs[0].node if node.inputs else None, rewriter.reader(node.outputs[0])
    if node.type not in ("layer_norm", "rms_norm") or before is None or after is None:
        return None
    if before.type != "permute" or after.type != "permute" or rewriter.reader(before.outputs[0]) is not node:
        return None
    rank = len(node.inputs[0].shape)
    forth, back = numbers(before.applied.layer, "order"), numbers(after.applied.layer, "order")
    if (
        numbers(node.applied.layer, "axis") != [-1]
        or forth != [*range(1, rank), 0]
        or back != [rank - 1, *range(rank - 1)]
    ):
        return None
    arguments: Arguments = {"axis": 0, **{name: said for name, said in node.arguments.items() if name != "axis"}}
    weights = [*node.weights.values()]
    return Change(node.type, arguments, before.inputs, after.outputs[0], [before, node, after], weights)


def shuffle(rewriter: Rewriter, node: Node) -> Change | None:
    """Channels in groups, the two axes exchanged, one axis again."""
    if node.type not in ("flatten", "reshape") or node.inputs[0].node is None or rewriter.graph.layout != "CHW":
        return None
    turned = node.inputs[0].node
    split = turned.inputs[0].node if turned.type == "permute" else None
    if split is None or split.type not in VIEWS:
        return None
    shape, given = turned.inputs[0].shape, split.inputs[0].shape
    order = numbers(turned.applied.layer, "order")
    exact = order == [1, 0, *range(2, len(shape))] and given == node.outputs[0].shape and shape[2:] == given[1:]
    alone = rewriter.reader(split.outputs[0]) is turned and rewriter.reader(turned.outputs[0]) is node
    if not exact or not alone or len(given) < 2:
        return None
    return Change("channel_shuffle", {"groups": shape[0]}, split.inputs, node.outputs[0], [split, turned, node])


def rms_norm(rewriter: Rewriter, node: Node) -> Change | None:
    """x * (mean(x * x) + e) ** -0.5, and the learned factor after it."""
    if node.type != "mul" or len(node.inputs) != 2:
        return None
    for x, factor in (node.inputs, node.inputs[::-1]):
        chain = back_through(factor, ("sqrt", "mean", "square"))
        if chain is None or chain[-1].inputs[0] is not x or not getattr(chain[1].applied.layer, "keep"):  # noqa: B009
            continue
        if numbers(chain[1].applied.layer, "axis") not in ([-1], [len(x.shape) - 1]):
            continue
        scaled = rewriter.reader(node.outputs[0])
        if scaled is not None and scaled.type == "layer_scale" and scaled.outputs[0].shape == x.shape:
            weights = [*scaled.weights.values()]
            return Change("rms_norm", {}, [x], scaled.outputs[0], [*chain, node, scaled], weights)
        return Change("rms_norm", {"affine": False}, [x], node.outputs[0], [*chain, node])
    return None


def back_through(value: Value, types: tuple[str, ...]) -> list[Node] | None:
    """The nodes of these types that a tensor comes through, from the last one; None if they are others."""
    found = []
    for kind in types:
        node = value.node
        if node is None or node.type != kind:
            return None
        found.append(node)
        value = node.inputs[0]
    return found


def gelu(rewriter: Rewriter, node: Node) -> Change | None:
    """x * (1 + tanh(x + x ** 3)) with its constants left out."""
    if node.type != "mul" or len(node.inputs) != 2:
        return None
    for x, gate in (node.inputs, node.inputs[::-1]):
        tanh = gate.node
        inner = tanh.inputs[0].node if tanh is not None and tanh.type == "tanh" else None
        if tanh is not None and inner is not None and inner.type == "add" and set(inner.inputs) <= {x}:
            return Change("gelu", {}, [x], node.outputs[0], [tanh, inner, node])
    return None


def silu(rewriter: Rewriter, node: Node) -> Change | None:
    """x * sigmoid(x)."""
    if node.type != "mul" or len(node.inputs) != 2:
        return None
    for x, gate in (node.inputs, node.inputs[::-1]):
        if gate.node is not None and gate.node.type == "sigmoid" and gate.node.inputs[0] is x:
            return Change("silu", {}, [x], node.outputs[0], [gate.node, node])
    return None


RULES: tuple[Rule, ...] = (global_pool, channels_norm, shuffle, rms_norm, gelu, silu)
