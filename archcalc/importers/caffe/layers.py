"""What layers of each type stand for: sizes and weights as src/caffe/layers has them in BVLC/caffe and its forks."""

from __future__ import annotations

from math import ceil

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.caffe.inputs import LABELLED, POOLS_REGIONS, compares
from archcalc.importers.caffe.network import RULES, Blob, Layer, Network, rule
from archcalc.importers.caffe.text import Message
from archcalc.layers.base import Arguments

REGIONS = 300
"""Regions that a network of proposals gives at test time (Ren et al. 2015)."""

Blobs = list["Blob | None"]


# Windows


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


@rule("Convolution", "ConvolutionDepthwise", "DepthwiseConvolution", "ConvolutionData")
def convolution(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Several bottoms go through the same weights."""
    given = layer.parameters("convolution_param")
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
        found.append(network.add("conv", [blob], arguments))
        share(network, len(found))
    return found


@rule("Deconvolution")
def deconvolution(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("convolution_param")
    found: Blobs = []
    for blob in read:
        single(network, blob)
        behind_channels(network, blob, given)
        arguments: Arguments = {"out": given.number("num_output", 0), **window(given, len(blob.shape) - 1)}
        if given.number("group", 1) > 1:
            arguments["groups"] = given.number("group", 1)
        if not given.flag("bias_term", True):
            arguments["bias"] = False
        found.append(network.add("conv_transpose", [blob], arguments))
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


# Dense layers


@rule("InnerProduct")
def inner_product(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("inner_product_param")
    blob = read[0]
    axis = network.axis(blob, given.number("axis", 1))
    if axis < len(blob.shape) - 1:
        blob = network.add("flatten", [blob], {"start": axis} if axis else {})
    arguments: Arguments = {"out": given.number("num_output", 0)}
    if not given.flag("bias_term", True):
        arguments["bias"] = False
    return [network.add("linear", [blob], arguments)]


@rule("Embed")
def embed(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("embed_param")
    size = {"entries": given.number("input_dim", 0), "out": given.number("num_output", 0)}
    found = network.add("embedding", read[:1], size)
    if not given.flag("bias_term", True):
        return [found]
    return [network.add("add", [found, network.add("parameter", [], {"shape": [size["out"]]})])]


@rule("LSTM", "RNN")
def recurrent(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """[T, N, ...]: the batch is the second axis. The second bottom says where sequences go on; a third is static."""
    given = layer.parameters("recurrent_param")
    blob = read[0]
    if len(read) > 2:
        return network.not_known(f"{layer.type} with an input that is static", read)
    if len(blob.shape) > 2:
        blob = network.add("flatten", [blob], {"start": 1})
    hidden = given.number("num_output", 0)
    if layer.type == "LSTM":
        return [network.add("lstm", [blob], {"hidden": hidden, "biases": 1})]
    return [network.add("linear", [network.add("rnn", [blob], {"hidden": hidden, "biases": 1})], {"out": hidden})]


# Norms


@rule("BatchNorm")
def batch_norm(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Mean, variance and a factor for both; scale and shift are a layer of their own, but NVIDIA's may have them."""
    own = layer.parameters("batch_norm_param").flag("scale_bias", False)
    return [network.add("batch_norm", read[:1], {} if own else {"affine": False})]


@rule("Scale")
def scale(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """A factor a channel, and a shift with ``bias_term``: behind a BatchNorm they are its own. Or a product of two."""
    given = layer.parameters("scale_param")
    blob, biased = read[0], given.flag("bias_term", False)
    if len(read) > 1:
        factor = fitted(network, read[1], blob, given.number("axis", 1))
        shape = [*factor.shape]
    else:
        shape = numbers_of(network, blob, given)
        if biased and shape[:1] == [*blob.shape[:1]] and all(size == 1 for size in shape[1:]):
            found = norm_with(network, blob)
            if found is not None:
                return [found]
        factor = network.add("parameter", [], {"shape": shape})
    found = network.add("mul", [blob, factor])
    return [network.add("add", [found, network.add("parameter", [], {"shape": shape})]) if biased else found]


def norm_with(network: Network, norm: Blob) -> Blob | None:
    """The norm directly before, with a scale and a shift of its own, where nothing else reads it."""
    node = norm.value.node
    last = network.graph.nodes[-1] if network.graph.nodes else None
    is_bare = node is not None and node is last and node.type == "batch_norm" and "affine" in node.arguments
    if node is None or not is_bare or not network.only_this_reads(norm.value):
        return None
    network.graph.nodes.pop()
    found = network.add("batch_norm", node.inputs)
    network.graph.nodes[-1].place = node.place
    return found


def numbers_of(network: Network, blob: Blob, given: Message) -> list[int]:
    """The shape of what Scale and Bias learn: ``num_axes`` axes from ``axis`` on, one number for all with none."""
    rank, axes = len(blob.shape), given.number("num_axes", 1)
    if axes == 0:
        return [1] * rank
    axis = network.axis(blob, given.number("axis", 1))
    end = rank if axes < 0 else axis + axes
    return [*blob.shape[axis:end], *[1] * (rank - end)]


def fitted(network: Network, blob: Blob, like: Blob, axis: int) -> Blob:
    """A tensor whose axes are those of another from ``axis`` on, with axes of 1 behind them."""
    start = network.axis(like, axis) if axis else 0
    shape = [*blob.shape, *[1] * (len(like.shape) - start - len(blob.shape))]
    return blob if len(shape) == len(blob.shape) else network.add("reshape", [blob], {"shape": shape})


@rule("Bias")
def bias(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    given = layer.parameters("bias_param")
    if len(read) > 1:
        return [network.add("add", [read[0], fitted(network, read[1], read[0], given.number("axis", 1))])]
    shape = numbers_of(network, read[0], given)
    return [network.add("add", [read[0], network.add("parameter", [], {"shape": shape})])]


@rule("BN")
def bn(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """A scale and a shift a channel. SegNet's has statistics of the images at hand, PSPNet's keeps them."""
    given = layer.parameters("bn_param")
    keeps = given.messages("slope_filler") or given.words("momentum") or given.words("frozen")
    return [network.add("batch_norm", read[:1], {"counter": False} if keeps else {"track": False})]


@rule("LRN")
def lrn(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    return [network.add("local_response_norm", read, {"size": layer.parameters("lrn_param").number("local_size", 5)})]


@rule("MVN")
def mvn(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    if layer.parameters("mvn_param").flag("across_channels", False):
        axes = list(range(-len(read[0].shape), 0))
        return [network.add("layer_norm", read, {"axis": axes, "affine": False})]
    return [network.add("instance_norm", read)]


@rule("Normalize")
def normalize(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """SSD's norm over the channels of a position, with a factor a channel, or one for all."""
    given = layer.parameters("norm_param")
    axes = [*range(len(read[0].shape))] if given.flag("across_spatial", True) else [0]
    found = network.add("rms_norm", read, {"axis": axes, "affine": False})
    size = 1 if given.flag("channel_shared", True) else read[0].shape[0]
    factor = network.add("parameter", [], {"shape": [size, *[1] * (len(read[0].shape) - 1)]})
    return [network.add("mul", [found, factor])]


# Activations

SIMPLE: dict[str, tuple[str, Arguments]] = {
    **dict.fromkeys(("ReLU6", "Relu6"), ("relu6", {})),
    "Sigmoid": ("sigmoid", {}), "TanH": ("tanh", {}), "AbsVal": ("abs", {}), "BNLL": ("softplus", {}),
    "ELU": ("elu", {}), "SELU": ("selu", {}), "Swish": ("silu", {}), "Mish": ("mish", {}), "GELU": ("gelu", {}),
    "HardSwish": ("hardswish", {}), "HardSigmoid": ("hardsigmoid", {}), "Exp": ("exp", {}), "Log": ("log", {}),
}  # fmt: skip


def simple(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    type, arguments = SIMPLE[layer.type]
    return [network.add(type, [blob], arguments) for blob in read]


RULES.update(dict.fromkeys(SIMPLE, simple))


@rule("Dropout", "SpatialDropout")
def dropout(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    return [network.add("dropout", read, {"p": layer.parameters("dropout_param").real("dropout_ratio", 0.5)})]


@rule("ReLU")
def relu(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    slope = layer.parameters("relu_param").real("negative_slope", 0)
    return [network.add("leaky_relu", read, {"slope": slope}) if slope else network.add("relu", read)]


@rule("PReLU")
def prelu(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """A slope a channel unless one is for all."""
    shared = layer.parameters("prelu_param").flag("channel_shared", False)
    return [network.add("prelu", read, {} if shared else {"channels": "all"})]


@rule("Power", "Threshold", "Clip")
def elementwise(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """(shift + scale * x) ** power with numbers of the file: nothing is learned."""
    power = layer.parameters("power_param").real("power", 1)
    return [network.add({2.0: "square", 0.5: "sqrt"}.get(power, "identity"), read)]


@rule("Softmax", "SoftmaxWithLoss", "SoftmaxLoss")
def softmax(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """With a loss behind it the probabilities are what the network gives."""
    axis = network.axis(read[0], layer.parameters("softmax_param").number("axis", 1))
    last = len(read[0].shape) - 1
    found = network.add("softmax", read[:1], {} if axis == last else {"axis": axis})
    if layer.type == "Softmax":
        return [found]
    return network.leave_out([found])


# What learns nothing and computes nothing that a later layer of ours reads


@rule(*(LABELLED - {"SoftmaxWithLoss", "SoftmaxLoss"}), "DetectionOutput", "ArgMax", "Filter")
def left_out(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """A loss may compare two tensors that weights made, as that of a siamese network does; others are labels."""
    compared = [blob for blob in read[1:] if blob.value in network.learned] if compares(layer) else read[1:]
    return network.leave_out([*read[:1], *compared])


@rule("PriorBox", reads=0)
def prior_box(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Boxes that follow from the sizes of the maps alone."""
    network.left_out.setdefault(layer.type, layer)
    return [None]


@rule("Python", "Proposal", reads=0)
def python(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """Code that nobody runs; a proposal of regions is known by its name, and gives 300 at test time."""
    given = layer.parameters("python_param")
    if not read:
        return [*RULES["Data"](network, layer, read)]
    if layer.message.words("loss_weight"):
        return [*left_out(network, layer, read)]
    if layer.type == "Python" and "proposal" not in f"{given.text('module')} {given.text('layer')}".lower():
        return network.not_known(f"Python ({given.text('module')}.{given.text('layer')})", read)
    said = f"{layer.place} proposes regions: {REGIONS} are taken, and what follows runs for each"
    network.notes.append(Diagnostic(said, layer.message.span))
    arguments: Arguments = {"out": [REGIONS, 5], "params": 0, "macs": 0}
    network.whole = True
    return [network.add("custom", read, arguments) for _ in layer.tops[:1]]


@rule(*POOLS_REGIONS, reads=2, maps=True)
def roi_pooling(network: Network, layer: Layer, read: list[Blob]) -> Blobs:
    """The part of the maps that each region covers, in one size: [C, H, W] and [regions, 5] -> [regions, C, h, w]."""
    given = layer.parameters("roi_pooling_param", "roi_align_param", "psroi_pooling_param")
    maps, regions = read[:2]
    if not regions.whole:
        message = f"{layer.place} pools regions, and '{layer.bottoms[1]}' is none that a layer here proposes"
        raise SpecError(Diagnostic(message, layer.message.span))
    height, width = given.number("pooled_h", 1), given.number("pooled_w", 1)
    channels = maps.shape[0]
    if layer.type == "PSROIPooling":
        height = width = given.number("group_size", 1)
        channels = given.number("output_dim", 1)
    network.whole = True
    out = [regions.shape[0], channels, height, width]
    return [network.add("custom", [maps, regions], {"out": out, "params": 0, "macs": 0})]
