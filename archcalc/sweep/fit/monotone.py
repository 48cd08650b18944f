"""Whether figures only rise, or only fall, with one number: shown by what was recorded of one variant.

A record is the closed form of every figure: sums, products, quotients and so on of the number. Each operation of which
the operands only rise, or only fall, does so too, as far as its rule below says. What decided how the variant is built
has to be the same for all: a condition that is true at both ends and only rises is true between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import gcd
from typing import Any, NamedTuple

from archcalc.building.varied import Varied
from archcalc.dims.operators import EVALUATE
from archcalc.dims.recorded import Node, Record, Recorded
from archcalc.errors import RuleError, SpecError
from archcalc.sweep.numbers import needed
from archcalc.sweep.recording import Recording
from archcalc.sweep.terms import RULES, terms_of

RISES, SAME, FALLS = 1, 0, -1


class Course(NamedTuple):
    """How a number goes from the first variant to the last: its values there, whether it rises, and every value of it
    is ``first`` plus a multiple of ``step`` (1: nothing is known; 0: it is the same). ``way`` None: it may do both."""

    first: Any
    last: Any
    way: int | None
    step: int

    @property
    def least(self) -> Any:
        """The least value; None if that is not known."""
        return None if self.way is None else min(self.first, self.last)

    @property
    def not_negative(self) -> bool:
        return self.way is not None and self.least >= 0


class NotShown(Exception):
    """No closed form shows how a figure goes; the reason."""


def ways(recording: Recording, name: str, numbers: range, figures: Iterable[str]) -> dict[str, int]:
    """How figures go while a number goes up a range: they rise, fall or stay. Raises NotShown.

    The number is the only one that varies.
    """
    record = Record(recording.nodes)
    variable = recording.variables[name]
    record.least[variable] = numbers[0]
    try:
        made = record.made(variable, numbers[0])
        found = recording.load(Varied({recording.places[name]: made}, recording.depth))
    except SpecError:
        raise NotShown(f"{name} = {numbers[0]} does not fit") from None
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, ArithmeticError):
        raise NotShown("a figure here has no closed form") from None
    nodes = {figure: value.node for figure, value in found.items() if type(value) is Recorded}
    known: dict[Node, Course] = {}
    for node in needed([*record.answers, *nodes.values()]):
        known[node] = course(node, known, variable, numbers)
        if known[node].way is None and known[node].first is not None and node.op in RULES:
            known[node] = by_terms(node, known[node], known, recording.nodes)
    for node in record.answers:
        if known[node].way != SAME:
            raise NotShown(f"what the network is built of depends on {name} here")
    return {figure: way_of(figure, nodes, known, name) for figure in figures}


def way_of(figure: str, nodes: Mapping[str, Node], known: Mapping[Node, Course], name: str) -> int:
    if figure not in nodes:
        return SAME
    way = known[nodes[figure]].way
    if way is None:
        raise NotShown(f"{figure} may rise and fall with {name}")
    return way


def course(node: Node, known: Mapping[Node, Course], variable: Node, numbers: range) -> Course:
    """The course of one operation, from those of its operands."""
    if node is variable:
        return Course(numbers[0], numbers[-1], RISES, numbers.step)
    args = [known[arg] if type(arg) is Node else Course(arg, arg, SAME, 0) for arg in node.args]
    if all(arg.way is not None for arg in args):
        try:
            first, last = (EVALUATE[node.op](*[arg[end] for arg in args]) for end in (0, 1))
        except (ArithmeticError, RuleError):
            raise NotShown(f"'{node.op}' has no result at an end") from None
    else:
        first = last = None
    if all(arg.way == SAME for arg in args):
        return Course(first, last, SAME, 0)
    step = STEPS[node.op](*args) if node.op in STEPS and first is not None else 1
    if step == 0 and first == last:
        return Course(first, last, SAME, 0)
    way = WAYS[node.op](*args) if node.op in WAYS and first is not None else None
    if way is not None and first == last:
        return Course(first, last, SAME, 0)
    return Course(first, last, way, step or 1)


def by_terms(node: Node, found: Course, known: Mapping[Node, Course], nodes: Sequence[Node]) -> Course:
    """The course of a sum that is multiplied out: what is taken away may be less than what is there of the same."""
    way: int | None = SAME
    for product, factor in terms_of(needed([node]), node).items():
        of_product: int | None = SAME
        for number in product:
            one = known[nodes[number]]
            of_product = both(of_product, one.way) if one.not_negative else None
        way = both(way, of_product if factor >= 0 else turned(of_product))
    return found._replace(way=way)


def both(one: int | None, other: int | None) -> int | None:
    """The way of what rises with both of two that go so."""
    if one is None or other is None or one * other == FALLS:
        return None
    return one or other


def turned(way: int | None) -> int | None:
    return None if way is None else -way


def of_sum(a: Course, b: Course) -> int | None:
    return both(a.way, b.way)


def of_difference(a: Course, b: Course) -> int | None:
    return both(a.way, turned(b.way))


def of_product(a: Course, b: Course) -> int | None:
    for one, other in ((a, b), (b, a)):
        if one.way == SAME:
            return other.way if one.first >= 0 else turned(other.way)
    return both(a.way, b.way) if a.not_negative and b.not_negative else None


def of_quotient(a: Course, b: Course) -> int | None:
    """Rounded in either way, which keeps the order."""
    if b.way is None or b.least < 1:
        return None
    if b.way == SAME:
        return a.way
    return both(a.way, turned(b.way)) if a.not_negative else None


def of_power(a: Course, b: Course) -> int | None:
    return a.way if b.way == SAME and b.first >= 0 and a.not_negative else None


def of_scaled(a: Course, b: Course) -> int | None:
    return a.way if b.first >= 0 else turned(a.way)


def of_choice(condition: Course, yes: Course, no: Course) -> int | None:
    if condition.way != SAME:
        return None
    return yes.way if condition.first else no.way


def of_order(a: Course, b: Course) -> int | None:
    """``a >= b`` and ``a > b``: false before it is true where a rises and b falls."""
    return both(a.way, turned(b.way))


def of_equality(a: Course, b: Course) -> int | None:
    """Shown where a number keeps on one side of the other."""
    way = of_difference(a, b)
    if way is None:
        return None
    first, last = a.first - b.first, a.last - b.last
    return SAME if first == last or first * last > 0 else None


WAYS: dict[str, Callable[..., int | None]] = {
    "+": of_sum,
    "-": of_difference,
    "*": of_product,
    "neg": lambda a: turned(a.way),
    **dict.fromkeys(("//", "div", "ceil_div"), of_quotient),
    "**": of_power,
    "scaled": of_scaled,
    "where": of_choice,
    **dict.fromkeys(("max", "min"), of_sum),
    **dict.fromkeys((">", ">="), of_order),
    **dict.fromkeys(("<", "<="), lambda a, b: of_order(b, a)),
    **dict.fromkeys(("==", "!="), of_equality),
}
"""The way of an operation, from the courses of its operands, of which the ways are known."""


def step_of_product(a: Course, b: Course) -> int:
    return gcd(a.first * b.step, b.first * a.step, a.step * b.step)


def step_of_quotient(a: Course, b: Course) -> int:
    whole = b.step == 0 and b.first and a.first % b.first == 0 and a.step % b.first == 0
    return abs(a.step // b.first) if whole else 1


def step_of_remainder(a: Course, b: Course) -> int:
    return 0 if b.step == 0 and b.first and a.step % b.first == 0 else 1


STEPS: dict[str, Callable[..., int]] = {
    **dict.fromkeys(("+", "-"), lambda a, b: gcd(a.step, b.step)),
    "*": step_of_product,
    "neg": lambda a: a.step,
    **dict.fromkeys(("//", "div", "ceil_div"), step_of_quotient),
    **dict.fromkeys(("%", "gcd"), step_of_remainder),
}
"""Of what the values of an operation differ by multiples; 0: they are the same."""
