"""Rules of operators with windows: convolutions, their transposes, pools."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Place, Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, one, said
from archcalc.importers.pytorch.stored import learned, stored
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
    **dict.fromkeys("max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d".split(), pool),
    **{f"adaptive_avg_pool{rank}d": adaptive for rank in (1, 2, 3)},
    **{f"_adaptive_avg_pool{rank}d": adaptive for rank in (2, 3)},
    **{f"adaptive_max_pool{rank}d": pool_with_places for rank in (1, 2, 3)},
    **{f"max_pool{rank}d_with_indices": pool_with_places for rank in (1, 2, 3)},
    **dict.fromkeys("max_unpool2d max_unpool3d".split(), unpooled),
    **dict.fromkeys("fractional_max_pool2d fractional_max_pool3d".split(), chance_pool),
}
"""The rule of each operator, by its name without the overload."""
