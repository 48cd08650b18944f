"""Steps of decoders with a cache, as they run in PyTorch: written apart from archcalc, on the meta device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from .decoders import Decoder

Step = Callable[[int], Any]


def macs(step: Step, context: int) -> int:
    """Half of what flop_counter counts in one step after so many tokens."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        step(context)
    return counter.get_total_flops() // 2


def linear(x: Tensor, out: int) -> Tensor:
    return functional.linear(x, torch.empty(out, x.shape[-1]))


def attend(query: Tensor, key: Tensor, value: Tensor, window: int | None = None) -> Tensor:
    """Of ``[heads, 1, d]`` on what is kept, ``[heads, T, d]``; a window is a shorter cache."""
    if window is not None:
        key, value = key[:, -window:], value[:, -window:]
    return (query @ key.mT).softmax(-1) @ value


def self_attention(
    x: Tensor, context: int, heads: int, size: int, kv_heads: int | None = None, window: int | None = None
) -> Tensor:
    """The new token's keys and values join those that are kept; heads of queries share them."""
    kv_heads = kv_heads or heads
    query = linear(x, heads * size).view(1, heads, size).transpose(0, 1)
    key, value = (linear(x, kv_heads * size).view(1, kv_heads, size).transpose(0, 1) for _ in range(2))
    key, value = (torch.cat([torch.empty(kv_heads, context, size), new], 1) for new in (key, value))
    key, value = (kept.repeat_interleave(heads // kv_heads, 0) for kept in (key, value))
    return linear(attend(query, key, value, window).transpose(0, 1).reshape(1, -1), x.shape[-1])


def cross_attention(x: Tensor, memory: int, heads: int) -> Tensor:
    """Keys and values of the memory were made before the first step."""
    size = x.shape[-1] // heads
    query = linear(x, heads * size).view(1, heads, size).transpose(0, 1)
    kept = torch.empty(heads, memory, size)
    return linear(attend(query, kept, kept).transpose(0, 1).reshape(1, -1), x.shape[-1])


def gated(x: Tensor, mid: int) -> Tensor:
    gate, up = linear(x, mid), linear(x, mid)
    return linear(functional.silu(gate) * up, x.shape[-1])


def mixture(x: Tensor, count: int, active: int, mid: int) -> Tensor:
    linear(x, count)
    return torch.stack([gated(x, mid) for _ in range(active)]).sum(0)


def gpt2(context: int) -> Tensor:
    x = torch.empty(1, 768)
    for _ in range(12):
        x = x + self_attention(x, context, 12, 64)
        x = x + linear(functional.gelu(linear(x, 4 * 768)), 768)
    return linear(x, 50257)


def llama(context: int) -> Tensor:
    x = torch.empty(1, 4096)
    for _ in range(32):
        x = x + self_attention(x, context, 32, 128)
        x = x + gated(x, 11008)
    return linear(x, 32000)


def qwen3(context: int) -> Tensor:
    x = torch.empty(1, 1024)
    for _ in range(28):
        x = x + self_attention(x, context, 16, 128, 8)
        x = x + gated(x, 3072)
    return linear(x, 151936)


def gemma3(context: int) -> Tensor:
    """Five layers of six see 1,024 tokens."""
    x = torch.empty(1, 5376)
    for number in range(62):
        x = x + self_attention(x, context, 32, 128, 16, None if number % 6 == 5 else 1024)
        x = x + gated(x, 21504)
    return linear(x, 262208)


def mixtral(context: int) -> Tensor:
    x = torch.empty(1, 4096)
    for _ in range(32):
        x = x + self_attention(x, context, 32, 128, 8)
        x = x + mixture(x, 8, 2, 14336)
    return linear(x, 32000)


def deepseek(context: int) -> Tensor:
    """512 + 64 numbers are kept of each token; keys and values are made anew of all of them."""
    x = torch.empty(1, 2048)
    for number in range(27):
        query = linear(x, 16 * 192).view(1, 16, 192).transpose(0, 1)
        kept = torch.cat([torch.empty(context, 576), linear(x, 576)])
        narrow, turned = kept.split([512, 64], -1)
        key, value = linear(narrow, 16 * 256).view(-1, 16, 256).transpose(0, 1).split([128, 128], -1)
        key = torch.cat([key, turned.expand(16, -1, -1)], -1)
        x = x + linear(attend(query, key, value).transpose(0, 1).reshape(1, -1), 2048)
        x = x + (gated(x, 10944) if number == 0 else mixture(x, 64, 6, 1408) + gated(x, 2 * 1408))
    return linear(x, 102400)


def mamba(context: int) -> Tensor:
    """A convolution reads the last 3 inputs again; a state of 16 numbers for each of 1,536 channels is kept."""
    x = torch.empty(1, 768)
    for _ in range(24):
        seen, gate = linear(x, 2 * 1536).split(1536, -1)
        window = torch.cat([torch.empty(3, 1536), seen]).T
        seen = functional.conv1d(window[None], torch.empty(1536, 1, 4), groups=1536)[0].T
        low, b, c = linear(seen, 48 + 2 * 16).split([48, 16, 16], -1)
        linear(low, 1536)
        state = torch.empty(1536, 16) + seen.T * b
        x = x + linear((state @ c.T).T * gate, 768)
    return linear(x, 50280)


def transformer(context: int) -> Tensor:
    """The decoder of the base size, which reads a source of 100 tokens."""
    x = torch.empty(1, 512)
    for _ in range(6):
        x = x + self_attention(x, context, 8, 64)
        x = x + cross_attention(x, 100, 8)
        x = x + linear(functional.relu(linear(x, 2048)), 512)
    return linear(x, 37000)


def wavenet(context: int) -> Tensor:
    """Of each dilated convolution the two inputs that it reads."""

    def conv(x: Tensor, out: int, kernel: int = 1) -> Tensor:
        return functional.conv1d(x, torch.empty(out, x.shape[1], kernel))

    x = conv(torch.empty(1, 256, 1), 32)
    skips = []
    for _ in range(30):
        y = functional.glu(conv(torch.cat([torch.empty(1, 32, 1), x], -1), 64, 2), 1)
        skips.append(conv(y, 256))
        x = x + conv(y, 32)
    return conv(conv(torch.stack(skips).sum(0), 256), 256)


def lstm(context: int) -> Tensor:
    x = torch.empty(1, 1, 32)
    return torch.nn.LSTM(32, 64, 2, batch_first=True)(x)[0]


# Random decoders


def latent(x: Tensor, context: int, heads: int, narrow: int) -> Tensor:
    """Keys and values are made anew of what is kept of all tokens."""
    query = linear(x, x.shape[-1]).view(1, heads, -1).transpose(0, 1)
    kept = torch.cat([torch.empty(context, narrow), linear(x, narrow)])
    key, value = (linear(kept, x.shape[-1]).view(context + 1, heads, -1).transpose(0, 1) for _ in range(2))
    return attend(query, key, value).transpose(0, 1).reshape(1, -1)


def scaled(x: Tensor, context: int, heads: int, size: int) -> Tensor:
    """Three projections, and no fourth."""
    query, key, value = linear(x, 3 * heads * size).view(3, heads, 1, size)
    key, value = (torch.cat([torch.empty(heads, context, size), new], 1) for new in (key, value))
    return attend(query, key, value).reshape(1, -1)


def convolution(x: Tensor, context: int, kernel: int, dilation: int) -> Tensor:
    dim = x.shape[-1]
    window = torch.cat([torch.empty((kernel - 1) * dilation, dim), x]).T
    return functional.conv1d(window[None], torch.empty(dim, dim, kernel), dilation=dilation)[0].T


def recurrent(x: Tensor, context: int, name: str, layers: int) -> Tensor:
    """The matrices of a cell: PyTorch's own cells are one operation, which flop_counter does not see into."""
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[name]
    for _ in range(layers):
        x = (linear(x, gates * x.shape[-1]) + linear(x, gates * x.shape[-1])).chunk(gates, -1)[0]
    return x


def scan(x: Tensor, context: int, states: int) -> Tensor:
    delta, (b, c) = linear(x, x.shape[-1]), linear(x, 2 * states).split(states, -1)
    state = torch.empty(x.shape[-1], states) + (x * delta).T * b
    return (state @ c.T).T


def attention(x: Tensor, context: int, **sizes: Any) -> Tensor:
    return self_attention(x, context, **sizes)


def cross(x: Tensor, context: int, memory: int, heads: int) -> Tensor:
    return cross_attention(x, memory, heads)


def random_step(made: Decoder, context: int) -> Tensor:
    """One step of a random decoder."""
    x = torch.empty(1, made.dim)
    for _ in range(made.times):
        for kind, sizes in made.layers:
            x = x + globals()[kind](x, context, **sizes)
    for _ in range(made.active):
        linear(linear(x, 7), made.dim)
    return linear(x if made.active else linear(x, made.dim), 11)


STEPS: dict[str, tuple[Step, tuple[int, int, int]]] = {
    "gpt2": (gpt2, (0, 100, 1023)),
    "llama-2-7b": (llama, (0, 100, 4095)),
    "qwen3": (qwen3, (0, 127, 40_000)),
    "gemma3": (gemma3, (0, 1500, 100_000)),
    "mixture-of-experts": (mixtral, (0, 100, 32_767)),
    "deepseek": (deepseek, (0, 127, 4096)),
    "mamba": (mamba, (0, 127, 4096)),
    "transformer": (transformer, (0, 10, 99)),
    "wavenet": (wavenet, (0, 100, 15_999)),
}
"""Shipped specs, each with its step and three contexts."""
