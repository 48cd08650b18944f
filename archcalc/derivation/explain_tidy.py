"""An expression as a person would write it, without what changes nothing.

Every step is an identity of arithmetic, so the value stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from archcalc.dims.expression import Expression, inner_first

SUMS = ("+", "-")

Terms = list[tuple[bool, Any]]
"""The terms of a sum. True: the term is added; False: it is subtracted."""


def tidy(dim: Any, *, brief: bool, keep: Iterable[str] = ()) -> Any:
    """The expression without x·1, x + 0, x/1 and the like; a sum has no inner brackets and at most one number.

    With ``brief`` a condition becomes the branch that holds, and a named result that is read once is written out,
    unless its name is in ``keep``.
    """
    if type(dim) is not Expression:
        return dim
    nodes = [*inner_first(dim, definitions=True)]
    reads = Counter(arg.args[0] for node in nodes for arg in node.args if is_defined(arg))
    kept = {name for name, times in reads.items() if times > 1}.union(keep)
    # A sum inside a sum becomes part of the outer one.
    whole = {id(arg) for node in nodes if node.op not in SUMS for arg in node.args} | {id(dim)}
    done: dict[int, Any] = {}
    for node in nodes:
        if node.op in SUMS:
            if id(node) in whole:
                done[id(node)] = summed(terms_of(node, done))
            continue
        args = [done[id(arg)] if type(arg) is Expression else arg for arg in node.args]
        if node.op == "name":
            done[id(node)] = name(node, args, brief and node.args[0] not in kept)
        else:
            done[id(node)] = simpler(node, args, brief)
    return done[id(dim)]


def is_defined(dim: Any) -> bool:
    """Whether this is a name that a rule gave to an intermediate result."""
    return type(dim) is Expression and dim.op == "name" and len(dim.args) == 2


def name(node: Expression, args: list[Any], write_out: bool) -> Any:
    if len(args) == 1:
        return node
    return args[1] if write_out else Expression("name", tuple(args), node.value)


def simpler(node: Expression, args: list[Any], brief: bool) -> Any:
    """One operation on tidy operands, no sum."""
    op = node.op
    if op == "where":
        if is_itself(*args):
            return args[2]
        condition = node.args[0]
        holds = condition.value if type(condition) is Expression else condition
        return (args[1] if holds else args[2]) if brief else Expression(op, tuple(args), node.value)
    if not any(type(arg) is Expression for arg in args):
        return node.value
    if len(args) == 2:
        left, right = args
        if op == "*" and is_number(left, 1):
            return right
        if op in ("*", "//", "div", "ceil_div", "**") and is_number(right, 1):
            return left
        if op == "*" and (is_number(left, 0) or is_number(right, 0)):
            return 0
        if op in ("max", "min") and left is right:
            return left
    return Expression(op, tuple(args), node.value)


def is_itself(condition: Any, yes: Any, no: Any) -> bool:
    """Whether this is ``0 if x = 0 else x``, which broadcasting writes."""
    if type(condition) is not Expression or condition.op != "==":
        return False
    return is_number(yes, 0) and is_number(condition.args[1], 0) and condition.args[0] is no


def is_number(dim: Any, number: int) -> bool:
    return type(dim) is int and dim == number


def terms_of(node: Expression, done: dict[int, Any]) -> Terms:
    """The terms of a sum and of the sums in it, in order."""
    found: Terms = []
    waiting = [(True, node, False)]
    while waiting:
        added, dim, is_tidy = waiting.pop()
        if type(dim) is Expression and dim.op in SUMS:
            left, right = dim.args
            waiting += [(added == (dim.op == "+"), right, is_tidy), (added, left, is_tidy)]
        elif type(dim) is Expression and not is_tidy:
            waiting.append((added, done[id(dim)], True))  # tidying may have made it a sum
        else:
            found.append((added, dim))
    return found


def summed(terms: Terms) -> Any:
    """A sum of these terms. What is added and subtracted again cancels; the numbers become one, at the end."""
    number = sum(dim if added else -dim for added, dim in terms if type(dim) is int)
    left: dict[int, Any] = {}
    counts: Counter[int] = Counter()
    for added, dim in terms:
        if type(dim) is Expression:
            counts[id(dim)] += 1 if added else -1
            left[id(dim)] = dim
    ordered: Terms = []
    for added, dim in terms:
        if type(dim) is Expression and (counts[id(dim)] > 0) == added and counts[id(dim)]:
            counts[id(dim)] -= 1 if added else -1
            ordered.append((added, dim))
    if not ordered:
        return number
    if number:
        ordered.append((number > 0, abs(number)))
    first = next((place for place, (added, _) in enumerate(ordered) if added), None)
    total = -ordered[0][1] if first is None else ordered.pop(first)[1]
    for added, dim in ordered[1:] if first is None else ordered:
        total = total + dim if added else total - dim
    return total
