"""The laws of scaling, family by family: which cost of a layer follows what, and why.

A type that is added later stands in a law of inputs here, in FREE, or in EXEMPT with its reason; so does each of its
arguments that is a size. tests/properties/test_scaling.py asks for it.
"""

from __future__ import annotations

from math import prod
from typing import Any

from .scaling import (
    Change,
    Changed,
    Given,
    Law,
    Shapes,
    Sized,
    all_of,
    argument,
    axis,
    given_elements,
    given_positions,
    kernel_volume,
    leading,
    longer,
    read_elements,
    read_positions,
    same,
    share,
    stretched,
    times,
    times_squared,
    where,
)

ELEMENTWISE = (
    "relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign log_sigmoid"
    " abs exp log sqrt square sin cos leaky_relu"
)

FREE = (
    "unfold max_unpool dropout drop_path identity flatten unflatten reshape permute transpose squeeze unsqueeze slice"
    " select split expand tile roll pad crop pixel_shuffle pixel_unshuffle channel_shuffle concat stack take"
)
"""Types that move or pass on what they read: no weights and no operations, whatever their arguments and inputs."""

# Changes that one family needs


def kernel_alone(given: Given, shapes: Shapes, k: int) -> Changed:
    """A kernel k times as long on each axis."""
    kernel = given["kernel"]
    return {**given, "kernel": [k * one for one in kernel] if isinstance(kernel, list) else k * kernel}, shapes


def kernel_and_room(given: Given, shapes: Shapes, k: int) -> Changed:
    """A kernel k times as long on each axis, and axes long enough for it."""
    kernel = given["kernel"]
    room = 3 * k * max(kernel if isinstance(kernel, list) else [kernel])  # dilation is at most 3 in the rows
    if given.get("stride") is None:  # a pool's stride is its kernel: held, so that the kernel alone grows
        given = {**given, "stride": kernel}
    return kernel_alone(given, [(x[0], *(size + room for size in x[1:])) for x in shapes], k)


def divided(name: str) -> Any:
    """k groups where the row has one, of channels that k divides: the row itself is taken with k times as many."""

    def change(given: Given, shapes: Shapes, k: int) -> Changed:
        if given.get(name, 1) != 1:
            return None
        (x,) = shapes
        return {**given, "out": 30 * given["out"], name: k}, [(30 * x[0], *x[1:])]

    return change


def heads(given: Given, shapes: Shapes, k: int) -> Changed:
    """k times as many heads of the same width, keys' and values' too."""
    width = given.get("head_dim") or shapes[0][-1] // given["heads"]
    kv = {"kv_heads": k * given["kv_heads"]} if "kv_heads" in given else {}
    return {**given, "heads": k * given["heads"], "head_dim": width, **kv}, shapes


def head_width(given: Given, shapes: Shapes, k: int) -> Changed:
    width = given.get("head_dim") or shapes[0][-1] // given["heads"]
    return {**given, "head_dim": k * width}, shapes


def fewer_kv_heads(given: Given, shapes: Shapes, k: int) -> Changed:
    """Of 30 heads, so many for keys and values that k divides them."""
    return {**given, "heads": 30, "kv_heads": 30 // k, "head_dim": 4}, shapes


def shared_letter(given: Given, shapes: Shapes, k: int) -> Changed:
    """A letter of every term and of the output k times as long: so many independent sums of products."""
    left, arrow, output = given["equation"].replace(" ", "").partition("->")
    terms = left.split(",")
    if "." in left or not arrow:
        return None
    sizes = [dict(zip(term, x, strict=True)) for term, x in zip(terms, shapes, strict=True)]
    shared = [one for one in output if len({size.get(one) for size in sizes}) == 1]  # none is 1 and stretched
    if not shared:
        return None
    letter = shared[0]
    found = []
    for term, x in zip(terms, shapes, strict=True):
        for place, one in enumerate(term):
            x = stretched(x, place, k) if one == letter else x
        found.append(x)
    return given, found


def over_the_last(change: Change) -> Change:
    """A change of the reduction over the last axis, whatever axes the row reduces."""
    return lambda given, shapes, k: change({**given, "axis": -1}, shapes, k) if shapes[0] else None


def narrowed(given: Given, shapes: Shapes, k: int) -> Changed:
    """A projection k times as wide, within a state that is wide enough."""
    if not given.get("projection"):
        return None
    return {**given, "hidden": 1000, "projection": k * given["projection"]}, shapes


def normalized_are_last(given: Given, _: Shapes) -> bool:
    axes = given.get("axis", -1)
    return all(one < 0 for one in (axes if isinstance(axes, list) else [axes]))


def windows_are_whole(given: Given, _: Shapes) -> bool:
    """With ceil_mode the last window may read less."""
    return not given.get("ceil_mode")


def without(*names: str) -> Any:
    """Rows that give none of these arguments."""
    return lambda given, _: not any(given.get(name) for name in names)


def one_input(_: Given, shapes: Shapes) -> bool:
    return len(shapes) == 1


def needs_no_tail(given: Given, shapes: Shapes) -> bool:
    return given.get("axis", 0) == 0 and len(shapes[0]) > 1


# What a cost follows in one family


def matrices(sized: Sized) -> int:
    return sum(size for name, size in sized.weights.items() if "weight" in name)


def steps(sized: Sized) -> int:
    """Time, and what is mapped over before it."""
    return prod(sized.inputs[0][:-1])


def used_every_step(sized: Sized) -> int:
    return matrices(sized) * steps(sized)


def used_at_every_position(sized: Sized) -> int:
    return matrices(sized) * given_positions(sized)


def frames(sized: Sized) -> int:
    """Positions of all frames that are given, or would be but for ``return: last``."""
    steps, _, *spatial = sized.inputs[0]
    return steps * prod(sized.outputs[0][-len(spatial) :])


def gates_of_frames(sized: Sized) -> int:
    out: int = sized.layer.out
    return out * (sized.inputs[0][1] + out)


def values_less_one(sized: Sized) -> int:
    """A sum or a maximum of n values takes n - 1 steps."""
    return (kernel_volume(sized) - 1) * given_elements(sized)


def values_of_windows(sized: Sized) -> int:
    return kernel_volume(sized) * given_elements(sized)


def values_less_one_a_channel(sized: Sized) -> int:
    return read_elements(sized) - sized.inputs[0][0]


def last_less_one(sized: Sized) -> int:
    return sized.inputs[0][-1] - 1


def bag_less_one(sized: Sized) -> int:
    return sized.inputs[0][0] - 1


def kernel_at_given_positions(sized: Sized) -> int:
    return kernel_volume(sized) * given_positions(sized)


def kernel_at_read_positions(sized: Sized) -> int:
    return kernel_volume(sized) * read_positions(sized)


def to_the_axes(sized: Sized) -> int:
    return int(sized.k ** (len(sized.inputs[0]) - 1))


def rows_projected(sized: Sized) -> int:
    return int(sized.layer.heads + 2 * sized.layer.kv_heads)


def keys_in_the_window(sized: Sized) -> int:
    return min(sized.layer.window_, keys_and_cache(sized))


def keys_in_a_window(sized: Sized) -> int:
    return int(min(sized.layer.window_, sized.inputs[1][-2]))


def keys_and_cache(sized: Sized) -> int:
    return int(sized.inputs[0][-2] + sized.layer.cache_)


# fmt: off
INPUTS = [
    # Convolutions: a window of weights is used alike at every position that it gives, a transposed one at every
    # position that it reads; a bias is added to every element given.
    Law("a window is used at every position", "conv depthwise_conv deform_conv", longer, same, given_positions),
    Law("every channel read has weights of its own", "conv conv_transpose", axis(0), times, times,
        {"bias": same, "add": same}),
    # every value read is interpolated, and each addition of that stands beside those of biases
    Law("every channel read has weights of its own", "deform_conv", axis(0), times, times,
        {"bias": same, "offset.bias": same, "add": None}),
    Law("it multiplies where it reads", "conv_transpose", longer, same, read_positions, {"add": given_positions}),
    Law("every channel is a window of its own", "depthwise_conv", axis(0), times, times),
    Law("every value read is added once", "fold", axis(0), same, read_elements),
    # Pools have no weights, and each channel is pooled alone.
    Law("a window is pooled at every position", "max_pool avg_pool lp_pool", where(windows_are_whole, longer), same,
        given_positions),
    Law("channels are pooled apart", "max_pool avg_pool lp_pool adaptive_avg_pool adaptive_max_pool global_avg_pool"
        " global_max_pool upsample", axis(0), same, times),
    Law("a value less than there are, a channel", "global_avg_pool global_max_pool", longer, same,
        values_less_one_a_channel, {"div": same}),
    # k times as many windows on each axis, which divide it as before
    Law("windows of the same lengths", "adaptive_avg_pool adaptive_max_pool", all_of(
        where(lambda given, _: type(given["size"]) is int, argument("size")),
        lambda given, shapes, k: (given, [(x[0], *(k * size for size in x[1:])) for x in shapes])), same, to_the_axes),
    Law("neighbours are weighed for every value given", "upsample", longer, same, given_elements),
    # Dense maps, recurrence and attention read the last axes, and are done again for every position before.
    Law("mapped over leading axes", "linear bilinear maxout embedding rnn lstm gru attention"
        " scaled_dot_product_attention matmul", leading, same, times),
    Law("every value read meets every unit", "linear maxout",
        where(lambda given, _: given.get("axis", -1) == -1, axis(-1)), times, times,
        {"bias": same, "add": same, "cmp": same}),
    Law("a matrix a unit, and then a vector", "bilinear", axis(-1, of=0), times, same, {"bias": same, "mac": None}),
    Law("the second vector is met twice", "bilinear", axis(-1, of=1), times, times, {"bias": same, "add": same}),
    Law("of n vectors n - 1 are added", "embedding_bag", axis(0), same, bag_less_one, {"div": same}),
    Law("a factor an element, learned for one axis", "layer_scale", where(needs_no_tail, axis(-1)), same, times),
    Law("a factor a position of its axis", "layer_scale", where(needs_no_tail, axis(0)), times, times),
    # A norm scales every element; what it learns and keeps belongs to channels or to the axes normalised. Batch norm's
    # counter of batches is one number.
    Law("elements of a channel are scaled alike", "local_response_norm", longer, same, given_elements),
    Law("one mean and variance a group", "group_norm instance_norm batch_norm", longer, same, given_elements,
        {"div": same}),
    Law("channels are scaled apart", "batch_norm instance_norm local_response_norm", axis(0), times, times,
        {"num_batches": same}),
    Law("as many groups of more channels", "group_norm", axis(0), times, times, {"div": same}),
    Law("a slice a position of the other axes", "layer_norm rms_norm", where(normalized_are_last, leading), same,
        times),
    Law("longer slices", "layer_norm rms_norm", where(lambda given, _: given.get("axis", -1) == -1, axis(-1)), times,
        times, {"div": same}),
    # Elementwise: so many operations an element.
    Law("element by element", f"{ELEMENTWISE} softmax log_softmax glu add sub mul div", leading, same, times),
    Law("one slope for all, or one a channel", "prelu", longer, same, given_elements),
    Law("one slope a channel", "prelu", where(lambda given, _: given.get("channels") == "all", axis(0)), times, times),
    Law("slices reduced apart", "mean sum max", over_the_last(leading), same, times),
    Law("n values take n - 1 steps", "mean sum max", over_the_last(axis(-1)), same, last_less_one, {"div": same}),
    # Products: each size of a matrix product stands in its volume once; an index of all terms is mapped over.
    Law("rows are multiplied apart", "matmul", where(lambda _, x: len(x[0]) > 1, axis(-2, of=0)), same, times),
    Law("columns are multiplied apart", "matmul", where(lambda _, x: len(x[1]) > 1, axis(-1, of=1)), same, times),
    Law("a product is a sum over the inner axis", "matmul", all_of(axis(-1, of=0), where(lambda _, x: len(x[1]) > 1,
        axis(-2, of=1))), same, times),
    Law("a letter of every term is mapped over", "einsum", shared_letter, same, times),
    # Recurrence: a step is the same at any time.
    Law("one cell, at every step", "rnn lstm gru", axis(-2, of=0), same, times),
    Law("one cell, at every position of every frame", "conv_lstm conv_gru", all_of(axis(0), axis(-1)), same, frames),
    Law("the first layer's matrices read it", "rnn lstm gru", axis(-1, of=0), same, same, {"weight_ih_l0": times,
        "mac": used_every_step}),
    Law("gates read the frame beside the state", "conv_lstm conv_gru", axis(1), gates_of_frames, same, {"bias": same,
        "mac": gates_of_frames}),
    # The exponential of each weight A_log is taken once, whatever is read.
    Law("mapped over leading axes", "selective_scan", leading, same, times, {"exp": None}),
    Law("one scan, at every token", "selective_scan", axis(-2), same, times, {"exp": None}),
    Law("channels are scanned apart", "selective_scan", all_of(axis(-1, of=0), axis(-1, of=1)), times, times),
    Law("a channel has so many states", "selective_scan", all_of(axis(-1, of=2), axis(-1, of=3)), times, times,
        {"D": same, "mul": None, "add": None}),
    # Attention: every query meets every key. Multiply-adds are projections too, which grow with queries alone
    # (test_attention_grows_with_the_square_of_the_sequence), additions biases too.
    Law("every query meets every key", "attention", where(without("window", "cache", "qk_norm"), axis(-2)), same,
        times_squared, {"mac": None, "add": None}),
    Law("queries are answered apart", "scaled_dot_product_attention", axis(-2, of=0), same, times),
    Law("every key is met", "scaled_dot_product_attention",
        where(without("window"), all_of(axis(-2, of=1), axis(-2, of=2))), same, times),
    Law("a score is a sum over the width", "scaled_dot_product_attention", axis(-1), same, same, {"mac": times}),
]

ARGUMENTS = {  # an argument -> what costs follow when it grows
    "conv.out": Law("output channels are computed apart", "conv", argument("out"), times, times),
    "conv.kernel": Law("a weight a value of the window", "conv", kernel_and_room, kernel_volume,
        kernel_at_given_positions, {"bias": same, "add": given_positions}),
    "conv.groups": Law("a filter reads its group alone", "conv", divided("groups"), share, share,
        {"bias": same, "add": same}),
    "conv_transpose.out": Law("output channels are computed apart", "conv_transpose", argument("out"), times, times),
    "conv_transpose.kernel": Law("a weight a value of the window", "conv_transpose", kernel_and_room, kernel_volume,
        kernel_at_read_positions, {"bias": same, "add": given_positions}),
    "conv_transpose.groups": Law("a filter reads its group alone", "conv_transpose", divided("groups"), share, share,
        {"bias": same, "add": same}),
    "depthwise_conv.multiplier": Law("so many filters a channel", "depthwise_conv", argument("multiplier"), times,
        times),
    "depthwise_conv.kernel": Law("a weight a value of the window", "depthwise_conv", kernel_and_room, kernel_volume,
        kernel_at_given_positions, {"bias": same, "add": given_positions}),
    # additions are those of interpolation, once for all output channels, and those of two biases
    "deform_conv.out": Law("output channels read the same offsets", "deform_conv", argument("out"), times, times,
        {"offset": same, "mac": used_at_every_position, "add": None, "mul": same}),
    # as many offsets as values, each predicted from as many: a weight's square
    "deform_conv.kernel": Law("a weight a value, two offsets a value", "deform_conv", kernel_and_room, kernel_volume,
        kernel_at_given_positions, {"offset.weight": lambda sized: kernel_volume(sized) ** 2,
            "offset.bias": kernel_volume, "bias": same, "mac": used_at_every_position, "add": None}),
    "deform_conv.groups": Law("a filter reads its group alone", "deform_conv", divided("groups"), share, same,
        {"offset": same, "bias": same, "mac": used_at_every_position}),
    "deform_conv.offset_groups": Law("offsets of their own for each group", "deform_conv", divided("offset_groups"),
        same, same, {"offset": times, "mac": used_at_every_position, "add": None}),
    "max_pool.kernel": Law("the largest of n takes n - 1", "max_pool",
        where(lambda given, _: not (given.get("padding") or given.get("ceil_mode")), kernel_and_room),
        same, values_less_one),
    "avg_pool.kernel": Law("the sum of n takes n - 1", "avg_pool",
        where(lambda given, _: not (given.get("padding") or given.get("ceil_mode")), kernel_and_room),
        same, values_less_one, {"div": given_elements}),
    "lp_pool.kernel": Law("a power a value, a root a window", "lp_pool",
        where(windows_are_whole, kernel_and_room), same, values_less_one,
        {"mul": values_of_windows, "exp": given_elements}),
    "upsample.scale": Law("neighbours are weighed for every value given", "upsample", argument("scale"), same,
        given_elements),
    "upsample.size": Law("neighbours are weighed for every value given", "upsample", argument("size"), same,
        given_elements),
    "linear.out": Law("units are computed apart", "linear", argument("out"), times, times),
    "bilinear.out": Law("units are computed apart", "bilinear", argument("out"), times, times),
    "maxout.out": Law("units are computed apart", "maxout", argument("out"), times, times),
    "maxout.pieces": Law("so many maps, the largest of which is taken", "maxout", argument("pieces"), times, times,
        {"cmp": lambda sized: sized.layer.pieces - 1}),
    "embedding.entries": Law("a vector an entry, looked up", "embedding", argument("entries"), times, same),
    "embedding.out": Law("a number a place of the vector", "embedding", argument("out"), times, times),
    "embedding_bag.entries": Law("a vector an entry, looked up", "embedding_bag", argument("entries"), times, same),
    "embedding_bag.out": Law("places of the vectors are added apart", "embedding_bag", argument("out"), times, times),
    "group_norm.groups": Law("a division a group", "group_norm", where(lambda given, _: given["groups"] == 2,
        all_of(lambda given, shapes, k: (given, [(60, *x[1:]) for x in shapes]), argument("groups"))), same, same,
        {"div": times}),
    "local_response_norm.size": Law("an element has one divisor", "local_response_norm", argument("size"), same, same,
        {"add": times}),
    # gates of the hidden units: matrices of what is read, and of what was given, which is as wide as hidden (or as its
    # projection, which grows with it); every weight is used once a step
    **{f"{cell}.hidden": Law("gates are matrices of input and of state", cell,
        where(one_input, where(without("projection"), argument("hidden"))), times_squared, times,
        {"weight_ih_l0": times, "bias": times, "mac": used_every_step}) for cell in ("rnn", "lstm", "gru")},
    "lstm.projection": Law("the state is narrowed, and read so", "lstm", where(one_input, narrowed), times, same,
        {"weight_ih_l0": same, "bias": same, "mac": used_every_step}),
    **{f"{cell}.out": Law("gates read the frame beside the state", cell, argument("out"), gates_of_frames,
        times, {"bias": times, "mac": gates_of_frames}) for cell in ("conv_lstm", "conv_gru")},
    **{f"{cell}.kernel": Law("a weight a value of the window", cell, where(without("padding"), kernel_alone),
        kernel_volume, same, {"bias": same, "mac": kernel_volume}) for cell in ("conv_lstm", "conv_gru")},
    # Additions sum up scores, which follow heads, and the biases of outputs, which do not.
    "attention.heads": Law("heads attend apart", "attention", heads, times, times,
        {"out_proj.bias": same, "q_norm": same, "k_norm": same, "add": None}),
    "attention.head_dim": Law("a score is a sum over the width", "attention",
        where(without("value_dim", "qk_norm"), head_width), times, same,
        {"out_proj.bias": same, "relative": same, "mac": times, "add": None}),
    "attention.value_dim": Law("what is read is as wide as a value", "attention", argument("value_dim"), same, same,
        {"in_proj": None, "v_proj": times, "out_proj.weight": times, "mac": None, "add": None}),
    "attention.cache": Law("a query meets what is cached too", "attention",
        where(without("window"), argument("cache")), same, keys_and_cache, {"mac": None, "add": None}),
    "attention.kv_heads": Law("heads share keys and values", "attention",
        where(lambda given, _: not given.keys() & {"value_dim", "qk_norm", "k_bias"}, fewer_kv_heads), same, same,
        {"in_proj": rows_projected, "k_proj": share, "v_proj": share, "mac": None, "add": None}),
    "attention.out": Law("only the last projection gives", "attention", argument("out"), same, same,
        {"out_proj": times, "mac": None, "add": None}),
    "attention.window": Law("a query meets the keys in its window", "attention", argument("window"), same,
        keys_in_the_window, {"mac": None, "add": None}),
    "scaled_dot_product_attention.window": Law("a query meets the keys in its window", "scaled_dot_product_attention",
        argument("window"), same, keys_in_a_window),
    "attention.position_bias": Law("a bias a distance and head", "attention", argument("position_bias"), same, same,
        {"relative": times}),
    "scaled_dot_product_attention.heads": Law("heads score apart, over a part of the width each",
        "scaled_dot_product_attention", all_of(axis(-1), argument("heads")), same, times),
}
# fmt: on

NOT_BY_INPUT = {
    "parameter": "reads nothing; test_tensors_that_read_nothing",
    "constant": "reads nothing; test_tensors_that_read_nothing",
}
"""Types whose costs no input decides."""

STANDS = "says where windows stand: costs follow positions (the laws of inputs), whatever it is"
ONCE = "tests/layers/cases/recurrent.py has one and two"
FURTHER = "the first layer reads the input, the others a state; test_each_further_layer_costs_the_same"
EXEMPT = {
    **{
        f"{layer}.{name}": STANDS
        for layer in "conv conv_transpose depthwise_conv deform_conv fold max_pool avg_pool lp_pool".split()
        for name in ("stride", "dilation", "output_padding", "padding")
    },
    "conv_lstm.stride": STANDS,
    "conv_gru.stride": STANDS,
    "fold.kernel": "says how many columns hold a pixel; every value read is one addition (the law of inputs)",
    "fold.size": "follows from the number of columns",
    "adaptive_avg_pool.size": "windows overlap where it does not divide the axis: the law of inputs grows both",
    "adaptive_max_pool.size": "windows overlap where it does not divide the axis: the law of inputs grows both",
    **{f"{layer}.layers": FURTHER for layer in ("rnn", "lstm", "gru")},
    **{f"{layer}.biases": ONCE for layer in ("rnn", "lstm", "gru")},
}
"""Sizes among the arguments that have no law of their own, with the reason."""
