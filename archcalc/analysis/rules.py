"""What a convention can count of a layer, each in words, as a sign for a table and as arithmetic on its shapes.

A rule counts one sample. Those that only one tool has stand below, named after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.dims import maximum, volume
from archcalc.graph.inference import Applied


class Rule:
    """What is counted: ``sign`` in a table, ``words`` in a sentence, ``count`` of a layer on its inputs."""

    __slots__ = ("sign", "words", "count")

    def __init__(self, sign: str, words: str, count: Callable[[Applied], Any]) -> None:
        self.sign, self.words, self.count = sign, words, count

    def __add__(self, other: Rule) -> Rule:
        def count(applied: Applied) -> Any:
            return self.count(applied) + other.count(applied)

        return Rule(f"{self.sign}+{other.sign}", f"{self.words} + {other.words}", count)

    def __rmul__(self, factor: int) -> Rule:
        return Rule(f"{factor}{self.sign}", f"{factor} x {self.words}", lambda applied: factor * self.count(applied))


def done(applied: Applied, operation: str) -> Any:
    """How many of one elementary operation the layer does."""
    return applied.ops.get(operation, 0)


def read(applied: Applied) -> Any:
    """Elements of the first input."""
    return volume(applied.inputs[0])


def given(applied: Applied) -> Any:
    """Elements of all outputs."""
    return sum(map(volume, applied.outputs))


def weights(applied: Applied, *names: str) -> Any:
    """Elements of the weights whose names begin so."""
    return sum(size for name, _, size in applied.weights if name.startswith(names))


MACS = Rule("M", "multiply-adds", lambda applied: done(applied, "mac"))
EVERYTHING = Rule(
    "E", "2 x multiply-adds + every other operation", lambda applied: sum(applied.ops.values()) + done(applied, "mac")
)
BIAS = Rule("B", "bias additions", lambda applied: done(applied, "add"))  # of layers that add nothing else
INPUT = Rule("I", "input elements", read)
OUTPUT = Rule("O", "output elements", given)
PARAMETERS = Rule("P", "weight and bias, once a sample", lambda applied: weights(applied, "weight", "bias"))


def norm(with_weights: int, without: int) -> Rule:
    """A norm: so many an element where it scales and shifts, fewer where it does not."""
    words = f"{with_weights} x input elements ({without} x without weights)"
    return Rule(
        f"{with_weights}I", words, lambda applied: read(applied) * (with_weights if applied.weights else without)
    )


# Convolutions


def offsets_bias(applied: Applied) -> Any:
    """Bias additions of both convolutions of a deformable one."""
    return weights(applied, "bias", "offset.bias") * volume(applied.outputs[0][1:])


def ptflops_interpolation(applied: Applied) -> Any:
    """ptflops adds 24 at each position of the kernel, whatever the channels (deformable_conv_flops_counter_hook)."""
    layer: Any = applied.layer
    return 24 * volume(layer.kernel) * volume(applied.outputs[0][1:])


def gates_bias(applied: Applied) -> Any:
    """Bias additions of a convolutional LSTM, whose cell adds twice as often as it multiplies."""
    return done(applied, "add") - 2 * done(applied, "mul")


def offsets(applied: Applied) -> Any:
    """Multiply-adds of the convolution that predicts the offsets: an ordinary one, unlike the one that uses them."""
    return weights(applied, "offset.weight") * volume(applied.outputs[0][1:])


def offsets_and_bias(applied: Applied) -> Any:
    return 2 * offsets(applied) + weights(applied, "offset.bias") * volume(applied.outputs[0][1:])


OFFSETS = Rule("Mo", "multiply-adds of the offsets", offsets)
DEEPSPEED_OFFSETS = Rule("2Mo+B", "2 x multiply-adds of the offsets + their biases", offsets_and_bias)
DEFORMABLE_BIAS = Rule("B", "bias additions", offsets_bias)
INTERPOLATION = Rule("24K", "24 x kernel volume x output positions", ptflops_interpolation)
GATES_BIAS = Rule("B", "bias additions", gates_bias)
PARAMETERS_BY_POSITION = Rule(
    "P·o",
    "weights and biases, at every output position",
    lambda applied: weights(applied, "") * volume(applied.outputs[0][1:]),
)


def deepspeed_transposed(applied: Applied) -> Any:
    """Twice the multiply-adds, divided by the groups once more; biases as if the input were convolved.

    DeepSpeed's _conv_trans_flops_compute reads the second axis of the weight, out / groups, as the output's channels.
    """
    layer: Any = applied.layer
    spatial = applied.inputs[0][1:]
    channels = layer.out // layer.groups
    products = volume(layer.kernel) * applied.inputs[0][0] * (channels // layer.groups) * volume(spatial)
    axes = zip(spatial, layer.kernel, layer.stride, layer.pads(*applied.inputs), layer.dilation, strict=True)
    shrunk = [
        (size + pad.total - dilation * (kernel - 1) - 1) // stride + 1 for size, kernel, stride, pad, dilation in axes
    ]
    return 2 * products + (channels * volume(shrunk) if layer.bias else 0)


DEEPSPEED_TRANSPOSED = Rule(
    "2M/g+b", "2 x multiply-adds / groups + biases at the positions of a convolution", deepspeed_transposed
)

# Matrix products


def printed_cost(applied: Applied) -> int:
    """What numpy.einsum_path prints, and two tools read back: 2 x multiply-adds + 1, in four digits."""
    cost = 2 * done(applied, "mac") + 1
    return round(cost, min(4 - len(str(cost)), 0))


FVCORE_EINSUM = Rule(
    "~M", "multiply-adds, to the four digits that NumPy prints", lambda applied: printed_cost(applied) // 2
)
DEEPSPEED_EINSUM = Rule("~2M", "2 x multiply-adds + 1, to the four digits that NumPy prints", printed_cost)

# Attention. nn.MultiheadAttention calls a fused kernel, into which no tool sees; it knows neither windows nor biases of
# positions, so a layer that has them is written with matrix products and a softmax, which most tools see.


def attention(applied: Applied, *, projections: int, products: int, softmax: int) -> Any:
    """So many times the multiply-adds of the projections, those of the pairs, and the pairs of query and key a head."""
    layer: Any = applied.layer
    mapped = layer.macs(applied.inputs, applied.outputs[0], 0)
    return projections * mapped + products * (done(applied, "mac") - mapped) + softmax * done(applied, "exp")


def is_written_out(applied: Applied) -> bool:
    """Whether a layer of attention is more than nn.MultiheadAttention offers."""
    layer: Any = applied.layer
    return layer.window is not None or layer.position_bias is not None


def either(fused: Rule, written_out: Rule) -> Rule:
    """Attention as nn.MultiheadAttention does it, or with windows or position biases."""

    def count(applied: Applied) -> Any:
        return (written_out if is_written_out(applied) else fused).count(applied)

    return Rule(fused.sign, f"{fused.words} (with windows or position biases: {written_out.words})", count)


PROJECTIONS = Rule(
    "Mp", "multiply-adds of the projections", lambda applied: attention(applied, projections=1, products=0, softmax=0)
)
SCORES_AND_PAIRS = Rule(
    "S",
    "multiply-adds of the scores + pairs a head",
    lambda applied: attention(applied, projections=0, products=1, softmax=1),
)
PAIRS = Rule("S", "pairs of query and key a head", lambda applied: done(applied, "exp"))


def ptflops_attention(applied: Applied) -> Any:
    """Multiply-adds, scaled queries, biases, softmax; the bias of the output whether it has one or not."""
    layer: Any = applied.layer
    query, key, _ = layer.tensors(applied.inputs)
    biases = volume(query) + 2 * volume(key[:-1]) * query[-1] if layer.qkv_bias else 0
    return done(applied, "mac") + volume(query) + biases + done(applied, "exp") + volume(applied.outputs[0])


PTFLOPS_ATTENTION = Rule("M+B+I+S", "multiply-adds + biases + scaled queries + pairs a head", ptflops_attention)


def thop_attention(applied: Applied) -> Any:
    """Multiply-adds and a softmax of 3 S - 1 operations for each query and head, S being the keys it sees."""
    layer: Any = applied.layer
    query = applied.inputs[0]
    return done(applied, "mac") + 3 * done(applied, "exp") - layer.heads * volume(query[:-1])


THOP_ATTENTION = Rule("M+3S", "multiply-adds + 3 x pairs a head - queries a head", thop_attention)

# Recurrent layers: what a tool counts in each time step.

PTFLOPS_UNITS = {"rnn": 1, "gru": 7, "lstm": 10}
THOP_UNITS = {"rnn": 1, "gru": 7, "lstm": 8}


def steps(applied: Applied) -> Any:
    return volume(applied.inputs[0][:-1])


def unit_operations(applied: Applied, each: dict[str, int]) -> Any:
    """Operations of all hidden units in a time step, beside matrices and biases."""
    layer: Any = applied.layer
    return each[layer.type_name] * layer.hidden * layer.layers * len(layer.directions())


def gate_rows(applied: Applied) -> Any:
    return sum(shape[0] for name, shape, _ in applied.weights if name.startswith("weight_hh"))


TORCHINFO_RECURRENT = Rule(
    "P·t", "weights and biases, in every time step", lambda applied: steps(applied) * weights(applied, "")
)
PTFLOPS_RECURRENT = Rule(
    "(P+u)·t",
    "weights (without a projection) and biases, and 1 (gru 7, lstm 10) a unit, in every time step",
    lambda applied: (
        steps(applied) * (weights(applied, "weight_ih", "weight_hh", "bias") + unit_operations(applied, PTFLOPS_UNITS))
    ),
)
THOP_RECURRENT = Rule(
    "(P+u)·t",
    "weights and biases, and 1 (gru 7, lstm 8) a unit, in every time step",
    lambda applied: steps(applied) * (weights(applied, "") + unit_operations(applied, THOP_UNITS)),
)
DEEPSPEED_RECURRENT = Rule(
    "(2P+u)·t",
    "2 x weights (without a projection) - 2 x gates + biases, and 1 (gru 7, lstm 10) a unit, in every time step",
    lambda applied: (
        steps(applied)
        * (
            2 * weights(applied, "weight_ih", "weight_hh")
            - 2 * gate_rows(applied)
            + weights(applied, "bias")
            + unit_operations(applied, PTFLOPS_UNITS)
        )
    ),
)

# Norms, pools, softmax, upsampling


def trailing_axes(applied: Applied) -> bool:
    """Whether a layer norm is over the last axes, as nn.LayerNorm's; over the channels of an image it is not."""
    layer: Any = applied.layer
    rank = len(applied.inputs[0])
    axes = sorted(axis % rank for axis in layer.axis)
    return axes == list(range(rank - len(axes), rank))


def on_images(rule: Rule) -> Rule:
    """The rule, where the input is ``[C, H, W]``."""

    def count(applied: Applied) -> Any:
        return rule.count(applied) if len(applied.inputs[0]) == 3 else 0

    return Rule(rule.sign, f"{rule.words}, of images only", count)


def padded_neighbours(applied: Applied) -> Any:
    """Elements that nn.LocalResponseNorm pools: its channels, and size - 1 more."""
    layer: Any = applied.layer
    x = applied.inputs[0]
    return (x[0] + layer.size - 1) * volume(x[1:])


TRAILING_NORM = Rule(
    "I",
    "input elements, where trailing axes are normalised",
    lambda applied: read(applied) if trailing_axes(applied) else 0,
)
LOCAL_NORM = 3 * INPUT + Rule("N", "elements of the padded channels", padded_neighbours)
POWER_POOL = INPUT + 2 * OUTPUT
WINDOWS = Rule(
    "K·I",
    "kernel volume x input elements",
    lambda applied: volume(applied.layer.kernel) * read(applied),  # type: ignore[attr-defined]
)
WINDOWS_READ = Rule("W", "elements that the windows read", lambda applied: done(applied, "add") + given(applied))
THOP_SOFTMAX = Rule("3I", "3 x input elements - slices", lambda applied: 2 * read(applied) + softmax_additions(applied))


def softmax_additions(applied: Applied) -> Any:
    """Additions of a sum along the axis of a softmax: its elements less one, a slice."""
    layer: Any = applied.layer
    x = applied.inputs[0]
    axis = layer.axis % len(x)
    return maximum(x[axis] - 1, 0) * volume([size for other, size in enumerate(x) if other != axis])


FVCORE_UPSAMPLING = {"nearest": 1, "bilinear": 4}
THOP_UPSAMPLING = {"linear": 5, "bilinear": 11, "bicubic": 259, "trilinear": 31}


def by_mode(each: dict[str, int]) -> Rule:
    """So many operations an output element, as the mode of the interpolation has them."""
    words = ", ".join(f"{number} ({mode})" for mode, number in each.items())

    def count(applied: Applied) -> Any:
        layer: Any = applied.layer
        return each.get(layer.mode, 0) * given(applied)

    return Rule("nO", f"{words} x output elements", count)


def deepspeed_upsampling(applied: Applied) -> Any:
    """DeepSpeed's _upsample_flops_compute computes the scaled size and drops it; of a size it knows no channels."""
    layer: Any = applied.layer
    return read(applied) if layer.size is None else volume(layer.size)


DEEPSPEED_UPSAMPLING = Rule("I", "input elements (with size: positions of one channel)", deepspeed_upsampling)
