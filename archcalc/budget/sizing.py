"""A spec with its settings, sized."""

from __future__ import annotations

from typing import Any

from archcalc.analysis.counting import find_convention
from archcalc.budget.document import IN_BYTES
from archcalc.graph.network import Network
from archcalc.report.model import BITS, build_report, build_totals
from archcalc.spec.load import load_network
from archcalc.spec.source import Located


class Sized:
    """A report and the network that it is of."""

    __slots__ = ("report", "network")

    def __init__(self, report: dict[str, Any], network: Network) -> None:
        self.report, self.network = report, network


def size(located: Located, variant: str | None, given: dict[str, Any]) -> Sized:
    """The report of a located spec; ``given`` holds arguments of ``archcalc.api.report``. Raises SpecError."""
    words = {name: given[name] for name in ("settings", "inputs", "max_layers", "allow_import") if name in given}
    network = load_network(located, variant=variant, **words)
    asked, span = (given["count"], None) if given.get("count") else network.convention or ("mac", None)
    convention = find_convention(asked, span)
    report = build_report(network, convention, batch=given.get("batch", 1), dtype=given.get("dtype", "float32"))
    return Sized(report, network)


def measure(report: dict[str, Any], metric: str, dtype: str, rows: list[dict[str, Any]] | None = None) -> int:
    """A metric of a report, or of some of its rows; weights are taken at the width of ``dtype``."""
    totals = report["totals"] if rows is None else build_totals(rows, dtype)
    return -(-totals["params"] * BITS[dtype] // 8) if metric in IN_BYTES else totals[metric]
