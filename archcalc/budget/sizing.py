"""A spec with its settings, sized."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from archcalc.budget.keys import IN_BYTES
from archcalc.budget.paths import Paths
from archcalc.report.figures import FIGURES, Figure, weights_bytes
from archcalc.request import Request

if TYPE_CHECKING:
    from archcalc.report.documents import Report, Row


class Sized:
    """The network and the report of a request. Raises SpecError.

    ``costliest``: the line of the whole network that costs most, by metric.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.network = request.network()
        self.report = request.report(self.network)
        self.costliest: dict[str, tuple[str, int] | None] = {}

    @cached_property
    def paths(self) -> Paths:
        """The rows' paths, for patterns."""
        return Paths(row["path"] for row in self.report["layers"])


def measure(report: Report, metric: str, dtype: str, rows: Iterable[Row] | None = None) -> int:
    """A metric of a report, or of some of its rows; weights are taken at the width of ``dtype``."""
    if rows is None:
        used = report["totals"]["params" if metric in IN_BYTES else metric]
    else:
        used = figure_of(metric).over((row, 1) for row in rows)
    return weights_bytes(used, dtype) if metric in IN_BYTES else used


def cost(row: Row, metric: str) -> int:
    """What a row adds to a metric."""
    return figure_of(metric).part(row)


def figure_of(metric: str) -> Figure:
    """The figure that rows have of a metric: the bytes of weights are those of their parameters."""
    return FIGURES["params" if metric in IN_BYTES else metric]
