"""A small network for each layer type that PyTorch has, from the tables of tests/layers: its inputs want gradients."""

from __future__ import annotations

import json
from importlib import import_module
from math import prod
from typing import Any

from archcalc.layers import CONTENTS, FAMILY

from .layers import BUILDERS
from .places import places

CASES = {family: import_module(f"layers.cases.{family}") for family in CONTENTS}

INDICES = {"embedding": (0,), "embedding_bag": (0,), "take": (1,)}
"""Which inputs are whole numbers."""

MORE: list[tuple[str, dict[str, Any], Any]] = [
    ("sub", {}, [[3, 4], [3, 4]]),
    ("mul", {}, [[3, 4], [3, 4], [1, 4]]),
    ("div", {}, [[3, 4], [3, 1], [3, 4]]),
    ("scaled_dot_product_attention", {}, [[2, 5, 8], [2, 7, 8], [2, 7, 8]]),
    ("scaled_dot_product_attention", {"heads": 2}, [[5, 8], [7, 8], [7, 8]]),
    ("attention", {"heads": 2, "position_bias": 9}, [5, 8]),
    ("lstm", {"hidden": 3, "states": True}, [[5, 4], [1, 3], [1, 3]]),
    ("pad", {"padding": 1, "mode": "circular"}, [2, 5, 5]),
    ("avg_pool", {"kernel": 2, "stride": 1, "padding": "same"}, [2, 5, 5]),
    ("drop_path", {"p": 0}, [3, 4]),
    ("dropout", {"p": 1}, [3, 4]),
]
"""Rows beside those of the layers' own tables: (layer, arguments, what it reads)."""

FEW = 5
UNBATCHED = {"take": (0, 1), "einsum": ()}
"""Inputs that are one for all samples: they come from a parameter or a constant."""


def specs() -> dict[str, list[str]]:
    """Layer type -> its specs, of rows that are small enough and that the builder knows."""
    found: dict[str, list[str]] = {}
    for name in BUILDERS:
        for layer, arguments, read, *_ in [*MORE, *CASES[FAMILY[name]].ACCEPTED]:
            shapes = [] if read == () else read if read and isinstance(read[0], list | tuple) else [read]
            if layer != name or sum(map(prod, shapes)) > 300_000 or not all(prod(shape) for shape in shapes):
                continue
            if len(found.setdefault(name, [])) < FEW and not unknown(name, arguments, shapes):
                found[name].append(spec(name, arguments, shapes))
    for name, text in places():
        found[name].append(text)
    return found


def unknown(name: str, arguments: dict[str, Any], shapes: Any) -> bool:
    """Arguments that PyTorch's own layer has not, or shapes that it takes for something else in a batch."""
    if name == "conv_transpose":
        return arguments.get("padding") == "same"
    if name == "attention":
        return not arguments.keys() <= {"heads", "bias", "position_bias"} or len(shapes[0]) > 2
    if name == "scaled_dot_product_attention":
        widths = {shape[-1] for shape in shapes}
        return "enable_gqa" in arguments or len(widths) > 1 or len(shapes[0]) != (2 if "heads" in arguments else 3)
    if name == "take":
        return shapes[1] == []
    if name == "flatten":
        return [] in shapes
    if name in ("add", "sub", "mul", "div", "matmul"):
        return len({*map(len, shapes)}) > 1
    if name in ("rnn", "lstm", "gru"):
        return len(shapes[0]) != 2 or arguments.get("biases") == 1 or not arguments.get("reset_gate", True)
    if name == "einsum":
        return "->" not in arguments["equation"] or "..." in arguments["equation"] or len(shapes) != 2
    return name in ("batch_norm", "group_norm", "instance_norm") and prod(shapes[0][1:]) == 1


def spec(name: str, arguments: dict[str, Any], shapes: Any) -> str:
    inputs: dict[str, Any] = {"x": [2]}
    steps = []
    for number, shape in enumerate(shapes):
        whole = number in INDICES.get(name, ())
        if number in UNBATCHED.get(name, ()):
            kind = {"constant": {"shape": shape, "dtype": "int64"}} if whole else {"parameter": shape}
            steps.append({**kind, "name": f"in{number}"})
            continue
        inputs[f"x{number}"] = {"shape": shape, "dtype": "int64"} if whole else shape
        wants = "identity" if whole or not shape else "layer_scale"
        steps.append(
            {"from": f"x{number}", wants: {"axis": -1} if wants == "layer_scale" else None, "name": f"in{number}"}
        )
    read = [step["name"] for step in steps]
    steps.append({**({"from": read} if read else {}), name: arguments})
    if len(inputs) > 1:
        inputs.pop("x")
    else:
        steps.insert(0, {"from": "x", "identity": None, "name": "unread"})
    return "\n".join([f"input: {json.dumps(inputs)}", "layers:", *(f"  - {json.dumps(one)}" for one in steps)]) + "\n"
