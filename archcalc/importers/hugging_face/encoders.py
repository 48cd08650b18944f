"""Encoders of text after BERT. Family ``encoder``. Sources are each model's module of transformers 5.23."""

from __future__ import annotations

from typing import Any

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS, periodic, rotary
from archcalc.importers.hugging_face.model import Model, Variables

POOLED = (
    "bert",
    "roberta",
    "xlm-roberta",
    "camembert",
    "albert",
    "mpnet",
    "ernie",
    "layoutlm",
    "data2vec-text",
    "esm",
    "squeezebert",
    "fnet",
)
"""Types whose bare model pools the first token."""


ALWAYS = ("layoutlm", "squeezebert", "fnet")
"""Types that pool the first token whatever the class."""

TWICE = (*(name for name in POOLED if name != "esm"), "megatron-bert")
"""Types with a bias of words both in the scores' linear layer and beside it, which are one where the tables are."""


def head(c: Configuration, of: str) -> Variables:
    """What stands after the layers, by the class's name. Classification reads the first token, once transformed."""
    c.read.update(("summary_type", "summary_use_proj", "summary_activation"))
    tied = c.flag("tie_word_embeddings")
    heads: dict[str, Variables] = {
        "ForMaskedLM": {"pooled": False, "lm": True, "tied": tied, "untied_bias": c.type in TWICE},
        "ForSequenceClassification": {"classes": c.classes()},
        "ForMultipleChoice": {"classes": 1},
        "ForNextSentencePrediction": {"classes": 2},
        "ForTokenClassification": {"pooled": False, "classes": c.classes()},
        "ForQuestionAnswering": {"pooled": False, "classes": 2},
        "ForPreTraining": {"pooled": False, "scored": True},
        "Model": {"pooled": c.type in POOLED},
    }
    if c.type != "electra":
        classes = c.classes() if c.type == "albert" else 2
        heads["ForPreTraining"] = {**heads["ForMaskedLM"], "pooled": True, "classes": classes}
    heads |= dict.fromkeys(("LMHeadModel", "ForCausalLM"), heads["ForMaskedLM"])
    found = c.head(of, heads)
    return found | ({"pooled_beside": True} if c.type in ALWAYS and not found.get("pooled", True) else {})


def bert(c: Configuration, of: str) -> Variables:
    """Positions and segments are stored as indices too."""
    for key in ("is_decoder", "add_cross_attention", "use_task_id"):
        c.fixed(key, False, None)
    dim, context = c.number("hidden_size"), c.number("max_position_embeddings")
    return {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "heads": c.heads(of=dim) if "num_attention_heads" in c.keys else 1,
        "mlp": c.number("intermediate_size"),
        "act": c.act("hidden_act"),
        "context": context,
        "segments": c.number("type_vocab_size", 0, least=0) or None,
        "kept": 2 * context,
        **head(c, of),
    }


def narrow(c: Configuration, of: str, **more: Any) -> Variables:
    """Tables narrower than the model."""
    found = bert(c, of)
    words = c.number("embedding_size", found["dim"])
    return found | ({} if words == found["dim"] else {"word_dim": words}) | more


def electra(c: Configuration, of: str) -> Variables:
    found = narrow(c, of)
    return found | ({"lm_dim": found.get("word_dim", found["dim"])} if "lm" in found else {})


def albert(c: Configuration, of: str) -> Variables:
    """One layer's weights for all layers; words are mapped even if they are as wide as the model."""
    c.fixed("num_hidden_groups", 1)
    c.fixed("inner_group_num", 1)
    found = narrow(c, of, shared=True, mapped=True)
    return found | ({"lm_dim": found.get("word_dim", found["dim"])} if "lm" in found else {})


def distilbert(c: Configuration, of: str) -> Variables:
    """No segments; only indices of positions are stored."""
    dim, context = c.number("dim"), c.number("max_position_embeddings")
    c.read.add("sinusoidal_pos_embds")
    return {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth("n_layers"),
        "heads": c.heads("n_heads", dim),
        "mlp": c.number("hidden_dim"),
        "act": c.act("activation"),
        "context": context,
        "segments": None,
        "kept": context,
        **head(c, of),
    }


def mpnet(c: Configuration, of: str) -> Variables:
    found = bert(c, of) | {"segments": None, "distances": c.number("relative_attention_num_buckets")}
    return found | {"kept": found["context"]}


def layoutlm(c: Configuration, of: str) -> Variables:
    found = bert(c, of) | {"places": c.number("max_2d_position_embeddings")}
    return found | {"kept": found["context"]}


def megatron_bert(c: Configuration, of: str) -> Variables:
    """Norms before; none of the words."""
    found = bert(c, of) | {
        "words_norm": False,
        "before": True,
        "last_norm": True,
        "kept": c.number("max_position_embeddings"),
    }
    return found | ({"pooled": True} if c.is_bare(of) else {})


def esm(c: Configuration, of: str) -> Variables:
    """Of proteins. Norms before; contacts are read from the attention of all layers where somebody asks for them."""
    c.fixed("is_folding_model", False)
    c.read.update(("esmfold_config", "vocab_list", "token_dropout", "use_cache"))
    rotary = c.word("position_embedding_type", ("absolute", "rotary")) == "rotary"
    dim, context, depth, heads = c.number("hidden_size"), c.number("max_position_embeddings"), c.depth(), c.heads()
    found = {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": depth,
        "heads": c.heads(of=dim),
        "mlp": c.number("intermediate_size"),
        "act": "gelu",
        "context": None if rotary else context,
        "segments": None,
        "kept": context + (dim // heads // 2 if rotary else 0),
        "contacts": depth * heads + 1,
        "words_norm": bool(c.get("emb_layer_norm_before")),
        "before": True,
        "last_norm": True,
    }
    return found | head(c, of)


def squeezebert(c: Configuration, of: str) -> Variables:
    """Linear layers of channels in groups."""
    c.fixed("embedding_size", c.number("hidden_size"))
    parts = ("q", "k", "v", "post_attention", "intermediate", "output")
    found = bert(c, of)
    return found | {"groups": [c.number(f"{part}_groups") for part in parts], "kept": found["context"]}


def fnet(c: Configuration, of: str) -> Variables:
    """Fourier transforms in place of attention; what stands for a word is mapped even if it is as wide as the model."""
    c.fixed("use_tpu_fourier_optimizations", False)
    c.read.add("tpu_short_seq_length")
    return bert(c, of) | {"mixed": False, "mapped": True}


def convbert(c: Configuration, of: str) -> Variables:
    """Half of the channels are for attention, by fewer heads, and half for convolutions."""
    found = electra(c, of)
    heads = max(found["heads"] // c.number("head_ratio"), 1)
    if found["dim"] % (2 * heads):
        raise c.wrong("num_attention_heads", f"half of {found['dim']} channels cannot be divided among {heads} heads")
    groups = c.number("num_groups")
    more: Variables = {} if groups == 1 else {"groups": [1, 1, 1, 1, groups, groups]}
    return found | {"heads": heads, "convolved": c.number("conv_kernel_size"), **more}


def modernbert(c: Configuration, of: str) -> Variables:
    """Gated, norms before, rotations, windows in two layers of three; the first layer has no norm before attention."""
    for key in ("attention_bias", "mlp_bias", "classifier_bias"):
        c.fixed(key, False)
    c.read.update(("max_position_embeddings", "classifier_pooling", "classifier_activation"))
    dim, depth = c.number("hidden_size"), c.depth()
    heads, window = c.heads(of=dim), c.number("local_attention")
    every = c.number("global_attn_every_n_layers", 3)
    kinds = c.words("layer_types") or [
        "full_attention" if i % every == 0 else "sliding_attention" for i in range(depth)
    ]
    windows = periodic([window + 1 if kind == "sliding_attention" else None for kind in kinds])
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": depth,
        "heads": heads,
        "mlp": c.number("intermediate_size"),
        "act": c.act("hidden_activation"),
        "gated": True,
        "bias": False,
        "windows": windows,
        "context": None,
        "segments": None,
        "kept": len({*windows}) * rotary(c, dim // heads),
        "norm_bias": c.flag("norm_bias"),
        "before": True,
        "bare_first": True,
        "last_norm": True,
        "lm_bias": c.flag("decoder_bias"),
        **c.head(of, {"ForMaskedLM": head(c, of), "Model": {"pooled": False}}),
    }


TYPES = {
    **dict.fromkeys(("bert", "roberta", "xlm-roberta", "camembert", "ernie", "data2vec-text"), bert),
    "electra": electra,
    "albert": albert,
    "distilbert": distilbert,
    "mpnet": mpnet,
    "layoutlm": layoutlm,
    "megatron-bert": megatron_bert,
    "modernbert": modernbert,
    "esm": esm,
    "squeezebert": squeezebert,
    "fnet": fnet,
    "convbert": convbert,
}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    return Model("encoder", TYPES[c.type](c, architecture), {"input": ("T", "int64")})
