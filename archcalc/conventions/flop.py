"""Every elementary operation, a multiply-add being two."""

from typing import Any

from archcalc.conventions.groups import GROUPS
from archcalc.conventions.rule import Convention, Rule, done, of
from archcalc.graph.inference import Applied


def everything(applied: Applied) -> Any:
    return sum(applied.ops.values()) + done(applied, "mac")


CONVENTION = Convention(
    "flop",
    unit="operations",
    counts="2 for each multiply-add, 1 for every other addition, product, division, exponential and comparison",
    source="the elementary operations that 'archcalc layers NAME' lists",
    notes=("The page of a layer says what an element becomes or costs, from which its operations follow.",),
    rules=of(Rule("E", "2 x multiply-adds + every other operation", everything), *GROUPS),
)
