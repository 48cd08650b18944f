"""Encoders that compare words and places apart. Family ``deberta``. The source is its module of transformers 5.23."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS
from archcalc.importers.hugging_face.model import Model, Variables


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    dim, context = c.number("hidden_size"), c.number("max_position_embeddings")
    c.fixed("legacy", True, None)
    c.fixed("tie_word_embeddings", True)
    c.fixed("embedding_size", None, dim)
    c.fixed("attention_head_size", None, dim // c.heads(of=dim))
    c.fixed("pooler_hidden_size", None, dim)
    c.fixed("z_steps", None, 0)
    c.fixed("talking_head", None, False)
    convolved = c.number("conv_kernel_size", 0, least=0)
    if convolved:
        c.fixed("conv_groups", None, 1)
        c.fixed("conv_act", None, "tanh")
        if convolved % 2 == 0:
            raise c.wrong("conv_kernel_size", "an even kernel gives other lengths than it reads")
    variables = {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "heads": c.heads(of=dim),
        "mlp": c.number("intermediate_size"),
        "act": c.act("hidden_act"),
        "context": context if c.flag("position_biased_input") else None,
        "segments": c.number("type_vocab_size", 0, least=0) or None,
        "kept": context,
        "convolved": convolved or None,
        "joint": c.type == "deberta",
        **places(c, context),
        **heads_of(c, architecture),
    }
    return Model("deberta", variables, {"input": ("T", "int64")})


def places(c: Configuration, context: int) -> Variables:
    """Ranges of distance, and who looks at them; the farthest is that of the last token where no other is said."""
    kinds = c.get("pos_att_type")
    kinds = kinds.split("|") if isinstance(kinds, str) else c.words("pos_att_type") or []
    buckets, farthest = c.get("position_buckets", -1), c.get("max_relative_positions", -1)
    found = {
        "shared": c.flag("share_att_key"),
        "reach_norm": c.word("norm_rel_ebd", ("none", "layer_norm"), "none") == "layer_norm",
        "to_place": "c2p" in kinds,
        "from_place": "p2c" in kinds,
    }
    if not c.flag("relative_attention"):
        c.fixed("norm_rel_ebd", None, "none")
        return {**found, "reach": None}
    reach = buckets if type(buckets) is int and buckets > 0 else farthest
    return {**found, "reach": reach if type(reach) is int and reach > 0 else context}


def heads_of(c: Configuration, of: str) -> Variables:
    heads: dict[str, Variables] = {
        "ForMaskedLM": {"lm": True},
        "ForSequenceClassification": {"pooled": True, "classes": c.classes(), "pooled_act": c.act("pooler_hidden_act")},
        "ForMultipleChoice": {"pooled": True, "classes": 1, "pooled_act": c.act("pooler_hidden_act")},
        "ForTokenClassification": {"classes": c.classes()},
        "ForQuestionAnswering": {"classes": 2},
        "Model": {},
    }
    return c.head(of, heads)
