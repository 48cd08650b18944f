"""A spec with its settings, sized."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from archcalc.budget.units import IN_BYTES
from archcalc.graph.paths import Paths
from archcalc.report.figures import FIGURES, Figure
from archcalc.report.widths import in_bytes, together
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
    def names(self) -> list[str]:
        """The rows' paths."""
        return [row["path"] for row in self.report["layers"]]

    @cached_property
    def paths(self) -> Paths:
        """The rows' paths, for patterns."""
        return Paths(self.names)


def measure(report: Report, metric: str, dtype: str | None, rows: list[Row] | None = None) -> int:
    """A metric of a report, or of some of its rows; weights are as wide as the report has them, or as ``dtype``."""
    if metric in IN_BYTES:
        whole: int = in_bytes(params_of(report, dtype, rows))
        return whole
    return report["totals"][metric] if rows is None else FIGURES[metric].over((row, 1) for row in rows)


def params_of(report: Report, dtype: str | None, rows: list[Row] | None) -> dict[str, int]:
    """Parameters by dtype, all of them of ``dtype`` if that is given."""
    if dtype is not None:
        return {dtype: measure(report, "params", None, rows)}
    return report["params_by_dtype"] if rows is None else together((row["params_by_dtype"], 1) for row in rows)


def cost(row: Row, metric: str) -> int:
    """What a row adds to a metric."""
    return figure_of(metric).part(row)


def figure_of(metric: str) -> Figure:
    """The figure of a metric."""
    return FIGURES["weights_bytes" if metric in IN_BYTES else metric]
