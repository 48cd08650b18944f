"""The groups of layer types that the conventions tell apart: the rows of ``archcalc count``."""

from __future__ import annotations

PRODUCTS = {
    "convolution": "conv depthwise_conv",
    "transposed convolution": "conv_transpose",
    "deformable convolution": "deform_conv",
    "linear": "linear maxout",
    "bilinear form": "bilinear",
    "matrix product": "matmul",
    "einsum": "einsum",
    "attention": "attention",
    "attention without weights": "scaled_dot_product_attention",
    "recurrent": "rnn lstm gru",
    "convolutional LSTM": "conv_lstm",
    "custom": "custom",
}
"""The groups whose layers multiply and add."""

GROUPS = {
    **PRODUCTS,
    "batch norm": "batch_norm",
    "layer norm": "layer_norm",
    "group norm": "group_norm",
    "instance norm": "instance_norm",
    "RMS norm": "rms_norm",
    "local response norm": "local_response_norm",
    "relu": "relu elu",
    "relu6": "relu6",
    "leaky relu": "leaky_relu",
    "prelu": "prelu",
    "gelu": "gelu",
    "silu": "silu",
    "other activations": (
        "celu selu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign log_sigmoid abs exp log sqrt"
        " square sin cos"
    ),
    "gated unit": "glu",
    "softmax": "softmax",
    "log softmax": "log_softmax",
    "max pool": "max_pool",
    "average pool": "avg_pool",
    "power-average pool": "lp_pool",
    "global average pool": "adaptive_avg_pool global_avg_pool",
    "global max pool": "adaptive_max_pool global_max_pool",
    "upsampling": "upsample",
    "embedding": "embedding embedding_bag",
    "element by element": "add sub mul div layer_scale",
    "reduction": "mean sum max",
    "moves data": (
        "unfold fold max_unpool parameter constant dropout drop_path identity flatten unflatten reshape permute"
        " transpose squeeze unsqueeze slice select split expand tile roll pad crop pixel_shuffle pixel_unshuffle"
        " channel_shuffle concat stack take"
    ),
}

SLICE_NORMS = ("layer norm", "group norm", "instance norm")
POOLS = ("max pool", "average pool")
CALLED = {"adaptive_avg_pool": "adaptive average pool", "adaptive_max_pool": "adaptive max pool"}
"""What a layer is called in a sentence where its group's name does not fit."""

GLOBAL_POOLS = ("global average pool", "global max pool")

GROUP = {name: group for group, names in GROUPS.items() for name in names.split()}
"""The group of each layer type that other tools know."""


def group_of(name: str) -> str:
    """The group of a layer type; one that no tool knows counts as ``custom`` does: by its multiply-adds."""
    return GROUP.get(name, "custom")
