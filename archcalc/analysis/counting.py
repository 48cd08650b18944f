"""The ways of counting operations, side by side. Each turns a layer and its elementary operations into one total.

"FLOPs" is the most disputed word in this field: tools give different totals for the same network. So every total
names the convention that it is in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.dims import volume
from archcalc.errors import Diagnostic, Span, SpecError, nearest
from archcalc.graph.inference import Applied

Rule = Callable[[Applied], Any]


class Convention:
    """A way of counting: its name, its unit, what it counts in a sentence, and the rule for one layer and one sample."""

    __slots__ = ("name", "unit", "counts", "rule")

    def __init__(self, name: str, unit: str, counts: str, rule: Rule) -> None:
        self.name, self.unit, self.counts, self.rule = name, unit, counts, rule


CONVENTIONS: dict[str, Convention] = {}

WINDOW_POOLS = frozenset(["max_pool", "avg_pool", "lp_pool"])
WHOLE_POOLS = frozenset(["adaptive_avg_pool", "adaptive_max_pool", "global_avg_pool", "global_max_pool"])


def convention(name: str, *, unit: str, counts: str) -> Callable[[Rule], Rule]:
    """Declare a convention."""

    def register(rule: Rule) -> Rule:
        CONVENTIONS[name] = Convention(name, unit, counts, rule)
        return rule

    return register


@convention(
    "mac",
    unit="multiply-adds",
    counts="multiply-adds of convolutions, linear layers, matrix products, attention and recurrent layers; nothing else",
)
def mac(applied: Applied) -> Any:
    return applied.ops.get("mac", 0)


@convention(
    "document",
    unit="multiply-adds",
    counts="as mac, and pools: kernel volume x input elements; adaptive and global pools one an input element",
)
def document(applied: Applied) -> Any:
    name = applied.layer.type_name
    if name in WINDOW_POOLS:
        return volume(applied.layer.kernel) * volume(applied.inputs[0])  # type: ignore[attr-defined]
    return volume(applied.inputs[0]) if name in WHOLE_POOLS else applied.ops.get("mac", 0)


def find_convention(name: str, span: Span | None = None) -> Convention:
    """The convention of that name; raises SpecError where there is none."""
    if name not in CONVENTIONS:
        close = nearest(name, CONVENTIONS)
        raise SpecError(
            Diagnostic(
                f"unknown counting convention '{name}'",
                span,
                label=f"did you mean '{close}'?" if close else "",
                help=f"the conventions are {', '.join(CONVENTIONS)}",
            )
        )
    return CONVENTIONS[name]
