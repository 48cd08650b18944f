"""Dense layers, norms and activations: weights as src/caffe/layers has them in BVLC/caffe and its forks."""

from __future__ import annotations

from archcalc.importers.caffe.network import RULES, Blob, Blobs, Layer, Network, rule
from archcalc.importers.caffe.text import Message
from archcalc.layers.base import Arguments

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
    """[T, N, ...]: the batch is the second axis. The second bottom says where sequences go on; a third is static.

    With ``expose_hidden`` the last two are the states to begin with, and those at the end are given.
    """
    given = layer.parameters("recurrent_param")
    blob, states = read[0], read[-2:] if given.flag("expose_hidden", False) and len(read) > 3 else []
    if states and layer.type == "RNN":
        return network.not_known("RNN with expose_hidden", read)
    if len(read) - len(states) > 2:
        return network.not_known(f"{layer.type} with an input that is static", read)
    if len(blob.shape) > 2:
        blob = network.add("flatten", [blob], {"start": 1})
    hidden = given.number("num_output", 0)
    if states:
        network.add("lstm", [blob, *states], {"hidden": hidden, "biases": 1, "states": True})
        return [Blob(value) for value in network.graph.nodes[-1].outputs]
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
