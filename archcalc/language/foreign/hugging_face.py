"""Words of Hugging Face's models and of papers: parts that are several layers here, and keys of their config files."""

from __future__ import annotations

from archcalc.language.foreign.table import Table

TABLE = Table("Hugging Face", "")
NORMS = "LlamaRMSNorm MistralRMSNorm Qwen2RMSNorm Qwen3RMSNorm GemmaRMSNorm T5LayerNorm"
TABLE.layer(
    "word_embeddings embed_tokens wte", "embedding", "vocab_size=entries hidden_size=out n_embd=out d_model=out"
)
TABLE.layer(NORMS, "rms_norm", "hidden_size? eps~")
for names, gate in {"swiglu SwiGLU": "silu", "geglu GEGLU": "gelu", "reglu ReGLU": "relu"}.items():
    TABLE.say(
        names,
        f"it is - glu: {{act: {gate}}}; with its linears write `- linear: {{out: 2*hidden, bias: false}}`,"
        f" `- glu: {{act: {gate}}}`, `- linear: {{out: dim, bias: false}}`",
    )
TABLE.say(
    "mlp MLP feed_forward FeedForward ffn FFN BertIntermediate",
    "write `- linear: {out: hidden, act: gelu}`, then `- linear: dim`; for steps that are used again write a block",
)
TABLE.say(
    "rotary_embedding RotaryEmbedding rotary_pos_emb rope RoPE LlamaRotaryEmbedding alibi ALiBi",
    "nothing here stands for it: leave it out: it has no weights, and queries and keys stay as large as they are",
)
TABLE.say(
    "unbind", "write `- split: {parts: n}`, whose parts keep the axis with size 1, or `- select: i` for one of them"
)
TABLE.say(
    "patch_embed PatchEmbed patch_embedding ViTPatchEmbeddings patchify",
    "write `- conv: {out: dim, kernel: patch, stride: patch}`, `- flatten: {start: 1}`, `- transpose: [0, 1]`",
)
TABLE.say(
    "positional_embedding pos_embed PositionalEmbedding position_embedding positional_encoding PositionalEncoding"
    " pos_embedding position_embeddings learned_positional_embedding",
    "write `- parameter: [T, C]` with name: positions, then `- add: [NAME, positions]`; if it is not learned, constant",
)
TABLE.say(
    "cls_token class_token ClsToken",
    "write `- parameter: [1, C]` with name: cls, then `- concat: {axis: 0}` with from: [cls, NAME]",
)
TABLE.say(
    "lm_head LMHead", "write linear: entries, or share: the embedding's name beside it where the weights are tied"
)
TABLE.layer(
    "LlamaAttention MistralAttention Qwen2Attention Qwen3Attention",
    "attention",
    "hidden_size? num_attention_heads=heads num_heads=heads num_key_value_heads=kv_heads head_dim attention_bias=bias"
    " attention_dropout~ sliding_window=window",
)
