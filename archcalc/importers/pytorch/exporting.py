"""Runs in a process of its own, with the user's torch: builds a module on meta, and writes what torch.export gives.

``python exporting.py REQUEST RESULT FILE``: the request is JSON (module, callable, inputs), so is the result (what went
wrong, or which parameters are one); the file is a .pt2. Nothing of archcalc is imported here.
"""

from __future__ import annotations

import inspect
import json
import sys
from importlib import import_module
from typing import Any

TORCH: Any = None


class Failed(Exception):
    """What went wrong, in words: kind, message."""


def main(request: str, result: str, file: str) -> None:
    with open(request, encoding="utf-8") as stream:
        asked = json.load(stream)
    try:
        told: dict[str, object] = {"tied": run(asked, file)}
    except Failed as error:
        told = {"failed": [*error.args]}
    with open(result, "w", encoding="utf-8") as stream:
        json.dump(told, stream)


def run(asked: Any, file: str) -> dict[str, str]:
    global TORCH
    try:
        TORCH = import_module("torch")
    except ImportError as error:
        raise Failed("torch", str(error)) from None
    sys.path.insert(0, "")
    module, example = built(found(asked["module"], asked["callable"]))
    module = module.eval().to("meta")
    program = exported(module, example, asked["inputs"])
    TORCH.export.save(program, file)
    return tied(module)


def found(module: str, name: str) -> Any:
    """The callable, which may be an attribute of an attribute."""
    try:
        value = import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.split(".")[0] == error.name.split(".")[0]:
            raise Failed("module", f"no module '{error.name}'") from None
        raise Failed("import", f"{type(error).__name__}: {error}") from None
    except Exception as error:
        raise Failed("import", f"{type(error).__name__}: {error}") from None
    for part in name.split("."):
        if not hasattr(value, part):
            raise Failed("callable", f"'{module}' has no '{name}'")
        value = getattr(value, part)
    return value


def built(value: Any) -> tuple[Any, Any]:
    """The module, and the inputs that a builder may give with it."""
    if not isinstance(value, TORCH.nn.Module):
        try:
            value = on_meta(value)
        except Exception as error:
            raise Failed("build", f"{type(error).__name__}: {error}") from None
    module, *rest = value if isinstance(value, tuple) else (value,)
    if not isinstance(module, TORCH.nn.Module):
        raise Failed("build", f"it gives {type(module).__name__}, no torch.nn.Module")
    return module, tuple(rest[0] if len(rest) == 1 and isinstance(rest[0], (tuple, list)) else rest)


def on_meta(build: Any) -> Any:
    """What a builder gives: without memory for weights, unless it looks at their numbers."""
    try:
        with TORCH.device("meta"):
            return build()
    except NotImplementedError:
        return build()
    except RuntimeError as error:
        if "meta" not in str(error):
            raise
        return build()


def exported(module: Any, example: Any, inputs: dict[str, list[int]]) -> Any:
    """The program, for the inputs that are asked for, else those that the builder gave."""
    if not inputs and not example:
        raise Failed("inputs", ", ".join(inspect.signature(module.forward).parameters))
    names = [*inspect.signature(module.forward).parameters]
    unknown = [name for name in inputs if name and name not in names]
    if unknown:
        raise Failed("input", f"'{unknown[0]}'", ", ".join(names))
    first: Exception | None = None
    for dtype in (TORCH.float32, TORCH.int64) if inputs else (None,):
        arguments, more = example, {}
        if dtype is not None:
            made = {name: TORCH.zeros(1, *shape, dtype=dtype, device="meta") for name, shape in inputs.items()}
            arguments = tuple(made.pop(name) for name in [*made] if not name)
            more = made
        else:
            arguments = tuple(one.to("meta") if isinstance(one, TORCH.Tensor) else one for one in example)
        try:
            return TORCH.export.export(module, arguments, more, strict=False)
        except Exception as error:
            first = first or error
    raise Failed("export", f"{type(first).__name__}: {str(first).strip().splitlines()[0]}")


def tied(module: Any) -> dict[str, str]:
    """Parameters and buffers that are one under several paths -> the first of these."""
    first: dict[int, str] = {}
    every = [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]
    return {path: first.setdefault(id(tensor), path) for path, tensor in every}


if __name__ == "__main__":
    main(*sys.argv[1:])
