"""What each layer costs in a step of training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcalc.budget.costs import Part
from archcalc.report.training import trained_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def trained_parts(report: Report, metric: str, precision: str) -> Iterator[Part]:
    """What each layer keeps, with its parameters and their states, or the multiply-adds of its gradients."""
    training = trained_in(report, precision)
    for line in training.lines:
        cost = line.kept
        if metric == "backward_macs":
            cost = line.record.weights + line.record.inputs
        elif metric == "train_memory":
            cost += sum(training.state_of(line.record))
        yield line.record.path, line.record.node, cost
