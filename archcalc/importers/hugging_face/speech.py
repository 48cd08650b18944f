"""Encoders of speech after wav2vec 2.0. Family ``wav2vec2``. Sources are each model's module of transformers 5.23."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.model import Model, Variables

UNREAD = (
    "codevector_dim proj_codevector_dim num_codevectors_per_group num_codevector_groups contrastive_logits_temperature"
    " num_negatives tdnn_dim tdnn_kernel tdnn_dilation xvector_output_dim adapter_kernel_size adapter_stride"
    " num_adapter_layers output_hidden_size classifier_proj_size vocab_size num_feat_extract_layers"
    " num_ctc_classes max_bucket_distance"
).split()
"""Keys of heads that are not read, and of adapters that are not there."""


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    for key in ("add_adapter", "use_weighted_layer_sum", "conv_pos_batch_norm"):
        c.fixed(key, False, None)
    c.fixed("adapter_attn_dim", None)
    c.fixed("feat_extract_activation", "gelu")
    c.read.update(UNREAD)
    widths = c.numbers("conv_dim")
    dim, reach = c.number("hidden_size"), c.number("num_conv_pos_embeddings")
    variables = {
        "samples": 16_000,
        "widths": widths,
        "kernels": c.numbers("conv_kernel", len(widths)),
        "strides": c.numbers("conv_stride", len(widths)),
        "conv_bias": c.flag("conv_bias"),
        "every_norm": c.word("feat_extract_norm", ("group", "layer")) == "layer",
        "feature_norm": c.flag("feat_proj_layer_norm", True),
        "dim": dim,
        "depth": c.depth(),
        "heads": c.heads(of=dim),
        "mlp": c.number("intermediate_size"),
        "act": c.act("hidden_act"),
        "reach": reach,
        "reach_groups": c.number("num_conv_pos_embedding_groups"),
        "before": c.flag("do_stable_layer_norm"),
        "ranges": c.number("num_buckets") if c.type == "wavlm" else None,
        "masked": c.ratio("mask_time_prob", 0.05) > 0 or c.ratio("mask_feature_prob", 0.0) > 0,
        **scores(c, architecture),
    }
    return Model("wav2vec2", variables, {"input": ("samples", None)})


def scores(c: Configuration, of: str) -> Variables:
    whole = {"classes": c.classes(), "narrow": c.number("classifier_proj_size")}
    heads: dict[str, Variables] = {
        "ForCTC": {"letters": c.number("vocab_size")},
        "ForSequenceClassification": whole,
        "Model": {},
    }
    return c.head(of, heads)
