"""Other frameworks' spellings, each with the right word: PyTorch's, Keras's, and the usual abbreviations."""

from __future__ import annotations


def meanings(spellings: dict[str, str]) -> dict[str, str]:
    """Each foreign spelling with the right word, from the right words with their spellings."""
    return {spelling: word for word, listed in spellings.items() for spelling in listed.split()}


LAYERS = meanings(
    {
        "avg_pool": "avgpool avgpooling average_pool",
        "batch_norm": "batchnorm batch_normalization bn",
        "concat": "concatenate cat",
        "conv": "convolution",
        "conv_transpose": "convtranspose conv_transposed deconv deconvolution transposed_conv transpose_conv",
        "linear": "dense fc fully_connected",
        "depthwise_conv": "depthwiseconv dwconv",
        "dropout": "dropout1d",
        "global_avg_pool": "gap global_average_pool globalaveragepooling global_pool",
        "group_norm": "groupnorm gn",
        "instance_norm": "instancenorm",
        "layer_norm": "layernorm layer_normalization ln",
        "rms_norm": "rmsnorm",
        "leaky_relu": "leakyrelu lrelu",
        "max_pool": "maxpool maxpooling max_pooling",
        "attention": "multi_head_attention multihead_attention multiheadattention mha self_attention",
        "scaled_dot_product_attention": "sdpa",
        "silu": "swish",
        "hardswish": "hard_swish",
        "hardsigmoid": "hard_sigmoid",
        "upsample": "upsampling interpolate resize",
        "pad": "zeropad zero_padding",
        "adaptive_avg_pool": "adaptiveavgpool",
        "adaptive_max_pool": "adaptivemaxpool",
        "flatten": "flat",
        "reshape": "view",
        "split": "chunk",
        "drop_path": "droppath stochastic_depth",
        "sub": "subtract",
        "mul": "multiply",
        "div": "divide",
        "matmul": "bmm mm",
        "local_response_norm": "lrn",
        "residual": "skip shortcut",
        "parallel": "branches",
        "take": "index_select gather",
        "pixel_shuffle": "pixelshuffle",
        "squeeze_excite": "se squeeze_excitation",
    }
)

ARGUMENTS = meanings(
    {
        "act": "activation",
        "slope": "alpha negative_slope",
        "out": (
            "channels_out embedding_dim embed_dim features out_features filters channels n units"
            " out_channels output_channels"
        ),
        "axis": "dim dim0 axes",
        "order": "dims",
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
    "in_channels",
    "in_features",
    "input_channels",
    "input_dim",
    "input_shape",
    "input_size",
    "normalized_shape",
    "num_channels",
    "num_features",
)
"""What other frameworks ask for and archcalc infers."""

LAYER_ADVICE = {
    "activation": "an activation is a layer of its own, such as '- relu'",
    "input": "the input stands at the top of the file: input: [3, 224, 224]",
    "inputlayer": "the input stands at the top of the file: input: [3, 224, 224]",
    "module_list": "steps follow one another in any list; for steps that are used again write a block",
    "modulelist": "steps follow one another in any list; for steps that are used again write a block",
    "sequential": "steps follow one another in any list; for steps that are used again write a block",
}

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

DTYPES = {"double": "float64", "float": "float32", "half": "float16", "int": "int32", "long": "int64"}

LAYOUTS = {"channels_first": "CHW", "channels_last": "HWC"}


def layer(word: str) -> str | None:
    """The layer that a foreign spelling means: ``Conv2d``, ``nn.BatchNorm2d``, ``MaxPooling2D``, ``nn.ReLU()``."""
    plain = (
        word.partition("(")[0].lower().replace("-", "_").removeprefix("nn.").removeprefix("torch.").removeprefix("f.")
    )
    found = LAYERS.get(plain)
    if found is None and plain[-2:] in ("1d", "2d", "3d"):
        stem = plain[:-2].rstrip("_")
        found = LAYERS.get(stem, stem)
    return found or LAYERS.get(plain.replace("_", ""), plain)


def argument(word: str, allowed: set[str]) -> str | None:
    """The argument that a foreign spelling means, if the layer has it."""
    found = ARGUMENTS.get(word.lower())
    return found if found in allowed else None
