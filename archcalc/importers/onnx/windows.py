"""Rules of operators with windows: convolutions, their transposes, pools."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.importers.graphs.graph import Several
from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.elementwise import activated
from archcalc.importers.onnx.moving import padded
from archcalc.importers.onnx.operation import Operation, Rule, other
from archcalc.importers.onnx.products import added, own_bias
from archcalc.importers.pytorch.operation import one, said
from archcalc.importers.pytorch.windows import CONVOLUTION
from archcalc.layers.base import Arguments

Pairs = list[tuple[int, int]]

SAME = ("SAME_UPPER", "SAME_LOWER")


def spatial(op: Operation, x: Tensor, kernel: Sequence[int] | None = None) -> tuple[list[int], list[int], list[int]]:
    """The window, its strides and dilations. Raises Unreadable for a tensor without such axes."""
    kernel = op.numbers("kernel_shape") or kernel
    if not kernel or len(x.shape) != len(kernel) + 2 or min(kernel) < 1 or not x.computed:
        raise Unreadable(f"{op.type} of a tensor with {len(x.shape)} axes by a window of {kernel or 'unknown size'}")
    rank = len(kernel)
    strides, dilations = op.numbers("strides", [1] * rank), op.numbers("dilations", [1] * rank)
    assert strides is not None
    assert dilations is not None
    if not len(strides) == len(dilations) == rank or min(*strides, *dilations) < 1:
        raise Unreadable(f"{op.type} in steps of {strides} and {dilations}")
    return [*kernel], strides, dilations


def paddings(op: Operation, sizes: Sequence[int], kernel: Sequence[int], strides: Sequence[int], reach: Any) -> Pairs:
    """Positions before and after each axis. ``reach``: the dilations of the window."""
    automatic = op.get("auto_pad", "NOTSET")
    if automatic in SAME:
        found = []
        for size, width, stride, dilation in zip(sizes, kernel, strides, reach, strict=True):
            total = max((-(-size // stride) - 1) * stride + (width - 1) * dilation + 1 - size, 0)
            small, large = total // 2, total - total // 2
            found.append((small, large) if automatic == "SAME_UPPER" else (large, small))
        return found
    pads = op.numbers("pads") if automatic == "NOTSET" else None
    if pads is None:
        return [(0, 0)] * len(kernel)
    if len(pads) != 2 * len(kernel):
        raise Unreadable(f"{op.type} with {len(pads)} numbers of padding for {len(kernel)} axes")
    return [*zip(pads[: len(kernel)], pads[len(kernel) :], strict=True)]


def padding(pairs: Pairs) -> Any:
    return one([one(list(pair)) for pair in pairs]) if alike(pairs) else [one(list(pair)) for pair in pairs]


def alike(pairs: Pairs) -> bool:
    """Whether each axis has as many positions before as after: a list of two numbers is another thing than a pair."""
    return all(before == after for before, after in pairs)


def convolution(op: Operation) -> Tensor:
    """Conv, and FusedConv with its activation."""
    x, weight, bias = op.image(), op.tensor(1), op.optional(2)
    kernel, strides, dilations = spatial(op, x, weight.shape[2:])
    pairs = paddings(op, x.shape[2:], kernel, strides, dilations)
    if weight.weight is None and weight.origin is None:
        sizes = spread_out(x.shape[2:], kernel, strides, dilations, pairs, False)
        return by_computed(op, x, [x.shape[0], weight.shape[0], *sizes], prod(weight.shape[1:]), weight.shape[0])
    x, pairs = without_negative(op, x, pairs)
    groups, out = op.number("group", 1), weight.shape[0]
    channels = weight.shape[1] * groups
    own = own_bias(op, bias, out)
    alike: Arguments = {
        "kernel": one(kernel),
        "stride": one(strides),
        "padding": "same" if op.get("auto_pad") == "SAME_UPPER" and any(map(any, pairs)) else padding(pairs),
        "dilation": one(dilations),
        "bias": own is not None,
    }
    weights = [weight, *([own] if own is not None else [])]
    if groups == channels > 1 and out % channels == 0:
        arguments = said(CONVOLUTION, **alike, multiplier=out // channels)
        found = op.recorder.layer("depthwise_conv", arguments, x, weights)
    else:
        found = op.recorder.layer("conv", said(CONVOLUTION, out=out, **alike, groups=groups), x, weights)
    if bias is not own:
        found = added(op, found, bias, 1)
    if len(op.inputs) > 3 and op.type == "FusedConv":
        found = op.recorder.together("add", [found, op.tensor(3)])
    return activated(op, found)


def by_computed(op: Operation, x: Tensor, shape: Sequence[int], each: int, channels: int) -> Tensor:
    """A convolution whose weight the network computes: what no layer does, with its multiply-adds.

    ``each``: those of one position of what it gives (or, transposed, of what it reads).
    """
    transposed = op.type == "ConvTranspose"
    positions = x.shape[1:] if transposed else (channels, *shape[2:])
    found = other(op, shape, x, op.tensor(1), macs=each * prod(positions))
    bias = op.optional(2) if op.type in ("Conv", "FusedConv", "ConvTranspose") else None
    return activated(op, added(op, found, bias, 1))


def without_negative(op: Operation, x: Tensor, pairs: Pairs) -> tuple[Tensor, Pairs]:
    """Padding below 0 cuts: a step before the window's."""
    if all(min(pair) >= 0 for pair in pairs):
        return x, pairs
    return padded(op, x, [(0, 0), (0, 0), *pairs], "constant"), [(0, 0)] * len(pairs)


def transposed(op: Operation) -> Tensor:
    x, weight, bias = op.image(), op.tensor(1), op.optional(2)
    kernel, strides, dilations = spatial(op, x, weight.shape[2:])
    extra = op.numbers("output_padding") or [0] * len(kernel)
    groups = op.number("group", 1)
    whole = [
        stride * (size - 1) + (width - 1) * dilation + 1
        for size, width, stride, dilation in zip(x.shape[2:], kernel, strides, dilations, strict=True)
    ]
    own = own_bias(op, bias, weight.shape[1] * groups)
    pairs, sizes = cut_of(op, x, whole, strides, extra)
    if weight.weight is None and weight.origin is None:
        return by_computed(op, x, [x.shape[0], weight.shape[1] * groups, *sizes], prod(weight.shape[1:]), 0)
    plain = alike(pairs) and all(
        size == full - 2 * before + more and more < max(stride, dilation) and before >= 0
        for size, full, (before, _), more, stride, dilation in zip(
            sizes, whole, pairs, extra, strides, dilations, strict=True
        )
    )
    arguments = said(
        {**CONVOLUTION, "output_padding": 0},
        out=weight.shape[1] * groups,
        kernel=one(kernel),
        stride=one(strides),
        padding=one([before for before, _ in pairs]) if plain else 0,
        output_padding=one(extra) if plain else 0,
        dilation=one(dilations),
        groups=groups,
        bias=own is not None,
    )
    found = op.recorder.layer("conv_transpose", arguments, x, [weight, *([own] if own is not None else [])])
    if bias is not own:
        found = added(op, found, bias, 1)
    if plain:
        return found
    ends = [(-before, size - full + before) for size, full, (before, _) in zip(sizes, whole, pairs, strict=True)]
    return padded(op, found, [(0, 0), (0, 0), *ends], "constant")


def cut_of(
    op: Operation, x: Tensor, whole: Sequence[int], strides: Sequence[int], extra: Sequence[int]
) -> tuple[Pairs, list[int]]:
    """What a transposed convolution leaves out at the ends of each axis, and the sizes that it gives."""
    automatic, wanted = op.get("auto_pad", "NOTSET"), op.numbers("output_shape")
    if automatic in SAME and wanted is None:
        wanted = [size * stride for size, stride in zip(x.shape[2:], strides, strict=True)]
    if wanted is None:
        pairs = paddings(op, x.shape[2:], whole, strides, strides)
        return pairs, [full - sum(pair) + more for full, pair, more in zip(whole, pairs, extra, strict=True)]
    wanted = wanted[-len(whole) :]
    found = []
    for full, size, more in zip(whole, wanted, extra, strict=True):
        total = max(full + more - size, 0)
        small, large = total // 2, total - total // 2
        found.append((large, small) if automatic == "SAME_LOWER" or automatic == "NOTSET" else (small, large))
    return found, wanted


def pool(op: Operation) -> Any:
    """MaxPool, AveragePool and LpPool; where a pool found its largest values is not said."""
    x, kind = op.image(), {"MaxPool": "max", "AveragePool": "avg", "LpPool": "lp"}[op.type]
    kernel, strides, dilations = spatial(op, x)
    pairs = paddings(op, x.shape[2:], kernel, strides, dilations)
    x, pairs = without_negative(op, x, pairs)
    ceil = bool(op.get("ceil_mode", 0)) and op.get("auto_pad", "NOTSET") == "NOTSET"
    if kind != "max" and set(dilations) != {1}:
        return other(op, [*x.shape[:2], *spread_out(x.shape[2:], kernel, strides, dilations, pairs, ceil)], x)
    if kind == "lp" and any(map(any, pairs)):
        x, pairs = padded(op, x, [(0, 0), (0, 0), *pairs], "constant"), [(0, 0)] * len(pairs)
    odd = any(2 * max(pair) > width for pair, width in zip(pairs, kernel, strict=True))
    arguments = said(
        {"stride": one(kernel), "padding": 0, "dilation": 1, "ceil_mode": False, "power": 2},
        kernel=one(kernel),
        stride=one(strides),
        padding=[[*pair] for pair in pairs] if odd or not alike(pairs) else padding(pairs),
        **({"dilation": one(dilations)} if kind == "max" else {}),
        **({"power": op.get("p", 2)} if kind == "lp" else {}),
        ceil_mode=ceil,
    )
    found = op.recorder.layer(f"{kind}_pool", arguments, x)
    return [found, Tensor(found.shape, dtype="int64")] if len(op.read) > 1 else found


def spread_out(
    before: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    pairs: Pairs,
    ceil: bool,
) -> list[int]:
    """How many windows with gaps in them fit into each axis. As PyTorch's, none of them starts behind the axis."""
    found = []
    for size, width, stride, gap, (front, back) in zip(before, kernel, strides, dilations, pairs, strict=True):
        free = size + front + back - gap * (width - 1) - 1
        count = (-(-free // stride) if ceil else free // stride) + 1
        found.append(count - (ceil and (count - 1) * stride >= size + front))
    return found


def whole_pool(op: Operation) -> Tensor:
    """Global pools, which keep the axes."""
    x = op.image()
    if not x.computed or not 3 <= len(x.shape) <= 5:
        raise Unreadable(f"{op.type} of a tensor with {len(x.shape)} axes")
    if op.type == "GlobalLpPool":
        return op.recorder.layer("lp_pool", {"kernel": one([*x.shape[2:]])}, x)
    kind = "adaptive_max_pool" if "Max" in op.type else "adaptive_avg_pool"
    return op.recorder.layer(kind, {"size": 1}, x)


def unpool(op: Operation) -> Tensor:
    x = op.image()
    kernel, strides, _ = spatial(op, x)
    pairs = paddings(op, x.shape[2:], kernel, strides, [1] * len(kernel))
    if not alike(pairs):
        raise Unreadable("MaxUnpool with other padding before than after")
    arguments = said(
        {"stride": one(kernel), "padding": 0},
        kernel=one(kernel),
        stride=one(strides),
        padding=one([before for before, _ in pairs]),
    )
    found = op.recorder.layer("max_unpool", arguments, x)
    wanted = op.known("output_shape", 2)
    if wanted is None or [*wanted] == [*found.shape]:
        return found
    ends = [(0, int(size) - was) for size, was in zip(wanted, found.shape, strict=True)]
    return padded(op, found, ends, "constant")


def deformed(op: Operation) -> Tensor:
    """A convolution whose offsets are an input: what no layer does, with its weights and multiply-adds."""
    x, weight = op.image(), op.tensor(1)
    if weight.weight is None:
        raise Unreadable("DeformConv whose weight is computed")
    kernel, strides, dilations = spatial(op, x, weight.shape[2:])
    pairs = paddings(op, x.shape[2:], kernel, strides, dilations)
    sizes = [
        (size + sum(pair) - (width - 1) * dilation - 1) // stride + 1
        for size, pair, width, stride, dilation in zip(x.shape[2:], pairs, kernel, strides, dilations, strict=True)
    ]
    params = prod(weight.shape) + (prod(bias.shape) if (bias := op.optional(3)) is not None else 0)
    found = other(
        op, [x.shape[0], weight.shape[0], *sizes], x, op.tensor(2), params=params, macs=prod(weight.shape) * prod(sizes)
    )
    assert found.value is not None
    assert found.value.node is not None
    keys = [one_of.weight.identity for one_of in (weight, bias) if one_of is not None and one_of.weight is not None]
    found.value.node.weights = dict.fromkeys(found.value.node.weights, keys[0] if len(keys) == 1 else Several(keys))
    return found


def columns(op: Operation) -> Tensor:
    """Col2Im."""
    size, block = op.sizes("image_shape", 1), op.sizes("block_shape", 2)
    rank = len(block)
    pads = op.numbers("pads") or [0] * (2 * rank)
    pairs: Pairs = [*zip(pads[:rank], pads[rank:], strict=True)]
    if not alike(pairs) or rank != 2:
        return other(op, [op.tensor().shape[0], op.tensor().shape[1] // prod(block), *size])
    arguments = said(
        {"stride": 1, "padding": 0, "dilation": 1},
        kernel=one(block),
        size=one(size),
        stride=one(op.numbers("strides") or [1] * rank),
        padding=one([before for before, _ in pairs]),
        dilation=one(op.numbers("dilations") or [1] * rank),
    )
    return op.recorder.layer("fold", arguments, op.image())


RULES: dict[str, Rule] = {
    "Conv": convolution,
    "FusedConv": convolution,
    "ConvTranspose": transposed,
    **dict.fromkeys("MaxPool AveragePool LpPool".split(), pool),
    **dict.fromkeys("GlobalAveragePool GlobalMaxPool GlobalLpPool".split(), whole_pool),
    "MaxUnpool": unpool,
    "DeformConv": deformed,
    "Col2Im": columns,
}
