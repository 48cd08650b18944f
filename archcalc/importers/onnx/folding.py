"""Operators on tensors that are known before the network runs: shapes, and the numbers where the file says them.

Most of it is arithmetic on sizes, which exporters write as Shape, Gather, Concat and so on. A stored tensor in another
shape or order, or scaled, stays that stored tensor.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import Any

from archcalc.importers.graphs.graph import Several
from archcalc.importers.graphs.samples import Tensor, Weight, axis_in, cut_numbers, joined, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.model import DTYPES, MOST_NUMBERS, TensorProto
from archcalc.importers.onnx.operation import Operation, Rule
from archcalc.meter import charge

NUMBERS_A_UNIT = 10
"""Numbers that are computed in a unit of work."""

MOST_ELEMENTS = 2**62
MOST_WHOLE = 2**63

MOST_JOINED = 64
"""Stored tensors that are joined and still known as those."""

INTEGERS = frozenset("int8 int16 int32 int64 uint8".split())


def divided(one: Any, other: Any) -> Any:
    """Division as ONNX has it: of whole numbers towards zero."""
    if isinstance(one, int) and isinstance(other, int):
        found = abs(one) // abs(other)
        return found if (one < 0) == (other < 0) else -found
    return one / other


TWO: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": divided,
    "Mod": operator.mod,
    "Min": min,
    "Max": max,
    "Equal": operator.eq,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "And": lambda one, other: bool(one and other),
    "Or": lambda one, other: bool(one or other),
    "Xor": lambda one, other: bool(one) != bool(other),
}
"""Of each pair of elements."""

ONE: dict[str, Callable[[Any], Any]] = {
    "Neg": operator.neg,
    "Abs": abs,
    "Not": operator.not_,
    "Floor": lambda one: one if isinstance(one, int) else float(math.floor(one)),
    "Ceil": lambda one: one if isinstance(one, int) else float(math.ceil(one)),
    "Round": lambda one: float(round(one)),
    "Sqrt": math.sqrt,
    "Exp": math.exp,
    "Log": math.log,
    "Sin": math.sin,
    "Cos": math.cos,
    "Reciprocal": lambda one: 1 / one,
    "Sign": lambda one: (one > 0) - (one < 0),
    "IsNaN": math.isnan,
}
"""Of each element."""


def constant(shape: Sequence[int], numbers: list[Any] | None = None, dtype: str = "float32") -> Tensor:
    """A tensor that is known, with its numbers if these are as many."""
    if prod(shape) > MOST_ELEMENTS:
        raise Unreadable(f"a tensor of {[*shape]}")
    held = numbers if numbers is not None and len(numbers) == prod(shape) <= MOST_NUMBERS else None
    charge(len(held or ()) // NUMBERS_A_UNIT)
    if held is not None and any(type(one) is int and abs(one) >= MOST_WHOLE for one in held):
        held = None
    return Tensor(shape, numbers=held, dtype=dtype)


def each(op: Operation) -> Tensor:
    """Operators on each element, of tensors that stretch each other."""
    tensors = op.tensors
    shape = stretched([x.shape for x in tensors], max(len(x.shape) for x in tensors))
    rule = TWO.get(op.type)
    dtype = "bool" if op.type in BOOLEAN else tensors[0].dtype
    if len(tensors) == 1 or rule is None or any(x.numbers is None for x in tensors) or prod(shape) > MOST_NUMBERS:
        return kept(op, shape, dtype)
    found: list[Any] | None = spread(tensors[0], shape)
    for x in tensors[1:]:
        found = computed(rule, found, spread(x, shape))
    return constant(shape, found, dtype)


def computed(rule: Callable[..., Any], *rows: list[Any] | None) -> list[Any] | None:
    """The rule on each element; None where it has no number for one of them."""
    if any(row is None for row in rows):
        return None
    try:
        return [*map(rule, *rows)]  # type: ignore[arg-type]
    except (ArithmeticError, ValueError, TypeError):
        return None


BOOLEAN = frozenset("Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not IsNaN IsInf".split())


def kept(op: Operation, shape: Sequence[int], dtype: str = "float32") -> Tensor:
    """A stored tensor that is scaled, shifted or normed: it stays that tensor, as it is one in the file."""
    for x in op.tensors:
        if x.weight is not None and prod(x.shape) == prod(shape):
            return Tensor(shape, weight=x.weight, dtype=x.dtype)
    return constant(shape, None, dtype)


def spread(x: Tensor, shape: Sequence[int]) -> list[Any]:
    """The numbers of a tensor, stretched to a shape."""
    numbers = x.numbers or []
    charge(prod(shape) // NUMBERS_A_UNIT)
    if x.shape == tuple(shape):
        return numbers
    if len(numbers) == 1:
        return numbers * prod(shape)
    sizes = (*(1,) * (len(shape) - len(x.shape)), *x.shape)
    steps, step = [], 1
    for size in reversed(sizes):
        steps.append(step if size > 1 else 0)
        step *= size
    return [numbers[place] for place in places(shape, steps[::-1])]


def places(shape: Sequence[int], steps: Sequence[int], start: int = 0) -> list[int]:
    """Where the elements of a shape lie, with a step along each axis."""
    found = [start]
    for size, step in zip(shape, steps, strict=True):
        along = range(0, size * step, step) if step else [0] * size
        found = [place + more for place in found for more in along]
    return found


def alone(op: Operation) -> Tensor:
    """A function of each element of one tensor."""
    x = op.tensor()
    rule = ONE.get(op.type)
    if rule is None or x.numbers is None:
        return kept(op, x.shape, x.dtype)
    return constant(x.shape, computed(rule, x.numbers), "bool" if op.type in BOOLEAN else x.dtype)


def power(op: Operation) -> Tensor:
    x, exponent = op.tensor(0), op.tensor(1)
    if x.numbers is None or exponent.numbers is None or len(exponent.numbers) != 1:
        return kept(op, x.shape, x.dtype)
    to = exponent.numbers[0]
    if any(abs(one) > 1e6 for one in (to, *x.numbers)) or abs(to) > 64:
        return constant(x.shape, None, x.dtype)
    return constant(x.shape, computed(lambda one: one**to, x.numbers), x.dtype)


def cast(op: Operation) -> Tensor:
    x = op.tensor()
    dtype = DTYPES.get(op.get("to", 1), "float32") if op.type == "Cast" else op.tensor(1).dtype
    numbers = x.numbers
    if numbers is not None:
        kind = bool if dtype == "bool" else int if dtype in INTEGERS else float
        numbers = [kind(one) for one in numbers] if all(map(finite, numbers)) else None
    return Tensor(x.shape, weight=x.weight, numbers=numbers, dtype=dtype)


def finite(number: Any) -> bool:
    return not isinstance(number, float) or math.isfinite(number)


def where(op: Operation) -> Tensor:
    condition, one, other = op.tensor(0), op.tensor(1), op.tensor(2)
    tensors = [condition, one, other]
    shape = stretched([x.shape for x in tensors], max(len(x.shape) for x in tensors))
    if any(x.numbers is None for x in tensors) or prod(shape) > MOST_NUMBERS:
        return kept(op.with_type("Where", [one, other]), shape, one.dtype)
    rows = [spread(x, shape) for x in tensors]
    return constant(shape, [a if said else b for said, a, b in zip(*rows, strict=True)], one.dtype)


def stored(op: Operation) -> Tensor:
    """The operator Constant."""
    found = op.get("value")
    if isinstance(found, TensorProto):
        return constant(found.dims, found.numbers, found.dtype)
    for word, dtype in (("value_int", "int64"), ("value_float", "float32")):
        if word in op.attributes:
            return constant((), [op.get(word)], dtype)
        if f"{word}s" in op.attributes:
            return constant((len(op.get(f"{word}s")),), op.get(f"{word}s"), dtype)
    if any(word in op.attributes for word in ("value_string", "value_strings")):
        raise Unreadable("Constant of strings")
    sparse = "sparse_value" in op.attributes
    raise Unreadable("Constant of a sparse tensor" if sparse else "Constant without a value")


def filled(op: Operation) -> Tensor:
    shape = op.sizes("shape", 0) if op.tensor().shape != (0,) else []
    found = op.get("value")
    value, dtype = 0.0, "float32"
    if isinstance(found, TensorProto):
        value, dtype = (found.numbers or [None])[0], found.dtype
    if any(size < 0 for size in shape):
        raise Unreadable("ConstantOfShape of a size below 0")
    few = value is not None and prod(shape) <= MOST_NUMBERS
    return constant(shape, [value] * prod(shape) if few else None, dtype)


def counted(op: Operation) -> Tensor:
    start, limit, step = (op.tensor(place) for place in range(3))
    if any(x.numbers is None or len(x.numbers) != 1 for x in (start, limit, step)):
        raise Unreadable("Range whose length depends on values")
    first, last, by = ((x.numbers or [0])[0] for x in (start, limit, step))
    if not by:
        raise Unreadable("Range in steps of 0")
    count = max(math.ceil((last - first) / by), 0)
    numbers = [first + by * place for place in range(count)] if count <= MOST_NUMBERS else None
    return constant((count,), numbers, start.dtype)


def gathered(op: Operation) -> Tensor:
    x, index = op.tensor(0), op.tensor(1)
    axis = axis_in(op.number("axis", 0), len(x.shape))
    shape = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    if x.numbers is None or index.numbers is None or prod(shape) > MOST_NUMBERS:
        return constant(shape, None, x.dtype)
    size, inner = x.shape[axis], prod(x.shape[axis + 1 :])
    if any(not -size <= one < size for one in index.numbers):
        raise Unreadable("Gather of a position that is not there")
    chosen = [int(one) % size for one in index.numbers]
    starts = [outer * size * inner + one * inner for outer in range(prod(x.shape[:axis])) for one in chosen]
    return constant(shape, [number for start in starts for number in x.numbers[start : start + inner]], x.dtype)


def turned(x: Tensor, order: Sequence[int]) -> Tensor:
    """A known tensor with its axes in another order."""
    shape = tuple(x.shape[axis] for axis in order)
    if x.numbers is None:
        return Tensor(shape, weight=x.weight, dtype=x.dtype)
    steps = [prod(x.shape[axis + 1 :]) for axis in order]
    return constant(shape, [x.numbers[place] for place in places(shape, steps)], x.dtype)


def expanded(op: Operation) -> Tensor:
    x, wanted = op.tensor(), op.sizes("shape", 1)
    shape = stretched([x.shape, tuple(wanted)], max(len(x.shape), len(wanted)))
    if prod(shape) == prod(x.shape):
        return x.seen_as(shape)
    if x.numbers is None or prod(shape) > MOST_NUMBERS:
        return Tensor(shape, weight=None, dtype=x.dtype)
    return constant(shape, spread(x, shape), x.dtype)


def tiled(op: Operation) -> Tensor:
    x, repeats = op.tensor(), op.sizes("repeats", 1)
    shape = tuple(size * times for size, times in zip(x.shape, repeats, strict=True))
    if x.numbers is None or prod(shape) > MOST_NUMBERS:
        return constant(shape, None, x.dtype)
    steps = [prod(x.shape[axis + 1 :]) for axis in range(len(x.shape))]
    index = product(*map(range, shape))
    found = [
        x.numbers[sum(place % size * step for place, size, step in zip(at, x.shape, steps, strict=True))]
        for at in index
    ]
    return constant(shape, found, x.dtype)


def reduced(op: Operation) -> Tensor:
    x, rule = op.tensor(), REDUCED.get(op.type)
    rank = len(x.shape)
    axes = op.known("axes", 1)
    chosen = {axis_in(int(axis), rank) for axis in axes} if axes else {*range(rank)}
    keep = bool(op.get("keepdims", 1))
    shape = tuple(1 if axis in chosen else size for axis, size in enumerate(x.shape) if keep or axis not in chosen)
    if x.numbers is None or rule is None or len(chosen) != rank:
        return constant(shape, None, x.dtype)
    return constant(shape, [rule(x.numbers)], x.dtype)


REDUCED: dict[str, Callable[[list[Any]], Any]] = {
    "ReduceProd": prod,
    "ReduceSum": sum,
    "ReduceMax": max,
    "ReduceMin": min,
}


def multiplied(op: Operation) -> Tensor:
    """The shape of a product of matrices."""
    one, other = op.tensor(0).shape, op.tensor(1).shape
    if min(len(one), len(other)) < 2 or one[-1] != other[-2]:
        raise Unreadable(f"{op.type} of constants of {[*one]} and {[*other]}")
    lead = stretched([one[:-2], other[:-2]], max(len(one), len(other)) - 2)
    return constant((*lead, one[-2], other[-1]))


def sized(op: Operation) -> Tensor:
    """The sizes of any tensor, with its batch."""
    shape = [*op.tensor().shape]
    if op.type == "Size":
        return constant((), [prod(shape)], "int64")
    start, stop, _ = slice(op.get("start", 0), op.get("end")).indices(len(shape))
    return constant((max(stop - start, 0),), shape[start:stop], "int64")


def positions(op: Operation) -> Tensor:
    """Where a known tensor is not 0."""
    x = op.tensor()
    if x.numbers is None:
        raise Unreadable("NonZero: how much it gives depends on values")
    found = [at for at, number in zip(product(*map(range, x.shape)), x.numbers, strict=True) if number]
    columns = [place for axis in zip(*found, strict=True) for place in axis]
    return constant((len(x.shape), len(found)), columns, "int64")


def side_by_side(op: Operation) -> Tensor:
    """Tensors joined; stored ones stay those stored tensors, one after the other."""
    tensors = op.tensors
    if len(tensors) == 1:
        return tensors[0]
    charge(sum(len(x.numbers or ()) for x in tensors) // NUMBERS_A_UNIT)
    together = joined(tensors, axis_in(op.number("axis", 0), len(tensors[0].shape)))
    found = constant(together.shape, together.numbers, together.dtype)
    keys: list[Any] = []
    for x in tensors:
        if x.weight is None or not x.weight.learned:
            return found
        key = x.weight.identity
        keys += key if isinstance(key, Several) else [key]
    if len(keys) > MOST_JOINED:
        return found
    return Tensor(found.shape, weight=Weight(Several(keys), found.shape, True, found.dtype), numbers=found.numbers)


def as_index(op: Operation) -> Tensor:
    return constant(op.tensor(1).shape, None, op.tensor().dtype)


def cut(x: Tensor, axis: int, chosen: range) -> Tensor:
    """Positions of an axis of a known tensor, in any order."""
    shape = (*x.shape[:axis], len(chosen), *x.shape[axis + 1 :])
    numbers = None if x.numbers is None else cut_numbers(x.numbers, x.shape, axis, chosen)
    return constant(shape, numbers, x.dtype)


def same(op: Operation) -> Tensor:
    return kept(op, op.tensor().shape, op.tensor().dtype)


RULES: dict[str, Rule] = {
    **dict.fromkeys((*TWO, "Sum", "Mean", "BitwiseAnd", "BitwiseOr", "PRelu"), each),
    **dict.fromkeys((*ONE, "Erf", "Sigmoid", "Tanh", "Relu", "Softplus", "IsInf", "Clip", "Trilu", "CumSum"), alone),
    **dict.fromkeys(("Softmax", "LayerNormalization", "ScatterND", "ScatterElements", "Atan", "Tan"), same),
    "BatchNormalization": same,
    "Pow": power,
    **dict.fromkeys(("Cast", "CastLike"), cast),
    "Where": where,
    "Constant": stored,
    "ConstantOfShape": filled,
    "Range": counted,
    "Gather": gathered,
    "Expand": expanded,
    "Tile": tiled,
    **dict.fromkeys((*REDUCED, "ReduceMean", "ReduceL2", "ReduceL1", "ReduceSumSquare"), reduced),
    "MatMul": multiplied,
    "Concat": side_by_side,
    "GatherElements": as_index,
    "NonZero": positions,
}
"""Of tensors that are all known. Operators that move them stand with those that move computed ones."""

OF_ANY: dict[str, Rule] = {"Shape": sized, "Size": sized}
