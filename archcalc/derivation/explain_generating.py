"""Where a cache comes from: what layers keep of the tokens of a sequence."""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

from archcalc.derivation.explain import Cell, Explained
from archcalc.dims import ceil_div
from archcalc.dims.expression import Definition, Expression
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.wires import readings
from archcalc.layers.base import BITS
from archcalc.report.figures import KV_CACHE
from archcalc.report.generating import generating_in

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def explain_cache(report: Report, figure: str, tokens: int | None, dtype: str) -> Explained:
    """The first layer that keeps tokens, with the sum over layers that keep as much of as many. Raises SpecError."""
    made = generating_in(report)
    tokens = made.trace.length if tokens is None else tokens
    alike: dict[tuple[int, int], int] = {}
    found: Explained | None = None
    for node, _, _, reads in readings(made.trace.network):
        role = made.roles.get(node)
        past = [] if role is None else [*made.past(role._replace(times=1))]
        if past:
            found = found or Explained(node, reads)
            each = sum(one.elements for one in past), past[0].at(tokens, made.rule) // past[0].elements
            alike[each] = alike.get(each, 0) + 1
    if found is None:
        message = f"'{report['spec']}' keeps states, and nothing of each token: it has no {KV_CACHE.title}"
        raise SpecError(Diagnostic(message))
    found.axes = [[] for _ in found.inputs]
    terms = [
        reduce(mul, map(Expression.known, ("layers", "numbers a token", "tokens kept"), (layers, *each)))
        for each, layers in alike.items()
    ]
    elements: Any = reduce(add, terms)
    bits, title = BITS[dtype], f"{KV_CACHE.title} of {tokens:,} tokens (bytes)"
    total = elements * (bits // 8) if bits % 8 == 0 else ceil_div(elements * bits, 8)
    found.cells.append(Cell(figure, title, total.value, [Definition(title, total)]))
    return found
