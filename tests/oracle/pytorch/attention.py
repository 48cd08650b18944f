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
    """nn.MultiheadAttention with heads of a size of their own, shared keys and values, a window, learned biases.

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
    ) -> None:
        super().__init__()
        kv_heads = heads if kv_heads is None else kv_heads
        self.heads, self.window = heads, window
        if heads < 1 or kv_heads < 1 or heads % kv_heads:
            raise ValueError("heads must be divisible by kv_heads")
        if head_dim is None:
            nn.MultiheadAttention(width, heads)  # refuses a width that heads do not divide
            head_dim = width // heads
        if window is not None and window < 1:
            raise ValueError("a query sees a key")
        rows, self.shared = heads * head_dim, kv_heads * head_dim
        if kdim == vdim == width:
            self.in_proj_weight = nn.Parameter(torch.empty(rows + 2 * self.shared, width))
        else:
            self.q_proj_weight = nn.Parameter(torch.empty(rows, width))
            self.k_proj_weight = nn.Parameter(torch.empty(self.shared, kdim))
            self.v_proj_weight = nn.Parameter(torch.empty(self.shared, vdim))
        if bias if qkv_bias is None else qkv_bias:
            self.in_proj_bias = nn.Parameter(torch.empty(rows + 2 * self.shared))
        if position_bias:
            self.relative_position_bias = nn.Parameter(torch.empty(position_bias, heads))
        self.out_proj = nn.Linear(rows, width if out is None else out, bias=bias)

    def projections(self) -> tuple[torch.Tensor, ...]:
        if hasattr(self, "in_proj_weight"):
            rows = self.in_proj_weight.shape[0] - 2 * self.shared
            return self.in_proj_weight.split([rows, self.shared, self.shared])
        return self.q_proj_weight, self.k_proj_weight, self.v_proj_weight

    def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor]:
        query, key, value = map(functional.linear, tensors, self.projections())
        if key.shape[-2] != value.shape[-2]:
            raise ValueError("as many keys as values")
        size = query.shape[-1] // self.heads
        query, key, value = (x.unflatten(-1, (-1, size)).movedim(-2, 0) for x in (query, key, value))
        key, value = (x.repeat_interleave(self.heads // x.shape[0], 0) for x in (key, value))
        if self.window is not None and self.window < key.shape[-2]:  # each query sees so many keys, here the first
            query = query[..., None, :]
            key, value = (x[..., None, : self.window, :].expand(*query.shape[:-2], -1, -1) for x in (key, value))
        y = (query @ key.mT).softmax(-1) @ value
        if self.window is not None and y.dim() > tensors[0].dim() + 1:
            y = y[..., 0, :]
        return (self.out_proj(y.movedim(0, -2).flatten(-2)),)


@pytorch("scaled_dot_product_attention")
def scaled_dot_product_attention(arguments: dict[str, Any], query: Shape, key: Shape, value: Shape) -> Built:
    heads = arguments.get("heads")
    if not query[:-2] == key[:-2] == value[:-2]:
        raise ValueError("the leading axes are the batch, which is one")

    def split(x: torch.Tensor) -> torch.Tensor:
        return x if heads is None else x.unflatten(-1, (heads, -1)).movedim(-2, -3)

    def run(*tensors: torch.Tensor) -> torch.Tensor:
        y = functional.scaled_dot_product_attention(*map(split, tensors), is_causal=arguments.get("causal", False))
        return y if heads is None else y.movedim(-3, -2).flatten(-2)

    def by_products(*tensors: torch.Tensor) -> torch.Tensor:
        """Where the values are of no width PyTorch gives nothing at once, and flop_counter sees nothing."""
        query, key, value = map(split, tensors)
        return (query @ key.mT) @ value

    return Built(run, counted=by_products if 0 in value else None)
