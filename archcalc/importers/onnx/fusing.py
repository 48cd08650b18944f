"""Nodes that are one operator written out: found by what reads what, before anything is left out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import NamedTuple

from archcalc.importers.onnx.model import Attribute, NodeProto, TensorProto
from archcalc.importers.onnx.wire import Bytes
from archcalc.meter import charge

LOOKED_AT = 2
"""Units of work for a node that is looked at."""

MOST_TIMES = 4
"""Times that one node reads the same tensor."""

PASSING = frozenset("Identity Transpose Cast DequantizeLinear Reshape".split())
"""Operators after which a stored tensor is still one."""


class Found(NamedTuple):
    """A node, the last of those that it stands for, and all of them."""

    node: NodeProto
    last: NodeProto
    gone: Sequence[NodeProto]


class Nodes:
    """Nodes by what they give and read."""

    def __init__(self, nodes: Sequence[NodeProto], stored: dict[str, TensorProto], given: Iterable[str]) -> None:
        self.nodes, self.stored, self.given = nodes, stored, {*given}
        self.makers = {name: node for node in nodes for name in node.outputs if name}
        self.readers: dict[str, list[NodeProto]] = {}
        for node in nodes:
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)

    def maker(self, name: str, *types: str) -> NodeProto | None:
        """The node of one of these types that makes a tensor."""
        found = self.makers.get(name)
        return found if found is not None and found.type in types and not found.domain and usable(found) else None

    def reader(self, node: NodeProto | None, *types: str) -> NodeProto | None:
        """The only node that reads what a node gives, if it is of one of these types."""
        if node is None or node.outputs[0] in self.given:
            return None
        found = self.readers.get(node.outputs[0], [])
        alone = found and len(found) <= MOST_TIMES and all(one is found[0] for one in found)
        return found[0] if alone and found[0].type in types else None

    def tensor(self, name: str) -> TensorProto | None:
        """A stored tensor: an initializer, or what Constant gives."""
        if name in self.stored:
            return self.stored[name]
        maker = self.maker(name, "Constant")
        value = maker.attributes.get("value") if maker is not None else None
        return value.value if isinstance(value, Attribute) and isinstance(value.value, TensorProto) else None

    def is_stored(self, name: str) -> bool:
        """Whether a tensor is a stored one, perhaps in another order."""
        for _ in range(8):
            if self.tensor(name) is not None:
                return True
            maker = self.maker(name, *PASSING)
            if maker is None or not maker.inputs:
                return False
            name = maker.inputs[0]
        return False

    def is_number(self, name: str) -> bool:
        """Whether a tensor is one number that the file says."""
        found = self.tensor(name)
        return found is not None and prod(found.dims) == 1

    def is_vector(self, name: str) -> bool:
        """Whether a tensor is stored, and several numbers along one axis."""
        found = self.tensor(name)
        return found is not None and prod(found.dims) > 1 and (prod(found.dims),) == found.dims[-1:]

    def other(self, node: NodeProto, name: str) -> str:
        """The other of the two tensors that a node reads; a name of none where it reads not two."""
        if len(node.inputs) != 2:
            return ""
        return node.inputs[1] if node.inputs[0] == name else node.inputs[0]

    def by_number(self, node: NodeProto | None) -> str | None:
        """What a product, sum or quotient with a number reads beside that."""
        if node is None or len(node.inputs) != 2:
            return None
        for name in node.inputs:
            if self.is_number(self.other(node, name)):
                return name
        return None


def usable(node: NodeProto) -> bool:
    """Whether a node reads something, as all do that patterns are made of; Constant does not."""
    return bool(node.inputs) or node.type == "Constant"


Pattern = Callable[[Nodes, NodeProto], "Found | None"]


def fused(nodes: Sequence[NodeProto], stored: dict[str, TensorProto], given: Iterable[str]) -> list[NodeProto]:
    """The nodes, those that write out an operator replaced by it."""
    around = Nodes(nodes, stored, given)
    instead: dict[int, NodeProto] = {}
    gone: set[int] = set()
    for node in nodes:
        charge(LOOKED_AT)
        pattern = PATTERNS.get(node.type) if not node.domain else None
        found = pattern(around, node) if pattern is not None and len(node.inputs) >= 1 and node.outputs else None
        if found is not None and not gone & {id(one) for one in found.gone}:
            instead[id(found.last)] = found.node
            gone |= {id(one) for one in found.gone}
    return [instead.get(id(node), node) for node in nodes if id(node) in instead or id(node) not in gone]


def operator(type: str, like: NodeProto, inputs: Sequence[str], last: NodeProto) -> NodeProto:
    made = like.copy(inputs, last.outputs[:1])
    made.type, made.attributes = type, {}
    return made


def biased(around: Nodes, add: NodeProto) -> Found | None:
    """A product with a stored matrix, and a vector added: MatMul with a third input."""
    for name in add.inputs:
        product = around.maker(name, "MatMul")
        bias = around.other(add, name)
        if product is None or around.reader(product, "Add") is not add or len(product.inputs) != 2:
            continue
        if around.is_vector(bias) and around.is_stored(product.inputs[1]) and not around.is_stored(product.inputs[0]):
            made = operator("MatMul", product, [*product.inputs, bias], add)
            return Found(made, add, [product, add])
    return None


def gelu(around: Nodes, erf: NodeProto) -> Found | None:
    """x * (1 + erf(x / sqrt(2))) / 2, wherever the half stands."""
    inner = around.maker(erf.inputs[0], "Div", "Mul")
    x = around.by_number(inner)
    add = around.reader(erf, "Add")
    if inner is None or x is None or add is None or around.by_number(add) is None:
        return None
    if around.reader(inner, "Erf") is not erf:
        return None
    gone = [inner, erf, add]
    node = around.reader(add, "Mul")
    if node is not None and around.by_number(node) is not None:
        gone.append(node)
        node = around.reader(node, "Mul")
    if node is None:
        return None
    beside = around.other(node, gone[-1].outputs[0])
    half = around.maker(beside, "Mul", "Div")
    if beside != x:
        if half is None or around.by_number(half) != x or around.reader(half, "Mul") is not node:
            return None
        gone.append(half)
    elif len(gone) == 3:
        gone.append(node)
        node = around.reader(node, "Mul", "Div")
        if node is None or around.by_number(node) is None:
            return None
    return Found(operator("Gelu", erf, [x], node), node, [*gone, node])


def layer_norm(around: Nodes, quotient: NodeProto) -> Found | None:
    """(x - mean(x)) / sqrt(mean((x - mean(x)) ** 2) + e) * weight + bias."""
    if len(quotient.inputs) != 2:
        return None
    centred, root = around.maker(quotient.inputs[0], "Sub"), around.maker(quotient.inputs[1], "Sqrt")
    total = around.maker(root.inputs[0], "Add") if root is not None else None
    variance = around.maker(around.by_number(total) or "", "ReduceMean")
    square = around.maker(variance.inputs[0], "Pow", "Mul") if variance is not None else None
    if centred is None or root is None or total is None or variance is None or square is None:
        return None
    mean = around.maker(centred.inputs[1], "ReduceMean") if len(centred.inputs) == 2 else None
    squares = (square.type == "Mul" and len({*square.inputs}) == 1) or square.type == "Pow"
    if mean is None or square.inputs[0] != centred.outputs[0] or not squares or mean.inputs[0] != centred.inputs[0]:
        return None
    axis = last_axes(around, mean)
    if axis is None or last_axes(around, variance) != axis:
        return None
    gone = [mean, centred, square, variance, total, root, quotient]
    scale = around.reader(quotient, "Mul")
    weight = around.other(scale, quotient.outputs[0]) if scale is not None else ""
    if scale is None or not around.is_vector(weight):
        return None
    shift = around.reader(scale, "Add")
    bias = around.other(shift, scale.outputs[0]) if shift is not None else ""
    if shift is None or not around.is_vector(bias):
        return None
    made = operator("LayerNormalization", quotient, [centred.inputs[0], weight, bias], shift)
    made.attributes = {"axis": number("axis", axis)}
    return Found(made, shift, [*gone, scale, shift])


def last_axes(around: Nodes, mean: NodeProto) -> int | None:
    """The first of the last axes that a mean is over, counted from the end, if they stay."""
    said = mean.attributes.get("axes")
    tensor = around.tensor(mean.inputs[1]) if len(mean.inputs) > 1 else None
    axes = said.value if isinstance(said, Attribute) else tensor.numbers if tensor is not None else None
    keeps = mean.attributes.get("keepdims")
    if not isinstance(axes, list) or (isinstance(keeps, Attribute) and keeps.value == 0):
        return None
    return axes[0] if axes == [*range(-len(axes), 0)] else None


def number(name: str, value: int) -> Attribute:
    made = Attribute(Bytes(memoryview(b""), 0, 0))
    made.name, made.value = name, value
    return made


PATTERNS: dict[str, Pattern] = {"Add": biased, "Erf": gelu, "Div": layer_norm}
"""By the type of the node at which each is looked for."""
