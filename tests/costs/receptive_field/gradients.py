"""What PyTorch's gradients see: each layer of a network is built as the oracle of layers builds it.

All weights and inputs are above 0, so that nothing cancels. A max pool has a gradient at its largest value alone;
a sum over the same window stands in its place.
"""

from __future__ import annotations

from typing import Any

import torch
from oracle.pytorch import BUILDERS
from torch.nn import functional

from archcalc.graph.network import Network, Node, Tensor

Interval = list[int] | None
LEAST = 1e-9
"""Of a gradient: exact zeros stay below it, and the smallest product of weights above."""


def built(node: Node) -> Any:
    arguments = {name: plain(value) for name, value in node.applied.layer.given.items()}
    if node.type == "max_pool":
        return lambda x: summed(node, x)
    found = BUILDERS[node.type](arguments, *node.applied.reads)
    if found.module is not None:
        found.module.eval().double()
        for weight in found.module.parameters():
            torch.nn.init.uniform_(weight, 0.5, 1.5)
    return found.call


def plain(value: Any) -> Any:
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def summed(node: Node, x: Any) -> Any:
    """The sum of each window of a max pool."""
    layer, (_, *sizes) = node.applied.layer, node.applied.outputs[0]
    pads, steps = layer.pads(*node.applied.inputs), range(len(sizes))
    far = [
        (sizes[axis] - 1) * layer.stride[axis] + layer.dilation[axis] * (layer.kernel[axis] - 1) + 1 for axis in steps
    ]
    margins: list[int] = []
    for axis in reversed(steps):
        before = pads[axis].before
        margins += [before, max(far[axis] - before - x.shape[axis + 1], 0)]
    ones = torch.ones(x.shape[0], 1, *layer.kernel, dtype=x.dtype)
    padded = functional.pad(x, margins)
    found = functional.conv2d(padded, ones, stride=layer.stride, dilation=layer.dilation, groups=x.shape[0])
    return found[:, : sizes[0], : sizes[1]]


def run(network: Network, x: Any) -> Any:
    made: dict[tuple[Node | None, int], Any] = {(None, 0): x}

    def of(tensor: Tensor) -> Any:
        return made[tensor.node, tensor.number]

    for node in network.kept:
        given = built(node)(*map(of, node.inputs))
        for number, tensor in enumerate(given if isinstance(given, (list, tuple)) else [given]):
            made[node, number] = tensor
    return of(network.outputs[0])


def seen(network: Network) -> dict[str, list[Interval]]:
    """For each axis of the output and of the input the interval that each position sees: "1 of 2" -> [[0, 4], ...]."""
    torch.manual_seed(0)
    (tensor,) = network.inputs.values()
    assert tensor.shape is not None
    x = (torch.rand(tensor.shape, dtype=torch.float64) + 0.5).requires_grad_()
    y = run(network, x)
    found: dict[str, list[Interval]] = {}
    for along in range(1, y.dim()):
        for position in range(y.shape[along]):
            (gradient,) = torch.autograd.grad(y.select(along, position).sum(), [x], retain_graph=True)
            for axis in range(1, x.dim()):
                others = [other for other in range(x.dim()) if other != axis]
                amounts = gradient.abs().amax(dim=others)
                places = torch.nonzero(amounts > LEAST * amounts.max()).flatten().tolist()
                found.setdefault(f"{along} of {axis}", []).append([places[0], places[-1]] if places else None)
    return found
