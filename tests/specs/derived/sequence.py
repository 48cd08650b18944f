from __future__ import annotations

from .arithmetic import Cost, attention, linear, repeated, shared, total, weights


def perceptron(dim: int, mlp: int, positions: int) -> Cost:
    return total(linear(dim, mlp, positions), linear(mlp, dim, positions))


def self_layer(dim: int, mlp: int, positions: int) -> Cost:
    """Attention, two linear layers, two layer norms of a weight and a bias."""
    return total(attention(dim, positions, positions, dim, True), perceptron(dim, mlp, positions), weights(4 * dim))


def cross_layer(dim: int, mlp: int, positions: int, memory: int) -> Cost:
    """A layer as above with a second attention, which reads the encoder's output, and its norm."""
    return total(self_layer(dim, mlp, positions), attention(dim, positions, memory, dim, True), weights(2 * dim))


def gated_layer(dim: int, mlp: int, positions: int, kv_dim: int) -> Cost:
    """No biases; the linear layers are three of dim x mlp; an RMS norm has one weight a channel."""
    mixing = repeated(3, linear(dim, mlp, positions, bias=False))
    return total(attention(dim, positions, positions, kv_dim, False), mixing, weights(2 * dim))


def mixture_layer(dim: int, mlp: int, positions: int, kv_dim: int, experts: int, active: int) -> Cost:
    """Every expert has parameters, the active ones multiply."""
    expert_params, expert_macs = repeated(3, linear(dim, mlp, positions, bias=False))
    return total(
        attention(dim, positions, positions, kv_dim, False),
        linear(dim, experts, positions, bias=False),
        (experts * expert_params, active * expert_macs),
        weights(2 * dim),
    )


DERIVED = {
    # words, positions and two segments; a norm; the pooler reads one position
    "bert-base": total(
        weights((30522 + 512 + 2) * 768 + 2 * 768), repeated(12, self_layer(768, 3072, 512)), linear(768, 768)
    ),
    "gpt2": total(
        weights((50257 + 1024) * 768),
        repeated(12, self_layer(768, 3072, 1024)),
        weights(2 * 768),
        shared(linear(768, 50257, 1024, bias=False)),
    ),
    "llama-2-7b": total(
        weights(32000 * 4096),
        repeated(32, gated_layer(4096, 11008, 4096, kv_dim=4096)),
        weights(4096),
        linear(4096, 32000, 4096, bias=False),
    ),
    "mixture-of-experts": total(  # 8 of 32 heads for keys and values: 1024 of 4096 channels
        weights(32000 * 4096),
        repeated(32, mixture_layer(4096, 14336, 4096, kv_dim=1024, experts=8, active=2)),
        weights(4096),
        linear(4096, 32000, 4096, bias=False),
    ),
    "transformer": total(
        weights(37000 * 512),
        repeated(6, self_layer(512, 2048, 100), cross_layer(512, 2048, 100, 100)),
        shared(linear(512, 37000, 100, bias=False)),
    ),
}
