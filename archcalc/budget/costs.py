"""The line of a spec that costs most of a metric, or grew most."""

from __future__ import annotations

from typing import Any

from archcalc.budget.sizing import Sized

SHIPPED = "archcalc:"

Place = tuple[str, int]
"""File and line, counted from one."""


def costliest(sized: Sized, metric: str, rows: list[dict[str, Any]] | None) -> Place | None:
    """The line whose layers, repeated or not, sum to most."""
    return largest(by_line(sized, metric, rows))


def grew_most(sized: Sized, base: dict[str, Any], metric: str) -> Place | None:
    """The line whose layers, each held against the one of the same path before, grew most."""
    before = {row["path"]: cost(row, metric) for row in base["layers"]}
    grown = dict.fromkeys(by_line(sized, metric, None), 0)
    for row, place in placed(sized, None):
        grown[place] += cost(row, metric) - before.get(row["path"], 0)
    return largest(grown)


def by_line(sized: Sized, metric: str, rows: list[dict[str, Any]] | None) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for row, place in placed(sized, rows):
        found[place] = found.get(place, 0) + cost(row, metric)
    return found


def placed(sized: Sized, rows: list[dict[str, Any]] | None) -> list[tuple[dict[str, Any], Place]]:
    """Rows with the innermost line that is not in a shipped file; rows of shipped files alone are left out."""
    wanted = None if rows is None else {row["path"] for row in rows}
    found = []
    for row, node in zip(sized.report["layers"], sized.network.nodes, strict=True):
        if wanted is not None and row["path"] not in wanted:
            continue
        place: Place = (row["file"], row["line"])
        if place[0].startswith(SHIPPED):
            calls = (span for _, span in node.origin.calls if not span.source.name.startswith(SHIPPED))
            span = next(calls, None)
            if span is None:
                continue
            place = (span.source.name, span.line + 1)
        found.append((row, place))
    return found


def cost(row: dict[str, Any], metric: str) -> int:
    """What a row adds to a metric."""
    if metric in ("weights", "weights_bytes"):
        metric = "params"
    if metric == "trainable":
        return row["params"] if row["trainable"] else 0
    if metric == "frozen":
        return 0 if row["trainable"] else row["params"]
    if metric == "macs_causal":
        return row["macs"] if row["macs_causal"] is None else row["macs_causal"]
    return 1 if metric == "layers" else row[metric]


def largest(found: dict[Place, int]) -> Place | None:
    return max(found, key=lambda place: found[place]) if found else None
