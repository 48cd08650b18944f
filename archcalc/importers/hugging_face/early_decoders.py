"""Decoders after GPT: layer norms, biases, two linear layers without a gate. Family ``decoder``.

Sources are each model's module of transformers 5.23.
"""

from __future__ import annotations

from typing import Any

from archcalc.importers.hugging_face.configuration import MOST_LAYERS, Configuration, shown
from archcalc.importers.hugging_face.decoders import TOKENS, causal_heads, layer_norm, periodic, rotary
from archcalc.importers.hugging_face.model import Model, Variables

BIASED = dict.fromkeys(("qkv_bias", "out_bias", "mlp_bias"), True)
"""Every linear layer has a bias, but not the one that scores words."""


def base(c: Configuration, of: str, mlp: str, act: str = "activation_function", **more: Any) -> Variables:
    """What all of them say. ``mlp``: the key of the inner width, four times the outer one unless it is given."""
    names = {key: c.aliases.get(key, key) for key in ("hidden_size", "num_attention_heads", "num_hidden_layers")}
    dim = c.number("n_embed") if "n_embed" in c.given else c.number(names["hidden_size"])
    c.read.update(("max_position_embeddings", c.aliases.get("max_position_embeddings", "")))
    c.read.update(("summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels"))
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(names["num_hidden_layers"]),
        "heads": c.heads(names["num_attention_heads"], dim),
        "mlp": c.number(mlp, 4 * dim),
        "act": c.act(act) if act in c.keys else "gelu",
        "norm": "layer_norm",
        "gated": False,
        **BIASED,
        **causal_heads(c, of),
        **more,
    }


def positions(c: Configuration) -> int:
    return c.number(c.aliases.get("max_position_embeddings", "max_position_embeddings"))


def gpt2(c: Configuration, of: str) -> Variables:
    c.fixed("add_cross_attention", False)
    c.read.add("reorder_and_upcast_attn")
    return base(c, of, "n_inner", context=positions(c))


def gpt_bigcode(c: Configuration, of: str) -> Variables:
    """A mask of all positions is stored."""
    c.read.add("num_key_value_heads")
    shared: Variables = {"kv_heads": 1} if c.flag("multi_query") else {}
    return gpt2(c, of) | {"kept": positions(c) ** 2} | shared


def gpt_neo(c: Configuration, of: str) -> Variables:
    """Layers in turn as ``attention_types`` says; a mask of all positions is stored in each."""
    depth = c.depth("num_layers")
    kinds = c.words("attention_layers") or [
        kind for group, times in attention_types(c, depth) for kind in group * times
    ]
    c.read.update(("attention_types", "attention_layers"))
    if len(kinds) != depth:
        raise c.wrong("attention_types", f"it is of {len(kinds)} layers, and num_layers is {depth}")
    window = c.number("window_size", 256)
    local = periodic([window if kind == "local" else None for kind in kinds])
    context = positions(c)
    more = {"windows": local, "context": context, "layer_kept": context**2, "qkv_bias": False}
    return base(c, of, "intermediate_size") | more


def attention_types(c: Configuration, depth: int) -> list[Any]:
    """Kinds of layers, and how often they come in turn."""
    found = c.get("attention_types", [[["global", "local"], depth // 2]])
    try:
        right = sum(len(group) * times for group, times in found) <= MOST_LAYERS
    except (TypeError, ValueError):
        right = False
    if not right:
        raise c.wrong("attention_types", f"expected [[kinds, times], ...] of {depth} layers, got {shown(found)}")
    return list(found)


def gpt_neox(c: Configuration, of: str) -> Variables:
    biased = dict.fromkeys(("qkv_bias", "out_bias"), c.flag("attention_bias"))
    c.read.add("is_decoder")  # which transformers does not ask
    found = base(c, of, "intermediate_size", "hidden_act", parallel=c.flag("use_parallel_residual"))
    return found | biased | {"kept": rotary(c, found["dim"] // found["heads"], 0.25)}


def gptj(c: Configuration, of: str) -> Variables:
    """Sines and cosines of all positions are stored, in each layer."""
    found = base(c, of, "n_inner", parallel=True, one_norm=True, qkv_bias=False, out_bias=False)
    width = c.number("rotary_dim", found["dim"] // found["heads"])
    head = {} if "lm" in found else {"lm_bias": True}
    return found | {"layer_kept": positions(c) * width} | head


def openai_gpt(c: Configuration, of: str) -> Variables:
    """Norms of the sums, none at the end; positions are stored, and a mask in each layer."""
    context = positions(c)
    norms = {"before": False, "sums": True, "last_norm": False}
    return base(c, of, "n_inner", "afn", context=context, kept=context, layer_kept=context**2) | norms


def opt(c: Configuration, of: str) -> Variables:
    """Two positions more than tokens: the first two are never used."""
    before = c.flag("do_layer_norm_before")
    biased = dict.fromkeys(BIASED, c.flag("enable_bias"))
    found = base(c, of, "ffn_dim", context=positions(c) + 2, affine=c.flag("layer_norm_elementwise_affine"))
    last = before and not c.flag("_remove_final_layer_norm")
    found |= {"before": before, "sums": not before, "last_norm": last, **biased}
    words = c.number("word_embed_proj_dim", found["dim"])
    return found | ({} if words == found["dim"] else {"word_dim": words})


def bloom(c: Configuration, of: str) -> Variables:
    """Positions are slopes of the scores, which are not stored."""
    c.read.add("apply_residual_connection_post_layernorm")
    return base(c, of, "n_inner", first_norm=True)


def biogpt(c: Configuration, of: str) -> Variables:
    return base(c, of, "intermediate_size", "hidden_act", context=positions(c) + 2)


def xglm(c: Configuration, of: str) -> Variables:
    """Sines and cosines of all positions are stored."""
    c.fixed("add_cross_attention", False)
    found = base(c, of, "ffn_dim")
    return found | {"kept": (positions(c) + 2) * found["dim"]}


def falcon(c: Configuration, of: str) -> Variables:
    """Falcon 7B has one head of keys and values and one norm, 40B several and two, RW norms one after another."""
    dim = c.number("n_embed" if "n_embed" in c.given else "hidden_size")
    heads = c.number("num_attention_heads")
    new = c.flag("new_decoder_architecture")
    parallel = c.flag("parallel_attn") or new
    kv_heads = c.number("num_kv_heads", heads) if new else 1 if c.flag("multi_query") else heads
    norms = (c.optional("num_ln_in_parallel_attn") or 2) if new else 1
    biased = dict.fromkeys(("qkv_bias", "out_bias", "mlp_bias"), c.flag("bias"))
    c.read.update(("alibi", "multi_query", "num_kv_heads", "max_position_embeddings"))
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "heads": heads,
        "kv_heads": kv_heads,
        "head_dim": dim // c.heads(of=dim),
        "kept": rotary(c, dim // heads),
        "mlp": c.number("ffn_hidden_size", 4 * dim),
        "act": c.act("activation"),
        **layer_norm(gated=False, parallel=parallel, one_norm=norms == 1, **biased),
        **causal_heads(c, of),
    }


def mpt(c: Configuration, of: str) -> Variables:
    dim = c.number("d_model")
    attention = c.get("attn_config") or {}
    kept = attention.get("alibi", True) if isinstance(attention, dict) else True
    if not kept:
        raise c.wrong("attn_config", "archcalc reads mpt only with alibi, which is how transformers runs it")
    if isinstance(attention, dict) and (attention.get("qk_ln") or attention.get("attn_type") == "multiquery_attention"):
        raise c.wrong("attn_config", "archcalc reads mpt without qk_ln, and with a key for each head")
    c.fixed("no_bias", True)
    c.fixed("expansion_ratio", 4)  # which transformers takes whatever is said
    c.fixed("norm_type", "low_precision_layernorm")
    c.read.update(("max_seq_len", "learned_pos_emb", "embedding_fraction"))
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth("n_layers"),
        "heads": c.heads("n_heads", dim),
        "mlp": 4 * dim,
        "act": "gelu",
        **layer_norm(norm_bias=False, gated=False),
        **causal_heads(c, of),
    }


TYPES = {
    "gpt2": gpt2,
    "gpt_bigcode": gpt_bigcode,
    "gpt_neo": gpt_neo,
    "gpt_neox": gpt_neox,
    "gptj": gptj,
    "codegen": gptj,
    "openai-gpt": openai_gpt,
    "opt": opt,
    "bloom": bloom,
    "biogpt": biogpt,
    "xglm": xglm,
    "falcon": falcon,
    "mpt": mpt,
}


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    return Model("decoder", TYPES[c.type](c, architecture), {"input": ("T", "int64")})
