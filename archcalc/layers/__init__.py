"""The vocabulary: families of layer types, one module each, and the names in it.

A family's module is imported when one of its names is used; tests/layers/test_contents.py holds this table true.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archcalc.layers.base import Layer

CONTENTS = {
    "convolution": "conv conv_transpose depthwise_conv deform_conv unfold fold",
    "pooling": (
        "max_pool avg_pool lp_pool adaptive_avg_pool adaptive_max_pool global_avg_pool global_max_pool max_unpool"
    ),
    "dense": "linear bilinear maxout embedding embedding_bag parameter constant layer_scale",
    "normalization": "batch_norm layer_norm rms_norm group_norm instance_norm local_response_norm",
    "activation": (
        "relu relu6 elu celu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign"
        " log_sigmoid abs exp log sqrt square sin cos leaky_relu prelu softmax log_softmax glu"
    ),
    "regularization": "dropout drop_path identity",
    "shape": (
        "flatten unflatten reshape permute transpose squeeze unsqueeze slice select split expand tile roll pad crop"
        " upsample pixel_shuffle pixel_unshuffle channel_shuffle"
    ),
    "merge": "add sub mul div concat stack matmul einsum mean sum max take",
    "recurrent": "rnn lstm gru conv_lstm conv_gru selective_scan",
    "attention": "attention scaled_dot_product_attention",
}

KEYWORDS = frozenset(
    (
        "same valid constant reflect replicate circular nearest linear bilinear bicubic trilinear all channels"
        " sequence last sigmoid tanh relu silu gelu identity rms_norm layer_norm"
        " float64 float32 float16 bfloat16 complex128 complex64 int64 int32 int16 int8 uint8 bool"
    ).split()
)
"""The words that arguments take, such as ``padding: same``; held true by the same test."""

ADDED_LATER = frozenset("conv_gru selective_scan".split())
"""Types that came after version 1 of the language: a block may take such a name, and replaces the type in its file."""

FAMILY = {name: family for family, names in CONTENTS.items() for name in names.split()}


def find(name: str) -> type[Layer]:
    """The layer type of that name; imports only its family. Raises KeyError for an unknown name."""
    from archcalc.layers.base import REGISTRY

    if name not in REGISTRY:
        import_module(f"archcalc.layers.{FAMILY[name]}")
    found = REGISTRY[name]
    if found.type_name != name:  # types that share a class: each gets a subclass when it is first used
        found = REGISTRY[name] = type(
            found.__name__, (found,), {"__doc__": found.__doc__, "__module__": found.__module__, "type_name": name}
        )
    return found
