"""Attention in PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .built import Built, Shape, pytorch


@pytorch("attention")
def attention(arguments: dict[str, Any], *shapes: Shape) -> Built:
    query, key, value = shapes * 3 if len(shapes) == 1 else shapes
    lead = query[:-2]
    if min(len(query), len(key), len(value)) < 2 or not lead == key[:-2] == value[:-2]:
        raise ValueError("the leading axes are the batch, which is one")
    kind = Attention if arguments.keys() - {"heads", "bias"} else nn.MultiheadAttention
    more = {name: arguments[name] for name in arguments if name not in ("heads", "bias")}
    module = kind(
        query[-1],
        arguments["heads"],
        kdim=key[-1],
        vdim=value[-1],
        bias=arguments.get("bias", True),
        batch_first=True,
        **more,
    )

    def run(*tensors: torch.Tensor) -> torch.Tensor:
        flat = [tensor if lead == () else tensor.flatten(0, -3) for tensor in tensors]
        y = module(*(flat * 3 if len(flat) == 1 else flat))[0]
        return y.reshape(*lead, *y.shape[-2:])

    return Built(run, module)


class Attention(nn.Module):
    """nn.MultiheadAttention with heads of a size of their own, shared keys and values, a window, a cache, norms.

    The weights stand for their shapes: what is masked or added costs no multiply-add, and is left out.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        kdim: int,
        vdim: int,
        bias: bool,
        batch_first: bool,
        head_dim: int | None = None,
        kv_heads: int | None = None,
        out: int | None = None,
        qkv_bias: bool | None = None,
        causal: bool = False,
        window: int | None = None,
        position_bias: int = 0,
        value_dim: int | None = None,
        k_bias: bool | None = None,
        qk_norm: str | None = None,
        cache: int = 0,
    ) -> None:
        super().__init__()
        kv_heads = heads if kv_heads is None else kv_heads
        self.heads, self.window, self.cache = heads, window, cache
        if cache < 0:
            raise ValueError("a cache holds 0 positions or more")
        if heads < 1 or kv_heads < 1 or heads % kv_heads:
            raise ValueError("heads must be divisible by kv_heads")
        if head_dim is None:
            nn.MultiheadAttention(width, heads)  # refuses a width that heads do not divide
            head_dim = width // heads
        if window is not None and window < 1:
            raise ValueError("a query sees a key")
        value_dim = head_dim if value_dim is None else value_dim
        self.rows = rows, shared, values = heads * head_dim, kv_heads * head_dim, kv_heads * value_dim
        if kdim == vdim == width:
            self.in_proj_weight = nn.Parameter(torch.empty(sum(self.rows), width))
        else:
            self.q_proj_weight = nn.Parameter(torch.empty(rows, width))
            self.k_proj_weight = nn.Parameter(torch.empty(shared, kdim))
            self.v_proj_weight = nn.Parameter(torch.empty(values, vdim))
        qkv_bias = bias if qkv_bias is None else qkv_bias
        k_bias = qkv_bias if k_bias is None else k_bias
        if qkv_bias or k_bias:
            self.in_proj_bias = nn.Parameter(torch.empty(qkv_bias * (rows + values) + k_bias * shared))
        norm = {"rms_norm": nn.RMSNorm, "layer_norm": nn.LayerNorm, None: nn.Identity}[qk_norm]
        self.q_norm, self.k_norm = norm(head_dim), norm(head_dim)
        if position_bias:
            self.relative_position_bias = nn.Parameter(torch.empty(position_bias, heads))
        self.out_proj = nn.Linear(heads * value_dim, width if out is None else out, bias=bias)

    def projections(self) -> tuple[torch.Tensor, ...]:
        if hasattr(self, "in_proj_weight"):
            return self.in_proj_weight.split(self.rows)
        return self.q_proj_weight, self.k_proj_weight, self.v_proj_weight

    def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor]:
        query, key, value = map(functional.linear, tensors, self.projections())
        if key.shape[-2] != value.shape[-2]:
            raise ValueError("as many keys as values")
        size = query.shape[-1] // self.heads
        kv_heads = key.shape[-1] // size
        sizes = ((self.heads, query), (kv_heads, key), (kv_heads, value))
        query, key, value = (x.unflatten(-1, (heads, -1)).movedim(-2, 0) for heads, x in sizes)
        query, key = self.q_norm(query), self.k_norm(key)
        key, value = (torch.cat([x.new_zeros(*x.shape[:-2], self.cache, x.shape[-1]), x], -2) for x in (key, value))
        key, value = (x.repeat_interleave(self.heads // x.shape[0], 0) for x in (key, value))
        if self.window is not None and self.window < key.shape[-2]:
            y = seeing_so_many(self.window, query, key, value)
        else:
            y = (query @ key.mT).softmax(-1) @ value
        return (self.out_proj(y.movedim(0, -2).flatten(-2)),)


def seeing_so_many(window: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Each query sees so many keys, here the first: what a mask leaves, counted."""
    query = query[..., None, :]
    key, value = (x[..., None, :window, :].expand(*query.shape[:-2], -1, -1) for x in (key, value))
    return ((query @ key.mT).softmax(-1) @ value)[..., 0, :]


@pytorch("scaled_dot_product_attention")
def scaled_dot_product_attention(arguments: dict[str, Any], query: Shape, key: Shape, value: Shape) -> Built:
    heads, gqa = arguments.get("heads"), arguments.get("enable_gqa", False)
    window = arguments.get("window")
    if window is not None and window < 1:
        raise ValueError("a query sees a key")
    same = 3 if gqa and heads is None else 2
    if not (query[:-same] == key[:-same] and key[:-2] == value[:-2]):
        raise ValueError("the leading axes are the batch, which is one")

    def split(x: torch.Tensor) -> torch.Tensor:
        return x if heads is None else x.unflatten(-1, (heads, -1)).movedim(-2, -3)

    def heads_apart(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, ...]:
        if heads is None or not gqa:
            return split(query), split(key), split(value)
        size = split(query).shape[-1]
        key = key.unflatten(-1, (-1, size)).movedim(-2, -3)
        if key.shape[-3] == 0 or heads % key.shape[-3]:
            raise ValueError("heads of keys divide the queries', also where nothing is read")
        return split(query), key, value.unflatten(-1, (key.shape[-3], -1)).movedim(-2, -3)

    def run(*tensors: torch.Tensor) -> torch.Tensor:
        y = functional.scaled_dot_product_attention(
            *heads_apart(*tensors), is_causal=arguments.get("causal", False), enable_gqa=gqa
        )
        return y if heads is None else y.movedim(-3, -2).flatten(-2)

    def by_products(*tensors: torch.Tensor) -> torch.Tensor:
        """Where the values are of no width PyTorch gives nothing at once, and flop_counter sees nothing."""
        query, key, value = heads_apart(*tensors)
        key, value = (x.repeat_interleave(query.shape[-3] // x.shape[-3], -3) if gqa else x for x in (key, value))
        if window is not None and window < key.shape[-2]:
            return seeing_so_many(window, query, key, value)
        return (query @ key.mT) @ value

    return Built(run, counted=by_products if window is not None or 0 in value else None)
