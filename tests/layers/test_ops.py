"""Elementary operations beside multiply-adds, each row worked out by hand from what the layer computes."""

from __future__ import annotations

import pytest

from archcalc.graph.inference import Applied
from archcalc.layers import find

E, S = 24, 12  # elements of [4, 6]; of half of it
PAIR = ("mul", "cmp", "exp", "add", "div")  # one each to scale and softmax a score
ROWS = [  # layer, arguments, inputs, operations other than 0
    ("linear", dict(out=5), [[4, 6]], dict(mac=120, add=20)),
    ("linear", dict(out=5, bias=False), [[4, 6]], dict(mac=120)),
    ("bilinear", dict(out=5), [[2, 3], [2, 4]], dict(mac=2 * 5 * (12 + 4), add=10)),
    ("bilinear", dict(out=5, bias=False), [[2, 3], [2, 4]], dict(mac=2 * 5 * (12 + 4))),
    ("maxout", dict(out=5, pieces=3), [[6]], dict(mac=90, add=15, cmp=10)),
    ("maxout", dict(out=5, pieces=3, bias=False), [[6]], dict(mac=90, cmp=10)),
    ("embedding_bag", dict(entries=9, out=4), [[7]], dict(add=24, div=4)),
    ("embedding_bag", dict(entries=9, out=4), [[0]], dict(div=4)),
    ("layer_scale", dict(), [[4, 6]], dict(mul=E)),
    # scaled and shifted by what is known before: weight and bias are part of it
    *(
        (name, dict(affine=affine, track=True), [[4, 6]], dict(mul=E, add=E))
        for name in ("batch_norm", "instance_norm")
        for affine in (True, False)
    ),
    # mean, difference, square, variance, scale; then weight and bias
    ("batch_norm", dict(track=False), [[4, 6]], dict(add=4 * E, mul=3 * E, div=4)),
    ("batch_norm", dict(track=False, affine=False), [[4, 6]], dict(add=3 * E, mul=2 * E, div=4)),
    ("layer_norm", dict(), [[4, 6]], dict(add=4 * E, mul=3 * E, div=4)),
    ("layer_norm", dict(axis=0, bias=False), [[4, 6]], dict(add=3 * E, mul=3 * E, div=6)),
    ("layer_norm", dict(affine=False), [[4, 6]], dict(add=3 * E, mul=2 * E, div=4)),
    ("group_norm", dict(groups=2), [[4, 6]], dict(add=4 * E, mul=3 * E, div=2)),
    ("group_norm", dict(groups=2, affine=False), [[4, 6]], dict(add=3 * E, mul=2 * E, div=2)),
    ("instance_norm", dict(), [[4, 6]], dict(add=3 * E, mul=2 * E, div=4)),
    ("instance_norm", dict(affine=True), [[4, 6]], dict(add=4 * E, mul=3 * E, div=4)),
    # square, mean of squares, scale; then weight
    ("rms_norm", dict(axis=[0, 1]), [[4, 6]], dict(add=E, mul=3 * E, div=1)),
    ("rms_norm", dict(affine=False), [[4, 6]], dict(add=E, mul=2 * E, div=4)),
    # x / (k + a * mean of squares) ** b
    ("local_response_norm", dict(size=3), [[4, 6]], dict(add=3 * E, mul=2 * E, exp=E, div=E)),
    ("local_response_norm", dict(size=1), [[4, 6]], dict(add=E, mul=2 * E, exp=E, div=E)),
    ("relu", dict(), [[4, 6]], dict(cmp=E)),
    ("sigmoid", dict(), [[4, 6]], dict(exp=E, add=E, div=E)),
    ("gelu", dict(), [[4, 6]], dict(exp=E, add=E, div=E, mul=E)),
    ("hardswish", dict(), [[4, 6]], dict(cmp=2 * E, add=E, div=E, mul=E)),  # x * clamp(x + 3) / 6
    ("hardsigmoid", dict(), [[4, 6]], dict(cmp=2 * E, add=E, div=E)),  # clamp(x + 3) / 6
    ("elu", dict(), [[4, 6]], dict(cmp=E, exp=E, add=E, mul=E)),  # a * (exp(x) - 1) below zero
    ("mish", dict(), [[4, 6]], dict(exp=3 * E, add=2 * E, div=E, mul=E)),  # x * tanh(log(1 + exp(x)))
    *((name, dict(), [[4, 6]], dict(cmp=2 * E)) for name in ("relu6", "hardtanh")),  # below and above
    ("abs", dict(), [[4, 6]], dict(cmp=E)),
    ("celu", dict(), [[4, 6]], dict(cmp=E, exp=E, add=E, mul=E)),  # as elu
    ("selu", dict(), [[4, 6]], dict(cmp=E, exp=E, add=E, mul=2 * E)),  # as elu, and scaled
    ("softplus", dict(), [[4, 6]], dict(exp=2 * E, add=E)),  # log(1 + exp(x))
    ("log_sigmoid", dict(), [[4, 6]], dict(exp=2 * E, add=E)),  # -log(1 + exp(-x))
    ("softsign", dict(), [[4, 6]], dict(cmp=E, add=E, div=E)),  # x / (1 + |x|)
    *((name, dict(), [[4, 6]], dict(exp=E)) for name in ("exp", "log", "sqrt", "sin", "cos")),
    ("square", dict(), [[4, 6]], dict(mul=E)),
    ("leaky_relu", dict(), [[4, 6]], dict(cmp=E, mul=E)),
    ("prelu", dict(), [[4, 6]], dict(cmp=E, mul=E)),
    ("softmax", dict(), [[4, 6]], dict(exp=E, add=E, div=E, cmp=E)),
    ("log_softmax", dict(), [[4, 6]], dict(exp=E, add=2 * E, cmp=E)),
    ("glu", dict(), [[4, 6]], dict(exp=S, add=S, div=S, mul=S)),
    ("glu", dict(act="silu"), [[4, 6]], dict(exp=S, add=S, div=S, mul=2 * S)),
    ("glu", dict(act="identity"), [[4, 6]], dict(mul=S)),
    ("dropout", dict(p=0.5), [[4, 6]], {}),
    ("add", dict(), [[4, 6], [6], []], dict(add=2 * E)),
    ("sub", dict(), [[4, 6], [6]], dict(add=E)),
    ("div", dict(), [[4, 1], [6]], dict(div=E)),
    ("concat", dict(), [[4], [6]], {}),
    ("mean", dict(axis=0), [[4, 6]], dict(add=18, div=6)),
    ("mean", dict(axis=0), [[0, 6]], dict(div=6)),
    ("sum", dict(), [[4, 6]], dict(add=23)),
    ("max", dict(axis=-1, keep=True), [[4, 6]], dict(cmp=20)),
    ("einsum", dict(equation="ij->j"), [[4, 6]], dict(add=18)),
    ("einsum", dict(equation="ij,ij->ij"), [[4, 6], [4, 6]], dict(mul=E)),
    ("einsum", dict(equation="ij,jk->k"), [[4, 6], [6, 5]], dict(add=18, mac=30)),
    ("einsum", dict(equation="i,j,k->k"), [[4], [6], [5]], dict(add=3 + 5, mul=1 + 5)),
    ("rnn", dict(hidden=8), [[5, 6]], dict(mac=5 * 8 * 14, add=5 * 8 * 3, exp=40, div=40)),
    ("lstm", dict(hidden=8), [[5, 6]], dict(mac=5 * 32 * 14, add=5 * (2 * 32 + 8 * 6), exp=200, div=200, mul=120)),
    ("gru", dict(hidden=8, bias=False), [[5, 6]], dict(mac=5 * 24 * 14, add=200, exp=120, div=120, mul=120)),
    (
        "gru",
        dict(hidden=8, reset_gate=False, biases=1, layers=2, bidirectional=True),
        [[5, 6]],
        dict(mac=5 * 16 * 2 * (14 + 24), add=5 * 32 * (4 + 2), exp=320, div=320, mul=320),
    ),
    (
        "conv_lstm",
        dict(out=2, kernel=1),
        [[3, 1, 4, 6]],
        dict(mac=3 * 8 * 3 * E, add=3 * E * 2 * (6 + 4), exp=30 * E, div=30 * E, mul=18 * E),
    ),
    (
        "conv_lstm",
        dict(out=2, kernel=1, bias=False),
        [[3, 1, 4, 6]],
        dict(mac=3 * 8 * 3 * E, add=3 * E * 2 * 6, exp=30 * E, div=30 * E, mul=18 * E),
    ),
    (
        "scaled_dot_product_attention",
        dict(heads=2),
        [[4, 6], [5, 6], [5, 6]],
        dict(mac=240, mul=40, cmp=40, exp=40, add=40, div=40),
    ),
    (
        "attention",
        dict(heads=2, kv_heads=1, position_bias=9),
        [[4, 6]],
        dict(mac=4 * 6 * 12 + 2 * 4 * 4 * 6 + 4 * 36, mul=32, cmp=32, exp=32, add=2 * 32 + 4 * 12 + E, div=32),
    ),
    # 3 sequences of 4 on themselves: 48 pairs, and 12 positions of width 6 mapped four times
    (
        "attention",
        dict(heads=2, bias=False),
        [[3, 4, 6]],
        dict(mac=12 * 36 * 4 + 2 * 48 * 6, **dict.fromkeys(PAIR, 96)),
    ),
    (
        "attention",
        dict(heads=2),
        [[3, 4, 6]],
        {**dict.fromkeys(PAIR, 96), "mac": 12 * 36 * 4 + 2 * 48 * 6, "add": 96 + 12 * 6 * 4},
    ),
    (
        "scaled_dot_product_attention",
        dict(),
        [[3, 4, 6], [3, 5, 6], [3, 5, 8]],
        dict(mac=60 * (6 + 8), **dict.fromkeys(PAIR, 60)),
    ),
]


@pytest.mark.parametrize("layer, arguments, inputs, ops", ROWS)
def test_operations(layer, arguments, inputs, ops):
    found = Applied(find(layer)(**arguments), tuple(map(tuple, inputs))).ops
    assert {kind: number for kind, number in found.items() if number != 0} == ops


@pytest.mark.parametrize("layer, elements", [("batch_norm", 129), ("instance_norm", 0), ("layer_norm", 0)])
def test_running_statistics_are_buffers(layer, elements):
    assert sum(size for *_, size in Applied(find(layer)(), ((64, 7, 7),)).buffers) == elements


def test_the_weight_is_the_one_called_so():
    shape = (4, 7, 7)
    bound = find("deform_conv")(out=6, kernel=3, groups=2).bound(shape)
    assert [name for name, _ in bound.weights(shape)] == ["offset.weight", "offset.bias", "weight", "bias"]
    assert bound.weight(shape) == [6, 2, 3, 3]
