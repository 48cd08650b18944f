"""The line of a spec that costs most by a metric, or grew most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from archcalc.budget.sizing import Sized, cost
from archcalc.graph.network import Node
from archcalc.graph.repetition import walk

if TYPE_CHECKING:
    from archcalc.report.documents import Report, Row

Place = tuple[str, int]
"""File and line, counted from one."""

Part = tuple[str, Node, Any]
"""The path of a layer, the layer, and what it costs, repetitions included."""


def costliest(sized: Sized, metric: str, places: list[int] | None) -> Place | None:
    """The line whose layers cost most in sum, repetitions included."""
    if places is not None:
        return largest(by_line(sized, metric, places))
    if metric not in sized.costliest:
        sized.costliest[metric] = largest(by_line(sized, metric, None))
    return sized.costliest[metric]


def grew_most(sized: Sized, base: Report, metric: str) -> Place | None:
    """The line whose layers grew most; each is compared with the older layer of the same path."""
    before = {row["path"]: cost(row, metric) for row in base["layers"]}
    grown = dict.fromkeys(by_line(sized, metric, None), 0)
    for row, place in placed(sized, None):
        grown[place] += cost(row, metric) - before.get(row["path"], 0)
    return largest(grown)


def by_line(sized: Sized, metric: str, places: list[int] | None) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for row, place in placed(sized, places):
        found[place] = found.get(place, 0) + cost(row, metric)
    return found


def placed(sized: Sized, places: list[int] | None) -> list[tuple[Row, Place]]:
    """Rows with the innermost line that is not in a shipped file; rows of shipped files alone are left out."""
    rows, nodes = sized.report["layers"], [node for node, _ in walk(sized.network)]
    found = []
    for at in range(len(rows)) if places is None else places:
        row = rows[at]
        place = line_of(nodes[at])
        if place is not None:
            found.append((row, place))
    return found


def line_of(node: Node) -> Place | None:
    """The innermost line of a node that is not in a shipped file."""
    span = node.origin.span()
    if span.source.shipped:
        calls = (span for _, span in node.origin.calls if not span.source.shipped)
        called = next(calls, None)
        if called is None:
            return None
        span = called
    return span.source.name, span.line + 1


def line_of_most(parts: Iterable[Part], before: Iterable[Part] = ()) -> Place | None:
    """The line whose layers cost most in sum; where it is told what each path cost ``before``, that which grew most."""
    older: dict[str, Any] = {}
    for path, _, amount in before:
        older[path] = older.get(path, 0) + amount
    found: dict[Place, Any] = {}
    for path, node, amount in parts:
        place = line_of(node)
        if place is not None:
            found[place] = found.get(place, 0) + amount - older.pop(path, 0)
    return largest(found)


def largest(found: Mapping[Place, Any]) -> Place | None:
    return max(found, key=lambda place: found[place]) if found else None
