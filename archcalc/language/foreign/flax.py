"""JAX's words: the modules and functions of Flax, linen and nnx."""

from __future__ import annotations

from typing import Any

from archcalc.language.foreign.table import Answer, Table, Written, leave, only, refuse

TABLE = Table("Flax", "dtype param_dtype precision _init promote_dtype rngs rng deterministic name")


def padding(value: Any, _: Written) -> Answer:
    if isinstance(value, str) and value in ("SAME", "VALID"):
        return Answer({"padding": value.lower()})
    if isinstance(value, str):
        return refuse(f"not expressible: padding {value}; write what it adds before and after: [[before, after], ...]")
    return Answer({"padding": value})


def normalized(value: Any, _: Written) -> Answer:
    return leave("the last axis is what it takes here") if value in (None, -1, [-1]) else Answer({"axis": value})


def transposed(value: Any, written: Written) -> Answer:
    """SAME gives in x stride positions, VALID at least so many."""
    if value in (None, "SAME"):
        return Answer({"padding": "same"})
    kernel, stride = written.get("kernel_size"), written.get("strides", 1)
    kernel, stride = (
        one[0] if isinstance(one, list) and len(set(map(str, one))) == 1 else one for one in (kernel, stride)
    )
    if value == "VALID" and type(kernel) is int and type(stride) is int:
        return Answer({"padding": 0, "output_padding": max(stride - kernel, 0)})
    return refuse("write padding as a number: what is cut off each side")


def both(name: str) -> Any:
    def turn(_: Any, written: Written) -> Answer:
        pair = written.get("use_scale", True), written.get("use_bias", True)
        if pair == (True, True):
            return leave("it is so here")
        if pair == (False, False):
            return Answer({"affine": False})
        if name == "layer_norm" and pair == (True, False):
            return Answer({"bias": False})
        return refuse(f"not expressible: {name} learns a factor and an offset, or with affine: false neither")

    return turn


CONV = (
    "in_features? features=out out_features=out kernel_size=kernel strides=stride padding input_dilation"
    " kernel_dilation=dilation feature_group_count=groups use_bias=bias mask~"
)
undilated = only(1, "not expressible: write conv_transpose, which spreads its input by stride")
TABLE.layer("Conv", "conv", CONV, {"padding": "same"}, padding=padding, input_dilation=undilated)
TABLE.layer(
    "ConvTranspose",
    "conv_transpose",
    "in_features? features=out out_features=out kernel_size=kernel strides=stride padding kernel_dilation=dilation"
    " use_bias=bias transpose_kernel~",
    {"padding": "same"},
    padding=transposed,
)
TABLE.layer("Dense", "linear", "in_features? features=out out_features=out use_bias=bias")
TABLE.layer("Linear", "linear", "in_features? out_features=out use_bias=bias")
TABLE.layer("Embed", "embedding", "num_embeddings=entries features=out")
NORM = (
    "num_features? use_running_average~ axis momentum~ epsilon~ use_bias use_scale axis_name~ axis_index_groups~"
    " use_fast_variance~"
)


def channels(value: Any, _: Written) -> Answer:
    return leave("it takes the channels") if value in (None, -1) else refuse("not expressible: it takes the channels")


TABLE.layer("BatchNorm", "batch_norm", NORM, axis=channels, use_bias=both("batch_norm"), use_scale=both("batch_norm"))
TABLE.layer(
    "LayerNorm",
    "layer_norm",
    "num_features? epsilon~ reduction_axes feature_axes~",
    reduction_axes=normalized,
    use_bias=both("layer_norm"),
    use_scale=both("layer_norm"),
)
TABLE.layer("RMSNorm", "rms_norm", "epsilon~ use_scale=affine reduction_axes", reduction_axes=normalized)
TABLE.layer(
    "GroupNorm",
    "group_norm",
    "num_features? num_groups=groups group_size epsilon~",
    {"groups": 32},
    group_size=only(None, "write groups: channels // group_size"),
    use_bias=both("group_norm"),
    use_scale=both("group_norm"),
)
TABLE.layer("Dropout", "dropout", "rate=p broadcast_dims~")
TABLE.layer(
    "MultiHeadDotProductAttention MultiHeadAttention SelfAttention",
    "attention",
    "num_heads=heads in_features? qkv_features out_features=out dropout_rate~ broadcast_dropout~ use_bias=bias"
    " normalize_qk decode~",
    qkv_features=only(None, "write head_dim: qkv_features // heads"),
    normalize_qk=only(False, "write qk_norm: layer_norm, if attention here has it"),
)
for names, word in {"LSTMCell OptimizedLSTMCell": "lstm", "SimpleCell": "rnn"}.items():
    TABLE.layer(
        names, word, "in_features? features=hidden hidden_features=hidden activation_fn~ gate_fn~", {"biases": 1}
    )
TABLE.say("GRUCell", "not expressible to the unit: Flax's has a bias fewer a gate; write gru with biases: 1 or 2")
for names, word in {"max_pool": "max_pool", "avg_pool": "avg_pool"}.items():
    TABLE.layer(
        names,
        word,
        "inputs? window_shape=kernel strides=stride padding count_include_pad~",
        {"stride": 1},
        padding=padding,
    )
TABLE.say("DenseGeneral LinearGeneral Einsum", "write linear, which maps the last axis, or parameter and einsum")
TABLE.say("scan remat vmap jit", "leave it out: write the steps; repeat: beside a step runs it several times")
