"""What several tools count of a layer, for one sample."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.conventions.rule import Rule, done
from archcalc.dims import scaled, volume
from archcalc.graph.inference import Applied


def read(applied: Applied) -> Any:
    """Elements of the first input."""
    return volume(applied.inputs[0])


def given(applied: Applied) -> Any:
    """Elements of all outputs."""
    return sum(map(volume, applied.outputs))


def weights(applied: Applied, *beginnings: str) -> Any:
    """Elements of the weights whose names begin in one of these ways."""
    return sum(size for name, _, size in applied.weights if name.startswith(beginnings))


BIAS = Rule("B", "bias additions", lambda applied: done(applied, "add"))  # of layers that add nothing else
INPUT = Rule("I", "input elements", read)
OUTPUT = Rule("O", "output elements", given)


# Convolutions


def offsets(applied: Applied) -> Any:
    """Multiply-adds of the convolution that predicts the offsets: an ordinary one, unlike the one that uses them."""
    return weights(applied, "offset.weight") * volume(applied.outputs[0][1:])


def gates_bias(applied: Applied) -> Any:
    """Bias additions of a convolutional LSTM, whose cell adds twice as often as it multiplies."""
    return done(applied, "add") - 2 * done(applied, "mul")


OFFSETS = Rule("Mo", "multiply-adds of the offsets", offsets)
GATES_BIAS = Rule("B", "bias additions", gates_bias)


# Attention. nn.MultiheadAttention calls a fused kernel, into which no tool sees. It has no windows and no position
# biases, so a layer with them is written out as matrix products and a softmax, which most tools see.


def attention(applied: Applied, *, projections: int, products: int, softmax: int) -> Any:
    """So many times the multiply-adds of the projections, those of the pairs, and the pairs of query and key a head."""
    layer: Any = applied.layer
    mapped = layer.macs(applied.inputs, applied.outputs[0], 0)
    return projections * mapped + products * (done(applied, "mac") - mapped) + softmax * done(applied, "exp")


def either(fused: Rule, written_out: Rule) -> Rule:
    """Attention as nn.MultiheadAttention does it, or with windows or position biases."""

    def count(applied: Applied) -> Any:
        layer: Any = applied.layer
        is_fused = layer.window_ is None and layer.position_bias is None
        return (fused if is_fused else written_out).count(applied)

    return Rule(fused.sign, f"{fused.words} (with windows or position biases: {written_out.words})", count)


PROJECTIONS = Rule(
    "Mp", "multiply-adds of the projections", lambda applied: attention(applied, projections=1, products=0, softmax=0)
)

# Recurrent layers


def steps(applied: Applied) -> Any:
    """Time steps of all sequences."""
    return volume(applied.inputs[0][:-1])


def unit_operations(applied: Applied, lstm: int) -> Any:
    """Operations of all hidden units in a time step, beside matrices and biases."""
    layer: Any = applied.layer
    each = {"rnn": 1, "gru": 7, "lstm": lstm}[layer.type_name]
    return each * layer.hidden * layer.layers * len(layer.directions())


# Norms, pools, upsampling


def norm(with_weights: int, without: int) -> Rule:
    """A norm: so many operations an element where it scales and shifts, fewer where it does not."""
    words = f"{with_weights} x input elements ({without} x without weights)"
    return Rule(
        f"{with_weights}I", words, lambda applied: read(applied) * (with_weights if applied.weights else without)
    )


def batch_norm(applied: Applied) -> Any:
    layer: Any = applied.layer
    return (TRACKED if layer.track else UNTRACKED).count(applied)


TRACKED, UNTRACKED = norm(2, 1), norm(5, 4)
BATCH_NORM = Rule(TRACKED.sign, f"{TRACKED.words}; without running statistics {UNTRACKED.words}", batch_norm)


def is_trailing(applied: Applied) -> bool:
    """Whether a layer norm is over the last axes, as nn.LayerNorm's is. Over others it is a class of its own."""
    layer: Any = applied.layer
    rank = len(applied.inputs[0])
    axes = sorted(axis % rank for axis in layer.axis)
    return axes == list(range(rank - len(axes), rank))


def padded_neighbours(applied: Applied) -> Any:
    """Elements that nn.LocalResponseNorm pools: its channels, and size - 1 more."""
    layer: Any = applied.layer
    x = applied.inputs[0]
    return (x[0] + layer.size - 1) * volume(x[1:])


LOCAL_NORM = 3 * INPUT + Rule("N", "elements of the padded channels", padded_neighbours)
POWER_POOL = INPUT + 2 * OUTPUT


def rescaled_input(applied: Applied) -> Any:
    """Input elements times the scales of an upsampling, floored once; for a whole scale the output elements."""
    layer: Any = applied.layer
    return scaled(read(applied), prod(layer.scale))


def gated(*functions: str) -> Rule:
    """A gated unit whose gate is one of these activations, called as a function."""
    words = f"output elements, where the gate is {', '.join(functions[:-1])} or {functions[-1]}"

    def count(applied: Applied) -> Any:
        layer: Any = applied.layer
        return given(applied) if layer.act in functions else 0

    return Rule("O", words, count)


def by_mode(each: dict[str, int]) -> Rule:
    """So many operations an output element, by the mode of the interpolation."""
    words = ", ".join(f"{number} ({mode})" for mode, number in each.items())

    def count(applied: Applied) -> Any:
        layer: Any = applied.layer
        return each.get(layer.mode, 0) * given(applied)

    return Rule("nO", f"{words} x output elements", count)
