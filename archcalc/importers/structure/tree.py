"""Calls of modules as a tree of lists: what a module holds stands in it, in the order in which it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archcalc.importers.graphs.graph import Module
from archcalc.importers.structure.items import Flow, Item, fuse

CONTAINERS = frozenset(("Sequential", "ModuleList", "ModuleDict", ""))
"""Classes that say nothing of what they hold."""


class Scope:
    """A call of a module: the scopes and steps in it. ``call``: the step that it became, if it is a use of a block."""

    __slots__ = ("name", "kind", "call_key", "parts", "parent", "height", "call", "items")

    def __init__(self, module: Module, parent: Scope | None) -> None:
        self.call_key, self.name, self.kind, self.parent = module.call, module.name, module.kind, parent
        self.parts: list[Scope | Item] = []
        self.height = 0
        self.call: Item | None = None
        self.items: list[Item] = []

    @property
    def nameless(self) -> bool:
        return self.kind in CONTAINERS

    @property
    def group(self) -> tuple[str, ...]:
        """What scopes have in common that may be uses of one block."""
        if not self.nameless:
            return (self.kind,)
        outer = self.parent.kind if self.parent else ""
        return (self.kind or "~", outer, re.sub(r"\d+$", "", self.name))


def tree(items: Sequence[Item], flow: Flow, singles: bool = False) -> Scope:
    """The tree of the modules of these steps. A scope that holds one thing is that thing.

    ``singles``: not where another of its class holds several, as a stage of one block does beside others.
    """
    root = Scope(Module("", "", "root"), None)
    stack = [root]
    for item in items:
        depth = 0
        while depth < min(len(item.modules), len(stack) - 1) and stack[depth + 1].call_key == item.modules[depth].call:
            depth += 1
        del stack[depth + 1 :]
        for module in item.modules[depth:]:
            scope = Scope(module, stack[-1])
            stack[-1].parts.append(scope)
            stack.append(scope)
        stack[-1].parts.append(item)
    large = {scope.group for scope in scopes(root) if len(scope.parts) > 1} if singles else set()
    collapse(root, flow, large)
    return root


def collapse(root: Scope, flow: Flow, large: set[tuple[str, ...]]) -> None:
    """Replace scopes that hold one thing by that thing, which takes their name where it has none; from below."""
    for scope in [*scopes(root)]:
        parts: list[Scope | Item] = []
        for part in scope.parts:
            part = only(part) if isinstance(part, Scope) and part.group not in large else part
            before = parts[-1] if parts else None
            if isinstance(part, Item) and isinstance(before, Item) and flow.fuses(before, part):
                fuse(before, part)
            else:
                parts.append(part)
        scope.parts = parts
        for part in parts:
            if isinstance(part, Scope):
                part.parent = scope
        scope.height = 1 + max((part.height for part in parts if isinstance(part, Scope)), default=0)


def only(scope: Scope) -> Scope | Item:
    if len(scope.parts) != 1:
        return scope
    part = scope.parts[0]
    if isinstance(part, Scope):
        if part.nameless:
            part.kind = scope.kind
        if not scope.name.isdigit():
            part.name = scope.name
    elif not part.name or part.name.isdigit():
        part.name = scope.name
    return part


def scopes(root: Scope) -> Iterator[Scope]:
    """Every scope of a tree, those inside before those around."""
    todo, found = [root], []
    while todo:
        scope = todo.pop()
        found.append(scope)
        todo += [part for part in scope.parts if isinstance(part, Scope)]
    return reversed(found)


def resolved(scope: Scope) -> list[Item]:
    """The steps of a scope: calls of those in it that are uses of a block, the steps of the others."""
    found: list[Item] = []
    todo: list[Scope | Item] = scope.parts[::-1]
    while todo:
        part = todo.pop()
        if isinstance(part, Item):
            found.append(part)
        elif part.call is not None:
            found.append(part.call)
        else:
            todo += part.parts[::-1]
    return found
