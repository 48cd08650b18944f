"""The sliding window that convolutions, pools and unfold share, along one spatial axis."""

from __future__ import annotations

from typing import Any

from archcalc.dims import ceil_div, maximum, named, require, where
from archcalc.layers.arguments import Pad


def same_padding(size: Any, kernel: Any, stride: Any, dilation: Any) -> Pad:
    """The padding that leaves ceil(size / stride) positions; an odd pixel goes after (TensorFlow's SAME)."""
    positions = named("positions", ceil_div(size, stride))
    total = named("total padding", maximum((positions - 1) * stride + dilation * (kernel - 1) + 1 - size, 0))
    return Pad(total // 2, total - total // 2, total, apart=True)


def window_pads(padding: Any, x: Any, kernel: Any, stride: Any, dilation: Any) -> tuple[Pad, ...]:
    """The padding of each spatial axis of ``[C, ...spatial]``: as given, or as ``same`` makes it."""
    if not isinstance(padding, str):
        return tuple(padding)
    return tuple(same_padding(*axis) for axis in zip(x[1:], kernel, stride, dilation, strict=True))


def pool_pads(padding: Any, x: Any, kernel: Any, stride: Any, dilation: Any) -> tuple[Pad, ...]:
    """The padding of a pool: at most half the kernel, unless as ``same`` or [before, after], which PyTorch has not."""
    pads = window_pads(padding, x, kernel, stride, dilation)
    for pad, size in zip(pads, kernel, strict=True):
        if not pad.apart:
            half_the_kernel_at_most(pad.before, size)
    return pads


def half_the_kernel_at_most(padding: Any, kernel: Any) -> None:
    """torch.nn.MaxPool2d and AvgPool2d refuse more, whatever the dilation."""
    require(2 * padding <= kernel, lambda: f"padding ({padding}) must be at most half the kernel ({kernel})", "padding")


def window_output(size: Any, kernel: Any, stride: Any, pad: Pad, dilation: Any, ceil_mode: bool = False) -> Any:
    """Positions of a window along one axis. As torch.nn.Conv2d and torch.nn.MaxPool2d (PyTorch documentation)."""
    reach = dilation * (kernel - 1) + 1
    room = size + pad.total - reach
    # With ceil_mode the first window may stick out, as long as it would fit one step further.
    require(
        (room + stride if ceil_mode else room + 1) > 0,
        lambda: f"a window of {reach} does not fit into {size} + {pad.total} of padding",
        "kernel",
        "a smaller kernel or dilation, or more padding",
    )
    if not ceil_mode:
        return room // stride + 1
    windows = named("windows", ceil_div(room, stride) + 1)
    # A last window that would start in the padding after is dropped, as PyTorch does; where the padding is applied
    # apart its positions are the input's own.
    last = size + (pad.total if pad.apart else pad.before)
    return where((windows - 1) * stride >= last, windows - 1, windows)


def grown_output(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, extra: Any = 0) -> Any:
    """The size along one axis that a window of this kind would turn into ``size``: transposed convolutions, unpools."""
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
