"""Shipped specs built a second time in PyTorch, on the meta device, and counted there."""

from __future__ import annotations

import pytest

from archcalc.api import report

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402


def double(channels: int, out: int) -> nn.Sequential:
    steps: list[nn.Module] = []
    for reads in (channels, out):
        steps += [nn.Conv2d(reads, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
    return nn.Sequential(*steps)


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        widths = [64, 128, 256, 512, 1024]
        self.down = nn.ModuleList(double(a, b) for a, b in zip([3, *widths], widths, strict=False))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in widths[:-1])
        self.join = nn.ModuleList(double(2 * w, w) for w in widths[:-1])
        self.classes = nn.Conv2d(64, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skips = []
        for level, down in enumerate(self.down):
            x = down(x if level == 0 else nn.functional.max_pool2d(x, 2))
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.join[level](torch.cat([skips[level], self.up[level](x)], 1))
        return self.classes(x)


def generator() -> nn.Module:
    steps: list[nn.Module] = [nn.ConvTranspose2d(100, 512, 4, bias=False), nn.BatchNorm2d(512), nn.ReLU()]
    for width in (256, 128, 64):
        steps += [nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    return nn.Sequential(*steps, nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator() -> nn.Module:
    steps: list[nn.Module] = [nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for width in (128, 256, 512):
        steps += [nn.Conv2d(width // 2, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.LeakyReLU(0.2)]
    return nn.Sequential(*steps, nn.Conv2d(512, 1, 4, bias=False), nn.Sigmoid())


class WaveNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(256, 32, 1)
        self.dilated = nn.ModuleList(nn.Conv1d(32, 64, 2, dilation=2 ** (i % 10)) for i in range(30))
        self.skip = nn.ModuleList(nn.Conv1d(32, 256, 1) for _ in range(30))
        self.residual = nn.ModuleList(nn.Conv1d(32, 32, 1) for _ in range(30))
        self.last = nn.Sequential(nn.ReLU(), nn.Conv1d(256, 256, 1), nn.ReLU(), nn.Conv1d(256, 256, 1), nn.Softmax(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        skips = []
        for dilated, skip, residual in zip(self.dilated, self.skip, self.residual, strict=True):
            values, gates = dilated(nn.functional.pad(x, (dilated.dilation[0], 0))).chunk(2, 1)
            gated = values * gates.sigmoid()
            skips.append(skip(gated))
            x = x + residual(gated)
        return self.last(sum(skips))


@pytest.mark.parametrize(
    "name, build, shape",
    [
        ("unet", UNet, (3, 256, 256)),
        ("dcgan-generator", generator, (100, 1, 1)),
        ("dcgan-discriminator", discriminator, (3, 64, 64)),
        ("wavenet", WaveNet, (256, 16_000)),
    ],
)
def test_network(name: str, build: type[nn.Module], shape: tuple[int, ...]) -> None:
    with torch.device("meta"):
        model, image = build().eval(), torch.empty(1, *shape)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = model(image)
    found = report(name, count="mac")
    assert [list(shape) for shape in found["outputs"]] == [list(output.shape[1:])]
    assert found["totals"]["params"] == sum(weight.numel() for weight in model.parameters())
    assert found["totals"]["macs"] == counter.get_total_flops() // 2
    running = [buffer.numel() for buffer in model.buffers()]
    assert found["totals"]["buffers"] == sum(running)


def test_transformer() -> None:
    """PyTorch's ends each stack with a layer norm, which the paper has not, and has no embedding."""
    with torch.device("meta"):
        model = nn.Transformer(512, 8, 6, 6, 2048, batch_first=True)
    stacks = sum(weight.numel() for weight in model.parameters()) - 2 * (512 + 512)
    assert report("transformer")["totals"]["params"] == stacks + 37_000 * 512
