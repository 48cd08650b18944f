"""Keys of a configuration that change no size: what a weight begins with, what is dropped, how text is written."""

from __future__ import annotations

import re

HARMLESS = re.compile(
    r"""
      # training: what is dropped, masked and lost, and what weights begin with
      .*dropout.* | .*_pdrop | .*_?drop(_rate)? | drop(_path|_connect)?_rate | .*layerdrop
    | .*initializer_.* | .*init_(std|range|xavier_std|scale)? | init_.* | rescale_prenorm_residual
    | .*_coef(ficient)? | .*_loss(_.*)? | .*_cost | ctc_.* | mask_(time|feature)_.* | apply_spec_augment
    | gradient_checkpointing
    | num_nextn_predict_layers  # layers that only training has, and that transformers leaves out
      # numbers in formulas
    | .*_eps(ilon)? | batch_norm_momentum | .*soft_?cap(ping)? | final_logit.* | logit_scale.* | .*_multiplier
    | .*scal(e|ing)(_factor|_by_inverse_layer_idx)? | scale_.* | .*_in_fp32 | query_pre_attn_scalar | clamp_len
    | clip_qkv | .*_limit | swiglu_alpha | rescale_every | time_step_(min|max|floor|limit|init_scheme|scale)
      # positions that are rotations
    | rope_.* | rotary_emb_base | .*rope_(theta|interleave|scaling) | .*_theta | partial_rotary_factor
      # which experts are chosen
    | router_.* | norm_topk_prob | topk_(group|method) | n_group | routed_scaling_factor | scoring_func | seq_aux
    | .*aux_loss.*
      # tokens and labels
    | .*_token_(id|index) | .*_token_ids | .*(id2label|label2id) | suppress_tokens | begin_suppress_tokens | forced_.*
    | unk_index | lang_id | tokenizer_class | prefix | bad_words_ids | decoder_start.* | finetuning_task | problem_type
      # how it is run and written
    | output_(attentions|hidden_states|scores|router_logits|past) | (use_)?return_dict(_in_generate)? | use_cache
    | torchscript
    | (torch_)?dtype | transformers_version | _.* | name_or_path | architectures | model_type | task_specific_params
    | chunk_size_feed_forward | is_encoder_decoder | use_(bfloat16|flash_.*|mambapy|associative_scan|mamba_kernels)
    | slow_but_exact | pretraining_tp | ep_size | seq_length | n_ctx | pruned_heads | summary_first.*
    | deterministic_flash_attn | reference_compile | repad_logits_with_grad | sparse_(prediction|pred_ignore_index)
    | (max|min)_length | num_beams | .*_penalty | early_stopping | do_sample | temperature | top_[kp] | length_.*
    | num_return_sequences | no_repeat_ngram_size | max_window_layers | median_filter_width
      # outputs of a backbone that others read
    | stage_names | out_(features|indices) | reshape_hidden_states | encoder_stride
    """,
    re.VERBOSE,
)
"""Full names of keys."""


def is_harmless(key: str) -> bool:
    return HARMLESS.fullmatch(key) is not None
