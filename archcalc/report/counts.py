"""One network in several ways of counting, as plain data, and what makes them differ: the groups of layer types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archcalc.conventions.groups import GROUPS, group_of
from archcalc.conventions.rule import Convention
from archcalc.graph.network import Network
from archcalc.graph.repetition import counted
from archcalc.report.model import build_head, build_input, noted
from archcalc.report.rows import hold

if TYPE_CHECKING:
    from archcalc.report.documents import Counted, CountedDifference, Counts

SCHEMA = "archcalc.counts/1"
USUAL = "mac"
"""The convention that the others are held against where it is one of them; else the first."""


def build_counts(network: Network, conventions: Sequence[Convention], *, batch: int = 1) -> Counts:
    """The totals of a network (archcalc.counts/1) and the difference between one convention and each of the others.

    Both are given by group of layer types, groups that come to 0 left out: the parts sum to the whole. Raises SpecError
    for a figure of more than 4,000 digits, naming the layer.
    """
    found = count_groups(network, conventions, batch)
    columns = [counted_by(convention, by_group) for convention, by_group in zip(conventions, found, strict=True)]
    base = next((column for column in columns if column["name"] == USUAL), columns[0])
    return {
        **build_head(network, SCHEMA, batch),
        "layout": network.layout,
        "input": build_input(network),
        **noted(network),
        "conventions": columns,
        "differences": [difference(column, base) for column in columns if column is not base],
    }


def counted_by(convention: Convention, by_group: dict[str, int]) -> Counted:
    total, by_kind = sum(by_group.values()), largest_first(by_group)
    return {"name": convention.name, "unit": convention.unit, "total": total, "by_kind": by_kind}


def difference(column: Counted, base: Counted) -> CountedDifference:
    """What one counts more of each group than the other."""
    one, other = column["by_kind"], base["by_kind"]
    apart = {group: one.get(group, 0) - other.get(group, 0) for group in GROUPS}
    by_kind = largest_first(apart)
    return {"name": column["name"], "from": base["name"], "total": sum(apart.values()), "by_kind": by_kind}


def count_groups(network: Network, conventions: Sequence[Convention], batch: int) -> list[dict[str, int]]:
    """What each convention counts of each group of layer types."""
    known: dict[int, list[int]] = {}
    found = [dict.fromkeys(GROUPS, 0) for _ in conventions]
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


def largest_first(by_group: dict[str, int]) -> dict[str, int]:
    """The groups that are not 0."""
    parts = sorted(by_group.items(), key=lambda part: -abs(part[1]))
    return {group: figure for group, figure in parts if figure}
