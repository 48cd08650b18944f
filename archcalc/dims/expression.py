"""An expression over named dims. With a value it explains, without one it is a formula.

One class for both: ``explain`` builds it from leaves that have values, so every condition is decided as it is for ints;
``formula`` builds it from leaves that have none, and conditions become assumptions.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from archcalc.errors import RuleError, Undecided

MOST_BITS = 13_288  # of a power: 4,000 digits
LONGEST = 2_000  # characters of a rendered part; a longer one is shown as an ellipsis


def power(base: int, exponent: int) -> int:
    """``base ** exponent``, whole or a RuleError; one of more than 4,000 digits is refused before it is computed."""
    if exponent < 0:
        raise RuleError(f"{base} to the power of {exponent} is not a whole number")
    if base.bit_length() * exponent > MOST_BITS:
        raise RuleError(f"{base} to the power of {exponent} has more than 4,000 digits")
    return base**exponent


def floor_scaled(value: int, factor: float) -> int:
    """The floor of the double product."""
    try:
        return math.floor(value * factor)
    except (OverflowError, ValueError):
        raise RuleError(f"{value} times {factor} is no finite number") from None


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
EVALUATE: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "div": operator.floordiv,
    "**": power,
    "neg": operator.neg,
    "max": max,
    "min": min,
    "gcd": math.gcd,
    "scaled": floor_scaled,
    "ceil_div": lambda a, b: -(-a // b),
    "where": lambda condition, yes, no: yes if condition else no,
    **COMPARISONS,
}


class Assumption:
    """A condition that a formula takes for granted: the fact that fails without it, and the argument it hangs on."""

    __slots__ = ("argument", "condition", "message", "place")

    def __init__(self, condition: Expression, message: str, argument: str | None, place: Any = None) -> None:
        self.condition, self.message, self.argument, self.place = condition, message, argument, place

    def __str__(self) -> str:
        return str(self.condition)


class Assumptions:
    """What the expressions of one formula were required to be, in order; what another one implies is dropped.

    ``place`` is noted with each: where the walk over a network stands.
    """

    def __init__(self) -> None:
        self._found: dict[Any, tuple[Any, Assumption]] = {}
        self.place: Any = None

    def made(self, op: str, args: tuple[Any, ...]) -> Any:
        """The dim of an operation on the scope's own."""
        return Expression(op, args, None, self)

    def choose(self, condition: Expression) -> bool:
        """The truth of a condition that Python asks for though sizes differ in it; raises Undecided."""
        raise Undecided(f"{condition} is neither true nor false for every size")

    def add(self, condition: Expression, message: str, argument: str | None) -> None:
        """Record a condition, unless it follows from one like it (H ≥ 3 from H ≥ 7)."""
        from archcalc.dims.atoms import constant_term, without_constant
        from archcalc.dims.closed_form import sides
        from archcalc.dims.deciding import normalized

        op, difference = normalized(*sides(condition))
        bound = constant_term(difference)
        key = (op, frozenset(without_constant(difference).items()), None if op == ">=" else bound)
        if key not in self._found or bound < self._found[key][0]:
            self._found[key] = (bound, Assumption(condition, message, argument, self.place))

    def __iter__(self) -> Iterator[Assumption]:
        return (assumption for _, assumption in self._found.values())

    def __len__(self) -> int:
        return len(self._found)


class Expression:
    """A tree: ``op`` and ``args``, the ``value`` of one that has it, and the ``scope`` that collects assumptions.

    A leaf is ("name", (name,)), or ("name", (name, definition)) where a rule named an intermediate result.
    """

    __slots__ = ("args", "closed", "op", "scope", "value")
    dim_kind: Any

    def __init__(self, op: str, args: tuple[Any, ...], value: Any = None, scope: Assumptions | None = None) -> None:
        self.op, self.args, self.value, self.scope = op, args, value, scope
        self.closed: Any = None  # its closed form, once asked for: see closed_form.expand

    @classmethod
    def known(cls, name: str, value: int) -> Expression:
        """A leaf that is shown as its name or as its number."""
        return cls("name", (name,), value)

    @classmethod
    def unknown(cls, name: str, scope: Assumptions | None = None) -> Expression:
        """A leaf that stands for every positive whole number; what rules require of it is added to ``scope``."""
        return cls("name", (name,), None, scope)

    @staticmethod
    def apply(op: str, *args: Any) -> Any:
        """The expression of an operation, with the value that its operands give it."""
        values, scope, has_value = [], None, True
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
        return Expression(op, args, None, None) if scope is None else scope.made(op, args)

    @staticmethod
    def named(name: str, dim: Expression) -> Expression:
        """A leaf that keeps its definition; without a value there is nothing to shorten."""
        return dim if dim.value is None else Expression("name", (name, dim), dim.value)

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
        if condition.scope is None:
            raise Undecided(f"{condition} is neither true nor false for every size")
        condition.scope.add(condition, text, argument)

    def __truediv__(self, other: Any) -> Any:
        return _exact(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _exact(other, self)

    def __neg__(self) -> Expression:
        return self.apply("neg", self)

    def __bool__(self) -> bool:
        verdict = _verdict(self)
        if verdict is None:
            return (Assumptions() if self.scope is None else self.scope).choose(self)
        return verdict

    def __str__(self) -> str:
        if self.value is not None:
            return str(self.value)
        from archcalc.dims.closed_form import expand, sides
        from archcalc.dims.deciding import normalized
        from archcalc.dims.printing import show, show_condition

        return show_condition(*normalized(*sides(self))) if self.op in COMPARISONS else show(expand(self))

    __repr__ = __str__
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if self.value is not None else str(self)


def _verdict(condition: Any) -> bool | None:
    if type(condition) is bool:
        return condition
    if condition.value is not None:
        return bool(condition.value)
    from archcalc.dims.closed_form import decide

    return decide(condition)


def _exact(a: Any, b: Any) -> Any:
    if type(a) is float or type(b) is float:
        return NotImplemented
    remainder = Expression.apply("%", a, b)
    Expression.require(Expression.apply("==", remainder, 0), lambda: f"{a} is not divisible by {b}", None)
    return Expression.apply("div", a, b)


def install_operators(cls: Any) -> None:
    """Give a kind the operators that rules use, all of them ``cls.apply(op, left, right)``.

    Words and None differ from every dim (``padding == "same"``); a float among dims is a TypeError, also in ``==``.
    """
    computes = (int, bool, cls)

    def forward(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, a, b) if type(b) in computes else NotImplemented

    def reflected(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, b, a) if type(b) in computes else NotImplemented

    def equality(op: str) -> Callable[[Any, Any], Any]:
        return lambda a, b: cls.apply(op, a, b) if type(b) in computes or type(b) is float else NotImplemented

    names = [("add", "+"), ("sub", "-"), ("mul", "*"), ("floordiv", "//"), ("mod", "%"), ("pow", "**")]
    for name, op in names:
        setattr(cls, f"__{name}__", forward(op))
        setattr(cls, f"__r{name}__", reflected(op))
    for name, op in [("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")]:
        setattr(cls, f"__{name}__", forward(op))
    cls.__eq__, cls.__ne__ = equality("=="), equality("!=")
    cls.dim_kind = cls


install_operators(Expression)

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

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
    "==": ("{} = {}", 0, (0.5, 0.5)),
    "!=": ("{} ≠ {}", 0, (0.5, 0.5)),
    "<": ("{} < {}", 0, (0.5, 0.5)),
    "<=": ("{} ≤ {}", 0, (0.5, 0.5)),
    ">": ("{} > {}", 0, (0.5, 0.5)),
    ">=": ("{} ≥ {}", 0, (0.5, 0.5)),
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


class Step(NamedTuple):
    """One line of a derivation. ``dim`` has the structure, for printers of other notations."""

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


def derivation(name: str, dim: Any) -> list[Step]:
    """The steps to a dim: first every named result that it reads, in the order they are needed, then itself."""
    if type(dim) is not Expression:
        return [Step(name, dim)]
    leaves = (node for node in inner_first(dim, definitions=True) if node.op == "name" and len(node.args) == 2)
    steps = {(leaf.args[0], render(leaf.args[1]), leaf.value): Step(*leaf.args) for leaf in leaves}
    return [*steps.values(), Step(name, dim)]
