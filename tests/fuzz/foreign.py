"""Networks in other formats at random: right ones by a small grammar, then changed as texts are."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from . import texts
from .stored import stored

NUMBERS = ("1", "2", "3", "4", "5", "8", "16", "0", "-1", "-2", "-4", "1000000", "9" * 15, "9" * 400, "1.5", "x", "")
"""Most are usual; of the others one is enough."""
USUAL = 7
ACTIVATIONS = ("leaky", "linear", "relu", "logistic", "mish", "swish", "wavy", "")
SECTIONS: dict[str, tuple[str, ...]] = {
    "convolutional": tuple(
        "filters size stride pad padding groups dilation batch_normalize activation antialiasing".split()
    ),
    "conv": ("filters", "size", "share_index", "activation", "dont_update"),
    "maxpool": ("size", "stride", "padding", "maxpool_depth", "out_channels", "antialiasing"),
    "local_avgpool": ("size", "stride"),
    "shortcut": ("from", "activation", "weights_type"),
    "route": ("layers", "groups", "group_id"),
    "upsample": ("stride",),
    "reorg": ("stride", "reverse"),
    "connected": ("output", "batch_normalize", "activation"),
    "scale_channels": ("from",),
    "local": ("filters", "size", "stride", "pad"),
    "crop": ("crop_height", "crop_width"),
    "lstm": ("output", "batch_normalize"),
    "gru": ("output", "batch_normalize"),
    "crnn": ("hidden", "output", "size", "pad"),
    "conv_lstm": ("output", "size", "pad", "peephole"),
    "implicit_add": ("filters",),
    "shift_channels": ("from",),
    **dict.fromkeys(("avgpool", "softmax", "dropout", "yolo", "region", "cost", "warp", "empty", "l2norm"), ()),
}
LAYERS: dict[str, str] = {
    "Convolution": "convolution_param { num_output: # kernel_size: # stride: # pad: # group: # dilation: # }",
    "Deconvolution": "convolution_param { num_output: # kernel_size: # stride: # }",
    "Pooling": "pooling_param { pool: AVE kernel_size: # stride: # pad: # global_pooling: true }",
    "InnerProduct": "inner_product_param { num_output: # axis: # }",
    "Concat": "concat_param { axis: # }",
    "Slice": "slice_param { axis: # slice_point: # }",
    "Eltwise": "eltwise_param { operation: MAX coeff: # }",
    "Reshape": "reshape_param { shape { dim: # dim: # dim: # } axis: # num_axes: # }",
    "Permute": "permute_param { order: # order: # order: # order: # }",
    "Flatten": "flatten_param { axis: # end_axis: # }",
    "Scale": "scale_param { axis: # num_axes: # bias_term: true }",
    "Parameter": "parameter_param { shape { dim: # dim: # } }",
    "ContrastiveLoss": "",
    "Crop": "crop_param { axis: # offset: # }",
    "LSTM": "recurrent_param { num_output: # }",
    "Tile": "tile_param { axis: # tiles: # }",
    "Reduction": "reduction_param { axis: # operation: MEAN }",
    "ROIPooling": "roi_pooling_param { pooled_h: # pooled_w: # }",
    "Python": 'python_param { module: "rpn.proposal_layer" layer: "x" }',
    "Interp": "interp_param { zoom_factor: # shrink_factor: # height: # }",
    "Upsample": "upsample_param { scale: # }",
    "SPP": "spp_param { pyramid_height: # }",
    "Data": "transform_param { crop_size: # } data_param { batch_size: # }",
    "Input": "input_param { shape { dim: # dim: # dim: # } }",
    **dict.fromkeys("ReLU BatchNorm Softmax LRN PReLU Split Accuracy Silence Bias BN Normalize MVN Warp".split(), ""),
}
OF_TWO = "Concat Eltwise Crop ROIPooling Accuracy Scale ContrastiveLoss".split()


def foreign(random_: random.Random) -> bytes:
    """The bytes of a file in one of the formats."""
    if random_.random() < 0.5:
        return stored(random_)
    text = random_.choice(FORMATS)(random_)
    if random_.random() < 0.3:
        text = texts.changed(text, random_)
    return texts.encoded(text, random_)


def number(random_: random.Random) -> str:
    return random_.choice(NUMBERS if random_.random() < 0.05 else NUMBERS[:USUAL])


def darknet(random_: random.Random) -> str:
    size = random_.choice(("8", "32", "224"))
    found = [f"[net]\nchannels=3\nheight={size}\nwidth={size}\n"]
    if random_.random() < 0.1:
        found = [random_.choice(("[net]\ninputs=16\n", "[network]\n", "[net]\nheight=0\n", ""))]
    for place in range(random_.choice((1, 3, 8, 20))):
        type = random_.choice([*SECTIONS])
        found.append(f"[{type}]\n")
        for key in SECTIONS[type]:
            if random_.random() < 0.6:
                found.append(f"{key}={value(key, place, random_)}\n")
    return "".join(found)


def value(key: str, place: int, random_: random.Random) -> str:
    if key == "activation":
        return random_.choice(ACTIVATIONS)
    if key == "weights_type":
        return random_.choice(("none", "per_layer", "per_channel"))
    if key in ("from", "layers", "share_index") and random_.random() < 0.9:
        count = random_.choice((1, 1, 2, 4)) if key != "share_index" else 1
        return ",".join(str(random_.randint(-place - 1, max(place - 1, 0))) for _ in range(count))
    return number(random_)


def caffe(random_: random.Random) -> str:
    found = ['name: "net"\ninput: "b0"\ninput_shape { dim: 1 dim: 3 dim: 16 dim: 16 }\n']
    blobs = ["b0"]
    for place in range(random_.choice((1, 3, 8, 20))):
        type = random_.choice([*LAYERS])
        reads = [random_.choice(blobs[-3:] if random_.random() < 0.9 else [*blobs, "none"]) for _ in range(2)]
        reads = (
            reads
            if type in ("Concat", "Eltwise", "Crop", "ROIPooling", "Accuracy", "Scale", "ContrastiveLoss")
            else reads[:1]
        )
        gives = [reads[0]] if random_.random() < 0.2 else [f"b{place + 1}"]
        gives += [f"c{place}"] if type == "Slice" else []
        blobs += gives
        first, *rest = LAYERS[type].split("#")
        parameters = first + "".join(number(random_) + part for part in rest)
        words = [f'name: "l{place}"', f'type: "{type}"', *(f'bottom: "{one}"' for one in reads)]
        words += [*(f'top: "{one}"' for one in gives), parameters]
        words += ["include { phase: TRAIN }"] if random_.random() < 0.03 else []
        words += ['param { name: "w" lr_mult: 0 }'] if random_.random() < 0.1 else []
        line = f"layer {{ {' '.join(words)} }}\n"
        found.append(line if random_.random() < 0.95 else f"layers {{ {line} }}\n")  # the oldest syntax
    return "".join(found)


MODULES = (
    "Conv C2f C3 C3k2 C2 C3Ghost A2C2f C2PSA PSA SPPF SPP SCDown C2fCIB RepNCSPELAN4 ELAN1 ADown AConv SPPELAN"
    " GhostConv DWConv Bottleneck Concat nn.Upsample nn.MaxPool2d nn.ZeroPad2d nn.Identity CBLinear CBFuse ResNetLayer"
    " Classify Detect Segment Pose OBB v10Detect SemanticSegment YOLOEDetect Warp"
).split()


def ultralytics(random_: random.Random) -> str:
    lines = [
        "nc: 4",
        random_.choice(("scales: {n: [0.5, 0.5, 32], l: [1, 1, 64]}", "depth_multiple: 0.5", "scales: 3")),
    ]
    for key in ("backbone", "head"):
        lines.append(f"{key}:")
        for place in range(random_.choice((1, 2, 5))):
            reads = [random_.randint(-place - 1, place) for _ in range(random_.choice((1, 1, 1, 2, 3)))]
            given = [random_.choice((number(random_), "True", "None", "nc", "[1, 2]")) for _ in range(4)]
            arguments = ", ".join(["16", *given][: random_.randint(0, 4)])
            read = reads[0] if len(reads) == 1 else reads
            lines.append(
                f"  - [{read}, {random_.choice((1, 1, 2, 3, 10**9))}, {random_.choice(MODULES)}, [{arguments}]]"
            )
    return "\n".join(lines) + "\n"


KERAS: dict[str, str] = {
    "Conv2D": "filters kernel_size strides padding dilation_rate groups activation",
    "Conv2DTranspose": "filters kernel_size strides padding output_padding",
    "DepthwiseConv2D": "kernel_size strides depth_multiplier",
    "SeparableConv2D": "filters kernel_size",
    "MaxPooling2D": "pool_size strides padding",
    "Conv1D": "filters kernel_size padding",
    "Dense": "units activation",
    "Embedding": "input_dim output_dim",
    "LSTM": "units return_sequences return_state",
    "GRU": "units reset_after",
    "BatchNormalization": "axis scale center",
    "LayerNormalization": "axis scale center",
    "GroupNormalization": "groups axis",
    "Softmax": "axis",
    "PReLU": "shared_axes",
    "SReLU": "shared_axes",
    "LocallyConnected1D": "filters kernel_size strides",
    "Deconvolution2D": "nb_filter nb_row nb_col subsample border_mode output_shape",
    "Merge": "mode layers",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    "ZeroPadding2D": "padding",
    "Cropping2D": "cropping",
    "UpSampling2D": "size interpolation",
    "Concatenate": "axis",
    "Dot": "axes",
    "MultiHeadAttention": "num_heads key_dim attention_axes output_shape",
    "Lambda": "function output_shape",
    "TFOpLambda": "function axis",
    "SlicingOpLambda": "slice_spec",
    **dict.fromkeys(
        "Flatten Add Multiply Maximum ReLU Attention GlobalAveragePooling2D Dropout Normalization Warp".split(), ""
    ),
}
FUNCTIONS = ("add", "math.multiply", "reshape", "transpose", "concat", "math.reduce_mean", "linalg.matmul", "wave")


def keras(random_: random.Random) -> str:
    shape = [None, *random_.choice(([8, 8, 3], [9, 6], [6], [4, 8, 8, 3]))]
    names = ["x"]
    layers = [node("InputLayer", "x", {"batch_input_shape": shape}, [])]
    for place in range(random_.choice((1, 3, 8, 20))):
        kind = random_.choice([*KERAS])
        reads = [random_.choice(names[-3:]) for _ in range(2 if random_.random() < 0.2 else 1)]
        calls = [[[name, int(random_.random() < 0.03), int(random_.random() < 0.05), {}] for name in reads]]
        calls *= 1 + (random_.random() < 0.05)
        config = {key: argument(key, random_) for key in KERAS[kind].split() if random_.random() < 0.8}
        if random_.random() < 0.1:
            inner = {"class_name": kind, "config": config}
            kind, config = random_.choice(("TimeDistributed", "Bidirectional", "Sequential", "RNN")), {}
            config = {"layer": inner, "cell": inner, "layers": [inner], "trainable": False}
        names.append(f"l{place}")
        layers.append(node(kind, names[-1], config, calls))
    if random_.random() < 0.3:
        whole = {"class_name": "Sequential", "config": [{**one, "inbound_nodes": []} for one in layers]}
    else:
        ends = {"input_layers": [["x", 0, 0]], "output_layers": [[names[-1], 0, 0]]}
        whole = {"class_name": "Model", "config": {"name": "net", "layers": layers, **ends}}
    return json.dumps(whole)


def node(kind: str, name: str, config: dict[str, Any], calls: list[Any]) -> dict[str, Any]:
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": calls}


def argument(key: str, random_: random.Random) -> Any:
    if key == "function":
        return random_.choice(FUNCTIONS)
    if random_.random() < 0.05:
        return random_.choice((None, "x", [], {}, [[1, 2], [0, 10**9]], 10**30, -1, 0, 1.5, True, [[[1]]]))
    if key in ("padding", "activation", "interpolation"):
        return random_.choice(("same", "valid", "causal", "relu", "softmax", "bilinear", 1))
    size = random_.choice((1, 2, 3, 4, 8))
    return random_.choice((size, size, size, [size, 2], [size] * 3, [-1, size], size > 2))


FORMATS: tuple[Callable[[random.Random], str], ...] = (darknet, caffe, ultralytics, keras)
