"""Networks of images in stages that are given by lists: MobileNet, EfficientNet, PVT, LeViT and their like.

Sources are each model's module of transformers 5.24.
"""

from __future__ import annotations

from math import ceil, prod

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.image_encoders import NONE
from archcalc.importers.hugging_face.model import Inputs, Model, Variables

SQUARE = {"input": ("channels, size, size", None)}


def image(height: int, width: int) -> Inputs:
    return {"input": (f"channels, {height}, {width}", None)}


ANY_SIZE = image(224, 224)
"""Of a configuration that says no size of an image."""


def classifier(c: Configuration, of: str) -> Variables:
    """The classes, or none where the class is the bare model."""
    return c.head(of, {"ForImageClassification": {"classes": c.classes()}, "Model": NONE})


def divisible(width: float, by: int, least: int) -> int:
    """The nearest multiple that is not a tenth below."""
    found = max(least, int(width + by / 2) // by * by)
    return found + by if found < 0.9 * width else found


def mobilenet(c: Configuration, of: str, **more: object) -> Model:
    height, width = c.pair("image_size")
    variables = {"channels": c.number("num_channels"), "act": c.act("hidden_act"), "even": not c.flag("tf_padding")}
    return Model("mobilenet", {**variables, **more, **classifier(c, of)}, image(height, width))


def mobilenet_v1(c: Configuration, of: str) -> Model:
    factor, least = c.ratio("depth_multiplier"), c.number("min_depth")
    widths = [32, 64, 128, 128, 256, 256, *[512] * 6, 1024, 1024]
    stem, *outs = [max(int(width * factor), least) for width in widths]
    return mobilenet(c, of, stem=stem, outs=outs)


def mobilenet_v2(c: Configuration, of: str) -> Model:
    """Past the stride that is asked for, layers look further apart in place of thinning."""
    factor, by, least = c.ratio("depth_multiplier"), c.number("depth_divisible_by"), c.number("min_depth")
    widths = [32, 16, 24, 24, 32, 32, 32, *[64] * 4, *[96] * 3, *[160] * 3, 320]
    stem, *outs = [divisible(round(width * factor), by, least) for width in widths]
    expand = c.ratio("expand_ratio")
    mids = [divisible(round(width * expand), by, least) for width in outs[:-1]]
    strides, dilations, reach, dilation = [1], [1], 2, 1
    for stride in (2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1):
        reached = reach == c.number("output_stride")
        strides.append(1 if reached else stride)
        dilations.append(dilation if reached else 1)
        dilation *= stride if reached else 1
        reach *= 1 if reached else stride
    fine = c.flag("finegrained_output") and factor < 1
    more: Variables = {
        "stem": stem,
        "widened": [None if c.flag("first_layer_is_expansion") else divisible(stem, 1, 1), *mids],
        "outs": outs,
        "strides": strides,
        "dilations": dilations if max(dilations) > 1 else [1],
        "last": 1280 if fine else divisible(round(1280 * factor), by, least),
    }
    return mobilenet(c, of, **more)


def efficientnet(c: Configuration, of: str) -> Model:
    """Convolutions of stride 2 are padded as Keras pads, but those that ``depthwise_padding`` names by their number."""
    by, factor, deeper = c.number("depth_divisor"), c.ratio("width_coefficient"), c.ratio("depth_coefficient")
    c.word("pooling_type", ("mean", "max"))
    outs = c.numbers("out_channels")
    lists = ("in_channels", "kernel_sizes", "strides", "num_block_repeats", "expand_ratios")
    reads, kernels, strides, repeats, expands = (c.numbers(key, len(outs)) for key in lists)
    widths = [divisible(width * factor, by, by) for width in (32, *outs, 1280)]
    if [divisible(width * factor, by, by) for width in reads] != widths[:-2]:
        raise c.wrong("in_channels", "expected 32 and the out_channels of the stage before")
    c.fixed("hidden_dim", widths[-1])
    depths = [max(ceil(deeper * times), 1) for times in repeats]
    firsts = [sum(depths[:at]) for at in range(len(depths))]
    even = c.indices("depthwise_padding")
    variables = {
        "size": c.number("image_size"),
        "channels": c.number("num_channels"),
        "stem": widths[0],
        "kernels": kernels,
        "outs": widths[1:-1],
        "strides": strides,
        "depths": depths,
        "expands": expands,
        "even": [first in even for first in firsts],
        "squeezed": c.ratio("squeeze_expansion_ratio"),
        "top": widths[-1],
        "act": c.act("hidden_act"),
        **classifier(c, of),
    }
    return Model("efficientnet-keras", variables, SQUARE)


def poolformer(c: Configuration, of: str) -> Model:
    stages, pool = c.number("num_encoder_blocks"), c.number("pool_size")
    if pool % 2 == 0:
        raise c.wrong("pool_size", f"a pool of {pool} is padded to another size than it is added to")
    c.read.update(("patch_size", "stride", "layer_scale_init_value"))
    lists = {
        "widths": "hidden_sizes",
        "depths": "depths",
        "patches": "patch_sizes",
        "strides": "strides",
        "paddings": "padding",
    }
    variables: Variables = {name: c.numbers(key, stages) for name, key in lists.items()}
    variables |= {
        "channels": c.number("num_channels"),
        "pool": pool,
        "ratio": c.ratio("mlp_ratio"),
        "act": c.act("hidden_act"),
        "layer_scale": c.flag("use_layer_scale", True),
        **classifier(c, of),
    }
    return Model("poolformer", variables, ANY_SIZE)


def pvt(c: Configuration, of: str) -> Model:
    stages, size = c.number("num_encoder_blocks"), c.number("image_size")
    patches = c.numbers("patch_sizes", stages)
    c.fixed("strides", patches)
    c.fixed("patch_sizes", [4, *[2] * (stages - 1)])
    if size % prod(patches):
        raise c.wrong("image_size", f"archcalc reads pvt only with multiples of {prod(patches)}")
    lists = {
        "widths": "hidden_sizes",
        "depths": "depths",
        "thinned": "sequence_reduction_ratios",
        "heads": "num_attention_heads",
        "ratios": "mlp_ratios",
    }
    variables: Variables = {name: c.numbers(key, stages) for name, key in lists.items()}
    variables |= {
        "channels": c.number("num_channels"),
        "patches": patches,
        "act": c.act("hidden_act"),
        "qkv_bias": c.flag("qkv_bias"),
        **classifier(c, of),
    }
    return Model("pvt", variables, image(size, size))


def levit(c: Configuration, of: str) -> Model:
    """A stage ends by thinning with four values to a key and linear layers twice as wide."""
    size = c.number("image_size")
    for key, value in (("kernel_size", 3), ("stride", 2), ("padding", 1), ("patch_size", 16)):
        c.fixed(key, value)
    if size % 16:
        raise c.wrong(
            "image_size", f"levit's four convolutions make places of 16 x 16, and {size} is no multiple of 16"
        )
    lists = {
        "widths": "hidden_sizes",
        "depths": "depths",
        "heads": "num_attention_heads",
        "keys": "key_dim",
        "value_ratios": "attention_ratio",
        "mlp_ratios": "mlp_ratio",
    }
    taught = {"teacher": True, "classes": c.classes()}
    heads: dict[str, Variables] = {
        "WithTeacher": taught,
        "ForImageClassification": {**taught, "teacher": False},
        "Model": {"classes": None, "teacher": False},
    }
    variables: Variables = {name: c.numbers(key, 3) for name, key in lists.items()}
    if variables["keys"][0] != variables["keys"][1]:
        raise c.wrong("key_dim", "archcalc reads levit only with keys of one width in the first two stages")
    variables |= {
        "size": size,
        "channels": c.number("num_channels"),
        **c.head(of, heads),
    }
    return Model("levit", variables, SQUARE)


def mobilevit(c: Configuration, of: str) -> Model:
    """Past the stride that is asked for, stages look further apart in place of thinning."""
    c.read.update(("aspp_out_channels", "atrous_rates"))
    c.fixed("conv_kernel_size", 3)
    stride = c.number("output_stride")
    strides, dilations = {8: ([2, 1, 1], [1, 1, 2]), 16: ([2, 2, 1], [1, 1, 1])}.get(stride, ([2, 2, 2], [1, 1, 1]))
    variables = {
        "size": c.number("image_size"),
        "channels": c.number("num_channels"),
        "widths": c.numbers("neck_hidden_sizes", 7),
        "dims": c.numbers("hidden_sizes", 3),
        "expand": c.ratio("expand_ratio"),
        "heads": c.number("num_attention_heads"),
        "ratio": c.ratio("mlp_ratio"),
        "patch": c.number("patch_size"),
        "strides": strides,
        "dilations": dilations,
        "act": c.act("hidden_act"),
        "qkv_bias": c.flag("qkv_bias"),
        **classifier(c, of),
    }
    return Model("mobilevit", variables, SQUARE)


def cvt(c: Configuration, of: str) -> Model:
    depths = c.numbers("depth")
    c.fixed("qkv_projection_method", ["dw_bn"] * len(depths))
    lists = {
        "patches": "patch_sizes",
        "strides": "patch_stride",
        "paddings": "patch_padding",
        "widths": "embed_dim",
        "depths": "depth",
        "heads": "num_heads",
        "kernels": "kernel_qkv",
        "query_strides": "stride_q",
        "query_paddings": "padding_q",
        "key_strides": "stride_kv",
        "key_paddings": "padding_kv",
    }
    variables: Variables = {name: c.numbers(key, len(depths)) for name, key in lists.items()}
    variables |= {
        "channels": c.number("num_channels"),
        "ratios": c.ratios("mlp_ratio", len(depths)),
        "qkv_bias": c.flags("qkv_bias", len(depths)),
        "token": c.flags("cls_token", len(depths)),
        **classifier(c, of),
    }
    return Model("cvt", variables, ANY_SIZE)


TYPES = {
    function.__name__: function
    for function in (mobilenet_v1, mobilenet_v2, efficientnet, poolformer, pvt, levit, mobilevit, cvt)
}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    return TYPES[c.type](c, architecture)
