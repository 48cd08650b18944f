"""The profiler of DeepSpeed, as it was mended in August 2026."""

from typing import Any

from archcalc.conventions.einsum import printed_cost
from archcalc.conventions.groups import GLOBAL_POOLS, POOLS, SLICE_NORMS
from archcalc.conventions.networks import FOUR_DIGITS, NO_POOL
from archcalc.conventions.quantities import (
    BATCH_NORM,
    BIAS,
    GATES_BIAS,
    INPUT,
    LOCAL_NORM,
    POWER_POOL,
    UNTRACKED,
    either,
    gated,
    offsets,
    rescaled_input,
    steps,
    unit_operations,
    weights,
)
from archcalc.conventions.rule import MACS, Convention, Rule, done, of
from archcalc.dims import volume
from archcalc.graph.inference import Applied


def offsets_and_bias(applied: Applied) -> Any:
    return 2 * offsets(applied) + weights(applied, "offset.bias") * volume(applied.outputs[0][1:])


def recurrent(applied: Applied) -> Any:
    gates = sum(shape[0] for name, shape, _ in applied.weights if name.startswith("weight_hh"))
    matrices = 2 * weights(applied, "weight_ih", "weight_hh") - 2 * gates
    return steps(applied) * (matrices + weights(applied, "bias") + unit_operations(applied, lstm=10))


def upsampling(applied: Applied) -> Any:
    """_upsample_flops_compute knows no channels where it is given a size, nor the axes where that is one number."""
    layer: Any = applied.layer
    if layer.size is None:
        return rescaled_input(applied)
    size = layer.given["size"]
    return volume(size) if isinstance(size, (list, tuple)) else size


OFFSETS = Rule("2Mo+B", "2 x multiply-adds of the offsets + their biases", offsets_and_bias)
EINSUM = Rule("~2M", "what numpy.einsum_path counts, to the four digits that it prints", printed_cost)
PAIRS = Rule("S", "pairs of query and key a head", lambda applied: done(applied, "exp"))
RECURRENT = Rule(
    "(2P+u)·t",
    "2 x weights (without a projection) - 2 x gates + biases, and 1 (gru 7, lstm 10) a unit, in every time step",
    recurrent,
)

CONVENTION = Convention(
    "deepspeed",
    version="0.19.8",
    unit="FLOPs",
    counts="2 for each multiply-add, biases of convolutions, norms, activations, pools",
    source="DeepSpeed 0.19.8, profiling/flops_profiler/profiler.py",
    rules={
        **of(2 * MACS + BIAS, "convolution", "transposed convolution"),
        "deformable convolution": OFFSETS,
        **of(2 * MACS, "linear", "matrix product", "attention without weights", "custom"),
        "einsum": EINSUM,
        "attention": either(2 * MACS, 2 * MACS + PAIRS),
        "recurrent": RECURRENT,
        "convolutional LSTM": 2 * MACS + GATES_BIAS,
        "batch norm": BATCH_NORM,
        **of(UNTRACKED, *SLICE_NORMS),
        "local response norm": LOCAL_NORM,
        **of(INPUT, "relu", "leaky relu", "prelu", "gelu", "silu", "softmax", *POOLS, *GLOBAL_POOLS),
        "gated unit": gated("relu", "silu", "gelu"),
        "power-average pool": POWER_POOL,
        "upsampling": Rule("I·s", "input elements x scale (with size: positions of one channel)", upsampling),
    },
    wrong={**NO_POOL, **FOUR_DIGITS},
    notes=(
        "nn.MultiheadAttention is counted here as with need_weights=False. If its weights are asked for, their softmax"
        " is counted too.",
        "calflops has the rules from before: see 'archcalc count calflops'.",
    ),
)
