"""Rules of operators with windows and weights: convolutions, linear maps, norms, pools."""

from __future__ import annotations

from typing import Any

from archcalc.importers.graphs.samples import Tensor, Weight
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, one, said

CONVOLUTION = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "multiplier": 1}
POOL = {"padding": 0, "dilation": 1, "ceil_mode": False}


def spatial(op: Operation, name: str, rank: int, default: int) -> Any:
    """An argument of the spatial axes: one number if they are equal."""
    numbers = op.numbers(name, [default]) or [default]
    return one(numbers * rank if len(numbers) == 1 else numbers)


def with_channels(op: Operation, x: Tensor, rank: int) -> Tensor:
    """What a window slides over. Raises Unreadable for an input that has lost its batch."""
    if len(x.shape) not in (rank + 1, rank + 2) or not x.computed:
        raise Unreadable(f"{op.name} of a tensor with {len(x.shape)} axes")
    if len(op.recorder.of(x).shape) != rank + 1:
        raise Unreadable(f"{op.name} of several images for each sample: the batch is one axis with another")
    return x


def convolution(op: Operation) -> Tensor:
    weight = op.tensor("weight")
    rank = len(weight.shape) - 2
    x = with_channels(op, op.tensor("input"), rank)
    if op.get("transposed", False):
        return transposed(op)
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
        return op.recorder.layer("depthwise_conv", said(CONVOLUTION, **alike, multiplier=out // channels), x, weights)
    return op.recorder.layer("conv", said(CONVOLUTION, out=out, **alike, groups=groups), x, weights)


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
    x = with_channels(op, op.tensor("input"), rank)
    return op.recorder.layer("conv_transpose", arguments, x, [weight, *([bias] if bias is not None else [])])


def linear(op: Operation) -> Tensor:
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
        raise Unreadable("addmm whose weight is computed")
    return mapped(op, op.tensor("mat1"), weight, op.tensor("self"), weight.shape[-1])


def product(op: Operation) -> Tensor:
    left, right = op.tensor("self"), op.tensor("mat2", "other")
    recorder = op.recorder
    if right.weight is not None and right.weight.learned and len(right.shape) == 2 and left.computed:
        return mapped(op, left, right, None, right.shape[-1])
    if not left.computed and not right.computed and not (learned(left) or learned(right)):
        return constant(op)
    rank = max(len(left.shape), len(right.shape))
    batch = left.batch or right.batch
    if min(len(left.shape), len(right.shape)) < 2:
        raise Unreadable(f"{op.name} of a vector")
    if left.batch and right.batch and len(left.shape) != len(right.shape):
        raise Unreadable(f"{op.name} of tensors with a batch and different axes")
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
    flat = len(x.shape) == 2 and len(op.recorder.of(x).shape) == 2  # [batch * T, C]: the channels are the last axis
    turned = op.recorder.permute(x, [1, 0]) if flat else x
    found = op.recorder.layer("batch_norm", arguments, turned, [*affine, *buffers])
    return op.recorder.permute(found, [1, 0]) if flat else found


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
    arguments = said({"axis": [-1], "affine": True}, axis=[*range(-axes, 0)], affine=weight is not None)
    return op.recorder.layer("rms_norm", arguments, op.tensor("input"), [weight] if weight is not None else [])


def group_norm(op: Operation) -> Tensor:
    weight, bias = op.get("weight"), op.get("bias")
    arguments = said({"affine": True}, groups=op.number("num_groups"), affine=weight is not None)
    weights = [one_of for one_of in (weight, bias) if one_of is not None]
    return op.recorder.layer("group_norm", arguments, op.tensor("input"), weights)


def instance_norm(op: Operation) -> Tensor:
    weight, bias, mean = op.get("weight"), op.get("bias"), op.get("running_mean")
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
        raise Unreadable(f"{op.name} with a divisor of its own")
    arguments = said(
        {**POOL, "stride": kernel},
        kernel=kernel,
        stride=stride or kernel,
        padding=spatial(op, "padding", rank, 0),
        **({"dilation": spatial(op, "dilation", rank, 1)} if kind == "max" else {}),
        ceil_mode=bool(op.get("ceil_mode", False)),
    )
    return op.recorder.layer(f"{kind}_pool", arguments, with_channels(op, op.tensor("self"), rank))


def adaptive(op: Operation) -> Tensor:
    kind = "adaptive_avg_pool" if "avg" in op.name else "adaptive_max_pool"
    x, rank = op.tensor("self"), int(op.name[-2])
    size = [given if given else x.shape[axis - rank] for axis, given in enumerate(op.numbers("output_size"))]
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
    **{f"adaptive_{kind}_pool{rank}d": adaptive for kind in ("avg", "max") for rank in (1, 2, 3)},
}
"""The rule of each operator, by its name without the overload."""
