"""Keras's words: the layers of keras.layers with their arguments. Its axes count the batch axis."""

from __future__ import annotations

from typing import Any

from archcalc.language.foreign.table import (
    Answer,
    Inside,
    Steps,
    Table,
    Turn,
    Written,
    after_batch,
    cases,
    kept,
    leave,
    listed,
    only,
    refuse,
    step_text,
)

TABLE = Table(
    "Keras",
    "_initializer _regularizer _constraint autocast dtype seed lora_alpha quantization_config"
    " gptq_unpacked_column_size flash_attention use_cudnn mask_zero noise_shape weights",
)
ACTIVATIONS = {
    "celu": "celu", "elu": "elu", "exponential": "exp", "gelu": "gelu", "glu": None, "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish", "hard_swish": "hardswish", "hard_tanh": "hardtanh", "leaky_relu": {"leaky_relu": 0.2},
    "log_sigmoid": "log_sigmoid", "log_softmax": "log_softmax", "mish": "mish", "relu": "relu", "relu6": "relu6",
    "selu": "selu", "sigmoid": "sigmoid", "silu": "silu", "swish": "silu", "softmax": "softmax",
    "softplus": "softplus", "softsign": "softsign", "tanh": "tanh",
}  # fmt: skip
"""Keras's activations, each as a layer here."""
NO_LAYER = "hard_shrink soft_shrink tanh_shrink squareplus threshold sparse_plus sparse_sigmoid sparsemax".split()


def activation(value: Any, _: Written) -> Answer:
    if value in (None, "linear"):
        return leave("without it there is none")
    if value in NO_LAYER:
        return leave(f"nothing here stands for {value}, which changes no size, parameter or multiply-add")
    return Answer({"act": (ACTIVATIONS.get(value) or value) if isinstance(value, str) else value})


def data_format(value: Any, written: Written) -> Answer:
    """A file says once where channels stand."""
    said = {"channels_last": "HWC", "channels_first": "CHW"}.get(str(value))
    if value is None or said == written.layout:
        return leave("the file says where channels stand")
    if said is None:
        return refuse("layout: HWC at the top of the file is channels last, without it shapes are channels first")
    if said == "HWC":
        return refuse("write layout: HWC at the top of the file, and shapes channels last")
    return refuse("leave out layout: HWC at the top of the file, and write shapes channels first")


def causal(value: Any, written: Written) -> Answer:
    if value != "causal":
        return Answer({"padding": value})
    kernel, dilation = (first(written.get(name, 1)) for name in ("kernel_size", "dilation_rate"))
    before = (kernel - 1) * dilation if type(kernel) is type(dilation) is int else f"({kernel} - 1) * {dilation}"
    return Answer({"padding": [[before, 0]]})


def first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def strides(value: Any, _: Written) -> Answer:
    return leave("none is what it is here") if value is None else Answer({"stride": value})


def channels(name: str) -> Turn:
    """A norm's axis: the channels."""

    def turn(value: Any, written: Written) -> Answer:
        value = first(value)
        if value in (None, -1) or (value == 1 and written.layout == "CHW"):
            return leave(f"{name} takes the channels")
        return refuse(f"not expressible: {name} takes the channels; put permute before it and after")

    return turn


def both(name: str) -> Turn:
    """``center`` or ``scale``: a norm learns both or neither."""

    def turn(value: Any, written: Written) -> Answer:
        pair = written.get("center", True), written.get("scale", True)
        if pair == (True, True):
            return leave("it is so here")
        if pair == (False, False):
            return Answer({"affine": False})
        return refuse(f"not expressible: {name} learns a factor and an offset, or with affine: false neither")

    return turn


def factor_and_offset(value: Any, written: Written) -> Answer:
    """``center`` or ``scale`` of a layer_norm, whose offset may be left out alone."""
    if (written.get("center", True), written.get("scale", True)) == (False, True):
        return Answer({"bias": False})
    return both("layer_norm")(value, written)


def last(value: Any, written: Written) -> Answer:
    if value in (None, -1, [-1]):
        return leave("the last axis is what it takes here")
    return after_batch("axis")(value, written)


def only_none(why: str) -> Turn:
    return only(None, f"not expressible: {why}")


# Convolutions

FORM = {"data_format": data_format, "activation": activation}
WINDOW = "kernel_size=kernel strides=stride padding"
CONV = f"filters=out {WINDOW} data_format dilation_rate=dilation groups activation use_bias=bias"
TABLE.layer("Conv1D Convolution1D", "conv", CONV, padding=causal, **FORM)
TABLE.layer("Conv2D Convolution2D Conv3D Convolution3D", "conv", CONV, **FORM)


def cut(value: Any, written: Written) -> Answer:
    """The padding of a transposed convolution. Without output_padding Keras gives at least input x stride positions."""
    kernel, stride = first(written.get("kernel_size")), first(written.get("strides", 1))
    if written.get("output_padding") is not None:
        return Answer({"padding": half(kernel) if value == "same" else 0})
    if value == "same":
        return Answer({"padding": "same"})
    if type(kernel) is int and type(stride) is int and kernel < stride:
        return Answer({"padding": 0, "output_padding": stride - kernel})
    return Answer({"padding": 0})


def half(kernel: Any) -> Any:
    sizes = kernel if isinstance(kernel, list) else [kernel]
    halves = [size // 2 if type(size) is int else f"({size}) // 2" for size in sizes]
    return halves if isinstance(kernel, list) else halves[0]


for rank in (1, 2, 3):
    more = "output_padding data_format" if rank < 3 else "data_format output_padding"
    TABLE.layer(
        f"Conv{rank}DTranspose Convolution{rank}DTranspose",
        "conv_transpose",
        f"filters=out {WINDOW} {more} dilation_rate=dilation activation use_bias=bias",
        {"padding": cut},
        padding=cut,
        **FORM,
    )
DEPTHWISE = f"{WINDOW} depth_multiplier=multiplier data_format dilation_rate=dilation activation use_bias=bias"
TABLE.layer("DepthwiseConv1D DepthwiseConv2D", "depthwise_conv", DEPTHWISE, **FORM)


def separable(written: Written) -> list[str] | str:
    """Keras's separable convolution: a depthwise one without bias, then one of kernel 1."""
    window = kept(
        [
            ("kernel", written.get("kernel_size")),
            ("multiplier", written.get("depth_multiplier")),
            ("stride", written.get("strides")),
            ("padding", written.get("padding")),
            ("dilation", written.get("dilation_rate")),
        ]
    )
    if window.get("padding") == "causal":
        window.update(causal("causal", written).given)
    act = activation(written.get("activation"), written)
    point = kept([("out", written.get("filters")), ("kernel", 1), ("bias", written.get("use_bias"))])
    return [step_text("depthwise_conv", {**window, "bias": False}), step_text("conv", {**point, **act.given})]


SEPARABLE = "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias"
TABLE.steps("SeparableConv1D SeparableConvolution1D SeparableConv2D SeparableConvolution2D", SEPARABLE, separable)

# Pooling

POOL = "pool_size=kernel strides=stride padding data_format name~"
for names, word in {
    "MaxPool1D MaxPooling1D MaxPool2D MaxPooling2D MaxPool3D MaxPooling3D": "max_pool",
    "AveragePooling1D AvgPool1D AveragePooling2D AvgPool2D AveragePooling3D AvgPool3D": "avg_pool",
}.items():
    TABLE.layer(
        names, word, POOL, {"kernel": 2} if word == "max_pool" else None, strides=strides, data_format=data_format
    )


for kinds, word in {
    ("GlobalAveragePooling", "GlobalAvgPool"): "global_avg_pool",
    ("GlobalMaxPooling", "GlobalMaxPool"): "global_max_pool",
}.items():
    TABLE.layer(
        " ".join(f"{kind}{rank}D" for kind in kinds for rank in (1, 2, 3)),
        word,
        "data_format keepdims",
        data_format=data_format,
        keepdims=only(False, f"write {word.replace('global', 'adaptive')}: 1, which keeps axes of 1"),
    )
for kind, word in {"AdaptiveAveragePooling": "adaptive_avg_pool", "AdaptiveMaxPooling": "adaptive_max_pool"}.items():
    names = " ".join(f"{kind}{rank}D" for rank in (1, 2, 3))
    TABLE.layer(names, word, "output_size=size data_format", data_format=data_format)

# Dense

no_adapter = only_none("lora_rank adds weights: write its two linear layers with add")
TABLE.layer(
    "Dense", "linear", "units=out activation use_bias=bias lora_rank", activation=activation, lora_rank=no_adapter
)
TABLE.layer("Embedding", "embedding", "input_dim=entries output_dim=out input_length~", lora_rank=no_adapter)
TABLE.layer(
    "ReversibleEmbedding",
    "embedding",
    "input_dim=entries output_dim=out tie_weights reverse_dtype~ logit_soft_cap~",
    tie_weights=cases(
        {
            True: leave("the step that reverses it has share: its name"),
            False: refuse("write embedding, and where it is reversed linear"),
        }
    ),
)
TABLE.say("EinsumDense", "write linear, which maps the last axis, or parameter and einsum")

# Recurrent

RETURNED = cases({True: {"return": "sequence"}, False: {"return": "last"}})
STATES = cases({False: leave("it is so here"), True: {"states": True}})
CELL = "activation~ recurrent_activation~ use_bias=bias unit_forget_bias~ dropout~ recurrent_dropout~"
RUN = (
    "return_sequences return_state go_backwards~ stateful~ unroll~ time_major~ zero_output_for_mask~ implementation~"
    " input_shape? input_dim?"
)
RETURNS = {"return_sequences": RETURNED, "return_state": STATES}
RESET = {"reset_after": cases({True: {"biases": 2}, False: {"biases": 1}})}
TABLE.layer("LSTM CuDNNLSTM", "lstm", f"units=hidden {CELL} {RUN}", {"biases": 1, "return": "last"}, **RETURNS)
TABLE.layer("GRU CuDNNGRU", "gru", f"units=hidden {CELL} {RUN}", {"return": "last"}, **RETURNS, **RESET)
TABLE.layer("SimpleRNN", "rnn", f"units=hidden {CELL} {RUN}", {"biases": 1, "return": "last"}, **RETURNS)


def cell(word: str) -> Steps:
    """A cell is one step of its layer: on a vector, a sequence of one."""

    def steps(written: Written) -> list[str]:
        biases = {True: 2, False: 1}[written.get("reset_after", True) is not False] if word == "gru" else 1
        given = kept([("hidden", written.get("units")), ("bias", written.get("use_bias"))])
        return ["- unsqueeze: 0", step_text(word, {**given, "biases": biases, "return": "last"})]

    return steps


for word, name in {"lstm": "LSTMCell", "gru": "GRUCell", "rnn": "SimpleRNNCell"}.items():
    TABLE.steps(name, f"units {CELL.replace('=bias', '')} reset_after", cell(word))
TABLE.say("RNN StackedRNNCells", "write rnn, lstm or gru, with layers: for cells that are stacked")


def both_ways(written: Written, inside: Inside) -> list[str] | None:
    """Both directions are one layer here, which joins them; other ways to merge them follow it."""
    merged = {
        "concat": [],
        "sum": ["- split: {parts: 2, axis: -1}", "- add"],
        "mul": ["- split: {parts: 2, axis: -1}", "- mul"],
        None: ["- split: {parts: 2, axis: -1}"],
    }
    mode = written.arguments.get("merge_mode", "concat")
    if inside.word not in ("lstm", "gru", "rnn") or mode not in merged:
        return None
    return [inside.text(bidirectional=True), *merged[mode]]


def on_each_slice(written: Written, inside: Inside) -> list[str]:
    body = inside.text().removeprefix("- ")
    return [f"- map: [{{{body}}}]" if inside.given else f"- map: [{body}]"]


TABLE.around(
    "Bidirectional",
    "layer merge_mode weights~ backward_layer",
    both_ways,
    "write bidirectional: true in lstm, gru or rnn, which joins both directions (merge_mode concat); for sum"
    " `- split: {parts: 2, axis: -1}` and `- add` follow",
)
TABLE.around(
    "TimeDistributed", "layer", on_each_slice, "write - map: and the steps below it: they run on every slice of axis 0"
)
CONV_LSTM = "filters=out kernel_size=kernel strides=stride padding data_format dilation_rate"
TABLE.layer(
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "conv_lstm",
    f"{CONV_LSTM} {CELL} {RUN}",
    {"padding": "valid", "return": "last"},
    data_format=data_format,
    dilation_rate=only(1, "not expressible: conv_lstm has no dilation"),
    return_sequences=RETURNED,
    return_state=only(False, "not expressible: conv_lstm gives no states; return: last is the last hidden one"),
)

# Attention

TABLE.layer(
    "MultiHeadAttention",
    "attention",
    "num_heads=heads key_dim=head_dim value_dim dropout~ use_bias=bias output_shape=out attention_axes"
    " sliding_window=window flash_attention~ use_gate",
    attention_axes=only_none("attention is along the last axis but one; put transpose before it and after"),
    use_gate=only(False, "not expressible: attention here has no gate"),
)
TABLE.layer(
    "GroupQueryAttention GroupedQueryAttention",
    "attention",
    "head_dim num_query_heads=heads num_key_value_heads=kv_heads dropout~ use_bias=bias sliding_window=window"
    " flash_attention~ use_gate",
    use_gate=only(False, "not expressible: attention here has no gate"),
)
TABLE.layer(
    "Attention",
    "scaled_dot_product_attention",
    "use_scale score_mode dropout~",
    use_scale=only(False, "not expressible: its learned scale is one parameter more: add - parameter: [1]"),
    score_mode=only("dot", "not expressible: scores here are products of queries and keys"),
)
TABLE.say("AdditiveAttention", "nothing here stands for it: scores here are products of queries and keys")

# Normalization

STATISTICS = "renorm~ renorm_clipping~ renorm_momentum~ synchronized~ fused~ virtual_batch_size~"
TABLE.layer(
    "BatchNormalization",
    "batch_norm",
    f"axis momentum~ epsilon~ center scale {STATISTICS}",
    axis=channels("batch_norm"),
    center=both("batch_norm"),
    scale=both("batch_norm"),
)
TABLE.layer(
    "LayerNormalization",
    "layer_norm",
    "axis epsilon~ center scale",
    axis=last,
    center=factor_and_offset,
    scale=factor_and_offset,
)
TABLE.layer("RMSNormalization", "rms_norm", "axis epsilon~", axis=last)
TABLE.layer(
    "GroupNormalization",
    "group_norm",
    "groups axis epsilon~ center scale",
    {"groups": 32},
    axis=channels("group_norm"),
    center=both("group_norm"),
    scale=both("group_norm"),
)
TABLE.say(
    "UnitNormalization Normalization Rescaling",
    "nothing here stands for it: leave it out: it has no weights to learn, and its output is as its input",
)
TABLE.say("SpectralNormalization", "leave it out: write the layer that it wraps; its vector is no parameter")

# Activations and regularization

TABLE.layer("ReLU", "relu", "max_value~ negative_slope~ threshold~")
TABLE.layer("LeakyReLU", "leaky_relu", "negative_slope=slope alpha=slope", {"slope": 0.3})
TABLE.layer("ELU", "elu", "alpha~")


def shared(value: Any, written: Written) -> Answer:
    """The axes that share a slope: of an image the spatial ones, in Keras counted with the batch axis."""
    if value is None:
        return refuse("not expressible: a slope for each element; write shared_axes, or parameter")
    spatial_axes = [1, 2] if written.layout == "HWC" else [2, 3]
    if value in (spatial_axes, spatial_axes[:1], [1, 2, 3] if written.layout == "HWC" else [2, 3, 4]):
        return Answer({"channels": "all"})
    return refuse("channels: all has a slope for each channel, channels: 1 one for all")


TABLE.layer("PReLU", "prelu", "", {"channels": shared}, shared_axes=shared)
TABLE.layer("Softmax", "softmax", "", axis=last)


def named(written: Written) -> list[str] | str:
    value = str(written.get("activation", "linear"))
    if value in NO_LAYER:
        return f"nothing here stands for {value}: leave it out: its output is as its input"
    found: Any = "identity" if value == "linear" else ACTIVATIONS.get(value) or value
    return [f"- {listed(found)}" if isinstance(found, dict) else f"- {found}"]


TABLE.steps("Activation", "activation", named)
TABLE.layer("Dropout AlphaDropout GaussianDropout SpatialDropout1D", "dropout", "rate=p name~", {"p": 0.5})
spatial = "rate=p data_format name~"
TABLE.layer("SpatialDropout2D SpatialDropout3D", "dropout", spatial, {"p": 0.5}, data_format=data_format)
TABLE.say(
    "GaussianNoise ActivityRegularization Masking",
    "nothing here stands for it: leave it out: it acts in training only, or not at all, and changes no figure",
)
TABLE.layer("Identity", "identity")

# Shapes

TABLE.layer("Flatten", "flatten", "", data_format=data_format)
TABLE.layer("Reshape", "reshape", "target_shape=shape")
TABLE.layer("Permute", "permute", "", dims=after_batch("order"))
TABLE.steps("RepeatVector", "n", lambda written: [step_text("expand", {"shape": [written.get("n"), -1]}, "shape")])
TABLE.layer("UpSampling1D UpSampling3D", "upsample", "size=scale", {"scale": 2}, data_format=data_format)


def resampling(value: Any, _: Written) -> Answer:
    if value in ("lanczos3", "lanczos5"):
        return refuse(f"nothing here stands for {value}")
    return Answer({"mode": value})


TABLE.layer("UpSampling2D", "upsample", "size=scale", {"scale": 2}, data_format=data_format, interpolation=resampling)


def around(word: str, argument: str, default: int) -> None:
    for rank in (1, 2, 3):
        TABLE.steps(
            f"{'ZeroPadding' if word == 'pad' else 'Cropping'}{rank}D",
            f"{'padding' if word == 'pad' else 'cropping'} data_format",
            sides(word, argument, rank, default if rank != 2 or word == "pad" else 0),
        )


def sides(word: str, argument: str, rank: int, default: int) -> Steps:
    """Padding or cropping, an entry for each spatial axis: a number, or before and after."""

    def steps(written: Written) -> list[str] | str:
        value = written.get("padding" if word == "pad" else "cropping", default)
        if not isinstance(value, list):
            value = [value] * rank
        elif rank == 1 and len(value) == 2:
            value = [value]
        entries = [*value, 0] if written.layout == "HWC" else value
        return [step_text(word, {argument: entries}, "padding")]

    return steps


around("pad", "padding", 1)
around("crop", "margins", 1)


def resized(written: Written) -> list[str]:
    size = [written.get("height"), written.get("width")]
    return [step_text("upsample", {"size": size, "mode": written.get("interpolation", "bilinear")})]


TABLE.steps("Resizing", "height width interpolation", resized)


def middle(written: Written) -> list[str] | str:
    size = [written.get("height"), written.get("width")]
    return [step_text("crop", {"size": [*size, "prev[2]"] if written.layout == "HWC" else size}, "size")]


TABLE.steps("CenterCrop RandomCrop", "height width data_format", middle)

# Merges

for names, word in {"Add": "add", "Subtract": "sub", "Multiply": "mul"}.items():
    TABLE.layer(names, word)
TABLE.say("Average", "write `- add`, or `- stack: {axis: 0}` and `- mean: 0`, which divides too")
TABLE.say("Maximum", "write `- stack: {axis: 0}`, then `- max: 0`")
TABLE.say("Minimum", "nothing here stands for it: `- stack: {axis: 0}`, then `- max: 0` costs the same")


def joined(value: Any, written: Written) -> Answer:
    """Keras's last axis is the channels; a file's are where its layout says."""
    if value not in (None, -1):
        return after_batch("axis")(value, written)
    if written.layout == "HWC":
        return leave("the channels are joined")
    return Answer({}, "without axis the channels of [C, H, W] are joined; for [T, C] write axis: -1")


TABLE.layer("Concatenate", "concat", "", {"axis": joined}, axis=joined)
TABLE.say("Dot", "write matmul, with transpose before it where the axes that are summed do not meet, or einsum")

# What is no part of a network here

TABLE.say("Input InputLayer", "the input stands at the top of the file: input: [3, 224, 224]")
TABLE.say(
    "Layer Wrapper Pipeline Lambda FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper Model Functional",
    "write the steps that it is made of, or custom: {out: [...], params: n, macs: n}",
)
TABLE.say(
    "AugMix AutoContrast CategoryEncoding ContrastLimitedAdaptiveHistogramEqualization CutMix Discretization"
    " Equalization HashedCrossing Hashing IntegerLookup MaxNumBoundingBoxes MelSpectrogram MixUp RandAugment"
    " RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform RandomErasing"
    " RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization"
    " RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Solarization"
    " STFTSpectrogram StringLookup TextVectorization",
    "nothing here stands for it: it prepares data: leave it out, and let input: be what it gives",
)
