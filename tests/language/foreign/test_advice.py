"""Steps in words of several frameworks, or in a mixture of theirs and ours: what is said, and where it leads."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc import Spec, api

from .follow import Arguments, followed, problems_of, spec, written

# A step, its arguments, the framework that is meant, what it reads; then parameters and multiply-adds, by hand or from
# the source that is named.
LED = [
    # 3 (13 * 20 + 20 * 20 + 20) and 29 * 3 (13 * 20 + 20 * 20): a GRU with one bias a gate (Keras, reset_after=False)
    ("gru", {"units": 20, "reset_after": False}, "Keras", [29, 13], 2040, 57420),
    # 3 (13 * 20 + 20 * 20 + 2 * 20)
    ("gru", {"units": 20, "reset_after": True}, "Keras", [29, 13], 2100, 57420),
    # 4 (13 * 20 + 20 * 20 + 20) and 29 * 4 (13 * 20 + 20 * 20)
    ("lstm", {"units": 20}, "Keras", [29, 13], 2720, 76560),
    ("LSTM", {"units": 20, "return_sequences": True}, "Keras", [29, 13], 2720, 76560),
    # 4 (13 * 20 + 20 * 20 + 2 * 20)
    ("lstm", {"hidden_size": 20, "batch_first": True}, "PyTorch", [29, 13], 2800, 76560),
    # 10000 * 16
    ("embedding", {"input_dim": 10000, "output_dim": 16}, "Keras", [256], 160000, 0),
    ("embedding", {"num_embeddings": 10000, "embedding_dim": 16}, "PyTorch", [256], 160000, 0),
    ("embedding", {"vocab_size": 10000, "hidden_size": 16}, "Hugging Face", [256], 160000, 0),
    # 16 (3 * 9 + 1) and 16 * 27 * 30 * 30
    ("conv", {"out": 16, "kernel_size": 3, "padding_mode": "circular"}, "PyTorch", [3, 32, 32], 448, 388800),
    # Flax's convolution keeps the size: 16 * 27 * 32 * 32
    ("conv", {"features": 16, "kernel_size": [3, 3]}, "Flax", [3, 32, 32], 448, 442368),
    # Darknet: size // 2 of padding, no bias beside the norm; 16 * 3 * 25 + 2 * 16 and 16 * 75 * 32 * 32
    (
        "convolutional",
        {"batch_normalize": 1, "filters": 16, "size": 5, "stride": 1, "pad": 1, "activation": "leaky"},
        "Darknet", [3, 32, 32], 1232, 1228800,
    ),
    ("conv", {"filters": 16, "size": 5, "pad": 1, "activation": "leaky"}, "Darknet", [3, 32, 32], 1216, 1228800),
    ("InnerProduct", {"num_output": 10, "bias_term": False}, "Caffe", [64], 640, 640),
    ("Convolution", {"num_output": 16, "kernel_h": 3, "kernel_w": 5}, "Caffe", [3, 32, 32], 736, 604800),
    ("Conv", {"features": 16, "kernel_size": [3, 3], "padding": "VALID"}, "Flax", [3, 32, 32], 448, 388800),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "framework", "shape", "params", "macs"), LED)
def test_what_is_said_leads_to_the_figures_that_were_meant(
    name: str, arguments: Arguments, framework: str, shape: list[int], params: int, macs: int
) -> None:
    integers = name == "embedding"
    said = problems_of(spec([written(name, arguments)], [shape], "CHW", integers))
    steps = followed(name, arguments, said, framework)
    totals = api.report(Spec.from_text(spec(steps, [shape], "CHW", integers)))["totals"]
    assert (totals["params"], totals["macs"]) == (params, macs), steps


# A step in foreign words, what it reads, and the output of what it becomes.
SHAPES: list[tuple[str, Arguments, str, list[int], list[int]]] = [
    # Caffe's windows stick out: ceil((32 - 3) / 2) + 1
    ("Pooling", {"pool": "MAX", "kernel_size": 3, "stride": 2}, "Caffe", [3, 32, 32], [3, 16, 16]),
    ("Pooling", {"pool": "AVE", "kernel_size": 3}, "Caffe", [3, 32, 32], [3, 30, 30]),
    ("Pooling", {"pool": "AVE", "global_pooling": True}, "Caffe", [3, 32, 32], [3]),
    # Darknet's maxpool: (size - 1) of padding, split
    ("maxpool", {"size": 2, "stride": 1}, "Darknet", [3, 13, 13], [3, 13, 13]),
    ("maxpool", {"size": 2, "stride": 2}, "Darknet", [3, 13, 13], [3, 7, 7]),
    ("max_pool", {"size": 3, "stride": 2}, "Darknet", [3, 13, 13], [3, 7, 7]),
    ("reorg", {"stride": 2}, "Darknet", [64, 26, 26], [256, 13, 13]),
    # Flax's windows are one position apart
    ("max_pool", {"window_shape": [2, 2]}, "Flax", [3, 32, 32], [3, 31, 31]),
    ("avg_pool", {"window_shape": [2, 2], "padding": "SAME"}, "Flax", [3, 32, 32], [3, 32, 32]),
    ("mean", {"dim": [2, 3], "keepdim": True}, "PyTorch", [3, 32, 32], [3, 1, 1]),
    ("permute", {"dims": [0, 2, 3, 1]}, "PyTorch", [3, 32, 16], [32, 16, 3]),
    ("Permute", {"order": [0, 2, 3, 1]}, "Caffe", [3, 32, 16], [32, 16, 3]),
    ("pad", {"pad": [1, 2, 3, 4]}, "PyTorch", [3, 32, 32], [3, 39, 35]),
    ("split", {"split_size_or_sections": [1, 2], "dim": 1}, "PyTorch", [3, 8], [1, 8]),
    ("narrow", {"dim": 1, "start": 2, "length": 4}, "PyTorch", [9, 8], [4, 8]),
]


@pytest.mark.parametrize(("name", "arguments", "framework", "shape", "output"), SHAPES)
def test_what_is_said_leads_to_the_shape_that_was_meant(
    name: str, arguments: Arguments, framework: str, shape: list[int], output: list[int]
) -> None:
    said = problems_of(spec([written(name, arguments)], [shape], "CHW", False))
    steps = followed(name, arguments, said, framework)
    report = api.report(Spec.from_text(spec(steps, [shape], "CHW", False)))
    assert [*report["outputs"][0]] == output, steps


PLAINLY = [
    ("batch_norm: {center: false}", "not expressible"),
    ("BatchNorm2d: {num_features: 3, bias: false}", "not expressible"),
    ("MultiheadAttention: {embed_dim: 32, num_heads: 4, add_bias_kv: true}", "not expressible"),
    ("Hardshrink", "nothing here stands for it"),
    ("CrossEntropyLoss", "a loss is no part of the network"),
    ("rotary_embedding", "leave it out"),
    ("conv: {out: 3, kernel: 3, data_format: channels_last}", "layout: HWC"),
    ("gru: {units: 3, reset_after: flag}", "true: biases: 2; false: biases: 1"),
    ("softmax: {dim: 0}", "0 is the batch axis"),
    ("Dense: {units: 3, lora_rank: 2}", "lora_rank adds weights"),
    ("route: [-1, 8]", "concat: [a, b]"),
    ("Bidirectional", "bidirectional: true"),
    ("Bidirectional: {LSTM: 16}", "`- lstm: {hidden: 16, biases: 1, return: last, bidirectional: true}`"),
    (
        "Bidirectional: {layer: {GRU: {units: 16, return_sequences: true}}}",
        "`- gru: {hidden: 16, return: sequence, bidirectional: true}`",
    ),
    (
        "Bidirectional(LSTM(7), merge_mode='sum')",
        "bidirectional: true}`, then `- split: {parts: 2, axis: -1}`, then `- add`",
    ),
    ("Bidirectional: {gru: 5}", "`- gru: {hidden: 5, bidirectional: true}`"),
    ("Bidirectional: {layer: {Dense: 5}}", "write bidirectional: true in lstm, gru or rnn"),
    ("Bidirectional: {layer: {LSTM: 5}, merge_mode: ave}", "write bidirectional: true in lstm, gru or rnn"),
    ("TimeDistributed: {Dense: 4}", "`- map: [{linear: 4}]`"),
    ("TimeDistributed: {layer: {Dense: {units: 4, use_bias: false}}}", "`- map: [{linear: {out: 4, bias: false}}]`"),
    ("TimeDistributed(Flatten())", "`- map: [flatten]`"),
    ("TimeDistributed(Conv2D(8, 3))", "`- map: [{conv: {out: 8, kernel: 3}}]`"),
    ("TimeDistributed", "map:"),
]


@pytest.mark.parametrize(("step", "told"), PLAINLY)
def test_what_cannot_be_written_is_said_once_and_plainly(step: str, told: str) -> None:
    said = problems_of(spec([f"- {step}", "- relu"], [[3, 32, 32]], "CHW", False))
    helps = [diagnostic.help for diagnostic in said if told in (diagnostic.help or "")]
    assert len(helps) == 1
    assert not [diagnostic for diagnostic in said if "needs" in diagnostic.message]


CALLS: list[tuple[str, Any]] = [
    ("nn.Conv2d(3, 16, 3)", {"conv": {"out": 16, "kernel": 3}}),
    ("nn.Conv2d(3, 2*width, kernel_size=(3, 5), padding='same')", None),
    ("self.fc = nn.Linear(32, 10, bias=False)", None),
    ("layers.MaxPooling2D((2, 2))", None),
    ("keras.layers.Dropout(0.5)", None),
    ("F.softmax(x, dim=-1)", None),
]


@pytest.mark.parametrize("call", [call for call, _ in CALLS])
def test_a_call_is_one_error_that_shows_the_step(call: str) -> None:
    text = spec([f"- {call}"], [[3, 32, 32]], "CHW", False).replace("layers:\n", "vars: {width: 4}\nlayers:\n")
    (said,) = problems_of(text)
    assert (said.help or "").startswith("as ")


def test_a_norm_is_told_with_its_arguments() -> None:
    step = "- conv: {out: 4, kernel: 3, norm: {BatchNormalization: {momentum: 0.9}}}"
    said = [diagnostic.message for diagnostic in problems_of(spec([step], [[3, 32, 32]], "CHW", False))]
    assert said == ["unknown layer 'BatchNormalization'", "batch_norm has no argument 'momentum'"]
