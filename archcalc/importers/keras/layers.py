"""Dense layers, embeddings, norms, activations, and layers that pass on what they read where nobody trains."""

from __future__ import annotations

from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.keras.call import Call, rule
from archcalc.importers.keras.convolutions import bias
from archcalc.importers.keras.language import Layer, Said
from archcalc.layers.base import Arguments


@rule("Dense")
def dense(call: Call) -> Value:
    if call.get("lora_rank"):
        raise Unreadable("Dense with lora_rank, which adds two layers")
    return call.activated(call.add("linear", {"out": call.number("units"), **bias(call)}, call.x))


@rule("EinsumDense")
def einsum_dense(call: Call) -> Value:
    """A matrix of any axes: a linear layer where it maps the last one alone."""
    equation = str(call.get("equation", "")).replace(" ", "")
    read, _, rest = equation.partition(",")
    weight, _, gives = rest.partition("->")
    x, biased = call.x, call.get("bias_axes")
    if call.lead or not weight or not gives:
        raise Unreadable(f"EinsumDense of the equation {equation[:40]}")
    plain = weight == read[-1:] + gives[-1:] and gives[:-1] == read[:-1] and biased in (None, gives[-1:])
    size = call.get("output_shape")
    size = [size] if type(size) is int else size
    if plain and isinstance(size, list) and type(size[-1]) is int:
        arguments: Arguments = {"out": size[-1], **({} if biased else {"bias": False})}
        return call.activated(call.add("linear", arguments, x))
    sizes = letters(read.removeprefix("..."), x.shape, "..." in read)
    after = gives.removeprefix("...")
    known = [*zip(after[::-1], (size or [])[::-1], strict=False)]
    sizes |= {letter: number for letter, number in known if type(number) is int}
    own = read.replace(read[0], "") if "..." not in read else read
    kept = gives.replace(read[0], "") if "..." not in read else gives
    matrix = call.add("parameter", {"shape": [sizes[letter] for letter in weight]})
    y = call.add("einsum", {"equation": f"{own},{weight}->{kept}"}, x, matrix)
    if biased:
        inside = [sizes[letter] if letter in biased else 1 for letter in after if letter != read[0]]
        while inside and inside[0] == 1:
            inside.pop(0)
        y = call.add("add", {}, y, call.add("parameter", {"shape": inside or [1]}))
    return call.activated(y)


def letters(word: str, shape: tuple[int, ...], leading: bool) -> dict[str, int]:
    """The size of each letter of what is read, whose first is the batch unless ``...`` stands for it."""
    own = word if leading else word[1:]
    return dict(zip(own[::-1], shape[::-1], strict=False))


@rule("Embedding")
def embedding(call: Call) -> Value:
    if call.get("lora_rank"):
        raise Unreadable("Embedding with lora_rank, which adds two layers")
    return call.add("embedding", {"entries": call.number("input_dim"), "out": call.number("output_dim")}, call.x)


@rule("ReversibleEmbedding")
def reversible(call: Call) -> Value:
    """A table of vectors, or, reversed, the products of a vector with all of them."""
    entries, tied = call.number("input_dim"), call.get("tie_weights", True) is not False
    if not (call.kwargs.get("reverse") or call.args[1:2] == [True]):
        return call.add("embedding", {"entries": entries, "out": call.number("output_dim")}, call.x)
    node = call.node("linear", {"out": entries, "bias": False}, call.x)
    node.weights["weight"] = (*call.key, 1 if tied else "reversed", "weight")
    return node.outputs[0]


@rule("CategoryEncoding")
def categories(call: Call) -> Value:
    """A vector of counts in the place of indices, with nothing learned."""
    tokens, x = call.number("num_tokens"), call.x
    one = call.get("output_mode", "multi_hot") == "one_hot" and x.shape[-1:] != (1,)
    shape = [*(x.shape if one else x.shape[:-1]), tokens]
    return call.add("custom", {"out": shape, "params": 0, "macs": 0}, x)


@rule("Hashing IntegerLookup StringLookup")
def indices(call: Call) -> Value:
    if call.get("output_mode", "int") != "int":
        raise Unreadable(f"{call.layer.kind} with output_mode {str(call.get('output_mode'))[:40]}")
    return call.drop(call.layer.kind, call.x)


@rule("Highway")
def highway(call: Call) -> Value:
    """Of Keras 1: a gate between a dense layer and what it reads."""
    width = call.x.shape[-1]
    gate = call.add("sigmoid", {}, call.add("linear", {"out": width, **bias(call)}, call.x))
    mapped = call.activated(call.add("linear", {"out": width, **bias(call)}, call.x))
    return call.add("add", {}, call.add("mul", {}, gate, mapped), call.x)


@rule("MaxoutDense")
def maxout(call: Call) -> Value:
    arguments = {"out": call.number("units"), "pieces": call.number("nb_feature", 4), **bias(call)}
    return call.add("maxout", arguments, call.x)


# Norms


def channels(call: Call, axis: Any, x: Value) -> bool:
    """Whether a norm's axis is that of the file's channels."""
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    rank = len(x.shape)
    place = call.axis(axis, rank)
    return place == (0 if call.network.graph.layout == "CHW" and rank - call.lead > 2 else rank - 1)


def over_channels(call: Call, axis: Any, kind: str, arguments: Arguments) -> Value:
    """A norm of an axis, permuted to where the file has its channels."""
    x = call.x
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    place, rank = call.axis(axis, len(x.shape)), len(x.shape)
    own = 0 if call.network.graph.layout == "CHW" and rank > 1 else rank - 1
    if place == own:
        return many_axes(call, kind, arguments, x)
    order = [one for one in range(rank) if one != place]
    order.insert(own, place)
    y = many_axes(call, kind, arguments, call.permute(x, order))
    return call.permute(y, [order.index(one) for one in range(rank)])


def many_axes(call: Call, kind: str, arguments: Arguments, x: Value) -> Value:
    """A norm of channels takes three other axes at most: more of them are one for it."""
    if len(x.shape) <= 4:
        return call.add(kind, arguments, x)
    first = call.network.graph.layout == "CHW"
    flat = call.add("flatten", {"start": 1} if first else {"end": -2}, x)
    return call.reshape(call.add(kind, arguments, flat), x.shape)


@rule("BatchNormalization SyncBatchNormalization BatchNormalizationV1 BatchNormalizationV2")
def batch_norm(call: Call) -> Value:
    scale, center = call.get("scale", True) is not False, call.get("center", True) is not False
    arguments: Arguments = {"counter": False}
    if not (scale or center):
        arguments["affine"] = False
    elif not (scale and center):
        arguments["bias" if scale else "scale"] = False
    return over_channels(call, call.get("axis", -1), "batch_norm", arguments)


@rule("Normalization")
def normalization(call: Call) -> Value:
    """Mean, variance and a count that it keeps, as a norm that learns nothing does; none if the file says them."""
    x = call.x
    if call.get("mean") is not None or call.get("variance") is not None:
        return call.drop("Normalization by numbers of the file", x)
    axis = call.layer.get("axis", -1)
    if axis is None or axis == []:
        call.keep([2], "mean and variance")
        call.keep([1], "count")
        return x
    if isinstance(axis, list) and len(axis) > 1:
        sizes = [x.shape[call.axis(one, len(x.shape))] for one in axis]
        call.keep([2, *sizes], "mean and variance")
        call.keep([1], "count")
        return x
    return over_channels(call, axis, "batch_norm", {"affine": False})


def axes_of(call: Call, x: Value) -> list[int]:
    axis = call.get("axis", -1)
    return sorted(call.axis(one, len(x.shape)) for one in (axis if isinstance(axis, list) else [axis]))


@rule("LayerNormalization")
def layer_norm(call: Call) -> Value:
    x = call.x
    axes, rank = axes_of(call, x), len(x.shape)
    scale, center = call.get("scale", True) is not False, call.get("center", True) is not False
    arguments: Arguments = {} if axes == [rank - 1] else {"axis": axes if len(axes) > 1 else axes[0]}
    if call.get("rms_scaling"):
        return call.add("rms_norm", arguments, x)
    if not scale:
        y = call.add("layer_norm", {**arguments, "affine": False}, x)
        if not center:
            return y
        shape = [size if axis in axes else 1 for axis, size in enumerate(x.shape)][axes[0] :]
        return call.add("add", {}, y, call.add("parameter", {"shape": shape}))
    return call.add("layer_norm", {**arguments, **({} if center else {"bias": False})}, x)


@rule("RMSNormalization")
def rms_norm(call: Call) -> Value:
    axes = axes_of(call, call.x)
    usual = axes == [len(call.x.shape) - 1]
    return call.add("rms_norm", {} if usual else {"axis": axes if len(axes) > 1 else axes[0]}, call.x)


@rule("GroupNormalization")
def group_norm(call: Call) -> Value:
    groups, axis = call.number("groups", 32), call.get("axis", -1)
    size = call.x.shape[call.axis(axis, len(call.x.shape))]
    scale, center = call.get("scale", True) is not False, call.get("center", True) is not False
    arguments: Arguments = {"groups": size if groups == -1 else groups}
    if scale != center:
        y = over_channels(call, axis, "group_norm", {**arguments, "affine": False})
        shape = [size, *[1] * (len(y.shape) - 1 - call.axis(axis, len(y.shape)))]
        return call.add("mul" if scale else "add", {}, y, call.add("parameter", {"shape": shape}))
    return over_channels(call, axis, "group_norm", {**arguments, **({} if scale else {"affine": False})})


@rule("SpectralNormalization")
def spectral_norm(call: Call) -> Any:
    """The layer that it wraps, and a vector that it keeps."""
    inner = Layer(call.get("layer"))
    y = call.inside(inner, Said(call.args, call.kwargs))
    for node in call.network.graph.nodes[::-1]:
        if node.applied.weights and node.place.startswith(f"layer {'/'.join(call.key)}/"):
            call.keep([1, inner.get("filters") or inner.get("units") or node.applied.weights[0][1][-1]], "vector")
            break
    return y


@rule("LayerScale")
def layer_scale(call: Call) -> Value:
    """Of keras.applications.convnext: a learned factor a channel, which are last."""
    width = call.number("projection_dim", call.x.shape[-1])
    if call.network.graph.layout == "HWC" and width == call.x.shape[-1]:
        return call.add("layer_scale", {}, call.x)
    return call.add("mul", {}, call.x, call.add("parameter", {"shape": [width]}))


@rule("CustomScaleLayer")
def scaled_sum(call: Call) -> Value:
    """Of keras.applications.inception_resnet_v2: the first tensor, and the second times a number of the file."""
    return call.add("add", {}, *call.inputs)


# Activations


@rule("Activation")
def activation(call: Call) -> Value:
    return call.activated(call.x)


def real(call: Call, name: str, otherwise: float) -> float:
    value = call.get(name, otherwise)
    value = value.get("value") if isinstance(value, dict) else value
    if not isinstance(value, (int, float)):
        raise Unreadable(f"{call.layer.title} with {name} {str(value)[:40]}")
    return float(value)


@rule("ReLU ThresholdedReLU")
def relu(call: Call) -> Value:
    slope, most = real(call, "negative_slope", 0), call.get("max_value")
    if slope:
        return call.add("leaky_relu", {"slope": slope}, call.x)
    return call.add("relu6" if most == 6 else "relu", {}, call.x)


@rule("LeakyReLU")
def leaky_relu(call: Call) -> Value:
    name = "alpha" if call.get("negative_slope") is None else "negative_slope"
    return call.add("leaky_relu", {"slope": real(call, name, 0.3)}, call.x)


@rule("ELU")
def elu(call: Call) -> Value:
    return call.add("elu", {}, call.x)


@rule("ParametricSoftplus")
def parametric_softplus(call: Call) -> Value:
    """Of Keras 1: alpha * softplus(beta * x), with both for each position."""
    alpha, beta = (call.add("parameter", {"shape": learned_shape(call)}) for _ in "ab")
    return call.add("mul", {}, call.add("softplus", {}, call.add("mul", {}, call.x, beta)), alpha)


@rule("SReLU")
def s_relu(call: Call) -> Value:
    """Of Keras 1: three straight lines, of which the outer two have a slope and a threshold for each position."""
    x = call.x
    for _ in ("left", "right"):
        slope, threshold = (call.add("parameter", {"shape": learned_shape(call)}) for _ in "at")
        line = call.add("add", {}, call.add("mul", {}, x, slope), threshold)
        x = call.add("max", {"axis": 0}, call.add("stack", {"axis": 0}, x, line))
    return x


def shared_axes(call: Call) -> set[int]:
    said = call.get("shared_axes") or []
    axes = said if isinstance(said, list) else [said]
    return {call.axis(axis, len(call.x.shape)) for axis in axes} | {*range(call.lead)}


def learned_shape(call: Call) -> list[int]:
    """A number for each position of the axes that are not shared."""
    shared = shared_axes(call)
    return [1 if axis in shared else size for axis, size in enumerate(call.x.shape)]


@rule("PReLU")
def prelu(call: Call) -> Value:
    """A slope for each position of the axes that are not shared."""
    x, rank, shared = call.x, len(call.x.shape), shared_axes(call)
    own = [axis for axis in range(rank) if axis not in shared]
    channel = 0 if call.network.graph.layout == "CHW" and rank > 1 else rank - 1
    if not own:
        return call.add("prelu", {}, x)
    if own == [channel]:
        return call.add("prelu", {"channels": "all"}, x)
    slopes = call.add("parameter", {"shape": learned_shape(call)[own[0] :]})
    stacked = call.add("stack", {"axis": 0}, x, call.add("mul", {}, x, slopes))
    return call.add("max", {"axis": 0}, stacked)


@rule("Softmax")
def softmax(call: Call) -> Value:
    x, axis = call.inputs[0], call.get("axis", -1)
    axes = sorted(call.axis(one, len(x.shape)) for one in (axis if isinstance(axis, list) else [axis]))
    if len(axes) == 1:
        return call.add("softmax", {} if axes[0] == len(x.shape) - 1 else {"axis": axes[0]}, x)
    rest = [one for one in range(len(x.shape)) if one not in axes]
    order = [*rest, *axes]
    turned = call.permute(x, order)
    flat = call.reshape(turned, [*turned.shape[: len(rest)], -1])
    y = call.reshape(call.add("softmax", {}, flat), turned.shape)
    return call.permute(y, [order.index(one) for one in range(len(order))])


# What passes through


@rule("Dropout AlphaDropout GaussianDropout SpatialDropout1D SpatialDropout2D SpatialDropout3D")
def dropout(call: Call) -> Value:
    """As it is said; where whole samples are dropped it is left out, as its rate differs in every block."""
    if call.get("noise_shape") is not None:
        return call.drop("Dropout of whole samples", call.x)
    rate = call.get("rate", 0.5)
    return call.add("dropout", {"p": rate} if type(rate) in (int, float) and 0 <= rate <= 1 else {}, call.x)


@rule(
    "Identity Masking ActivityRegularization GaussianNoise Rescaling UnitNormalization RandomFlip RandomRotation",
    "RandomZoom RandomTranslation RandomContrast RandomBrightness RandomHeight RandomWidth RandomSharpness RandomHue",
    "RandomSaturation RandomColorJitter RandomColorDegeneration RandomGrayscale RandomInvert RandomPosterization",
    "RandomShear RandomErasing RandomGaussianBlur RandomPerspective RandomElasticTransform AutoContrast Equalization",
    "StochasticDepth Solarization RandAugment AugMix CutMix MixUp Discretization",
)
def passes(call: Call) -> Value:
    return call.drop(call.layer.kind, call.x)


@rule("InputLayer")
def inner_input(call: Call) -> Value:
    return call.x
