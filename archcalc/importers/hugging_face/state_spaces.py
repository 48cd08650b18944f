"""Mamba. Family ``mamba``. The source is its module of transformers 5.23."""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS, causal_heads
from archcalc.importers.hugging_face.model import Model


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    if not architecture.endswith(("ForCausalLM", "Model")):
        raise c.wrong("architectures", f"archcalc knows no head of '{architecture}'", "it knows ForCausalLM, Model")
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
        **causal_heads(c, architecture),
    }
    return Model("mamba", variables, {"input": ("T", "int64")})
