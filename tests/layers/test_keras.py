"""What Keras 3's layers are here: the same outputs and weights, counted by hand as Keras' own build makes them."""

from __future__ import annotations

from textwrap import indent

import pytest

from archcalc.building.load import load_network
from archcalc.graph.repetition import unrolled
from archcalc.sources.source import locate

ROWS = {  # Keras' layer: input, steps, output, weights
    "SimpleRNN(7)": ("[15, 5]", "- rnn: {hidden: 7, biases: 1, return: last}", (7,), 7 * (5 + 7 + 1)),
    "LSTM(256)": ("[16, 4096]", "- lstm: {hidden: 256, biases: 1, return: last}", (256,), 4 * 256 * (4096 + 256 + 1)),
    "GRU(7)": ("[15, 5]", "- gru: {hidden: 7, return: last}", (7,), 3 * 7 * (5 + 7 + 2)),
    "GRU(7, reset_after=False)": ("[15, 5]", "- gru: {hidden: 7, biases: 1, return: last}", (7,), 3 * 7 * (5 + 7 + 1)),
    "GRU(7, use_bias=False)": ("[15, 5]", "- gru: {hidden: 7, bias: false, return: last}", (7,), 3 * 7 * (5 + 7)),
    "LSTM(7, return_state=True)[2]": (
        "[15, 5]",
        "- lstm: {hidden: 7, biases: 1, states: true}\n  name: [y, h, c]\n- from: c\n  squeeze: 0",
        (7,),
        4 * 7 * (5 + 7 + 1),
    ),
    "LSTM(7)(x, initial_state=[h, c])": (
        "{x: [15, 5], h: [1, 7], c: [1, 7]}",
        "- lstm: {hidden: 7, biases: 1, states: true}\n  from: [x, h, c]\n  name: [y, h1, c1]\n- from: y",
        (15, 7),
        4 * 7 * (5 + 7 + 1),
    ),
    "Bidirectional(LSTM(7), merge_mode='concat')": (
        "[15, 5]",
        "- lstm: {hidden: 7, biases: 1, bidirectional: true, return: last}",
        (14,),
        2 * 4 * 7 * (5 + 7 + 1),
    ),
    "Bidirectional(GRU(7), merge_mode='sum')": (
        "[15, 5]",
        "- gru: {hidden: 7, bidirectional: true}\n- split: {parts: 2, axis: -1}\n- add:",
        (15, 7),
        2 * 3 * 7 * (5 + 7 + 2),
    ),
    "Bidirectional(GRU(7), merge_mode='mul')": (
        "[15, 5]",
        "- gru: {hidden: 7, bidirectional: true}\n- split: {parts: 2, axis: -1}\n- mul:",
        (15, 7),
        2 * 3 * 7 * (5 + 7 + 2),
    ),
    "Bidirectional(GRU(7), merge_mode='ave')": (
        "[15, 5]",
        "- gru: {hidden: 7, bidirectional: true}\n- reshape: [15, 2, 7]\n- mean: 1",
        (15, 7),
        2 * 3 * 7 * (5 + 7 + 2),
    ),
    "ConvLSTM2D(4, 3, padding='same')": (
        "[5, 1, 12, 12]",
        "- conv_lstm: {out: 4, kernel: 3, return: last}",
        (4, 12, 12),
        736,
    ),
    "ConvLSTM2D(4, 3, strides=2, return_sequences=True)": (
        "[5, 1, 12, 12]",
        "- conv_lstm: {out: 4, kernel: 3, stride: 2, padding: valid}",
        (5, 4, 5, 5),
        736,
    ),
    "Bidirectional(ConvLSTM1D(4, 3))": (
        "[5, 2, 20]",
        "- parallel:\n"
        "    forward: [{conv_lstm: {out: 4, kernel: 3, padding: valid, return: last}}]\n"
        "    backward: [{conv_lstm: {out: 4, kernel: 3, padding: valid, return: last}}]\n"
        "- concat: {axis: 0}",
        (8, 18),
        2 * 304,
    ),
    "SeparableConv2D(100, 5)": (
        "[10, 416, 416]",
        "- depthwise_conv: {kernel: 5, bias: false}\n- conv: {out: 100, kernel: 1}",
        (100, 412, 412),
        10 * 25 + 10 * 100 + 100,
    ),
    "DepthwiseConv2D(3, depth_multiplier=2, padding='same')": (
        "[8, 9, 9]",
        "- depthwise_conv: {kernel: 3, multiplier: 2, padding: same}",
        (16, 9, 9),
        8 * 2 * 9 + 16,
    ),
    "Conv2DTranspose(64, 3, strides=2, padding='same')": (
        "[256, 7, 7]",
        "- conv_transpose: {out: 64, kernel: 3, stride: 2, padding: same}",
        (64, 14, 14),
        256 * 64 * 9 + 64,
    ),
    "Conv1DTranspose(2, 2, strides=3, padding='same')": (
        "[4, 5]",
        "- conv_transpose: {out: 2, kernel: 2, stride: 3, padding: same}",
        (2, 15),
        4 * 2 * 2 + 2,
    ),
    "LocallyConnected2D(64, 3)": (
        "[3, 32, 32]",
        "- unfold: 3\n  name: windows\n- parameter: [64, 27, 900]\n  name: weight\n"
        "- einsum: 'ckp,kp->cp'\n  from: [weight, windows]\n  name: sums\n- parameter: [64, 900]\n  name: bias\n"
        "- add: [sums, bias]\n- reshape: [64, 30, 30]",
        (64, 30, 30),
        900 * 27 * 64 + 900 * 64,
    ),
    "Attention(use_scale=True)": (
        "{query: [7, 16], value: [11, 16]}",
        "- parameter: [1]\n  name: scale\n- mul: [query, scale]\n  name: scaled\n"
        "- scaled_dot_product_attention:\n  from: [scaled, value, value]",
        (7, 16),
        1,
    ),
    "AdditiveAttention()": (
        "{query: [7, 16], value: [11, 16]}",
        "- from: query\n  unsqueeze: 1\n  name: each\n- add: [each, value]\n- tanh:\n  name: sums\n"
        "- parameter: [16]\n  name: scale\n- mul: [sums, scale]\n- sum: -1\n- softmax:\n  name: scores\n"
        "- matmul: [scores, value]",
        (7, 16),
        16,
    ),
    "MultiHeadAttention(3, 8, value_dim=10, output_shape=20)": (
        "{query: [9, 32], value: [13, 48]}",
        "- attention: {heads: 3, head_dim: 8, value_dim: 10, out: 20}\n  from: [query, value, value]",
        (9, 20),
        4_058,
    ),
    "GroupQueryAttention(8, 4, 2)": (
        "[9, 32]",
        "- attention: {heads: 4, kv_heads: 2, head_dim: 8}",
        (9, 32),
        3_168,
    ),
    "Dense on channels of an image": ("[3, 5, 6]", "- linear: {out: 8, axis: 0}", (8, 5, 6), 3 * 8 + 8),
}


@pytest.mark.parametrize("keras", ROWS)
def test_a_layer_of_keras(keras, tmp_path):
    read, steps, output, weights = ROWS[keras]
    path = tmp_path / "net.yaml"
    path.write_text(f"name: net\ninput: {read}\nlayers:\n{indent(steps, '  ')}\n", encoding="utf-8")
    network = load_network(locate(str(path)))
    assert [tensor.shape for tensor in network.outputs] == [output]
    assert sum(size for node in unrolled(network).kept for _, _, size in node.applied.weights) == weights
