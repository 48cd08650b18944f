"""Layers that merge tensors, attention, and those that change a shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from string import ascii_lowercase
from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.keras.call import Call, rule
from archcalc.importers.keras.convolutions import bias
from archcalc.layers.base import Arguments

ELEMENTWISE = {"Add": "add", "Subtract": "sub", "Multiply": "mul", "Average": "add", "Maximum": "max", "Minimum": "max"}


@rule("Add Subtract Multiply Average Maximum Minimum")
def merge(call: Call) -> Value:
    return merged(call, call.layer.kind, call.inputs)


def merged(call: Call, kind: str, read: Sequence[Value]) -> Value:
    """Tensors combined element by element; those of fewer axes get axes of 1 behind the batch, as Keras has it."""
    if len(read) == 1:
        return read[0]
    rank = max(len(value.shape) for value in read)
    if call.lead == 0:
        read = [call.reshape(one, [*[1] * (rank - len(one.shape)), *one.shape]) for one in read]
    if kind == "Average":
        call.network.graph.drop("division by the number of what is averaged")
    if ELEMENTWISE[kind] != "max":
        return call.add(ELEMENTWISE[kind], {}, *read)
    return extreme(call, kind, read)


def extreme(call: Call, kind: str, read: Sequence[Value]) -> Value:
    """The largest of several tensors; the smallest is reckoned like it."""
    sizes = [max(sizes) for sizes in zip(*[value.shape for value in read], strict=True)]
    even = [one if [*one.shape] == sizes else call.add("expand", {"shape": sizes}, one) for one in read]
    if kind == "Minimum":
        call.network.graph.notes.append(f"{call.title} is the smallest of what it reads: it stands as the largest")
    return call.add("max", {"axis": 0}, call.add("stack", {"axis": 0}, *even))


@rule("Concatenate")
def concatenate(call: Call) -> Value:
    return joined(call, call.inputs, call.get("axis", -1))


def joined(call: Call, read: Sequence[Value], axis: Any) -> Value:
    if len(read) == 1:
        return read[0]
    rank = len(read[0].shape)
    place = call.axis(axis, rank)
    channels = 0 if call.network.graph.layout == "CHW" else rank - 1
    usual = place == channels and (rank > 2 or call.network.graph.layout == "HWC")
    return call.add("concat", {} if usual else {"axis": place}, *read)


@rule("Dot")
def dot(call: Call) -> Value:
    axes = call.get("axes")
    return contracted(call, call.inputs, axes)


def contracted(call: Call, read: Sequence[Value], axes: Any) -> Value:
    """Sums of products along an axis of each; a number is one position."""
    one, other = at_least_two(call, read)[:2]
    pair = axes if isinstance(axes, list) else [axes, axes]
    pair = [axis[0] if isinstance(axis, list) and len(axis) == 1 else axis for axis in pair]
    first, second = (call.axis(axis, len(x.shape)) for axis, x in zip(pair, (one, other), strict=True))
    if (first, second) == (len(one.shape) - 1, len(other.shape) - 2) and len(one.shape) == len(other.shape) == 2:
        return call.add("matmul", {}, one, other)
    left = [*ascii_lowercase[: len(one.shape)]]
    right = [*ascii_lowercase[len(one.shape) : len(one.shape) + len(other.shape)]]
    right[second] = left[first]
    rest = [letter for letter in (*left, *right) if letter != left[first]]
    y = call.add("einsum", {"equation": f"{''.join(left)},{''.join(right)}->{''.join(rest)}"}, one, other)
    return call.reshape(y, [1]) if not rest else y


@rule("Merge")
def old_merge(call: Call) -> Value:
    """Of Keras 1: what it does is a word."""
    mode = str(call.get("mode", "sum"))
    kinds = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum"}
    if mode in kinds:
        return merged(call, kinds[mode], call.inputs)
    if mode == "concat":
        return joined(call, call.inputs, call.get("concat_axis", -1))
    if mode == "dot":
        return contracted(call, call.inputs, call.get("dot_axes", -1))
    raise Unreadable(f"Merge with mode {mode[:40]}")


# Attention


def read_of(call: Call, *names: str) -> list[Value]:
    """The tensors of these arguments, by name or in order. Raises Unreadable for less than two."""
    given = [*call.inputs]
    found = [given.pop(0) if given else call.kwargs.get(name) for name in names]
    return at_least_two(call, [one for one in found if isinstance(one, Value)])


def at_least_two(call: Call, read: Sequence[Value]) -> list[Value]:
    if len(read) < 2:
        raise Unreadable(f"{call.layer.title} takes two tensors, and reads {len(read)}")
    return [*read]


def causal(call: Call) -> Arguments:
    if call.kwargs.get("return_attention_scores"):
        raise Unreadable(f"{call.layer.title} that gives its scores")
    return {"causal": True} if call.kwargs.get("use_causal_mask") or call.get("causal") else {}


@rule("MultiHeadAttention GroupQueryAttention")
def attention(call: Call) -> Value:
    query, value, *others = read_of(call, "query", "value", "key")
    key = others[0] if others else value
    grouped = call.layer.kind == "GroupQueryAttention"
    heads = call.number("num_query_heads" if grouped else "num_heads")
    width = call.number("head_dim" if grouped else "key_dim")
    arguments: Arguments = {"heads": heads}
    if heads * width != query.shape[-1]:
        arguments["head_dim"] = width
    if grouped and call.number("num_key_value_heads") != heads:
        arguments["kv_heads"] = call.number("num_key_value_heads")
    if not grouped and call.number("value_dim", width) != width:
        arguments["value_dim"] = call.number("value_dim")
    out = call.get("output_shape")
    out = [out] if type(out) is int else out
    if isinstance(out, list):
        if len(out) != 1:
            raise Unreadable("MultiHeadAttention with an output_shape of several axes")
        arguments |= {"out": out[0]} if out[0] != query.shape[-1] else {}
    if call.get("use_gate"):
        raise Unreadable(f"{call.layer.title} with use_gate")
    if call.get("sliding_window"):
        arguments["window"] = call.number("sliding_window")
    arguments |= {**bias(call), **causal(call)}
    turned, back = sequences(call, query)
    sources = [query] if query is value and key is value else [query, key, value]
    if turned is not query:
        sources = [turned] if len(sources) == 1 else [turned, *(sequences(call, one)[0] for one in sources[1:])]
    y = call.add("attention", arguments, *sources)
    return y if turned is query else back(y)


def sequences(call: Call, x: Value) -> tuple[Value, Any]:
    """What attention runs along as the last axis but one, and the way back."""
    rank, said = len(x.shape), call.get("attention_axes")
    said = said if isinstance(said, list) else [said] if said is not None else None
    axes = [*range(call.lead, rank - 1)] if said is None else sorted(call.axis(axis, rank) for axis in said)
    if axes == [rank - 2]:
        return x, None
    rest = [axis for axis in range(rank - 1) if axis not in axes]
    order = [*rest, *axes, rank - 1]
    turned = call.permute(x, order)
    flat = call.reshape(turned, [*turned.shape[: len(rest)], prod(x.shape[axis] for axis in axes), x.shape[-1]])

    def back(y: Value) -> Value:
        whole = call.reshape(y, [*turned.shape[:-1], y.shape[-1]])
        return call.permute(whole, [order.index(axis) for axis in range(rank)])

    return flat, back


@rule("Attention")
def products(call: Call) -> Value:
    """Attention without projections; ``use_scale`` learns a factor of the scores."""
    query, value, *others = read_of(call, "query", "value", "key")
    key = others[0] if others else value
    if call.get("score_mode", "dot") == "concat":
        factors = 1 + bool(call.get("use_scale"))
        return summed(call, query, key, value, call.add("parameter", {"shape": [1]}), factors)
    if call.get("use_scale"):
        query = call.add("mul", {}, query, call.add("parameter", {"shape": [1]}))
    return call.add("scaled_dot_product_attention", causal(call), query, key, value)


@rule("AdditiveAttention")
def additive(call: Call) -> Value:
    query, value, *others = read_of(call, "query", "value", "key")
    key = others[0] if others else value
    scale = call.add("parameter", {"shape": [query.shape[-1]]}) if call.get("use_scale", True) else None
    return summed(call, query, key, value, scale, 1)


def summed(call: Call, query: Value, key: Value, value: Value, scale: Value | None, factors: int) -> Value:
    """Scores that are sums of tanh(query + key), after Bahdanau et al. 2015."""
    causal(call)
    if factors > 1:
        query = call.add("mul", {}, query, call.add("parameter", {"shape": [1]}))
    pairs = call.add("add", {}, call.add("unsqueeze", {"axis": -2}, query), call.add("unsqueeze", {"axis": -3}, key))
    pairs = call.add("tanh", {}, pairs)
    if scale is not None:
        pairs = call.add("mul", {}, pairs, scale)
    scores = call.add("softmax", {}, call.add("sum", {"axis": -1}, pairs))
    return call.add("matmul", {}, scores, value)


# Shapes


@rule("Flatten")
def flatten(call: Call) -> Value:
    x, lead = call.x, call.lead
    if len(x.shape) == lead + 1:
        return x
    if len(x.shape) == lead:
        return call.reshape(x, [*x.shape, 1])
    return call.add("flatten", {"start": lead} if lead else {}, x)


@rule("Reshape")
def reshape(call: Call) -> Value:
    """The sizes without a batch, one of them perhaps -1."""
    target, x = call.get("target_shape", []), call.x
    sizes = target if isinstance(target, list) else [target]
    sizes = [-1 if size is None else size for size in sizes]
    rest = prod(x.shape[call.lead :]) // max(prod(size for size in sizes if size != -1), 1)
    return call.reshape(x, [*x.shape[: call.lead], *(rest if size == -1 else size for size in sizes)])


@rule("Permute")
def permute(call: Call) -> Value:
    dims = call.get("dims", [])
    if not isinstance(dims, list) or sorted(map(str, dims)) != sorted(map(str, range(1, len(dims) + 1))):
        raise Unreadable(f"Permute with dims {str(dims)[:40]}")
    return call.permute(call.x, [*range(call.lead), *(call.lead + axis - 1 for axis in dims)])


@rule("RepeatVector")
def repeat_vector(call: Call) -> Value:
    x = call.x
    if call.lead:
        raise Unreadable("RepeatVector in TimeDistributed")
    return call.add("expand", {"shape": [call.number("n"), *x.shape]}, x)
