"""Rules of attention: ONNX's own operator and com.microsoft's, in terms of products and projections."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.operation import Operation, Rule
from archcalc.importers.onnx.products import linear, plus
from archcalc.importers.pytorch import attending as torch_attending


def heads_of(op: Operation, x: Tensor, heads: int) -> Tensor:
    """[B, T, heads * d] -> [B, heads, T, d]; four axes are so already."""
    if len(x.shape) == 4:
        return x
    if len(x.shape) != 3 or heads < 1 or x.shape[-1] % heads:
        raise Unreadable(f"{op.type} of {heads} heads in a tensor of {[*x.shape]}")
    split = op.recorder.view(x, [*x.shape[:2], heads, x.shape[2] // heads])
    return op.recorder.permute(split, [0, 2, 1, 3])


def joined_heads(op: Operation, x: Tensor) -> Tensor:
    turned = op.recorder.permute(x, [0, 2, 1, 3])
    return op.recorder.view(turned, [*turned.shape[:2], turned.shape[2] * turned.shape[3]])


def attend(op: Operation, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
    """[B, heads, T, d] of all three: the products of attention."""
    grouped = query.shape[1] != key.shape[1]
    if mask is not None and (grouped or mask.weight is None or not mask.computed):
        causal = causal or torch_attending.is_causal(mask)
        if not causal:
            op.recorder.graph.drop("a mask of attention")
        mask = None
    arguments = {"query": query, "key": key, "value": value, "attn_mask": mask, "is_causal": causal}
    return torch_attending.attention(op.torch("attention", {**arguments, "enable_gqa": grouped}))


def attention(op: Operation) -> Any:
    """Attention of version 23: 3 or 4 axes, grouped queries, past keys and values."""
    query, key, value = (op.tensor(place) for place in range(3))
    flat = len(query.shape) == 3
    query = heads_of(op, query, op.get("q_num_heads", 0))
    key, value = (heads_of(op, x, op.get("kv_num_heads", 0)) for x in (key, value))
    past = op.optional(4), op.optional(5)
    if past[0] is not None and past[1] is not None:
        key = op.recorder.concat([past[0], key], 2)
        value = op.recorder.concat([past[1], value], 2)
    found = attend(op, query, key, value, op.optional(3), bool(op.get("is_causal", 0)))
    found = joined_heads(op, found) if flat else found
    scores = Tensor((*query.shape[:3], key.shape[2]))
    return [found, key, value, scores][: len(op.read)] if len(op.read) > 1 else found


def self_attention(op: Operation) -> Any:
    """com.microsoft's Attention: one projection of the input to queries, keys and values, then heads."""
    x, weight, bias = op.tensor(0), op.tensor(1), op.optional(2)
    heads = op.number("num_heads")
    if weight.weight is None or len(weight.shape) != 2 or op.optional(4) is not None:
        raise Unreadable("Attention whose weights are computed, or that reads a past")
    out = weight.shape[1]
    sizes = op.numbers("qkv_hidden_sizes") or [out // 3] * 3
    parts = op.recorder.split(linear(op, x, weight, bias, out), 2, sizes)
    query, key, value = (heads_of(op, part, heads) for part in parts)
    return joined_heads(op, attend(op, query, key, value, None, bool(op.get("unidirectional", 0))))


def multi_head(op: Operation) -> Any:
    """com.microsoft's MultiHeadAttention: projected queries, keys and values, with their biases in one tensor."""
    heads = op.number("num_heads")
    query = op.tensor(0)
    key, value = op.optional(1), op.optional(2)
    if key is None or value is None:
        raise Unreadable("MultiHeadAttention with queries, keys and values in one tensor")
    bias = op.optional(3)
    if bias is not None:
        sizes = [query.shape[-1], key.shape[-1], value.shape[-1]]
        if prod(bias.shape) != sum(sizes):
            raise Unreadable("MultiHeadAttention with a bias of another size")
        parts = op.recorder.split(bias.seen_as((sum(sizes),)), 0, sizes)
        query, key, value = (plus(op, x, part) for x, part in zip((query, key, value), parts, strict=True))
    query, key, value = (heads_of(op, x, heads) for x in (query, key, value))
    past = op.optional(6), op.optional(7)
    if past[0] is not None and past[1] is not None:
        key, value = op.recorder.concat([past[0], key], 2), op.recorder.concat([past[1], value], 2)
    found = joined_heads(op, attend(op, query, key, value, op.optional(5), bool(op.get("unidirectional", 0))))
    return [found, key, value][: len(op.read)] if len(op.read) > 1 else found


def grouped_query(op: Operation) -> Any:
    """com.microsoft's GroupQueryAttention: causal, with past keys and values."""
    heads, shared = op.number("num_heads"), op.number("kv_num_heads")
    query, key, value = op.tensor(0), op.optional(1), op.optional(2)
    if key is None or value is None:
        width = query.shape[-1] // (heads + 2 * shared)
        query, key, value = op.recorder.split(query, 2, [heads * width, shared * width, shared * width])
    query = heads_of(op, query, heads)
    key, value = heads_of(op, key, shared), heads_of(op, value, shared)
    past = op.optional(3), op.optional(4)
    if past[0] is not None and past[1] is not None and past[0].shape[2]:
        key, value = op.recorder.concat([past[0], key], 2), op.recorder.concat([past[1], value], 2)
    found = joined_heads(op, attend(op, query, key, value, None, True))
    return [found, key, value][: len(op.read)] if len(op.read) > 1 else found


RULES: dict[str, Rule] = {"Attention": attention}
MICROSOFT: dict[str, Rule] = {
    "Attention": self_attention,
    "MultiHeadAttention": multi_head,
    "GroupQueryAttention": grouped_query,
}
