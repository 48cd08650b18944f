"""Layers of windows: convolutions and pools, whose sizes Caffe rounds in two ways."""

from __future__ import annotations

from math import ceil

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.caffe.network import Blob, Blobs, Layer, Network, rule
from archcalc.importers.caffe.text import Message
from archcalc.layers.base import Arguments


def per_axis(given: Message, name: str, default: int, axes: int = 2) -> list[int]:
    """``kernel_size``, ``stride``, ``pad`` or ``dilation``: one number, one an axis, or those of h and w apart."""
    if name == "dilation" and any(given.words(word) for word in ("hole", "hole_h", "hole_w")):
        name = "hole"  # DeepLab's word
    short = {"kernel_size": "kernel"}.get(name, name)
    if given.words(f"{short}_h") or given.words(f"{short}_w"):
        return [given.number(f"{short}_h", default), given.number(f"{short}_w", default)]
    numbers = given.numbers(name) or [default]
    return numbers * axes if len(numbers) == 1 else numbers


def one_or_list(numbers: list[int]) -> object:
    return numbers[0] if len({*numbers}) == 1 else numbers


def window(given: Message, axes: int) -> Arguments:
    """Kernel, stride, padding and dilation, where they are not usual."""
    found: Arguments = {"kernel": one_or_list(per_axis(given, "kernel_size", 1, axes))}
    usual = (("stride", "stride", 1), ("pad", "padding", 0), ("dilation", "dilation", 1))
    for name, word, default in usual:
        numbers = per_axis(given, name, default, axes)
        if any(number != default for number in numbers):
            found[word] = one_or_list(numbers)
    return found


@rule("Convolution", "ConvolutionDepthwise", "DepthwiseConvolution", "ConvolutionData", "Deconvolution")
def convolution(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Several bottoms go through the same weights."""
    given = layer.parameters("convolution_param")
    type = "conv_transpose" if layer.type == "Deconvolution" else "conv"
    found: Blobs = []
    for blob in read:
        single(network, blob)
        behind_channels(network, blob, given)
        arguments: Arguments = {"out": given.number("num_output", 0), **window(given, len(blob.shape) - 1)}
        groups = blob.shape[0] if "Depthwise" in layer.type else given.number("group", 1)
        if groups > 1:
            arguments["groups"] = groups
        if not given.flag("bias_term", True):
            arguments["bias"] = False
        found.append(network.add(type, [blob], arguments))
        share(network, len(found))
    return found


def share(network: Network, runs: int) -> None:
    """Let the last of several runs of a layer have the weights of the first."""
    if runs > 1:
        network.graph.nodes[-1].weights = network.graph.nodes[-2].weights


def single(network: Network, blob: Blob) -> None:
    """Raise SpecError for maps of regions: their windows would run over the regions as well."""
    if blob.whole and len(blob.shape) > 2:
        message = f"{network.layer.place} reads maps of {blob.shape[0]} regions, and windows are for one map"
        raise SpecError(Diagnostic(message, network.layer.message.span))


def behind_channels(network: Network, blob: Blob, given: Message) -> None:
    """Raise SpecError for channels on another axis than the first: axes before them would be a batch."""
    if network.axis(blob, given.number("axis", 1)) != 0:
        message = f"{network.layer.place} has its channels on axis {given.number('axis', 1)}, and only axis 1 is read"
        raise SpecError(Diagnostic(message, network.layer.message.span))


@rule("Pooling")
def pooling(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Sizes are rounded up, and with padding a last window that would start in it is dropped. Forks say otherwise.

    A second top is where the largest values were: who reads it undoes the pool, and knows the sizes.
    """
    given = layer.parameters("pooling_param")
    kind = given.text("pool", "MAX")
    word = {"AVE": "avg", "1": "avg"}.get(kind, "max")
    blob = read[0]
    if blob.whole and len(blob.shape) == 4:
        return [whole_maps(network, blob, given, word)]
    single(network, blob)
    if given.flag("global_pooling", False):
        return [network.add(f"adaptive_{word}_pool", [blob], {"size": 1})]
    axes = len(blob.shape) - 1
    kernel, stride, pad = (
        per_axis(given, name, default, axes) for name, default in (("kernel_size", 1), ("stride", 1), ("pad", 0))
    )
    arguments: Arguments = {"kernel": one_or_list(kernel)}
    if stride != kernel:
        arguments["stride"] = one_or_list(stride)
    if any(pad):
        small = all(2 * one <= size for one, size in zip(pad, kernel, strict=False))
        arguments["padding"] = one_or_list(pad) if small else [[one, one] for one in pad]
    rounds_down = not given.flag("ceil_mode", True) or given.text("round_mode", "CEIL") in ("FLOOR", "1")
    if not rounds_down and any(sticks_out(*one) for one in zip(blob.shape[1:], kernel, stride, pad, strict=False)):
        arguments["ceil_mode"] = True
    return [network.add(f"{word}_pool", [blob], arguments)] * max(len(layer.tops), 1)


def whole_maps(network: Network, blob: Blob, given: Message, word: str) -> Blob:
    """One value for each map of each region. Raises SpecError for windows that are smaller than the maps."""
    covers = per_axis(given, "kernel_size", 1) == [*blob.shape[2:]] and not any(per_axis(given, "pad", 0))
    if not covers and not given.flag("global_pooling", False):
        single(network, blob)
    return network.add({"avg": "mean"}.get(word, word), [blob], {"axis": [2, 3], "keep": True})


def sticks_out(size: int, kernel: int, stride: int, pad: int) -> bool:
    """Whether there is a window more where sizes are rounded up."""
    if stride < 1:
        return False
    positions = ceil((size + 2 * pad - kernel) / stride) + 1
    if pad and (positions - 1) * stride >= size + pad:
        positions -= 1
    return positions != (size + 2 * pad - kernel) // stride + 1


@rule("Im2col")
def im2col(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("convolution_param")
    return [network.add("unfold", [blob], window(given, len(blob.shape) - 1)) for blob in read]


@rule("SPP", maps=True)
def pyramid(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Pools over 1, 2, 4, ... windows an axis, joined."""
    height = layer.parameters("spp_param").number("pyramid_height", 1)
    if height < 1:
        raise SpecError(Diagnostic(f"pyramid_height of {layer.place} is above 0, not {height}", layer.message.span))
    pools = [network.add("adaptive_max_pool", read, {"size": 2**level}) for level in range(min(height, 10))]
    vectors = [network.add("flatten", [pool]) for pool in pools]
    return [network.add("concat", vectors) if len(vectors) > 1 else vectors[0]]
