"""Encoders of images as patches. Families ``image-encoder`` and ``masked-autoencoder``.

Sources are each model's module of transformers 5.23.
"""

from __future__ import annotations

from typing import Any

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.model import Model, Variables

IMAGE = {"input": ("channels, height, width", None)}
NONE: Variables = {"classes": None}


def base(c: Configuration, **more: Any) -> Variables:
    """What all of them say."""
    height, width = c.pair("image_size")
    patch = c.number("patch_size")
    if not (0 < patch <= min(height, width)):
        raise c.wrong("patch_size", f"a patch of {patch} does not fit into an image of {height} x {width}")
    c.read.update(("pooler_output_size", "pooler_act"))
    sizes = {"height": height, "width": width, "channels": c.number("num_channels"), "patch": patch}
    return {**sizes, **layers(c), **more}


def layers(c: Configuration) -> Variables:
    dim = c.number("hidden_size")
    return {
        "dim": dim,
        "depth": c.depth(),
        "heads": c.heads(of=dim),
        "mlp": c.number("intermediate_size") if "intermediate_size" in c.keys else int(c.ratio("mlp_ratio") * dim),
        "act": c.act("hidden_act"),
        "qkv_bias": c.flag("qkv_bias", True),
    }


def vit(c: Configuration, of: str) -> Variables:
    pooled = {**NONE, "pooled": c.number("pooler_output_size", c.number("hidden_size"))}
    return base(c) | c.head(of, {"ForImageClassification": {"classes": c.classes()}, "Model": pooled})


def deit(c: Configuration, of: str) -> Variables:
    """Two tokens in front; the second learns from another network."""
    classes: Variables = {"classes": c.classes()}
    pooled = {**NONE, "pooled": c.number("pooler_output_size", c.number("hidden_size"))}
    heads = {"WithTeacher": {**classes, "teacher": True}, "ForImageClassification": classes, "Model": pooled}
    return base(c, tokens=2) | c.head(of, heads)


def vit_msn(c: Configuration, of: str) -> Variables:
    return base(c) | c.head(of, {"ForImageClassification": {"classes": c.classes()}, "Model": NONE})


def beit(c: Configuration, of: str) -> Variables:
    """Keys without a bias; positions by a bias for each distance of patches, and three of the first token."""
    c.fixed("use_shared_relative_position_bias", False)
    c.fixed("use_mean_pooling", True)
    for key in ("auxiliary_channels", "auxiliary_num_convs", "auxiliary_concat_input", "use_auxiliary_head", "add_fpn"):
        c.read.add(key)
    c.read.update(("pool_scales", "vocab_size"))
    found = base(c, k_bias=False, learned=c.flag("use_absolute_position_embeddings"), last_norm=False, mean=True)
    scale = c.ratio("layer_scale_init_value", 0.0)
    found |= {"layer_scale": scale > 0, "mask_token": c.flag("use_mask_token")}
    if c.flag("use_relative_position_bias"):
        rows, columns = found["height"] // found["patch"], found["width"] // found["patch"]
        found["distances"] = (2 * rows - 1) * (2 * columns - 1) + 3
    return found | c.head(of, {"ForImageClassification": {"classes": c.classes()}, "Model": NONE})


def dinov2(c: Configuration, of: str) -> Variables:
    """Gated layers of two thirds of the width, rounded up to eights."""
    c.read.add("apply_layernorm")
    found = base(c, layer_scale=True, mask_token=c.flag("use_mask_token", True))
    if c.flag("use_swiglu_ffn"):
        found |= {"mlp": (int(found["mlp"] * 2 / 3) + 7) // 8 * 8, "gated": True, "act": "silu"}
    if "num_register_tokens" in c.keys:
        found["registers"] = c.number("num_register_tokens", least=0) or None
    return found | c.head(of, {"ForImageClassification": {"classes": c.classes(), "beside": True}, "Model": NONE})


def yolos(c: Configuration, of: str) -> Variables:
    between = c.flag("use_mid_position_embeddings")
    found = base(c, detections=c.number("num_detection_tokens"), places_between=between)
    return found | c.head(of, {"ForObjectDetection": {"classes": c.classes()}})


def spectrogram(c: Configuration, of: str) -> Variables:
    """A spectrogram as an image of one channel, bands by frames, whose patches overlap."""
    bands, frames, patch = c.number("num_mel_bins"), c.number("max_length"), c.number("patch_size")
    if patch > min(bands, frames):
        raise c.wrong("patch_size", f"a patch of {patch} does not fit into {bands} bands and {frames} frames")
    return {
        "height": bands,
        "width": frames,
        "channels": 1,
        "patch": patch,
        "strides": [c.number("frequency_stride"), c.number("time_stride")],
        "tokens": 2,
        "front_mean": True,
        **layers(c),
        **c.head(of, {"ForAudioClassification": {"classes": c.classes()}, "Model": NONE}),
    }


def vit_mae(c: Configuration, of: str) -> Model:
    height, width = c.pair("image_size")
    if height != width:
        raise c.wrong("image_size", "archcalc reads vit_mae only with square images")
    found = base(c)
    for name in ("height", "width"):
        del found[name]
    decoder = c.head(of, {"ForPreTraining": {"decoder": True}, "Model": {"decoder": False}})
    dim = c.number("decoder_hidden_size")
    found |= {"size": height, "hidden": c.ratio("mask_ratio"), **decoder}
    if decoder["decoder"]:
        found |= {
            "decoder_dim": dim,
            "decoder_depth": c.depth("decoder_num_hidden_layers"),
            "decoder_heads": c.heads("decoder_num_attention_heads", dim),
            "decoder_mlp": c.number("decoder_intermediate_size"),
        }
    c.read.update(key for key in c.keys if key.startswith("decoder_"))
    c.read.add("norm_pix_loss")
    return Model("masked-autoencoder", found, {"input": ("channels, size, size", None)})


TYPES = {
    "vit": vit,
    "deit": deit,
    "vit_msn": vit_msn,
    "beit": beit,
    "dinov2": dinov2,
    "dinov2_with_registers": dinov2,
    "yolos": yolos,
    "audio-spectrogram-transformer": spectrogram,
}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    if c.type == "vit_mae":
        return vit_mae(c, architecture)
    return Model("image-encoder", TYPES[c.type](c, architecture), IMAGE)
