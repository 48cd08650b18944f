"""Networks of images in stages, CLIP and SigLIP. Their families ship for themselves: resnet, convnext, swin, clip, ...

Sources are each model's module of transformers 5.23.
"""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.image_encoders import NONE
from archcalc.importers.hugging_face.model import Model, Variables

IMAGE = {"input": ("3, size, size", None)}


def classifier(c: Configuration, of: str) -> Variables:
    """The classes, or none where the class is the bare model."""
    c.fixed("num_channels", 3)
    return c.head(of, {"ForImageClassification": {"classes": c.classes()}, "Model": NONE})


def doubling(c: Configuration, key: str, first: int, widths: list[int]) -> None:
    """The family's stages are each twice as wide as the one before."""
    if widths != [first * 2**at for at in range(len(widths))]:
        raise c.wrong(key, f"archcalc reads {c.type} only where each stage is twice as wide, the first {first}")


def resnet(c: Configuration, of: str) -> Model:
    basic = c.word("layer_type", ("basic", "bottleneck")) == "basic"
    depths = c.numbers("depths")
    c.fixed("embedding_size", 64)
    c.fixed("downsample_in_first_stage", False)
    c.fixed("downsample_in_bottleneck", False)
    c.fixed("hidden_act", "relu")
    doubling(c, "hidden_sizes", 64 if basic else 256, c.numbers("hidden_sizes", len(depths)))
    block = "basic_block" if basic else "bottleneck"
    return Model("resnet", {"block": block, "depths": depths, **classifier(c, of)}, {"input": ("3, 224, 224", None)})


def regnet(c: Configuration, of: str) -> Model:
    """Layers of kind y weigh each channel by a network a quarter as wide as what they read."""
    depths = c.numbers("depths")
    c.fixed("embedding_size", 32)
    c.fixed("downsample_in_first_stage", True)
    c.fixed("hidden_act", "relu")
    squeezed = c.word("layer_type", ("x", "y")) == "y"
    variables = {
        "size": 224,
        "depths": depths,
        "widths": c.numbers("hidden_sizes", len(depths)),
        "group_width": c.number("groups_width"),
        "squeeze_ratio": 0.25 if squeezed else 0,
        **classifier(c, of),
    }
    return Model("regnet", variables, IMAGE)


def convnext(c: Configuration, of: str) -> Model:
    depths = c.numbers("depths")
    widths = c.numbers("hidden_sizes", len(depths))
    doubling(c, "hidden_sizes", widths[0], widths)
    c.fixed("patch_size", 4)
    c.fixed("num_stages", len(depths))
    c.fixed("hidden_act", "gelu")
    if c.type == "convnext" and not c.ratio("layer_scale_init_value") > 0:
        raise c.wrong("layer_scale_init_value", "archcalc reads convnext only with a scale of each layer")
    size = c.number("image_size")
    variables = {"dim": widths[0], "depths": depths, "drop": c.ratio("drop_path_rate", 0.0), **classifier(c, of)}
    variables["version"] = 1 if c.type == "convnext" else 2
    return Model("convnext", variables, {"input": (f"3, {size}, {size}", None)})


def swin(c: Configuration, of: str) -> Model:
    """Heads of 32 channels in windows, which a stage that is smaller has none larger than."""
    depths, dim = c.numbers("depths"), c.number("embed_dim")
    for at, heads in enumerate(c.numbers("num_heads", len(depths))):
        if heads * 32 != dim * 2**at:
            raise c.wrong("num_heads", f"archcalc reads {c.type} only with heads of 32 channels: {dim * 2**at // 32}")
    size, window = c.number("image_size"), c.number("window_size")
    if size % 4:
        raise c.wrong("image_size", f"archcalc reads {c.type} only with multiples of 4")
    if size // 4 // 2 ** (len(depths) - 1) < window:
        raise c.wrong("window_size", f"archcalc reads {c.type} only with windows that fit into the last stage")
    c.fixed("patch_size", 4)
    c.fixed("mlp_ratio", 4, 4.0)
    c.fixed("qkv_bias", True)
    c.fixed("hidden_act", "gelu")
    c.fixed("use_absolute_embeddings", False)
    c.read.update(("hidden_size", "num_layers", "pretrained_window_sizes"))
    first = c.type == "swin"
    variables = {
        "size": size,
        "window": window,
        "dim": dim,
        "depths": depths,
        "drop": c.ratio("drop_path_rate", 0.1),
        "version": 1 if first else 2,
        **({"indices": True} if first else {"k_bias": False}),
        **classifier(c, of),
    }
    return Model("swin", variables, IMAGE)


def segformer(c: Configuration, of: str) -> Model:
    """A configuration says no size of an image; 512 is that of the first published ones."""
    c.fixed("num_channels", 3)
    c.fixed("reshape_last_stage", True)
    stages = c.number("num_encoder_blocks")
    lists = {
        "widths": "hidden_sizes",
        "depths": "depths",
        "thinned": "sr_ratios",
        "patches": "patch_sizes",
        "strides": "strides",
        "heads": "num_attention_heads",
        "ratios": "mlp_ratios",
    }
    heads: dict[str, Variables] = {
        "ForSemanticSegmentation": {"head_dim": c.number("decoder_hidden_size"), "classes": c.classes()},
        "ForImageClassification": {"head_dim": None, "classes": c.classes()},
        "Model": {"head_dim": None, "classes": None},
    }
    variables: Variables = {name: c.numbers(key, stages) for name, key in lists.items()}
    variables |= {"act": c.act("hidden_act"), **c.head(of, heads)}
    return Model("segformer", variables, {"input": ("3, 512, 512", None)})


def clip(c: Configuration, of: str) -> Model:
    """Indices of places are stored, of both towers."""
    heads: dict[str, Variables] = {"ForObjectDetection": {"detects": True}} if c.type == "owlvit" else {}
    head = c.head(of, {**heads, "Model": {}})
    text, image = c.part("text_config"), c.part("vision_config")
    size, patch, context = (
        image.number("image_size"),
        image.number("patch_size"),
        text.number("max_position_embeddings"),
    )
    image.fixed("num_channels", 3)
    if text.act("hidden_act") != image.act("hidden_act"):
        raise image.wrong("hidden_act", f"archcalc reads {c.type} only with one activation of both towers")
    for part in (text, image):
        part.read.add("projection_dim")
    if head and c.number("projection_dim") != text.number("hidden_size"):
        raise c.wrong("projection_dim", "places are held against words as wide as they: the text's hidden_size")
    variables: Variables = {
        "size": size,
        "patch": patch,
        "T": context,
        "context": context,
        "vocab": text.number("vocab_size"),
        **tower(image, "image"),
        **tower(text, "text"),
        "shared_dim": c.number("projection_dim"),
        "act": text.act("hidden_act"),
        "kept": context + (size // patch) ** 2 + 1,
        **head,
    }
    return Model("clip", variables, {"image": ("3, size, size", None), "text": ("T", "int64")})


def siglip(c: Configuration, of: str) -> Model:
    """Indices of places are stored, of both towers."""
    if not of.endswith("SiglipModel"):
        raise c.wrong("architectures", f"archcalc knows no head of '{of}'", "it knows SiglipModel")
    text, image = c.part("text_config"), c.part("vision_config")
    size, patch, context = (
        image.number("image_size"),
        image.number("patch_size"),
        text.number("max_position_embeddings"),
    )
    image.fixed("num_channels", 3)
    image.fixed("vision_use_head", True)
    text.fixed("projection_size", None, image.number("hidden_size"))
    if text.get("projection_size", text.number("hidden_size")) != image.number("hidden_size"):
        raise text.wrong("hidden_size", "the two towers do not meet: their widths differ")
    if text.act("hidden_act") != image.act("hidden_act"):
        raise image.wrong("hidden_act", "archcalc reads siglip only with one activation of both towers")
    variables: Variables = {
        "size": size,
        "patch": patch,
        "T": context,
        "context": context,
        "vocab": text.number("vocab_size"),
        **tower(image, "image"),
        **tower(text, "text"),
        "act": text.act("hidden_act"),
        "kept": context + (size // patch) ** 2,
    }
    return Model("siglip", variables, {"image": ("3, size, size", None), "text": ("T", "int64")})


def tower(c: Configuration, name: str) -> Variables:
    dim = c.number("hidden_size")
    return {
        f"{name}_dim": dim,
        f"{name}_depth": c.depth(),
        f"{name}_heads": c.heads(of=dim),
        f"{name}_mlp": c.number("intermediate_size"),
    }


TYPES = {
    "resnet": resnet,
    "regnet": regnet,
    "convnext": convnext,
    "convnextv2": convnext,
    "swin": swin,
    "swinv2": swin,
    "segformer": segformer,
    "clip": clip,
    "owlvit": clip,
    "siglip": siglip,
}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    return TYPES[c.type](c, architecture)
