"""Segment anything. Family ``sam``. The source is its module of transformers 5.24."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.model import Model


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration, which reads an image and a point."""
    c.head(architecture, {"Model": {}})
    image, prompt, decoder = (c.part(f"{part}_config") for part in ("vision", "prompt_encoder", "mask_decoder"))
    size, patch, dim = image.number("image_size"), image.number("patch_size"), image.number("hidden_size")
    if size % patch:
        raise image.wrong("patch_size", f"patches of {patch} do not fit into an image of {size}")
    tokens, heads = decoder.number("hidden_size"), decoder.number("num_attention_heads")
    thinner = decoder.number("attention_downsample_rate")
    if tokens % (thinner * heads) or tokens % 8:
        raise decoder.wrong(
            "hidden_size", f"{tokens} channels cannot be divided among {heads} heads, {thinner} times less"
        )
    for part, key, value in (
        (image, "output_channels", tokens),
        (image, "num_pos_feats", tokens // 2),
        (prompt, "hidden_size", tokens),
        (prompt, "image_size", size),
        (prompt, "patch_size", patch),
        (decoder, "num_hidden_layers", 2),
    ):
        part.fixed(key, value)
    for key in ("use_abs_pos", "use_rel_pos"):
        image.fixed(key, True)
    prompt.read.add("hidden_act")
    variables = {
        "size": size,
        "channels": image.number("num_channels"),
        "patch": patch,
        "dim": dim,
        "depth": image.depth(),
        "heads": image.heads(of=dim),
        "mlp": image.number("mlp_dim", int(image.ratio("mlp_ratio") * dim)),
        "act": image.act("hidden_act"),
        "qkv_bias": image.flag("qkv_bias"),
        "window": image.number("window_size"),
        "everywhere": image.indices("global_attn_indexes"),
        "token_dim": tokens,
        "kinds": prompt.number("num_point_embeddings"),
        "mask_channels": prompt.number("mask_input_channels"),
        "decoder_heads": heads,
        "thinner": thinner,
        "decoder_mlp": decoder.number("mlp_dim"),
        "decoder_act": decoder.act("hidden_act"),
        "masks": decoder.number("num_multimask_outputs") + 1,
        "quality_depth": decoder.number("iou_head_depth", least=2),
        "quality_dim": decoder.number("iou_head_hidden_dim"),
    }
    return Model("sam", variables, {"image": ("channels, size, size", None), "points": ("1, 2", None)})
