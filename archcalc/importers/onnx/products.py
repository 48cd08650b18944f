"""Rules of linear maps, products of matrices and norms."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.samples import Tensor, axis_in
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.operation import Operation, Rule, other
from archcalc.importers.pytorch import products as torch_products
from archcalc.importers.pytorch.operation import said


def own_bias(op: Operation, bias: Tensor | None, out: int) -> Tensor | None:
    """A stored bias that belongs to this layer: not one that others add to other weights, nor one of another size."""
    if bias is None or bias.weight is None or bias.computed or prod(bias.shape) != out:
        return None
    return None if bias.weight.key in op.partly else bias


def added(op: Operation, x: Tensor, bias: Tensor | None, axis: int) -> Tensor:
    """A bias as a step of its own: a number for each position of an axis, or one for all."""
    if bias is None:
        return x
    sizes = [1] * (len(x.shape) - axis)
    if len(bias.shape) == 1 and axis > 0:
        sizes[0] = bias.shape[0]
        bias = bias.seen_as(sizes) if not bias.computed else op.recorder.view(bias, sizes)
    return plus(op, x, bias)


def plus(op: Operation, x: Tensor, other: Tensor) -> Tensor:
    if not other.computed and (other.weight is None or not other.weight.learned):
        return op.drop(x, "Add with a constant")
    return op.recorder.together("add", [x, other])


def linear(op: Operation, x: Tensor, weight: Tensor, bias: Tensor | None, out: int) -> Tensor:
    """A linear map of the last axis by a stored weight of any orientation."""
    if not x.shape or not op.recorder.axis(x, -1, op.type) + 1:
        raise Unreadable(f"{op.type} of a tensor without axes")
    own = own_bias(op, bias, out)
    weights = [weight, *([own] if own is not None else [])]
    found = op.recorder.layer("linear", said({"bias": True}, out=out, bias=own is not None), x, weights)
    return found if bias is own else added(op, found, bias, -1)


def product(op: Operation) -> Tensor:
    """MatMul, with the bias that was found behind it."""
    left, right = op.tensor(0), op.tensor(1)
    if right.weight is not None and not right.computed and len(right.shape) == 2 and left.computed:
        return linear(op, left, right, op.optional(2), right.shape[1])
    found = of_matrices(op, left, right)
    bias = op.optional(2)
    return found if bias is None else plus(op, found, bias)


def of_matrices(op: Operation, left: Tensor, right: Tensor) -> Tensor:
    recorder = op.recorder
    if len(left.shape) == 1:
        return recorder.squeeze(of_matrices(op, recorder.unsqueeze(left, 0), right), [-2])
    if len(right.shape) == 1:
        return recorder.squeeze(of_matrices(op, left, recorder.unsqueeze(right, 1)), [-1])
    rank = max(len(left.shape), len(right.shape))
    if left.batch is not None and right.batch is not None:
        left, right = (recorder.view(x, (*(1,) * (rank - len(x.shape)), *x.shape)) for x in (left, right))
    rows = left.batch is not None and left.batch.axis == len(left.shape) - 2 and recorder.alone(left.shape, left.batch)
    if rows and right.batch is None:
        return recorder.squeeze(of_matrices(op, recorder.unsqueeze(left, -2), right), [-2])
    return torch_products.product(op.torch("matmul", {"self": left, "other": right}))


def general(op: Operation) -> Tensor:
    """Gemm: alpha * A' * B' + beta * C."""
    left, right, bias = op.tensor(0), op.tensor(1), op.optional(2)
    if op.get("transA", 0):
        left = op.recorder.permute(left, [1, 0])
    turned = bool(op.get("transB", 0))
    if right.weight is not None and not right.computed and left.computed:
        if len(right.shape) != 2:
            raise Unreadable("Gemm whose weight has not two axes")
        return linear(op, left, right, bias, right.shape[0 if turned else 1])
    if turned:
        right = op.recorder.permute(right, [1, 0])
    found = of_matrices(op, left, right)
    return found if bias is None else plus(op, found, bias)


def fused_product(op: Operation) -> Tensor:
    """com.microsoft's FusedMatMul and TransposeMatMul."""
    left = lead_last(op, op.tensor(0), "transBatchA")
    right = lead_last(op, op.tensor(1), "transBatchB")
    if op.get("transA", 0):
        left = exchanged(op, left)
    if op.get("transB", 0) and right.weight is not None and len(right.shape) == 2 and not right.computed:
        return linear(op, left, right, None, right.shape[0])
    if op.get("transB", 0):
        right = exchanged(op, right)
    return product(op.with_type("MatMul", [left, right]))


def lead_last(op: Operation, x: Tensor, name: str) -> Tensor:
    """[n, ..., k] -> [..., n, k], if an attribute says so."""
    rank = len(x.shape)
    return op.recorder.permute(x, [*range(1, rank - 1), 0, rank - 1]) if op.get(name, 0) and rank > 2 else x


def packed(op: Operation) -> Tensor:
    """com.microsoft's MatMulNBits: a linear map whose weights are a few bits each, several in a byte."""
    x, weight = op.tensor(0), op.tensor(1)
    if weight.weight is None or x.shape[-1:] != (op.number("K"),):
        raise Unreadable("MatMulNBits of a tensor of another width")
    out, bias = op.number("N"), op.optional(5)
    own = own_bias(op, bias, out)
    weights = [weight.weight.identity, *([own] if own is not None else [])]
    found = op.recorder.layer("linear", said({"bias": True}, out=out, bias=own is not None), x, weights)
    return found if bias is own else added(op, found, bias, -1)


def exchanged(op: Operation, x: Tensor) -> Tensor:
    order = [*range(len(x.shape))]
    order[-2:] = order[:-3:-1]
    return op.recorder.permute(x, order)


def learned(x: Tensor | None) -> bool:
    """Whether a tensor is stored, and no number."""
    return x is not None and x.weight is not None and not x.computed


def whole_weights(op: Operation, weights: list[Tensor | None], size: int) -> list[Tensor]:
    """Stored tensors that a norm has as its own: as many as it normalises, and not partly shared with others."""
    found = [one for one in weights if one is not None]
    own = all(learned(one) and prod(one.shape) == size and key_of(one) not in op.partly for one in found)
    return found if own else []


def key_of(x: Tensor) -> Any:
    return x.weight.key if x.weight is not None else None


def batch_norm(op: Operation) -> Any:
    x = op.image()
    if len(x.shape) < 2:
        raise Unreadable(f"{op.type} of a tensor with {len(x.shape)} axes")
    weight, bias, mean, variance = (op.tensor(place) for place in range(1, 5))
    if op.get("spatial", 1) == 0:
        raise Unreadable("BatchNormalization of each position")
    affine = whole_weights(op, [weight, bias], x.shape[1])
    taken = {key_of(one) for one in (weight, bias)}  # equal numbers of an untrained norm may be one tensor
    track = all(learned(one) and key_of(one) not in op.partly | taken for one in (mean, variance))
    arguments = said(
        {"affine": True, "track": True},
        affine=bool(affine),
        track=track,
        **({"counter": False} if track else {}),
    )
    buffers = [mean, variance] if track else []
    merged = len(op.recorder.of(x).shape) == len(x.shape)  # [batch * T, C]: a sample has T of them
    order = [1, 0, *range(2, len(x.shape))]
    turned = op.recorder.permute(x, order) if merged else x
    found = op.recorder.layer("batch_norm", arguments, turned, [*affine, *buffers])
    found = op.recorder.permute(found, order) if merged else found
    found = found if affine else scaled_and_shifted(op, found, weight, bias, 1)
    return [found, *[Tensor(mean.shape) for _ in op.read[1:]]] if len(op.read) > 1 else found


def scaled_and_shifted(op: Operation, x: Tensor, weight: Tensor | None, bias: Tensor | None, axis: int) -> Tensor:
    """What a norm multiplies and adds, as steps: its weights belong to others too."""
    for kind, one in (("mul", weight), ("add", bias)):
        if one is not None and learned(one) and one.weight is not None and one.weight.learned:
            sizes = (*one.shape, *(1,) * (len(x.shape) - axis - len(one.shape)))
            x = op.recorder.together(kind, [x, one.seen_as(sizes)])
    return x


def instance_norm(op: Operation) -> Tensor:
    x = op.image()
    weights = whole_weights(op, [op.tensor(1), op.tensor(2)], x.shape[1])
    arguments = said({"affine": False}, affine=bool(weights))
    found = op.recorder.layer("instance_norm", arguments, x, weights)
    return found if weights else scaled_and_shifted(op, found, op.tensor(1), op.tensor(2), 1)


def group_norm(op: Operation) -> Tensor:
    x = op.image()
    weights = whole_weights(op, [op.tensor(1), op.tensor(2)], x.shape[1])
    arguments = said({"affine": True}, groups=op.number("num_groups"), affine=bool(weights))
    return op.recorder.layer("group_norm", arguments, x, weights)


def layer_norm(op: Operation) -> Any:
    """LayerNormalization and, without a mean, RMSNormalization."""
    x, root = op.tensor(), "Layer" not in op.type or "Simplified" in op.type
    first = axis_in(op.number("axis", -1), len(x.shape))
    axes = [*range(first - len(x.shape), 0)]
    for axis in axes:
        op.recorder.axis(x, axis, op.type)
    weight, bias = op.optional(1), None if root else op.optional(2)
    weights = whole_weights(op, [weight, bias], prod(x.shape[first:]))
    arguments = said({"axis": [-1], "affine": True}, axis=axes, affine=bool(weights))
    if not root and weights and bias is None:
        arguments["bias"] = False
    found = op.recorder.layer("rms_norm" if root else "layer_norm", arguments, x, weights)
    if not weights:
        found = scaled_and_shifted(op, found, weight, bias, first)
    sizes = (*x.shape[:first], *(1,) * (len(x.shape) - first))
    others = [other(op, sizes, x) if read else Tensor(sizes) for read in op.read[1:]]  # the mean, and 1 / deviation
    return [found, *others] if others else found


def after_sum(op: Operation) -> Any:
    """com.microsoft's SkipLayerNormalization: the sum of two tensors and a bias, normed; and the sum itself."""
    simple = "Simplified" in op.type
    total = op.recorder.together("add", [op.tensor(0), op.tensor(1)])
    bias = op.optional(3 if simple else 4)
    total = total if bias is None else plus(op, total, bias)
    norm = op.with_type(
        "SimplifiedLayerNormalization" if simple else "LayerNormalization",
        [total, op.tensor(2), None if simple else op.optional(3)],
    )
    found = layer_norm(norm)
    return [found, Tensor(()), Tensor(()), total][: len(op.read)] if len(op.read) > 1 else found


def plain_norm(op: Operation) -> Tensor:
    """MeanVarianceNormalization: no weights."""
    x = op.tensor()
    axes = op.numbers("axes") or [0, 2, 3]
    places = [op.recorder.axis(x, axis, op.type) for axis in axes if axis or not x.batch]
    return op.recorder.layer("layer_norm", {"axis": places, "affine": False}, x)


def lengths(op: Operation) -> Tensor:
    """LpNormalization: each vector over its length."""
    x = op.tensor()
    axis = op.recorder.axis(x, op.number("axis", -1), op.type)
    power = op.recorder.layer("abs" if op.get("p", 2) == 1 else "square", {}, x)
    total = op.recorder.layer("sum", {"axis": axis, "keep": True}, power)
    total = total if op.get("p", 2) == 1 else op.recorder.layer("sqrt", {}, total)
    return op.recorder.together("div", [x, total])


def response_norm(op: Operation) -> Tensor:
    return op.recorder.layer("local_response_norm", {"size": op.number("size")}, op.image())


RULES: dict[str, Rule] = {
    "MatMul": product,
    "Gemm": general,
    **dict.fromkeys(("FusedMatMul", "TransposeMatMul"), fused_product),
    "BatchNormalization": batch_norm,
    "InstanceNormalization": instance_norm,
    "GroupNormalization": group_norm,
    **dict.fromkeys(("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization"), layer_norm),
    **dict.fromkeys(("SkipLayerNormalization", "SkipSimplifiedLayerNormalization"), after_sum),
    "MeanVarianceNormalization": plain_norm,
    "LpNormalization": lengths,
    "LRN": response_norm,
}
