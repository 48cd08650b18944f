from __future__ import annotations

from .arithmetic import Cost, square, total, weights

LEVELS = [(64, 256), (128, 128), (256, 64), (512, 32)]
"""Channels and side of each level above the lowest, which has 1024 and 16."""


def unit(channels: int, out: int, kernel: int, side: int, bias: bool) -> Cost:
    """A convolution and its batch norm."""
    return total(square(channels, out, kernel, side**2, bias), weights(2 * out))


def double(channels: int, out: int, side: int, bias: bool = False) -> Cost:
    return total(unit(channels, out, 3, side, bias), unit(out, out, 3, side, bias))


def unet() -> Cost:
    down = [double(out // 2 if out > 64 else 3, out, side) for out, side in LEVELS]
    # 2x2 transposed, stride 2: multiplies at the lower level's positions; then skip and upsampled channels together
    up = [
        total(square(2 * out, out, 2, (side // 2) ** 2, bias=True), double(2 * out, out, side)) for out, side in LEVELS
    ]
    return total(*down, double(512, 1024, 16), *up, square(64, 2, 1, 256**2, bias=True))


def attention_unet() -> Cost:
    """Every convolution has a bias, and all but the last a batch norm."""
    down = [double(out // 2 if out > 64 else 3, out, side, bias=True) for out, side in LEVELS]
    up = [
        total(
            unit(2 * out, out, 3, side, bias=True),
            unit(out, out // 2, 1, side, bias=True),
            unit(out, out // 2, 1, side, bias=True),
            unit(out // 2, 1, 1, side, bias=True),
            double(2 * out, out, side, bias=True),
        )
        for out, side in LEVELS
    ]
    return total(*down, double(512, 1024, 16, bias=True), *up, square(64, 1, 1, 256**2, bias=True))


DERIVED = {"unet": unet(), "attention-unet": attention_unet()}
