"""What each layer keeps of a sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archcalc.budget.costs import Part
from archcalc.report.generating import generating_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def cached_parts(report: Report, tokens: int | None) -> Iterator[Part]:
    """What each layer keeps of so many tokens."""
    made = generating_in(report)
    tokens = made.trace.length if tokens is None else tokens
    for role in made.trace.roles:
        yield role.node.path, role.node, sum(one.at(tokens, made.rule) for one in made.past(role))
