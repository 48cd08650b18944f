"""Cases of pools."""

from __future__ import annotations

from typing import Any

from .convolution import kernel, padding
from .draw import Draw, Made, generator


def pool(draw: Draw, axes: int, **more: Any) -> dict[str, Any]:
    """A kernel and what goes with it; whole paddings are half the kernel at most, mostly."""
    window = kernel(draw, axes)
    stride = draw.per_axis(axes, lambda: draw.counted(1, 2, 2, 3, 4))
    return {"kernel": window, **draw.given(stride=stride, ceil_mode=draw.chance(0.7), **more)}


def half(draw: Draw, axes: int, window: Any) -> Any:
    """Padding of half the kernel at most, mostly; words and pairs too."""
    least = min(window) if isinstance(window, list) else window
    return padding(draw, axes, most=max(least // 2, 0) + draw.chance(0.1))


@generator("max_pool")
def max_pool(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    axes = len(x) - 1
    given = pool(draw, axes, dilation=draw.per_axis(axes, lambda: draw.counted(1, 2, 3)))
    return {**given, **draw.given(padding=half(draw, axes, given["kernel"]))}, [x]


@generator("avg_pool")
def avg_pool(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    given = pool(draw, len(x) - 1)
    return {**given, **draw.given(padding=half(draw, len(x) - 1, given["kernel"]))}, [x]


@generator("lp_pool")
def lp_pool(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    power = 0 if draw.chance(0.02) else draw.one_of(1, 2, 3, 1.5)
    return {**pool(draw, len(x) - 1, power=power)}, [x]


@generator("adaptive_avg_pool", "adaptive_max_pool")
def adaptive_pool(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    return {"size": draw.per_axis(len(x) - 1, lambda: draw.counted(1, 2, 3, 5, 7, bad=0.04))}, [x]


@generator("global_avg_pool", "global_max_pool")
def global_pool(draw: Draw) -> Made:
    return {}, [draw.image(draw.size(5))]


@generator("max_unpool")
def max_unpool(draw: Draw) -> Made:
    x = draw.image(draw.size(4))
    axes = len(x) - 1
    window = kernel(draw, axes)
    stride = draw.per_axis(axes, lambda: draw.counted(1, 2, 2, 3, 4))
    margin = draw.per_axis(axes, lambda: draw.counted(0, 0, 1, 1, 2, 4))
    return {"kernel": window, **draw.given(stride=stride, padding=margin)}, [x]
