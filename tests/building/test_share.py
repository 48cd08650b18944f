"""share: weights that count once, work that counts each time."""

from __future__ import annotations

import pytest
from loading import report, said, totals

LINEAR = "{linear: {out: 4, bias: false}"
RIGHT = [  # layers on [4], parameters, multiply-adds
    (f"[{LINEAR}, name: a}}, {LINEAR}, share: a}}]", 16, 32),
    (f"[{LINEAR}, name: a}}, {{linear: 4, share: a}}]", 20, 32),  # a bias that a has not stays the step's own
    (f"[{LINEAR}}}, {LINEAR}, share: linear1}}]", 16, 32),
    (f"[{LINEAR}, name: a}}, {LINEAR}, share: a, repeat: 3}}]", 16, 64),  # every repetition takes a's
    (f"[{LINEAR}, name: a, repeat: 3}}, {LINEAR}, share: a, repeat: 3}}]", 48, 96),  # the same repetition's
    (f"[{LINEAR}, name: a, repeat: 3}}, {LINEAR}, share: a/1}}]", 48, 64),
    (f"[{{residual: [{LINEAR}}}], name: a}}, {{residual: [{LINEAR}}}], share: a}}]", 16, 32),  # row by row
    (f"[{LINEAR}, name: a}}, {LINEAR}, share: a, name: b}}, {LINEAR}, share: b}}]", 16, 48),  # the owner is a
    (f"[{LINEAR}, name: a}}, {LINEAR}, share: a, when: 1 > 2}}]", 16, 16),
    ("[{linear: {out: 4, norm: layer_norm}, name: a}, {linear: {out: 4, norm: layer_norm}, share: a}]", 28, 32),
]


@pytest.mark.parametrize("layers, parameters, macs", RIGHT)
def test_share(layers, parameters, macs):
    assert totals(f"input: [4]\nlayers: {layers}") == (parameters, macs)


def test_embedding_and_linear_share_weight():
    text = (
        "input: {shape: [7], dtype: int64}\n"
        "layers: [{embedding: {entries: 10, out: 4}, name: e}, {linear: {out: 10, bias: false}, share: e}]"
    )
    assert totals(text) == (40, 7 * 40)


BUFFERS = [  # layers on [8, 9, 9], buffers: of batch_norm two statistics of 8 channels and a counter
    ("[{batch_norm: , name: a}, {batch_norm: , share: a}]", 17),
    ("[{batch_norm: , name: a}, {batch_norm: , share: a}, {batch_norm: , share: a}]", 17),
    ("[{batch_norm: , name: a, repeat: 2}, {batch_norm: , share: a/1, repeat: 3}]", 2 * 17),
    ("[{batch_norm: , name: a, repeat: 2}, {batch_norm: , share: a, repeat: 2}]", 2 * 17),
    ("[{batch_norm: {affine: false}, name: a}, {batch_norm: {affine: false}, share: a}]", 17),  # no weights at all
    ("[{batch_norm: {track: false}, name: a}, {batch_norm: , share: a}]", 17),  # a has none
    ("[{linear: {out: 9, norm: batch_norm}, name: a}, {linear: {out: 9, norm: batch_norm}, share: a}]", 17),
    ("[{residual: [{batch_norm: }], name: a}, {residual: [{batch_norm: }], share: a}]", 17),
    ("[{shifted: , name: a}, {shifted: , share: a}]", 17 + 81),
    ("[{experts: {count: 3, active: 1, layers: [{batch_norm: }]}, name: a},"
     " {experts: {count: 3, active: 1, layers: [{batch_norm: }]}, share: a}]", 3 * 17),
]  # fmt: skip
SHIFTED = "blocks: {shifted: {layers: [{batch_norm: , name: n}, {constant: [1, 9, 9], name: c}, {add: [n, c]}]}}"


@pytest.mark.parametrize("layers, buffers", BUFFERS)
def test_buffers_are_shared_too(layers, buffers):
    blocks = SHIFTED if "shifted" in layers else ""
    assert report(f"input: [8, 9, 9]\n{blocks}\nlayers: {layers}")["totals"]["buffers"] == buffers


WRONG = [
    (
        f"[{LINEAR}, name: a}}, {{linear: 5, share: a}}]",
        "weight is [4, 4] in 'a' and [5, 4] in 'linear2': shared weights have one shape",
    ),
    ("[{relu: , name: a}, {linear: 4, share: a}]", "'a' has no weight that 'linear1' could share"),
    (f"[{LINEAR}, name: a, repeat: 2}}, {LINEAR}, share: a}}]", "'a' has no weight that 'linear2' could share"),
    ("[{linear: 4, share: b}]", "no tensor 'b' here"),
]


@pytest.mark.parametrize("layers, message", WRONG)
def test_wrong_share(layers, message):
    assert said(f"input: [4]\nlayers: {layers}")[0].startswith(message)
