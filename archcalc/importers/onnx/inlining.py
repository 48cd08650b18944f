"""Functions that a file writes itself, in place of the nodes that call them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from archcalc.errors import Diagnostic, SpecError
from archcalc.importers.graphs.graph import MOST_NODES, Module
from archcalc.importers.onnx.model import NODE, Function, Model, NodeProto
from archcalc.meter import charge

MOST_DEPTH = 50
"""Functions that call one another, one inside the other."""


def inlined(model: Model, nodes: Sequence[NodeProto]) -> list[NodeProto]:
    """The nodes, those that call a function of the file replaced by its own."""
    if not model.functions:
        return [*nodes]
    found: list[NodeProto] = []
    todo: list[tuple[NodeProto, int]] = [(node, 0) for node in reversed(nodes)]
    calls = 0
    while todo:
        node, depth = todo.pop()
        function = model.functions.get((node.domain, node.type))
        if function is None:
            found.append(node)
            continue
        charge(NODE * (len(function.nodes) + 1))
        calls += 1
        if depth >= MOST_DEPTH:
            raise SpecError(Diagnostic(f"functions call one another more than {MOST_DEPTH} deep: '{function.name}'"))
        if len(found) + len(todo) + len(function.nodes) > MOST_NODES:
            raise SpecError(Diagnostic(f"functions make more than {MOST_NODES:,} nodes"))
        body = [*written_out(node, function, calls)]
        todo += [(inner, depth + 1) for inner in reversed(body)]
    return found


def written_out(call: NodeProto, function: Function, number: int) -> Iterator[NodeProto]:
    """The nodes of a function where it is called."""
    attributes = {**function.defaults, **call.attributes}
    rename = names_of(call, function, number)
    module = Module(f"{call.name}#{number}", call.name.strip("/").rpartition("/")[2] or function.name, function.name)
    for node in function.nodes:
        made = node.copy([*map(rename, node.inputs)], [*map(rename, node.outputs)])
        made.name = f"{call.name or function.name}/{node.name or node.type}"
        made.calls = (*call.calls, module)
        made.opset = function.opsets.get("", call.opset)
        made.attributes = {
            name: attributes[found.reference] if found.reference else found
            for name, found in node.attributes.items()
            if not found.reference or found.reference in attributes
        }
        yield made


def names_of(call: NodeProto, function: Function, number: int) -> Callable[[str], str]:
    """Names inside a function -> names where it is called. An output that is an input passes it on."""
    known = dict.fromkeys(function.inputs, "")
    known.update(zip(function.inputs, call.inputs, strict=False))
    known.update(pair for pair in zip(function.outputs, call.outputs, strict=False) if pair[0] not in known)
    known[""] = ""
    return lambda name: known.get(name, f"{name}@{number}")
