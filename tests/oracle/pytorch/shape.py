"""What moves, cuts, repeats and resamples, in PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .built import Built, Shape, batched, keywords, pytorch, real_axes, real_axis, reversed_pairs


@pytorch("flatten")
def flatten(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.flatten(arguments.get("start", 0), arguments.get("end", -1)))


@pytorch("unflatten")
def unflatten(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.unflatten(arguments["axis"], arguments["sizes"]))


@pytorch("reshape")
def reshape(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.reshape(arguments["shape"]))


@pytorch("permute")
def permute(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.permute(arguments["order"]))


@pytorch("transpose")
def transpose(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.transpose(*(real_axis(axis, x) for axis in arguments["axis"])))


@pytorch("squeeze")
def squeeze(arguments: dict[str, Any], x: Shape) -> Built:
    axes = real_axes(arguments["axis"], x)
    return Built(lambda tensor: tensor.squeeze(axes))


@pytorch("unsqueeze")
def unsqueeze(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.unsqueeze(arguments["axis"]))


@pytorch("slice")
def cut(arguments: dict[str, Any], x: Shape) -> Built:
    index = [slice(None)] * len(x)
    index[arguments["axis"]] = slice(arguments.get("start"), arguments.get("stop"), arguments.get("step"))
    return Built(lambda tensor: tensor[tuple(index)])


@pytorch("select")
def select(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.select(arguments.get("axis", 0), arguments["index"]))


@pytorch("split")
def split(arguments: dict[str, Any], x: Shape) -> Built:
    axis = real_axis(arguments.get("axis", 0), x)
    if "parts" in arguments:
        return Built(lambda tensor: tensor.chunk(arguments["parts"], axis))
    return Built(lambda tensor: tensor.split(arguments["sizes"], axis))


@pytorch("expand")
def expand(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.expand(arguments["shape"]))


@pytorch("tile")
def tile(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(lambda tensor: tensor.tile(arguments["repeats"]))


@pytorch("roll")
def roll(arguments: dict[str, Any], x: Shape) -> Built:
    axes = real_axes(arguments["axis"], x)
    return Built(lambda tensor: tensor.roll([1] * len(axes), axes))


def last_axes(value: Any, x: Shape) -> list[Any]:
    """An entry for each of the last axes; a number is for every axis but the first."""
    if not isinstance(value, list):
        if len(x) < 2:
            raise ValueError("no axis but the first")
        return [value] * (len(x) - 1)
    if len(value) > len(x):
        raise ValueError("more entries than axes")
    return value


@pytorch("pad")
def pad(arguments: dict[str, Any], x: Shape) -> Built:
    """With a batch axis, as every network has it: F.pad takes ``[C, H, W]`` with one padded axis for three images."""
    entries = last_axes(arguments["padding"], x)
    margins = reversed_pairs([entry if isinstance(entry, list) else (entry, entry) for entry in entries])
    return Built(lambda tensor: functional.pad(tensor[None], margins, arguments.get("mode", "constant"))[0])


@pytorch("crop")
def crop(arguments: dict[str, Any], x: Shape) -> Built:
    """The middle, as torchvision's center_crop takes it where the image is large enough; or what margins leave."""
    entries = last_axes(arguments.get("size", arguments.get("margins")), x)
    first = len(x) - len(entries)

    def cropped(tensor: torch.Tensor) -> torch.Tensor:
        for axis, entry in enumerate(entries, first):
            if "size" in arguments:
                before, rest = round((x[axis] - entry) / 2), entry
            else:
                before, after = entry if isinstance(entry, list) else (entry, entry)
                rest = x[axis] - before - after
            if before < 0:
                raise ValueError("nothing is added")
            tensor = tensor.narrow(axis, before, rest)
        return tensor

    return Built(cropped)


@pytorch("upsample")
def upsample(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(nn.Upsample(**keywords(arguments, "scale", "size", "mode", "align_corners")))


@pytorch("pixel_shuffle")
def pixel_shuffle(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.PixelShuffle(arguments["factor"]))


@pytorch("pixel_unshuffle")
def pixel_unshuffle(arguments: dict[str, Any], x: Shape) -> Built:
    return Built(nn.PixelUnshuffle(arguments["factor"]))


@pytorch("channel_shuffle")
def channel_shuffle(arguments: dict[str, Any], x: Shape) -> Built:
    return batched(nn.ChannelShuffle(arguments["groups"]))
