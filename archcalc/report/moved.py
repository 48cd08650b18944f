"""What the layers of a report move. Reports that were read from JSON do not hold what it is computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.costs.lifetimes import Asked
from archcalc.costs.moved import Moved
from archcalc.errors import Diagnostic, SpecError, option
from archcalc.layers.base import BITS

if TYPE_CHECKING:
    from archcalc.report.rows import Rows

WORK = 20
"""Units of work for each layer."""


def moved_of(report: Any, activations: str, fuse: bool = True, weights: str | None = None) -> Moved:
    """What the layers of the network of a report move, with activations of that type; computed once.

    ``weights`` is the type of all weights, if they are not as the report has them. Raises SpecError for a report
    that was read from JSON.
    """
    if not hasattr(report, "rows"):
        message = f"the report of '{report['spec']}' does not hold what its time is computed from"
        raise SpecError(Diagnostic(message, help=f"{option('base')} may name a git ref or a spec"))
    key = "moved", activations, fuse, weights
    if key not in report.memories:
        rows: Rows = report.rows
        report.network.meter.charge(WORK * len(report.network.kept), what="to see what layers move")

        def bits(at: int, weight: str) -> int:
            return BITS[weights or rows.dtypes(at).of(weight)]

        asked = Asked(activations, report["batch"], fuse)
        report.memories[key] = Moved(report.network, asked, bits, rows.alike or weights is not None)
    found: Moved = report.memories[key]
    return found
