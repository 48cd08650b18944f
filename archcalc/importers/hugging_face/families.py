"""Which module turns the configuration of a model type into the variables of a family."""

from __future__ import annotations

MODULES = {
    "decoders": (
        "llama mistral ministral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 gemma3_text phi phi3 olmo olmo2"
        " olmo3 olmoe granite granitemoe stablelm starcoder2 cohere cohere2 gpt_oss smollm3 nemotron arcee glm glm4"
        " helium seed_oss ernie4_5 exaone4"
    ),
    "early_decoders": "gpt2 gpt_bigcode gpt_neo gpt_neox gptj codegen openai-gpt opt bloom xglm biogpt falcon mpt",
    "latent_decoders": "deepseek_v2 deepseek_v3",
    "encoders": (
        "bert roberta xlm-roberta camembert ernie data2vec-text electra albert distilbert mpnet layoutlm megatron-bert"
        " modernbert esm squeezebert fnet convbert"
    ),
    "image_encoders": "vit deit vit_mae vit_msn beit dinov2 dinov2_with_registers yolos audio-spectrogram-transformer",
    "videos": "timesformer videomae",
    "masks": "sam",
    "image_networks": "resnet regnet convnext convnextv2 swin swinv2 segformer clip owlvit siglip",
    "image_stages": "mobilenet_v1 mobilenet_v2 efficientnet poolformer pvt levit mobilevit cvt",
    "speech": "wav2vec2 hubert wavlm",
    "apart_encoders": "deberta deberta-v2",
    "narrow_encoders": "mobilebert",
    "state_spaces": "mamba rwkv",
    "encoder_decoders": ("t5 mt5 umt5 bart plbart mbart blenderbot blenderbot-small pegasus marian m2m_100 whisper"),
}
"""The model types of each module, by its name."""

MODEL_TYPES = {name: module for module, names in MODULES.items() for name in names.split()}
"""The module of each model type, by its name in a configuration."""

PARTS = (
    *(f"{name}/{part}_config" for name in ("clip", "owlvit", "siglip") for part in ("text", "vision")),
    *(f"sam/{part}_config" for part in ("vision", "prompt_encoder", "mask_decoder")),
)
"""Configurations inside others, as ``owner/key``, where their type is not one of MODEL_TYPES."""
