"""Decoders of today: rotary positions, gated linear layers, RMS norms unless a type says otherwise. Family ``decoder``.

A function for each model type says in what it differs; sources are the model's module of transformers 5.23.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archcalc.importers.hugging_face.configuration import Configuration, shown
from archcalc.importers.hugging_face.model import Model, Variables

TOKENS = 128
"""Tokens that a text has unless somebody says: few enough to be in the reach of every model."""
SQUARED = "relu2"


def causal_heads(c: Configuration, architecture: str) -> Variables:
    """What stands after the last norm, by the class's name."""
    if architecture.endswith(("ForCausalLM", "LMHeadModel")):
        return {"tied": c.flag("tie_word_embeddings")}
    none = {"lm": False}
    heads: dict[str, Variables] = {
        "ForSequenceClassification": {**none, "classes": c.classes()},
        "ForTokenClassification": {**none, "classes": c.classes(), "classes_bias": True},
        "ForQuestionAnswering": {**none, "classes": 2, "classes_bias": True},
        "Model": none,
    }
    c.read.add("tie_word_embeddings")
    return c.head(architecture, heads)


def width(c: Configuration) -> tuple[int, int, int]:
    """The width of the model, its heads, and the width of a head."""
    dim, heads = c.number("hidden_size"), c.number("num_attention_heads")
    head_dim = c.optional("head_dim")
    return dim, heads, head_dim or dim // c.heads(of=dim)


def rotary(c: Configuration, head_dim: int, part: float = 1.0) -> int:
    """Numbers of the buffers: the frequencies, once as they are used and once as they were at first."""
    names = ("partial_rotary_factor", "rotary_pct", "rope_pct")
    given = [one for one in (c.get("rope_parameters"), c.given) if isinstance(one, Mapping)]
    found = next((one[name] for one in given for name in names if name in one), part)
    c.read.update(names)
    if type(found) not in (int, float) or not 0 <= found <= 1:
        raise c.wrong("partial_rotary_factor", f"expected a number from 0 to 1, got {shown(found)}")
    return 2 * -(-int(head_dim * found) // 2)


def periodic(values: list[Any]) -> list[Any]:
    """The shortest list that gives these values in turn."""

    def gives(length: int) -> bool:
        return all(value == values[at % length] for at, value in enumerate(values))

    return next((values[:length] for length in range(1, len(values)) if gives(length)), values)


def windows(c: Configuration, slides: Callable[[int], bool]) -> list[Any]:
    """The window of each layer, in turn. ``slides``: where a file does not list its layers' types."""
    depth, window = c.depth(), c.optional("sliding_window")
    types = c.words("layer_types")
    if types is not None and len(types) != depth:
        raise c.wrong("layer_types", f"expected {depth} words, one for each layer, got {len(types)}")
    sliding = [kind == "sliding_attention" for kind in types] if types else [slides(at) for at in range(depth)]
    return periodic([window if window and one else None for one in sliding])


def base(c: Configuration, architecture: str, part: float = 1.0) -> Variables:
    """What all of them say."""
    dim, heads, head_dim = width(c)
    c.read.add("max_position_embeddings")
    act = c.get("hidden_activation") or c.get("hidden_act")
    return {
        "T": TOKENS,
        "vocab": c.number("vocab_size"),
        "dim": dim,
        "depth": c.depth(),
        "heads": heads,
        "kv_heads": c.number("num_key_value_heads", heads),
        "head_dim": head_dim,
        "kept": rotary(c, head_dim, part),
        "mlp": c.number("intermediate_size"),
        **({"act": "relu", "squared": True} if act == SQUARED else {"act": activation(c)}),
        **causal_heads(c, architecture),
    }


def activation(c: Configuration) -> str:
    return c.act("hidden_activation" if c.get("hidden_activation") else "hidden_act")


def layer_norm(**more: Any) -> Variables:
    return {"norm": "layer_norm", **more}


def biases(c: Configuration, *parts: str) -> Variables:
    """``attention_bias`` and ``mlp_bias``, of the parts that the type has."""
    found: Variables = {}
    if "attention" in parts:
        found |= dict.fromkeys(("qkv_bias", "out_bias"), c.flag("attention_bias"))
    if "mlp" in parts:
        found["mlp_bias"] = c.flag("mlp_bias")
    return found


def mixture(c: Configuration, count: str = "num_experts", width: str = "moe_intermediate_size") -> Variables:
    """Experts in place of the linear layers: all of them unless the file says in which layers."""
    experts, active = c.number(count), c.number("num_experts_per_tok")
    found: Variables = {"experts": experts, "active": active, "expert": c.number(width)}
    every, dense = c.number("decoder_sparse_step", 1, least=0), c.indices("mlp_only_layers")
    sparse = [at not in dense and every > 0 and (at + 1) % every == 0 for at in range(c.depth())]
    if all(sparse):
        found.pop("mlp", None)
        return {**found, "mlp": c.number("intermediate_size", found["expert"])}
    return {**found, "sparse": periodic(sparse)}


def llama(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention", "mlp")


def mistral(c: Configuration, of: str) -> Variables:
    return base(c, of) | {"windows": windows(c, lambda at: True)}


def mixtral(c: Configuration, of: str) -> Variables:
    return mistral(c, of) | mixture(c, "num_local_experts", "intermediate_size")


def qwen_windows(c: Configuration) -> list[Any]:
    """Windows only where they are switched on, from a layer on."""
    first = c.number("max_window_layers", 28, least=0)
    return windows(c, lambda at: at >= first) if c.flag("use_sliding_window") else no_windows(c)


def no_windows(c: Configuration) -> list[Any]:
    c.read.update(("sliding_window", "layer_types"))
    return [None]


def qwen2(c: Configuration, of: str) -> Variables:
    return base(c, of) | {"qkv_bias": c.flag("qkv_bias", True), "windows": qwen_windows(c)}


def qwen2_moe(c: Configuration, of: str) -> Variables:
    shared = {"always": c.number("shared_expert_intermediate_size"), "always_gate": True}
    return qwen2(c, of) | mixture(c) | shared


def qwen3(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention") | {"head_norm": "rms_norm", "windows": qwen_windows(c)}


def qwen3_moe(c: Configuration, of: str) -> Variables:
    return qwen3(c, of) | mixture(c)


def scaled(found: Variables) -> Variables:
    """The factor of the words is a buffer."""
    return found | {"kept": found["kept"] + 1}


def gemma(c: Configuration, of: str) -> Variables:
    return scaled(base(c, of) | biases(c, "attention"))


def gemma2(c: Configuration, of: str) -> Variables:
    return gemma(c, of) | {"after": True, "windows": windows(c, lambda at: at % 2 == 0)}


def gemma3_text(c: Configuration, of: str) -> Variables:
    every = c.number("sliding_window_pattern", 6)
    found = base(c, of) | biases(c, "attention") | {"after": True, "head_norm": "rms_norm"}
    sliding = windows(c, lambda at: (at + 1) % every != 0)
    kinds = 1 + (None in sliding and sliding != [None])  # rotations of their own for windows
    return found | {"windows": sliding, "kept": kinds * found["kept"] + 1}


def phi(c: Configuration, of: str) -> Variables:
    normed = {"head_norm": "layer_norm"} if c.flag("qk_layernorm") else {}
    biased = dict.fromkeys(("qkv_bias", "out_bias", "mlp_bias", "lm_bias"), True)
    return base(c, of, 0.5) | layer_norm(parallel=True, one_norm=True, gated=False, **biased, **normed)


def phi3(c: Configuration, of: str) -> Variables:
    c.read.add("original_max_position_embeddings")
    return mistral(c, of)


def olmo(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention") | layer_norm(affine=False)


def olmo2(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention") | {"wide_norm": True, "before": False, "after": True}


def olmo3(c: Configuration, of: str) -> Variables:
    sliding = windows(c, lambda at: (at + 1) % 4 != 0)
    found = olmo2(c, of)
    kinds = 1 + (None in sliding and sliding != [None])
    return found | {"windows": sliding, "kept": kinds * found["kept"]}


def olmoe(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention") | {"wide_norm": True} | mixture(c, width="intermediate_size")


def granitemoe(c: Configuration, of: str) -> Variables:
    return base(c, of) | biases(c, "attention") | mixture(c, "num_local_experts", "intermediate_size")


def own_norms(c: Configuration) -> Variables:
    """Norms of queries and keys with weights of each head's own: as many as of all heads at once."""
    return {"wide_norm": True, "wide_norm_bias": False} if c.flag("use_qk_norm") or c.flag("qk_layernorm") else {}


def stablelm(c: Configuration, of: str) -> Variables:
    parallel = c.flag("use_parallel_residual")
    return (
        base(c, of, 0.25) | layer_norm(parallel=parallel, one_norm=True, qkv_bias=c.flag("use_qkv_bias")) | own_norms(c)
    )


def starcoder2(c: Configuration, of: str) -> Variables:
    biased = dict.fromkeys(("qkv_bias", "out_bias", "mlp_bias"), c.flag("use_bias"))
    return mistral(c, of) | layer_norm(gated=False, **biased)


def cohere(c: Configuration, of: str) -> Variables:
    return (
        base(c, of) | biases(c, "attention") | layer_norm(norm_bias=False, parallel=True, one_norm=True) | own_norms(c)
    )


def cohere2(c: Configuration, of: str) -> Variables:
    every = c.number("sliding_window_pattern", 4)
    return cohere(c, of) | {"windows": windows(c, lambda at: (at + 1) % every != 0)}


def gpt_oss(c: Configuration, of: str) -> Variables:
    biased = {"mlp_bias": True, "router_bias": True, "sinks": True}
    found = base(c, of) | biases(c, "attention") | biased | mixture(c, "num_local_experts", "intermediate_size")
    return found | {"windows": windows(c, lambda at: at % 2 == 0)}


def smollm3(c: Configuration, of: str) -> Variables:
    c.read.update(("no_rope_layers", "no_rope_layer_interval"))
    return llama(c, of) | {
        "windows": no_windows(c) if not c.flag("use_sliding_window") else windows(c, lambda at: True)
    }


def nemotron(c: Configuration, of: str) -> Variables:
    return base(c, of, 0.5) | biases(c, "attention", "mlp") | layer_norm(gated=False)


def arcee(c: Configuration, of: str) -> Variables:
    return llama(c, of) | {"gated": False}


def glm(c: Configuration, of: str) -> Variables:
    return base(c, of, 0.5) | {"qkv_bias": c.flag("attention_bias")}


def glm4(c: Configuration, of: str) -> Variables:
    return glm(c, of) | {"after": True}


def helium(c: Configuration, of: str) -> Variables:
    return base(c, of) | {"qkv_bias": c.flag("attention_bias")} | biases(c, "mlp")


def seed_oss(c: Configuration, of: str) -> Variables:
    return llama(c, of) | {"out_bias": c.flag("attention_out_bias")}


def ernie4_5(c: Configuration, of: str) -> Variables:
    return base(c, of) | dict.fromkeys(("qkv_bias", "out_bias", "mlp_bias"), c.flag("use_bias"))


def exaone4(c: Configuration, of: str) -> Variables:
    every = c.get("sliding_window_pattern") or 4
    sliding = windows(c, lambda at: (at + 1) % every != 0)
    return base(c, of) | {"head_norm": "rms_norm", "before": False, "after": True, "windows": sliding}


SAME = {"ministral": mistral, "granite": llama}
"""Types that differ from another in nothing that counts."""
TYPES = {
    function.__name__: function
    for function in (
        llama, mistral, mixtral, qwen2, qwen2_moe, qwen3, qwen3_moe, gemma, gemma2, gemma3_text, phi, phi3, olmo, olmo2,
        olmo3, olmoe, granitemoe, stablelm, starcoder2, cohere, cohere2, gpt_oss, smollm3, nemotron, arcee, glm, glm4,
        helium, seed_oss, ernie4_5, exaone4,
    )
} | SAME  # fmt: skip


def model(c: Configuration, architecture: str) -> Model:
    """The network of a configuration."""
    return Model("decoder", TYPES[c.type](c, architecture), {"input": ("T", "int64")})
