"""A graph whose nodes are replaced, a few by one that computes the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from archcalc.errors import SpecError
from archcalc.importers.graphs.graph import Graph, Identity, Module, Node, Several, Value, elements
from archcalc.layers.base import Arguments
from archcalc.meter import charge

LOOKED_AT = 2
"""Units of work for a node that a rule looks at."""


class Change(NamedTuple):
    """A layer in place of nodes: it gives ``value``, which the last of them did. ``gone`` are read by nothing else.

    ``spared``: constants that only these read, and that the file has all the same.
    """

    type: str
    arguments: Arguments
    inputs: Sequence[Value]
    value: Value
    gone: Sequence[Node]
    weights: Sequence[Identity] = ()
    spared: Sequence[Node] = ()


class Rewriter:
    """Applies rules to a graph of its own. ``readers``: the nodes that read each tensor; None is whoever runs it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.readers: dict[Value, list[Node | None]] = {}
        self.spared: dict[str, list[Node]] = {}  # by name

    def apply(self, rule: Rule) -> None:
        """Make the changes that a rule finds, none of which may touch what another one takes away."""
        self.readers = self.graph.readers()
        changes: dict[Node, Change] = {}
        gone: set[Node] = set()
        for node in self.graph.nodes:
            charge(LOOKED_AT)
            change = rule(self, node)
            if change is None or change.value.node is None:
                continue
            touched = {*change.gone, *change.spared, change.value.node}
            if touched & gone or any(value.node in gone for value in change.inputs):
                continue
            if not self.closed(touched, change.value):
                continue
            changes[change.value.node] = change
            for one in change.spared:
                self.spared.setdefault(one.name, []).append(one)
            gone |= touched
        if changes:
            self.rebuild(changes, gone)

    def rebuild(self, changes: dict[Node, Change], gone: set[Node]) -> None:
        """The nodes that are left, with the layers of changes where the last nodes of those were."""
        old, self.graph.nodes = self.graph.nodes, []
        became: dict[Value, Value] = {}
        for node in old:
            change = changes.get(node)
            if change is not None:
                inputs = [became.get(value, value) for value in change.inputs]
                made = self.made(change, inputs, node)
                if made is not None:
                    became[change.value] = made.outputs[0]
            elif node not in gone:
                node.inputs = [became.get(value, value) for value in node.inputs]
                self.graph.nodes.append(node)
        self.graph.outputs = [became.get(value, value) for value in self.graph.outputs]

    def made(self, change: Change, inputs: list[Value], node: Node) -> Node | None:
        modules = common([one.modules for one in (*change.gone, node)])
        made = self.graph.add(change.type, change.arguments, inputs, change.weights, modules, node.place)
        made.name = node.name
        return made

    def closed(self, nodes: set[Node], value: Value) -> bool:
        """Whether only these nodes read what they make, but for what they give in the end."""
        made = (one for node in nodes for one in node.outputs if one is not value)
        return all(reader in nodes for one in made for reader in self.readers.get(one, ()))

    def keep_spared(self) -> None:
        """The constants that nothing reads any more, as one step for those of a name: the file has them."""
        for name, nodes in self.spared.items():
            keys = Several(dict.fromkeys(key for node in nodes for key in node.weights.values()))
            sizes = {node.weights["constant"]: elements(node.outputs[0].shape) for node in nodes}
            made = self.graph.add("constant", {"shape": [sum(sizes.values())]}, [], [keys], (), nodes[0].place)
            made.name = name or "constants"

    # What rules ask

    def reader(self, value: Value) -> Node | None:
        """The one node that reads a tensor; None where there are others, or it is given out."""
        found = self.readers.get(value, [])
        return found[0] if len(found) == 1 else None

    def fits(self, change: Change) -> bool:
        """Whether a layer gives what its nodes gave, with as many weights and multiply-adds."""
        try:
            applied = self.graph.applied(change.type, change.arguments, change.inputs)
        except SpecError:
            return False
        nodes = {*change.gone, *([change.value.node] if change.value.node else [])}
        macs = sum(node.applied.ops.get("mac", 0) for node in nodes)
        weights = sum(size for node in nodes for _, _, size in node.applied.weights)
        return (
            applied.gives[0] == change.value.shape
            and applied.ops.get("mac", 0) == macs
            and sum(size for _, _, size in applied.weights) == weights
        )


Rule = Callable[[Rewriter, Node], Change | None]


def common(stacks: Iterable[tuple[Module, ...]]) -> tuple[Module, ...]:
    """The calls of modules that nodes have in common."""
    found: list[Module] = []
    for calls in zip(*stacks, strict=False):
        if any(call != calls[0] for call in calls):
            break
        found.append(calls[0])
    return tuple(found)
