"""Caffe's words: the layers of its prototxt files and their parameters."""

from __future__ import annotations

from typing import Any

from archcalc.language.foreign.table import (
    Answer,
    Table,
    Written,
    after_batch,
    cases,
    leave,
    only,
    order,
    refuse,
    step_text,
)

TABLE = Table("Caffe", "_filler engine lr_mult decay_mult")
PARTS = "kernel_h kernel_w stride_h stride_w pad_h pad_w"


def pair(word: str, height: str, width: str) -> dict[str, Any]:
    """``kernel_h`` and ``kernel_w`` as ``kernel: [h, w]``."""

    def turn(_: Any, written: Written) -> Answer:
        return Answer({word: [written.get(height, 1), written.get(width, 1)]})

    return {height: turn, width: turn}


WINDOW = {
    **pair("kernel", "kernel_h", "kernel_w"),
    **pair("stride", "stride_h", "stride_w"),
    **pair("padding", "pad_h", "pad_w"),
}
FILTERS = "num_output=out kernel_size=kernel stride pad=padding dilation group=groups bias_term=bias axis~"
TABLE.layer("Convolution", "conv", FILTERS, **WINDOW)
TABLE.layer("Deconvolution", "conv_transpose", FILTERS, **WINDOW)
TABLE.layer(
    "InnerProduct",
    "linear",
    "num_output=out bias_term=bias transpose~",
    axis=only(1, "write flatten with start: and end: before it"),
)


def pooling(written: Written) -> list[str] | str:
    """Caffe's windows stick out, and start one position apart where no stride is said."""
    kind = str(written.get("pool", "MAX")).upper()
    if kind not in ("MAX", "AVE", "0", "1"):
        return f"nothing here stands for a pool of {kind}"
    word = "max" if kind in ("MAX", "0") else "avg"
    if written.get("global_pooling", False) is True:
        return [f"- global_{word}_pool"]
    given: dict[str, Any] = {"kernel": written.get("kernel_size")}
    given["stride"] = written.get("stride", 1)
    given["padding"] = written.get("pad", 0)
    for name, (height, width) in {"kernel": ("kernel_h", "kernel_w"), "stride": ("stride_h", "stride_w")}.items():
        if written.get(height) is not None:
            given[name] = [written.get(height), written.get(width)]
    if written.get("pad_h") is not None:
        given["padding"] = [written.get("pad_h"), written.get("pad_w")]
    if given["kernel"] is None:
        return "write max_pool or avg_pool with kernel, stride and ceil_mode: true"
    if written.get("round_mode", "CEIL") not in ("FLOOR", 1):
        given["ceil_mode"] = True
    return [step_text(f"{word}_pool", given)]


TABLE.steps("Pooling", f"pool pad {PARTS} kernel_size stride global_pooling round_mode", pooling)
TABLE.layer("LRN", "local_response_norm", "local_size=size alpha~ beta~ k~ norm_region~", {"size": 5})
TABLE.layer("BatchNorm", "batch_norm", "use_global_stats~ moving_average_fraction~ eps~", {"affine": False})
TABLE.layer(
    "Scale",
    "layer_scale",
    "num_axes~",
    axis=after_batch("axis"),
    bias_term=cases(
        {
            False: leave("it is so here"),
            True: refuse("after BatchNorm leave Scale out and write batch_norm, which has factor and offset"),
        }
    ),
)
TABLE.layer("ReLU", "relu", "negative_slope~")
TABLE.layer(
    "PReLU", "prelu", "", {"channels": "all"}, channel_shared=cases({True: {"channels": 1}, False: {"channels": "all"}})
)
TABLE.layer("ELU", "elu", "alpha~")
TABLE.layer("TanH", "tanh")
TABLE.layer("AbsVal", "abs")
TABLE.layer("Exp", "exp", "base~ scale~ shift~")
TABLE.layer("Log", "log", "base~ scale~ shift~")
TABLE.say("Power Threshold Bias BNLL", "nothing here stands for it: its output is as its input: leave it out")
TABLE.layer("Softmax", "softmax", "", axis=after_batch("axis"))
TABLE.layer("Dropout", "dropout", "dropout_ratio=p", {"p": 0.5})
TABLE.layer("Concat", "concat", "", axis=after_batch("axis"), concat_dim=after_batch("axis"))


def merged(written: Written) -> list[str] | str:
    operation = str(written.get("operation", "SUM")).upper()
    if operation == "MAX":
        return ["- stack: {axis: 0}", "- max: 0"]
    return [{"PROD": "- mul", "SUM": "- add"}.get(operation, "- add")]


TABLE.steps("Eltwise", "operation coeff stable_prod_grad", merged)
TABLE.layer("Flatten", "flatten", "", axis=after_batch("start"), end_axis=after_batch("end"))
TABLE.layer("Permute", "permute", "", order=order)
TABLE.say("Slice", "write split with sizes: or parts:, which give a tensor each")
TABLE.say("Split", "leave it out: a tensor may be read by several steps: give the step that makes it a name")
TABLE.layer(
    "Embed",
    "embedding",
    "num_output=out input_dim=entries bias_term",
    bias_term=only(False, "not expressible: embedding has no bias; Caffe's has one unless bias_term: false"),
)
TABLE.say(
    "Input Data ImageData MemoryData HDF5Data DummyData",
    "the input stands at the top of the file: input: [3, 224, 224]",
)
TABLE.say(
    "Accuracy SoftmaxWithLoss EuclideanLoss HingeLoss SigmoidCrossEntropyLoss InfogainLoss ContrastiveLoss"
    " MultinomialLogisticLoss Silence",
    "nothing here stands for it: leave it out: a loss is no part of the network",
)
