"""Layers of Keras 3 under its own layout, channels last: what each gives and how many weights it has.

``python -m tests.regenerate keras`` asks Keras and writes keras_layers.csv, which the tests compare with. Needs
keras (any backend). Recorded with Keras 3.15.1.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

RECORDED = Path(__file__).with_suffix(".csv")
SPATIAL = {1: [20], 2: [20, 17], 3: [10, 12, 9]}
CHANNELS = 6


class Row(NamedTuple):
    """A layer of Keras, the shapes that it reads, and the steps that stand for it here."""

    keras: str
    inputs: tuple[tuple[int, ...], ...]
    steps: str


OVER_AXES = {  # with {n} spatial axes
    "Conv{n}D(8, 3)": "[{conv: {out: 8, kernel: 3}}]",
    "Conv{n}D(8, 3, strides=2, padding='same')": "[{conv: {out: 8, kernel: 3, stride: 2, padding: same}}]",
    "Conv{n}D(9, 2, dilation_rate=2, groups=3, use_bias=False)": (
        "[{conv: {out: 9, kernel: 2, dilation: 2, groups: 3, bias: false}}]"
    ),
    "Conv{n}DTranspose(8, 3)": "[{conv_transpose: {out: 8, kernel: 3}}]",
    "Conv{n}DTranspose(8, 3, strides=2, padding='same')": (
        "[{conv_transpose: {out: 8, kernel: 3, stride: 2, padding: same}}]"
    ),
    "MaxPooling{n}D(2)": "[{max_pool: 2}]",
    "MaxPooling{n}D(3, strides=2, padding='same')": "[{max_pool: {kernel: 3, stride: 2, padding: same}}]",
    "AveragePooling{n}D(2)": "[{avg_pool: 2}]",
    "AveragePooling{n}D(3, strides=2)": "[{avg_pool: {kernel: 3, stride: 2}}]",
    "GlobalAveragePooling{n}D()": "[global_avg_pool]",
    "GlobalAveragePooling{n}D(keepdims=True)": "[{adaptive_avg_pool: 1}]",
    "GlobalMaxPooling{n}D()": "[global_max_pool]",
    "UpSampling{n}D(2)": "[{upsample: 2}]",
    "ZeroPadding{n}D(1)": "[{pad: 1}]",
    "Cropping{n}D(2)": "[{crop: {margins: 2}}]",
    "SpatialDropout{n}D(0.5)": "[{dropout: 0.5}]",
    "BatchNormalization()": "[batch_norm]",
    "LayerNormalization()": "[layer_norm]",
    "RMSNormalization()": "[rms_norm]",
    "GroupNormalization(3)": "[{group_norm: 3}]",
    "Dense(7)": "[{linear: 7}]",
    "Flatten()": "[flatten]",
    "Softmax()": "[softmax]",
    "Activation('relu')": "[relu]",
    "PReLU(shared_axes={axes})": "[{prelu: {channels: all}}]",
}
OVER_ONE_OR_TWO = {
    "DepthwiseConv{n}D(3)": "[{depthwise_conv: 3}]",
    "DepthwiseConv{n}D(3, depth_multiplier=2, strides=2, padding='same')": (
        "[{depthwise_conv: {kernel: 3, multiplier: 2, stride: 2, padding: same}}]"
    ),
    "SeparableConv{n}D(8, 3)": "[{depthwise_conv: {kernel: 3, bias: false}}, {conv: {out: 8, kernel: 1}}]",
}
OF_FRAMES = {  # five frames of {n} spatial axes
    "ConvLSTM{n}D(4, 3)": "[{conv_lstm: {out: 4, kernel: 3, padding: valid, return: last}}]",
    "ConvLSTM{n}D(4, 3, padding='same', return_sequences=True)": "[{conv_lstm: {out: 4, kernel: 3}}]",
    "TimeDistributed(Conv{n}D(8, 3))": "[{map: [{conv: {out: 8, kernel: 3}}]}]",
    "TimeDistributed(MaxPooling{n}D(2))": "[{map: [{max_pool: 2}]}]",
}
OTHERS = [
    Row("Conv2D(8, (3, 5), strides=(1, 2))", ((20, 17, 6),), "[{conv: {out: 8, kernel: [3, 5], stride: [1, 2]}}]"),
    Row("ZeroPadding2D(((1, 0), (2, 3)))", ((20, 17, 6),), "[{pad: [[1, 0], [2, 3]]}]"),
    Row("ZeroPadding1D((2, 1))", ((20, 6),), "[{pad: [[2, 1]]}]"),
    Row("Cropping2D(((1, 0), (2, 3)))", ((20, 17, 6),), "[{crop: {margins: [[1, 0], [2, 3]]}}]"),
    Row("Cropping3D((1, 2, 3))", ((10, 12, 9, 6),), "[{crop: {margins: [1, 2, 3]}}]"),
    Row(
        "UpSampling2D((2, 3), interpolation='bilinear')", ((5, 7, 6),), "[{upsample: {scale: [2, 3], mode: bilinear}}]"
    ),
    Row("CenterCrop(8, 9)", ((20, 17, 6),), "[{crop: [8, 9]}]"),
    Row("Reshape((7, 7, 256))", ((12544,),), "[{reshape: [7, 7, 256]}]"),
    Row("Permute((2, 1))", ((20, 6),), "[{permute: [1, 0]}]"),
    Row("Permute((3, 1, 2))", ((20, 17, 6),), "[{permute: [2, 0, 1]}]"),
    Row("RepeatVector(4)", ((6,),), "[{expand: [4, -1]}]"),
    Row("BatchNormalization()", ((6,),), "[batch_norm]"),
    Row("LayerNormalization(axis=[1, 2, 3])", ((5, 7, 6),), "[{layer_norm: {axis: [0, 1, 2]}}]"),
    Row("Softmax(axis=1)", ((5, 7, 6),), "[{softmax: {axis: 0}}]"),
    Row("Dense(7, use_bias=False)", ((6,),), "[{linear: {out: 7, bias: false}}]"),
    Row("LSTM(5)", ((20, 6),), "[{lstm: {hidden: 5, biases: 1, return: last}}]"),
    Row("GRU(5, return_sequences=True)", ((20, 6),), "[{gru: 5}]"),
    Row("SimpleRNN(5)", ((20, 6),), "[{rnn: {hidden: 5, biases: 1, return: last}}]"),
    Row(
        "Bidirectional(LSTM(5, return_sequences=True))",
        ((20, 6),),
        "[{lstm: {hidden: 5, biases: 1, bidirectional: true}}]",
    ),
    Row("TimeDistributed(Dense(7))", ((20, 6),), "[{map: [{linear: 7}]}]"),
    Row("TimeDistributed(Flatten())", ((5, 7, 6),), "[{map: [flatten]}]"),
    Row("MultiHeadAttention(2, 4)", ((20, 6), (20, 6)), "[{attention: {heads: 2, head_dim: 4}, from: [a, b, b]}]"),
    Row("Concatenate()", ((5, 7, 6), (5, 7, 3)), "[concat]"),
    Row("Concatenate()", ((20, 6), (20, 6)), "[concat]"),
    Row("Concatenate(axis=1)", ((5, 7, 6), (8, 7, 6)), "[{concat: {axis: 0}}]"),
    Row("Add()", ((5, 7, 6), (5, 7, 6)), "[add]"),
    Row("Multiply()", ((5, 7, 6), (1, 1, 6)), "[mul]"),
]


def over(axes: int, layers: dict[str, str], lead: tuple[int, ...] = ()) -> list[Row]:
    shape = (*lead, *SPATIAL[axes], CHANNELS)
    spatial = [*range(1, axes + 1)]
    return [
        Row(name.replace("{n}", f"{axes}").replace("{axes}", f"{spatial}"), (shape,), steps)
        for name, steps in layers.items()
    ]


ROWS = [
    *(row for axes in SPATIAL for row in over(axes, OVER_AXES)),
    *(row for axes in (1, 2) for row in over(axes, OVER_ONE_OR_TWO)),
    *(row for axes in SPATIAL for row in over(axes, OF_FRAMES, (5,))),
    *OTHERS,
]


def asked(row: Row) -> tuple[tuple[int, ...], int]:
    """What Keras says: the output's shape, and the weights, with those that are not learned."""
    import keras

    layer = eval(row.keras, vars(keras.layers))
    inputs: list[Any] = [keras.Input(shape) for shape in row.inputs]
    apart = len(inputs) == 1 or row.keras.startswith("MultiHead")
    output = layer(*inputs) if apart else layer(inputs)
    return tuple(output.shape[1:]), layer.count_params()


def recorded() -> dict[tuple[str, str], tuple[tuple[int, ...], int]]:
    """What Keras said: by layer and inputs."""
    with RECORDED.open(encoding="utf-8", newline="") as file:
        return {
            (one["keras"], one["inputs"]): (read(one["output"]), int(one["count_params"]))
            for one in csv.DictReader(file)
        }


def shown(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def read(shape: str) -> tuple[int, ...]:
    return tuple(map(int, shape.split("x")))


def key(row: Row) -> tuple[str, str]:
    return row.keras, " ".join(map(shown, row.inputs))


def main() -> None:
    with RECORDED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["keras", "inputs", "output", "count_params"])
        for row in ROWS:
            output, weights = asked(row)
            writer.writerow([*key(row), shown(output), weights])


if __name__ == "__main__":
    main()
