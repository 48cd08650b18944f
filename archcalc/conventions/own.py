"""A user's own convention, from the plain data of its file."""

from __future__ import annotations

from typing import Any

from archcalc.conventions import find_convention
from archcalc.conventions.groups import GROUPS
from archcalc.conventions.rule import Convention, Rule, done, of
from archcalc.dims.decimals import Decimals


def own_convention(data: dict[str, Any], source: str) -> Convention:
    """The convention that a file states: weights for operations, groups of layer types in, out or with their own."""
    base = find_convention(data["base"]) if data["base"] else None
    operations = weighted(data["operations"])
    rules = dict(base.rules) if base else of(operations, *GROUPS)
    for group, said in data["kinds"].items():
        if said == "out":
            rules.pop(group, None)
        else:
            rules[group] = operations if said == "in" else weighted(said)
    counts = data["counts"] or (f"as {base.name}, with changes" if base else operations.words)
    return Convention(data["name"], unit=data["unit"], counts=counts, source=source, rules=rules, stated=data)


def weighted(weights: dict[str, int | Decimals]) -> Rule:
    """So many for each elementary operation; one that is not named counts nothing."""
    words = " + ".join(f"{weight} x {name}" for name, weight in weights.items() if weight) or "nothing"

    def count(applied: Any) -> Any:
        found: Any = sum(weight * done(applied, name) for name, weight in weights.items())
        return found

    return Rule("own", words, count)
