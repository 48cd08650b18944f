"""Attention with its projections: queries, keys and values seen back through views to linear maps, and on to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archcalc.importers.graphs.graph import Identity, Node, Several, Value, elements
from archcalc.importers.rewriting.cores import Core, core_at
from archcalc.importers.rewriting.rewriter import Change, Rewriter, Rule
from archcalc.importers.rewriting.views import FOLLOWED, Untold, View, source_of
from archcalc.layers.base import Arguments


class Projection(NamedTuple):
    """A linear map that heads are views of: the positions of its output that they read, and the layers between."""

    linear: Node
    positions: list[int]
    nodes: list[Node]


def projected(value: Value, axes: tuple[int, int, int]) -> Projection | None:
    """The linear map of which a tensor is a view. ``axes``: of the heads, of the positions and of a head's width."""
    heads, place, width = axes
    try:
        source, view, nodes = source_of(value)
        linear = source.node
        if linear is None or linear.type != "linear" or "axis" in linear.arguments:
            return None
        rank = len(source.shape)
        positions = view.positions([heads, width], rank - 1)
        if not keeps_order(
            view, source, [axis for axis in range(len(value.shape)) if axis not in (heads, width)], place
        ):
            return None
    except Untold:
        return None
    return Projection(linear, positions, nodes)


def keeps_order(view: View, source: Value, axes: Sequence[int], place: int) -> bool:
    """Whether all other axes are those of the source, in order, the positions last."""
    ordered = [axis for axis in axes if axis != place] + [place]
    expected = range(len(source.shape) - 1)
    digits = [digit for axis in ordered for digit in view.axes[axis] if digit.size != 1]
    sizes = [axis for axis in expected if source.shape[axis] != 1]
    whole = [digit.axis for digit in digits] == sizes
    return whole and all(digit.stride == 1 and digit.size == source.shape[digit.axis] for digit in digits)


def attention(rewriter: Rewriter, node: Node) -> Change | None:
    """queries, keys, values and the output's projection as one layer."""
    core = core_at(node)
    if core is None or len(core.query.shape) < 3:
        return None
    rank = len(core.query.shape)
    plain, turned = (rank - 3, rank - 2, rank - 1), (rank - 3, rank - 1, rank - 2)
    parts = [
        projected(core.query, plain),
        projected(core.key, turned if core.turned else plain),
        projected(core.value, plain),
    ]
    found = [part for part in parts if part is not None]
    if len(found) != 3 or len(core.key.shape) != rank or len(core.value.shape) != rank:
        return None
    output = joined_again(rewriter, core.gives)
    if output is None or not covered(found):
        return None
    last, after, value = output
    linears = [*dict.fromkeys(part.linear for part in found)]
    inner = [*dict.fromkeys([*(one for part in found for one in part.nodes), *core.nodes, *linears])]
    return change_of(rewriter, core, found, linears, [*inner, *after, last], last, value)


def change_of(
    rewriter: Rewriter,
    core: Core,
    parts: Sequence[Projection],
    linears: Sequence[Node],
    nodes: Sequence[Node],
    last: Node,
    value: Value,
) -> Change | None:
    reads = [part.linear.inputs[0] for part in parts]
    same = all(one is reads[0] for one in reads)
    if not same and len(linears) != 3:
        return None
    heads, width = core.query.shape[-3], core.query.shape[-1]
    keys, values = core.key.shape[-3], core.value.shape[-1]
    channels = reads[0].shape[-1]
    biases = {linear.arguments.get("bias", True) for linear in linears}
    key_bias = parts[1].linear.arguments.get("bias", True)
    bias = last.arguments.get("bias", True)
    others = {part.linear.arguments.get("bias", True) for part in (parts[0], parts[2])}
    if len(others) != 1:
        return None
    arguments: Arguments = {"heads": heads}
    arguments |= {"head_dim": width} if channels != heads * width else {}
    arguments |= {"kv_heads": keys} if keys != heads else {}
    arguments |= {"value_dim": values} if values != width else {}
    arguments |= {"out": last.outputs[0].shape[-1]} if last.outputs[0].shape[-1] != channels else {}
    arguments |= {} if bias else {"bias": False}
    arguments |= {"qkv_bias": others.copy().pop()} if others != {bias} else {}
    arguments |= {"k_bias": key_bias} if len(biases) > 1 else {}
    arguments |= {"causal": True} if core.causal else {}
    indices: list[Node] = []
    if core.bias is not None:
        entries = elements(core.bias.table.outputs[0].shape)
        if entries % heads:
            return None
        arguments |= {"position_bias": entries // heads}
        nodes, indices = [*core.bias.nodes, *nodes], core.bias.indices
    change = Change("attention", arguments, reads[:1] if same else reads, value, nodes, spared=indices)
    if not rewriter.fits(change):
        return None
    return change._replace(weights=identities(rewriter, change, core, linears, last))


def identities(rewriter: Rewriter, change: Change, core: Core, linears: Sequence[Node], last: Node) -> list[Identity]:
    """The stored tensors of the projections by the names of our layer: one weight where all read one width."""
    applied = rewriter.graph.applied(change.type, change.arguments, change.inputs)
    found: list[Identity] = []
    for name, _, _ in applied.weights:
        if name.startswith("out_proj."):
            found.append(last.weights[name.removeprefix("out_proj.")])
        elif name == "relative_position_bias" and core.bias is not None:
            found += core.bias.table.weights.values()
        elif name == "in_proj_weight":
            found.append(together(linears, "weight"))
        elif name == "in_proj_bias":
            found.append(together(linears, "bias"))
        else:
            found.append(linears["qkv".index(name[0])].weights["weight"])
    return found


def together(linears: Sequence[Node], name: str) -> Identity:
    found = [linear.weights[name] for linear in linears if name in linear.weights]
    return found[0] if len(found) == 1 else Several(found)


def joined_again(rewriter: Rewriter, gives: Value) -> tuple[Node, list[Node], Value] | None:
    """The linear map that reads all heads side by side, the layers between, and what it gives in the end."""
    after: list[Node] = []
    value = gives
    node = rewriter.reader(value)
    while node is not None and node.type in FOLLOWED and node.type not in ("split", "slice", "select"):
        after.append(node)
        value = node.outputs[0]
        node = rewriter.reader(value)
    if node is None or node.type != "linear" or "axis" in node.arguments:
        return None
    rank = len(gives.shape)
    view = View.of(gives.shape)
    try:
        for one in after:
            view = view.through(one, 0)
    except Untold:
        return None
    digits = [digit.axis for digit in view.axes[-1] if digit.size != 1]
    rest = [digit.axis for axis in view.axes[:-1] for digit in axis if digit.size != 1]
    inner = [axis for axis in (rank - 3, rank - 1) if gives.shape[axis] != 1]
    outer = [axis for axis in (*range(rank - 3), rank - 2) if gives.shape[axis] != 1]
    if digits != inner or rest != outer:
        return None
    return regrouped_after(rewriter, node, after, gives)


def regrouped_after(
    rewriter: Rewriter, linear: Node, after: list[Node], gives: Value
) -> tuple[Node, list[Node], Value] | None:
    """What the last map gives as [..., T, out]: itself, or the view that makes it so."""
    wanted = (*gives.shape[:-3], gives.shape[-2], linear.outputs[0].shape[-1])
    value = linear.outputs[0]
    if value.shape == wanted:
        return linear, after, value
    node = rewriter.reader(value)
    if node is not None and node.type in FOLLOWED and node.outputs[0].shape == wanted:
        return linear, [*after, node], node.outputs[0]
    return None


def covered(parts: Sequence[Projection]) -> bool:
    """Whether the heads read each output of the maps once."""
    for linear in {part.linear for part in parts}:
        read = [place for part in parts if part.linear is linear for place in part.positions]
        width = linear.outputs[0].shape[-1]
        if len(read) != width or len({*read}) != width or max(read) >= width:
            return False
    return True


RULES: tuple[Rule, ...] = (attention,)
