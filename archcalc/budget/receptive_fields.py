"""Limits on receptive fields: what is used of them, and the line that goes beyond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archcalc.budget.costs import Place, line_of
from archcalc.budget.result import EVERYTHING, Limit, network_name
from archcalc.budget.sizing import Sized
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.repetition import walk
from archcalc.report.model import Report as OfNetwork
from archcalc.report.receptive_field import ALL, UNKNOWN, fields_of, largest

if TYPE_CHECKING:
    from archcalc.report.documents import Report

HELP = {
    None: "no input has an axis of positions that reaches an output",
    UNKNOWN: "an axis is mixed with others on the way: 'archcalc show SPEC --columns +receptive_field' says where",
}


def used_of(report: Report, limit: Limit, places: Iterable[int] | None = None) -> int:
    """The largest that the outputs see, or the layers at these places; all is more than any number.

    Raises SpecError, at the limit, where no number can be held against it.
    """
    found: int | str | None
    if not isinstance(report, OfNetwork):
        found = report["totals"].get("receptive_field", UNKNOWN)
        help = "'archcalc show SPEC --all-figures --format json' makes a report with receptive fields"
    else:
        fields = fields_of(report)
        seen = list(fields.each()) if places is not None else []
        found = fields.whole() if places is None else largest([one for place in places for one in seen[place]])
        help = HELP.get(found if isinstance(found, str) else None, "")
    if found == ALL:
        return EVERYTHING
    if not isinstance(found, int):
        name = network_name(report["spec"], report["variant"])
        message = f"the receptive field of {name} is unknown" if found else f"{name} has no receptive field"
        raise SpecError(Diagnostic(f"{message}, and a limit holds a number", limit.span, help=help))
    return found


def beyond(sized: Sized, most: int, places: Iterable[int] | None) -> Place | None:
    """The line of the first layer, or the first at these places, that sees more positions."""
    chosen = None if places is None else set(places)
    fields = fields_of(sized.report)
    for place, (node, repetition) in enumerate(walk(sized.network)):
        if chosen is None or place in chosen:
            size = largest(fields.of(node, repetition))
            if size == ALL or (isinstance(size, int) and size > most):
                return line_of(node)
    return None
