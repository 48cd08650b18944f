"""An expression over named dims. With a value it explains, without one it is a formula.

One class for both: ``explain`` builds it from leaves that have values, so every condition is decided as it is for ints;
``formula`` builds it from leaves without, and their scope decides what it can and assumes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from archcalc.dims.operators import COMPARISONS, EVALUATE, install_operators
from archcalc.errors import RuleError

LONGEST = 2_000  # characters of a rendered part; a longer one is shown as an ellipsis


class Symbols(Protocol):
    """The scope of the names without values that one formula has: what an expression of theirs cannot do by itself."""

    def made(self, op: str, args: tuple[Any, ...]) -> Any:
        """The dim of an operation on the scope's own."""

    def decide(self, condition: Expression) -> bool | None:
        """Whether a condition holds for all sizes (True) or for none (False); None where that depends."""

    def choose(self, condition: Expression) -> bool:
        """The truth of a condition that Python asks for although sizes differ in it; may raise Undecided."""

    def add(self, condition: Expression, message: str, argument: str | None) -> None:
        """Assume a condition; ``message`` is the fact that fails without it, ``argument`` what it concerns."""

    def show(self, dim: Expression) -> str:
        """The closed form as text."""


class Expression:
    """A tree: ``op`` and ``args``, with a ``value`` or else with the ``scope`` of its names.

    A leaf is ("name", (name,)), or ("name", (name, definition)) where a rule named an intermediate result.
    """

    __slots__ = ("args", "closed", "op", "scope", "value")
    arithmetic: Any

    def __init__(self, op: str, args: tuple[Any, ...], value: Any = None, scope: Symbols | None = None) -> None:
        self.op, self.args, self.value = op, args, value
        self.scope: Any = scope
        self.closed: Any = None  # its closed form, kept here once it has been asked for

    @classmethod
    def known(cls, name: str, value: int) -> Expression:
        """A leaf that is shown as its name or as its number."""
        return cls("name", (name,), value)

    @classmethod
    def unknown(cls, name: str, scope: Symbols) -> Expression:
        """A leaf that stands for every positive whole number; what rules require of it is added to ``scope``."""
        return cls("name", (name,), None, scope)

    @staticmethod
    def apply(op: str, *args: Any) -> Any:
        """The expression of an operation, with the value that its operands give it."""
        values: list[Any] = []
        scope: Any = None
        has_value = True
        for arg in args:
            if type(arg) is Expression:
                values.append(arg.value)
                has_value = has_value and arg.value is not None
                scope = arg.scope if scope is None else scope
            elif type(arg) is int or type(arg) is bool or op == "scaled":
                values.append(arg)
            else:
                raise TypeError(f"a {type(arg).__name__} among the operands of {op!r}, which takes whole numbers")
        if has_value:
            return Expression(op, args, EVALUATE[op](*values), scope)
        return scope.made(op, args)

    @staticmethod
    def named(name: str, dim: Expression) -> Expression:
        """A leaf that keeps its definition; without a value there is nothing to shorten."""
        return dim if dim.value is None else Expression("name", (name, dim), dim.value)

    @staticmethod
    def is_condition(dim: Expression) -> bool:
        return dim.op in COMPARISONS

    @staticmethod
    def plain(dim: Expression) -> Expression:
        """The dim itself: what has no value is no plain number."""
        return dim

    @staticmethod
    def decided(condition: Expression) -> bool | None:
        """Whether a condition holds for all sizes, or for none; None where that depends."""
        return _verdict(condition)

    @staticmethod
    def require(condition: Expression, message: str | Callable[[], str], argument: str | None) -> None:
        """Raise RuleError where the condition fails; where nobody can know, assume that it holds."""
        verdict = _verdict(condition)
        if verdict:
            return
        text = message() if callable(message) else message
        if verdict is not None:
            raise RuleError(text, argument)
        condition.scope.add(condition, text, argument)

    def __bool__(self) -> bool:
        verdict = _verdict(self)
        return self.scope.choose(self) if verdict is None else verdict

    def __str__(self) -> str:
        return self.scope.show(self) if self.value is None else str(self.value)

    __repr__ = __str__
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if self.value is not None else str(self)


def _verdict(condition: Any) -> bool | None:
    if type(condition) is bool:
        return condition
    found: bool | None = condition.scope.decide(condition) if condition.value is None else bool(condition.value)
    return found


install_operators(Expression)

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
RELATIONS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}

# op -> (text, how tightly it binds, how tightly each operand must bind to stand without parentheses)
FORMS: dict[str, tuple[str, float, tuple[float, ...]]] = {
    "+": ("{} + {}", 1, (1, 1)),
    "-": ("{} − {}", 1, (1, 2)),
    "*": ("{}·{}", 2, (2, 2)),
    "//": ("⌊{}/{}⌋", 9, (2, 3)),
    "%": ("{} mod {}", 0.5, (2, 3)),
    "div": ("{}/{}", 1.5, (2, 3)),
    "**": ("{}^{}", 3, (9, 9)),
    "neg": ("−{}", 0.8, (2,)),
    "max": ("max({}, {})", 9, (0, 0)),
    "min": ("min({}, {})", 9, (0, 0)),
    "gcd": ("gcd({}, {})", 9, (0, 0)),
    "scaled": ("⌊{}·{}⌋", 9, (2, 2)),
    "ceil_div": ("⌈{}/{}⌉", 9, (2, 3)),
    "where": ("({1} if {0} else {2})", 9, (0, 0, 0)),
    **{op: (f"{{}} {sign} {{}}", 0, (0.5, 0.5)) for op, sign in RELATIONS.items()},
}


def render(dim: Any, numbers: bool = False) -> str:
    """The expression as text, as the rule wrote it: with names, or with ``numbers`` in their place."""
    if type(dim) is not Expression:
        return _number(dim)[0]
    shown: dict[int, tuple[str, float]] = {}
    for node in inner_first(dim):
        shown[id(node)] = _leaf(node, numbers) if node.op == "name" else _form(node, shown)
    return shown[id(dim)][0]


def _number(number: Any) -> tuple[str, float]:
    text = str(number)
    return (text, 9) if not text.startswith("-") else ("−" + text[1:], 0.8)


def _leaf(node: Expression, numbers: bool) -> tuple[str, float]:
    return _number(node.value) if numbers and node.value is not None else (node.args[0], 9)


def _form(node: Expression, shown: dict[int, tuple[str, float]]) -> tuple[str, float]:
    form, binds, wanted = FORMS[node.op]
    parts = []
    for arg, least in zip(node.args, wanted, strict=True):
        text, inner = shown[id(arg)] if type(arg) is Expression else _number(arg)
        parts.append(text if inner >= least else f"({text})")
    if node.op == "**" and type(node.args[1]) is int and node.args[1] >= 0:
        text = parts[0] + parts[1].translate(SUPERSCRIPT)
    else:
        text = form.format(*parts)
    return (text, binds) if len(text) <= LONGEST else ("…", 9)


def inner_first(dim: Expression, definitions: bool = False) -> Iterator[Expression]:
    """Every node once, operands before what is made of them; ``definitions`` looks into named results too."""
    stack, seen = [(dim, False)], set()
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            if definitions or node.op != "name":
                stack.extend((arg, False) for arg in reversed(node.args) if type(arg) is Expression)


class Definition(NamedTuple):
    """A line of a derivation: what a name stands for. ``dim`` has the structure, for printers of other notations."""

    name: str
    dim: Any

    @property
    def formula(self) -> str:
        return render(self.dim)

    @property
    def substituted(self) -> str:
        return render(self.dim, numbers=True)

    @property
    def value(self) -> Any:
        return self.dim.value if type(self.dim) is Expression else self.dim


def derivation(name: str, dim: Any) -> list[Definition]:
    """Every named result that a dim reads, in the order they are needed, then the dim itself."""
    if type(dim) is not Expression:
        return [Definition(name, dim)]
    leaves = (node for node in inner_first(dim, definitions=True) if node.op == "name" and len(node.args) == 2)
    needed = {(leaf.args[0], render(leaf.args[1]), leaf.value): Definition(*leaf.args) for leaf in leaves}
    return [*needed.values(), Definition(name, dim)]
