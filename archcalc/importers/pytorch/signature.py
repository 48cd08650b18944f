"""What the graph of a ``.pt2`` takes: stored tensors with their identities, and the inputs of the user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from archcalc.errors import Diagnostic, SpecError
from archcalc.layers.axes import show_value

DTYPES = {
    1: "uint8",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "float16",
    7: "float32",
    8: "float64",
    9: "complex32",
    10: "complex64",
    11: "complex128",
    12: "bool",
    13: "bfloat16",
}
"""PyTorch's numbers for dtypes (torch/_export/serde/schema.py, ScalarType)."""

MOST_AXES = 64


class Meta(NamedTuple):
    """The sizes and the dtype that the file gives a tensor."""

    shape: tuple[int, ...]
    dtype: str


class Stored(NamedTuple):
    """A stored tensor: the name that the graph reads it by, its path in the module, and what it is.

    ``registered``: the module knows it; else it stands in the code of a forward.
    """

    name: str
    path: str
    learned: bool
    key: str
    registered: bool = True


def meta_of(file: str, name: str, found: Any) -> Meta:
    """Sizes and dtype of a tensor. A size that is open takes the value that the module was exported with."""
    if not isinstance(found, dict):
        raise SpecError(Diagnostic(f"{file}: nothing says what size '{name}' has"))
    sizes = found.get("sizes")
    if not isinstance(sizes, list) or len(sizes) > MOST_AXES:
        raise SpecError(Diagnostic(f"{file}: '{name}' has no sizes that can be read"))
    shape = tuple(size_of(size) for size in sizes)
    wrong = [size for size in shape if type(size) is not int or not 0 <= size < 2**63]
    if wrong:
        raise SpecError(
            Diagnostic(f"{file}: '{name}' has sizes that depend on values: {show_value(sizes_text(sizes))}")
        )
    dtype = found.get("dtype")
    return Meta(shape, DTYPES.get(dtype, "float32") if type(dtype) is int else "float32")


def size_of(size: Any) -> Any:
    """A size as a number; None where it has no value."""
    if not isinstance(size, dict):
        return None
    if "as_int" in size:
        return size["as_int"]
    said = size.get("as_expr")
    hint = said.get("hint") if isinstance(said, dict) else None
    return hint.get("as_int") if isinstance(hint, dict) else None


def sizes_text(sizes: list[Any]) -> list[str]:
    return [str(found) if (found := size_of(size)) is not None else "?" for size in sizes]


def symbol_of(size: Any) -> str | None:
    """The name of a size that is open, such as s0."""
    said = size.get("as_expr") if isinstance(size, dict) else None
    return str(said.get("expr_str")) if isinstance(said, dict) else None


def inputs_of(file: str, signature: Any) -> Iterator[tuple[str, Any]]:
    """What the graph takes, in order: (name, a Stored, or None for an input of the user)."""
    specs = signature.get("input_specs") if isinstance(signature, dict) else None
    if not isinstance(specs, list):
        raise SpecError(Diagnostic(f"{file} does not say what its graph takes"))
    for spec in specs:
        kind, said = next(iter(spec.items())) if isinstance(spec, dict) and spec else ("", {})
        argument = said.get("arg", {}) if isinstance(said, dict) else {}
        if kind == "user_input":
            name = argument.get("as_tensor", {}).get("name") if isinstance(argument, dict) else None
            if isinstance(name, str):
                yield name, None
            continue
        name = argument.get("name") if isinstance(argument, dict) else None
        for word, learned in (("parameter_name", True), ("buffer_name", False), ("tensor_constant_name", False)):
            if isinstance(name, str) and isinstance(said.get(word), str):
                yield name, Stored(name, said[word], learned, said[word], word != "tensor_constant_name")


def keys_of(weights: Any) -> dict[str, str]:
    """Path of a stored tensor -> the stored bytes, which tied tensors share. On ``meta`` nothing is stored apart."""
    config = weights.get("config") if isinstance(weights, dict) else None
    found = {}
    for path, entry in config.items() if isinstance(config, dict) else ():
        if (
            isinstance(entry, dict)
            and isinstance(entry.get("path_name"), str)
            and not on_meta(entry.get("tensor_meta"))
        ):
            found[path] = entry["path_name"]
    return found


def on_meta(meta: Any) -> bool:
    device = meta.get("device") if isinstance(meta, dict) else None
    return isinstance(device, dict) and device.get("type") == "meta"
