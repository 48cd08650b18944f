"""Where archcalc refuses what PyTorch lets pass, on purpose, and where PyTorch itself says both yes and no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .case import Case

SIZES = (
    "out kernel stride dilation groups offset_groups multiplier pieces entries hidden layers size factor parts step"
    " heads head_dim value_dim kv_heads window"
).split()
PER_AXIS = "kernel stride padding output_padding dilation size scale".split()
SPATIAL = (
    "conv conv_transpose depthwise_conv deform_conv unfold max_pool avg_pool lp_pool adaptive_avg_pool"
    " adaptive_max_pool max_unpool upsample"
).split()


FRAMES = ("conv_lstm", "conv_gru")


def entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def size_below_one(case: Case) -> bool:
    return any(
        not isinstance(entry, str) and entry < 1
        for name in SIZES
        if name in case.arguments
        for entry in entries(case.arguments[name])
    )


def list_of_another_length(case: Case) -> bool:
    if case.layer not in (*SPATIAL, *FRAMES, "fold"):
        return False
    axes = 2 if case.layer == "fold" else len(case.inputs[0]) - (2 if case.layer in FRAMES else 1)
    return any(
        isinstance(value, list) and len(value) != axes for name, value in case.arguments.items() if name in PER_AXIS
    )


def axis_to_be_said(case: Case) -> bool:
    same = all(len(x) == 2 and x == case.inputs[0] for x in case.inputs)
    return case.layer in ("concat", "stack") and "axis" not in case.arguments and same


def squeezed_axis_not_one(case: Case) -> bool:
    x = case.inputs[0] if case.inputs else ()
    return case.layer == "squeeze" and any(
        -len(x) <= axis < len(x) and x[axis] != 1 for axis in entries(case.arguments["axis"])
    )


def fewer_pieces(case: Case) -> bool:
    if case.layer != "split" or "parts" not in case.arguments:
        return False
    (x,), parts, axis = case.inputs, case.arguments["parts"], case.arguments.get("axis", 0)
    if parts < 1 or not -len(x) <= axis < len(x) or x[axis] == 0:
        return False
    piece = -(-x[axis] // parts)
    return -(-x[axis] // piece) != parts


def no_axis_to_reduce(case: Case) -> bool:
    return case.layer in ("mean", "sum", "max") and case.arguments.get("axis") == []


def nothing_read(case: Case) -> bool:
    if case.layer in ("batch_norm", "instance_norm"):
        return case.inputs[0][:1] == (0,)
    return case.layer in (*SPATIAL, *FRAMES, "global_avg_pool") and 0 in case.inputs[0]


def new_axis_of_minus_one(case: Case) -> bool:
    return case.layer == "expand" and -1 in case.arguments["shape"][: -len(case.inputs[0]) or None]


def negative_repeat(case: Case) -> bool:
    return case.layer == "tile" and min(case.arguments["repeats"], default=0) < 0


def channels_padded(case: Case) -> bool:
    if case.layer != "pad" or case.arguments.get("mode", "constant") == "constant":
        return False
    padding = case.arguments["padding"]
    return isinstance(padding, list) and len(padding) == len(case.inputs[0])


def all_of_an_axis_cut(case: Case) -> bool:
    if case.layer != "pad" or case.arguments.get("mode") not in ("reflect", "replicate"):
        return False
    padding, (x,) = case.arguments["padding"], case.inputs
    pads = padding if isinstance(padding, list) else [padding] * (len(x) - 1)
    totals = [sum(pad) if isinstance(pad, list) else 2 * pad for pad in pads]
    return any(size + total < 1 for size, total in zip(reversed(x), reversed(totals), strict=False))


def keys_that_do_not_fit(case: Case) -> bool:
    if case.layer != "scaled_dot_product_attention" or min(map(len, case.inputs)) < 2:
        return False
    query, key, value = case.inputs
    grouped = case.arguments.get("enable_gqa") and "heads" in case.arguments
    return (query[-1] != key[-1] and not grouped) or key[-2] != value[-2]


def heads_that_do_not_fit(case: Case) -> bool:
    if case.layer != "scaled_dot_product_attention" or not case.arguments.get("enable_gqa"):
        return False
    if "heads" in case.arguments or min(map(len, case.inputs)) < 3:
        return False
    query, key, _ = case.inputs
    return key[-3] == 0 or query[-3] % key[-3] != 0


def negative_padding(case: Case) -> bool:
    return case.layer == "max_unpool" and min(entries(case.arguments.get("padding", 0))) < 0


STRICTER: dict[Callable[[Case], bool], str] = {
    size_below_one: "a size that is given is 1 or more: PyTorch builds a layer of empty weights, and warns",
    list_of_another_length: "a list has an entry for each spatial axis: PyTorch stretches a list of one",
    axis_to_be_said: "two tensors of two axes fit along both: the spec says which",
    squeezed_axis_not_one: "PyTorch leaves an axis that is not 1 as it is: here nothing is silently ignored",
    fewer_pieces: "torch.chunk gives fewer pieces than asked for: each has a name here",
    no_axis_to_reduce: "PyTorch takes an empty list of axes for all of them",
    nothing_read: "some layers of PyTorch build empty weights, warn, and give another shape on the CPU than on meta",
    new_axis_of_minus_one: "PyTorch gives a tensor with a size of -1 where another size is 0",
    negative_repeat: "PyTorch's CPU takes it where there is nothing to repeat, its meta device does not",
    channels_padded: "a mode pads spatial axes: PyTorch takes the batch for the channels",
    all_of_an_axis_cut: "of several axes PyTorch asks only that one has a position left",
    keys_that_do_not_fit: "PyTorch does not look where nothing is read, nor its CPU at the number of values",
    heads_that_do_not_fit: "PyTorch does not look at the number of heads where nothing is read",
    negative_padding: "torch.nn.MaxUnpool does not look",
}
"""What archcalc refuses and PyTorch does not, and why. The answer that is recorded is the refusal."""

ONLY_ON_CPU = ("max_unpool", "channel_shuffle")
"""What PyTorch does not have on the meta device."""

CPU_REFUSES = {
    "conv": "no position; a negative padding",
    "conv_transpose": "no position or channel; an output_padding as large as the stride; an output of no positions",
    "depthwise_conv": "no position; a negative padding",
    "deform_conv": "no position; a negative padding",
    "conv_lstm": "no position",
    "conv_gru": "no position",
    "unfold": "a negative padding",
    "adaptive_avg_pool": "no position or channel",
    "upsample": "no position, read or given",
    "pixel_unshuffle": "a size that the factor does not divide, where there are no elements",
    "take": "an axis of no positions; an index that is not there",
}
"""Layer types of which PyTorch's meta device takes what its CPU refuses, and what that is: we follow the CPU."""
