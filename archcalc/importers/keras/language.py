"""The JSON of Keras 1, 2 and 3 as one: layers, the calls of each, and the tensors that a call reads.

Keras 3 has ``inbound_nodes: [{args, kwargs}]`` with a ``__keras_tensor__`` anywhere in them; before, a call was a list
of ``[layer, call, tensor, kwargs]``, with tensors in ``kwargs`` as ``[layer, call, tensor]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from archcalc.importers.keras.old import modern
from archcalc.layers.base import Arguments

CONSTANT = "_CONSTANT_VALUE"
"""The name of a layer that stands for a number in TFOpLambda's first argument."""
SEQUENTIAL = "Sequential"
MODELS = frozenset((SEQUENTIAL, "Functional", "Model"))
OF_APPLICATIONS = frozenset("LayerScale CustomScaleLayer StochasticDepth".split())
"""Classes that keras.applications registers as its own."""
MOST_NESTED = 50
"""Structures in one another."""


class Sent(NamedTuple):
    """A tensor that a layer gives: in which of its calls, and which of its outputs. ``shape``: what the file says."""

    layer: str
    call: int
    tensor: int
    shape: Any = None


class Said(NamedTuple):
    """The arguments of a call, with a Sent for each tensor."""

    args: list[Any]
    kwargs: Arguments


class Wrong(Exception):
    """What a file has where something else must stand, in words."""


class Layer:
    """A layer, an operation or a model of the file.

    ``kind``: its class; ``registered``: what the class of a user is called; ``raw`` its calls as the file has them.
    """

    __slots__ = ("kind", "module", "registered", "config", "name", "raw", "build")

    def __init__(self, said: Any, otherwise: str = "") -> None:
        if not isinstance(said, Mapping) or not isinstance(said.get("class_name"), str):
            raise Wrong("a layer without a class_name")
        config = said.get("config", {})
        self.module = str(said.get("module") or "")
        self.registered = said.get("registered_name")
        self.build = said.get("build_config")
        calls = said.get("inbound_nodes")
        self.raw: list[Any] = calls if isinstance(calls, list) else []
        if not isinstance(config, Mapping) and not (isinstance(config, list) and said["class_name"] == SEQUENTIAL):
            config = {}
        self.kind, self.config = modern(said["class_name"], config)
        named = said.get("name") or (self.config.get("name") if isinstance(self.config, Mapping) else None)
        self.name = str(named or otherwise or self.kind)

    @property
    def title(self) -> str:
        """What it is called in an error: a class of somebody's own with its package."""
        own = isinstance(self.registered, str) and (">" in self.registered or not self.is_known)
        return str(self.registered) if own else self.kind

    @property
    def is_known(self) -> bool:
        """Whether its class is one of Keras's, and not one of somebody's own with the same name."""
        if isinstance(self.registered, str) and ">" in self.registered:
            return self.kind in OF_APPLICATIONS and self.registered == f"Custom>{self.kind}"
        return not self.module or self.module.startswith(("keras", "tf_keras", "tensorflow"))

    @property
    def is_operation(self) -> bool:
        return ".ops" in self.module or self.kind in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.config.get(name, otherwise)

    @property
    def trainable(self) -> bool:
        return not isinstance(self.config, Mapping) or self.config.get("trainable", True) is not False

    @property
    def operation(self) -> str:
        """``add`` of TFOpLambda's ``__operators__.add`` and of the class Add of keras.src.ops.numpy."""
        return re.sub(r"_|v2$", "", self.function.rpartition(".")[2].lower())

    @property
    def function(self) -> str:
        """An operation as the file calls it."""
        if self.kind == "SlicingOpLambda":
            return "getitem"
        if self.kind == "TensorFlowOpLayer":
            return str(self.node_def.get("op", self.kind))
        return str(self.get("function", "")) if self.kind == "TFOpLambda" else self.kind

    @property
    def node_def(self) -> Mapping[str, Any]:
        """TensorFlow's own description of a TensorFlowOpLayer, which is JSON in a text; empty if it is none."""
        try:
            found = json.loads(self.get("node_def"))
        except (TypeError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, Mapping) else {}

    @property
    def own_name(self) -> str:
        """Its name, if somebody gave it one: not that which Keras makes of its class."""
        base = re.sub(r"\W", "", re.sub(r"(_?\d+)?$", "", self.name)).replace("_", "").lower()
        usual = base == re.sub(r"\W", "", self.kind).lower() or self.is_operation
        return "" if usual else re.sub(r"\W+", "_", self.name).strip("_")

    def said(self, names: Container[str]) -> list[Said]:
        """Its calls. ``names``: those of all layers, which tell a tensor in an argument from other lists."""
        calls = [one_call(raw, names) for raw in self.raw]
        return [with_constants(self, call) for call in calls] if self.kind == "TensorFlowOpLayer" else calls


def one_call(raw: Any, names: Container[str]) -> Said:
    if isinstance(raw, Mapping) and ("args" in raw or "kwargs" in raw):
        args, kwargs = resolved(raw.get("args", []), names, True), resolved(raw.get("kwargs", {}), names, True)
        return Said([*args] if isinstance(args, list) else [args], dict(kwargs) if isinstance(kwargs, dict) else {})
    if isinstance(raw, Mapping):
        return Said([{key: entry_of(value, names)[0] for key, value in raw.items()}], {})
    if not isinstance(raw, list):
        raise Wrong("a call that is no list")
    entries = [raw] if raw and isinstance(raw[0], str) else raw
    found, kwargs = [], {}
    for entry in entries:
        one, more = entry_of(entry, names)
        found.append(one)
        kwargs.update(more)
    return Said([found[0] if len(found) == 1 else found] if found else [], kwargs)


def with_constants(layer: Layer, call: Said) -> Said:
    """A call of TensorFlowOpLayer, whose arguments are tensors and constants in the order of the operation."""
    constants, tensors = layer.get("constants"), [*sents(call.args)]
    placed = {str(key): one for key, one in constants.items()} if isinstance(constants, Mapping) else {}
    places = [str(at) for at in range(len(placed) + len(tensors))]
    if not placed.keys() <= {*places}:
        raise Wrong(f"constants of '{layer.name}' at other places than its arguments")
    args = [placed[at] if at in placed else tensors.pop(0) for at in places]
    if layer.operation == "concat":
        args = [args[:-1], args[-1]]
    keeps = '"keep_dims":{"b":true}' in re.sub(r"\s", "", str(layer.get("node_def")))
    return Said(args, {"keepdims": True} if keeps else {})


def entry_of(entry: Any, names: Container[str]) -> tuple[Any, Arguments]:
    """``[layer, call, tensor, kwargs]``: the tensor, and the other arguments of the call."""
    if not isinstance(entry, list) or len(entry) < 3:
        raise Wrong("a call that names no layer")
    kwargs = resolved(entry[3], names) if len(entry) > 3 else {}
    kwargs = kwargs if isinstance(kwargs, dict) else {}
    if entry[0] == CONSTANT:
        return entry[2], kwargs
    return Sent(str(entry[0]), whole(entry[1]), whole(entry[2])), kwargs


def whole(value: Any) -> int:
    if type(value) is not int:
        raise Wrong(f"the number of a call or a tensor that is {str(value)[:40]!r}")
    return value


def resolved(value: Any, names: Container[str], third: bool = False, depth: int = 0) -> Any:
    """A value of an argument, with a Sent for each tensor in it. ``third``: of Keras 3."""
    if depth > MOST_NESTED:
        raise Wrong(f"arguments more than {MOST_NESTED} deep in one another")
    if isinstance(value, Mapping):
        return resolved_mapping(value, names, third, depth)
    if not isinstance(value, list):
        return value
    if not third and is_sent(value, names):
        return Sent(value[0], value[1], value[2])
    return [resolved(one, names, third, depth + 1) for one in value]


def resolved_mapping(value: Mapping[str, Any], names: Container[str], third: bool, depth: int) -> Any:
    kind, config = value.get("class_name"), value.get("config")
    if kind == "__keras_tensor__" and isinstance(config, Mapping):
        history = config.get("keras_history")
        if not isinstance(history, list) or len(history) != 3:
            raise Wrong("a tensor that no layer gives")
        return Sent(str(history[0]), whole(history[1]), whole(history[2]), config.get("shape"))
    if kind in ("__numpy__", "__tensor__") and isinstance(config, Mapping):
        return config.get("value")
    if kind == "__tuple__":
        return resolved(value.get("items", []), names, third, depth + 1)
    if kind == "__slice__" or value.get("type") == "slice":
        parts = config if isinstance(config, Mapping) else value
        return slice(*(parts.get(part) for part in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Ellipsis
    return {key: resolved(one, names, third, depth + 1) for key, one in value.items()}


def is_sent(value: list[Any], names: Container[str]) -> bool:
    return (
        len(value) >= 3 and isinstance(value[0], str) and value[0] in names and type(value[1]) is type(value[2]) is int
    )


def sents(value: Any) -> Iterator[Sent]:
    """The tensors in a structure, in order."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Sent):
            yield one
        elif isinstance(one, Mapping):
            todo += [*one.values()][::-1]
        elif isinstance(one, (list, tuple)):
            todo += one[::-1]


def ends(value: Any) -> list[Sent]:
    """``input_layers`` or ``output_layers``: one ``[layer, call, tensor]``, a list or a mapping of them."""
    if isinstance(value, list) and value and isinstance(value[0], str) and len(value) == 3:
        return [Sent(value[0], whole(value[1]), whole(value[2]))]
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    found = []
    todo = [*inside]
    while todo:
        one = todo.pop(0)
        if isinstance(one, list) and len(one) > 2 and isinstance(one[0], str):
            found.append(Sent(one[0], whole(one[1]), whole(one[2])))
        elif isinstance(one, Mapping):
            todo[:0] = [*one.values()]
        elif isinstance(one, list):
            todo[:0] = one
    return found
