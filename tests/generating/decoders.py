"""Random decoders as specs, with what their steps cost apart from the network at their length, derived by hand."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

Layer = tuple[str, dict[str, Any]]
"""A kind of layer, and its sizes."""


class Decoder(NamedTuple):
    """``anew``: multiply-adds that a step pays again for each token before it. ``once``: those of what is read from a
    memory, which no step pays. ``per_token``, ``state``, ``memory``: elements that are kept. ``layers`` are ``times``
    over what it is made of, then ``active`` experts run (0: one linear layer), as PyTorch is told.
    """

    text: str
    length: int
    anew: int
    once: int
    per_token: int
    state: int
    memory: int
    dim: int
    layers: list[Layer]
    times: int
    active: int


def decoder(seed: int) -> Decoder:
    random = Random(seed)
    length, heads, size, memory = random.randint(2, 9), random.choice((1, 2, 4)), random.randint(1, 5), 6
    dim, total = heads * size, [0, 0, 0, 0, 0]
    layers, made = [], list[Layer]()
    for kind in [random.choice(CAUSAL), *random.choices((*CAUSAL, cross), k=random.randint(0, 3))]:
        text, numbers, sizes = kind(random, heads, size, dim, memory)
        made.append((kind.__name__, sizes))
        total = [one + other for one, other in zip(total, numbers, strict=True)]
        layers.append(f"  - residual:\n      - rms_norm\n{text}")
    times = random.choice((1, 1, 3))
    body = "\n".join(layers).replace("\n", "\n    ")
    steps = f"  - steps:\n    {body}\n    repeat: {times}"
    active = random.choice((0, random.randint(1, 4)))
    experts = f"  - experts: {{count: 4, active: {active}, layers: [linear: 7, linear: {dim}]}}"
    feed = experts if active else f"  - linear: {dim}"
    text = (
        f"name: decoder\ninput: {{tokens: {{shape: [T], dtype: int64}}, seen: [{memory}, {dim}]}}\n"
        f"vars: {{T: {length}}}\n"
        f"layers:\n  - {{embedding: {{entries: 11, out: {dim}}}, from: tokens}}\n{steps}\n{feed}\n"
        "  - {linear: 11, name: next}\n  - from: [next, seen]\n"
    )
    return Decoder(text, length, *(times * number for number in total), dim, made, times, active)


def attention(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    """Keys and values of each head that has its own; a window changes what is kept, not what a token takes."""
    kv = random.choice([one for one in (1, 2, 4) if heads % one == 0])
    wide = random.randint(1, 6)
    window = random.choice((None, random.randint(1, 4)))
    near = f", window: {window}" if window else ""
    text = f"      - attention: {{heads: {heads}, kv_heads: {kv}, head_dim: {wide}, causal: true{near}}}"
    return text, [0, 0, 2 * kv * wide, 0, 0], {"heads": heads, "kv_heads": kv, "size": wide, "window": window}


def latent(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    """Keys and values are made of ``narrow`` numbers a token: anew for each token before, ``narrow * 2 * dim``."""
    narrow = random.randint(1, 6)
    text = (
        f"      - {{linear: {dim}, name: q}}\n"
        f"      - {{linear: {narrow}, from: input, name: low, cache: true}}\n"
        f"      - {{linear: {{out: {dim}, bias: false}}, from: low, name: k}}\n"
        f"      - {{linear: {{out: {dim}, bias: false}}, from: low, name: v}}\n"
        f"      - {{scaled_dot_product_attention: {{heads: {heads}, causal: true}}, from: [q, k, v]}}"
    )
    return text, [narrow * 2 * dim, 0, narrow, 0, 0], {"heads": heads, "narrow": narrow}


def scaled(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    text = (
        f"      - {{linear: {3 * dim}, name: all}}\n"
        f"      - {{split: {{parts: 3, axis: -1}}, name: parts}}\n"
        f"      - {{scaled_dot_product_attention: {{heads: {heads}, causal: true}}, from: parts}}"
    )
    return text, [0, 0, 2 * dim, 0, 0], {"heads": heads, "size": size}


def convolution(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    """The next position reads ``(kernel - 1) * dilation`` inputs again."""
    kernel, dilation = random.randint(2, 4), random.randint(1, 3)
    before = (kernel - 1) * dilation
    padded = f"conv: {{out: {dim}, kernel: {kernel}, dilation: {dilation}, padding: [[{before}, 0]]}}"
    apart = f"pad: [[{before}, 0]]\n      - conv: {{out: {dim}, kernel: {kernel}, dilation: {dilation}}}"
    chosen = random.choice((padded, apart))
    text = f"      - transpose: [0, 1]\n      - {chosen}\n      - transpose: [0, 1]"
    return text, [0, 0, 0, before * dim, 0], {"kernel": kernel, "dilation": dilation}


def recurrent(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    """An LSTM keeps its state and its cell in each layer."""
    name, layers = random.choice(("rnn", "lstm", "gru")), random.randint(1, 2)
    text = f"      - {name}: {{hidden: {dim}, layers: {layers}}}"
    return text, [0, 0, 0, (2 if name == "lstm" else 1) * layers * dim, 0], {"name": name, "layers": layers}


def scan(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    states = random.randint(1, 4)
    text = (
        f"      - {{linear: {dim}, name: delta}}\n"
        f"      - {{linear: {2 * states}, from: input}}\n"
        f"      - {{split: {{parts: 2, axis: -1}}, name: [b, c]}}\n"
        f"      - {{selective_scan: , from: [input, delta, b, c]}}"
    )
    return text, [0, 0, 0, states * dim, 0], {"states": states}


def cross(random: Random, heads: int, size: int, dim: int, memory: int) -> tuple[str, list[int], dict[str, Any]]:
    """Keys and values of the memory are made once: ``memory * 2 * dim * dim`` multiply-adds."""
    text = f"      - {{attention: {heads}, from: [prev, seen, seen]}}"
    return text, [0, memory * 2 * dim * dim, 0, 0, memory * 2 * dim], {"memory": memory, "heads": heads}


CAUSAL = (attention, attention, latent, scaled, convolution, recurrent, scan)
