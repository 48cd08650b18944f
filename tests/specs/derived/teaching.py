from __future__ import annotations

from .arithmetic import linear, square, total


def stamps(side: int, kernel: int) -> tuple[int, int]:
    """What a filter of one channel costs, stamped once for each input value. The output is as wide as stamps reach."""
    reached = {row + offset for row in range(side) for offset in range(kernel)}
    assert len(reached) == side + kernel - 1
    return kernel**2, side**2 * kernel**2


DERIVED = {
    # W_h is 64 x (64 + 32), W_y 32 x 64; a step multiplies with each weight once.
    "plain-rnn": total(linear(96, 64, bias=False), linear(64, 32, bias=False)),
    # Three gates and a candidate, each 64 x 96.
    "lstm-stacked": total(linear(96, 4 * 64, bias=False), linear(64, 32, bias=False)),
    "lstm-gates": total(*[linear(96, 64, bias=False)] * 4, linear(64, 32, bias=False)),
    # One gate and a candidate.
    "single-gate-gru": total(linear(96, 2 * 64, bias=False), linear(64, 32, bias=False)),
    "transposed-conv-2x2": stamps(2, 2),
    "transposed-conv-3x3": stamps(2, 3),
    "without-bottleneck": square(192, 32, 5, 28**2),
    "with-bottleneck": total(square(192, 16, 1, 28**2), square(16, 32, 5, 28**2)),
    "gan-generator": total(linear(100, 1200), linear(1200, 1200), linear(1200, 784)),
    # A maxout unit is five linear maps.
    "gan-discriminator": total(linear(784, 5 * 240), linear(240, 5 * 240), linear(240, 1)),
}
