"""The unknown sizes of one formula, each with the value that is given for it."""

from __future__ import annotations

from typing import Any

from archcalc.dims.atoms import Polynomial, constant
from archcalc.dims.closed_form import decide, evaluate, expand
from archcalc.dims.expression import COMPARISONS, Assumptions, Expression

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

CHOSEN = "what is built hangs on it: taken as at the values given"
"""What an assumption says that decided what was built."""


class Unknowns(Assumptions):
    """Equal closed forms are one dim, a number where they are one, so that equal layers are sized once.

    A condition that Python asks for (``when:``, a choice of words) is decided as at the values given, and that it is
    so is assumed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, int] = {}
        self._made: dict[Any, Any] = {}
        self._forms: dict[Any, Any] = {}

    def unknown(self, name: str, value: int) -> Expression:
        """The leaf of a name; ``value`` is the one given for it."""
        self.given[name] = value
        leaf = Expression.unknown(name, self)
        found: Expression = self._forms.setdefault(frozenset(expand(leaf).items()), leaf)
        return found

    def made(self, op: str, args: tuple[Any, ...]) -> Any:
        """The one dim of an operation; of a condition that holds for all sizes or for none, its truth."""
        key = (op, args)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._settled(Expression(op, args, None, self))
        return found

    def _settled(self, made: Expression) -> Any:
        if made.op in COMPARISONS:
            of = made.args[0]
            if made.op in ("==", "!=") and type(of) is Expression and of.op in COMPARISONS and made.args[1] == 0:
                return of if made.op == "!=" else opposite(of)
            verdict = decide(made)
            return made if verdict is None else verdict
        closed = expand(made)
        value = constant(closed)
        return value if type(value) is int else self._forms.setdefault(frozenset(closed.items()), made)

    def choose(self, condition: Expression) -> bool:
        """The truth of a condition at the values given, which is assumed from here on."""
        truth = self.holds(condition)
        self.add(condition if truth else opposite(condition), CHOSEN, None)
        return truth

    def add(self, condition: Expression, message: str, argument: str | None) -> None:
        """Record a condition. Of a product that must be 0, it is that the factor is which is 0 at the values given."""
        if condition.op == "==" and condition.args[1] == 0:
            for factor in factors(condition.args[0]):
                if decide(equal_zero(factor)) is None and evaluate(expand(factor), self.given) == 0:
                    condition = equal_zero(factor)
                    break
        super().add(condition, message, argument)

    def holds(self, condition: Expression) -> bool:
        """Whether a condition holds at the values given."""
        if condition.op not in COMPARISONS:
            return self.value(expand(condition)) != 0
        left, right = (self.value(expand(side)) for side in condition.args)
        return bool(COMPARISONS[condition.op](left, right))

    def value(self, closed: Polynomial) -> Any:
        """A closed form at the values given."""
        return evaluate(closed, self.given)


def opposite(condition: Expression) -> Expression:
    """The condition that holds where this one does not."""
    if condition.op in OPPOSITE:
        return Expression(OPPOSITE[condition.op], condition.args, None, condition.scope)
    return equal_zero(condition)


def equal_zero(dim: Expression) -> Expression:
    return Expression("==", (dim, 0), None, dim.scope)


def factors(dim: Any) -> list[Expression]:
    """What a product is the product of, as the rule wrote it; a dim that is none alone. Numbers are left out."""
    found, waiting = [], [dim]
    while waiting:
        one = waiting.pop()
        if type(one) is Expression and one.op == "*":
            waiting.extend(one.args)
        elif type(one) is Expression:
            found.append(one)
    return found
