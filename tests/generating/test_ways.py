"""Ways that a sequence takes through a network, each derived by hand: what a step computes, and what is kept."""

from __future__ import annotations

import pytest
from loading import network

from archcalc.costs.generating import Generating, Rule
from archcalc.costs.sequences import find_sequence

TOKENS = "input: {shape: [T], dtype: int64}\nvars: {T: 6}\nlayers:\n  - {embedding: {entries: 9, out: 4}, name: x}\n"
FLOATS = "input: [T, 4]\nvars: {T: 6}\nlayers:\n"
CAUSAL = "  - attention: {heads: 2, causal: true, bias: false}\n"


def made(text: str, batch: int = 1, rule: Rule | None = None) -> Generating:
    return Generating(find_sequence(network(text)).trace, batch, rule or Rule())


def kept(found: Generating, tokens: int = 5) -> tuple[int, int, int]:
    """Elements of so many tokens, of states, of what is computed once."""
    roles = found.trace.roles
    past = sum(one.at(tokens, found.rule) for role in roles for one in found.past(role))
    return past, sum(map(found.state, roles)), sum(map(found.fixed, roles))


def test_a_prefix_stands_before_the_tokens() -> None:
    """Three learned vectors: after 5 tokens attention keeps 8 positions of 8 numbers, and the query sees 9 keys."""
    text = f"{TOKENS}  - {{parameter: [3, 4], name: p}}\n  - concat: {{axis: 0}}\n    from: [p, x]\n{CAUSAL}"
    found = made(text)
    assert kept(found) == (8 * 8, 0, 0)
    assert found.macs(5) == 64 + 9 * 8


def test_a_token_is_mixed_with_the_one_before() -> None:
    """The last input waits for the next token: 4 numbers of 4 bytes are kept, and no token."""
    text = (
        f"{TOKENS}  - transpose: [0, 1]\n  - pad: [[1, 0]]\n  - slice: {{axis: 1, stop: T}}\n  - transpose: [0, 1]\n"
        "  - sub: [prev, x]\n  - gru: 4\n"
    )
    assert kept(made(text)) == (0, 4 + 4, 0)


def test_a_map_over_the_tokens_runs_once_in_a_step() -> None:
    text = f"{FLOATS}{CAUSAL}  - map: [{{linear: {{out: 5, bias: false}}}}]\n"
    found = made(text)
    assert found.macs(3) == 64 + 4 * 8 + 4 * 5
    assert kept(found) == (5 * 8, 0, 0)


def test_a_map_over_something_else_runs_as_often_as_ever() -> None:
    """Two streams: each keeps keys and values of its own."""
    text = "input: [2, T, 4]\nvars: {T: 6}\nlayers:\n  - map: [{attention: {heads: 2, causal: true, bias: false}}]\n"
    found = made(text)
    assert found.macs(3) == 2 * (64 + 4 * 8)
    assert kept(found) == (2 * 5 * 8, 0, 0)


def test_scores_of_the_last_token_alone() -> None:
    text = f"{FLOATS}{CAUSAL}  - select: {{axis: 0, index: -1}}\n  - linear: {{out: 7, bias: false}}\n"
    assert made(text).macs(3) == 64 + 4 * 8 + 4 * 7


def test_a_recurrent_layer_that_gives_its_last_state() -> None:
    """Each step makes a state of 4: 3 * 4 * (4 + 4), and the scores of it."""
    text = f"{FLOATS}  - gru: {{hidden: 4, return: last}}\n  - linear: {{out: 7, bias: false}}\n"
    found = made(text)
    assert found.macs(3) == 3 * 4 * 8 + 4 * 7
    assert kept(found) == (0, 4, 0)


def test_channels_last() -> None:
    """A convolution along T of [T, C] reads 2 inputs of 4 channels again."""
    text = f"layout: HWC\n{FLOATS}  - conv: {{out: 5, kernel: 3, padding: [[2, 0]], bias: false}}\n"
    found = made(text)
    assert found.macs(3) == 3 * 4 * 5
    assert kept(found) == (0, 2 * 4, 0)


def test_valid_convolutions_along_tokens_shorten_what_attention_sees() -> None:
    """Two positions fewer: after 5 tokens 3 are kept, and the query sees 4."""
    text = (
        f"{FLOATS}  - transpose: [0, 1]\n  - conv: {{out: 4, kernel: 3, bias: false}}\n  - transpose: [0, 1]\n{CAUSAL}"
    )
    found = made(text)
    assert kept(found) == (3 * 8, 2 * 4, 0)
    assert found.macs(5) == 3 * 16 + 64 + 4 * 8


def test_a_latent_that_several_layers_read_is_kept_once() -> None:
    """Two layers make keys and values anew of the same 2 numbers a token, the second from at most 3 of them."""
    layer = (
        "  - {{linear: {{out: 4, bias: false}}, from: x, name: q{0}}}\n"
        "  - {{linear: {{out: 4, bias: false}}, from: low, name: k{0}}}\n"
        "  - {{linear: {{out: 4, bias: false}}, from: low, name: v{0}}}\n"
        "  - {{scaled_dot_product_attention: {{causal: true, window: {1}}}, from: [q{0}, k{0}, v{0}], name: y{0}}}\n"
    )
    low = "  - {linear: {out: 2, bias: false}, name: low, cache: true}\n"
    text = TOKENS + low + layer.format(1, 99) + layer.format(2, 3) + "  - add: [y1, y2]\n"
    found = made(text)
    assert kept(found) == (5 * 2, 0, 0)
    once = 8 + 2 * 16  # the latent and both queries
    assert found.macs(5) == once + 2 * 8 * 6 + 8 * 6 + 2 * 8 * 3 + 8 * 3
    near = TOKENS + low + layer.format(2, 3)
    assert kept(made(near)) == (3 * 2, 0, 0)
    assert kept(made(near, rule=Rule(beside=1))) == (4 * 2, 0, 0)
    assert kept(made(near, rule=Rule(all=True))) == (5 * 2, 0, 0)


def test_attention_on_what_is_kept_projects_it_anew() -> None:
    """4 numbers a token in place of 8; its keys and values, 32 multiply-adds a token, are paid for all 6 positions."""
    text = f"{TOKENS}  - {{rms_norm: , cache: true}}\n{CAUSAL}"
    found = made(text)
    assert kept(found) == (5 * 4, 0, 0)
    assert found.macs(5) == 2 * 16 + 6 * 32 + 6 * 8


@pytest.mark.parametrize("repeat", [1, 5])
def test_each_repetition_keeps_what_it_gives(repeat: int) -> None:
    """The first reads tokens, of which it keeps keys and values; each other one what the one before it keeps."""
    step = f"{{attention: {{heads: 2, causal: true}}, repeat: {repeat}, cache: i < {repeat - 1}}}"
    text = f"{TOKENS}  - {step}\n"
    assert kept(made(text)) == (5 * 8 + (repeat - 1) * 5 * 4, 0, 0)


def test_experts_keep_what_runs() -> None:
    text = f"{TOKENS}  - experts: {{count: 4, active: 2, layers: [{{attention: {{heads: 2, causal: true}}}}]}}\n"
    assert kept(made(text)) == (2 * 5 * 8, 0, 0)


def test_the_batch_multiplies_all_but_weights() -> None:
    """A memory of 3 vectors is projected to 2 * 3 * 4 numbers; 4 are added as they are; a table is no input.

    Of the weights of the layer that reads the memory a step reads what projects queries and outputs: 2 * 4 * 4.
    """
    text = (
        "input: {tokens: {shape: [T], dtype: int64}, seen: [3, 4], bias: [4]}\nvars: {T: 6}\nlayers:\n"
        "  - {embedding: {entries: 9, out: 4}, from: tokens, name: x}\n"
        "  - {parameter: [6, 4], name: table}\n  - add: [x, table, bias]\n"
        f"{CAUSAL}  - {{attention: {{heads: 2, bias: false}}, from: [prev, seen, seen]}}\n"
    )
    one, three = made(text), made(text, batch=3)
    assert kept(one) == (5 * 8, 0, 24 + 4)
    assert kept(three) == (3 * 5 * 8, 0, 3 * 28)
    assert one.macs(5) == 64 + 6 * 8 + 2 * 16 + 3 * 8
    assert three.macs(5) == 3 * one.macs(5)
    assert sum(one.weights.values()) == 4 + 4 + 64 + 32
    assert sum(three.weights.values()) == 3 * 4 + 4 + 64 + 32


def test_a_sequence_begins_late() -> None:
    """What the first repetition reads is no sequence, what the others read is: they are followed one by one."""
    text = (
        f"{TOKENS}  - {{parameter: [T, 4], name: z}}\n"
        "  - {steps: [{add: [prev, x]}, {attention: {heads: 2, causal: true, bias: false}}], repeat: 5}\n"
    )
    found = made(text)
    assert kept(found) == (5 * 5 * 8, 0, 0)
    assert found.macs(5) == 5 * (64 + 6 * 8)


def test_two_inputs_of_one_length_are_one_sequence() -> None:
    text = (
        "input: {tokens: {shape: [T], dtype: int64}, places: {shape: [T], dtype: int64}}\nvars: {T: 6}\nlayers:\n"
        "  - {embedding: {entries: 9, out: 4}, from: tokens, name: x}\n"
        "  - {embedding: {entries: 20, out: 4}, from: places, name: place}\n  - add: [x, place]\n"
    )
    found = made(text + CAUSAL)
    assert kept(found) == (5 * 8, 0, 0)
    assert sum(found.weights.values()) == 4 + 4 + 64


def test_positions_that_a_layer_says_stand_before() -> None:
    """Twenty, of which a window leaves 15."""
    text = f"{TOKENS}  - attention: {{heads: 2, causal: true, bias: false, cache: 20}}\n"
    assert kept(made(text)) == (25 * 8, 0, 0)
    assert made(text).macs(5) == 64 + 26 * 8
    near = text.replace("cache: 20", "cache: 20, window: 15")
    assert kept(made(near)) == (15 * 8, 0, 0)
    assert made(near).macs(5) == 64 + 15 * 8


LATENT = (
    "{linear: 4, name: q}, {linear: 2, from: input, name: low, cache: true}, {linear: 4, from: low, name: k},"
    " {scaled_dot_product_attention: {causal: true}, from: [q, k, k]}"
)


def test_a_latent_in_maps_and_experts() -> None:
    """2 numbers a token: of both streams of a map, and of the experts that run."""
    streams = made(f"input: [2, T, 4]\nvars: {{T: 6}}\nlayers:\n  - map: [{LATENT}]\n")
    assert kept(streams) == (2 * 5 * 2, 0, 0)
    assert streams.macs(5) == 2 * (16 + 8 + 6 * 8 + 6 * 8)
    experts = made(f"{FLOATS}  - experts: {{count: 8, active: 3, layers: [{LATENT}]}}\n")
    assert kept(experts) == (3 * 5 * 2, 0, 0)
    assert experts.macs(5) == 3 * (16 + 8 + 6 * 8 + 6 * 8)


@pytest.mark.parametrize("mapped", ["{linear: 2", "{linear: 4, from: low"])
def test_a_map_over_the_tokens_that_are_kept(mapped: str) -> None:
    """It runs once where it makes what is kept, and for all 6 positions where it makes keys of that."""
    layer, comma, more = mapped.partition(",")
    found = made(f"{FLOATS}  - steps: [{LATENT.replace(mapped, f'{{map: [{layer}}}]{comma}{more}')}]\n")
    assert kept(found) == (5 * 2, 0, 0)
    assert found.macs(5) == 16 + 8 + 6 * 8 + 6 * 8
