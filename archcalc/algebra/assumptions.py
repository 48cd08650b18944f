"""The names of one formula, and what is assumed of them: the scope of expressions without a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archcalc.algebra.atoms import Polynomial, constant, constant_term, without_constant
from archcalc.algebra.closed_form import evaluate, expand, sides
from archcalc.algebra.deciding import holds, normalized
from archcalc.algebra.notation import TEXT
from archcalc.algebra.polynomial import plus
from archcalc.dims.expression import Expression
from archcalc.dims.operators import COMPARISONS
from archcalc.errors import Undecided

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

CHOSEN = "decides what is built; assumed as for the given values"
"""The message of an assumption that decided what was built."""


class Assumption:
    """A condition that a formula takes for granted: the fact that fails without it, and the argument it concerns."""

    __slots__ = ("argument", "condition", "message", "place")

    def __init__(self, condition: Expression, message: str, argument: str | None, place: Any = None) -> None:
        self.condition, self.message, self.argument, self.place = condition, message, argument, place

    def __str__(self) -> str:
        return str(self.condition)


class Assumptions:
    """What the expressions of one formula were required to be, in order. One that another implies is dropped.

    ``place`` is noted with each: where the walk over a network stands.
    """

    def __init__(self) -> None:
        self._found: dict[Any, tuple[Any, Assumption]] = {}
        self.place: Any = None

    def made(self, op: str, args: tuple[Any, ...]) -> Any:
        """The dim of an operation on the scope's own."""
        return Expression(op, args, None, self)

    def decide(self, condition: Expression) -> bool | None:
        """Whether a condition holds for all sizes (True) or for none (False); None where that depends."""
        op, left, right = sides(condition)
        return holds(op, plus(left, right, -1))

    def choose(self, condition: Expression) -> bool:
        """Raises Undecided: sizes differ in the condition, and no values are given."""
        raise Undecided(f"{condition} is neither true nor false for every size")

    def add(self, condition: Expression, message: str, argument: str | None) -> None:
        """Record a condition, unless it follows from one like it (H ≥ 3 from H ≥ 7)."""
        op, difference = normalized(*sides(condition))
        bound = constant_term(difference)
        key = (op, frozenset(without_constant(difference).items()), None if op == ">=" else bound)
        if key not in self._found or bound < self._found[key][0]:
            self._found[key] = (bound, Assumption(condition, message, argument, self.place))

    def show(self, dim: Expression) -> str:
        """The closed form as text; a condition in its simplest form."""
        return TEXT.condition(*normalized(*sides(dim))) if dim.op in COMPARISONS else TEXT.show(expand(dim))

    def __iter__(self) -> Iterator[Assumption]:
        return (assumption for _, assumption in self._found.values())

    def __len__(self) -> int:
        return len(self._found)


class Unknowns(Assumptions):
    """Names with a value given for each. Equal closed forms are one dim, so that equal layers are sized once.

    A condition that Python asks for (``when:``, a choice of words) is decided as at the values given, and that it
    holds is assumed.
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
        """The one dim of an operation; an int where its closed form is a number, a bool where a condition is decided.

        Kept for each operation, so that an operation on the same dims is worked out once.
        """
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
            verdict = self.decide(made)
            return made if verdict is None else verdict
        closed = expand(made)
        value = constant(closed)
        return value if type(value) is int else self._forms.setdefault(frozenset(closed.items()), made)

    def choose(self, condition: Expression) -> bool:
        """The truth of a condition at the values given, which is assumed from here on."""
        truth = self.holds(condition)
        self.add(condition if truth else opposite(condition), CHOSEN, None)
        return truth

    def holds(self, condition: Expression) -> bool:
        """Whether a condition holds at the values given."""
        op, left, right = sides(condition)
        return bool(COMPARISONS[op](self.value(left), self.value(right)))

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
