"""Encoders with decoders: T5, BART and their like, Whisper. Families ``t5``, ``encoder-decoder`` and ``whisper``.

Sources are each model's module of transformers 5.23.
"""

from __future__ import annotations

from typing import Any

from archcalc.importers.hugging_face.configuration import ACTIVATIONS, Configuration
from archcalc.importers.hugging_face.decoders import TOKENS
from archcalc.importers.hugging_face.model import Model, Variables

TEXTS = {"source": ("S", "int64"), "target": ("T", "int64")}


def scores(c: Configuration, of: str) -> Variables:
    """Whether the decoder's end is scored as words, and by which table."""
    if of.endswith("ForConditionalGeneration") or of == "MarianMTModel":
        return {"tied": c.flag("tie_word_embeddings", True)}
    c.read.add("tie_word_embeddings")
    if c.is_bare(of):
        return {"lm": False}
    raise c.wrong("architectures", f"archcalc knows no head of '{of}'", "it knows ForConditionalGeneration, Model")


def t5(c: Configuration, of: str) -> Model:
    """``feed_forward_proj``: an activation, or ``gated-`` and one."""
    projection = c.get("feed_forward_proj")
    gated = isinstance(projection, str) and projection.startswith("gated-")
    act = projection.removeprefix("gated-") if isinstance(projection, str) else ""
    if act not in ACTIVATIONS:
        raise c.wrong("feed_forward_proj", "expected an activation, such as relu or gated-gelu")
    c.read.update(("dense_act_fn", "is_gated_act", "relative_attention_max_distance"))
    depth = c.depth("num_layers")
    encoder = {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": c.number("d_model"),
        "depth": depth,
        "heads": c.number("num_heads"),
        "head_dim": c.number("d_kv"),
        "mlp": c.number("d_ff"),
        "act": ACTIVATIONS[act],
        "gated": gated,
        "distances": c.number("relative_attention_num_buckets"),
        "everywhere": c.type == "umt5",
    }
    decoder_depth = c.number("num_decoder_layers", depth)
    if of.endswith("EncoderModel"):
        c.read.add("tie_word_embeddings")
        return Model("t5-encoder", encoder, {"input": ("T", "int64")})
    return Model("t5", {"S": TOKENS, **encoder, "decoder_depth": decoder_depth, **scores(c, of)}, TEXTS)


AFTER = {"words_norm": True, "before": False}
BEFORE = {"words_norm": False, "before": True}
KINDS: dict[str, tuple[int, Variables]] = {
    "bart": (2, AFTER),
    "plbart": (2, AFTER),
    "mbart": (2, {"words_norm": True, "before": True}),
    "blenderbot": (0, BEFORE),
    "blenderbot-small": (0, AFTER),
    "pegasus": (0, {**BEFORE, "learned": False}),
    "marian": (0, {"words_norm": False, "before": False, "learned": False}),
    "m2m_100": (2, {**BEFORE, "stored": True, "lm_bias": False}),
}
"""How many positions there are beside those that the configuration says, and in what a type differs."""


def bart(c: Configuration, of: str) -> Model:
    c.fixed("is_decoder", False, None)
    c.fixed("tie_word_embeddings", True)
    c.fixed("share_encoder_decoder_embeddings", True, None)
    vocab, dim = c.number("vocab_size"), c.number("d_model")
    c.fixed("decoder_vocab_size", None, vocab)
    c.read.add("encoder_no_repeat_ngram_size")
    extra, kind = KINDS[c.type]
    context = c.number("max_position_embeddings")
    variables = {
        "S": min(TOKENS, context),
        "T": min(TOKENS, context),
        "vocab": vocab,
        "dim": dim,
        "depth": c.depth("encoder_layers"),
        "decoder_depth": c.depth("decoder_layers"),
        "heads": c.heads("encoder_attention_heads", dim),
        "decoder_heads": c.heads("decoder_attention_heads", dim),
        "mlp": c.number("encoder_ffn_dim"),
        "decoder_mlp": c.number("decoder_ffn_dim"),
        "act": c.act("activation_function"),
        "context": context + extra,
        **kind,
        **scores(c, of),
    }
    return Model("encoder-decoder", variables, TEXTS)


def whisper(c: Configuration, of: str) -> Model:
    """Sound in bands, and the text so far; the second convolution halves the frames."""
    same(c, "encoder_attention_heads", "decoder_attention_heads")
    same(c, "encoder_ffn_dim", "decoder_ffn_dim")
    found = scores(c, of)
    if found.pop("tied", True) is False:
        raise c.wrong("tie_word_embeddings", "archcalc reads whisper only with true")
    dim, context = c.number("d_model"), c.number("max_target_positions")
    c.read.update(("classifier_proj_size", "use_weighted_layer_sum"))
    variables = {
        "bands": c.number("num_mel_bins"),
        "frames": 2 * c.number("max_source_positions"),
        "T": min(TOKENS, context),
        "context": context,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth("encoder_layers"),
        "decoder_depth": c.depth("decoder_layers"),
        "heads": c.heads("encoder_attention_heads", dim),
        "mlp": c.number("encoder_ffn_dim"),
        "act": c.act("activation_function"),
        **found,
    }
    return Model("whisper", variables, {"spectrogram": ("bands, frames", None), "tokens": ("T", "int64")})


def same(c: Configuration, one: str, other: str) -> None:
    """Two keys that the family takes for one."""
    found: Any = c.number(one)
    if c.number(other) != found:
        raise c.wrong(other, f"archcalc reads {c.type} only where it equals {one}, {found}")


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    if c.type == "whisper":
        return whisper(c, architecture)
    return bart(c, architecture) if c.type in KINDS else t5(c, architecture)
