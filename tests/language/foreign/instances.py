"""Small instances of the frameworks' layers: a name, its arguments, and the shapes that it reads without a batch axis.

Each argument that a figure depends on has an instance in which it is not its default.
"""

from __future__ import annotations

from typing import Any

Instance = tuple[Any, ...]

LINE, IMAGE, VOLUME, SEQUENCE, VECTOR, INDICES = [4, 15], [4, 12, 15], [4, 9, 9, 9], [7, 6], [6], [5]
FIRST = {"batch_first": True}
RANKS = {"1d": LINE, "2d": IMAGE, "3d": VOLUME}


def pytorch() -> list[Instance]:
    found: list[Instance] = []
    for rank, shape in RANKS.items():
        conv = {"in_channels": 4, "out_channels": 8, "kernel_size": 3}
        for name in ("Conv", "ConvTranspose"):
            for more in (
                {},
                {"stride": 2, "padding": 1},
                {"padding": 2, "dilation": 2},
                {"groups": 2},
                {"bias": False},
                {"kernel_size": [3] * (len(shape) - 1), "padding_mode": "zeros", "dtype": None},
            ):
                found.append((f"{name}{rank}", {**conv, **more}, shape))
        found.append((f"Conv{rank}", {**conv, "padding": "same", "padding_mode": "circular"}, shape))
        found.append((f"ConvTranspose{rank}", {**conv, "stride": 2, "output_padding": 1}, shape))
        lazy = {"out_channels": 8, "kernel_size": 3}
        found += [(f"LazyConv{rank}", lazy, shape), (f"LazyConvTranspose{rank}", lazy, shape)]
        for more in ({}, {"stride": 2}, {"padding": 1, "stride": 2, "ceil_mode": True}, {"stride": None}):
            found.append((f"MaxPool{rank}", {"kernel_size": 3, **more}, shape))
            found.append((f"AvgPool{rank}", {"kernel_size": 3, **more}, shape))
        found.append((f"MaxPool{rank}", {"kernel_size": 2, "dilation": 2, "return_indices": False}, shape))
        found.append((f"AvgPool{rank}", {"kernel_size": 2, "count_include_pad": False}, shape))
        found.append((f"LPPool{rank}", {"norm_type": 2, "kernel_size": 3, "stride": 2, "ceil_mode": True}, shape))
        found.append((f"AdaptiveAvgPool{rank}", {"output_size": 3}, shape))
        found.append((f"AdaptiveMaxPool{rank}", {"output_size": [2] * (len(shape) - 1)}, shape))
        for more in ({}, {"affine": False}, {"track_running_stats": False, "momentum": 0.2, "eps": 0.1}):
            found.append((f"BatchNorm{rank}", {"num_features": 4, **more}, shape))
            found.append((f"InstanceNorm{rank}", {"num_features": 4, **more}, shape))
            found.append((f"LazyBatchNorm{rank}", more, shape))
        found.append((f"InstanceNorm{rank}", {"num_features": 4, "affine": True}, shape))
        axes = len(shape) - 1
        for name in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
            found.append((f"{name}{rank}", {"padding": 2}, shape))
            found.append((f"{name}{rank}", {"padding": [*range(1, 1 + 2 * axes)]}, shape))
        found.append((f"ConstantPad{rank}", {"padding": [*range(1, 1 + 2 * axes)], "value": 1.5}, shape))
        found.append((f"Dropout{rank}", {"p": 0.3}, shape))
    found += [
        ("Identity", {}, IMAGE),
        ("Linear", {"in_features": 6, "out_features": 10}, SEQUENCE),
        ("Linear", {"in_features": 6, "out_features": 10, "bias": False}, VECTOR),
        ("LazyLinear", {"out_features": 10}, VECTOR),
        ("Bilinear", {"in1_features": 6, "in2_features": 6, "out_features": 3}, VECTOR, VECTOR),
        ("Embedding", {"num_embeddings": 30, "embedding_dim": 8, "padding_idx": 0}, INDICES),
        ("EmbeddingBag", {"num_embeddings": 30, "embedding_dim": 8, "mode": "sum"}, INDICES),
        ("SyncBatchNorm", {"num_features": 4}, IMAGE),
        ("GroupNorm", {"num_groups": 2, "num_channels": 4}, IMAGE),
        ("GroupNorm", {"num_groups": 2, "num_channels": 4, "affine": False}, IMAGE),
        ("LayerNorm", {"normalized_shape": 6}, SEQUENCE),
        ("LayerNorm", {"normalized_shape": [6]}, SEQUENCE),
        ("LayerNorm", {"normalized_shape": [12, 15]}, IMAGE),
        ("LayerNorm", {"normalized_shape": [4, 12, 15], "bias": False}, IMAGE),
        ("LayerNorm", {"normalized_shape": 6, "elementwise_affine": False}, SEQUENCE),
        ("RMSNorm", {"normalized_shape": 6, "eps": 1e-6}, SEQUENCE),
        ("RMSNorm", {"normalized_shape": [12, 15]}, IMAGE),
        ("LocalResponseNorm", {"size": 5, "alpha": 0.1, "beta": 0.5, "k": 2.0}, IMAGE),
        ("CrossMapLRN2d", {"size": 5}, IMAGE),
        ("PReLU", {}, IMAGE),
        ("PReLU", {"num_parameters": 4, "init": 0.1}, IMAGE),
        ("LeakyReLU", {"negative_slope": 0.2, "inplace": True}, IMAGE),
        ("RReLU", {"lower": 0.1}, IMAGE),
        ("GLU", {}, SEQUENCE),
        ("GLU", {"dim": 1}, IMAGE),
        ("GLU", {"dim": 2}, IMAGE),
        ("Softmax", {"dim": 1}, IMAGE),
        ("LogSoftmax", {"dim": -1}, VECTOR),
        ("Softmin", {"dim": 2}, IMAGE),
        ("Softmax2d", {}, IMAGE),
        ("Dropout", {"p": 0.1, "inplace": True}, IMAGE),
        ("Dropout", {}, IMAGE),
        ("AlphaDropout", {"p": 0.1}, IMAGE),
        ("FeatureAlphaDropout", {}, IMAGE),
        ("Hardtanh", {"min_val": -2.0}, IMAGE),
        ("GELU", {"approximate": "tanh"}, IMAGE),
        ("ELU", {"alpha": 0.5}, IMAGE),
        ("CELU", {"alpha": 0.5}, IMAGE),
        ("Softplus", {"beta": 2.0}, IMAGE),
        ("Flatten", {}, IMAGE),
        ("Flatten", {"start_dim": 2}, IMAGE),
        ("Flatten", {"start_dim": 1, "end_dim": 2}, IMAGE),
        ("Unflatten", {"dim": 1, "unflattened_size": [2, 3]}, VECTOR),
        ("Unfold", {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2}, IMAGE),
        ("Fold", {"output_size": [8, 8], "kernel_size": 2, "stride": 2}, [16, 16]),
        ("Upsample", {"scale_factor": 2}, IMAGE),
        ("Upsample", {"size": [20, 30], "mode": "bilinear", "align_corners": True}, IMAGE),
        ("Upsample", {"scale_factor": 2, "mode": "nearest-exact"}, IMAGE),
        ("UpsamplingNearest2d", {"scale_factor": 3}, IMAGE),
        ("UpsamplingBilinear2d", {"scale_factor": 2}, IMAGE),
        ("PixelShuffle", {"upscale_factor": 2}, IMAGE),
        ("PixelUnshuffle", {"downscale_factor": 3}, IMAGE),
        ("ChannelShuffle", {"groups": 2}, IMAGE),
        ("FractionalMaxPool2d", {"kernel_size": 2, "output_size": 5}, IMAGE),
        ("MultiheadAttention", {"embed_dim": 6, "num_heads": 2}, SEQUENCE),
        ("MultiheadAttention", {"embed_dim": 6, "num_heads": 3, "bias": False, "batch_first": True}, SEQUENCE),
        (
            "MultiheadAttention",
            {"embed_dim": 6, "num_heads": 2, "kdim": 4, "vdim": 5, "batch_first": True},
            SEQUENCE, [9, 4], [9, 5],
        ),
        ("RNNCell", {"input_size": 6, "hidden_size": 9, "nonlinearity": "relu"}, VECTOR),
        ("LSTMCell", {"input_size": 6, "hidden_size": 9}, VECTOR),
        ("GRUCell", {"input_size": 6, "hidden_size": 9, "bias": False}, VECTOR),
        ("TransformerEncoderLayer", {"d_model": 6, "nhead": 2, "batch_first": True}, SEQUENCE),
        (
            "TransformerEncoderLayer",
            {"d_model": 6, "nhead": 2, "dim_feedforward": 12, "activation": "gelu", "norm_first": True, **FIRST},
            SEQUENCE,
        ),
    ]  # fmt: skip
    for name in ("RNN", "LSTM", "GRU"):
        size = {"input_size": 6, "hidden_size": 9}
        for more in (
            {},
            {"num_layers": 2, "bidirectional": True, "batch_first": True},
            {"bias": False, "dropout": 0.1},
        ):
            found.append((name, {**size, **more}, SEQUENCE))
    found.append(("RNN", {"input_size": 6, "hidden_size": 9, "nonlinearity": "relu"}, SEQUENCE))
    found.append(("LSTM", {"input_size": 6, "hidden_size": 9, "proj_size": 4}, SEQUENCE))
    names = "ReLU ReLU6 SELU Sigmoid Tanh SiLU Hardsigmoid Hardswish Softsign Mish LogSigmoid"
    found += [(name, {}, IMAGE) for name in names.split()]
    return found


WINDOWS = [(3, 1, "valid"), (3, 2, "valid"), (2, 3, "valid"), (3, 2, "same"), (4, 2, "same")]
WINDOWS += [(5, 2, "same"), (2, 3, "same"), (1, 2, "same"), (3, 1, "same")]


def keras() -> list[Instance]:
    found: list[Instance] = []
    line, image, volume = [15, 4], [12, 15, 4], [9, 9, 9, 4]
    for rank, shape in {"1D": line, "2D": image, "3D": volume}.items():
        axes = len(shape) - 1
        for more in (
            {},
            {"strides": 2, "padding": "same"},
            {"dilation_rate": 2, "padding": "valid"},
            {"use_bias": False, "activation": "relu"},
            {"kernel_size": [3] * axes, "activation": "linear"},
        ):
            found.append((f"Conv{rank}", {"filters": 8, "kernel_size": 3, **more}, shape))
            if rank != "3D":
                found.append((f"DepthwiseConv{rank}", {"kernel_size": 3, **more}, shape))
                found.append((f"SeparableConv{rank}", {"filters": 8, "kernel_size": 3, **more}, shape))
        found.append((f"Conv{rank}", {"filters": 8, "kernel_size": 3, "groups": 2}, shape))
        if rank != "3D":
            found.append((f"DepthwiseConv{rank}", {"kernel_size": 3, "depth_multiplier": 2}, shape))
            found.append((f"SeparableConv{rank}", {"filters": 8, "kernel_size": 3, "depth_multiplier": 2}, shape))
        for kernel, stride, padding in WINDOWS:
            window = {"filters": 8, "kernel_size": kernel, "strides": stride, "padding": padding}
            found.append((f"Conv{rank}Transpose", window, shape))
        found.append((f"Conv{rank}Transpose", {"filters": 8, "kernel_size": 2, "strides": 3}, shape))
        output = {"filters": 8, "kernel_size": 3, "strides": 2, "output_padding": 1, "use_bias": False}
        found.append((f"Conv{rank}Transpose", {**output, "padding": "same"}, shape))
        found.append((f"Conv{rank}Transpose", {**output, "padding": "valid", "activation": "tanh"}, shape))
        same = {"padding": "same"}
        for kind in ("MaxPooling", "AveragePooling", "MaxPool", "AvgPool"):
            for more in ({}, {"strides": 1}, same, {**same, "strides": 2}, {"strides": None}):
                found.append((f"{kind}{rank}", {"pool_size": 3, **more}, shape))
        found.append((f"MaxPooling{rank}", {}, shape))
        for name in (
            f"GlobalAveragePooling{rank}",
            f"GlobalMaxPooling{rank}",
            f"GlobalAvgPool{rank}",
            f"GlobalMaxPool{rank}",
        ):
            found.append((name, {}, shape))
            found.append((name, {"keepdims": False}, shape))
        found.append((f"AdaptiveAveragePooling{rank}", {"output_size": 3}, shape))
        found.append((f"AdaptiveMaxPooling{rank}", {"output_size": 3}, shape))
        found.append((f"UpSampling{rank}", {"size": 3}, shape))
        found.append((f"UpSampling{rank}", {}, shape))
        for name, word in (("ZeroPadding", "padding"), ("Cropping", "cropping")):
            found.append((f"{name}{rank}", {}, shape))
            found.append((f"{name}{rank}", {word: 2}, shape))
            sides = [[1 + axis, 2] for axis in range(axes)]
            found.append((f"{name}{rank}", {word: sides[0] if rank == "1D" else sides}, shape))
        found.append((f"SpatialDropout{rank}", {"rate": 0.2}, shape))
        window = {"filters": 5, "kernel_size": 3}
        for more in (
            {},
            {"padding": "same", "return_sequences": True},
            {"strides": 2, "padding": "same", "use_bias": False},
        ):
            found.append((f"ConvLSTM{rank}", {**window, **more}, [4, *shape]))
    found += [
        ("Conv1D", {"filters": 8, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, line),
        ("Conv1D", {"filters": 8, "kernel_size": 3, "padding": "causal"}, line),
        ("Conv2D", {"filters": 8, "kernel_size": 3, "kernel_initializer": "zeros", "bias_constraint": None}, image),
        ("Conv2D", {"filters": 8, "kernel_size": [1, 3], "strides": [1, 2], "data_format": "channels_last"}, image),
        ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, image),
        ("ZeroPadding2D", {"padding": [1, 2]}, image),
        ("Cropping2D", {"cropping": [1, 2]}, image),
        ("Dense", {"units": 10}, VECTOR),
        ("Dense", {"units": 10, "activation": "softmax", "use_bias": False}, SEQUENCE),
        ("Dense", {"units": 10, "activation": "leaky_relu", "kernel_regularizer": "l2"}, SEQUENCE),
        ("Dense", {"units": 10, "activation": "swish"}, SEQUENCE),
        ("Embedding", {"input_dim": 30, "output_dim": 8, "mask_zero": True}, INDICES),
        ("ReversibleEmbedding", {"input_dim": 30, "output_dim": 8}, INDICES),
        ("LayerNormalization", {}, SEQUENCE),
        ("LayerNormalization", {"axis": 2, "epsilon": 1e-6}, SEQUENCE),
        ("LayerNormalization", {"axis": [1, 2]}, SEQUENCE),
        ("LayerNormalization", {"center": False}, SEQUENCE),
        ("LayerNormalization", {"center": False, "scale": False}, SEQUENCE),
        ("RMSNormalization", {}, SEQUENCE),
        ("RMSNormalization", {"axis": 1}, SEQUENCE),
        ("BatchNormalization", {}, image),
        ("BatchNormalization", {"axis": -1, "momentum": 0.9, "epsilon": 1e-5}, image),
        ("BatchNormalization", {"center": False, "scale": False}, image),
        ("GroupNormalization", {"groups": 2}, image),
        ("GroupNormalization", {}, [5, 5, 64]),
        ("GroupNormalization", {"groups": 2, "center": False, "scale": False}, image),
        ("LeakyReLU", {}, image),
        ("LeakyReLU", {"negative_slope": 0.1}, image),
        ("ReLU", {"max_value": 6.0}, image),
        ("ELU", {"alpha": 0.5}, image),
        ("PReLU", {"shared_axes": [1, 2]}, image),
        ("Softmax", {}, image),
        ("Softmax", {"axis": 1}, image),
        ("Activation", {"activation": "relu"}, image),
        ("Activation", {"activation": "swish"}, image),
        ("Activation", {"activation": "leaky_relu"}, image),
        ("Activation", {"activation": "linear"}, image),
        ("Activation", {"activation": "hard_silu"}, image),
        ("Dropout", {"rate": 0.3, "seed": 1}, image),
        ("GaussianDropout", {"rate": 0.3}, image),
        ("AlphaDropout", {"rate": 0.3}, image),
        ("Identity", {}, image),
        ("Flatten", {}, image),
        ("Reshape", {"target_shape": [12, 60]}, image),
        ("Reshape", {"target_shape": [-1, 4]}, image),
        ("Permute", {"dims": [2, 1]}, SEQUENCE),
        ("Permute", {"dims": [3, 1, 2]}, image),
        ("RepeatVector", {"n": 5}, VECTOR),
        ("Resizing", {"height": 20, "width": 31}, image),
        ("Resizing", {"height": 20, "width": 31, "interpolation": "nearest"}, image),
        ("CenterCrop", {"height": 5, "width": 6}, image),
        ("Add", {}, image, image),
        ("Subtract", {}, image, image),
        ("Multiply", {}, image, image),
        ("Concatenate", {}, image, [12, 15, 3]),
        ("Concatenate", {"axis": 1}, image, [7, 15, 4]),
        ("Concatenate", {"axis": -1}, image, image),
        ("Maximum", {}, image, image),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 5}, SEQUENCE),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 5, "use_bias": False, "output_shape": 11}, SEQUENCE),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 5, "value_dim": 3, "dropout": 0.1}, SEQUENCE),
        ("GroupQueryAttention", {"head_dim": 5, "num_query_heads": 4, "num_key_value_heads": 2}, SEQUENCE),
        ("Attention", {}, SEQUENCE, SEQUENCE, SEQUENCE),
        ("GRU", {"units": 9, "reset_after": False}, SEQUENCE),
        ("GRU", {"units": 9, "reset_after": True, "go_backwards": True}, SEQUENCE),
        ("GRUCell", {"units": 9}, VECTOR),
        ("GRUCell", {"units": 9, "reset_after": False}, VECTOR),
        ("LSTMCell", {"units": 9, "use_bias": False}, VECTOR),
        ("SimpleRNNCell", {"units": 9}, VECTOR),
    ]
    for name in ("GRU", "LSTM", "SimpleRNN"):
        for more in (
            {},
            {"return_sequences": True, "stateful": False},
            {"use_bias": False, "dropout": 0.1},
            {"return_state": True},
        ):
            found.append((name, {"units": 9, **more}, SEQUENCE))
    return found


PYTORCH, KERAS = pytorch(), keras()
