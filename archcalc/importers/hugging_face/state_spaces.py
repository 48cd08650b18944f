"""Mamba and RWKV. Families ``mamba`` and ``rwkv``. Sources are each model's module of transformers 5.23."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS, causal_heads
from archcalc.importers.hugging_face.model import Model


def mamba(c: Configuration, of: str) -> Model:
    c.fixed("hidden_act", "silu")
    dim = c.number("hidden_size")
    variables = {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "inner": c.number("intermediate_size", int(c.ratio("expand") * dim)),
        "state": c.number("state_size"),
        "rank": -(-dim // 16) if c.get("time_step_rank") == "auto" else c.number("time_step_rank"),
        "kernel": c.number("conv_kernel"),
        "bias": c.flag("use_bias"),
        "conv_bias": c.flag("use_conv_bias"),
        **causal_heads(c, of),
    }
    return Model("mamba", variables, {"input": ("T", "int64")})


def rwkv(c: Configuration, of: str) -> Model:
    dim, context = c.number("hidden_size"), c.number("context_length")
    c.fixed("attention_hidden_size", None, dim)
    variables = {
        "T": min(TOKENS, context),
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "mlp": c.number("intermediate_size", 4 * dim),
        **causal_heads(c, of),
    }
    return Model("rwkv", variables, {"input": ("T", "int64")})


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    if not (architecture.endswith("ForCausalLM") or c.is_bare(architecture)):
        raise c.wrong("architectures", f"archcalc knows no head of '{architecture}'", "it knows ForCausalLM, Model")
    return mamba(c, architecture) if c.type == "mamba" else rwkv(c, architecture)
