"""Networks for microcontrollers, as their papers' tables and MLPerf Tiny's reference code have them."""

from __future__ import annotations

from itertools import pairwise

from .arithmetic import Cost, conv, linear, repeated, square, total, weights


def normed(cost: Cost, out: int) -> Cost:
    """With a batch norm behind it: 2 weights a channel."""
    return total(cost, weights(2 * out))


def separable(channels: int, out: int, positions: int, bias: bool) -> Cost:
    """A convolution of each channel alone, then 1x1; a batch norm behind each."""
    depthwise = (9 * channels + bias * channels, 9 * channels * positions)
    return total(normed(depthwise, channels), normed(square(channels, out, 1, positions, bias), out))


def mobilenet(width: int, side: int, channels: int, bias: bool) -> Cost:
    """The body of MobileNet v1 (Howard et al. 2017, table 1) on pictures of that side, without its classifier."""
    rows = [(1, 2, 2), (2, 4, 4), (4, 4, 4), (4, 8, 8), (8, 8, 8), (8, 16, 16), *[(16, 16, 16)] * 5]
    found = normed(square(channels, width, 3, (side // 2) ** 2, bias), width)
    for read, out, scale in [*rows, (16, 32, 32), (32, 32, 32)]:
        found = total(found, separable(read * width, out * width, (side // scale) ** 2, bias))
    return found


def node(channels: int, out: int, side: int) -> Cost:
    """Of a randomly wired network: a convolution of each channel alone, then 1x1 with a batch norm."""
    depthwise = (9 * channels, 9 * channels * side**2)
    return total(depthwise, normed(square(channels, out, 1, side**2), out))


def stack(channels: int, out: int, side: int) -> Cost:
    """Two convolutions with their norms; a 1x1 convolution beside them where the width changes."""
    beside = square(channels, out, 1, side**2, bias=True) if channels != out else weights(0)
    first = normed(square(channels, out, 3, side**2, bias=True), out)
    return total(first, normed(square(out, out, 3, side**2, bias=True), out), beside)


def autoencoder(*widths: int) -> Cost:
    """Linear layers, each but the last with a batch norm."""
    layers = [linear(one, other) for one, other in pairwise(widths)]
    return total(*layers, weights(2 * sum(widths[1:-1])))


DERIVED = {
    "resnet8": total(
        normed(square(3, 16, 3, 32**2, bias=True), 16),
        stack(16, 16, 32),
        stack(16, 32, 16),
        stack(32, 64, 8),
        linear(64, 10),
    ),
    "ds-cnn": total(  # 49 x 10 becomes 25 x 5
        normed(conv(1, 64, 10 * 4, 125, bias=True), 64), repeated(4, separable(64, 64, 125, True)), linear(64, 12)
    ),
    "visual-wake-words": total(mobilenet(8, 96, 3, bias=True), linear(256, 2)),
    "person-detect": total(mobilenet(8, 96, 1, bias=False), linear(256, 2)),
    "anomaly-autoencoder": autoencoder(640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640),
    "cifar10-cmsis-nn": total(
        square(3, 32, 5, 32**2, bias=True),
        square(32, 32, 5, 16**2, bias=True),
        square(32, 64, 5, 8**2, bias=True),
        linear(1024, 10),
    ),
    # Of 32 nodes each the first 3, 4 and 6 read the stage before, and halve its size: 56 -> 28 -> 14 -> 7.
    "randwire": total(
        normed(square(3, 39, 3, 112**2), 39),
        normed(square(39, 78, 3, 56**2), 78),
        *[
            total(repeated(first, node(read, out, side)), repeated(32 - first, node(out, out, side)))
            for first, read, out, side in ((3, 78, 78, 28), (4, 78, 156, 14), (6, 156, 312, 7))
        ],
        normed(square(312, 1280, 1, 49), 1280),
        linear(1280, 1000),
    ),
}
