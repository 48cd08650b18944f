"""Models that Keras writes, with what it counts in them: ``python -m tests.importers.keras.record`` asks it again.

Needs keras with PyTorch behind it. Recorded with Keras 3.15.1.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("recorded.jsonl")
IMAGE, SEQUENCE, VIDEO = (12, 10, 6), (9, 6), (4, 8, 8, 3)
LAYERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("Conv3D(4, 3, padding='same', strides=2)", (8, 8, 8, 3)),
    ("Conv1DTranspose(4, 3, strides=2)", SEQUENCE),
    ("Conv2DTranspose(4, (4, 3), strides=(3, 2), padding='same', output_padding=(1, 1))", IMAGE),
    ("Conv3DTranspose(4, 2, strides=3)", (4, 4, 4, 3)),
    ("DepthwiseConv1D(3, depth_multiplier=2, padding='same', strides=2)", SEQUENCE),
    ("SeparableConv2D(7, (3, 5), depth_multiplier=2, padding='same', activation='relu')", IMAGE),
    ("LayerNormalization(scale=False)", IMAGE),
    ("GroupNormalization(3, scale=False)", IMAGE),
    ("GroupNormalization(3, center=False)", IMAGE),
    ("SpectralNormalization(layers.Conv2D(5, 3))", IMAGE),
    ("BatchNormalization(axis=2, center=False)", IMAGE),
    ("BatchNormalization()", (4, 5, 6, 7, 3)),
    ("Normalization(axis=None)", IMAGE),
    ("Normalization(axis=(1, 3))", IMAGE),
    ("GlobalAveragePooling1D(keepdims=True)", SEQUENCE),
    ("AdaptiveAveragePooling2D((3, 2))", IMAGE),
    ("TimeDistributed(layers.Bidirectional(layers.LSTM(4)))", (5, 9, 6)),
    ("TimeDistributed(layers.DepthwiseConv2D(3))", VIDEO),
    ("TimeDistributed(layers.TimeDistributed(layers.Conv1D(4, 3)))", (3, 4, 9, 6)),
    ("TimeDistributed(layers.Conv2DTranspose(4, 3, strides=2, padding='same'))", VIDEO),
    ("TimeDistributed(layers.Conv3D(4, 3))", (2, 5, 5, 5, 3)),
    ("EinsumDense('abc,bcde->ade', output_shape=(7, 3), bias_axes='de', activation='relu')", SEQUENCE),
    ("EinsumDense('...x,xy->...y', output_shape=7, bias_axes='y')", SEQUENCE),
    ("Bidirectional(layers.GRU(5, return_sequences=True), merge_mode='ave')", SEQUENCE),
    ("Bidirectional(layers.LSTM(5), backward_layer=layers.LSTM(7, go_backwards=True))", SEQUENCE),
    ("PReLU()", IMAGE),
    ("Softmax(axis=(1, 2))", IMAGE),
    ("Dense(5, activation=layers.LeakyReLU(0.2))", SEQUENCE),
    ("UpSampling3D((1, 2, 3))", VIDEO),
    ("CenterCrop(20, 5)", IMAGE),
    ("Cropping3D(((1, 0), (1, 2), (0, 1)))", VIDEO),
    ("ConvLSTM2D(4, 3, padding='same', strides=2, return_sequences=True)", VIDEO),
)
AGAIN = ("ConvLSTM",)
"""Whose loop Keras 3 runs once more than there are steps: their multiply-adds are not asked for."""
LEFT_OUT = ("_initializer", "_regularizer", "_constraint", "build_config")


def asked(layer: str, shape: tuple[int, ...]) -> Any:
    """What Keras writes of a model of one layer, and what it counts."""
    import keras
    import torch
    from keras import layers
    from torch.utils.flop_counter import FlopCounterMode

    x = keras.Input(shape, name="x")
    model = keras.Model(x, eval(f"layers.{layer}", {"layers": layers})(x), name="net")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = model(torch.zeros((1, *shape)))
    return {
        "layer": layer,
        "params": sum(prod(weight.shape) for weight in model.trainable_weights),
        "buffers": sum(prod(weight.shape) for weight in model.non_trainable_weights),
        "macs": None if layer.startswith(AGAIN) else counter.get_total_flops() // 2,
        "output": [*output.shape[1:]],
        "model": plain(json.loads(model.to_json())),
    }


def plain(said: Any) -> Any:
    """Without what says how weights begin and how they are held."""
    if isinstance(said, dict):
        return {key: plain(value) for key, value in said.items() if not key.endswith(LEFT_OUT)}
    return [plain(one) for one in said] if isinstance(said, list) else said


def recorded() -> list[Any]:
    return [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    RECORDED.write_text("".join(json.dumps(asked(*row)) + "\n" for row in LAYERS), encoding="utf-8")
