"""A case, its answer, and the case as a spec."""

from __future__ import annotations

from typing import Any, NamedTuple

Shape = tuple[int, ...]


class Case(NamedTuple):
    """A layer type, its arguments and the shapes that it reads; valid or not."""

    layer: str
    arguments: dict[str, Any]
    inputs: list[Shape]


class Answer(NamedTuple):
    """What a layer gives: shapes, weights and buffers by name, multiply-adds (None: not compared)."""

    outputs: list[Shape]
    weights: dict[str, Shape]
    buffers: dict[str, Shape]
    macs: int | None

    @property
    def parameters(self) -> int:
        total = 0
        for shape in self.weights.values():
            elements = 1
            for size in shape:
                elements *= size
            total += elements
        return total


READS_INDICES = {"embedding": 0, "embedding_bag": 0, "take": 1}
"""Which input of these layers is whole numbers."""


def spec_of(case: Case) -> str:
    """The case as a spec to paste into a file."""
    shapes = [in_yaml(list(shape)) for shape in case.inputs]
    if case.layer in READS_INDICES:
        place = READS_INDICES[case.layer]
        shapes[place] = f"{{shape: {shapes[place]}, dtype: int64}}"
    if len(shapes) > 1:
        shapes = ["{" + ", ".join(f"{name}: {shape}" for name, shape in zip("abcdef", shapes, strict=False)) + "}"]
    read = shapes[0] if shapes else "[1]"
    lines = [f"name: {case.layer}", f"input: {read}", "layers:", f"  - {case.layer}: {in_yaml(case.arguments)}"]
    if not shapes:  # what reads nothing leaves the input to be read
        lines += ["    name: made", "  - from: [input, made]"]
    return "\n".join(lines) + "\n"


def in_yaml(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {in_yaml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(in_yaml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not value.replace("_", "").isalnum():
        return f'"{value}"'
    return str(value)
