"""Shared weights: ``share: NAME`` takes from that step every weight and buffer of the same name, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archcalc.building.scope import Result, what_it_holds
from archcalc.building.work import Work
from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.graph.network import Node
from archcalc.language.problems import Unknown
from archcalc.layers.axes import show_value
from archcalc.layers.base import Dims


def share_weights(work: Work, place: Span, target: Result, result: Result) -> None:
    """Give the rows of a step, from ``result.start`` on, the weights of the rows at the same path below ``target``.

    Buffers are shared as weights are: the rows are one module. Raises SpecError if shapes differ or nothing is shared.
    """
    if share_rows(rows(work, target, place), rows(work, result, place), place):
        return
    if target.failed or result.failed:
        raise Unknown
    message = f"'{target.path}' has no weight that '{result.path}' could share"
    help = what_it_holds(target) if target.left_out else "weights are shared by name, such as weight, row by row"
    raise SpecError(Diagnostic(message, place, help=help))


def rows(work: Work, result: Result, place: Span) -> dict[str, Node]:
    """The rows of a step by their paths below it."""
    work.meter.charge(result.stop - result.start, place)
    return {node.path[len(result.path) :]: node for node in work.network.kept[result.start : result.stop]}


def share_rows(owners: dict[str, Node], rows: dict[str, Node], place: Span) -> bool:
    """Give rows the weights of those at the same path. Whether any was given; raises SpecError if shapes differ."""
    found = False
    for path, node in rows.items():
        owner = owners.get(path)
        if owner is None:
            continue
        theirs = {name: shape for name, shape, _ in kept(owner)}
        for name, shape, _ in kept(node):
            if name not in theirs:
                continue
            if theirs[name] != shape:
                message = (
                    f"{name} is {show_value(theirs[name])} in '{owner.path}' and {show_value(shape)} in '{node.path}': "
                    "shared weights have one shape"
                )
                raise SpecError(Diagnostic(message, place))
            node.shared = node.shared or {}
            node.shared[name] = owner.owner(name)
            found = True
    return found


def kept(node: Node) -> Iterable[tuple[str, Dims, Any]]:
    """The weights and buffers of a node's layer."""
    return (*node.applied.weights, *node.applied.buffers)
