"""Other frameworks' spellings, each with the right word: PyTorch's, Keras's, and the usual abbreviations."""

from __future__ import annotations

LAYERS = {
    "avgpool": "avg_pool",
    "batchnorm": "batch_norm",
    "batch_normalization": "batch_norm",
    "bn": "batch_norm",
    "concatenate": "concat",
    "cat": "concat",
    "convolution": "conv",
    "convtranspose": "conv_transpose",
    "conv_transposed": "conv_transpose",
    "deconv": "conv_transpose",
    "deconvolution": "conv_transpose",
    "transposed_conv": "conv_transpose",
    "transpose_conv": "conv_transpose",
    "dense": "linear",
    "fc": "linear",
    "fully_connected": "linear",
    "depthwiseconv": "depthwise_conv",
    "dwconv": "depthwise_conv",
    "dropout1d": "dropout",
    "gap": "global_avg_pool",
    "global_average_pool": "global_avg_pool",
    "globalaveragepooling": "global_avg_pool",
    "global_pool": "global_avg_pool",
    "groupnorm": "group_norm",
    "gn": "group_norm",
    "instancenorm": "instance_norm",
    "layernorm": "layer_norm",
    "layer_normalization": "layer_norm",
    "ln": "layer_norm",
    "rmsnorm": "rms_norm",
    "leakyrelu": "leaky_relu",
    "lrelu": "leaky_relu",
    "maxpool": "max_pool",
    "maxpooling": "max_pool",
    "max_pooling": "max_pool",
    "avgpooling": "avg_pool",
    "average_pool": "avg_pool",
    "multi_head_attention": "attention",
    "multihead_attention": "attention",
    "multiheadattention": "attention",
    "mha": "attention",
    "self_attention": "attention",
    "sdpa": "scaled_dot_product_attention",
    "swish": "silu",
    "hard_swish": "hardswish",
    "hard_sigmoid": "hardsigmoid",
    "upsampling": "upsample",
    "interpolate": "upsample",
    "resize": "upsample",
    "zeropad": "pad",
    "zero_padding": "pad",
    "adaptiveavgpool": "adaptive_avg_pool",
    "adaptivemaxpool": "adaptive_max_pool",
    "flat": "flatten",
    "view": "reshape",
    "chunk": "split",
    "droppath": "drop_path",
    "stochastic_depth": "drop_path",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "bmm": "matmul",
    "mm": "matmul",
    "lrn": "local_response_norm",
    "skip": "residual",
    "shortcut": "residual",
    "branches": "parallel",
    "index_select": "take",
    "gather": "take",
    "pixelshuffle": "pixel_shuffle",
    "se": "squeeze_excite",
    "squeeze_excitation": "squeeze_excite",
}

ARGUMENTS = {
    "activation": "act",
    "alpha": "slope",
    "channels_out": "out",
    "dim": "axis",
    "dims": "order",
    "dilation_rate": "dilation",
    "dilations": "dilation",
    "embedding_dim": "out",
    "embed_dim": "out",
    "features": "out",
    "out_features": "out",
    "filters": "out",
    "channels": "out",
    "n": "out",
    "group": "groups",
    "num_groups": "groups",
    "hidden_size": "hidden",
    "units": "out",
    "kernel_size": "kernel",
    "kernel_shape": "kernel",
    "filter_size": "kernel",
    "window_size": "kernel",
    "pool_size": "kernel",
    "k": "kernel",
    "ks": "kernel",
    "negative_slope": "slope",
    "normalization": "norm",
    "normalisation": "norm",
    "num_embeddings": "entries",
    "vocab_size": "entries",
    "num_heads": "heads",
    "n_heads": "heads",
    "nhead": "heads",
    "num_kv_heads": "kv_heads",
    "num_layers": "layers",
    "out_channels": "out",
    "output_channels": "out",
    "output_size": "size",
    "pad": "padding",
    "pads": "padding",
    "p_drop": "p",
    "rate": "p",
    "s": "stride",
    "scale_factor": "scale",
    "start_dim": "start",
    "end_dim": "end",
    "strides": "stride",
    "use_bias": "bias",
    "track_running_stats": "track",
    "upscale_factor": "factor",
    "dim0": "axis",
    "axes": "axis",
    "keepdim": "keep",
    "keepdims": "keep",
    "num_experts": "count",
    "top_k": "active",
    "proj_size": "projection",
    "is_causal": "causal",
}

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
"""What other frameworks want written and archcalc infers."""

LAYER_ADVICE = {
    "activation": "an activation is a layer of its own, such as '- relu'",
    "input": "the input stands at the top of the file: input: [3, 224, 224]",
    "inputlayer": "the input stands at the top of the file: input: [3, 224, 224]",
    "module_list": "steps follow one another in any list; for steps that are used again write a block",
    "modulelist": "steps follow one another in any list; for steps that are used again write a block",
    "sequential": "steps follow one another in any list; for steps that are used again write a block",
}

FILE_KEYS = {
    "include": "import",
    "imports": "import",
    "input_shape": "input",
    "input_size": "input",
    "modules": "blocks",
    "functions": "blocks",
    "model": "layers",
    "network": "layers",
    "steps": "layers",
    "title": "name",
    "constants": "vars",
    "parameters": "vars",
    "params": "vars",
    "variables": "vars",
}

BLOCK_KEYS = {"arguments": "args", "parameters": "args", "params": "args", "inputs": "input", "steps": "layers"}

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
    """The argument that a foreign spelling means, where the layer has it."""
    found = ARGUMENTS.get(word.lower())
    return found if found in allowed else None
