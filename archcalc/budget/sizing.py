"""A spec with its settings, sized."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from archcalc.analysis.conventions import find_convention
from archcalc.budget.document import IN_BYTES
from archcalc.budget.paths import Paths
from archcalc.graph.network import Network
from archcalc.report.model import BITS, build_report
from archcalc.spec.load import load_network
from archcalc.spec.source import Located


class Sized:
    """A report and the network that it is of."""

    def __init__(self, report: dict[str, Any], network: Network) -> None:
        self.report, self.network = report, network
        self.costliest: dict[
            str, tuple[str, int] | None
        ] = {}  # the line of the whole network that costs most, by metric

    @cached_property
    def paths(self) -> Paths:
        """The rows' paths, for patterns."""
        return Paths(row["path"] for row in self.report["layers"])


def size(located: Located, variant: str | None, given: dict[str, Any]) -> Sized:
    """The report of a located spec; ``given`` holds arguments of ``archcalc.api.report``. Raises SpecError."""
    words = {name: given[name] for name in ("settings", "inputs", "max_layers", "allow_import") if name in given}
    network = load_network(located, variant=variant, **words)
    asked, span = (given["count"], None) if given.get("count") else network.convention or ("mac", None)
    convention = find_convention(asked, span)
    report = build_report(network, convention, batch=given.get("batch", 1), dtype=given.get("dtype", "float32"))
    return Sized(report, network)


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
