"""Single layers as the tools count them: fills in the figures of tools.csv.

    pip install torch==2.14.1 torchvision==0.29.1 torchinfo==1.8.0 ptflops==0.7.5 fvcore==0.1.5.post20221221
    pip install ultralytics-thop==2.2.3 calflops==0.3.2 transformers wheel
    DS_BUILD_OPS=0 pip install --no-build-isolation deepspeed==0.19.8
    python tests/conventions/record_tools.py

    pip install --no-deps --target old ultralytics-thop==2.1.1
    PYTHONPATH=old python tests/conventions/record_tools.py thop@2.1.1

A row is a step of a spec, the inputs it reads (without the batch axis) and the same layer in PyTorch; what each tool
prints for it, one sample at a time and in evaluation mode, is measured here and nowhere computed. ``-`` is a layer that
the tool cannot run. tests/conventions/test_tools.py holds the conventions to the figures.
"""

from __future__ import annotations

import contextlib
import csv
import io
import operator
import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
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


class Sdpa(nn.Module):
    """Looked up when it runs, as the layers of torch.nn look their functions up."""

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        return F.scaled_dot_product_attention(*tensors)


class Gated(nn.Module):
    """Half of the last axis times an activation of the other half, as SwiGLU is written."""

    def __init__(self, function: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.function = function.__name__

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        value, gate = x.chunk(2, -1)
        return value * getattr(F, self.function)(gate)


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


OLDER = ("thop@2.1.1",)
"""Recorded only when named: another release of a tool."""

LAYERS = {
    **{"nn": nn, "F": F, "torch": torch, "operator": operator, "LayerNorm2d": LayerNorm2d},
    **{"Call": Call, "Einsum": Einsum, "Matmul": Matmul, "Cat": Cat, "Gated": Gated, "Sdpa": Sdpa},
    **{"Attention": Attention, "Windowed": Windowed, "Deformable": Deformable, "ConvLstm": ConvLstm},
}
"""What the column ``module`` may name."""


def made(text: str) -> list[torch.Tensor]:
    """The tensors of ``3x8x8, 4 int64``, one sample of each."""
    tensors = []
    for part in text.split(", "):
        sizes, _, dtype = part.partition(" ")
        shape = (1, *map(int, sizes.split("x")))
        tensors.append(torch.zeros(shape, dtype=torch.int64) if dtype else torch.randn(shape))
    return tensors


def measure(module: str, inputs: str, tool: str) -> str:
    """What a tool prints for one module."""
    case = Case(eval(module, dict(LAYERS))).eval()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return str(TOOLS[tool](case, made(inputs)))
        except Exception as error:
            return f"- {type(error).__name__}: {error}"


def main(*tools: str) -> None:
    wanted = [*tools] or [tool for tool in TOOLS if tool not in OLDER]
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for tool in wanted:
        measure("nn.ReLU()", "1", tool)  # loads the tool
    # A process for each figure: a tool that fails leaves PyTorch patched.
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for row in rows:
            found = pool.starmap(measure, [(row["module"], row["input"], tool) for tool in wanted], chunksize=1)
            print(row["step"], row["input"], *found, sep=" | ")
            row.update({tool: figure.split(" ")[0] for tool, figure in zip(wanted, found, strict=True)})
    part = TABLE.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["step", "input", "module", *TOOLS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(part, TABLE)


if __name__ == "__main__":
    main(*sys.argv[1:])
