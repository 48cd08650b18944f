from __future__ import annotations

from .arithmetic import conv, linear, repeated, square, total, weights

DERIVED = {
    # The table's own cells: convolutions, then 16 x 16 x 16 = 4096 features through three linear layers without bias.
    "exam-table": (
        4704 + 18432 + 73728 + 73728 + 9216 + 4096000 + 1000000 + 10000,
        19267584 + 75497472 + 75497472 + 75497472 + 9437184 + 4096000 + 1000000 + 10000,
    ),
    # Two towers 128 -> 512 -> 256 -> 128; items in the history and the item itself are rows of one table.
    "two-tower": total(
        weights((1_000_000 + 500_000 + 1_000) * 64),
        repeated(2, linear(128, 512), linear(512, 256), linear(256, 128)),
        (0, 128),
    ),
    # Padding before keeps 16 000 samples in each of 30 layers; the last layer's residual convolution is there, unread.
    "wavenet": total(
        square(256, 32, 1, 16_000, bias=True),
        repeated(
            30,
            conv(32, 64, 2, 16_000, bias=True),
            conv(32, 256, 1, 16_000, bias=True),
            conv(32, 32, 1, 16_000, bias=True),
        ),
        conv(256, 256, 1, 16_000, bias=True),
        conv(256, 256, 1, 16_000, bias=True),
    ),
}
