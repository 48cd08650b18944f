"""Activations in PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .built import Built, Shape, batched, pytorch, real_axis

NAMES_THERE = {"log_sigmoid": "logsigmoid"}


def elementwise(name: str) -> None:
    there = NAMES_THERE.get(name, name)
    function = getattr(functional, there, None) or getattr(torch, there)
    pytorch(name)(lambda arguments, x: Built(function))


for name in (
    "relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign log_sigmoid"
    " abs exp log sqrt square sin cos"
).split():
    elementwise(name)


@pytorch("leaky_relu")
def leaky_relu(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.LeakyReLU(arguments.get("slope", 0.01)))


@pytorch("prelu")
def prelu(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(nn.PReLU(x[0] if arguments.get("channels") == "all" else 1))


@pytorch("softmax")
def softmax(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.Softmax(dim=real_axis(arguments.get("axis", -1), x)))


@pytorch("log_softmax")
def log_softmax(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.LogSoftmax(dim=real_axis(arguments.get("axis", -1), x)))


@pytorch("glu")
def glu(arguments: dict[str, Any], x: Shape) -> Built:
    """nn.GLU; with another activation (Shazeer 2020) its two halves."""
    axis, act = arguments.get("axis", -1), arguments.get("act", "sigmoid")
    module = nn.GLU(axis)

    def gated(tensor: torch.Tensor) -> torch.Tensor:
        module(tensor)  # what it refuses is refused whatever the activation
        half, gate = tensor.chunk(2, axis)
        return half * (gate if act == "identity" else getattr(functional, act)(gate))

    return Built(module if act == "sigmoid" else gated)
