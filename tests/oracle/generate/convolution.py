"""Cases of convolutions: windows of every stride, dilation and padding, groups, kernels larger than their input."""

from __future__ import annotations

from typing import Any

from .draw import Draw, Made, generator


def padding(draw: Draw, axes: int, most: int = 3) -> Any:
    """Whole numbers, pairs, or a word."""
    if draw.chance(0.15):
        return draw.one_of("same", "same", "valid")
    if draw.chance(0.25):
        return [
            [draw.randint(0, most), draw.randint(0, most)] if draw.chance(0.7) else draw.randint(0, most)
            for _ in range(max(axes, 1))
        ]
    return equal_padding(draw, axes, most)


def equal_padding(draw: Draw, axes: int, most: int = 3) -> Any:
    return draw.per_axis(axes, lambda: -1 if draw.chance(0.015) else draw.randint(0, most))


def kernel(draw: Draw, axes: int) -> Any:
    return draw.per_axis(axes, lambda: draw.counted(1, 1, 2, 3, 3, 3, 4, 5, 7 if axes < 3 else 2))


def window(draw: Draw, axes: int) -> dict[str, Any]:
    """A kernel, and a stride and dilation or not."""
    return {
        "kernel": kernel(draw, axes),
        **draw.given(
            stride=draw.per_axis(axes, lambda: draw.counted(1, 2, 2, 3, 4)),
            dilation=draw.per_axis(axes, lambda: draw.counted(1, 1, 2, 3)),
        ),
    }


def grouped(draw: Draw) -> tuple[int, int, int]:
    """Groups, input and output channels that they divide, mostly."""
    groups = draw.counted(1, 1, 2, 3, 4)
    read, out = (abs(groups) * draw.one_of(1, 2, 3) for _ in range(2))
    if draw.chance(0.08):
        read += draw.one_of(-1, 1)
    if draw.chance(0.08):
        out += draw.one_of(-1, 1)
    return groups, max(read, 0), out


@generator("conv")
def conv(draw: Draw) -> Made:
    groups, channels, out = grouped(draw)
    x = draw.image(channels)
    axes = len(x) - 1
    given = draw.given(padding=padding(draw, axes), bias=draw.flag())
    if groups != 1:
        given["groups"] = groups
    return {"out": out, **window(draw, axes), **given}, [x]


@generator("conv_transpose")
def conv_transpose(draw: Draw) -> Made:
    groups, channels, out = grouped(draw)
    x = draw.image(channels)
    axes = len(x) - 1
    given = draw.given(
        padding=padding(draw, axes)
        if draw.chance(0.05)
        else draw.one_of("same", equal_padding(draw, axes), equal_padding(draw, axes)),
        output_padding=draw.per_axis(axes, lambda: draw.counted(0, 0, 1, 1, 2)),
        bias=draw.flag(),
    )
    if groups != 1:
        given["groups"] = groups
    return {"out": out, **window(draw, axes), **given}, [x]


@generator("depthwise_conv")
def depthwise_conv(draw: Draw) -> Made:
    x = draw.image(draw.size(6))
    axes = len(x) - 1
    given = draw.given(multiplier=draw.counted(1, 2, 3), padding=padding(draw, axes), bias=draw.flag())
    return {**window(draw, axes), **given}, [x]


@generator("deform_conv")
def deform_conv(draw: Draw) -> Made:
    groups, channels, out = grouped(draw)
    offset_groups = draw.counted(1, 2, 3)
    x = (channels * (abs(offset_groups) if draw.chance(0.8) else 1), *draw.spatial(1 if draw.chance(0.03) else 2))
    axes = len(x) - 1
    given = draw.given(padding=padding(draw, axes), bias=draw.flag())
    if groups != 1:
        given["groups"] = groups
    if offset_groups != 1:
        given["offset_groups"] = offset_groups
    return {"out": out, **window(draw, axes), **given}, [x]


@generator("unfold")
def unfold(draw: Draw) -> Made:
    x = (draw.size(5), *draw.spatial(draw.one_of(1, 3) if draw.chance(0.05) else 2))
    return {**window(draw, len(x) - 1), **draw.given(padding=padding(draw, len(x) - 1))}, [x]


@generator("fold")
def fold(draw: Draw) -> Made:
    size = draw.spatial(2)
    arguments: dict[str, Any] = {
        **window(draw, 2),
        "size": size[0] if size[0] == size[1] and draw.flag() else [*size],
        **draw.given(padding=equal_padding(draw, 2)),
    }
    elements, columns = 1, 1
    for axis in range(2):
        kernel, stride, dilation, margin = (
            spread(arguments.get(name, default), axis)
            for name, default in (("kernel", 1), ("stride", 1), ("dilation", 1), ("padding", 0))
        )
        elements *= kernel
        columns *= (size[axis] + 2 * margin - dilation * (kernel - 1) - 1) // max(stride, 1) + 1
    channels = draw.randint(1, 3) * abs(elements)
    x = (channels + (draw.chance(0.08) and 1), max(columns, 0))
    return arguments, [draw.changed(x) if draw.chance(0.1) else x]


def spread(value: Any, axis: int) -> int:
    return value[min(axis, len(value) - 1)] if isinstance(value, list) else value
