"""MobileBERT: narrow layers beside a wide stream. The source is its module of transformers 5.23."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS
from archcalc.importers.hugging_face.model import Model, Variables


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    for key in ("trigram_input", "use_bottleneck", "key_query_shared_bottleneck", "classifier_activation"):
        c.fixed(key, True)
    c.fixed("use_bottleneck_attention", False)
    c.fixed("normalization_type", "no_norm")
    c.fixed("tie_word_embeddings", True)
    c.read.add("true_hidden_size")
    narrow, context = c.number("intra_bottleneck_size"), c.number("max_position_embeddings")
    heads: dict[str, Variables] = {
        "ForMaskedLM": {"lm": True},
        "ForSequenceClassification": {"pooled": True, "classes": c.classes()},
        "ForTokenClassification": {"classes": c.classes()},
        "ForQuestionAnswering": {"classes": 2},
        "Model": {"pooled": True},
    }
    variables = {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "word_dim": c.number("embedding_size"),
        "dim": c.number("hidden_size"),
        "narrow": narrow,
        "depth": c.depth(),
        "heads": c.heads(of=narrow),
        "mlp": c.number("intermediate_size"),
        "perceptrons": c.number("num_feedforward_networks") - 1,
        "act": c.act("hidden_act"),
        "context": context,
        "segments": c.number("type_vocab_size"),
        **c.head(architecture, heads),
    }
    return Model("mobilebert", variables, {"input": ("T", "int64")})
