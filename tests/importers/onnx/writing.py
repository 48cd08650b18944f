"""Bytes of ONNX files: just enough of protobuf's wire format to write what tests and benchmarks need."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FLOAT, INT64 = 1, 7


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def field(number: int, value: int | str | bytes | float) -> bytes:
    """A field: a whole number, a number of 32 bits with a point, or a text or message with its length."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name: str, dims: Sequence[int], data: bytes | None = None, kind: int = FLOAT) -> bytes:
    """A stored tensor; without data these stand in another file."""
    sizes = b"".join(field(1, size) for size in dims)
    place = field(14, 1) + field(13, field(1, "location") + field(2, "../../etc/passwd"))
    return sizes + field(2, kind) + field(8, name) + (place if data is None else field(9, data))


def whole(name: str, numbers: Sequence[int]) -> bytes:
    """A stored list of whole numbers."""
    return tensor(name, [len(numbers)], struct.pack(f"<{len(numbers)}q", *numbers), INT64)


class Stored(bytes):
    """A stored tensor as the value of an attribute, where other bytes are a graph."""


def attribute(name: str, value: Any) -> bytes:
    if isinstance(value, list):
        return field(1, name) + b"".join(field(8, one) for one in value) + field(20, 7)
    number, kind = {int: (3, 2), float: (2, 1), str: (4, 3), bytes: (6, 5), Stored: (5, 4)}[type(value)]
    return field(1, name) + field(number, value) + field(20, kind)


def node(type: str, inputs: str, outputs: str, **attributes: Any) -> bytes:
    """A node, the names of what it reads and gives separated by spaces."""
    found = b"".join(field(1, name) for name in inputs.split()) + b"".join(field(2, name) for name in outputs.split())
    said = b"".join(field(5, attribute(name, value)) for name, value in attributes.items() if name != "domain")
    return found + field(4, type) + said + field(7, attributes.get("domain", ""))


def value(name: str, dims: Sequence[int | str]) -> bytes:
    """An input or output: a size that is a text is an axis of that name."""
    axes = b"".join(field(1, field(1 if isinstance(size, int) else 2, size)) for size in dims)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, axes)))


def graph(
    nodes: Iterable[bytes], stored: Iterable[bytes], inputs: Mapping[str, Sequence[int | str]], outputs: Sequence[str]
) -> bytes:
    parts = [*(field(1, one) for one in nodes), field(2, "graph"), *(field(5, one) for one in stored)]
    parts += [field(11, value(name, dims)) for name, dims in inputs.items()]
    return b"".join([*parts, *(field(12, field(1, name)) for name in outputs)])


def model(
    nodes: Iterable[bytes],
    stored: Iterable[bytes] = (),
    inputs: Mapping[str, Sequence[int | str]] | None = None,
    outputs: Sequence[str] = ("y",),
    opset: int = 17,
    functions: Iterable[bytes] = (),
) -> bytes:
    """A model that reads x, [1, 4] unless it is said."""
    made = graph(nodes, stored, inputs or {"x": [1, 4]}, outputs)
    return field(1, 8) + field(7, made) + field(8, field(2, opset)) + b"".join(field(25, one) for one in functions)
