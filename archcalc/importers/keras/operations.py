"""Operations between layers: classes of keras.ops in Keras 3, TFOpLambda and SlicingOpLambda in tf.keras.

Their axes count the batch, which is the first one always; what would move it or mix it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.keras.call import Call, activate, operation, values
from archcalc.importers.keras.merging import extreme, joined
from archcalc.layers.base import Arguments

FUNCTIONS = {
    "relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "tanh": "tanh", "gelu": "gelu", "silu": "silu",
    "swish": "silu", "elu": "elu", "selu": "selu", "celu": "celu", "softplus": "softplus", "softsign": "softsign",
    "logsigmoid": "log_sigmoid", "hardsigmoid": "hardsigmoid", "hardsilu": "hardswish", "hardswish": "hardswish",
    "hardtanh": "hardtanh", "mish": "mish", "exp": "exp", "exponential": "exp", "log": "log", "sqrt": "sqrt",
    "sin": "sin", "cos": "cos", "abs": "abs", "absolute": "abs", "square": "square",
}  # fmt: skip
"""Functions of each element, as layers here."""
PASSED = (
    "negative neg rsqrt reciprocal floor ceil round rint sign erf erfinv log1p log2 log10 exp2 expm1 cast identity"
    " stopgradient clip clipbyvalue nantonum tan arcsin arccos arctan sinh cosh arcsinh arccosh arctanh isnan isinf"
    " isfinite logicalnot converttotensor copy array hardshrink softshrink tanhshrink squareplus threshold"
    " sparsesigmoid sparseplus ensureshape dropout l2normalize normalize logit positive conj conjugate real"
).split()
"""Functions that no layer is called after: they change neither a size nor a weight."""
ARITHMETIC = {
    "add": "add", "addv2": "add", "subtract": "sub", "sub": "sub", "multiply": "mul", "mul": "mul", "divide": "div",
    "truedivide": "div", "truediv": "div", "realdiv": "div", "radd": "add", "rmul": "mul", "rsub": "sub",
    "rtruediv": "div",
}  # fmt: skip
OTHER = (
    "power pow rpow floordivide floordiv mod floormod remainder equal notequal less lessequal greater greaterequal eq"
    " ne lt le gt ge lessthan logicaland logicalor logicalxor arctan2 squareddifference where"
).split()
"""Arithmetic of two tensors that no layer is called after: it costs what a sum does."""
EXTREMES = frozenset("max min amax amin argmax argmin".split())
OPTIONS = frozenset("name dtype out".split())


def argument(call: Call, name: str, place: int = 1, otherwise: Any = None) -> Any:
    """An argument by its name, in its place, or of the class itself."""
    if name in call.kwargs:
        return call.kwargs[name]
    if len(call.args) > place:
        return call.args[place]
    found = call.layer.get(name)
    return otherwise if found is None else found


def sides(call: Call) -> list[Any]:
    """The two sides of an operation: tensors, numbers, lists of them."""
    found = [*call.args, *(value for name, value in call.kwargs.items() if name not in OPTIONS)]
    return found[:3]


@operation(*FUNCTIONS)
def function(call: Call) -> Value:
    return call.add(FUNCTIONS[call.layer.operation], {}, call.x)


@operation(*PASSED)
def passed(call: Call) -> Value:
    return call.drop(call.layer.function, call.x)


@operation("leakyrelu")
def leaky(call: Call) -> Value:
    slope = argument(call, "negative_slope", 1, argument(call, "alpha", 1, 0.2))
    return call.add("leaky_relu", {"slope": slope}, call.x)


@operation("softmax logsoftmax")
def softmax(call: Call) -> Value:
    kind = "softmax" if call.layer.operation == "softmax" else "log_softmax"
    axis = call.axis(argument(call, "axis", 1, -1), len(call.x.shape))
    return call.add(kind, {} if axis == len(call.x.shape) - 1 else {"axis": axis}, call.x)


@operation("glu")
def glu(call: Call) -> Value:
    axis = call.axis(argument(call, "axis", 1, -1), len(call.x.shape))
    return call.add("glu", {} if axis == len(call.x.shape) - 1 else {"axis": axis}, call.x)


@operation("activation")
def named(call: Call) -> Value:
    return activate(call, call.x, call.get("activation"))


# Arithmetic


@operation(*ARITHMETIC, *OTHER)
def arithmetic(call: Call) -> Value:
    name = call.layer.operation
    tensors = values(sides(call))
    if len(tensors) == 1:
        return with_numbers(call, tensors[0])
    read = [one_more(call, one, tensors) for one in tensors]
    return call.add(ARITHMETIC.get(name, "add"), {}, *read)


def one_more(call: Call, x: Value, tensors: Sequence[Value]) -> Value:
    """A tensor with the axes of 1 in front that broadcasting puts behind a batch: Keras counts the batch too."""
    rank = max(len(one.shape) for one in tensors)
    if len(x.shape) < rank and not call.lead and x.node is not None and x.node.type not in ("parameter", "constant"):
        raise Unreadable(
            f"{call.layer.function} of tensors with different numbers of axes, where the batch meets another"
        )
    return x


def with_numbers(call: Call, x: Value) -> Value:
    """A tensor and numbers of the file: they change a size only where they are stretched."""
    for side in sides(call):
        shape = shape_of(side)
        wide = [max(pair) for pair in zip(shape[::-1], x.shape[::-1], strict=False)][::-1]
        inner = shape[1:] if len(shape) > len(x.shape) and shape[0] == 1 else shape
        if (wide and tuple(wide) != x.shape[len(x.shape) - len(wide) :]) or len(inner) > len(x.shape):
            out = [*x.shape[: len(x.shape) - len(wide)], *wide]
            return call.add("expand", {"shape": out}, x)
    return call.drop("arithmetic with numbers of the file", x)


def shape_of(side: Any) -> list[int]:
    found = []
    while isinstance(side, list) and side:
        found.append(len(side))
        side = side[0]
    return found


@operation("addn")
def added(call: Call) -> Value:
    return call.add("add", {}, *call.inputs) if len(call.inputs) > 1 else call.x


@operation("maximum minimum")
def extremes(call: Call) -> Value:
    tensors = values(sides(call))
    if len(tensors) < 2:
        return with_numbers(call, tensors[0])
    name = "Minimum" if "min" in call.layer.name.lower() + str(call.get("function")).lower() else "Maximum"
    name = "Minimum" if call.layer.kind == "Minimum" else name
    return extreme(call, name, tensors)


@operation("matmul dot")
def matmul(call: Call) -> Value:
    tensors = values(sides(call))
    if len(tensors) < 2:
        return with_numbers(call, tensors[0])
    one, other = tensors[:2]
    if argument(call, "transpose_a", 9):
        one = call.add("transpose", {"axis": [-2, -1]}, one)
    if argument(call, "transpose_b", 9):
        other = call.add("transpose", {"axis": [-2, -1]}, other)
    if len(one.shape) < 2 or len(other.shape) < 2:
        raise Unreadable(f"{call.layer.function} of vectors, which multiplies along the batch")
    return call.add("matmul", {}, one, other)


@operation("einsum")
def einsum(call: Call) -> Value:
    """The batch has a letter of its own, which is the first of every tensor."""
    said = argument(call, "subscripts", 9) or argument(call, "equation", 9)
    equation = said if isinstance(said, str) else next((one for one in call.args if isinstance(one, str)), "")
    tensors = values([call.args, [*call.kwargs.values()]])
    read, arrow, gives = equation.replace(" ", "").partition("->")
    words = read.split(",")
    heads = {word[0] for word in (*words, gives) if word and not word.startswith("...")}
    if len(words) != len(tensors) or not arrow:
        raise Unreadable(f"einsum {equation[:60]}")
    if len(heads) == 1 and all(word[:1] in heads for word in (*words, gives)):
        letter = heads.pop()
        if all(word.count(letter) == 1 for word in (*words, gives)):
            words, gives = [word[1:] for word in words], gives[1:]
    elif heads:
        raise Unreadable(f"einsum {equation[:60]} along the batch")
    return call.add("einsum", {"equation": f"{','.join(words)}->{gives}"}, *tensors)


# Reductions


@operation("mean reducemean sum reducesum max amax reducemax min amin reducemin prod var std any all")
def reduced(call: Call) -> Value:
    name = call.layer.operation.removeprefix("reduce")
    kind = "mean" if name in ("mean", "var", "std") else "max" if name in EXTREMES else "sum"
    x, axis = call.x, argument(call, "axis", 1)
    keep = bool(argument(call, "keepdims", 2, False))
    rank = len(x.shape)
    if axis is None:
        raise Unreadable(f"{call.layer.function} of all axes, the batch's too")
    axes = [call.axis(one, rank) for one in (axis if isinstance(axis, list) else [axis])]
    arguments: Arguments = {"axis": axes[0] if len(axes) == 1 else sorted(axes), **({"keep": True} if keep else {})}
    spatial = [*range(rank - 1)] if call.network.graph.layout == "HWC" else [*range(1, rank)]
    if kind == "mean" and not call.lead and rank > 2 and sorted(axes) == spatial:
        return call.add("adaptive_avg_pool", {"size": 1}, x) if keep else call.add("global_avg_pool", {}, x)
    return call.add(kind, arguments, x)


@operation("argmax argmin")
def position(call: Call) -> Any:
    """Where the largest value is: one number in the place of an axis."""
    call.network.graph.notes.append(f"{call.title} gives a position: it stands as the largest value")
    return reduced(call)


@operation("norm")
def norm(call: Call) -> Value:
    if argument(call, "ord", 1) not in (None, 2):
        raise Unreadable("norm of another order than 2")
    call.args = [call.add("square", {}, call.x)]
    return call.add("sqrt", {}, reduced(call))


@operation("topk")
def largest(call: Call) -> list[Value]:
    """The largest values of the last axis, and where they are."""
    cut = {"axis": -1, "stop": argument(call, "k", 1)}
    return [call.add("slice", cut, call.x), call.add("slice", cut, call.x)]


@operation("take gather")
def take(call: Call) -> Value:
    """Positions of an axis that the file says."""
    said, x = argument(call, "indices", 1), call.x
    axis = call.axis(argument(call, "axis", 2), len(x.shape))
    if type(said) is int:
        return call.add("select", {"index": said, "axis": axis}, x)
    if not isinstance(said, list) or any(type(one) is not int for one in said):
        raise Unreadable(f"{call.layer.function} by {str(said)[:40]}")
    shape = [len(said) if at == axis else size for at, size in enumerate(x.shape)]
    return call.add("custom", {"out": shape, "params": 0, "macs": 0}, x)


@operation("dotproductattention")
def dot_product_attention(call: Call) -> Value:
    """Of [T, heads, width], whose heads come in front here."""
    tensors = values([call.args, [*call.kwargs.values()]])[:3]
    if len(tensors) != 3 or any(len(one.shape) != 3 for one in tensors):
        raise Unreadable("dot_product_attention of other than a query, a key and a value")
    turned = [call.permute(one, [1, 0, 2]) for one in tensors]
    arguments: Arguments = {"causal": True} if argument(call, "is_causal", 9) else {}
    if turned[0].shape[0] != turned[1].shape[0]:
        arguments["enable_gqa"] = True
    return call.permute(call.add("scaled_dot_product_attention", arguments, *turned), [1, 0, 2])


# Shapes


@operation("reshape")
def reshape(call: Call) -> Value:
    """The sizes with the batch in front, which may be -1 or what the file computes of it."""
    said = argument(call, "newshape", 1) or argument(call, "shape", 1) or argument(call, "target_shape", 1)
    x = call.x
    sizes = [size if type(size) is int else -1 for size in said] if isinstance(said, list) else []
    total = prod(x.shape)
    if sizes and sizes[0] in (-1, 1) and sizes.count(-1) == 1 and prod(sizes[1:]) == total:
        return call.reshape(x, sizes[1:])
    if sizes.count(-1) <= 2 and sizes[:1] == [-1] and sizes[1:].count(-1) == 1:
        rest = prod(size for size in sizes[1:] if size != -1)
        if rest and total % rest == 0:
            return call.reshape(x, [total // rest if size == -1 else size for size in sizes[1:]])
    raise Unreadable(f"{call.layer.function} to {str(said)[:60]}, where the batch meets another axis")


@operation("transpose permute")
def transpose(call: Call) -> Value:
    order = argument(call, "axes", 1) or argument(call, "perm", 1)
    if not isinstance(order, list) or order[:1] != [0]:
        raise Unreadable(f"{call.layer.function} that moves the batch")
    return call.permute(call.x, [axis - 1 for axis in order[1:]])


@operation("swapaxes")
def swapaxes(call: Call) -> Value:
    rank = len(call.x.shape)
    one, other = (call.axis(argument(call, name, place), rank) for name, place in (("axis1", 1), ("axis2", 2)))
    return call.add("transpose", {"axis": [one, other]}, call.x)


@operation("moveaxis")
def moveaxis(call: Call) -> Value:
    x = call.x
    start, end = argument(call, "source", 1), argument(call, "destination", 2)
    start, end = (one[0] if isinstance(one, list) and len(one) == 1 else one for one in (start, end))
    order = [*range(len(x.shape))]
    order.insert(call.axis(end, len(x.shape)), order.pop(call.axis(start, len(x.shape))))
    return call.permute(x, order)


@operation("expanddims")
def expand_dims(call: Call) -> Value:
    axis = argument(call, "axis", 1, -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    place = call.axis(axis, len(call.x.shape) + 1)
    return call.add("unsqueeze", {"axis": place}, call.x)


@operation("squeeze")
def squeeze(call: Call) -> Value:
    axis, x = argument(call, "axis", 1), call.x
    said = axis if isinstance(axis, list) else [axis] if axis is not None else []
    axes = [call.axis(one, len(x.shape)) for one in said] or [at for at, size in enumerate(x.shape) if size == 1]
    return call.add("squeeze", {"axis": axes if len(axes) > 1 else axes[0]}, x) if axes else x


@operation("ravel")
def ravel(call: Call) -> Value:
    raise Unreadable("ravel, which mixes the batch with the other axes")


@operation("flatten")
def flatten(call: Call) -> Value:
    return call.add("flatten", {}, call.x)


@operation("concatenate concat")
def concatenate(call: Call) -> Value:
    read = values(call.args[:1]) or values([*call.kwargs.values()])
    axis = argument(call, "axis", 1, -1)
    return joined(call, read, axis)


@operation("stack")
def stack(call: Call) -> Value:
    read = values(call.args[:1]) or values([*call.kwargs.values()])
    return call.add("stack", {"axis": call.axis(argument(call, "axis", 1, 0), len(read[0].shape) + 1)}, *read)


@operation("unstack")
def unstack(call: Call) -> list[Value]:
    x = call.x
    axis = call.axis(argument(call, "axis", 2, 0), len(x.shape))
    return [call.add("select", {"index": place, "axis": axis}, x) for place in range(x.shape[axis])]


@operation("split")
def split(call: Call) -> list[Value]:
    x = call.x
    said = argument(call, "indices_or_sections", 1)
    said = argument(call, "num_or_size_splits", 1) if said is None else said
    axis = call.axis(argument(call, "axis", 2, 0), len(x.shape))
    if type(said) is int:
        return call.node("split", {"parts": said, "axis": axis}, x).outputs
    if call.layer.kind == "TFOpLambda":
        return call.node("split", {"sizes": said, "axis": axis}, x).outputs
    places = [0, *said, x.shape[axis]]
    sizes = [stop - start for start, stop in pairwise(places)]
    return call.node("split", {"sizes": sizes, "axis": axis}, x).outputs


@operation("pad")
def pad(call: Call) -> Value:
    said = argument(call, "pad_width", 1) or argument(call, "paddings", 1)
    x = call.x
    if not isinstance(said, list) or not isinstance(said[0], list) or len(said) != len(x.shape) + 1 or any(said[0]):
        raise Unreadable(f"{call.layer.function} by {str(said)[:60]}")
    return call.add("pad", {"padding": [one[0] if one[0] == one[1] else one for one in said[1:]]}, x)


@operation("tile")
def tile(call: Call) -> Value:
    said = argument(call, "repeats", 1) or argument(call, "multiples", 1)
    if not isinstance(said, list) or len(said) != len(call.x.shape) + 1 or said[0] != 1:
        raise Unreadable(f"{call.layer.function} by {str(said)[:60]}")
    return call.add("tile", {"repeats": said[1:]}, call.x)


@operation("repeat")
def repeat(call: Call) -> Value:
    x, times = call.x, argument(call, "repeats", 1)
    axis = call.axis(argument(call, "axis", 2), len(x.shape))
    return call.add("tile", {"repeats": [times if at == axis else 1 for at in range(len(x.shape))]}, x)


@operation("broadcastto")
def broadcast(call: Call) -> Value:
    said = argument(call, "shape", 1)
    return call.add("expand", {"shape": [*said[1:]]}, call.x)


@operation("flip roll sort reverse cumsum cumprod")
def same(call: Call) -> Value:
    return call.drop(call.layer.function, call.x)


@operation("averagepool avgpool maxpool avgpool2d maxpool2d")
def pool(call: Call) -> Value:
    x = call.x
    rank = len(x.shape) - 1
    size = spatial(argument(call, "pool_size", 1) or argument(call, "ksize", 1), rank)
    stride = spatial(argument(call, "strides", 2) or size, rank)
    same = str(argument(call, "padding", 3, "valid")).lower() == "same"
    kind = "max_pool" if "max" in call.layer.operation else "avg_pool"
    arguments = {"kernel": size, "stride": stride, **({"padding": "same"} if same else {})}
    return call.placed(rank, x, lambda one: call.add(kind, arguments, one))


def spatial(said: Any, rank: int) -> list[int]:
    found = [said] * rank if type(said) is int else [*said]
    return found[1:-1] if len(found) == rank + 2 else found


@operation("resize")
def resize(call: Call) -> Value:
    size = argument(call, "size", 1)
    mode = str(argument(call, "interpolation", 2) or argument(call, "method", 2) or "bilinear").lower()
    arguments: Arguments = {"size": [*size], **({"mode": mode} if mode in ("bilinear", "bicubic") else {})}
    return call.placed(2, call.x, lambda one: call.add("upsample", arguments, one))


@operation("depthtospace spacetodepth")
def depth_to_space(call: Call) -> Value:
    kind = "pixel_shuffle" if call.layer.operation == "depthtospace" else "pixel_unshuffle"
    factor = argument(call, "block_size", 1)
    return call.placed(2, call.x, lambda one: call.add(kind, {"factor": factor}, one))


@operation("onehot")
def one_hot(call: Call) -> Value:
    """A vector for each index, with nothing learned."""
    depth = argument(call, "num_classes", 1) or argument(call, "depth", 1)
    return call.add("expand", {"shape": [*call.x.shape, depth]}, call.add("unsqueeze", {"axis": -1}, call.x))


# Slices


@operation("getitem slicewithoutspec slice")
def getitem(call: Call) -> Value:
    said = argument(call, "slice_spec", 1) or argument(call, "key", 1)
    parts = [*said] if isinstance(said, list) else [said]
    if parts[:1] != [Ellipsis] and not (parts and is_whole(parts[0])):
        raise Unreadable("a slice along the batch")
    return sliced(call, call.x, parts)


def is_whole(part: Any) -> bool:
    if isinstance(part, dict):
        return all(part.get(name) is None for name in ("start", "stop", "step"))
    return isinstance(part, slice) and part == slice(None, None, None)


def sliced(call: Call, x: Value, parts: list[Any]) -> Value:
    """Slices, positions, new axes and an ellipsis, one axis after the other from the last on."""
    if Ellipsis in parts:
        at = parts.index(Ellipsis)
        used = sum(part is not None for part in parts) - 1
        parts = [*parts[:at], *[slice(None)] * (len(x.shape) + 1 - used), *parts[at + 1 :]]
    axis, drops = -1, []
    for part in parts:
        if part is None:
            x = call.add("unsqueeze", {"axis": axis}, x)
            axis += 1
            continue
        if axis >= 0:
            part = slice(*(part.get(name) for name in ("start", "stop", "step"))) if isinstance(part, dict) else part
            if type(part) is int:
                drops.append((axis, part))
            elif not isinstance(part, slice):
                raise Unreadable(f"a slice {str(part)[:40]}")
            else:
                x = cut(call, x, axis, part)
        axis += 1
    for at, index in drops[::-1]:
        x = call.add("select", {"index": index, **({"axis": at} if at else {})}, x)
    return x


def cut(call: Call, x: Value, axis: int, part: slice) -> Value:
    start, stop, step = part.indices(x.shape[axis])
    if step < 0:
        return call.drop("reversed order", x) if len(range(start, stop, step)) == x.shape[axis] else x
    if (start, stop, step) == (0, x.shape[axis], 1):
        return x
    arguments: Arguments = {"axis": axis, **({"start": start} if start else {}), "stop": stop}
    return call.add("slice", {**arguments, **({"step": step} if step != 1 else {})}, x)
