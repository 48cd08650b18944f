"""Single layers as five tools count them: fills in the figures of tools.csv.

    pip install torch torchinfo ptflops fvcore ultralytics-thop calflops transformers
    python tests/analysis/conventions/record_tools.py

A row is a step of a spec, the inputs it reads (without the batch axis) and the same layer in PyTorch; what each tool
prints for it, one sample at a time and in evaluation mode, is measured here and nowhere computed. ``-`` is a layer that
the tool cannot run. tests/analysis/conventions/test_tools.py holds the conventions to the figures.
"""

from __future__ import annotations

import contextlib
import csv
import io
import operator
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from tools import TOOLS
from torch import nn
from torchvision.models.convnext import LayerNorm2d
from torchvision.models.swin_transformer import ShiftedWindowAttention
from torchvision.ops import DeformConv2d

TABLE = Path(__file__).parent / "tools.csv"


class Call(nn.Module):
    """A function of torch as a module."""

    def __init__(self, function: Callable[..., torch.Tensor], *arguments: Any, **named: Any) -> None:
        super().__init__()
        self.function, self.arguments, self.named = function, arguments, named

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        return self.function(*tensors, *self.arguments, **self.named)


class Einsum(nn.Module):
    """torch.einsum, looked up when it runs: the tools put their own in its place."""

    def __init__(self, equation: str) -> None:
        super().__init__()
        self.equation = equation

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        return torch.einsum(self.equation, *tensors)


class Matmul(nn.Module):
    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return torch.matmul(left, right)


class Cat(nn.Module):
    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        return torch.cat(tensors, 1)


class Attention(nn.Module):
    """nn.MultiheadAttention as torchvision's networks call it: without the weights of the pairs."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(*arguments, batch_first=True, **named)

    def forward(self, query: torch.Tensor, key: Any = None, value: Any = None) -> torch.Tensor:
        key, value = (query, query) if key is None else (key, value)
        return self.attention(query, key, value, need_weights=False)[0]


class Deformable(nn.Module):
    """A deformable convolution and the convolution that predicts its offsets."""

    def __init__(self, channels: int, out: int, kernel: int) -> None:
        super().__init__()
        self.offset = nn.Conv2d(channels, 2 * kernel * kernel, kernel)
        self.layer = DeformConv2d(channels, out, kernel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x, self.offset(x))


class Windowed(nn.Module):
    """torchvision's attention with a position bias, on one window of ``side`` x ``side`` positions."""

    def __init__(self, width: int, side: int, heads: int) -> None:
        super().__init__()
        self.side, self.attention = side, ShiftedWindowAttention(width, [side, side], [0, 0], heads)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x.reshape(-1, self.side, self.side, x.shape[-1]))


class ConvLstm(nn.Module):
    """A convolutional LSTM as it is usually written: one convolution a step for the four gates."""

    def __init__(self, channels: int, out: int, kernel: int) -> None:
        super().__init__()
        self.gates = nn.Conv2d(channels + out, 4 * out, kernel, padding=kernel // 2)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        state = memory = frames.new_zeros(len(frames), self.gates.out_channels // 4, *frames.shape[3:])
        given = []
        for frame in frames.unbind(1):
            read, write, show, value = self.gates(torch.cat([frame, state], 1)).chunk(4, 1)
            memory = torch.sigmoid(read) * memory + torch.sigmoid(write) * torch.tanh(value)
            state = torch.sigmoid(show) * torch.tanh(memory)
            given.append(state)
        return torch.stack(given, 1)


class Case(nn.Module):
    """A layer inside a network; the parameter is there because some tools ask a network for its first."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer, self.unused = layer, nn.Parameter(torch.zeros(()))

    def forward(self, *tensors: torch.Tensor, **named: torch.Tensor) -> Any:
        return self.layer(*tensors, *named.values())


RECORDED = ("torchinfo", "ptflops", "fvcore", "thop", "deepspeed")


LAYERS = {
    **{"nn": nn, "F": F, "torch": torch, "operator": operator, "LayerNorm2d": LayerNorm2d},
    **{"Call": Call, "Einsum": Einsum, "Matmul": Matmul, "Cat": Cat},
    **{"Attention": Attention, "Windowed": Windowed, "Deformable": Deformable, "ConvLstm": ConvLstm},
}
"""What the column ``torch`` may name."""


def made(text: str) -> list[torch.Tensor]:
    """The tensors of ``3x8x8, 4 int64``, one sample of each."""
    tensors = []
    for part in text.split(", "):
        sizes, _, dtype = part.partition(" ")
        shape = (1, *map(int, sizes.split("x")))
        tensors.append(torch.zeros(shape, dtype=torch.int64) if dtype else torch.randn(shape))
    return tensors


def measure(row: dict[str, str]) -> None:
    """Fill in the figures of a row."""
    for tool in RECORDED:
        case = Case(eval(row["torch"], dict(LAYERS))).eval()  # every tool a layer without another's hooks
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                found = TOOLS[tool](case, made(row["input"]))
            except Exception as error:
                found = None
                row[f"_{tool}"] = f"{type(error).__name__}: {error}"
        row[tool] = "-" if found is None else str(found)


def main() -> None:
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        measure(row)
        print(
            *[row[name] for name in ("step", "input", *TOOLS)], *[v for k, v in row.items() if k[0] == "_"], sep=" | "
        )
    part = TABLE.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["step", "input", "torch", *RECORDED], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(part, TABLE)


if __name__ == "__main__":
    main()
