"""The DeepSpeed profiler's rules, as calflops has them."""

from typing import Any

from archcalc.analysis.conventions.groups import GLOBAL_POOLS, POOLS, SLICE_NORMS
from archcalc.analysis.conventions.networks import FOUR_DIGITS, NO_POOL, SWINS_V2
from archcalc.analysis.conventions.quantities import (
    BIAS,
    GATES_BIAS,
    INPUT,
    LOCAL_NORM,
    POWER_POOL,
    PROJECTIONS,
    either,
    norm,
    offsets,
    printed_cost,
    read,
    steps,
    unit_operations,
    weights,
)
from archcalc.analysis.conventions.rule import MACS, Convention, Rule, done, of
from archcalc.dims import volume
from archcalc.graph.inference import Applied


def transposed(applied: Applied) -> Any:
    """Twice the multiply-adds, divided by the groups once more; biases as if the input were convolved.

    _conv_trans_flops_compute reads the second axis of the weight, out / groups, as the output's channels.
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


def offsets_and_bias(applied: Applied) -> Any:
    return 2 * offsets(applied) + weights(applied, "offset.bias") * volume(applied.outputs[0][1:])


def recurrent(applied: Applied) -> Any:
    gates = sum(shape[0] for name, shape, _ in applied.weights if name.startswith("weight_hh"))
    matrices = 2 * weights(applied, "weight_ih", "weight_hh") - 2 * gates
    return steps(applied) * (matrices + weights(applied, "bias") + unit_operations(applied, lstm=10))


def upsampling(applied: Applied) -> Any:
    """_upsample_flops_compute computes the scaled size and drops it; of a size it knows no channels."""
    layer: Any = applied.layer
    return read(applied) if layer.size is None else volume(layer.size)


TRANSPOSED = Rule("2M/g+b", "2 x multiply-adds / groups + biases at the positions of a convolution", transposed)
OFFSETS = Rule("2Mo+B", "2 x multiply-adds of the offsets + their biases", offsets_and_bias)
EINSUM = Rule("~2M", "2 x multiply-adds + 1, to the four digits that NumPy prints", printed_cost)
PAIRS = Rule("S", "pairs of query and key a head", lambda applied: done(applied, "exp"))
RECURRENT = Rule(
    "(2P+u)·t",
    "2 x weights (without a projection) - 2 x gates + biases, and 1 (gru 7, lstm 10) a unit, in every time step",
    recurrent,
)

CONVENTION = Convention(
    "deepspeed",
    unit="FLOPs",
    counts="2 for each multiply-add, biases of convolutions, norms, activations, pools; not fused attention",
    source="the DeepSpeed profiler's rules, calflops 0.3.2, pytorch_ops.py",
    rules={
        "convolution": 2 * MACS + BIAS,
        "transposed convolution": TRANSPOSED,
        "deformable convolution": OFFSETS,
        **of(2 * MACS, "linear", "matrix product", "custom"),
        "einsum": EINSUM,
        "attention": either(2 * PROJECTIONS, 2 * MACS + PAIRS),
        "recurrent": RECURRENT,
        "convolutional LSTM": 2 * MACS + GATES_BIAS,
        "batch norm": norm(2, 1),
        **of(norm(5, 4), *SLICE_NORMS),
        "local response norm": LOCAL_NORM,
        **of(INPUT, "relu", "leaky relu", "prelu", "gelu", "silu", "softmax", *POOLS, *GLOBAL_POOLS),
        "power-average pool": POWER_POOL,
        "upsampling": Rule("I", "input elements (with size: positions of one channel)", upsampling),
    },
    wrong={
        **NO_POOL,
        "the scores of its attention are the operator @, which is not seen": SWINS_V2,
        **FOUR_DIGITS,
    },
)
