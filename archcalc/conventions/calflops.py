"""calflops: the rules of DeepSpeed's profiler from before they were mended."""

from typing import Any

from archcalc.conventions import deepspeed
from archcalc.conventions.networks import FOUR_DIGITS, NO_POOL, SWINS_V2
from archcalc.conventions.quantities import PROJECTIONS, either, read
from archcalc.conventions.rule import MACS, Convention, Rule
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


def upsampling(applied: Applied) -> Any:
    """_upsample_flops_compute computes the scaled size and drops it."""
    layer: Any = applied.layer
    return read(applied) if layer.size is None else deepspeed.upsampling(applied)


CONVENTION = Convention(
    "calflops",
    version="0.3.2",
    unit="FLOPs",
    counts="2 for each multiply-add, biases of convolutions, norms, activations, pools; not fused attention",
    source="calflops 0.3.2, pytorch_ops.py: the DeepSpeed profiler's rules before August 2026",
    rules={
        **{group: rule for group, rule in deepspeed.CONVENTION.rules.items() if group != "attention without weights"},
        "transposed convolution": Rule(
            "2M/g+b", "2 x multiply-adds / groups + biases at the positions of a convolution", transposed
        ),
        "attention": either(2 * PROJECTIONS, 2 * MACS + deepspeed.PAIRS),
        "upsampling": Rule("I", "input elements (with size: positions of one channel)", upsampling),
    },
    wrong={
        **NO_POOL,
        "the scores of its attention are the operator @, which is not seen": SWINS_V2,
        **FOUR_DIGITS,
    },
    notes=(
        "nn.MultiheadAttention is counted here as with need_weights=False. If its weights are asked for, its products"
        " and their softmax are counted too.",
        "DeepSpeed has mended its rules since: see 'archcalc count deepspeed'.",
    ),
)
