"""Tensors in the words of errors: how many they are and what they are called."""

from __future__ import annotations

from archcalc.building.scope import Scope
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.graph.inference import NUMBERS
from archcalc.graph.network import Tensor
from archcalc.language.problems import Unknown
from archcalc.layers.axes import count, show_value
from archcalc.meter import charge

SHOWN = 8


def unknown_among(found: list[Tensor]) -> bool:
    """Whether an error left one of them without a shape."""
    return any(tensor.shape is None for tensor in found)


def tensors(found: list[Tensor]) -> str:
    """``1 tensor``, ``3 tensors``."""
    return count(len(found), "tensor")


def shape_of(tensor: Tensor) -> str:
    return show_value(tensor.shape or ())


def what_is_read(inputs: list[Tensor], scope: Scope, read: str = "prev") -> str:
    """``prev is 3 (b1, b3, pool)``, ``prev is one ([64, 28, 28])``."""
    if not inputs:
        return f"{read} is nothing"
    if len(inputs) == 1:
        return f"{read} is {NUMBERS[1]} ({shape_of(inputs[0])})"
    shown = [name_of(tensor, scope) or shape_of(tensor) for tensor in inputs[:SHOWN]]
    return f"{read} is {len(inputs)} ({', '.join(shown)}{', ...' if len(inputs) > SHOWN else ''})"


def the_one(scope: Scope, reader: str, place: Span) -> Tensor:
    """The one tensor that a step reads. Raises SpecError for another number."""
    if len(scope.prev) == 1:
        return scope.prev[0]
    if unknown_among(scope.prev):
        raise Unknown
    message = f"{reader} reads one tensor, {what_is_read(scope.prev, scope)}: merge them, or say from:"
    raise SpecError(Diagnostic(message, place))


def name_of(tensor: Tensor, scope: Scope) -> str | None:
    """The nearest name of a tensor: a step's, a branch's or an input's."""
    charge(len(scope.frame.tensors) + len(scope.results))
    for name, named in scope.frame.tensors.items():
        if named == [tensor]:
            return name
    for name, result in reversed(scope.results.items()):
        for inside, child in (result.children or {}).items():
            if child.tensors == [tensor] and not inside.isdigit():
                return inside
        if result.tensors == [tensor]:
            return name
    return None
