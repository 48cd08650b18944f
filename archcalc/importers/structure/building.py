"""The tree of modules from below: which scopes are uses of one block, which are lists where they stand."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from archcalc.importers.graphs.graph import Graph, Module, Value
from archcalc.importers.structure.blocks import Block
from archcalc.importers.structure.items import CALL, LAYER, PARALLEL, REPEAT, Flow, Item, items_of
from archcalc.importers.structure.regions import folded
from archcalc.importers.structure.repeats import pattern_in, repeated, single
from archcalc.importers.structure.slots import Apart, Template, encoded, pattern_of
from archcalc.importers.structure.templates import unified, without_residual
from archcalc.importers.structure.tree import Scope, resolved, scopes, tree
from archcalc.meter import charge

Group = tuple[str, ...]

PATTERN: Group = ("pattern",)
"""The group of lists that no module holds."""

ITEM = 5
"""Units of work for a step of a scope."""

MOST_CLUSTERS = 12
"""Blocks that the scopes of one class are tried as."""


class Choice(NamedTuple):
    """How a graph is written: ``inlined`` groups of scopes are no blocks; ``blocks`` and ``regions`` if at all.

    ``singles``: a module that holds one thing stays a module where others of its class hold more.
    """

    inlined: frozenset[Group] = frozenset()
    blocks: bool = True
    regions: bool = True
    fused: bool = True
    singles: bool = False


class Use(NamedTuple):
    """A scope as a list of steps that may be a use of a block."""

    scope: Scope
    items: list[Item]
    inputs: list[Value]
    outputs: list[Value]


class Cluster:
    """Uses that are alike, as the templates that they have in common: one, or two ways of writing a shortcut."""

    def __init__(self, templates: list[Template], use: Use) -> None:
        self.templates, self.uses = templates, [use]
        self.kinds = [0]  # of each use, which of the template's it is: those that are equal are one
        self.known = {pattern_of(templates[0]): 0}

    def join(self, templates: list[Template], use: Use) -> bool:
        """Take in a use that goes together with the others."""
        if len(use.inputs) != len(self.uses[0].inputs):
            return False
        kind = self.known.get(pattern_of(templates[0]))
        if kind is None and not self.widen(templates):
            return False
        self.uses.append(use)
        self.kinds.append(self.known.setdefault(pattern_of(templates[0]), len(self.known)) if kind is None else kind)
        return True

    def widen(self, templates: list[Template]) -> bool:
        """Take another kind of use into the templates, where it goes together with the others."""
        pairs = [(mine, its) for mine in self.templates for its in templates]
        if len(self.templates) == len(templates) > 1:
            pairs = [*zip(self.templates, templates, strict=True), (self.templates[0], templates[1]),
                     (self.templates[1], templates[0])]  # fmt: skip
        found: list[tuple[float, int, Template]] = []
        for place, (mine, its) in enumerate(pairs):
            try:
                joined = unified(mine, its)
            except Apart:
                continue
            found.append((cost(joined), place, joined))
        if not found:
            return False
        paired = [one for one in found if one[1] < 2] if len(self.templates) == len(templates) > 1 else []
        self.templates = [one[2] for one in paired] or [min(found, key=lambda one: one[:2])[2]]
        return True


def cost(template: Template) -> float:
    """How long a template is: an optional step is longer than one that all uses have."""
    own = sum(1 + (0 if all(slot.present) else 0.6) for slot in template.slots)
    return own + sum(cost(branch) for slot in template.slots for branch in slot.branches)


class Builder:
    """Blocks and the list of steps of a graph. ``apart`` says why scopes of one class are no uses of one block."""

    def __init__(self, graph: Graph, choice: Choice) -> None:
        self.graph, self.choice = graph, choice
        self.items = items_of(graph, choice.fused)
        self.flow = Flow(graph, self.items)
        self.blocks: list[Block] = []

    def build(self) -> list[Item]:
        """The steps of the network."""
        if not self.choice.blocks:
            return self.shaped(self.items)
        root = tree(self.items, self.flow, self.choice.singles)
        groups: dict[Group, list[Scope]] = {}
        for scope in scopes(root):
            if scope is not root:
                groups.setdefault(scope.group, []).append(scope)
        for members in groups.values():
            members.sort(key=first_leaf)
        for group in sorted(groups, key=lambda one: max(scope.height for scope in groups[one])):
            self.find_blocks(group, groups[group])
        return self.with_patterns(self.shaped(resolved(root)))

    def shaped(self, items: list[Item]) -> list[Item]:
        """A list with its regions and repetitions; as the graph has it where nothing is folded."""
        if not self.choice.fused:
            return items
        return repeated(folded(items, self.flow) if self.choice.regions else items, self.flow)

    # Blocks

    def find_blocks(self, group: Group, members: list[Scope]) -> None:
        if len(members) < 2 or group in self.choice.inlined:
            return
        clusters: list[Cluster] = []
        for scope in members:
            use = self.use_of(scope)
            templates = [] if use is None else templates_of(use)
            if use is None or not templates:
                continue
            if not any(cluster.join(templates, use) for cluster in clusters) and len(clusters) < MOST_CLUSTERS:
                clusters.append(Cluster(templates, use))
        for cluster in clusters:
            self.make_block(group, cluster)

    def use_of(self, scope: Scope) -> Use | None:
        """A scope as a use of a block: it reads something, and gives one tensor, which its last step makes."""
        items = resolved(scope)
        charge(ITEM * len(items))
        items = self.shaped(items)
        inputs, outputs = self.flow.inputs(items), self.flow.outputs(items)
        if len(outputs) != 1 or not inputs or outputs[0] not in items[-1].outputs:
            return None
        return Use(scope, items, inputs, outputs)

    def make_block(self, group: Group, cluster: Cluster) -> None:
        template, uses = min(cluster.templates, key=cost), cluster.uses
        if len(uses) < 2 or too_small(template, group, len(uses)):
            return
        first = uses[0].scope
        kind = group[0] if len(group) == 1 and group is not PATTERN else ""
        firsts = [uses[cluster.kinds.index(kind)] for kind in range(template.uses)]
        shapes = [[value.shape for value in use.inputs] for use in firsts]
        times = [cluster.kinds.count(kind) for kind in range(template.uses)]
        taken = {block.name for block in self.blocks}
        try:
            block = Block(template, group, first.name, kind, shapes, times, taken, self.graph.layout == "HWC")
        except Apart:
            return
        self.blocks.append(block)
        for number, use in zip(cluster.kinds, uses, strict=True):
            call = Item(
                CALL, block.name, block.uses[number], use.inputs, use.outputs, name=use.scope.name,
                path=use.items[-1].path, parts=use.items,
            )  # fmt: skip
            call.block = block
            use.scope.call = call

    def with_patterns(self, items: list[Item]) -> list[Item]:
        """The steps of the network with a pattern that comes several times in a row as a block."""
        found = None if PATTERN in self.choice.inlined else pattern_in(items)
        if found is None:
            return items
        start, length, times = found
        members = []
        for number in range(times):
            part = items[start + number * length : start + (number + 1) * length]
            scope = Scope(Module(f"pattern{number}", "stage", ""), None)
            scope.parts = [one for item in part for one in single(item)]
            members.append(scope)
        self.find_blocks(PATTERN, members)
        calls = [scope.call for scope in members if scope.call is not None]
        if len(calls) < times:
            return items
        return self.shaped([*items[:start], *calls, *items[start + length * times :]])


def templates_of(use: Use) -> list[Template]:
    """The ways in which a use can be written: as it is, and with its shortcut as a sum at its end."""
    found = []
    plain = without_residual(use.items, use.inputs[0])
    for items in [use.items] if len(plain) == len(use.items) == 1 and plain[0] is use.items[0] else [use.items, plain]:
        try:
            found.append(encoded(items, use.inputs))
        except Apart:
            continue
    return found


def too_small(template: Template, group: Group, uses: int) -> bool:
    """Whether a block would say no more than its steps do where they stand."""
    if len(template.slots) == 1:
        slot = template.slots[0]
        if slot.kind == REPEAT:
            return uses < 3
        if slot.kind in (LAYER, CALL):
            return True
        if slot.kind == PARALLEL:
            return sum(len(branch.slots) for branch in slot.branches) < 3 and uses < 4
    plain = len(group) > 1 or group is PATTERN
    return plain and len(template.slots) < 3 and all(slot.kind == LAYER for slot in template.slots)


def first_leaf(scope: Scope) -> int:
    """Where a scope stands in the order of the graph."""
    part: Scope | Item = scope
    while isinstance(part, Scope):
        part = part.parts[0]
    return part.number


Identity = Hashable
