"""The states of Mamba, and the weights that a token reads."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.costs.generating import Generating
from archcalc.costs.sequences import find_sequence
from archcalc.request import Request


@pytest.mark.parametrize(
    "settings, layers, inner, in_mamba_ssm",
    [
        ("", 24, 1536, 737_280),
        ("dim=1024 depth=48 rank=64", 48, 2048, 1_966_080),
        ("dim=2560 depth=64 rank=160", 64, 5120, 6_553_600),
    ],
)
def test_states_of_mamba(settings: str, layers: int, inner: int, in_mamba_ssm: int) -> None:
    """16 numbers and 3 inputs a channel. mamba_ssm keeps 4 inputs, as wide as the kernel: the newest one too, where the
    oldest is of no use any more."""
    request = Request("mamba", settings=dict(one.split("=") for one in settings.split()))
    found = Generating(find_sequence(request.network()).trace)
    state = sum(map(found.state, found.trace.roles))
    assert state == layers * inner * (16 + 3) == in_mamba_ssm - layers * inner


def test_weights_that_a_token_reads() -> None:
    """Active parameters less embeddings, as transformers counts Mixtral's, and a row of the table. Of 8 sequences each
    reads 2 experts of 8, and together they are expected to read 8 * (1 - 0.75 ** 8) = 7.199."""
    found = archcalc.generate("mixtral-8x7b", context=1, dtype="int8")
    assert found["weights_bytes_per_step"] == 12_748_853_248 + 4096
    many = archcalc.generate("mixtral-8x7b", context=1, dtype="int8", batch=8)
    expert = 32 * 176_160_768
    rest = 12_748_853_248 - 2 * expert
    assert abs(many["weights_bytes_per_step"] - (rest + 8 * 4096 + 8 * (1 - 0.75**8) * expert)) < 100
    assert many["experts"] == [{"count": 8, "active": 2, "distinct": pytest.approx(7.19910, abs=1e-5)}]
    assert archcalc.generate("mixtral-8x7b", context=1, dtype="int8", batch=10**9)["experts"][0]["distinct"] == 8


def test_a_table_that_is_read_and_written_is_read_once() -> None:
    """GPT-2's table of words makes the scores, and is read whole; of its positions a token reads one row."""
    found = archcalc.generate("gpt2", context=5, dtype="int8")
    assert found["weights_bytes_per_step"] == 124_439_808 - 1024 * 768 + 768


CROSS = """
name: cross
vars: {{T: 5}}
input: {{x: [T, 8], memory: [7, {width}]}}
layers:
  - {{attention: {{heads: 2, causal: true}}, from: x, name: h}}
  - attention: {{heads: 4, kv_heads: 2, {more}}}
    from: [h, memory, memory]
"""


@pytest.mark.parametrize(
    ("width", "more", "query"),  # what projects the queries of the second layer, its bias and norm too
    [
        (8, "bias: true", 8 * 8 + 8),
        (6, "bias: true", 8 * 8 + 8),
        (8, "k_bias: false", 8 * 8 + 8),
        (8, "qkv_bias: false", 8 * 8),
        (6, "head_dim: 3, value_dim: 5, qk_norm: layer_norm", 8 * 12 + 12 + 2 * 3),
    ],
)
def test_what_made_keys_and_values_of_a_memory_is_not_read_in_a_step(width: int, more: str, query: int) -> None:
    """A step of torch.nn.MultiheadAttention over kept keys and values multiplies by the queries' rows of
    in_proj_weight and by out_proj.weight alone."""
    found = archcalc.generate(archcalc.Spec.from_text(CROSS.format(width=width, more=more)), context=3, dtype="int8")
    read = 4 * 5 if "value_dim" in more else 8
    assert found["weights_bytes_per_step"] == 4 * 8 * 8 + 4 * 8 + query + 8 * read + 8
