"""Rules of operators with windows and weights: convolutions, linear maps, norms, pools."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Place, Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, one, said
from archcalc.layers.base import Arguments

CONVOLUTION = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "multiplier": 1}
POOL = {"padding": 0, "dilation": 1, "ceil_mode": False}


def spatial(op: Operation, name: str, rank: int, default: int) -> Any:
    """An argument of the spatial axes: one number if they are equal."""
    numbers = op.numbers(name, [default]) or [default]
    return one(numbers * rank if len(numbers) == 1 else numbers)


def with_channels(op: Operation, x: Tensor, rank: int) -> Tensor:
    """What a window slides over. Raises Unreadable for an input that has lost its batch.

    A module of one sample may have put that axis there itself.
    """
    if len(x.shape) not in (rank + 1, rank + 2):
        raise Unreadable(f"{op.name} of a tensor with {len(x.shape)} axes")
    found = op.recorder.of(x)
    channels_first(op, x)
    if len(found.shape) == rank + 1:
        return x
    if op.recorder.batch == 1 == x.shape[0]:
        value = op.recorder.in_shape(found, x.shape[1:])
        return Tensor(x.shape, value=value, batch=Place(0), dtype=x.dtype)
    raise Unreadable(f"{op.name} of several images for each sample: the batch is one axis with another")


def channels_first(op: Operation, x: Tensor) -> None:
    """Raise Unreadable for a tensor whose batch stands where an operator has the channels, or behind them."""
    if x.batch is not None and x.batch.axis != 0 and op.recorder.batch > 1 and op.recorder.alone(x.shape, x.batch):
        raise Unreadable(f"{op.name} of a tensor whose batch is axis {x.batch.axis}")


LEADING = {"kernel": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
"""What a window says of an axis that it does not look along."""


def slid(op: Operation, kind: str, x: Tensor, rank: int, arguments: Arguments, weights: Sequence[Any] = ()) -> Tensor:
    """A layer with a window. Of several images for each sample, these are an axis that it does not look along."""
    if not several(op, x, rank):
        return op.recorder.layer(kind, arguments, with_channels(op, x, rank), weights)
    order = [1, 0, *range(2, rank + 2)]
    wide = {
        name: [LEADING[name], *(said if isinstance(said, list) else [said] * rank)] if name in LEADING else said
        for name, said in arguments.items()
    }
    return op.recorder.permute(op.recorder.layer(kind, wide, op.recorder.permute(x, order), weights), order)


def several(op: Operation, x: Tensor, rank: int) -> bool:
    """Whether a sample has several images that are one axis with the batch, [batch * windows, C, ...]."""
    if not x.computed or x.batch is None or x.batch.axis != 0 or len(x.shape) != rank + 2 or rank > 2:
        return False
    return len(op.recorder.of(x).shape) == rank + 2 and x.shape[0] != 1


def convolution(op: Operation) -> Tensor:
    weight = op.tensor("weight")
    rank = len(weight.shape) - 2
    x = op.tensor("input")
    if op.get("transposed", False):
        return transposed(op)
    if stored(weight) is None or not learned(weight):
        return by_computed(op, x, weight, rank)
    padding = op.get("padding", 0)
    if isinstance(padding, str):
        padding = {"same": "same", "valid": 0}.get(padding, padding)
    else:
        padding = spatial(op, "padding", rank, 0)
    bias, groups, out = op.get("bias"), op.number("groups", 1), weight.shape[0]
    channels = weight.shape[1] * groups
    alike = {
        "kernel": one(weight.shape[2:]),
        "stride": spatial(op, "stride", rank, 1),
        "padding": padding,
        "dilation": spatial(op, "dilation", rank, 1),
        "bias": bias is not None,
    }
    weights = [weight, *([bias] if bias is not None else [])]
    if groups == channels > 1 and out % channels == 0:
        return slid(op, "depthwise_conv", x, rank, said(CONVOLUTION, **alike, multiplier=out // channels), weights)
    return slid(op, "conv", x, rank, said(CONVOLUTION, out=out, **alike, groups=groups), weights)


def by_computed(op: Operation, x: Tensor, weight: Tensor, rank: int) -> Tensor:
    """A convolution by what nobody learns or what the network computes: no layer does it, with its multiply-adds."""
    weight = weight if weight.computed else Tensor(weight.shape, value=op.recorder.of(weight))
    if len(x.shape) != rank + 2 or isinstance(op.get("padding", 0), str):
        raise Unreadable(f"{op.name} whose weight is computed")
    stride, padding, dilation = (whole(op, name, rank, usual) for name, usual in WINDOW)
    sizes = [
        (size + 2 * pad - gap * (width - 1) - 1) // step + 1
        for size, pad, gap, width, step in zip(x.shape[2:], padding, dilation, weight.shape[2:], stride, strict=True)
    ]
    shape, bias = [x.shape[0], weight.shape[0], *sizes], op.get("bias")
    found = stands_as_custom(op.recorder, op.name, shape, [x, weight], macs=prod(weight.shape) * prod(sizes))
    if bias is None:
        return found
    wide = op.recorder.view(bias, [*bias.shape, *[1] * rank])
    return op.recorder.together("add", [found, wide])


WINDOW = (("stride", 1), ("padding", 0), ("dilation", 1))


def whole(op: Operation, name: str, rank: int, usual: int) -> list[int]:
    """A number for each axis."""
    found = op.numbers(name, [usual]) or [usual]
    return found * rank if len(found) == 1 else found


def transposed(op: Operation) -> Tensor:
    weight, bias, groups = op.tensor("weight"), op.get("bias"), op.number("groups", 1)
    rank = len(weight.shape) - 2
    arguments = said(
        {**CONVOLUTION, "output_padding": 0},
        out=weight.shape[1] * groups,
        kernel=one(weight.shape[2:]),
        stride=spatial(op, "stride", rank, 1),
        padding=spatial(op, "padding", rank, 0),
        output_padding=spatial(op, "output_padding", rank, 0),
        dilation=spatial(op, "dilation", rank, 1),
        groups=groups,
        bias=bias is not None,
    )
    weights = [weight, *([bias] if bias is not None else [])]
    return slid(op, "conv_transpose", op.tensor("input"), rank, arguments, weights)


def linear(op: Operation) -> Tensor:
    weight, bias = op.tensor("weight"), op.get("bias")
    if (stored(weight) is None or not learned(weight)) and len(weight.shape) == 2:
        turned = op.recorder.permute(weight, [1, 0])
        found = product(part(op, "matmul", op.tensor("input"), turned))
        return found if bias is None else op.recorder.together("add", [found, bias])
    return mapped(op, op.tensor("input"), op.tensor("weight"), op.get("bias"), op.tensor("weight").shape[0])


def mapped(op: Operation, x: Tensor, weight: Tensor, bias: Tensor | None, out: int) -> Tensor:
    """A linear map of the last axis; a product where its weight is computed."""
    if not x.shape or not op.recorder.axis(x, -1, op.name) + 1:
        raise Unreadable(f"{op.name} of a tensor without axes")
    if stored(weight) is None:
        raise Unreadable(f"{op.name} whose weight is computed")
    bias = None if bias is None or zeros(bias) else bias
    apart = bias is not None and (stored(bias) is None or not learned(bias))  # put together from others, or no weight
    own = bias is not None and not apart
    found = op.recorder.layer("linear", said({"bias": True}, out=out, bias=own), x, [weight, *([bias] if own else [])])
    return op.recorder.together("add", [found, bias]) if apart and bias is not None else found


def zeros(x: Tensor) -> bool:
    """Whether a constant is known to be 0."""
    return x.numbers is not None and not any(x.numbers)


def addmm(op: Operation) -> Tensor:
    """bias + x @ weight, the weight [C, out]."""
    weight = op.tensor("mat2")
    if stored(weight) is None:
        return op.recorder.together("add", [op.tensor("self"), product(part(op, "mm", op.tensor("mat1"), weight))])
    return mapped(op, op.tensor("mat1"), weight, op.tensor("self"), weight.shape[-1])


def product(op: Operation) -> Tensor:
    left, right = op.tensor("self"), op.tensor("mat2", "other")
    recorder = op.recorder
    if right.weight is not None and right.weight.learned and len(right.shape) == 2 and left.computed:
        return mapped(op, left, right, None, right.shape[-1])
    if not left.computed and not right.computed and not (learned(left) or learned(right)):
        return constant(op)
    if len(left.shape) == 1:
        return recorder.squeeze(product(part(op, op.name, recorder.unsqueeze(left, 0), right)), [-2])
    if len(right.shape) == 1:
        return recorder.squeeze(product(part(op, op.name, left, recorder.unsqueeze(right, 1))), [-1])
    rank = max(len(left.shape), len(right.shape))
    batch = left.batch or right.batch
    if left.batch and right.batch:
        left, right = (recorder.view(x, (*(1,) * (rank - len(x.shape)), *x.shape)) for x in (left, right))
    elif left.batch and left.batch.axis == len(left.shape) - 2 and recorder.alone(left.shape, left.batch):
        return recorder.squeeze(product(part(op, op.name, recorder.unsqueeze(left, -2), right)), [-2])
    carrier = left if left.batch else right
    if batch is None:
        values = [recorder.of(left), recorder.of(right)]
        value = recorder.graph.add("matmul", {}, values, (), recorder.modules, recorder.place).outputs[0]
        return Tensor(value.shape, value=value)
    if batch.axis + rank - len(carrier.shape) >= rank - 2 and recorder.alone(carrier.shape, batch):
        raise Unreadable(f"{op.name} over the batch")
    like = Tensor((*(1,) * (rank - len(carrier.shape)), *carrier.shape), batch=batch)
    values = [recorder.aligned(one_of, like) for one_of in (left, right)]
    node = recorder.graph.add("matmul", {}, values, (), recorder.modules, recorder.place)
    return recorder.result(node.outputs[0], like)


def part(op: Operation, name: str, left: Tensor, right: Tensor) -> Operation:
    """A product that is a part of an operator."""
    return Operation(name, {"self": left, "other": right}, op.recorder, op.shapes, op.read, op.sibling)


def plus_product(op: Operation) -> Tensor:
    """baddbmm, addbmm, addmv: what is added, and a product."""
    found = product(part(op, "matmul", op.tensor("batch1", "mat"), op.tensor("batch2", "vec")))
    if op.name == "addbmm":
        raise Unreadable("addbmm: a sum over the batch")
    more = op.tensor("self")
    if not more.computed and not learned(more):
        op.recorder.graph.drop(f"{op.name} with a constant")
        return found
    return op.recorder.together("add", [more, found])


def contracted(op: Operation) -> Tensor:
    """tensordot of the last axes of one with the first of the other: a product of matrices."""
    left, right = op.tensor("self"), op.tensor("other")
    mine, others = op.numbers("dims_self"), op.numbers("dims_other")
    count = len(mine)
    last = [*range(len(left.shape) - count, len(left.shape))]
    if [axis % len(left.shape) for axis in mine] != last or [axis % len(right.shape) for axis in others] != [
        *range(count)
    ]:
        raise Unreadable("tensordot of other axes than the last with the first")
    inner = prod(right.shape[:count])
    flat = op.recorder.view(left, [*left.shape[: last[0]], inner]) if count != 1 else left
    turned = op.recorder.view(right, [inner, prod(right.shape[count:])]) if len(right.shape) != 2 else right
    found = product(part(op, "matmul", flat, turned))
    return op.recorder.view(found, [*left.shape[: last[0]], *right.shape[count:]])


def of_vectors(op: Operation) -> Tensor:
    """dot, vdot, mv: products with vectors."""
    return product(part(op, op.name, op.tensor("self"), op.tensor("tensor", "other", "vec")))


def outer(op: Operation) -> Tensor:
    one, two = op.tensor("self"), op.tensor("vec2", "other")
    return op.recorder.together("mul", [op.recorder.unsqueeze(one, 1), op.recorder.unsqueeze(two, 0)])


def learned(x: Tensor) -> bool:
    found = stored(x)
    return found is not None and found.learned and not (x.computed and x.origin is None)


def stored(x: Tensor) -> Weight | None:
    """The stored tensor that one is, or is computed from element by element."""
    return x.weight or x.origin


def constant(op: Operation) -> Tensor:
    """What is known before the network runs: its size is what the file says."""
    shape = op.shapes[0] if op.shapes else None
    if shape is None:
        raise Unreadable(f"{op.name} of constants, of unknown size")
    return Tensor(shape)


def batch_norm(op: Operation) -> Tensor:
    mean = op.get("running_mean")
    weight, bias = op.get("weight"), op.get("bias")
    affine = [one_of for one_of in (weight, bias) if one_of is not None]
    buffers = []
    if mean is not None:
        buffers = [mean, op.tensor("running_var"), op.sibling(mean, "num_batches_tracked")]
    arguments = said({"affine": True, "track": True}, affine=bool(affine), track=bool(buffers))
    x = op.tensor("input")
    if not x.computed and learned(x):
        op.recorder.graph.drop(f"{op.name} of stored weights")
        return x
    if len(affine) == 1:
        raise Unreadable("batch_norm with a weight or a bias alone")
    if op.recorder.batch == 1 == x.shape[0] and len(op.recorder.of(x).shape) == len(x.shape) > 2:
        x = with_channels(op, x, len(x.shape) - 2)
    channels_first(op, x)
    merged = len(x.shape) > 1 and len(op.recorder.of(x).shape) == len(x.shape)  # [batch * T, C]: a sample has T of them
    order = [1, 0, *range(2, len(x.shape))]
    turned = op.recorder.permute(x, order) if merged else x
    found = op.recorder.layer("batch_norm", arguments, turned, [*affine, *buffers])
    return op.recorder.permute(found, order) if merged else found


def bilinear(op: Operation) -> Tensor:
    weight, bias = op.tensor("weight"), op.get("bias")
    arguments = said({"bias": True}, out=weight.shape[0], bias=bias is not None)
    weights = [weight, *([bias] if bias is not None else [])]
    return op.recorder.layer("bilinear", arguments, op.tensor("input1"), weights, op.tensor("input2"))


def weight_norm(op: Operation) -> Tensor:
    """A weight of another direction's length: as many numbers as its direction has."""
    op.recorder.graph.drop("weight_norm of stored weights")
    return op.tensor("v")


def layer_norm(op: Operation) -> Tensor:
    weight, bias, axes = op.get("weight"), op.get("bias"), len(op.numbers("normalized_shape"))
    x = op.tensor("input")
    for axis in range(-axes, 0):
        op.recorder.axis(x, axis, op.name)
    arguments = said(
        {"axis": [-1], "affine": True, "bias": True},
        axis=[*range(-axes, 0)],
        affine=weight is not None,
        bias=bias is not None or weight is None,
    )
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    return op.recorder.layer("layer_norm", arguments, x, weights)


def rms_norm(op: Operation) -> Tensor:
    weight, axes = op.get("weight"), len(op.numbers("normalized_shape"))
    for axis in range(-axes, 0):
        op.recorder.axis(op.tensor("input"), axis, op.name)
    arguments = said({"axis": [-1], "affine": True}, axis=[*range(-axes, 0)], affine=weight is not None)
    return op.recorder.layer("rms_norm", arguments, op.tensor("input"), [weight] if weight is not None else [])


def group_norm(op: Operation) -> Tensor:
    weight, bias = op.get("weight"), op.get("bias")
    channels_first(op, op.tensor("input"))
    arguments = said({"affine": True}, groups=op.number("num_groups"), affine=weight is not None)
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    return op.recorder.layer("group_norm", arguments, op.tensor("input"), weights)


def instance_norm(op: Operation) -> Tensor:
    weight, bias, mean = op.get("weight"), op.get("bias"), op.get("running_mean")
    channels_first(op, op.tensor("input"))
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    if mean is not None:
        weights += [mean, op.tensor("running_var"), op.sibling(mean, "num_batches_tracked")]
    defaults = {"affine": False, "track": False}
    arguments = said(defaults, affine=weight is not None, track=mean is not None)
    return op.recorder.layer("instance_norm", arguments, op.tensor("input"), weights)


def pool(op: Operation) -> Tensor:
    kind, rank = op.name.split("_pool")[0], int(op.name[-2])
    kernel = spatial(op, "kernel_size", rank, 1)
    stride = spatial(op, "stride", rank, 0)
    if op.get("divisor_override") is not None:
        op.recorder.graph.drop(f"the divisor of {op.name}")
    arguments = said(
        {**POOL, "stride": kernel},
        kernel=kernel,
        stride=stride or kernel,
        padding=spatial(op, "padding", rank, 0),
        **({"dilation": spatial(op, "dilation", rank, 1)} if kind == "max" else {}),
        ceil_mode=bool(op.get("ceil_mode", False)),
    )
    return slid(op, f"{kind}_pool", op.tensor("self"), rank, arguments)


def pool_with_places(op: Operation) -> list[Tensor]:
    """A pool that says where the largest values are, too: what nothing of a size hangs on."""
    name = op.name.removesuffix("_with_indices")
    one_of = Operation(name, op.arguments, op.recorder, op.shapes, op.read, op.sibling)
    found = (adaptive if "adaptive" in name else pool)(one_of)
    return [found, Tensor(found.shape, dtype="int64")]


def unpooled(op: Operation) -> Tensor:
    """max_unpool: what it gives is as large as it is told."""
    x = op.tensor("self")
    sizes = op.numbers("output_size")
    return stands_as_custom(op.recorder, op.name, [*x.shape[: -len(sizes)], *sizes], [x])


def chance_pool(op: Operation) -> list[Tensor]:
    """fractional_max_pool: windows by chance, as many as it is told."""
    x, sizes = op.tensor("self"), op.numbers("output_size")
    found = stands_as_custom(op.recorder, op.name, [*x.shape[: -len(sizes)], *sizes], [x])
    return [found, Tensor(found.shape, dtype="int64")]


def first_of(rule: Rule) -> Rule:
    """The rule of an operator that gives statistics, too."""

    def several_outputs(op: Operation) -> list[Tensor]:
        return [rule(op), *(Tensor(shape or ()) for shape in op.shapes[1:])]

    return several_outputs


def native_group_norm(op: Operation) -> Tensor:
    op.arguments["num_groups"] = op.get("group")
    return group_norm(op)


def adaptive(op: Operation) -> Tensor:
    kind = "adaptive_avg_pool" if "avg" in op.name else "adaptive_max_pool"
    x, rank = op.tensor("self"), int(op.name[-2])
    size = [given if given else x.shape[axis - rank] for axis, given in enumerate(op.numbers("output_size"))]
    size = size * rank if len(size) == 1 else size
    if several(op, x, rank):
        order = [1, 0, *range(2, rank + 2)]
        turned = op.recorder.permute(x, order)
        wide = [op.recorder.of(turned).shape[1], *size]
        return op.recorder.permute(op.recorder.layer(kind, {"size": wide}, turned), order)
    return op.recorder.layer(kind, {"size": one(size)}, with_channels(op, x, rank))


RULES: dict[str, Rule] = {
    **dict.fromkeys("conv1d conv2d conv3d convolution".split(), convolution),
    **dict.fromkeys("conv_transpose1d conv_transpose2d conv_transpose3d".split(), transposed),
    "linear": linear,
    "addmm": addmm,
    **dict.fromkeys("matmul mm bmm".split(), product),
    "bilinear": bilinear,
    "_weight_norm": weight_norm,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    **dict.fromkeys("max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d".split(), pool),
    **{f"adaptive_avg_pool{rank}d": adaptive for rank in (1, 2, 3)},
    **{f"_adaptive_avg_pool{rank}d": adaptive for rank in (2, 3)},
    **{f"adaptive_max_pool{rank}d": pool_with_places for rank in (1, 2, 3)},
    **{f"max_pool{rank}d_with_indices": pool_with_places for rank in (1, 2, 3)},
    **dict.fromkeys("max_unpool2d max_unpool3d".split(), unpooled),
    **dict.fromkeys("fractional_max_pool2d fractional_max_pool3d".split(), chance_pool),
    "native_layer_norm": first_of(layer_norm),
    "native_group_norm": first_of(native_group_norm),
    **dict.fromkeys(
        (
            "native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training cudnn_batch_norm"
            " _batch_norm_with_update _batch_norm_no_update miopen_batch_norm"
        ).split(),
        first_of(batch_norm),
    ),
    **dict.fromkeys("baddbmm addbmm addmv".split(), plus_product),
    **dict.fromkeys("dot vdot mv inner".split(), of_vectors),
    "tensordot": contracted,
    **dict.fromkeys("outer ger".split(), outer),
}
"""The rule of each operator, by its name without the overload."""
