"""The words of Keras 1 as those of Keras 2, so that a layer has one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS = {
    "nb_filter": "filters", "subsample": "strides", "border_mode": "padding", "bias": "use_bias",
    "atrous_rate": "dilation_rate", "inner_activation": "recurrent_activation", "subsample_length": "strides",
    "filter_length": "kernel_size", "pool_length": "pool_size", "stride": "strides", "p": "rate",
}  # fmt: skip
"""Arguments of Keras 1, as Keras 2 calls them."""
CLASSES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D", "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D", "Deconvolution2D": "Conv2DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D", "SeparableConvolution1D": "SeparableConv1D",
    "TimeDistributedDense": "Dense", "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D", "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D", "Convolution3DTranspose": "Conv3DTranspose",
    "Convolution1DTranspose": "Conv1DTranspose", "GroupedQueryAttention": "GroupQueryAttention",
    **{f"GlobalAvgPool{rank}D": f"GlobalAveragePooling{rank}D" for rank in (1, 2, 3)},
    **{f"GlobalMaxPool{rank}D": f"GlobalMaxPooling{rank}D" for rank in (1, 2, 3)},
}  # fmt: skip
"""Other names of classes."""
SIGNS = "nb_filter border_mode dim_ordering inner_activation pool_length".split()
"""Arguments that only Keras 1 has."""
OF_UNITS = frozenset("Dense LSTM GRU SimpleRNN Highway MaxoutDense".split())
AXES = ("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")


def modern(kind: str, config: Any) -> tuple[str, Any]:
    """A class and its arguments in the words of Keras 2."""
    kind = CLASSES.get(kind, kind)
    if not isinstance(config, Mapping):
        return kind, config
    old = any(word in config for word in SIGNS)
    old = old or (kind in OF_UNITS and "output_dim" in config) or (kind == "Dropout" and "p" in config)
    if not old:
        return kind, config
    found = {WORDS.get(word, word): value for word, value in config.items()}
    if kind in OF_UNITS and "output_dim" in found:
        found["units"] = found.pop("output_dim")
    for axes in AXES:
        if all(axis in config for axis in axes):
            found["kernel_size"] = [config[axis] for axis in axes]
    if config.get("dim_ordering") in ("th", "tf"):
        found["data_format"] = "channels_first" if config["dim_ordering"] == "th" else "channels_last"
    if kind in ("LSTM", "GRU", "SimpleRNN"):
        found.setdefault("use_bias", True)
    if kind == "UpSampling1D" and "length" in found:
        found["size"] = found["length"]
    return kind, found
