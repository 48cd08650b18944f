"""Words that belong to no one framework: abbreviations, other spellings, and parts of well-known networks."""

from __future__ import annotations

from archcalc.language.foreign.table import Table

TABLE = Table("")

for word, names in {
    "avg_pool": "average_pool",
    "batch_norm": "batchnorm bn",
    "concat": "concatenation",
    "conv": "convolution",
    "conv_transpose": "convtransposed deconv deconvolution transposedconv transposeconv upconv",
    "linear": "fc fully_connected affine",
    "depthwise_conv": "dwconv dw_conv",
    "global_avg_pool": "gap global_average_pool global_pool",
    "group_norm": "gn",
    "layer_norm": "ln",
    "leaky_relu": "lrelu",
    "attention": "mha self_attention multihead_self_attention",
    "scaled_dot_product_attention": "sdpa",
    "silu": "swish",
    "upsample": "resize",
    "pad": "zeropad padding",
    "flatten": "flat",
    "drop_path": "stochastic_depth",
    "sub": "subtract minus",
    "mul": "multiply",
    "div": "divide",
    "local_response_norm": "lrn",
    "residual": "skip shortcut",
    "parallel": "branches",
    "squeeze_excite": "se squeeze_excitation",
}.items():
    TABLE.layer(names, word)


TABLE.say(
    "layers", "write its layers one after another in the list of steps; for steps that are used again write a block"
)


def meanings(spellings: dict[str, str]) -> dict[str, str]:
    """Each foreign spelling with the right word, from the right words with their spellings."""
    return {spelling: word for word, listed in spellings.items() for spelling in listed.split()}


ARGUMENTS = meanings(
    {
        "act": "activation",
        "slope": "alpha negative_slope",
        "out": (
            "channels_out embedding_dim embed_dim features out_features filters channels n units"
            " out_channels output_channels"
        ),
        "axis": "axes",
        "dilation": "dilation_rate dilations",
        "groups": "group num_groups",
        "hidden": "hidden_size",
        "kernel": "kernel_size kernel_shape filter_size window_size pool_size k ks",
        "norm": "normalization normalisation",
        "entries": "num_embeddings vocab_size",
        "heads": "num_heads n_heads nhead",
        "kv_heads": "num_kv_heads",
        "layers": "num_layers",
        "size": "output_size",
        "padding": "pad pads",
        "p": "p_drop rate",
        "stride": "s strides",
        "scale": "scale_factor",
        "start": "start_dim",
        "end": "end_dim",
        "bias": "use_bias",
        "track": "track_running_stats",
        "factor": "upscale_factor",
        "keep": "keepdim keepdims",
        "count": "num_experts",
        "active": "top_k",
        "projection": "proj_size",
        "causal": "is_causal",
    }
)

INFERRED = (
    "in_channels in_features input_channels input_dim input_shape input_size normalized_shape num_channels num_features"
    " dim d_model embed_dim"
).split()
"""What other frameworks ask for and archcalc infers."""

FILE_KEYS = meanings(
    {
        "import": "include imports",
        "input": "input_shape input_size",
        "blocks": "modules functions",
        "layers": "model network steps",
        "name": "title",
        "vars": "constants parameters params variables",
    }
)

BLOCK_KEYS = meanings(
    {
        "args": "arguments parameters params",
        "input": "inputs",
        "layers": "steps",
    }
)

WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false", "True": "true", "False": "false", "None": "none"}

LAYOUTS = {"channels_first": "CHW", "channels_last": "HWC"}
