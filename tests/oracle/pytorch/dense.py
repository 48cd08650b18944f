"""Dense maps, tables and tensors that read nothing, in PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from .built import Built, Shape, pytorch, real_axis


@pytorch("linear")
def linear(arguments: dict[str, Any], x: Shape) -> Built:
    axis = real_axis(arguments.get("axis", -1), x)
    module = nn.Linear(x[axis], arguments["out"], bias=arguments.get("bias", True))
    return Built(lambda tensor: module(tensor.movedim(axis, -1)).movedim(-1, axis), module)


@pytorch("bilinear")
def bilinear(arguments: dict[str, Any], left: Shape, right: Shape) -> Built:
    module = nn.Bilinear(left[-1], right[-1], arguments["out"], bias=arguments.get("bias", True))

    def by_products(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """flop_counter sees nothing in nn.Bilinear: the same as a matrix product, then one with the second vector."""
        forms = left.reshape(-1, left.shape[-1]) @ module.weight.movedim(1, 0).flatten(1)
        return forms.unflatten(-1, (-1, right.shape[-1])) @ right.reshape(-1, right.shape[-1], 1)

    return Built(module, module, counted=None if 0 in (*left, *right) else by_products)


@pytorch("maxout")
def maxout(arguments: dict[str, Any], x: Shape) -> Built:
    """Goodfellow et al. 2013: the largest of several linear maps."""
    pieces, out = arguments.get("pieces", 2), arguments["out"]
    if pieces < 1:
        raise ValueError("no piece to take the largest of")
    module = nn.Linear(x[-1], pieces * out, bias=arguments.get("bias", True))
    return Built(lambda tensor: module(tensor).unflatten(-1, (pieces, out)).amax(-2), module)


@pytorch("embedding")
def embedding(arguments: dict[str, Any], x: Shape) -> Built:
    module = nn.Embedding(arguments["entries"], arguments["out"])
    return Built(module, module)


@pytorch("embedding_bag")
def embedding_bag(arguments: dict[str, Any], x: Shape) -> Built:
    module = nn.EmbeddingBag(arguments["entries"], arguments["out"])
    # Offsets, since a bag of none fails as a row of a matrix and gives zeros, as documented, here.
    return Built(lambda indices: module(indices, torch.zeros(1, dtype=torch.int64))[0], module)


@pytorch("parameter")
def parameter(arguments: dict[str, Any]) -> Built:
    module = nn.Module()
    module.weight = nn.Parameter(torch.empty(arguments["shape"]))
    return Built(lambda: module.weight, module)


@pytorch("constant")
def constant(arguments: dict[str, Any]) -> Built:
    dtype = getattr(torch, arguments.get("dtype", "float32"), None)
    if dtype is None:
        raise ValueError("no dtype of that name")
    module = nn.Module()
    module.register_buffer("constant", torch.empty(arguments["shape"], dtype=dtype))
    return Built(lambda: module.constant, module)


@pytorch("layer_scale")
def layer_scale(arguments: dict[str, Any], x: Shape) -> Built:
    """Touvron et al. 2021: a factor for each position of one axis."""
    axis = real_axis(arguments.get("axis", 0), x)
    module = nn.Module()
    module.weight = nn.Parameter(torch.empty(x[axis]))
    return Built(lambda tensor: tensor * module.weight.reshape(-1, *[1] * (len(x) - axis - 1)), module)
