"""Stored tensors: which are weights, which say how an operator works, which several layers have, which no layer has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import Several
from archcalc.importers.graphs.samples import Part, Tensor, Weight
from archcalc.importers.onnx import moving
from archcalc.importers.onnx.model import GraphProto, NodeProto, TensorProto, subgraphs
from archcalc.importers.onnx.operation import Operation
from archcalc.importers.onnx.wire import Bytes

FLOATS = frozenset("float16 float32 float64 bfloat16 float8".split())
FEW = 1024
"""Elements of a stored tensor of numbers with a point whose numbers are read: a weight's are not."""

SETTINGS: dict[str, frozenset[int]] = {
    "Resize": frozenset((1, 2, 3)),
    "Upsample": frozenset((1,)),
    "Pad": frozenset((1, 2, 3)),
    "Clip": frozenset((1, 2)),
    "Pow": frozenset((1,)),
    "Range": frozenset((0, 1, 2)),
    "OneHot": frozenset((1, 2)),
    "Dropout": frozenset((1, 2)),
    "QuantizeLinear": frozenset((1, 2)),
    "DequantizeLinear": frozenset((1, 2)),
    "QLinearConv": frozenset((1, 2, 4, 5, 6, 7)),
    "QLinearMatMul": frozenset((1, 2, 4, 5, 6, 7)),
    "MatMulNBits": frozenset((2, 3, 4)),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), frozenset((4, 5, 6))),
}
"""Inputs by their place that say how an operator works: no weights of it."""

MOVING = moving.OF_KNOWN | frozenset("Expand Concat Tile Identity Cast Gather".split())
"""Operators that give the numbers that they read."""

MOST_DEPTH = 30
"""Branches of If, one inside the other."""


def names_read(node: NodeProto) -> Iterator[str]:
    """What a node reads, the branches in it included."""
    yield from node.inputs
    for _, body in subgraphs(node):
        yield from names_inside(body, 0)


def names_inside(body: Bytes, depth: int) -> Iterator[str]:
    if depth >= MOST_DEPTH:
        raise SpecError(Diagnostic(f"graphs stand more than {MOST_DEPTH} deep in one another"))
    graph = GraphProto(body)
    for node in graph.nodes:
        yield from node.inputs
        for _, inner in subgraphs(node):
            yield from names_inside(inner, depth + 1)
    yield from (output.name for output in graph.outputs)


def data_read(nodes: Sequence[NodeProto], outputs: Iterable[str]) -> Iterable[str]:
    """The names of tensors that operators compute with, also where others move them before."""
    found: dict[str, None] = dict.fromkeys(outputs)
    for node in reversed(nodes):
        if node.type in MOVING and found.keys().isdisjoint(node.outputs):
            continue
        settings = SETTINGS.get(node.type, ())
        found.update((name, None) for place, name in enumerate(node.inputs) if place not in settings)
        for _, body in subgraphs(node):
            found.update((name, None) for name in names_inside(body, 0))
    return found


def stored_tensor(name: str, proto: TensorProto) -> Tensor:
    """A stored tensor. One number is a number and no weight; those of a weight are not looked at."""
    count = prod(proto.dims)
    pointed = proto.dtype in FLOATS
    weight = Weight(name, proto.dims, pointed and count > 1, proto.dtype)
    numbers = proto.numbers if not pointed or count <= FEW else None
    return Tensor(proto.dims, weight=weight, numbers=numbers, dtype=proto.dtype)


WEIGHTS: dict[str, range] = {
    **dict.fromkeys(("Conv", "ConvTranspose", "Gemm", "MatMul", "FusedConv"), range(1, 3)),
    "BatchNormalization": range(1, 5),
    **dict.fromkeys(("InstanceNormalization", "GroupNormalization"), range(1, 3)),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization"), range(1, 3)),
    "Add": range(2),
    "Mul": range(2),
}
"""The inputs that are weights of a layer, or that are added and multiplied."""


def partly_shared(nodes: Sequence[NodeProto], stored: dict[str, TensorProto]) -> frozenset[str]:
    """Stored tensors that several nodes read beside different others: no layer has them alone."""
    sets: dict[str, set[tuple[str, ...]]] = {}
    for node in nodes:
        places = WEIGHTS.get(node.type, ())
        found = tuple(
            node.inputs[place] for place in places if place < len(node.inputs) and node.inputs[place] in stored
        )
        for name in found:
            sets.setdefault(name, set()).add((node.type, *found))
    return frozenset(name for name, found in sets.items() if len(found) > 1)


def statistics_of(nodes: Sequence[NodeProto]) -> frozenset[str]:
    """The names of means and variances of batch norms, which nobody learns."""
    return frozenset(name for node in nodes if node.type == "BatchNormalization" for name in node.inputs[3:5])


MASKS = (0.0, 1.0)
MOST_WEIGHT = 1e4
"""A mask hides by larger numbers."""


def stands_for_weight(x: Tensor, op: Operation) -> bool:
    """Whether what ConstantOfShape fills stands for a weight: files whose weights were taken out have such.

    Its sizes stand in the file, and it is no mask of 0 and 1 or of numbers that hide.
    """
    proto = op.get("value")
    value = (proto.numbers or [0.0])[0] if isinstance(proto, TensorProto) else 0.0
    written = op.tensor().weight is not None
    return written and x.dtype in FLOATS and value not in MASKS and abs(value) < MOST_WEIGHT


def parts_of(owner: Any) -> Iterator[Any]:
    """The names of the stored tensors in an identity."""
    if isinstance(owner, Part):
        yield from parts_of(owner.key)
    elif isinstance(owner, Several):
        for one in owner:
            yield from parts_of(one)
    else:
        yield owner
