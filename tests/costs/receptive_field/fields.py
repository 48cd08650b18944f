"""What the layers of a spec see, for tests."""

from __future__ import annotations

from typing import Any

from loading import network

from archcalc.costs.receptive_field.field import Told, told
from archcalc.costs.receptive_field.walk import Walk
from archcalc.graph.network import Network
from archcalc.graph.repetition import renamed, walk


def rows(net: Network, axis: int = -1, *, number: int = 0, gates: bool = True) -> list[tuple[str, str, Told | None]]:
    """Path and type of each layer, and what its last output sees of an axis of an input; None for nothing."""
    shape = [*net.inputs.values()][number].shape
    assert shape is not None
    found = Walk(net, gates=gates)
    seen = []
    for node, repetition in walk(net):
        field = found.at(node, repetition)[-1].get((number, axis % len(shape)))
        along: Any = getattr(field, "axis", None)
        positions = node.outputs[-1].shape[along] if type(along) is int else 1
        seen.append((renamed(node.path, repetition), node.type, field and told(field, positions)))
    return seen


def fields(net: Network, axis: int = -1, **given: Any) -> dict[str, Told | None]:
    """What each layer sees, by path."""
    return {path: seen for path, _, seen in rows(net, axis, **given)}


def of(layers: str, shape: str = "[3, 64, 64]", **given: Any) -> Told | None:
    """What the last layer sees of the last axis of an input."""
    return rows(network(f"input: {shape}\nlayers:\n{layers}"), **given)[-1][-1]
