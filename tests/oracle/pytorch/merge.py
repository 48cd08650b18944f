"""What makes one tensor of several, and reductions, in PyTorch."""

from __future__ import annotations

from functools import reduce
from typing import Any

import torch

from .built import Built, Shape, pytorch, real_axes, real_axis


def elementwise(name: str) -> None:
    function = getattr(torch, name)
    pytorch(name)(lambda arguments, *shapes: Built(lambda *tensors: reduce(function, tensors)))


for name in ("add", "sub", "mul", "div"):
    elementwise(name)


@pytorch("concat")
def concat(arguments: dict[str, Any], *shapes: Shape) -> Built:
    """With a batch axis: without one torch.cat passes over a tensor of shape [0], a leftover that it documents."""
    axis = real_axis(arguments.get("axis", 0), shapes[0])
    return Built(lambda *tensors: torch.cat([tensor[None] for tensor in tensors], axis + 1)[0])


@pytorch("stack")
def stack(arguments: dict[str, Any], *shapes: Shape) -> Built:
    return Built(lambda *tensors: torch.stack(tensors, arguments.get("axis", 0)))


@pytorch("matmul")
def matmul(arguments: dict[str, Any], left: Shape, right: Shape) -> Built:
    def of_matrices(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """flop_counter sees no product of a vector: as a matrix of one row or column it has the same multiply-adds."""
        return torch.matmul(left[None] if left.dim() == 1 else left, right[:, None] if right.dim() == 1 else right)

    return Built(torch.matmul, counted=of_matrices)


@pytorch("einsum")
def einsum(arguments: dict[str, Any], *shapes: Shape) -> Built:
    """An axis of 1 that is summed makes PyTorch multiply element by element: our formula, blind to sizes, wins."""
    counts = not any(1 in x for x in shapes)
    return Built(lambda *tensors: torch.einsum(arguments["equation"], *tensors), counts=counts)


def reduced(name: str, function: Any) -> None:
    def build(arguments: dict[str, Any], x: Shape) -> Built:
        axis = arguments.get("axis", "all")
        axes = list(range(len(x))) if axis == "all" else real_axes(axis, x)
        return Built(lambda tensor: function(tensor, dim=axes, keepdim=arguments.get("keep", False)))

    pytorch(name)(build)


reduced("mean", torch.mean)
reduced("sum", torch.sum)
reduced("max", torch.amax)


@pytorch("take")
def take(arguments: dict[str, Any], table: Shape, index: Shape) -> Built:
    """torch.index_select, with the axes of the index in the axis's place."""
    axis = real_axis(arguments.get("axis", 0), table)

    def rows(tensor: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
        chosen = torch.index_select(tensor, axis, indices.flatten())
        return chosen.reshape([*table[:axis], *index, *table[axis + 1 :]])

    return Built(rows)
