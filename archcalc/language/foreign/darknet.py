"""Darknet's words: the sections of its cfg files and their keys."""

from __future__ import annotations

from typing import Any

from archcalc.language.foreign.table import Answer, Table, Written, step_text

TABLE = Table("Darknet", "")
ACTIVATIONS = {
    "leaky": {"leaky_relu": 0.1},
    "logistic": "sigmoid",
    "linear": None,
    "swish": "silu",
    "lrelu": {"leaky_relu": 0.1},
}


def half(kernel: Any) -> Any:
    return kernel // 2 if type(kernel) is int else f"({kernel}) // 2"


def act(written: Written, default: str) -> dict[str, Any]:
    word = str(written.get("activation", default))
    found = ACTIVATIONS.get(word, word)
    return {} if found is None else {"act": found}


def convolutional(written: Written) -> list[str]:
    """``pad: 1`` is half the kernel, and with batch_normalize there is no other bias. Activations are logistic."""
    kernel = written.get("size", 1)
    given: dict[str, Any] = {"out": written.get("filters", 1), "kernel": kernel}
    for name, word in {"stride": "stride", "groups": "groups", "dilation": "dilation"}.items():
        if written.get(name) is not None:
            given[word] = written.get(name)
    given["padding"] = half(kernel) if written.get("pad", 0) not in (0, False) else written.get("padding", 0)
    if written.get("batch_normalize", 0) not in (0, False):
        given.update(bias=False, norm="batch_norm")
    return [step_text("conv", {**given, **act(written, "logistic")})]


TABLE.steps(
    "convolutional",
    "filters size stride pad padding batch_normalize activation groups dilation",
    convolutional,
    "conv",
)


def maxpool(written: Written) -> list[str]:
    """Windows of ``size``, with so much padding that ceil(input / stride) positions come out."""
    stride = written.get("stride", 1)
    given = {"kernel": written.get("size", stride), "stride": stride}
    padding = written.get("padding")
    if padding is None:
        return [step_text("max_pool", {**given, "padding": "same"})]
    sides: list[Any] = [f"{padding} // 2", f"{padding} - {padding} // 2"]
    if type(padding) is int:
        sides = [padding // 2, padding - padding // 2]
    return [step_text("max_pool", {**given, "padding": [sides, sides]})]


TABLE.steps("maxpool", "size stride padding", maxpool, "max_pool")
TABLE.layer("avgpool", "global_avg_pool")
TABLE.layer(
    "connected", "linear", "output=out", {"out": 1}, activation=lambda value, written: Answer(act(written, "logistic"))
)


def routed(written: Written) -> str:
    layers = written.get("layers")
    several = isinstance(layers, list) or "," in str(layers)
    if written.get("groups") is not None:
        return "write `- from: NAME`, then `- split: {parts: n}`, and read one part by its name"
    if several or layers is None:
        return "name the steps and write - concat: [a, b]; for one alone - from: a"
    return "name the step and write - from: NAME"


TABLE.steps("route", "layers groups group_id", routed)
TABLE.say("shortcut", "name the step and write - add: [prev, NAME], or put the steps between under - residual:")
TABLE.layer("reorg", "pixel_unshuffle", "stride=factor")
TABLE.layer("upsample", "upsample", "stride=scale", {"scale": 2})
TABLE.layer("dropout", "dropout", "probability=p", {"p": 0.5})
TABLE.say("net network", "the input stands at the top of the file: input: [3, 416, 416]")
TABLE.say(
    "yolo region detection cost",
    "nothing here stands for it: leave it out: it has no weights, and reads boxes out of what comes",
)
