"""Rules of operators on each element: functions, arithmetic, comparisons; reductions."""

from __future__ import annotations

from math import inf, prod
from typing import Any

from archcalc.importers.graphs.samples import Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.operation import Operation, Rule, other
from archcalc.importers.onnx.products import learned, plus
from archcalc.importers.pytorch import elementwise as torch_elementwise
from archcalc.layers.base import Arguments

FUNCTIONS = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus", "Softsign": "softsign",
    "HardSigmoid": "hardsigmoid", "HardSwish": "hardswish", "Elu": "elu", "Selu": "selu", "Celu": "celu",
    "Mish": "mish", "Gelu": "gelu", "Exp": "exp", "Log": "log", "Sqrt": "sqrt", "Sin": "sin", "Cos": "cos",
    "Abs": "abs", "Swish": "silu", "QuickGelu": "gelu", "FastGelu": "gelu", "BiasGelu": "gelu",
}  # fmt: skip
"""Functions that layers are called after."""

KEPT = (
    "Identity Dropout Cast CastLike QuantizeLinear DequantizeLinear Neg Reciprocal Floor Ceil Round Sign Erf Not IsNaN"
    " IsInf Sinh Cosh Tan Asin Acos Atan Asinh Acosh Atanh CumSum Trilu Hardmax Shrink ThresholdedRelu Bernoulli"
    " RotaryEmbedding ReverseSequence DynamicQuantizeLinear BitwiseNot BitCast CumProd"
).split()

SILENT = frozenset(
    "Identity Dropout Cast CastLike BitCast QuantizeLinear DequantizeLinear DynamicQuantizeLinear".split()
)
"""What changes nothing when nobody trains, and is left out without a word."""

TWO = (
    "Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Mod Max Min Where Pow BitShift BitwiseAnd BitwiseOr"
    " BitwiseXor PRelu Mean"
).split()


def function(op: Operation) -> Tensor:
    x = op.tensor()
    bias = op.optional(1)
    if bias is not None and op.type in ("FastGelu", "BiasGelu"):
        x = plus(op, x, bias)
    return op.recorder.layer(FUNCTIONS[op.type], {}, x)


def kept(op: Operation) -> Any:
    """What leaves a tensor as large as it is; its other outputs are masks, scales and the like."""
    x = op.tensor()
    if op.type not in SILENT:
        op.drop(x)
    x = Tensor(x.shape, value=x.value, batch=x.batch, weight=x.weight, numbers=x.numbers, dtype=x.dtype)
    others = [Tensor(x.shape, dtype="bool") for _ in op.read[1:]]
    return [x, *others] if others else x


def leaky_relu(op: Operation) -> Tensor:
    slope = op.get("alpha", 0.01)
    return op.recorder.layer("leaky_relu", {} if abs(slope - 0.01) < 1e-7 else {"slope": round(slope, 7)}, op.tensor())


def prelu(op: Operation) -> Tensor:
    x, slope = op.tensor(0), op.tensor(1)
    if not learned(slope):
        return op.drop(x)
    channels = x.shape[1] if len(x.shape) > 1 else 1
    if prod(slope.shape) not in (1, channels):  # a slope for each position
        return op.recorder.together("mul", [x, slope])
    return op.recorder.layer("prelu", {"channels": "all"} if prod(slope.shape) > 1 else {}, x, [slope])


def clip(op: Operation) -> Tensor:
    low, high = (bound(op, name, place) for name, place in (("min", 1), ("max", 2)))
    kinds = {(0, 6): "relu6", (0, inf): "relu", (-1, 1): "hardtanh"}
    kind = kinds.get((low, high))
    return op.drop(op.tensor()) if kind is None else op.recorder.layer(kind, {}, op.tensor())


def bound(op: Operation, name: str, place: int) -> Any:
    end = -inf if name == "min" else inf
    tensor = op.optional(place)
    found = op.get(name, end) if tensor is None else (tensor.numbers or [None])[0]
    return end if found is None or (isinstance(found, (int, float)) and abs(found) > 1e30) else found


def activated(op: Operation, x: Tensor) -> Tensor:
    """The activation of an operator that a tool has fused with it."""
    kind = op.get("activation", "")
    if not kind:
        return x
    numbers = op.get("activation_params", [])
    if kind == "Clip":
        low, high = (*numbers, -inf, inf)[:2]
        return clip(op.with_type("Clip", [x], min=low, max=high))
    if kind == "LeakyRelu":
        return leaky_relu(op.with_type("LeakyRelu", [x], alpha=(*numbers, 0.01)[0]))
    if kind not in FUNCTIONS:
        raise Unreadable(f"{op.type} with {kind}")
    return function(op.with_type(kind, [x]))


def softmax(op: Operation) -> Tensor:
    """Over one axis or, before version 13, over all from an axis on."""
    x = op.tensor()
    kind = "log_softmax" if op.type == "LogSoftmax" else "softmax"
    axis = op.axis(-1 if op.opset >= 13 else 1)
    if op.opset < 13 and prod(x.shape[axis + 1 :]) != 1 and prod(x.shape[axis:]) != x.shape[-1]:
        flat = op.recorder.view(x, [*x.shape[:axis], prod(x.shape[axis:])])
        return op.recorder.view(op.recorder.layer(kind, {}, flat), x.shape)
    if op.opset < 13 and prod(x.shape[axis + 1 :]) != 1:
        axis = len(x.shape) - 1
    place = op.recorder.axis(x, axis, op.type)
    last = len(op.recorder.of(x).shape) - 1
    return op.recorder.layer(kind, {} if place == last else {"axis": place}, x)


LAYERS = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Sum": "add"}


def combined(op: Operation) -> Tensor:
    """Arithmetic: a layer of tensors that are computed or learned; with constants it is left out."""
    tensors = [*map(whole, op.tensors)]
    shape = stretched([x.shape for x in tensors], max(len(x.shape) for x in tensors))
    counted = [x for x in tensors if x.computed or (x.weight is not None and x.weight.learned)]
    kind = LAYERS[op.type]
    if len(counted) == 1:
        x = op.drop(counted[0], f"{op.type} with a constant")
        return larger(op, x, shape)
    if kind == "mul" and len(counted) == 2:
        one, two = counted
        if one.value is not None and one.value is two.value:
            return op.recorder.layer("square", {}, one)
        factor = torch_elementwise.scaled(op.torch("mul"), one, two) if not partly(op, counted) else None
        if factor is not None:
            return larger(op, factor, shape)
    return op.recorder.together(kind, counted)


def partly(op: Operation, tensors: list[Tensor]) -> bool:
    return any(x.weight is not None and x.weight.key in op.partly for x in tensors)


def whole(x: Tensor) -> Tensor:
    """A stored tensor of one element is a number."""
    single = x.weight is not None and not x.computed and prod(x.shape) == 1
    return Tensor(x.shape, numbers=x.numbers, dtype=x.dtype) if single else x


def larger(op: Operation, x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A tensor as a constant beside it stretches it."""
    if x.shape == shape:
        return x
    if prod(x.shape) == prod(shape):
        return op.recorder.view(x, shape)
    return op.recorder.expand(x, shape)


def of_two(op: Operation) -> Tensor:
    """What no layer does with two tensors; with a constant it is left out."""
    tensors = op.tensors
    shape = stretched([x.shape for x in tensors], max(len(x.shape) for x in tensors))
    if op.type == "Pow" and (op.tensor(1).numbers or [None])[0] == 2 and op.tensor().computed:
        return op.recorder.layer("square", {}, op.tensor())
    if op.type == "Where":
        chosen = [x for x in tensors[1:] if x.computed or (x.weight is not None and x.weight.learned)]
        tensors = chosen if len(chosen) == 1 else tensors
    computed = [x for x in tensors if x.computed]
    if len(computed) == 1 or len({id(x.value) for x in computed}) == 1:
        return larger(op, op.drop(computed[0], f"{op.type} with a constant"), shape)
    if not computed:
        return Tensor(shape)
    if op.type == "Mean":
        return op.recorder.together("add", computed)
    return other(op, shape, *computed)


def reduced(op: Operation) -> Tensor:
    before, kind, after = REDUCED[op.type]
    x = op.tensor()
    axes = op.known("axes", 1)
    if axes is None and op.get("noop_with_empty_axes", 0):
        return x
    rank = len(x.shape)
    chosen = sorted(axis_in(int(axis), rank) for axis in axes or range(rank))
    if before:
        x = op.recorder.layer(before, {}, x)
    if op.type == "ReduceMin":
        op.drop(x, "that ReduceMin takes the smallest, which stands as max,")
    alone = x.batch is not None and op.recorder.alone(x.shape, x.batch) and op.recorder.batch == 1
    batch = x.batch.axis if alone and x.batch is not None else None
    keep = bool(op.get("keepdims", 1))
    if batch in chosen:
        return without_batch(op, x, kind, after, [axis for axis in chosen if axis != batch], keep)
    arguments: Arguments = {"self": x, "dim": chosen, "keepdim": keep}
    found = torch_elementwise.reduced(op.torch(kind, arguments))
    return op.recorder.layer(after, {}, found) if after else found


def without_batch(op: Operation, x: Tensor, kind: str, after: str, axes: list[int], keep: bool) -> Tensor:
    """A reduction over a batch of one, too: that axis changes nothing."""
    assert x.batch is not None
    batch = x.batch.axis
    found = x
    if axes:
        found = torch_elementwise.reduced(op.torch(kind, {"self": x, "dim": axes, "keepdim": True}))
    found = op.recorder.layer(after, {}, found) if after else found
    return found if keep else op.recorder.squeeze(found, [*axes, batch])


REDUCED = {
    "ReduceMean": ("", "mean", ""),
    "ReduceSum": ("", "sum", ""),
    "ReduceMax": ("", "amax", ""),
    "ReduceMin": ("", "amax", ""),
    "ReduceL1": ("abs", "sum", ""),
    "ReduceL2": ("square", "sum", "sqrt"),
    "ReduceSumSquare": ("square", "sum", ""),
    "ReduceLogSum": ("", "sum", "log"),
    "ReduceLogSumExp": ("exp", "sum", "log"),
}
"""What is done before, the layer, and what is done after."""


RULES: dict[str, Rule] = {
    **dict.fromkeys(FUNCTIONS, function),
    **dict.fromkeys(KEPT, kept),
    **dict.fromkeys(LAYERS, combined),
    **dict.fromkeys(TWO, of_two),
    **dict.fromkeys(REDUCED, reduced),
    **dict.fromkeys(("Softmax", "LogSoftmax"), softmax),
    "LeakyRelu": leaky_relu,
    "PRelu": prelu,
    "Clip": clip,
}
