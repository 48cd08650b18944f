"""What a convention is: a rule for each group of layer types, which counts one sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.conventions.groups import group_of
from archcalc.graph.inference import Applied


class Rule:
    """What is counted: ``sign`` in a table, ``words`` in a sentence, ``count`` of a layer on its inputs."""

    __slots__ = ("sign", "words", "count")

    def __init__(self, sign: str, words: str, count: Callable[[Applied], Any]) -> None:
        self.sign, self.words, self.count = sign, words, count

    def __add__(self, other: Rule) -> Rule:
        def count(applied: Applied) -> Any:
            return self.count(applied) + other.count(applied)

        return Rule(f"{self.sign}+{other.sign}", f"{self.words} + {other.words}", count)

    def __rmul__(self, factor: int) -> Rule:
        return Rule(f"{factor}{self.sign}", f"{factor} x {self.words}", lambda applied: factor * self.count(applied))


class Convention:
    """A way of counting: its name, its unit, what it counts in a sentence, where that is said, and a rule per group.

    A group without a rule counts nothing. ``version`` is the release of the tool that counts so, "" for our own ways.
    ``wrong`` gives a reason and the networks for which the tool itself prints another figure than its own rules would:
    no rule could say it, since it depends on how their Python is written. ``notes`` say where else it may.
    ``stated`` is the data of a user's file, None for those of archcalc. ``backward``: whether it counts the backward
    pass too; ``gradient_groups`` says how many times it counts the gradient of a layer's weight.
    """

    __slots__ = (
        *("name", "version", "unit", "counts", "source", "rules", "wrong", "notes", "stated"),
        *("backward", "gradient_groups"),
    )

    def __init__(
        self,
        name: str,
        *,
        unit: str,
        counts: str,
        source: str,
        rules: dict[str, Rule],
        version: str = "",
        wrong: dict[str, str] | None = None,
        notes: tuple[str, ...] = (),
        stated: Any = None,
        backward: bool = False,
        gradient_groups: Callable[[Applied], Any] | None = None,
    ) -> None:
        self.name, self.version, self.unit, self.counts, self.source = name, version, unit, counts, source
        self.rules, self.wrong, self.notes, self.stated = rules, wrong or {}, notes, stated
        self.backward, self.gradient_groups = backward, gradient_groups

    def weight_gradient(self, applied: Applied, macs: Any) -> Any:
        """What a tool that counts the backward pass makes of so many multiply-adds of a weight's gradient."""
        return macs * self.gradient_groups(applied) if self.gradient_groups else macs

    def rule(self, applied: Applied) -> Any:
        """The operations of one layer for one sample."""
        rule = self.rules.get(group_of(applied.layer.type_name))
        return 0 if rule is None else rule.count(applied)


def of(rule: Rule, *groups: str) -> dict[str, Rule]:
    """One rule for several groups."""
    return dict.fromkeys(groups, rule)


def done(applied: Applied, operation: str) -> Any:
    """How many of one elementary operation the layer does."""
    return applied.ops.get(operation, 0)


MACS = Rule("M", "multiply-adds", lambda applied: done(applied, "mac"))
