"""Rules of operators on each element of several tensors that no layer does, and of reductions beside mean, sum and max.

What is known before the network runs is left out where it changes no size; else the operator stands as ``custom``.
"""

from __future__ import annotations

from math import inf
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Shape, Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.elementwise import arithmetic, reduced
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.stored import constant, learned


def part(op: Operation, name: str, **arguments: Any) -> Operation:
    """Another operator that is a part of this one."""
    return Operation(name, arguments, op.recorder, op.shapes, op.read, op.sibling)


def counted(op: Operation) -> list[Tensor]:
    return [x for x in op.tensors if x.computed or learned(x)]


def shape_of(op: Operation) -> Shape:
    shapes = [x.shape for x in op.tensors]
    return stretched(shapes, max(map(len, shapes)))


def combined(op: Operation) -> Tensor:
    """An operator on each element that no layer does: one tensor beside constants passes, several are a custom."""
    found = counted(op)
    if not found:
        return arithmetic(op)
    shape, first = shape_of(op), found[0]
    if len(found) == 1 or all(x is first for x in found):
        op.recorder.graph.drop(f"{op.name} with a constant")
        return first if first.shape == shape else op.recorder.expand(first, shape)
    return stands_as_custom(op.recorder, op.name, shape, op.tensors)


def chosen(op: Operation) -> Tensor:
    """where and masked_fill: which elements are taken changes no size, so that one tensor beside a number passes."""
    taken = [x for name in ("self", "other", "value") if isinstance(x := op.arguments.get(name), Tensor)]
    found = [x for x in taken if x.computed or learned(x)]
    if len(found) == 1:
        op.recorder.graph.drop(op.name)
        shape = shape_of(op)
        return found[0] if found[0].shape == shape else op.recorder.expand(found[0], shape)
    return combined(op)


def with_product(op: Operation) -> Tensor:
    """addcmul and addcdiv: x + a * b, x + a / b."""
    kind = "mul" if op.name.startswith("addcmul") else "div"
    one, other = op.tensor("tensor1"), op.tensor("tensor2")
    if len(counted(op)) < 3:
        return combined(op)
    return op.recorder.together("add", [op.tensor("self"), op.recorder.together(kind, [one, other])])


def reversed_difference(op: Operation) -> Tensor:
    found = counted(op)
    return op.recorder.together("sub", found[::-1]) if len(found) == 2 else combined(op)


# Reductions


def axes_of(op: Operation, x: Tensor) -> list[int]:
    """The axes that are reduced: those that are said, or all."""
    said = op.get("dim", op.get("axis"))
    said = [said] if type(said) is int else said
    return sorted(axis_in(axis, len(x.shape)) for axis in said) if said else [*range(len(x.shape))]


def smaller(op: Operation) -> Any:
    """A reduction that no layer does: a custom of the axes that are left; of two outputs both."""
    x = op.tensor("self")
    if op.get("other") is not None:
        return combined(op)
    if not x.computed:
        return constant(op) if len(op.shapes) == 1 else [Tensor(shape or ()) for shape in op.shapes]
    axes, keep = axes_of(op, x), bool(op.get("keepdim", False))
    if op.name == "argmax" and "dim" not in op.arguments:
        keep = False
    shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape) if keep or axis not in axes)
    found = whole(op, x, shape, axes)
    return [found] * len(op.shapes) if len(op.shapes) > 1 else found


def whole(op: Operation, x: Tensor, shape: Shape, axes: list[int]) -> Tensor:
    """What a reduction gives. Over a batch of one that axis changes nothing; over another there is no sample."""
    if x.batch is not None and x.batch.axis in axes and op.recorder.alone(x.shape, x.batch):
        if op.recorder.batch > 1:
            raise Unreadable(f"{op.name} along the batch")
        x = Tensor(x.shape, value=op.recorder.in_shape(op.recorder.of(x), x.shape), dtype=x.dtype)
    elif x.batch is not None and len(shape) != len(x.shape):
        before = sum(axis < x.batch.axis for axis in axes)
        sample = op.recorder.sample(shape, x.batch._replace(axis=x.batch.axis - before))
        value = op.recorder.add("custom", {"out": [*sample], "params": 0, "macs": 0}, [x]).outputs[0]
        return op.recorder.result(value, x, x.batch._replace(axis=x.batch.axis - before))
    return stands_as_custom(op.recorder, op.name, shape, [x])


def spread(op: Operation) -> Any:
    """var, std and var_mean: the mean of squares of what is left of x without its mean."""
    x = op.tensor("self")
    if not x.computed:
        return [Tensor(shape or ()) for shape in op.shapes] if len(op.shapes) > 1 else constant(op)
    axes, keep = axes_of(op, x), bool(op.get("keepdim", False))
    mean = reduced(part(op, "mean", self=x, dim=axes, keepdim=True))
    squares = op.recorder.layer("square", {}, op.recorder.together("sub", [x, mean]))
    found = reduced(part(op, "mean", self=squares, dim=axes, keepdim=keep))
    found = op.recorder.layer("sqrt", {}, found) if op.name.startswith("std") else found
    if len(op.shapes) < 2:
        return found
    return [found, mean if keep else reduced(part(op, "mean", self=x, dim=axes, keepdim=False))]


def smallest(op: Operation) -> Any:
    """amin, and min and max over an axis or all; where they are is a custom of its own."""
    x = op.tensor("self")
    if op.get("other") is not None:
        return combined(op)
    if not x.computed:
        return smaller(op)
    if "min" in op.name:
        op.recorder.graph.drop(f"that {op.name} takes the smallest, which stands as max,")
    keep = bool(op.get("keepdim", False))
    found = reduced(part(op, "amax", self=x, dim=axes_of(op, x), keepdim=keep))
    if len(op.shapes) < 2:
        return found
    return [found, smaller(op)[1] if op.read[1:] == [True] else Tensor(found.shape)]


def log_of_sum(op: Operation) -> Tensor:
    x = op.recorder.layer("exp", {}, op.tensor("self"))
    total = reduced(part(op, "sum", self=x, dim=axes_of(op, x), keepdim=op.get("keepdim", False)))
    return op.recorder.layer("log", {}, total)


LENGTHS: dict[Any, tuple[str, str, str]] = {
    2: ("square", "sum", "sqrt"),
    1: ("abs", "sum", ""),
    inf: ("abs", "amax", ""),
}


def length(op: Operation) -> Tensor:
    """A norm of vectors: what is done with each element, the sum or the largest, and the root."""
    x = op.tensor("self", "x", "A")
    order = op.get("ord", op.get("p", 2))
    if not x.computed or order not in LENGTHS:
        found: Tensor = smaller(part(op, op.name, self=x, dim=op.get("dim"), keepdim=op.get("keepdim", False)))
        return found
    before, kind, after = LENGTHS[order]
    axes = axes_of(op, x)
    found = reduced(part(op, kind, self=op.recorder.layer(before, {}, x), dim=axes, keepdim=op.get("keepdim", False)))
    return op.recorder.layer(after, {}, found) if after else found


def likeness(op: Operation) -> Tensor:
    """cosine_similarity and pairwise_distance: a number for each pair of vectors."""
    one, other = op.tensor("x1"), op.tensor("x2")
    shape = [*stretched([one.shape, other.shape], max(len(one.shape), len(other.shape)))]
    axis = axis_in(op.number("dim", 1 if "cosine" in op.name else -1), len(shape))
    if op.get("keepdim", False):
        shape[axis] = 1
    else:
        del shape[axis]
    return stands_as_custom(op.recorder, op.name, shape, [one, other])


def loss(op: Operation) -> Tensor:
    """A number for all samples, or one for each element."""
    x = op.tensor("self", "input", "input1")
    if op.get("reduction", 1) == 0:
        raise Unreadable(f"{op.name} of each element")
    if op.recorder.batch > 1:
        raise Unreadable(f"{op.name} along the batch")
    value = op.recorder.add("custom", {"out": [], "params": 0, "macs": 0}, [y for y in op.tensors if y.computed])
    return Tensor((), value=value.outputs[0], dtype=x.dtype)


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            "maximum minimum fmax fmin atan2 arctan2 pow eq ne lt le gt ge logical_and logical_or logical_xor"
            " bitwise_and bitwise_or bitwise_xor __and__ __or__ __xor__ remainder fmod floor_divide hypot copysign"
            " xlogy lerp heaviside logaddexp logaddexp2 nextafter isclose bitwise_left_shift bitwise_right_shift"
            " __lshift__ __rshift__ special_xlog1py isin cross linalg_cross"
        ).split(),
        combined,
    ),
    **dict.fromkeys("where masked_fill".split(), chosen),
    **dict.fromkeys("addcmul addcdiv".split(), with_product),
    **dict.fromkeys("clamp clamp_min clamp_max clip".split(), combined),
    "rsub": reversed_difference,
    **dict.fromkeys("prod any all argmax argmin median nanmedian mode count_nonzero nansum nanmean".split(), smaller),
    **dict.fromkeys("var std var_mean std_mean".split(), spread),
    **dict.fromkeys("amin min max aminmax".split(), smallest),
    **dict.fromkeys("logsumexp special_logsumexp".split(), log_of_sum),
    **dict.fromkeys("linalg_vector_norm norm frobenius_norm linalg_norm".split(), length),
    **dict.fromkeys("cosine_similarity pairwise_distance".split(), likeness),
    **dict.fromkeys(
        (
            "mse_loss l1_loss smooth_l1_loss huber_loss cross_entropy_loss nll_loss nll_loss_nd nll_loss2d kl_div"
            " binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss margin_ranking_loss"
            " triplet_margin_loss ctc_loss soft_margin_loss"
        ).split(),
        loss,
    ),
}
"""The rule of each operator, by its name without the overload."""
