"""What explain calls numbers: the input's axes, a layer's arguments, elementary operations."""

from __future__ import annotations

from typing import Any

from archcalc.dims.expression import Expression
from archcalc.graph.inference import Applied
from archcalc.layers.arguments import Argument, Integer, List, PaddingArgument, PerAxis, SidesArgument, whole
from archcalc.layers.base import Arguments, Layer, SameAs

OPERATIONS = {
    "mac": "multiply-adds",
    "add": "additions",
    "mul": "multiplications",
    "div": "divisions",
    "exp": "exponentials",
    "cmp": "comparisons",
}

COMPUTES = (Integer, PerAxis, PaddingArgument, List, SidesArgument)
"""The arguments whose numbers rules compute with."""


def name_inputs(applied: Applied) -> list[tuple[Expression, ...]]:
    """A leaf for each axis of each input of the rules; equal sizes on the same axis of several inputs share one leaf.

    An axis of a later input that differs is called after its letter and the number of the input: C2.
    """
    found: dict[tuple[str, int], Expression] = {}
    named = []
    for position, shape in enumerate(applied.inputs):
        row = []
        for letter, size in zip(applied.ordered(applied.layer.letters(len(shape))), shape, strict=True):
            if (letter, size) not in found:
                taken = any(other == letter for other, _ in found)
                found[letter, size] = Expression.known(f"{letter}{position + 1}" if taken else letter, size)
            row.append(found[letter, size])
        named.append(tuple(row))
    return named


def name_arguments(layer: Layer, spatial: list[str], defaults: bool) -> Arguments:
    """The arguments of a layer. Each number that rules compute with becomes a leaf, called after its argument.

    What decides structure stays as it is. A default becomes a leaf with ``defaults``, or if it is another argument's
    value. Otherwise it stays a number, so that a formula does not show a default that changes nothing.
    """
    found = dict(layer.given)
    for name, (kind, default) in layer.arguments.items():
        if name in found:
            value = found[name]
        elif type(default) is SameAs:
            value = getattr(layer, layer.fields[default.text])
            if kind.per_axis and isinstance(value, tuple) and len({*value}) == 1:
                value = value[0]  # the layer is bound to its axes
        else:
            value = default if defaults and type(default) is int else None
        if value is not None and computes(kind):
            found[name] = leaves(name, value, spatial if kind.per_axis else [])
    return found


def computes(kind: Argument) -> bool:
    return isinstance(kind, COMPUTES) and not getattr(kind, "structure", False)


def leaves(name: str, value: Any, axes: list[str]) -> Any:
    """A value with leaves for its numbers. Those of a list are called after the axis or the place.

    A number below 0 stays: it stands for something else, such as the -1 of reshape.
    """
    if isinstance(value, (list, tuple)):
        places = axes if len(axes) == len(value) else [str(place) for place in range(len(value))]
        return tuple(pair(f"{name}_{place}", item) for place, item in zip(places, value, strict=True))
    number = whole(value)
    return Expression.known(name, number) if type(number) is int and number >= 0 else value


def pair(name: str, value: Any) -> Any:
    """An entry of a list: a number, or [before, after]."""
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return tuple(leaves(f"{name},{side}", item, []) for side, item in zip(("before", "after"), value, strict=True))
    return leaves(name, value, [])
