"""The numbers of one variant, with a record of what is computed from them and of what they decide.

A network is built with them as with whole numbers: they have values, so every question has an answer. The record then
says of any other variant what it costs (the same operations on its numbers) and whether it is built in the same way
(whether it gives the same answers). So one network stands for a million variants, and each of them is exact.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from archcalc.dims.operators import EVALUATE, install_operators
from archcalc.errors import RuleError


class Node:
    """An operation on numbers and other nodes, or a variable: then its only operand is its name.

    ``number`` is its place among all.
    """

    __slots__ = ("op", "args", "number")

    def __init__(self, op: str, args: tuple[Any, ...], number: int) -> None:
        self.op, self.args, self.number = op, args, number

    def operands(self) -> list[Node]:
        return [arg for arg in self.args if type(arg) is Node]


class Nodes(list[Node]):
    """The operations that the records of one spec share, each once, after those that it reads."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[Any, Node] = {}

    def node(self, op: str, *args: Any) -> Node:
        key = (op, *args)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Node(op, args, len(self))
            self.append(found)
        return found


def not_negative(a: int, b: int) -> int | None:
    return 0 if a >= 0 and b >= 0 else None


# op -> what its result is at least, from what its operands are at least
LEAST: dict[str, Callable[..., int | None]] = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b if a >= 0 and b >= 0 else None,
    **dict.fromkeys(("//", "div", "%", "gcd"), not_negative),
    "ceil_div": lambda a, b: min(a, 1) if a >= 0 and b >= 0 else None,
    "max": max,
    "min": min,
    "where": lambda condition, yes, no: min(yes, no),
}
# comparison with a number -> what an operand is at least where it holds (True), or does not
LEARNT: dict[tuple[str, bool], Callable[[int], int]] = {
    (">=", True): lambda number: number,
    (">", True): lambda number: number + 1,
    ("<", False): lambda number: number,
    ("<=", False): lambda number: number + 1,
    ("==", True): lambda number: number,
}


MARK = re.compile("\0([0-9]+)(?::([^\0]*))?\0")
"""What stands for a number in a text: the place of its node, and the form in which it is written."""


class Record:
    """What is asked of the numbers of one variant. ``answers``: what decided how it is built, in order, by node.

    ``least``: what numbers are at least in every variant that gave the same answers so far.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.answers: dict[Node, int | bool] = {}
        self.least: dict[Node, int] = {}
        self._made: dict[Node, Recorded] = {}

    def made(self, node: Node, value: Any) -> Recorded:
        """The number of a node: one object, so that equal sizes are known to be equal."""
        found = self._made.get(node)
        if found is None:
            found = self._made[node] = Recorded(node, value, self)
            rule = LEAST.get(node.op)
            known = [self.least.get(arg) if type(arg) is Node else arg for arg in node.args]
            if rule is not None and None not in known and (least := rule(*known)) is not None:
                self.least[node] = least
        return found

    def values(self) -> dict[int, int | bool]:
        """The numbers of all nodes, by their place."""
        return {node.number: found.value for node, found in self._made.items()}

    def asked(self, node: Node, value: int | bool) -> int | bool:
        """The value of a node, which from here on decides how the variant is built."""
        if node not in self.answers:
            self.answers[node] = value
            if type(value) is int:
                self.least[node] = value
            learnt = LEARNT.get((node.op, bool(value)))
            if learnt is not None and type(node.args[0]) is Node and type(node.args[1]) is int:
                least = learnt(node.args[1])
                self.least[node.args[0]] = max(self.least.get(node.args[0], least), least)
        return value


class Recorded:
    """A number, or a condition, of one variant. As text it is a mark, in whose place ``Text`` has the number of any."""

    __slots__ = ("node", "value", "record")
    arithmetic: Any
    valued = True

    def __init__(self, node: Node, value: int | bool, record: Record) -> None:
        self.node, self.value, self.record = node, value, record

    @staticmethod
    def apply(op: str, *args: Any) -> Any:
        """The number of an operation. Raises what whole numbers raise."""
        if op in DIVISIONS and type(args[1]) is Recorded and is_zero(args[1]):
            raise ZeroDivisionError
        if (op == "**" and type(args[1]) is Recorded) or (op != "scaled" and float in map(type, args)):
            return EVALUATE[op](*map(value_of, args))
        found = simpler(op, *args)
        if found is not None:
            return found
        record = next(arg for arg in args if type(arg) is Recorded).record
        value = EVALUATE[op](*[arg.value if type(arg) is Recorded else arg for arg in args])
        if op in EITHER_WAY and type(args[1]) is not Recorded:
            args = args[::-1]
        operands = [arg.node if type(arg) is Recorded else arg if op == "scaled" else int(arg) for arg in args]
        return record.made(record.nodes.node(op, *operands), value)

    @staticmethod
    def named(name: str, dim: Recorded) -> Recorded:
        return dim

    @staticmethod
    def plain(dim: Recorded) -> int:
        """Its value, which decides how the variant is built."""
        return dim.record.asked(dim.node, dim.value)

    @staticmethod
    def decided(condition: Recorded) -> bool:
        return bool(condition)

    @staticmethod
    def is_condition(dim: Recorded) -> bool:
        return type(dim.value) is bool

    @staticmethod
    def require(condition: Recorded, message: str | Callable[[], str], argument: str | None) -> None:
        if not condition:
            raise RuleError(message() if callable(message) else message, argument)

    def __bool__(self) -> bool:
        return bool(self.plain(self)) if self.is_condition(self) else not is_zero(self)

    def __index__(self) -> int:
        return self.plain(self)

    __int__ = __index__

    def __float__(self) -> float:
        return float(self.plain(self))

    def __round__(self, digits: int | None = None) -> Any:
        return self if digits is None else round(self.plain(self), digits)

    def __str__(self) -> str:
        return f"\0{self.node.number}\0"

    __repr__ = __str__
    __hash__ = object.__hash__

    def __format__(self, spec: str) -> str:
        return f"\0{self.node.number}:{spec}\0" if spec else str(self)


def is_zero(dim: Any) -> bool:
    return bool(dim == 0)


def value_of(arg: Any) -> Any:
    """A plain number: from here on it decides how the variant is built."""
    return Recorded.plain(arg) if type(arg) is Recorded else arg


DIVISIONS = ("//", "%", "div", "ceil_div")
EITHER_WAY = ("+", "*", "==", "!=", "max", "min", "gcd")
SAME = {"-": 0, "==": True, "<=": True, ">=": True, "!=": False, "<": False, ">": False}
"""What comes out of two operands that are one."""

# comparison -> what it gives for every number that is at least ``least``, None if that depends
BOUNDED: dict[str, Callable[[int, int], bool | None]] = {
    ">=": lambda least, b: True if least >= b else None,
    ">": lambda least, b: True if least > b else None,
    "<": lambda least, b: False if least >= b else None,
    "<=": lambda least, b: False if least > b else None,
    "==": lambda least, b: False if least > b else None,
    "!=": lambda least, b: True if least > b else None,
}


def simpler(op: str, *args: Any) -> Any:
    """The result of an operation that always is one of its operands, or always the same number; None of any other."""
    if len(args) < 2:
        return None
    a, b = args[-2:]  # of "where" what it chooses from
    if any(type(arg) is Recorded and type(arg.value) is bool for arg in (a, b)):
        return None
    if a is b:
        return SAME.get(op, a if op in ("max", "min", "where") else None)
    if op == "where":
        return None
    if type(a) is int and op in ("+", "*"):
        a, b = b, a
    if type(b) is not int or type(a) is not Recorded:
        return None
    least = a.record.least.get(a.node)
    if least is not None and op in BOUNDED and (found := BOUNDED[op](least, b)) is not None:
        return found
    if op in DIVISIONS and b > 1 and (found := of_multiple(op, a, b)) is not None:
        return found
    if b == 0 and op in ("+", "-", "*"):
        return 0 if op == "*" else a
    if b == 1 and op in ("*", *DIVISIONS):
        return 0 if op == "%" else a
    return None


def of_multiple(op: str, a: Recorded, b: int) -> Any:
    """The quotient, or the remainder, of a product with a multiple of ``b``; None of anything else."""
    if a.node.op != "*" or type(a.node.args[0]) is not int or a.node.args[0] % b:
        return None
    times, factor = a.node.args
    return 0 if op == "%" else times // b * a.record.made(factor, a.value // times)


def quotient(a: Any, b: Any) -> Any:
    """``a / b``: a whole number where it is one, else a double of two plain numbers."""
    return Recorded.apply("div", a, b) if a % b == 0 else value_of(a) / value_of(b)


def taking_doubles(exact: Callable[[Any, Any], Any], plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operator that computes with the plain number where the other operand is a double."""
    return lambda a, b: plain(Recorded.plain(a), b) if type(b) is float else exact(a, b)


def turned(operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: operator(b, a)


OPERATORS: Any = Recorded
install_operators(OPERATORS)
OPERATORS.__truediv__ = quotient
OPERATORS.__rtruediv__ = lambda a, b: quotient(b, a)
for name in ("add", "sub", "mul", "floordiv", "mod", "pow", "truediv"):
    plain = getattr(operator, name)
    setattr(Recorded, f"__{name}__", taking_doubles(getattr(Recorded, f"__{name}__"), plain))
    setattr(Recorded, f"__r{name}__", taking_doubles(getattr(Recorded, f"__r{name}__"), turned(plain)))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Recorded, f"__{name}__", taking_doubles(getattr(Recorded, f"__{name}__"), getattr(operator, name)))
