"""Convolutions in PyTorch."""

from __future__ import annotations

from typing import Any

import torch

from .built import (
    Built,
    Shape,
    after_padding,
    batched,
    keywords,
    of_rank,
    padded,
    pytorch,
    reversed_pairs,
    spread,
    tuples,
)


@pytorch("conv")
def conv(arguments: dict[str, Any], x: Shape) -> Built:
    module = of_rank("Conv", x)
    given = keywords(arguments, "kernel", "stride", "dilation", "groups", "bias")
    if arguments.get("padding") == "same" and spread(arguments.get("stride", 1), len(x) - 1) == [1] * (len(x) - 1):
        return batched(module(x[0], arguments["out"], padding="same", **given))
    padding, margins = padded(arguments, x)
    return after_padding(module(x[0], arguments["out"], padding=padding, **given), margins)


@pytorch("conv_transpose")
def conv_transpose(arguments: dict[str, Any], x: Shape) -> Built:
    names = ["kernel", "stride", "padding", "output_padding", "dilation", "groups", "bias"]
    if arguments.get("padding") != "same":
        return batched(of_rank("ConvTranspose", x)(x[0], arguments["out"], **keywords(arguments, *names)))
    if any(spread(arguments.get("output_padding", 0), len(x) - 1)):
        raise ValueError("Keras: same with an output_padding gives another size")
    names.remove("padding")
    module = of_rank("ConvTranspose", x)(x[0], arguments["out"], **keywords(arguments, *names))
    margins = same_margins(arguments, x)
    return Built(lambda x: torch.nn.functional.pad(module(x[None])[0], margins), module)


def same_margins(arguments: dict[str, Any], x: Shape) -> list[int]:
    """What TensorFlow's SAME cuts off a transposed convolution, so that it gives in * stride positions."""
    values = (spread(arguments.get(name, 1), len(x) - 1) for name in ("kernel", "stride", "dilation"))
    totals = [dilation * (kernel - 1) + 1 - stride for kernel, stride, dilation in zip(*values, strict=True)]
    return reversed_pairs([(-(max(total, 0) // 2), max(total, 0) // 2 - total) for total in totals])


@pytorch("depthwise_conv")
def depthwise_conv(arguments: dict[str, Any], x: Shape) -> Built:
    return conv({**arguments, "out": x[0] * arguments.get("multiplier", 1), "groups": x[0]}, x)


@pytorch("deform_conv")
def deform_conv(arguments: dict[str, Any], x: Shape) -> Built:
    """The two convolutions that torchvision's DeformConv2d and its offsets are: same shape, weights, multiply-adds."""
    if len(x) != 3:
        raise ValueError("torchvision has it for images only")
    offset_groups = arguments.get("offset_groups", 1)
    if offset_groups < 1 or x[0] % offset_groups:
        raise ValueError("torchvision: the input's channels must be divisible by the offset groups")
    kernel_volume = torch.Size(spread(arguments["kernel"], 2)).numel()
    deformed = conv(arguments, x)
    offsets = conv({**arguments, "out": 2 * offset_groups * kernel_volume, "groups": 1, "bias": True}, x)
    assert deformed.module is not None
    deformed.module.offset = offsets.module

    def both(x: torch.Tensor) -> torch.Tensor:
        offsets.call(x)
        return deformed.call(x)

    return Built(both, deformed.module)


@pytorch("unfold")
def unfold(arguments: dict[str, Any], x: Shape) -> Built:
    if len(x) != 3:
        raise ValueError("with a batch axis [H, W] would be one image")
    padding, margins = padded(arguments, x)
    given = keywords(arguments, "kernel", "stride", "dilation")
    return after_padding(torch.nn.Unfold(padding=padding, **given), margins)


@pytorch("fold")
def fold(arguments: dict[str, Any], x: Shape) -> Built:
    if len(x) != 2:
        raise ValueError("with a batch axis [windows] would be one image's")
    given = keywords(arguments, "kernel", "stride", "padding", "dilation")
    return batched(torch.nn.Fold(tuples(arguments["size"]), **given))
