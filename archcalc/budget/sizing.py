"""A spec with its settings, sized."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from archcalc.budget.document import IN_BYTES
from archcalc.budget.paths import Paths
from archcalc.report.model import BITS
from archcalc.request import Request


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


def measure(report: dict[str, Any], metric: str, dtype: str, rows: Iterable[dict[str, Any]] | None = None) -> int:
    """A metric of a report, or of some of its rows; weights are taken at the width of ``dtype``."""
    if rows is None:
        used = report["totals"]["params" if metric in IN_BYTES else metric]
    else:
        used = sum(cost(row, metric) for row in rows)
    return -(-used * BITS[dtype] // 8) if metric in IN_BYTES else used


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
