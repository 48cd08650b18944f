"""Decoders whose attention makes keys and values from one narrow vector a token. Family ``deepseek``.

Sources are each model's module of transformers 5.23.
"""

from __future__ import annotations

from archcalc.importers.hugging_face.configuration import Configuration
from archcalc.importers.hugging_face.decoders import TOKENS, causal_heads
from archcalc.importers.hugging_face.model import Model, Variables


def deepseek(c: Configuration, of: str) -> Variables:
    """Some layers of linear layers first, mixtures after them."""
    for key in ("attention_bias", "mlp_bias"):
        c.fixed(key, False, None)
    c.fixed("hidden_act", "silu")
    c.fixed("moe_layer_freq", 1, None)
    c.read.update(("max_position_embeddings", "num_key_value_heads", "head_dim", "qk_head_dim"))
    turned = c.number("qk_rope_head_dim")
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": c.number("hidden_size"),
        "depth": c.depth(),
        "dense": c.number("first_k_dense_replace", least=0),
        "mlp": c.number("intermediate_size"),
        "experts": c.number("n_routed_experts"),
        "active": c.number("num_experts_per_tok"),
        "always": c.number("n_shared_experts"),
        "expert": c.number("moe_intermediate_size"),
        "heads": c.number("num_attention_heads"),
        "query_latent": c.optional("q_lora_rank"),
        "latent": c.number("kv_lora_rank"),
        "plain": c.number("qk_nope_head_dim"),
        "turned": turned,
        "value": c.number("v_head_dim"),
        "balanced": c.type == "deepseek_v3",
        "kept": turned,
        **causal_heads(c, of),
    }


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    if not (architecture.endswith("ForCausalLM") or c.is_bare(architecture)):
        raise c.wrong("architectures", f"archcalc knows no head of '{architecture}'", "it knows ForCausalLM, Model")
    return Model("deepseek", deepseek(c, architecture), {"input": ("T", "int64")})
