"""The messages of ONNX (onnx.proto3): a model, its graph, nodes, attributes and tensors, of which only sizes are read.

A graph inside an attribute and the data of a tensor stay bytes until somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import MOST_NODES, Module
from archcalc.importers.onnx.wire import Bytes, Malformed, fields, floats, signed, unpacked, whole_numbers
from archcalc.meter import charge

MOST_AXES = 64
MOST_NUMBERS = 100_000
"""Elements of a tensor whose data are read."""

MOST_SIZE = 2**62

DTYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "int16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
    10: "float16", 11: "float64", 12: "int32", 13: "int64", 14: "complex64", 15: "complex128", 16: "bfloat16",
    17: "float8", 18: "float8", 19: "float8", 20: "float8", 21: "int4", 22: "int4", 23: "int4", 24: "float8",
    25: "int4", 26: "int4",
}  # fmt: skip
"""TensorProto.DataType as dtypes of ours, which are as wide."""

RAW = {
    1: "f", 2: "B", 3: "b", 4: "H", 5: "h", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d", 12: "I", 13: "Q",
}  # fmt: skip
"""How the data of each type stand in bytes, as the module ``struct`` says it."""

NODE = 12
"""Units of work that a node takes to read."""


def text(value: int | Bytes) -> str:
    return value.text if isinstance(value, Bytes) else ""


def message(value: int | Bytes) -> Bytes:
    if isinstance(value, int):
        raise Malformed(0, "has a number where a message stands")
    return value


class TensorProto:
    """A tensor: its name, sizes and type; ``numbers`` reads a small one."""

    __slots__ = ("name", "dims", "code", "_data", "external")

    def __init__(self, data: Bytes | None = None) -> None:
        self.name, self.code = "", 1
        self.dims: tuple[int, ...] = ()
        self._data: list[tuple[int, int | Bytes]] = []
        self.external = False
        if data is not None:
            self._read(data)

    def _read(self, data: Bytes) -> None:
        dims: list[int] = []
        for number, value in fields(data):
            if number == 1:
                dims += whole_numbers(value)
            elif number == 2 and isinstance(value, int):
                self.code = value
            elif number == 8:
                self.name = text(value)
            elif number == 14:
                self.external = value == 1
            elif number in (4, 5, 7, 9, 10, 11):
                self._data.append((number, value))
        if len(dims) > MOST_AXES or any(not 0 <= size < MOST_SIZE for size in dims):
            raise SpecError(Diagnostic(f"the tensor '{self.name}' has sizes that no tensor has"))
        self.dims = tuple(dims)

    @property
    def dtype(self) -> str:
        return DTYPES.get(self.code, "float32")

    @property
    def numbers(self) -> list[Any] | None:
        """The elements in order; None if there are many, or they stand in another file or not at all."""
        count = prod(self.dims)
        if count > MOST_NUMBERS or self.external or self.dtype in ("string", "complex64", "complex128"):
            return None
        found: list[Any] = []
        for number, value in self._data:
            if number == 9:
                code = RAW.get(self.code)
                return None if code is None else fitted(unpacked(message(value).part(len(message(value))), code), count)
            found += numbers_of(number, value)
        if self.code == 9:
            found = [bool(one) for one in found]
        return fitted(found, count) if self.code in RAW and self.code != 10 else None


def numbers_of(number: int, value: int | Bytes) -> list[Any]:
    if number == 4:
        return floats(value)
    return floats(value, "d") if number == 10 else whole_numbers(value)


def fitted(numbers: list[Any], count: int) -> list[Any] | None:
    return numbers if len(numbers) == count else None


class Attribute:
    """An attribute of a node. ``value`` is a number, a text, a TensorProto, a graph's bytes, or a list of these."""

    __slots__ = ("name", "value", "reference")

    def __init__(self, data: Bytes) -> None:
        self.name = self.reference = ""
        one: Any = None
        several: list[Any] = []
        for number, value in fields(data):
            if number == 1:
                self.name = text(value)
            elif number == 21:
                self.reference = text(value)
            elif number in ONE:
                one = ONE[number](value)
            elif number in SEVERAL:
                several += SEVERAL[number](value)
        self.value = several if one is None else one


ONE: dict[int, Callable[[Any], Any]] = {
    2: lambda value: floats(value)[0] if floats(value) else 0.0,
    3: lambda value: signed(value) if isinstance(value, int) else 0,
    4: text,
    5: lambda value: TensorProto(message(value)),
    6: message,
}
SEVERAL: dict[int, Callable[[Any], list[Any]]] = {
    7: floats,
    8: whole_numbers,
    9: lambda value: [text(value)],
    10: lambda value: [TensorProto(message(value))],
    11: lambda value: [message(value)],
}


class NodeProto:
    """A node: its operator, what it reads and gives by name, its attributes. A name "" is an input that is left out.

    ``calls``: the functions around it, as modules; ``opset``: the version of operators there, if it is another.
    """

    __slots__ = ("inputs", "outputs", "name", "type", "domain", "attributes", "metadata", "calls", "opset")

    def __init__(self, data: Bytes | None = None) -> None:
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.name = self.type = self.domain = ""
        self.attributes: dict[str, Attribute] = {}
        self.metadata: dict[str, str] = {}
        self.calls: tuple[Module, ...] = ()
        self.opset = 0
        for number, value in fields(data) if data is not None else ():
            if number == 1:
                self.inputs.append(text(value))
            elif number == 2:
                self.outputs.append(text(value))
            elif number == 3:
                self.name = text(value)
            elif number == 4:
                self.type = text(value)
            elif number == 5:
                attribute = Attribute(message(value))
                self.attributes[attribute.name] = attribute
            elif number == 7:
                self.domain = text(value)
            elif number == 9:
                self.metadata.update([entry(message(value))])

    def copy(self, inputs: Sequence[str], outputs: Sequence[str]) -> NodeProto:
        """The same node on other tensors."""
        made = NodeProto()
        made.inputs, made.outputs = [*inputs], [*outputs]
        made.name, made.type, made.domain, made.metadata = self.name, self.type, self.domain, self.metadata
        made.attributes, made.calls, made.opset = self.attributes, self.calls, self.opset
        return made


def entry(data: Bytes) -> tuple[str, str]:
    found = {number: text(value) for number, value in fields(data)}
    return found.get(1, ""), found.get(2, "")


class ValueInfo:
    """An input or output: its name and type. ``dims``: a number, the name of an axis, or None; None without a shape.

    ``kind`` is ``tensor``, or what else it is.
    """

    __slots__ = ("name", "code", "dims", "kind")

    def __init__(self, data: Bytes) -> None:
        self.name, self.code, self.kind = "", 1, "tensor"
        self.dims: list[int | str | None] | None = None
        for number, value in fields(data):
            if number == 1:
                self.name = text(value)
            elif number == 2:
                self._type(message(value))

    def _type(self, data: Bytes) -> None:
        for number, value in fields(data):
            if number != 1:
                self.kind = {4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional"}.get(number, self.kind)
                continue
            for inner, found in fields(message(value)):
                if inner == 1 and isinstance(found, int):
                    self.code = found
                elif inner == 2:
                    self.dims = [dimension(message(dim)) for place, dim in fields(message(found)) if place == 1]
        if self.dims is not None and len(self.dims) > MOST_AXES:
            raise SpecError(Diagnostic(f"'{self.name}' has {len(self.dims):,} axes; at most {MOST_AXES} are read"))

    @property
    def dtype(self) -> str:
        return DTYPES.get(self.code, "float32")


def dimension(data: Bytes) -> int | str | None:
    for number, value in fields(data):
        if number == 1 and isinstance(value, int):
            return signed(value) if 0 < signed(value) < MOST_SIZE else None
        if number == 2:
            return text(value) or None
    return None


class GraphProto:
    """Nodes in order, stored tensors by name, inputs and outputs."""

    __slots__ = ("nodes", "stored", "inputs", "outputs")

    def __init__(self, data: Bytes) -> None:
        self.nodes: list[NodeProto] = []
        self.stored: dict[str, TensorProto] = {}
        self.inputs: list[ValueInfo] = []
        self.outputs: list[ValueInfo] = []
        for number, value in fields(data):
            if number == 1:
                self.nodes.append(read_node(message(value), len(self.nodes)))
            elif number == 5:
                tensor = TensorProto(message(value))
                self.stored[tensor.name] = tensor
            elif number == 11:
                self.inputs.append(ValueInfo(message(value)))
            elif number == 12:
                self.outputs.append(ValueInfo(message(value)))
            elif number == 15:
                tensor = sparse(message(value))
                self.stored[tensor.name] = tensor


def read_node(data: Bytes, before: int) -> NodeProto:
    charge(NODE)
    if before >= MOST_NODES:
        raise SpecError(Diagnostic(f"the file has more than {MOST_NODES:,} nodes"))
    return NodeProto(data)


def sparse(data: Bytes) -> TensorProto:
    """A sparse tensor, by the name of its values and its own sizes."""
    found, dims = TensorProto(), []
    for number, value in fields(data):
        if number == 1:
            values = TensorProto(message(value))
            found.name, found.code = values.name, values.code
        elif number == 3:
            dims += whole_numbers(value)
    if len(dims) > MOST_AXES or any(not 0 <= size < MOST_SIZE for size in dims):
        raise SpecError(Diagnostic(f"the tensor '{found.name}' has sizes that no tensor has"))
    found.dims, found.external = tuple(dims), True
    return found


class Function:
    """An operator that the file itself writes out: names of what it reads, gives and takes, and its nodes."""

    __slots__ = ("name", "domain", "inputs", "outputs", "nodes", "defaults", "opsets")

    def __init__(self, data: Bytes) -> None:
        self.name = self.domain = ""
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.nodes: list[NodeProto] = []
        self.defaults: dict[str, Attribute] = {}
        self.opsets: dict[str, int] = {}
        for number, value in fields(data):
            if number == 1:
                self.name = text(value)
            elif number == 4:
                self.inputs.append(text(value))
            elif number == 5:
                self.outputs.append(text(value))
            elif number == 7:
                self.nodes.append(read_node(message(value), len(self.nodes)))
            elif number == 9:
                self.opsets.update([opset(message(value))])
            elif number == 10:
                self.domain = text(value)
            elif number == 11:
                attribute = Attribute(message(value))
                self.defaults[attribute.name] = attribute


def opset(data: Bytes) -> tuple[str, int]:
    found = dict(fields(data))
    version = found.get(2, 1)
    return text(found.get(1, 0)), version if isinstance(version, int) else 1


class Model:
    """A model. Raises SpecError for bytes that are none."""

    __slots__ = ("graph", "opsets", "functions")

    def __init__(self, data: Bytes) -> None:
        self.opsets: dict[str, int] = {}
        self.functions: dict[tuple[str, str], Function] = {}
        graph = None
        for number, value in fields(data):
            if number == 7:
                graph = GraphProto(message(value))
            elif number == 8:
                self.opsets.update([opset(message(value))])
            elif number == 25:
                function = Function(message(value))
                self.functions[function.domain, function.name] = function
        if graph is None:
            raise SpecError(Diagnostic("the file has no graph"))
        self.graph = graph

    @property
    def opset(self) -> int:
        """The version of ONNX's own operators."""
        return self.opsets.get("", self.opsets.get("ai.onnx", 1))


MODEL = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26})
"""Fields of a model."""


def is_model(data: memoryview) -> bool:
    """Whether bytes are a model: fields of one and no others, a graph among them."""
    try:
        found = {number: kind(value) for number, value in fields(Bytes(data, 0, len(data)))}
    except SpecError:
        return False
    return found.get(7) == "message" and found.keys() <= MODEL and (found.get(1) == "number" or 8 in found)


def kind(value: int | Bytes) -> str:
    return "number" if isinstance(value, int) else "message"


def subgraphs(node: NodeProto) -> Iterator[tuple[str, Bytes]]:
    """The graphs that stand in attributes of a node."""
    for name, attribute in node.attributes.items():
        for value in attribute.value if isinstance(attribute.value, list) else [attribute.value]:
            if isinstance(value, Bytes):
                yield name, value
