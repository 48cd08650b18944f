"""A figure as a sum of products, where that takes fewer operations than the sum over layers that it was recorded as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.dims.recorded import Node, Nodes
from archcalc.sweep.numbers import needed

MOST = 64
"""Terms of a sum that is multiplied out."""

Terms = dict[tuple[int, ...], int]
"""Coefficients by the numbers of the nodes that are multiplied, in rising order; () is a plain number."""


def shortest(value: Any, nodes: Nodes) -> Any:
    """The same number by fewer operations, if there is such a node."""
    if type(value) is not Node:
        return value
    plan = needed([value])
    found = written(terms_of(plan, value), nodes)
    return found if type(found) is not Node or len(needed([found])) < len(plan) else value


def terms_of(plan: list[Node], value: Node) -> Terms:
    """A node as a sum of products of nodes that are neither sums nor products."""
    known: dict[Node, Terms] = {}
    for node in plan:
        args = [known[arg] if type(arg) is Node else {(): arg} for arg in node.args] if node.op in RULES else []
        found = RULES[node.op](*args) if node.op in RULES else None
        known[node] = {(node.number,): 1} if found is None or len(found) > MOST else found
    return known[value]


def plus(a: Terms, b: Terms, factor: int = 1) -> Terms:
    found = dict(a)
    for product, number in b.items():
        found[product] = found.get(product, 0) + factor * number
    return found


def times(a: Terms, b: Terms) -> Terms | None:
    if len(a) * len(b) > MOST:
        return None
    found: Terms = {}
    for one, x in a.items():
        for other, y in b.items():
            product = tuple(sorted(one + other))
            found[product] = found.get(product, 0) + x * y
    return found


RULES: dict[str, Callable[..., Terms | None]] = {
    "+": plus,
    "-": lambda a, b: plus(a, b, -1),
    "*": times,
    "neg": lambda a: plus({}, a, -1),
}


def written(terms: Terms, nodes: Nodes) -> Any:
    """The node of a sum; products that begin alike share what they begin with."""
    total: Any = terms.get((), 0)
    for product, number in sorted(terms.items()):
        if product and number:
            found = nodes[product[0]]
            for factor in product[1:]:
                found = nodes.node("*", found, nodes[factor])
            term = found if number == 1 else nodes.node("*", number, found)
            total = term if type(total) is int and total == 0 else nodes.node("+", total, term)
    return total
