"""Writes recorded.json: every layer of Keras 3 and of torch.nn with its arguments, and what small instances give.

Once for each framework, in an environment that has it::

    python -m tests.language.foreign.record pytorch
    KERAS_BACKEND=torch python -m tests.language.foreign.record keras

An instance is a layer's arguments, the shapes that it reads (without a batch axis, as the framework has them), and
then its parameters (Keras's ``count_params``, with moving statistics) and the shape that it gives.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

from .instances import KERAS, PYTORCH

PATH = Path(__file__).parent / "recorded.json"
RECURRENT = ("RNN", "LSTM", "GRU")  # their constructors take *args: the base class has the names
INSIDE_FUNCTIONAL = {"Optional", "assert_int_or_pair", "boolean_dispatch", "handle_torch_function"}


def names_of(constructor: Any) -> list[str]:
    """The arguments of a constructor, in order, without *args and **kwargs."""
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = inspect.signature(constructor).parameters.values()
    return [one.name for one in parameters if one.name != "self" and one.kind not in kinds]


def pytorch() -> dict[str, Any]:
    import torch
    from torch import nn
    from torch.nn import functional

    classes = {
        name: found for name, found in vars(nn).items() if isinstance(found, type) and issubclass(found, nn.Module)
    }
    layers = {name: names_of(found.__init__) for name, found in sorted(classes.items())}
    for name in RECURRENT:
        layers[name] = [word for word in names_of(nn.RNNBase.__init__) if word not in ("mode", "proj_size")]
    layers["RNN"].insert(3, "nonlinearity")
    layers["LSTM"].append("proj_size")
    functions = [
        name
        for name in dir(functional)
        if callable(getattr(functional, name)) and not isinstance(getattr(functional, name), type)
        if not name.startswith("_") and "torch_function" not in name and name not in INSIDE_FUNCTIONAL
    ]
    instances = []
    for name, arguments, *shapes in PYTORCH:
        module = getattr(nn, name)(**arguments).eval()
        integers = name.startswith("Embedding")
        inputs = [torch.zeros(1, *shape, dtype=torch.long if integers else torch.float) for shape in shapes]
        if name == "LSTM" or name == "GRU" or name == "RNN":
            inputs = [one if module.batch_first else one.transpose(0, 1) for one in inputs]
        if name == "MultiheadAttention":
            inputs = [one if arguments.get("batch_first") else one.transpose(0, 1) for one in inputs]
            inputs = inputs * 3 if len(inputs) == 1 else inputs
        given = module(*inputs)
        given = given[0] if isinstance(given, tuple) else given
        if not (getattr(module, "batch_first", True)):
            given = given.transpose(0, 1)
        params = sum(weight.numel() for weight in module.parameters())
        instances.append([name, arguments, [*map(list, shapes)], params, [*given.shape[1:]]])
    return {
        "version": torch.__version__.split("+")[0],
        "layers": layers,
        "functions": functions,
        "instances": instances,
    }


def keras() -> dict[str, Any]:
    import keras

    classes = {
        name: found
        for name, found in vars(keras.layers).items()
        if isinstance(found, type) and issubclass(found, keras.layers.Layer)
    }
    layers = {name: names_of(found.__init__) for name, found in sorted(classes.items())}
    instances = []
    for name, arguments, *shapes in KERAS:
        layer = classes[name](**arguments)
        dtype = "int64" if name.endswith("Embedding") else "float32"
        inputs = [keras.Input(shape, dtype=dtype) for shape in shapes]
        if name in ("MultiHeadAttention", "GroupQueryAttention"):
            given = layer(inputs[0], inputs[0])
        elif name.endswith("Cell"):
            state = keras.Input((arguments["units"],))
            given = layer(inputs[0], [state] * (2 if name == "LSTMCell" else 1))
        else:
            given = layer(inputs[0] if len(inputs) == 1 else inputs)
        given = given[0] if isinstance(given, (list, tuple)) else given
        instances.append([name, arguments, [*map(list, shapes)], layer.count_params(), [*given.shape[1:]]])
    return {"version": keras.__version__, "layers": layers, "instances": instances}


def one_a_line(recorded: dict[str, Any]) -> str:
    """JSON with a layer or an instance a line."""
    lines = []
    for framework, kinds in sorted(recorded.items()):
        parts = []
        for kind, value in sorted(kinds.items()):
            if isinstance(value, dict):
                inner = ",\n".join(f'   "{name}": {json.dumps(item)}' for name, item in value.items())
                parts.append(f'  "{kind}": {{\n{inner}\n  }}')
            elif kind == "instances":
                inner = ",\n".join(f"   {json.dumps(item)}" for item in value)
                parts.append(f'  "{kind}": [\n{inner}\n  ]')
            else:
                parts.append(f'  "{kind}": {json.dumps(value)}')
        lines.append(f' "{framework}": {{\n' + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    recorded = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    recorded[sys.argv[1]] = {"pytorch": pytorch, "keras": keras}[sys.argv[1]]()
    PATH.write_text(one_a_line(recorded), encoding="utf-8")
