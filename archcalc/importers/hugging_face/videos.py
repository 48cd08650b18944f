"""Encoders of films. Family ``video-encoder``. Sources are each model's module of transformers 5.24."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.image_encoders import NONE, base
from archcalc.importers.hugging_face.model import Model, Variables

FILM = {"input": ("frames, channels, height, width", None)}


def timesformer(c: Configuration, of: str) -> Variables:
    c.fixed("attention_type", "divided_space_time")
    return base(c, frames=c.number("num_frames"))


def videomae(c: Configuration, of: str) -> Variables:
    """Keys have no bias; places are told by sines, which are not stored."""
    frames, tube, mean = c.number("num_frames"), c.number("tubelet_size"), c.flag("use_mean_pooling")
    if tube > frames:
        raise c.wrong("tubelet_size", f"a tube of {tube} frames does not fit into {frames}")
    c.read.update(key for key in c.keys if key.startswith("decoder_"))
    c.read.add("norm_pix_loss")
    biased = {"qkv_bias": c.flag("qv_bias", True), "k_bias": False}
    return base(c, frames=frames, tube=tube, divided=False, mean=mean, last_norm=not mean, **biased)


TYPES = {"timesformer": timesformer, "videomae": videomae}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    heads = {"ForVideoClassification": {"classes": c.classes()}, "Model": NONE}
    return Model("video-encoder", TYPES[c.type](c, architecture) | c.head(architecture, heads), FILM)
