"""Which budgets hold which specs."""

from __future__ import annotations

from archcalc.budget.budgets import Budget
from archcalc.budget.files import Target

Run = tuple[Budget, str | None]
"""A budget and the variant that it is asked of."""


class Planned:
    """The runs of each spec, once each, by the spec's key."""

    def __init__(self) -> None:
        self._specs: dict[str, tuple[Target, dict[Run, None]]] = {}

    def add(self, budget: Budget, target: Target) -> None:
        target.located.variant = None  # budgets may name several variants of one file: a run says which
        _, runs = self._specs.setdefault(target.key, (target, {}))
        runs.update(dict.fromkeys(runs_of(budget, target.variant)))

    def name(self, target: Target) -> None:
        """A spec that is held to its own ``budget:`` alone."""
        self._specs.setdefault(target.key, (target, {}))

    def all(self) -> list[tuple[Target, list[Run]]]:
        return [(target, list(runs)) for target, runs in self._specs.values()]

    def of(self, target: Target) -> list[Run]:
        return list(self._specs.get(target.key, (target, {}))[1])

    def __contains__(self, target: Target) -> bool:
        return target.key in self._specs


def runs_of(budget: Budget, own: str | None) -> list[Run]:
    """A budget asked of each of its variants, else of the one that the spec's name says."""
    return [(budget, name) for name, _ in budget.variants] or [(budget, own)]
