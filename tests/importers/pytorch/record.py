"""Writes own.resnet50.pt2, a module of our own: ``python -m tests.importers.pytorch.record``.

The weights' bytes are taken out, as they are from all files here: the structure is left.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

FOLDER = Path(__file__).parent
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))


def convolution(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, out, kernel, stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(out))


class Bottleneck(nn.Module):
    """[C, H, W] -> [4*mid, H/stride, W/stride] (He et al. 2015, table 1)."""

    def __init__(self, channels: int, mid: int, stride: int) -> None:
        super().__init__()
        self.reduce = convolution(channels, mid, 1)
        self.middle = convolution(mid, mid, 3, stride)
        self.expand = convolution(mid, 4 * mid, 1)
        self.shortcut = convolution(channels, 4 * mid, 1, stride) if channels != 4 * mid else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        inner = self.middle(self.reduce(x).relu()).relu()
        return (self.expand(inner) + self.shortcut(x)).relu()


class Stage(nn.Sequential):
    def __init__(self, channels: int, mid: int, depth: int, stride: int) -> None:
        super().__init__(Bottleneck(channels, mid, stride), *(Bottleneck(4 * mid, mid, 1) for _ in range(depth - 1)))


class ResNet50(nn.Module):
    """[3, H, W] -> [1000]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = convolution(3, 64, 7, 2)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        reads = [64, *(4 * mid for mid, _, _ in STAGES[:-1])]
        self.stages = nn.Sequential(*(Stage(channels, *one) for channels, one in zip(reads, STAGES, strict=True)))
        self.head = nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.pool(self.stem(x).relu())).mean((2, 3)))


def stripped(data: bytes) -> bytes:
    """The archive without the bytes of weights, constants and examples."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in archive.namelist():
            kept.writestr(name, archive.read(name) if name.endswith((".json", "version", "format")) else b"")
    return out.getvalue()


def main() -> None:
    program = torch.export.export(ResNet50().eval(), (torch.zeros(1, 3, 224, 224),), strict=False)
    found = io.BytesIO()
    torch.export.save(program, found)
    (FOLDER / "own.resnet50.pt2").write_bytes(stripped(found.getvalue()))


if __name__ == "__main__":
    main()
