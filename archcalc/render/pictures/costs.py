"""What each kept node of a network costs, as a picture tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.graph.repetition import walk
from archcalc.render.pictures.boxes import Costs
from archcalc.render.pictures.tree import Tree
from archcalc.report.rows import rows_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def costs_of(report: Report, tree: Tree, alive: bool) -> list[Costs]:
    """What each kept node costs when it runs once; with what is alive then, where that is asked for."""
    rows, found = rows_of(report), []
    for node, there in zip(tree.nodes, alive_at(report, tree) if alive else [0] * len(tree.nodes), strict=True):
        facts: Any = rows.facts(node, rows.widths.dtypes)
        found.append(Costs(facts["params"], facts["macs"], there, 1))
    return found


def alive_at(report: Report, tree: Tree) -> list[int]:
    """The most bytes of activations that exist while each kept node runs, in any repetition."""
    from archcalc.report.memory import memory_of

    memory = memory_of(report, report["dtype"])
    found = dict.fromkeys(tree.nodes, 0)
    for (node, _), size in zip(walk(tree.network, memory.few), memory.curve, strict=False):
        found[node] = max(found[node], size)
    return list(found.values())
