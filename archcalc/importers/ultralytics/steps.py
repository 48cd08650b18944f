"""A model file's steps as plain values, and the register of what their modules stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archcalc.errors import Diagnostic, Span, SpecError
from archcalc.importers.graphs.graph import Value
from archcalc.language.yaml_nodes import Node

REPEATING = frozenset("C2f C3 C2 C3Ghost C3k2 A2C2f C2fCIB C2PSA C2fAttn RepC3 HGBlock".split())
"""Modules whose repeats are units inside them."""


class Step:
    """A step of the file as plain values. ``width``: a function that scales a number of channels."""

    __slots__ = ("module", "repeats", "args", "reads", "span", "number")

    def __init__(self, module: str, repeats: int, args: list[Any], reads: list[int], span: Span, number: int) -> None:
        self.module, self.repeats, self.args, self.reads = module, repeats, args, reads
        self.span, self.number = span, number


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def values(node: Node) -> Any:
    """A node as Python has it; the words that the parser evaluates stand for themselves."""
    if node.is_list:
        return [values(item) for item in node.value]
    if node.is_mapping:
        raise SpecError(Diagnostic("a step takes numbers and words", node.span))
    if node.text in ("None", "True", "False") and isinstance(node.value, str):
        return {"None": None, "True": True, "False": False}[node.text]
    return node.value


def step_of(node: Node, number: int) -> Step:
    """Raises SpecError for what is no [from, repeats, module, args]."""
    found = values(node)
    right = isinstance(found, list) and len(found) == 4 and isinstance(found[3], list) and isinstance(found[2], str)
    reads = found[0] if right and isinstance(found[0], list) else [found[0]] if right else []
    if not right or not all(type(one) is int for one in [*reads, found[1]]) or not reads:
        raise SpecError(Diagnostic("a step is [from, repeats, module, args]", node.span))
    return Step(found[2], found[1], found[3], reads, node.span, number)


Rule = Callable[[Any, Step], Value]
"""What a step gives in a model."""
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register
