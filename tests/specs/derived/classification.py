from __future__ import annotations

from .arithmetic import Cost, linear, repeated, square, total, weights


def cifar_resnet(blocks: int) -> Cost:
    """He et al. 2015, section 4.2: a batch norm, 2 weights a channel, after each convolution."""

    def layer(channels: int, out: int, side: int) -> Cost:
        return total(square(channels, out, 3, side**2), weights(2 * out))

    return total(
        layer(3, 16, 32),
        repeated(2 * blocks, layer(16, 16, 32)),
        layer(16, 32, 16),
        repeated(2 * blocks - 1, layer(32, 32, 16)),
        layer(32, 64, 8),
        repeated(2 * blocks - 1, layer(64, 64, 8)),
        linear(64, 10),
    )


DERIVED = {
    "lenet5": total(  # 32 -> 28 -> 14 -> 10 -> 5 -> 1
        square(1, 6, 5, 28**2, bias=True),
        square(6, 16, 5, 10**2, bias=True),
        square(16, 120, 5, 1, bias=True),
        linear(120, 84),
        linear(84, 10),
    ),
    "resnet1202": cifar_resnet(200),
    "inception-3a": total(
        square(192, 64, 1, 28**2, bias=True),
        square(192, 96, 1, 28**2, bias=True),
        square(96, 128, 3, 28**2, bias=True),
        square(192, 16, 1, 28**2, bias=True),
        square(16, 32, 5, 28**2, bias=True),
        square(192, 32, 1, 28**2, bias=True),
    ),
}
