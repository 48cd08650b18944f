"""Recurrent layers in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .built import Built, Shape, of_rank, pytorch, tuples
from .convolution import conv


@pytorch("rnn")
def rnn(arguments: dict[str, Any], x: Shape, *initial: Shape) -> Built:
    return recurrent(nn.RNN, arguments, x, initial)


@pytorch("lstm")
def lstm(arguments: dict[str, Any], x: Shape, *initial: Shape) -> Built:
    return recurrent(nn.LSTM, arguments, x, initial, proj_size=arguments.get("projection", 0))


@pytorch("gru")
def gru(arguments: dict[str, Any], x: Shape, *initial: Shape) -> Built:
    return recurrent(nn.GRU if arguments.get("reset_gate", True) else SingleGate, arguments, x, initial)


def recurrent(kind: Any, arguments: dict[str, Any], x: Shape, initial: tuple[Shape, ...], **more: Any) -> Built:
    """The module over ``[T, C]``, whatever axes are before these as its batch; so are its states."""
    states = arguments.get("states", False)
    if initial and not states:
        raise ValueError("a state that nothing asked for")
    if any(shape[:-2] != x[:-2] for shape in initial):
        raise ValueError("the leading axes are the batch, which is one")
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

    def batch(tensor: torch.Tensor) -> torch.Tensor:
        return tensor[None] if tensor.dim() == 2 else tensor.flatten(0, -3)

    def run(tensor: torch.Tensor, *given: torch.Tensor) -> Any:
        first = [batch(state).movedim(0, 1) for state in given]
        y, *final = module(batch(tensor), *([first[0] if len(first) == 1 else first] if first else []))
        y = y.reshape(*x[:-1], y.shape[-1])
        y = y.select(-2, -1) if arguments.get("return") == "last" else y
        if not states:
            return y
        last = final[0] if isinstance(final[0], tuple) else final[:1]
        return [y, *(state.movedim(0, 1).reshape(*x[:-2], *state.shape[::2]) for state in last)]

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

    def forward(self, x: torch.Tensor, first: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        if x.shape[1] == 0:
            raise ValueError("nn.GRU reads at least one step")
        last = x.new_zeros(self.layers * len(self.directions), x.shape[0], self.hidden)
        if first is not None and first.shape != last.shape:
            raise ValueError("a state for each layer and direction")
        for number in range(self.layers):
            x = torch.cat([self.scan(x, f"l{number}{direction}") for direction in self.directions], -1)
        return x, last

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


class Frames:
    """A convolution of each frame joined with the last state, in two parts: over the state the size is kept."""

    def __init__(self, arguments: dict[str, Any], x: Shape, gates: int) -> None:
        steps, channels, *spatial = x
        if steps == 0:
            raise ValueError("nn.LSTM reads at least one step")
        given = {"padding": "same", **arguments, "out": gates * arguments["out"]}
        self.module = of_rank("Conv", x[1:])(
            channels + arguments["out"], given["out"], tuples(arguments["kernel"]), bias=arguments.get("bias", True)
        )
        self.over_frame = conv({**given, "bias": False}, (channels, *spatial))
        self.over_state = conv(
            {"out": given["out"], "kernel": arguments["kernel"], "padding": "same", "bias": False},
            (arguments["out"], *spatial),
        )
        self.out, self.last = arguments["out"], arguments.get("return") == "last"

    def built(self, step: Callable[..., Any], states: int) -> Built:
        def run(frames: torch.Tensor) -> torch.Tensor:
            kept: Any = None
            found = []
            for frame in frames:
                read = self.over_frame.call(frame)
                kept = step(read, *(kept or [read.new_zeros(self.out, *read.shape[1:])] * states))
                found.append(kept[0])
            return found[-1] if self.last else torch.stack(found)

        return Built(run, self.module)


@pytorch("conv_lstm")
def conv_lstm(arguments: dict[str, Any], x: Shape) -> Built:
    """Shi et al. 2015 without peepholes: a convolution of the frame joined with the state gives the four gates."""
    frames = Frames(arguments, x, 4)

    def step(read: torch.Tensor, state: torch.Tensor, cell: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        taken, kept, given, new = (read + frames.over_state.call(state)).chunk(4)
        cell = torch.sigmoid(kept) * cell + torch.sigmoid(taken) * torch.tanh(new)
        return torch.sigmoid(given) * torch.tanh(cell), cell

    return frames.built(step, 2)


@pytorch("conv_gru")
def conv_gru(arguments: dict[str, Any], x: Shape) -> Built:
    """Ballas et al. 2016: the candidate reads the state that the reset gate leaves."""
    frames = Frames(arguments, x, 3)
    module = frames.over_state.module
    assert module is not None

    def over(state: torch.Tensor, weight: Any) -> torch.Tensor:
        return module._conv_forward(state[None], weight, None)[0]  # type: ignore[operator,no-any-return]

    def step(read: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor]:
        gates, candidate = module.weight.split([2 * frames.out, frames.out])  # type: ignore[operator,union-attr]
        (update, reset), new = read[: 2 * frames.out].add(over(state, gates)).chunk(2), read[2 * frames.out :]
        new = torch.tanh(new + over(torch.sigmoid(reset) * state, candidate))
        return (torch.sigmoid(update) * state + (1 - torch.sigmoid(update)) * new,)

    return frames.built(step, 1)


@pytorch("selective_scan")
def selective_scan(arguments: dict[str, Any], x: Shape, delta: Shape, b: Shape, c: Shape) -> Built:
    """selective_scan_ref of mamba_ssm; flop_counter sees no product in it."""
    if x != delta or b != c or len(x) < 2 or x[:-1] != b[:-1]:
        raise ValueError("a step, B and C for each token")
    module = nn.Module()
    module.A_log = nn.Parameter(torch.zeros(x[-1], b[-1]))
    module.D = nn.Parameter(torch.zeros(x[-1]))

    def run(x: torch.Tensor, delta: torch.Tensor, b: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
        state = x.new_zeros(*x.shape[:-2], *module.A_log.shape)
        kept = torch.exp(delta[..., None] * -torch.exp(module.A_log))
        added = (delta * x)[..., None] * b[..., None, :]
        found = []
        for number in range(x.shape[-2]):
            state = kept[..., number, :, :] * state + added[..., number, :, :]
            found.append((state * c[..., number, None, :]).sum(-1))
        return (torch.stack(found, -2) if found else torch.zeros_like(x)) + x * module.D

    return Built(run, module, counts=False)
