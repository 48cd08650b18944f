"""ptflops, its ``pytorch`` backend."""

from typing import Any

from archcalc.conventions.groups import GLOBAL_POOLS, POOLS
from archcalc.conventions.networks import DENSENETS, FUNCTIONS, NO_POOL, OWN_NORM
from archcalc.conventions.quantities import (
    BIAS,
    GATES_BIAS,
    INPUT,
    LOCAL_NORM,
    POWER_POOL,
    attention,
    either,
    gated,
    given,
    is_trailing,
    norm,
    read,
    rescaled_input,
    steps,
    unit_operations,
    weights,
)
from archcalc.conventions.rule import MACS, Convention, Rule, done, of
from archcalc.dims import volume
from archcalc.graph.inference import Applied


def offsets_bias(applied: Applied) -> Any:
    """Bias additions of both convolutions of a deformable one."""
    return weights(applied, "bias", "offset.bias") * volume(applied.outputs[0][1:])


def interpolation(applied: Applied) -> Any:
    """24 at each position of the kernel, whatever the channels (deformable_conv_flops_counter_hook)."""
    layer: Any = applied.layer
    return 24 * volume(layer.kernel) * volume(applied.outputs[0][1:])


def fused_attention(applied: Applied) -> Any:
    """Multiply-adds, scaled queries, biases, softmax; the bias of the output whether it has one or not."""
    layer: Any = applied.layer
    query, key, _ = layer.tensors(applied.inputs)
    biases = volume(query) + 2 * volume(key[:-1]) * query[-1] if layer.qkv_bias else 0
    return done(applied, "mac") + volume(query) + biases + done(applied, "exp") + volume(applied.outputs[0])


def recurrent(applied: Applied) -> Any:
    return steps(applied) * (weights(applied, "weight_ih", "weight_hh", "bias") + unit_operations(applied, lstm=10))


def trailing(applied: Applied) -> Any:
    return read(applied) if is_trailing(applied) else 0


def upsampling(applied: Applied) -> Any:
    """Module and function; the function floors once, not each axis."""
    layer: Any = applied.layer
    return given(applied) + (given(applied) if layer.scale is None else rescaled_input(applied))


DEFORMABLE_BIAS = Rule("B", "bias additions", offsets_bias)
INTERPOLATION = Rule("24K", "24 x kernel volume x output positions", interpolation)
FUSED = Rule("M+B+I+S", "multiply-adds + biases + scaled queries + pairs a head", fused_attention)
WRITTEN_OUT = Rule(
    "S",
    "multiply-adds of the scores + pairs a head",
    lambda applied: attention(applied, projections=0, products=1, softmax=1),
)
RECURRENT = Rule(
    "(P+u)·t",
    "weights (without a projection) and biases, and 1 (gru 7, lstm 10) a unit, in every time step",
    recurrent,
)
UPSAMPLING = Rule("O+I·s", "output elements + input elements x scale (with size: 2 x output elements)", upsampling)

CONVENTION = Convention(
    "ptflops",
    version="0.7.5",
    unit="multiply-adds",
    counts="multiply-adds, biases, norms, activations, pools, most of the last two twice: module and function",
    source="ptflops 0.7.5, pytorch_ops.py",
    rules={
        **of(MACS + BIAS, "convolution", "transposed convolution", "linear"),
        "deformable convolution": MACS + DEFORMABLE_BIAS + INTERPOLATION,
        **of(MACS, "matrix product", "custom"),
        "attention": either(FUSED, WRITTEN_OUT),
        "recurrent": RECURRENT,
        "convolutional LSTM": MACS + GATES_BIAS,
        **of(norm(2, 1), "batch norm", "group norm", "instance norm"),
        "layer norm": Rule("I", "input elements, where trailing axes are normalised", trailing),
        "local response norm": LOCAL_NORM,
        **of(2 * INPUT, "relu", "prelu", "gelu", *POOLS, *GLOBAL_POOLS),
        **of(INPUT, "relu6", "leaky relu", "silu", "softmax"),
        "power-average pool": POWER_POOL,
        "gated unit": gated("relu", "silu", "gelu"),
        "upsampling": Rule(
            "O+I·s", "output elements + input elements x scale (with size: 2 x output elements)", upsampling
        ),
    },
    wrong={
        **NO_POOL,
        "the last relu or pool is a function there, counted once": f"{DENSENETS} mobilenet_v2",
        "relus and pools are functions there, counted once": "googlenet inception_v3",
        **OWN_NORM,
        **FUNCTIONS,
        "its attention is two einsums, which are not counted": "maxvit_t",
    },
    notes=(
        "A layer norm over the channels of an image is taken for a class of its own, which is not known. Written as"
        " nn.LayerNorm between two permutations it is counted, once an element.",
        "nn.MultiheadAttention is counted here as with need_weights=False. If its weights are asked for, functions are"
        " counted beside the module.",
    ),
)
