"""The line of a spec that keeps most of a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.budget.costs import Place, largest, line_of
from archcalc.report.generating import generating_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def costliest_cache(report: Report, tokens: int | None) -> Place | None:
    """The line whose layers keep most of so many tokens."""
    made = generating_in(report)
    tokens = made.trace.length if tokens is None else tokens
    found: dict[Place, int] = {}
    for role in made.trace.roles:
        place = line_of(role.node)
        if place is not None:
            found[place] = found.get(place, 0) + sum(one.at(tokens, made.rule) for one in made.past(role))
    return largest(found)
