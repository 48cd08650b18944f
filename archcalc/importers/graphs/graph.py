"""The graph that importers share: what a reader of a foreign file gives, and what a spec is written from.

What a reader must deliver
--------------------------

A ``Graph`` of nodes in an order in which they run. Each node is a layer of archcalc's vocabulary with its arguments, on
tensors **without the batch axis**; ``Recorder`` (recorder.py) drops it, so that a reader speaks of whole tensors.

- **Shapes are computed, never read.** ``Graph.add`` runs the layer's own rules on what the node reads. What a file
  declares of a computed tensor may be wrong; a reader takes sizes from it for inputs and weights alone.
- **Weights by identity.** ``weights`` has, for each weight and buffer that the layer has, in its order, something
  hashable that is equal for the same stored tensor and for nothing else; ``Several`` are one after the other in ours.
  Two nodes of one identity share that weight: it is counted once. None is a tensor that the file does not have.
- **Scopes.** ``modules`` has the calls of modules around a node, outermost first, without the network itself: a key
  that tells calls apart (a module called twice has two), the name that its parent gives it, its class or an empty text.
  The nodes of a call follow one another.
- **Constants** are not nodes: arithmetic on what the file knows is done by the reader (on lists of numbers, up to a
  length), and what no layer learns but a layer reads is ``constant``.
- **Places.** ``place`` is the node's name in the file, for errors.
- Nothing is dropped in silence: see ``Graph.note``. An operator that is not known goes to ``Unknown`` (unknown.py) and
  is an error that lists them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple

from archcalc.dims import volume
from archcalc.errors import Diagnostic, RuleError, SpecError
from archcalc.graph.inference import Applied, Inference
from archcalc.language import custom as custom  # so that find() knows it
from archcalc.layers import find
from archcalc.layers.base import Arguments, Dims
from archcalc.meter import charge

MOST_NODES = 1_000_000
"""Nodes of a file; a larger one is refused before it is read."""

NODE = 20
"""Units of work that a node takes, beside its layer."""


Identity = Hashable
"""What tells a stored tensor from others."""


class Several(tuple[Identity, ...]):
    """The identity of stored tensors that are one weight of ours, one after the other."""

    __slots__ = ()


class Module(NamedTuple):
    """A call of a module: what tells it from other calls, what its parent calls it, and its class."""

    call: str
    name: str
    kind: str = ""


class Value:
    """A tensor of one sample: an output of a node, or an input of the network (``node`` is None)."""

    __slots__ = ("shape", "dtype", "node", "number")

    def __init__(self, shape: Dims, dtype: str = "float32", node: Node | None = None, number: int = 0) -> None:
        self.shape, self.dtype, self.node, self.number = shape, dtype, node, number


class Node:
    """A layer on the tensors that it reads. ``weights``: the identity of each weight and buffer by our name for it.

    ``name``: what the file calls it, if a person would know it by that; ``place``: where it stands in the file.
    ``frozen``: its weights do not train.
    """

    __slots__ = ("type", "arguments", "applied", "inputs", "outputs", "weights", "modules", "name", "place", "frozen")

    def __init__(
        self,
        applied: Applied,
        arguments: Arguments,
        inputs: list[Value],
        weights: dict[str, Identity],
        modules: tuple[Module, ...],
        place: str,
    ) -> None:
        self.type, self.applied, self.arguments = applied.layer.type_name, applied, arguments
        self.inputs, self.weights, self.modules, self.place = inputs, weights, modules, place
        self.outputs = [Value(shape, node=self, number=number) for number, shape in enumerate(applied.gives)]
        self.name = ""
        self.frozen = False

    @property
    def kept(self) -> Iterable[tuple[str, Dims, Any]]:
        """Its weights and buffers: (name, shape, number of elements)."""
        return (*self.applied.weights, *self.applied.buffers)


class Graph:
    """The inputs by name, the nodes in order, the outputs, and what is said of what was left out."""

    def __init__(self, name: str, layout: str = "CHW") -> None:
        self.name, self.layout = name, layout
        self.inputs: dict[str, Value] = {}
        self.nodes: list[Node] = []
        self.outputs: list[Value] = []
        self.dropped: Counter[str] = Counter()
        self.notes: list[str] = []
        self.inference = Inference(layout)
        self.named = False  # whether its nodes' names are what people call them, and worth a line

    def input(self, name: str, shape: Dims, dtype: str = "float32") -> Value:
        self.inputs[name] = value = Value(tuple(shape), dtype)
        return value

    def add(
        self,
        type: str,
        arguments: Arguments,
        inputs: Sequence[Value],
        weights: Sequence[Identity] = (),
        modules: tuple[Module, ...] = (),
        place: str = "",
    ) -> Node:
        """A layer on these tensors. Raises SpecError where its rules do not hold, at its place."""
        applied = self.applied(type, arguments, inputs, place)
        charge(NODE)
        names = [name for name, _, _ in (*applied.weights, *applied.buffers)]
        owned = dict(zip(names, weights, strict=False))
        node = Node(applied, arguments, [*inputs], {name: owned.get(name) for name in names}, modules, place)
        for name in names:
            if node.weights[name] is None:
                node.weights[name] = Fresh()
        self.nodes.append(node)
        return node

    def applied(self, type: str, arguments: Arguments, inputs: Sequence[Value], place: str = "") -> Applied:
        """A layer applied to tensors: what it gives, without a node."""
        try:
            layer = self.inference.layer(find(type), arguments)
            shapes = tuple([value.shape for value in inputs])
            if len(shapes) not in layer.reads:
                raise RuleError(f"{type} does not read {len(shapes)} tensors")
            return self.inference.apply(layer, shapes)
        except RuleError as error:
            at = f"{place}: " if place else ""
            raise SpecError(Diagnostic(f"{self.name}: {at}{error}", help=error.help)) from None

    def drop(self, what: str) -> None:
        """Count what is left out because it changes neither a size nor a weight: told in a note."""
        self.dropped[what] += 1

    def prune(self) -> None:
        """Without the nodes that nothing reads and that hold no weights of their own."""
        live, kept = set(self.outputs), []
        for node in reversed(self.nodes):
            if any(value in live for value in node.outputs):
                live.update(node.inputs)
                kept.append(node)
        self.nodes = kept[::-1]

    def leave_unread_inputs(self) -> None:
        """Without the inputs that no step reads, such as the mask of attention: a spec says none. Told in a note."""
        read = {value for node in self.nodes for value in node.inputs} | set(self.outputs)
        unread = [name for name, value in self.inputs.items() if value not in read]
        if len(unread) == len(self.inputs):
            return
        for name in unread:
            del self.inputs[name]
            self.notes.append(f"input '{name}' left out: no step reads it")

    def prune_only(self, type: str) -> None:
        """Without the nodes of a type that nothing reads."""
        read = {value for node in self.nodes for value in node.inputs} | set(self.outputs)
        self.nodes = [node for node in self.nodes if node.type != type or any(value in read for value in node.outputs)]

    def readers(self) -> dict[Value, list[Node | None]]:
        """The nodes that read each tensor, in order; None is whoever runs the network."""
        found: dict[Value, list[Node | None]] = {}
        for node in self.nodes:
            for value in node.inputs:
                found.setdefault(value, []).append(node)
        for value in self.outputs:
            found.setdefault(value, []).append(None)
        return found

    def copy(self) -> Graph:
        """The same graph with nodes and values of its own, for a rewriting that may have to be undone."""
        other = Graph(self.name, self.layout)
        other.named = self.named
        other.dropped, other.notes, other.inference = Counter(self.dropped), [*self.notes], self.inference
        same: dict[Value, Value] = {}
        for name, value in self.inputs.items():
            same[value] = other.input(name, value.shape, value.dtype)
        for node in self.nodes:
            inputs = [same[value] for value in node.inputs]
            made = Node(node.applied, node.arguments, inputs, node.weights, node.modules, node.place)
            made.name, made.frozen = node.name, node.frozen
            same.update(zip(node.outputs, made.outputs, strict=True))
            other.nodes.append(made)
        other.outputs = [same[value] for value in self.outputs]
        return other

    def totals(self) -> dict[str, int]:
        """Parameters and buffers, each stored tensor once, and multiply-adds of one sample."""
        found = {"params": 0, "buffers": 0, "macs": 0}
        seen: set[Hashable] = set()
        for node in self.nodes:
            found["macs"] += node.applied.ops.get("mac", 0)
            for figure, held in (("params", node.applied.weights), ("buffers", node.applied.buffers)):
                for name, _, size in held:
                    if node.weights[name] not in seen:
                        seen.add(node.weights[name])
                        found[figure] += size
        return found


class Fresh:
    """The identity of a tensor that the file does not have: equal to no other."""

    __slots__ = ()


def elements(shape: Iterable[int]) -> int:
    """How many elements a tensor of this shape has."""
    return int(volume(tuple(shape)))
