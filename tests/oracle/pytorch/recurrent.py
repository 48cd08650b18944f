"""Recurrent layers in PyTorch."""

from __future__ import annotations

from itertools import product
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .built import Built, Shape, pytorch, tuples


@pytorch("rnn")
def rnn(arguments: dict[str, Any], x: Shape) -> Built:
    return recurrent(nn.RNN, arguments, x)


@pytorch("lstm")
def lstm(arguments: dict[str, Any], x: Shape) -> Built:
    return recurrent(nn.LSTM, arguments, x, proj_size=arguments.get("projection", 0))


@pytorch("gru")
def gru(arguments: dict[str, Any], x: Shape) -> Built:
    return recurrent(nn.GRU if arguments.get("reset_gate", True) else SingleGate, arguments, x)


def recurrent(kind: Any, arguments: dict[str, Any], x: Shape, **more: Any) -> Built:
    """The module over ``[T, C]``, whatever axes are before these as its batch."""
    biases = arguments.get("biases", 2)
    if biases not in (1, 2) or len(x) < 2:
        raise ValueError("one bias or two a gate, [T, C]")
    module = kind(
        x[-1],
        arguments["hidden"],
        arguments.get("layers", 1),
        bias=arguments.get("bias", True),
        bidirectional=arguments.get("bidirectional", False),
        batch_first=True,
        **more,
    )

    def run(tensor: torch.Tensor) -> torch.Tensor:
        y = module(tensor[None] if len(x) == 2 else tensor.flatten(0, -3))[0]
        y = y.reshape(*x[:-1], y.shape[-1])
        return y.select(-2, -1) if arguments.get("return") == "last" else y

    return Built(run, module, without="bias_hh" if biases == 1 else None)


class SingleGate(nn.Module):
    """A gated unit without the reset gate: one gate and one candidate, weights named as nn.GRU's."""

    def __init__(
        self, read: int, hidden: int, layers: int, *, bias: bool, bidirectional: bool, batch_first: bool
    ) -> None:
        super().__init__()
        nn.GRU(read, hidden, layers)  # refuses what it refuses
        self.hidden, self.layers, self.directions = hidden, layers, ("", "_reverse")[: 1 + bidirectional]
        for number, direction in product(range(layers), self.directions):
            place, width = f"l{number}{direction}", self.width() if number else read
            self.register_parameter(f"weight_ih_{place}", nn.Parameter(torch.empty(2 * hidden, width)))
            self.register_parameter(f"weight_hh_{place}", nn.Parameter(torch.empty(2 * hidden, hidden)))
            for side in ("ih", "hh") if bias else ():
                self.register_parameter(f"bias_{side}_{place}", nn.Parameter(torch.empty(2 * hidden)))

    def width(self) -> int:
        return len(self.directions) * self.hidden

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
        if x.shape[1] == 0:
            raise ValueError("nn.GRU reads at least one step")
        for number in range(self.layers):
            x = torch.cat([self.scan(x, f"l{number}{direction}") for direction in self.directions], -1)
        return (x,)

    def scan(self, x: torch.Tensor, place: str) -> torch.Tensor:
        state = x.new_zeros(x.shape[0], self.hidden)
        states = []
        for step in x.unbind(1):
            gates = functional.linear(step, getattr(self, f"weight_ih_{place}"))
            gates = gates + functional.linear(state, getattr(self, f"weight_hh_{place}"))
            gate, candidate = gates.chunk(2, -1)
            state = torch.sigmoid(gate) * torch.tanh(candidate) + (1 - torch.sigmoid(gate)) * state
            states.append(state)
        return torch.stack(states, 1)


@pytorch("conv_lstm")
def conv_lstm(arguments: dict[str, Any], x: Shape) -> Built:
    """Shi et al. 2015 without peepholes: a convolution of the frame beside the state gives the four gates."""
    steps, channels, height, width = x
    out = arguments["out"]
    kernel = tuples(arguments["kernel"])
    module = nn.Conv2d(channels + out, 4 * out, kernel, padding="same", bias=arguments.get("bias", True))
    if steps == 0:
        raise ValueError("nn.LSTM reads at least one step")

    def run(frames: torch.Tensor) -> torch.Tensor:
        state = cell = frames.new_zeros(1, out, height, width)
        states = []
        for frame in frames:
            taken, kept, given, new = module(torch.cat([frame[None], state], 1)).chunk(4, 1)
            cell = torch.sigmoid(kept) * cell + torch.sigmoid(taken) * torch.tanh(new)
            state = torch.sigmoid(given) * torch.tanh(cell)
            states.append(state[0])
        return torch.stack(states)

    return Built(run, module)
