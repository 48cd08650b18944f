"""Where each layer type puts its output, and of what type that is: decided for every type, on purpose."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.layers import FAMILY, find
from archcalc.layers.base import Layer

from .test_cases import CASES

IN_THE_INPUT = "view"
"""The output lies in the memory of the input: a part of it, in another order, or under another shape."""
IN_THE_WEIGHTS = "weights"
"""Nothing is computed: the tensor is there already."""
OVER_THE_INPUT = "in place"
"""Each element needs the same position of the one input alone."""
BOTH = "in place or view"
"""Passes its input on in inference. It has memory of its own where no layer works in place."""
OWN = "own"
"""An output element needs several of the input, of several inputs, or other positions."""

WHERE = {
    **dict.fromkeys("conv conv_transpose depthwise_conv deform_conv unfold fold".split(), OWN),
    **dict.fromkeys("max_pool avg_pool lp_pool adaptive_avg_pool adaptive_max_pool".split(), OWN),
    **dict.fromkeys("global_avg_pool global_max_pool max_unpool".split(), OWN),
    **dict.fromkeys("linear bilinear maxout embedding embedding_bag".split(), OWN),
    **dict.fromkeys(["parameter", "constant"], IN_THE_WEIGHTS),
    "layer_scale": OVER_THE_INPUT,
    "batch_norm": OVER_THE_INPUT,  # by running statistics: a scale and a shift
    **dict.fromkeys("layer_norm rms_norm group_norm instance_norm local_response_norm".split(), OWN),
    **dict.fromkeys("relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh".split(), OVER_THE_INPUT),
    **dict.fromkeys("sigmoid tanh softplus softsign log_sigmoid abs exp log sqrt square".split(), OVER_THE_INPUT),
    **dict.fromkeys("sin cos leaky_relu prelu".split(), OVER_THE_INPUT),
    **dict.fromkeys("softmax log_softmax glu".split(), OWN),
    **dict.fromkeys(["dropout", "drop_path"], BOTH),
    "identity": IN_THE_INPUT,
    **dict.fromkeys("flatten unflatten reshape permute transpose squeeze unsqueeze".split(), IN_THE_INPUT),
    **dict.fromkeys("slice select split expand crop channel_shuffle".split(), IN_THE_INPUT),
    **dict.fromkeys("tile roll pad upsample pixel_shuffle pixel_unshuffle".split(), OWN),
    **dict.fromkeys("add sub mul div concat stack matmul einsum mean sum max take".split(), OWN),
    **dict.fromkeys("rnn lstm gru conv_lstm conv_gru selective_scan".split(), OWN),
    **dict.fromkeys("attention scaled_dot_product_attention".split(), OWN),
}

UNLIKE_THE_FIRST_INPUT = {"constant", *"add sub mul div concat stack".split()}
"""Types that have a word of their own on the type of their output."""


def made(name: str) -> Any:
    """A layer of that type, with the arguments of its first row of cases."""
    rows = CASES[FAMILY[name]].ACCEPTED
    return find(name)(**next(arguments for layer, arguments, *_ in rows if layer == name))


@pytest.mark.parametrize("name", FAMILY)
def test_where_the_output_lies(name: str) -> None:
    layer = made(name)
    where = {(True, True): BOTH, (False, True): OVER_THE_INPUT, (False, False): OWN}.get((layer.view, layer.in_place))
    assert WHERE[name] == (where or (IN_THE_WEIGHTS if layer.reads == (0,) else IN_THE_INPUT))


def test_every_type_is_decided_and_no_other() -> None:
    assert WHERE.keys() == FAMILY.keys()


@pytest.mark.parametrize("name", ["batch_norm", "instance_norm"])
@pytest.mark.parametrize("track", [True, False])
def test_a_norm_works_in_place_by_running_statistics_alone(name: str, track: bool) -> None:
    assert find(name)(track=track).in_place is track


@pytest.mark.parametrize("name", FAMILY)
def test_the_type_of_the_output_is_that_of_the_first_input_and_without_whole_numbers_where_weights_are(
    name: str,
) -> None:
    layer = made(name)
    reads = 1 if layer.reads == (0,) else min(layer.reads) if isinstance(layer.reads, tuple) else layer.reads.least
    if name not in UNLIKE_THE_FIRST_INPUT and reads:
        expected = "bfloat16" if type(layer).weights is not Layer.weights else "int8"
        assert layer.dtype(("int8", *["float16"] * (reads - 1)), "bfloat16") == expected


@pytest.mark.parametrize(
    "layer, inputs, expected",
    [
        (find("embedding")(entries=9, out=4), ("int64",), "float16"),
        (find("embedding_bag")(entries=9, out=4), ("int64",), "float16"),
        (find("parameter")(shape=[3]), (), "float16"),
        (find("constant")(shape=[3]), (), "float16"),
        (find("constant")(shape=[3], dtype="int64"), (), "int64"),
        (find("mul")(), ("bool", "float16"), "float16"),  # a mask and what it masks
        (find("add")(), ("int64", "int64"), "int64"),
        (find("concat")(), ("uint8", "float16"), "float16"),  # an image, and features computed from it
        (find("stack")(), ("uint8", "uint8"), "uint8"),
        (find("take")(), ("float16", "int64"), "float16"),
        (find("conv")(out=4, kernel=3), ("uint8",), "float16"),
        (find("linear")(out=4), ("int64",), "float16"),
        (find("lstm")(hidden=4), ("uint8",), "float16"),
        (find("layer_norm")(), ("uint8",), "float16"),
        (find("max_pool")(kernel=2), ("uint8",), "uint8"),
        (find("relu")(), ("int64",), "int64"),
    ],
)
def test_the_type_of_what_is_computed_from_an_index(layer: Any, inputs: tuple[str, ...], expected: str) -> None:
    assert layer.dtype(inputs, "float16") == expected
