"""Rules of operators on each element: functions, arithmetic with numbers, constants and tensors; reductions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from copy import copy
from math import prod
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.stored import constant, learned
from archcalc.meter import charge

FUNCTIONS = (
    "relu sigmoid silu gelu tanh hardswish hardsigmoid relu6 elu celu selu mish softplus log_sigmoid exp log sqrt sin"
    " cos abs square softsign"
).split()
"""Functions that layers are called after."""

KEPT = (
    "dropout detach alias feature_dropout alpha_dropout feature_alpha_dropout type_as float half native_dropout"
    " resolve_conj resolve_neg positive double bfloat16 rrelu lift_fresh lift conj real pin_memory"
    " fake_quantize_per_tensor_affine fake_quantize_per_channel_affine quantized_decomposed.quantize_per_tensor"
    " quantized_decomposed.dequantize_per_tensor quantized_decomposed.quantize_per_channel"
    " quantized_decomposed.dequantize_per_channel quantized_decomposed.quantize_per_token"
    " quantized_decomposed.dequantize_per_token"
).split()
"""What leaves a tensor as it is where nobody trains."""

LAYERS = {"add": "add", "sub": "sub", "mul": "mul", "div": "div", "multiply": "mul", "divide": "div", "subtract": "sub"}

ALONE = (
    "neg rsqrt reciprocal floor ceil round sign sgn erf erfc erfinv expm1 log1p log2"
    " log10 exp2 nan_to_num logical_not bitwise_not flip fliplr flipud cumsum atan asin acos tan sinh cosh atanh asinh"
    " acosh trunc fix frac isnan isinf isfinite logit deg2rad rad2deg signbit hardshrink softshrink tanhshrink"
    " threshold rrelu_with_noise_functional rrelu_with_noise lgamma digamma sinc special_expit bernoulli poisson"
    " absolute negative arctan arcsin arccos bucketize searchsorted angle"
).split()
"""Functions of one tensor that no layer is called after: they change neither a size nor a weight."""

MOST_NUMBERS = 100_000
"""Elements of a constant whose numbers are followed."""

NUMBERS_A_UNIT = 10
"""Numbers of a constant that are kept for a unit of work."""

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    **{name: getattr(operator, name) for name in "eq ne lt le gt ge".split()},
}


def function(op: Operation) -> Tensor:
    x = op.tensor("self", "input")
    if not x.computed and not learned(x):
        return constant_like(op, x)
    return op.recorder.layer(op.name.rstrip("_"), {}, x)


def leaky_relu(op: Operation) -> Tensor:
    slope = op.get("negative_slope", 0.01)
    return op.recorder.layer("leaky_relu", {} if slope == 0.01 else {"slope": slope}, op.tensor("self"))


def hardtanh(op: Operation) -> Tensor:
    bounds = op.get("min_val", -1), op.get("max_val", 1)
    return op.recorder.layer("relu6" if bounds == (0, 6) else "hardtanh", {}, op.tensor("self"))


def prelu(op: Operation) -> Tensor:
    weight = op.tensor("weight")
    arguments = {"channels": "all"} if prod(weight.shape) > 1 else {}
    return op.recorder.layer("prelu", arguments, op.tensor("self"), [weight])


def softmax(op: Operation) -> Tensor:
    x = op.tensor("self")
    axis = op.recorder.axis(x, op.number("dim"), op.name)
    last = len(op.recorder.of(x).shape) - 1
    kind = "log_softmax" if "log" in op.name else "softmax"
    return op.recorder.layer(kind, {} if axis == last else {"axis": axis}, x)


def glu(op: Operation) -> Tensor:
    x = op.tensor("self")
    axis = op.recorder.axis(x, op.number("dim", -1), op.name)
    last = len(op.recorder.of(x).shape) - 1
    return op.recorder.layer("glu", {} if axis == last else {"axis": axis}, x)


def passed(op: Operation) -> Any:
    return op.tensors[0]


def alone(op: Operation) -> Tensor:
    """A function of one tensor that no layer is called after."""
    found = op.tensors
    computed = [x for x in found if x.computed or learned(x)]
    if not computed:
        return arithmetic(op) if op.name in ARITHMETIC else constant_like(op, found[0])
    if op.name == "rsqrt":
        return op.recorder.layer("sqrt", {}, computed[0])
    if len(computed) > 1:
        raise Unreadable(f"{op.name} of two tensors")
    return dropped(op, computed[0])


def dropped(op: Operation, x: Tensor) -> Tensor:
    """The tensor itself, and a count of what is not said of it."""
    op.recorder.graph.drop(f"{op.name} with a constant")
    shape = stretched([one.shape for one in op.tensors], max(len(one.shape) for one in op.tensors))
    return x if shape == x.shape else op.recorder.expand(x, shape)


def to_power(op: Operation) -> Any:
    """pow: a square, or what no layer does."""
    found = [x for x in op.tensors if x.computed or learned(x)]
    if op.get("exponent") == 2 and len(found) == 1:
        return op.recorder.layer("square", {}, found[0])
    if len(found) > 1:
        shape = stretched([x.shape for x in found], max(len(x.shape) for x in found))
        return stands_as_custom(op.recorder, "pow", shape, found)
    return dropped(op, found[0]) if found else arithmetic(op)


def constant_like(op: Operation, x: Tensor) -> Tensor:
    """A function of a constant: a buffer stays known as itself."""
    found = constant(op)
    if x.weight is not None and found.shape == x.shape:
        return x
    return found


def combined(op: Operation) -> Tensor:
    """add, sub, mul, div: a layer of tensors; with a number or a constant it is left out."""
    found = op.tensors
    kind = LAYERS[op.name.rstrip("_")]
    computed = [x for x in found if x.computed or learned(x)]
    if not computed:
        return arithmetic(op)
    if len(found) == 1 or len(computed) == 1 < len(found):
        return dropped(op, computed[0])
    if kind == "mul":
        factor = scaled(op, *computed)
        if factor is not None:
            return factor
        if computed[0] is computed[1]:
            return op.recorder.layer("square", {}, computed[0])
    return op.recorder.together(kind, computed)


def scaled(op: Operation, one: Tensor, other: Tensor) -> Tensor | None:
    """A learned factor along one axis as layer_scale; None for any other product."""
    for x, factor in ((one, other), (other, one)):
        sizes = [axis for axis, size in enumerate(factor.shape) if size > 1]
        if not x.computed or factor.weight is None or factor.computed or len(sizes) != 1 or x.batch is None:
            continue
        axis = sizes[0] - len(factor.shape)
        if -axis > len(x.shape) or x.shape[axis] != factor.shape[axis]:
            continue
        place, rank = op.recorder.axis(x, axis, "a factor"), len(op.recorder.of(x).shape)
        arguments = {"axis": -1 if place == rank - 1 else place} if place or rank == 1 else {}
        return op.recorder.layer("layer_scale", arguments, x, [factor])
    return None


def arithmetic(op: Operation) -> Tensor:
    """Arithmetic on constants: their numbers where both are known and as long, or one is a number."""
    found = op.tensors
    kept = [x for x in found if x.weight is not None]
    shape = op.shapes[0] if op.shapes else None
    if len(kept) == 1 and kept[0].shape == shape:
        return kept[0]
    rule = ARITHMETIC.get(LAYERS.get(op.name.rstrip("_"), op.name.rstrip("_")))
    one, other = (op.arguments.get(name) for name in ("self", "other"))
    sides = [side.numbers if isinstance(side, Tensor) else side for side in (one, other)]
    result = constant(op)
    if rule is not None and None not in sides and prod(result.shape) <= MOST_NUMBERS:
        result.numbers = applied(rule, sides, prod(result.shape))
    return result


def applied(rule: Callable[[Any, Any], Any], sides: list[Any], length: int) -> list[Any] | None:
    charge(length // NUMBERS_A_UNIT)
    rows = [side if isinstance(side, list) else [side] for side in sides]
    rows = [row * length if len(row) == 1 else row for row in rows]
    if any(len(row) != length for row in rows):
        return None
    try:
        return [rule(a, b) for a, b in zip(*rows, strict=True)]
    except (ZeroDivisionError, TypeError, OverflowError):
        return None


def copied(op: Operation) -> Tensor:
    """The same elements in memory of their own: what is written to one is not seen in the other."""
    return copy(op.tensors[0])


def reduced(op: Operation) -> Tensor:
    x, kind = op.tensor("self"), {"mean": "mean", "sum": "sum", "amax": "max"}[op.name]
    if not x.computed:
        return constant(op)
    rank, keep = len(x.shape), bool(op.get("keepdim", False))
    axes = sorted(axis_in(axis, rank) for axis in op.numbers("dim")) or [*range(rank)]
    if x.batch is not None and x.batch.axis in axes and op.recorder.batch == 1 and op.recorder.alone(x.shape, x.batch):
        return without_batch(op, x, x.batch.axis, axes, keep)
    places = [op.recorder.axis(x, axis, op.name) for axis in axes]
    sample = op.recorder.of(x).shape
    batch = x.batch
    if not keep and batch is not None:
        batch = batch._replace(axis=batch.axis - sum(axis < batch.axis for axis in axes))
    if kind == "mean" and 3 <= len(sample) <= 4 and places == [*range(1, len(sample))]:
        if keep:
            return op.recorder.layer("adaptive_avg_pool", {"size": 1}, x)
        return op.recorder.result(op.recorder.add("global_avg_pool", {}, [x]).outputs[0], x, batch)
    arguments = {"axis": places[0] if len(places) == 1 else places, **({"keep": True} if keep else {})}
    return op.recorder.result(op.recorder.add(kind, arguments, [x]).outputs[0], x, batch)


def without_batch(op: Operation, x: Tensor, batch: int, axes: list[int], keep: bool) -> Tensor:
    """A reduction over a batch of one, too: that axis changes nothing."""
    rest = [axis for axis in axes if axis != batch]
    if rest:
        arguments = {"self": x, "dim": rest, "keepdim": True}
        x = reduced(Operation(op.name, arguments, op.recorder, op.shapes, op.read, op.sibling))
    return x if keep else op.recorder.squeeze(x, axes)


def triangle(op: Operation) -> Tensor:
    """triu and tril: of a constant with its numbers, as masks are made."""
    x = op.tensor("self")
    if x.computed or learned(x):
        return dropped(op, x)
    found = constant(op)
    if x.numbers is not None and len(x.shape) >= 2:
        rows, columns = x.shape[-2:]
        diagonal, upper = op.number("diagonal", 0), op.name == "triu"
        charge(len(x.numbers) // NUMBERS_A_UNIT)
        after = [place % columns - place // columns % rows - diagonal for place in range(len(x.numbers))]
        kept = [one >= 0 if upper else one <= 0 for one in after]
        found.numbers = [number if keep else 0 for number, keep in zip(x.numbers, kept, strict=True)]
    return found


RULES: dict[str, Rule] = {
    **dict.fromkeys(FUNCTIONS, function),
    **dict.fromkeys(KEPT, passed),
    **dict.fromkeys(LAYERS, combined),
    **dict.fromkeys(ALONE, alone),
    **dict.fromkeys("mean sum amax".split(), reduced),
    **dict.fromkeys("softmax _softmax log_softmax _log_softmax special_softmax softmin".split(), softmax),
    **dict.fromkeys("clone contiguous to _to_copy lift_fresh_copy".split(), copied),
    "pow": to_power,
    **dict.fromkeys("triu tril".split(), triangle),
    "leaky_relu": leaky_relu,
    "hardtanh": hardtanh,
    "prelu": prelu,
    "glu": glu,
}
