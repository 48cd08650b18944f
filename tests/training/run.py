"""A network run in PyTorch on the meta device for training: what its hooks see, what flop_counter counts."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from archcalc.graph.network import Network
from archcalc.graph.repetition import unrolled

from .layers import BUILDERS, WRITTEN_OUT


class Measured(NamedTuple):
    """Bytes by dtype of the storages that are kept and no parameter or buffer, and the multiply-adds of both passes."""

    kept: dict[str, int]
    forward: int
    backward: int


class Net(nn.Module):
    """The layers of a network; ``calls`` has those without weights too. A layer that shares weights calls the owner."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = unrolled(network)
        self.calls = []
        self.modules_there = nn.ModuleList()
        built: dict[Any, Any] = {}
        for node in self.network.kept:
            call = built[node] = BUILDERS[node.type](node.applied.layer, *node.applied.inputs)
            for name, owner in (node.shared or {}).items():
                setattr(call, name, getattr(built[owner], name))
            if isinstance(call, nn.Module):
                self.modules_there.append(call)
                if not node.trainable:
                    call.requires_grad_(False)
            self.calls.append(call)

    def forward(self, *inputs: torch.Tensor) -> list[torch.Tensor]:
        found: dict[Any, torch.Tensor] = {(None, number): tensor for number, tensor in enumerate(inputs)}
        for node, call in zip(self.network.kept, self.calls, strict=True):
            tensors = [found[tensor.node, tensor.number] for tensor in node.inputs]
            if node.type in ("concat", "stack") and node.batched:
                tensors = [
                    one if tensor.batched else one.expand(inputs[0].shape[0], *one.shape)
                    for one, tensor in zip(tensors, node.inputs, strict=True)
                ]
            y = call(*tensors)
            for number, one in enumerate(y if isinstance(y, (tuple, list)) else [y]):
                found[node, number] = one
                shape = (*inputs[0].shape[: node.batched], *node.outputs[number].shape)
                if not node.sliced and one.shape != shape:
                    raise ValueError(f"{node.path}: {tuple(one.shape)} is not {shape}: a batch met another axis")
        return [found[tensor.node, tensor.number] for tensor in self.network.outputs]


def measure(network: Network, batch: int) -> Measured:
    own: dict[int, Any] = {}
    kept: dict[int, Any] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = (storage, tensor.dtype)
        return tensor

    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = Net(network).train().to("meta")
        for tensor in (*net.parameters(), *net.buffers()):
            own[tensor.untyped_storage()._cdata] = tensor
        inputs = [
            torch.empty(batch, *(tensor.shape or ()), dtype=getattr(torch, network.dtypes[name]))
            for name, tensor in network.inputs.items()
        ]
        with saved_tensors_hooks(pack, lambda tensor: tensor):
            net(*inputs)
        token = WRITTEN_OUT.set(True)
        with FlopCounterMode(display=False) as forward:
            outputs = net(*inputs)
        wanted = [tensor for tensor in outputs if tensor.requires_grad]
        with FlopCounterMode(display=False) as backward:
            if wanted:
                torch.autograd.backward(wanted, [torch.empty_like(tensor) for tensor in wanted])
        WRITTEN_OUT.reset(token)
    bytes_of: dict[str, int] = {}
    for storage, dtype in kept.values():
        name = str(dtype).removeprefix("torch.")
        bytes_of[name] = bytes_of.get(name, 0) + storage.nbytes()
    return Measured(bytes_of, forward.get_total_flops() // 2, backward.get_total_flops() // 2)
