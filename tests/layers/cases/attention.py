"""Attention; the figures of the first row are those of torch.utils.flop_counter on ViT's and GPT's layer."""

ACCEPTED = [
    ("attention", dict(heads=8), [100, 512], [100, 512], 1_050_624, 115_097_600),
    ("attention", dict(heads=8, bias=False), [2, 10, 64], [2, 10, 64], 16_384, 2 * (10 * 16_384 + 2 * 10 * 10 * 64)),
    ("attention", dict(heads=8), [[10, 512], [20, 100], [20, 200]], [10, 512], 679_936, 8_519_680),
    (
        "attention",
        dict(heads=8, qkv_bias=True, bias=False, causal=True),
        [10, 64],
        [10, 64],
        16_384 + 192,
        10 * 16_384 + 12_800,
    ),
    (
        "attention",
        dict(heads=32, kv_heads=8, head_dim=128, bias=False),
        [10, 2048],
        [10, 2048],
        2048 * (4096 + 2 * 1024) + 4096 * 2048,
        10 * (2048 * 6144 + 4096 * 2048) + 2 * 4096 * 100,
    ),
    ("attention", dict(heads=4, window=3), [10, 64], [10, 64], 16_640, 10 * 16_384 + 2 * 64 * 30),
    ("attention", dict(heads=4, window=30), [10, 64], [10, 64], 16_640, 10 * 16_384 + 2 * 64 * 100),
    ("attention", dict(heads=3, position_bias=169), [49, 96], [49, 96], 37_248 + 507, 49 * 36_864 + 2 * 96 * 49 * 49),
    ("attention", dict(heads=3, position_bias=0, out=32), [49, 96], [49, 32], 27_936 + 3_104, 49 * 30_720 + 460_992),
    ("scaled_dot_product_attention", dict(), [[8, 10, 64], [8, 20, 64], [8, 20, 32]], [8, 10, 32], 0, 153_600),
    ("scaled_dot_product_attention", dict(causal=True), [[10, 64], [20, 64], [20, 32]], [10, 32], 0, 19_200),
    ("scaled_dot_product_attention", dict(heads=4), [[10, 64], [20, 64], [20, 32]], [10, 32], 0, 19_200),
]

REJECTED = [
    ("attention", dict(heads=7), [100, 512], "input channels (512) must be divisible by heads (7)", "heads"),
    ("attention", dict(heads=8), [512], "attention reads at least two axes; the input is [512]", None),
    (
        "attention",
        dict(heads=8),
        [[10, 64], [20, 64], [30, 64]],
        "there must be as many keys as values: [20, 64] has 20, [30, 64] has 30",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[10, 64], [20, 32], [20, 32]],
        "queries and keys must have the same width: [10, 64] has 64, [20, 32] has 32",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[2, 10, 64], [2, 20, 32], [2, 20, 32]],
        "queries and keys must have the same width: [2, 10, 64] has 64, [2, 20, 32] has 32",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[10, 64], [20, 64], [30, 64]],
        "there must be as many keys as values: [20, 64] has 20, [30, 64] has 30",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[64], [20, 64], [20, 64]],
        "scaled_dot_product_attention reads at least two axes; the input is [64]",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[2, 10, 64], [3, 20, 64], [3, 20, 64]],
        "[2, 10, 64] and [3, 20, 64] must be equal in every axis but the last two",
        None,
    ),
    (
        "attention",
        dict(heads=1),
        [3, 2, 0],
        "heads share at least one input channel; the input is [3, 2, 0]",
        None,
    ),
    ("attention", dict(heads=1), [3, 0], "heads share at least one input channel; the input is [3, 0]", None),
]

STRICTER = [
    ("attention", dict(heads=8, kv_heads=3), [100, 512], "heads (8) must be divisible by kv_heads (3)", "kv_heads"),
    ("attention", dict(heads=8, window=0), [100, 512], "window takes a whole number above 0, not 0", "window"),
    (
        "attention",
        dict(heads=8),
        [[2, 10, 64], [20, 64], [20, 64]],
        "[2, 10, 64] and [20, 64] must be equal in every axis but the last two",
        None,
    ),
    (
        "scaled_dot_product_attention",
        dict(heads=3),
        [[10, 64], [20, 64], [20, 33]],
        "query width (64) must be divisible by heads (3)",
        "heads",
    ),
    (
        "scaled_dot_product_attention",
        dict(heads=4),
        [[10, 64], [20, 64], [20, 33]],
        "value width (33) must be divisible by heads (4)",
        "heads",
    ),
]
