"""What the steps of a sequence cost together, and what is kept of the past, against the network at its length."""

from __future__ import annotations

from typing import Any

import pytest
from loading import network

from archcalc.conventions import find_convention
from archcalc.costs.generating import Generating
from archcalc.costs.sequences import find_sequence
from archcalc.report.model import build_report
from archcalc.request import Request

from .decoders import decoder

CUT = {"mamba": 8 * 3 * 1536 * 4, "jamba": 7 * 3 * 8192 * 4}
"""Multiply-adds of positions that a convolution computes behind the sequence, and a slice cuts: no step does."""


def generating(net: Any) -> Generating:
    return Generating(find_sequence(net).trace)


def kept(made: Generating) -> tuple[int, int, int]:
    """Elements a token, of states, and of memories."""
    roles = made.trace.roles
    per_token = sum(one.elements for role in roles for one in made.past(role))
    return per_token, sum(map(made.state, roles)), sum(map(made.fixed, roles))


@pytest.mark.parametrize("spec", ["gpt2", "llama-2-7b", "qwen3", "qwen3-moe", "mixture-of-experts", "mamba", "jamba"])
def test_all_steps_cost_what_the_network_costs_without_masked_keys(spec: str) -> None:
    """The step after c tokens projects one, and compares its query with c + 1 keys. Over c from 0 to T - 1 that is T
    tokens projected and 1 + 2 + ... + T pairs: those that a causal mask leaves of T queries and T keys."""
    request = Request(spec, settings={"T": "8", "depth": "8"})
    made = generating(request.network())
    total = sum(map(made.macs, range(8)))
    assert total + CUT.get(spec, 0) == request.report()["totals"]["macs_causal"]


def test_windows() -> None:
    """Gemma 3's layers see 1,024 tokens, here 3: steps go beyond them."""
    request = Request("gemma3", settings={"T": "8", "window": "3", "depth": "6"})
    made = generating(request.network())
    assert sum(map(made.macs, range(8))) == request.report()["totals"]["macs_causal"]


@pytest.mark.parametrize("seeds", [range(25), pytest.param(range(25, 300), marks=pytest.mark.slow)], ids=str)
def test_random_decoders(seeds: range) -> None:
    """As above; what is made anew of a latent vector is paid in step c for the c tokens before too, T * (T - 1) / 2
    times in all, and the keys and values of a memory in no step."""
    for seed in seeds:
        one = decoder(seed)
        net = network(one.text)
        made, length = generating(net), one.length
        total = sum(map(made.macs, range(length)))
        causal = build_report(net, find_convention("mac"))["totals"]["macs_causal"]
        assert total == causal - one.once + one.anew * length * (length - 1) // 2, one.text
        assert kept(made) == (one.per_token, one.state, one.memory), one.text
