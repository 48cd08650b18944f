"""Layers of windows: convolutions, pools, padding, cropping, resampling.

Where a layer runs along axes in front of its own (TimeDistributed), its window is one position wide along these.
"""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.keras.call import Call, rule
from archcalc.layers.base import Arguments

MOST_SPATIAL = 3


def rank_of(call: Call) -> int:
    """The spatial axes of a layer, as its class says: Conv2D, MaxPooling1D."""
    return next(int(sign) for sign in call.layer.kind if sign.isdigit())


def one_or_list(numbers: list[Any]) -> Any:
    return numbers[0] if all(number == numbers[0] for number in numbers) else numbers


def window(call: Call, rank: int, size: str = "kernel_size", stride_like_size: bool = False) -> Arguments:
    """Kernel, stride, padding and dilation, where they are not usual."""
    lead = [1] * call.lead
    if rank + call.lead > MOST_SPATIAL and call.lead:
        raise Unreadable(f"{call.layer.title} in TimeDistributed: windows along {rank + call.lead} axes")
    kernel = lead + call.per_axis(size, rank, 2 if stride_like_size else None)
    found: Arguments = {"kernel": one_or_list(kernel)}
    strides = lead + call.per_axis("strides", rank, kernel[len(lead) :] if stride_like_size else 1)
    if strides != (kernel if stride_like_size else [1] * len(strides)):
        found["stride"] = one_or_list(strides)
    padding = str(call.get("padding", "valid")).lower()
    dilation = lead + call.per_axis("dilation_rate", rank, 1)
    if padding == "same":
        found["padding"] = "same"
    elif padding == "causal":
        found["padding"] = [*([0] * call.lead), [(kernel[-1] - 1) * dilation[-1], 0]]
    elif padding == "full":
        found["padding"] = one_or_list([size - 1 for size in kernel])
    if any(number != 1 for number in dilation):
        found["dilation"] = one_or_list(dilation)
    return found


def bias(call: Call) -> Arguments:
    return {} if call.get("use_bias", True) else {"bias": False}


@rule("Conv1D Conv2D Conv3D")
def convolution(call: Call) -> Value:
    rank = rank_of(call)
    arguments: Arguments = {"out": call.number("filters"), **window(call, rank)}
    if call.number("groups", 1) != 1:
        arguments["groups"] = call.number("groups")
    y = call.placed(rank, call.x, lambda x: call.add("conv", {**arguments, **bias(call)}, x))
    return call.activated(y)


@rule("Conv1DTranspose Conv2DTranspose Conv3DTranspose")
def transposed(call: Call) -> Value:
    """``same`` gives in * stride positions, ``valid`` never fewer than that; Keras 1 says how many there are."""
    rank, lead = rank_of(call), [1] * call.lead
    kernel, stride = lead + call.per_axis("kernel_size", rank), lead + call.per_axis("strides", rank, 1)
    dilation = lead + call.per_axis("dilation_rate", rank, 1)
    width = [(size - 1) * step + 1 for size, step in zip(kernel, dilation, strict=True)]
    same, output = call.get("padding", "valid") == "same", call.get("output_padding")
    arguments: Arguments = {"out": call.number("filters"), "kernel": one_or_list(kernel)}
    if any(step != 1 for step in stride):
        arguments["stride"] = one_or_list(stride)
    if any(step != 1 for step in dilation):
        arguments["dilation"] = one_or_list(dilation)
    more = [0] * len(kernel)
    if isinstance(call.get("output_shape"), list) and not call.lead and len(call.x.shape) == rank + 1:
        spatial = slice(-rank, None) if call.first(rank) else slice(-rank - 1, -1)
        sizes, given = call.get("output_shape")[spatial], call.x.shape[spatial]
        cut = [(n - 1) * step + size - out for n, step, size, out in zip(given, stride, width, sizes, strict=True)]
        more = [-one if one < 0 else one % 2 for one in cut]
        if any(one > 0 for one in cut):
            arguments["padding"] = one_or_list([max(one + 1, 0) // 2 for one in cut])
    elif output is not None:
        more = [0] * call.lead + call.per_axis("output_padding", rank)
        if same:
            arguments["padding"] = one_or_list([size // 2 for size in width])
    elif same:
        arguments["padding"] = "same"
    else:
        more = [max(step - size, 0) for size, step in zip(width, stride, strict=True)]
    if any(more):
        arguments["output_padding"] = one_or_list(more)
    y = call.placed(rank, call.x, lambda x: call.add("conv_transpose", {**arguments, **bias(call)}, x))
    return call.activated(y)


@rule("DepthwiseConv1D DepthwiseConv2D")
def depthwise(call: Call) -> Value:
    rank = rank_of(call)
    arguments = {**window(call, rank), **multiplier(call), **bias(call)}
    return call.activated(call.placed(rank, call.x, lambda x: call.add("depthwise_conv", arguments, x)))


def multiplier(call: Call) -> Arguments:
    return {} if call.number("depth_multiplier", 1) == 1 else {"multiplier": call.number("depth_multiplier")}


@rule("SeparableConv1D SeparableConv2D")
def separable(call: Call) -> Value:
    """A depthwise convolution without bias, then one of kernel 1."""
    rank = rank_of(call)
    arguments = {**window(call, rank), **multiplier(call), "bias": False}

    def both(x: Value) -> Value:
        x = call.add("depthwise_conv", arguments, x)
        return call.add("conv", {"out": call.number("filters"), "kernel": 1, **bias(call)}, x)

    return call.activated(call.placed(rank, call.x, both))


@rule("LocallyConnected1D LocallyConnected2D")
def local(call: Call) -> Value:
    """A convolution with a matrix of its own at every position."""
    rank = rank_of(call)
    if call.lead or call.first(rank) != (call.network.graph.layout == "CHW"):
        raise Unreadable(f"{call.layer.title} with channels elsewhere than in the file")
    filters, given, x = call.number("filters"), window(call, rank), call.x
    if rank == 1:  # a map of one column
        x = call.add("unsqueeze", {"axis": 2 if call.network.graph.layout == "CHW" else 1}, x)
        given = {name: [size, 1] if type(size) is int else size for name, size in given.items()}
    probe = call.network.graph.applied("conv", {"out": filters, **given}, [x]).gives[0]
    places = prod(probe[:-1] if call.network.graph.layout == "HWC" else probe[1:])
    columns = call.add("unfold", given, x)
    if columns.shape[0] != places:
        columns = call.add("transpose", {"axis": [0, 1]}, columns)
    size = columns.shape[1]
    weights = call.add("parameter", {"shape": [places, size, filters]})
    y = call.add("einsum", {"equation": "pi,pio->po"}, columns, weights)
    if call.get("use_bias", True):
        y = call.add("add", {}, y, call.add("parameter", {"shape": [places, filters]}))
    if call.network.graph.layout == "CHW":
        y = call.add("transpose", {"axis": [0, 1]}, y)
    return call.activated(y if rank == 1 else call.reshape(y, probe))


# Pools


@rule("MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D")
def pool(call: Call) -> Value:
    rank = rank_of(call)
    kind = "max_pool" if call.layer.kind.startswith("Max") else "avg_pool"
    arguments = window(call, rank, "pool_size", True)
    return call.placed(rank, call.x, lambda x: call.add(kind, arguments, x))


@rule(
    "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D"
    " GlobalAveragePooling3D"
)
def global_pool(call: Call) -> Value:
    rank, keep = rank_of(call), bool(call.get("keepdims", False))
    short = "max" if "Max" in call.layer.kind else "avg"
    x = call.x
    if call.lead:
        start = call.lead + call.first(rank)
        axes = [*range(start, start + rank)]
        arguments = {"axis": one_or_list(axes) if rank == 1 else axes, **({"keep": True} if keep else {})}
        return call.add("max" if short == "max" else "mean", arguments, x)
    if call.first(rank) != (call.network.graph.layout == "CHW"):
        start = 1 if call.first(rank) else 0
        axes = [*range(start, start + rank)]
        arguments = {"axis": axes, **({"keep": True} if keep else {})}
        return call.add("max" if short == "max" else "mean", arguments, x)
    return call.add(f"adaptive_{short}_pool", {"size": 1}, x) if keep else call.add(f"global_{short}_pool", {}, x)


@rule(
    "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D"
    " AdaptiveMaxPooling2D AdaptiveMaxPooling3D"
)
def adaptive_pool(call: Call) -> Value:
    rank = rank_of(call)
    kind = "adaptive_max_pool" if "Max" in call.layer.kind else "adaptive_avg_pool"
    size = one_or_list(call.per_axis("output_size", rank))
    return call.placed(rank, call.x, lambda x: call.add(kind, {"size": size}, x))


# Padding, cropping, resampling


def margins(call: Call, name: str, rank: int) -> list[Any]:
    """What is added or cut before and after each axis."""
    said = call.get(name, 1)
    if isinstance(said, dict):  # Keras 1
        said = [
            [said.get(one, 0), said.get(other, 0)]
            for one, other in (("top_pad", "bottom_pad"), ("left_pad", "right_pad"))
        ]
    if type(said) not in (int, list):
        raise Unreadable(f"{call.layer.title} with {name} {str(said)[:40]}")
    if type(said) is int:
        found: list[Any] = [[said, said]] * rank
    elif len(said) == 2 * rank and all(type(one) is int for one in said):  # Keras 1
        found = [[*said[axis : axis + 2]] for axis in range(0, 2 * rank, 2)]
    else:
        found = [[one, one] if type(one) is int else [*one] for one in said]
    if len(found) != rank or any(type(size) is not int for pair in found for size in pair):
        raise Unreadable(f"{call.layer.title} with {name} {str(said)[:40]}")
    return [pair[0] if pair[0] == pair[1] else pair for pair in found]


@rule("ZeroPadding1D ZeroPadding2D ZeroPadding3D")
def zero_padding(call: Call) -> Value:
    rank = rank_of(call)
    padding = [0] * call.lead + margins(call, "padding", rank)
    said = padding[0] if type(padding[0]) is int and one_or_list(padding) == padding[0] else padding
    return call.placed(rank, call.x, lambda x: call.add("pad", {"padding": said}, x))


@rule("Cropping1D Cropping2D Cropping3D")
def cropping(call: Call) -> Value:
    rank = rank_of(call)
    said = [0] * call.lead + margins(call, "cropping", rank)
    return call.placed(rank, call.x, lambda x: call.add("crop", {"margins": said}, x))


@rule("UpSampling1D UpSampling2D UpSampling3D")
def upsampling(call: Call) -> Value:
    rank = rank_of(call)
    scale = [1] * call.lead + call.per_axis("size", rank, 2)
    mode = call.get("interpolation", "nearest")
    arguments: Arguments = {"scale": one_or_list(scale)}
    if mode in ("bilinear", "bicubic") and not call.lead:
        arguments["mode"] = mode
    return call.placed(rank, call.x, lambda x: call.add("upsample", arguments, x))


@rule("Resizing")
def resizing(call: Call) -> Value:
    size = [1] * call.lead + [call.number("height"), call.number("width")]
    mode = call.get("interpolation", "bilinear")
    arguments: Arguments = {"size": size}
    if mode in ("bilinear", "bicubic") and not call.lead:
        arguments["mode"] = mode
    return call.placed(2, call.x, lambda x: call.add("upsample", arguments, x))


@rule("CenterCrop RandomCrop")
def center_crop(call: Call) -> Value:
    """The middle; an image that is smaller is resized."""
    size = [call.number("height"), call.number("width")]

    def cut(x: Value) -> Value:
        sides = x.shape[call.lead :][1:] if call.network.graph.layout == "CHW" else x.shape[call.lead :][:2]
        if any(want > has for want, has in zip(size, sides, strict=True)):
            return call.add("upsample", {"size": size, "mode": "bilinear"}, x)
        return call.add("crop", {"size": [*x.shape[: call.lead], *size]}, x)

    return call.placed(2, call.x, cut)
