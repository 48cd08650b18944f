"""One network in several ways of counting, as plain data, and what makes them differ: the groups of layer types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archcalc.conventions.groups import GROUPS, group_of
from archcalc.conventions.rule import Convention
from archcalc.graph.network import Network
from archcalc.graph.repetition import counted
from archcalc.report.model import build_input, noted
from archcalc.report.rows import hold
from archcalc.version import __version__

SCHEMA = "archcalc.counts/1"
USUAL = "mac"
"""The convention that the others are held against where it is one of them; else the first."""


def build_counts(network: Network, conventions: Sequence[Convention], *, batch: int = 1) -> dict[str, Any]:
    """The totals of a network (archcalc.counts/1) and the difference between one convention and each of the others.

    Both are given by group of layer types, groups that come to 0 left out: the parts sum to the whole. Raises SpecError
    for a figure of more than 4,000 digits, naming the layer.
    """
    found = count_groups(network, conventions, batch)
    columns = [
        {"name": convention.name, "unit": convention.unit, **summed(by_group)}
        for convention, by_group in zip(conventions, found, strict=True)
    ]
    base = next((column for column in columns if column["name"] == USUAL), columns[0])
    return {
        "schema": SCHEMA,
        "archcalc": __version__,
        "spec": network.name,
        "variant": network.variant,
        "file": network.file,
        "set": network.settings,
        "batch": batch,
        "layout": network.layout,
        "input": build_input(network),
        **noted(network),
        "conventions": columns,
        "differences": [
            {"name": column["name"], "from": base["name"], **summed(apart(column["by_kind"], base["by_kind"]))}
            for column in columns
            if column is not base
        ],
    }


def count_groups(network: Network, conventions: Sequence[Convention], batch: int) -> list[dict[str, Any]]:
    """What each convention counts of each group of layer types."""
    known: dict[int, list[Any]] = {}
    found: list[dict[str, Any]] = [dict.fromkeys(GROUPS, 0) for _ in conventions]
    for node, times in counted(network):
        figures = known.get(id(node.applied))
        if figures is None:
            figures = known[id(node.applied)] = [convention.rule(node.applied) for convention in conventions]
        *_, runs = node.multiples(batch)
        group = group_of(node.type)
        for by_group, figure in zip(found, figures, strict=True):
            hold(node, figure * runs)
            by_group[group] += figure * runs * times
    return found


def apart(by_group: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """What one counts more of each group than the other."""
    return {group: by_group.get(group, 0) - base.get(group, 0) for group in GROUPS}


def summed(by_group: dict[str, Any]) -> dict[str, Any]:
    """The total of the groups, and those that are not 0, the largest first."""
    parts = sorted(by_group.items(), key=lambda part: -abs(part[1]))
    return {"total": sum(by_group.values()), "by_kind": {group: figure for group, figure in parts if figure}}
