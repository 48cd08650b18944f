"""PyTorch's words: the modules of torch.nn with their arguments, torch.nn.functional, and functions of tensors."""

from __future__ import annotations

from typing import Any

from archcalc.language.foreign.table import (
    Answer,
    Table,
    Turn,
    Written,
    after_batch,
    kept,
    leave,
    only,
    order,
    refuse,
    show,
    step_text,
)

TABLE = Table("PyTorch", "device dtype inplace return_indices")
RECURRENT = "input_size? hidden_size=hidden num_layers=layers"
BOTH = "learns a factor and an offset, or with affine: false neither"


def sides(value: Any, written: Written) -> Answer:
    """Padding as PyTorch has it, the last axis first: (left, right, top, bottom)."""
    if not isinstance(value, list):
        return Answer({"padding": value})
    if len(value) % 2:
        return refuse("padding there is before and after of each axis, the last axis first")
    axes = [value[place : place + 2] for place in range(len(value) - 2, -1, -2)]
    return Answer({"padding": axes + [0] * (written.layout == "HWC")}, "one entry an axis, in the order of the shape")


def mode_of_padding(value: Any, _: Written) -> Answer:
    if value in (None, "zeros"):
        return leave("zeros are what is padded here")
    return leave("what is padded changes no figure")


def normalized(value: Any, _: Written) -> Answer:
    """The sizes of the last axes: ours are the axes."""
    axes = len(value) if isinstance(value, list) else 1
    if axes == 1:
        return leave("the last axis is normalised, and its size is inferred")
    return Answer({"axis": [*range(-axes, 0)]})


def slopes(value: Any, _: Written) -> Answer:
    return Answer({"channels": 1 if value == 1 else "all"})


def resampling(value: Any, _: Written) -> Answer:
    if value == "area":
        return refuse("write adaptive_avg_pool with the size that comes out")
    return Answer({"mode": "nearest" if value == "nearest-exact" else value})


def every_size(value: Any, _: Written) -> Answer:
    sizes = value if isinstance(value, list) else [value]
    if None in sizes or "None" in sizes:
        return refuse("write the size that comes out in place of none")
    return Answer({"size": value})


def pieces(value: Any, _: Written) -> Answer:
    if isinstance(value, list):
        return Answer({"sizes": value})
    return refuse("one number is the size of every piece there: write parts, how many there are")


def length(value: Any, written: Written) -> Answer:
    start = written.get("start", 0)
    known = type(value) is int and type(start) is int
    return Answer({"stop": start + value if known else f"{show(start)} + {show(value)}"})


conv = "in_channels? out_channels=out kernel_size=kernel stride padding dilation groups bias"
TABLE.layer("Conv1d Conv2d Conv3d", "conv", conv, padding_mode=mode_of_padding)
TABLE.layer("LazyConv1d LazyConv2d LazyConv3d", "conv", conv.partition(" ")[2], padding_mode=mode_of_padding)
transposed = "in_channels? out_channels=out kernel_size=kernel stride padding output_padding groups bias dilation"
TABLE.layer(
    "ConvTranspose1d ConvTranspose2d ConvTranspose3d", "conv_transpose", transposed, padding_mode=mode_of_padding
)
TABLE.layer(
    "LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d",
    "conv_transpose",
    transposed.partition(" ")[2],
    padding_mode=mode_of_padding,
)
TABLE.layer("DeformConv2d", "deform_conv", f"{conv[: conv.index(' groups')]} groups bias")
TABLE.layer("Unfold", "unfold", "kernel_size=kernel dilation padding stride")
TABLE.layer("Fold", "fold", "output_size=size kernel_size=kernel dilation padding stride")

TABLE.layer(
    "MaxPool1d MaxPool2d MaxPool3d", "max_pool", "kernel_size=kernel stride padding dilation return_indices~ ceil_mode"
)
AVERAGE = "kernel_size=kernel stride padding ceil_mode count_include_pad~ divisor_override~"
TABLE.layer("AvgPool1d AvgPool2d AvgPool3d", "avg_pool", AVERAGE)
TABLE.layer("LPPool1d LPPool2d LPPool3d", "lp_pool", "norm_type=power kernel_size=kernel stride ceil_mode")
TABLE.layer(
    "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d", "adaptive_avg_pool", "output_size", output_size=every_size
)
TABLE.layer(
    "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
    "adaptive_max_pool",
    "output_size return_indices~",
    output_size=every_size,
)
TABLE.layer(
    "FractionalMaxPool2d FractionalMaxPool3d",
    "adaptive_max_pool",
    "kernel_size~ output_size=size output_ratio return_indices~ _random_samples~",
    output_ratio=only(None, "write the size that comes out: size"),
)
TABLE.layer("MaxUnpool1d MaxUnpool2d MaxUnpool3d", "max_unpool", "kernel_size=kernel stride padding")

TABLE.layer("Linear", "linear", "in_features? out_features=out bias")
TABLE.layer("LazyLinear", "linear", "out_features=out bias")
TABLE.layer("Bilinear", "bilinear", "in1_features? in2_features? out_features=out bias")
LOOKED_UP = "padding_idx~ max_norm~ norm_type~ scale_grad_by_freq~ sparse~ _weight~ _freeze~"
TABLE.layer("Embedding", "embedding", f"num_embeddings=entries embedding_dim=out {LOOKED_UP}")
TABLE.layer(
    "EmbeddingBag",
    "embedding_bag",
    "num_embeddings=entries embedding_dim=out max_norm~ norm_type~ scale_grad_by_freq~ mode~ sparse~ _weight~"
    " include_last_offset~ padding_idx~",
)

STATISTICS = "eps~ momentum~ affine track_running_stats=track process_group~"
one_bias = only(True, f"not expressible: batch_norm {BOTH}")
TABLE.layer("BatchNorm1d BatchNorm2d BatchNorm3d", "batch_norm", f"num_features? {STATISTICS}", bias=one_bias)
TABLE.layer("SyncBatchNorm", "batch_norm", f"num_features? {STATISTICS}", bias=one_bias)
TABLE.layer("LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d", "batch_norm", STATISTICS, bias=one_bias)
one_bias = only(True, f"not expressible: instance_norm {BOTH}")
TABLE.layer(
    "InstanceNorm1d InstanceNorm2d InstanceNorm3d", "instance_norm", f"num_features? {STATISTICS}", bias=one_bias
)
TABLE.layer("LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d", "instance_norm", STATISTICS, bias=one_bias)
TABLE.layer(
    "GroupNorm",
    "group_norm",
    "num_groups=groups num_channels? eps~ affine",
    bias=only(True, f"not expressible: group_norm {BOTH}"),
)
TABLE.layer(
    "LayerNorm",
    "layer_norm",
    "normalized_shape eps~ elementwise_affine=affine bias",
    normalized_shape=normalized,
)
TABLE.layer("RMSNorm", "rms_norm", "normalized_shape eps~ elementwise_affine=affine", normalized_shape=normalized)
TABLE.layer("LocalResponseNorm CrossMapLRN2d", "local_response_norm", "size alpha~ beta~ k~")

for module in "ReLU ReLU6 SELU Sigmoid Tanh SiLU Hardsigmoid Hardswish Softsign Mish".split():
    TABLE.layer(module, module.lower())
TABLE.layer("LogSigmoid", "log_sigmoid")
TABLE.layer("ELU", "elu", "alpha~")
TABLE.layer("CELU", "celu", "alpha~")
TABLE.layer("GELU", "gelu", "approximate~")
TABLE.layer("Hardtanh", "hardtanh", "min_val~ max_val~ inplace~ min_value~ max_value~")
TABLE.layer("Softplus", "softplus", "beta~ threshold~")
TABLE.layer("LeakyReLU", "leaky_relu", "negative_slope=slope")
TABLE.layer("RReLU", "leaky_relu", "lower~ upper~")
TABLE.layer("PReLU", "prelu", "num_parameters init~", num_parameters=slopes)
TABLE.layer("GLU", "glu", "dim", dim=after_batch("axis"))
TABLE.layer("Softmax Softmin gumbel_softmax", "softmax", "dim tau~ hard~ eps~", dim=after_batch("axis"))
TABLE.layer("LogSoftmax", "log_softmax", "dim", dim=after_batch("axis"))
TABLE.layer("Softmax2d", "softmax", "", {"axis": "channels"})
for names in ("Dropout Dropout1d Dropout2d Dropout3d", "AlphaDropout FeatureAlphaDropout"):
    TABLE.layer(names, "dropout", "p training~", {"p": 0.5})
TABLE.layer("Identity", "identity", "args~ kwargs~")
TABLE.say(
    "Threshold Hardshrink Softshrink Tanhshrink",
    "nothing here stands for it: leave it out: without weights or multiply-adds, and its output is as its input",
)

for module in ("RNN", "LSTM", "GRU"):
    TABLE.layer(
        module,
        module.lower(),
        f"{RECURRENT} {'nonlinearity~ ' if module == 'RNN' else ''}bias batch_first~ dropout~ bidirectional"
        f"{' proj_size=projection' if module == 'LSTM' else ''}",
    )


def cell(word: str) -> Any:
    """A cell is one step of its layer: on a vector, a sequence of one."""

    def steps(written: Written) -> list[str]:
        given = kept([("hidden", written.get("hidden_size")), ("bias", written.get("bias"))])
        return ["- unsqueeze: 0", step_text(word, {**given, "return": "last"})]

    return steps


for word in ("rnn", "lstm", "gru"):
    TABLE.steps(f"{word.upper()}Cell", "input_size hidden_size bias nonlinearity", cell(word))
TABLE.say("RNNBase RNNCellBase", "write rnn, lstm or gru")

only_false: Turn = only(False, "not expressible: attention here has no key and value of its own beside the sequence's")
TABLE.layer(
    "MultiheadAttention",
    "attention",
    "embed_dim? num_heads=heads dropout~ bias add_bias_kv add_zero_attn kdim? vdim? batch_first~",
    add_bias_kv=only_false,
    add_zero_attn=only_false,
)
TABLE.layer(
    "scaled_dot_product_attention",
    "scaled_dot_product_attention",
    "query? key? value? attn_mask~ dropout_p~ is_causal=causal scale~ enable_gqa",
)
TRANSFORMER = "d_model? nhead=heads dim_feedforward=mlp dropout~ activation=act layer_norm_eps~ batch_first~ norm_first"
for part in ("Encoder", "Decoder"):
    TABLE.layer(
        f"Transformer{part}Layer",
        f"transformer_{part.lower()}_layer",
        TRANSFORMER,
        {"mlp": 2048, "act": "relu", "norm_first": False},
        bias=only(True, "not expressible: the block's linears and norms have biases; write a block of your own"),
    )
TABLE.say(
    "TransformerEncoder TransformerDecoder Transformer",
    "write transformer_encoder_layer or transformer_decoder_layer with repeat: beside it, then layer_norm",
)

TABLE.layer("Flatten", "flatten", "start_dim end_dim", start_dim=after_batch("start"), end_dim=after_batch("end"))
TABLE.layer("Unflatten", "unflatten", "dim unflattened_size=sizes", dim=after_batch("axis"))
for names, mode in {
    "ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d": None,
    "ReflectionPad1d ReflectionPad2d ReflectionPad3d": "reflect",
    "ReplicationPad1d ReplicationPad2d ReplicationPad3d": "replicate",
    "CircularPad1d CircularPad2d CircularPad3d": "circular",
}.items():
    TABLE.layer(names, "pad", "padding value~", kept([("mode", mode)]), padding=sides)
TABLE.layer("pad", "pad", "input? pad mode value~", pad=sides)
TABLE.layer(
    "Upsample interpolate upsample",
    "upsample",
    "size scale_factor=scale mode align_corners recompute_scale_factor~ antialias~",
    mode=resampling,
)
TABLE.layer("UpsamplingNearest2d upsample_nearest", "upsample", "size scale_factor=scale")
TABLE.layer(
    "UpsamplingBilinear2d upsample_bilinear",
    "upsample",
    "size scale_factor=scale",
    {"mode": "bilinear", "align_corners": True},
)
TABLE.layer("PixelShuffle", "pixel_shuffle", "upscale_factor=factor")
TABLE.layer("PixelUnshuffle", "pixel_unshuffle", "downscale_factor=factor")
TABLE.layer("ChannelShuffle native_channel_shuffle", "channel_shuffle", "groups")

TABLE.say(
    "Sequential layers Module Container DataParallel DistributedDataParallel",
    "write `- steps:` and its layers below it, or only the layers; for steps that are used again write a block",
)
TABLE.say(
    "ModuleList ModuleDict",
    "write its layers one after another, or below `- steps:`; for steps that are used again write a block",
)
TABLE.say("ParameterList ParameterDict", "write a step for each: - parameter: [...]")
TABLE.say(
    "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss"
    " HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss"
    " MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss"
    " TripletMarginWithDistanceLoss binary_cross_entropy binary_cross_entropy_with_logits cross_entropy kl_div"
    " multilabel_margin_loss multilabel_soft_margin_loss",
    "nothing here stands for it: leave it out: a loss is no part of the network",
)
TABLE.say(
    "AdaptiveLogSoftmaxWithLoss LinearCrossEntropyLoss linear_cross_entropy",
    "nothing here stands for it: leave the loss out, and write the linear layers that it holds",
)
TABLE.say(
    "CosineSimilarity PairwiseDistance pdist",
    "nothing here stands for it: without weights or multiply-adds; write custom: {out: [...], params: 0, macs: 0}",
)
TABLE.say(
    "normalize one_hot affine_grid grid_sample",
    "nothing here stands for it: without weights; if its output is as its input leave it out, or write"
    " custom: {out: [...], params: 0, macs: 0}",
)
TABLE.say(
    "multi_head_attention_forward",
    "write attention: {heads: ...}, which has the projections, or scaled_dot_product_attention",
)
TABLE.say("conv_tbc", "write conv, which reads [C, T]: - transpose: [0, 1] before it and after")
TABLE.say("grouped_mm scaled_mm scaled_grouped_mm", "write matmul, or for experts experts: {...}")

# Functions of tensors
TABLE.layer("cat", "concat", "tensors? dim", dim=after_batch("axis"))
TABLE.layer("stack", "stack", "tensors? dim", dim=after_batch("axis"))
for names, word in {"mean": "mean", "sum": "sum", "max amax": "max"}.items():
    TABLE.layer(names, word, "input? dim keepdim=keep", dim=after_batch("axis"))
TABLE.layer("chunk", "split", "input? chunks=parts dim", dim=after_batch("axis"))
TABLE.layer("split", "split", "split_size_or_sections dim", split_size_or_sections=pieces, dim=after_batch("axis"))
TABLE.layer("permute", "permute", "dims", dims=order)
TABLE.layer("squeeze", "squeeze", "dim", dim=after_batch("axis"))
TABLE.layer("unsqueeze", "unsqueeze", "dim", dim=after_batch("axis"))
TABLE.layer("select", "select", "dim index", dim=after_batch("axis"))
TABLE.layer("narrow", "slice", "dim start length", dim=after_batch("axis"), length=length)
TABLE.layer("roll", "roll", "shifts~ dims", dims=after_batch("axis"))
TABLE.layer("index_select gather", "take", "dim index?", dim=after_batch("axis"))
TABLE.layer("view", "reshape", "shape")
TABLE.layer("bmm mm", "matmul")
