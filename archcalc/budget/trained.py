"""The line of a spec that costs most in a step of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.budget.costs import Place, largest, line_of
from archcalc.report.training import trained_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def costliest_step(report: Report, metric: str, precision: str) -> Place | None:
    """The line whose layers keep most, or whose gradients take most multiply-adds."""
    found: dict[Place, int] = {}
    for line in trained_in(report, precision).lines:
        place = line_of(line.record.node)
        if place is not None:
            more = line.record.weights + line.record.inputs if metric == "backward_macs" else line.kept
            found[place] = found.get(place, 0) + more
    return largest(found)
