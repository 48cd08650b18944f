"""A call of a layer, as the rule of its class sees it: what it reads, on tensors of one sample, and what it adds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from archcalc.errors import Diagnostic
from archcalc.importers.graphs.graph import Graph, Module, Node, Value
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.imported import Unknown
from archcalc.importers.keras.language import Layer, Said
from archcalc.language.foreign.keras import ACTIVATIONS, NO_LAYER
from archcalc.layers.base import Arguments


class Told(Unreadable):
    """What cannot be said inside a layer, and was told already."""


class Running(Protocol):
    """What runs the layers of a file, as rules see it."""

    graph: Graph
    unknown: Unknown

    def run(self, layer: Layer, said: Said, place: Place, number: int) -> list[Any]:
        """What a layer gives; [None] for what was told."""


class Place:
    """Where a layer stands: in which calls of models, below which key of its weights, frozen or not.

    ``lead``: how many axes in front of its own it runs along, with the same weights, as TimeDistributed has it.
    """

    __slots__ = ("modules", "key", "frozen", "lead")

    def __init__(
        self, modules: tuple[Module, ...] = (), key: tuple[str, ...] = (), frozen: bool = False, lead: int = 0
    ):
        self.modules, self.key, self.frozen, self.lead = modules, key, frozen, lead

    def inside(self, layer: Layer, call: int) -> Place:
        """The place of what a nested model holds."""
        title = "" if layer.kind in ("Functional", "Model", "Sequential") else layer.kind
        path = "/".join([*(module.call for module in self.modules), layer.name])
        module = Module(f"{path}#{call}", layer.name, title)
        return Place((*self.modules, module), (*self.key, layer.name), self.frozen or not layer.trainable, self.lead)


class Call:
    """One call of a layer. ``args`` and ``kwargs`` have a Value for each tensor; ``inputs``: those of the first."""

    def __init__(self, network: Running, layer: Layer, said: Said, place: Place) -> None:
        self.network, self.layer, self.place = network, layer, place
        self.args, self.kwargs = said
        self.key = (*place.key, layer.name)
        self.part = 0

    @property
    def lead(self) -> int:
        return self.place.lead

    def get(self, name: str, otherwise: Any = None) -> Any:
        """An argument of the layer; ``otherwise`` where it is not said, or null."""
        found = self.layer.get(name)
        return otherwise if found is None else found

    @property
    def inputs(self) -> list[Value]:
        """The tensors that it is called with, in order."""
        return [*values(self.args)]

    @property
    def x(self) -> Value:
        found = self.inputs or [*values([*self.kwargs.values()])]
        if not found:
            raise Unreadable(f"{self.layer.title} that reads no tensor")
        return found[0]

    def number(self, name: str, otherwise: Any = None) -> int:
        """A whole number. Raises Unreadable for anything else."""
        value = self.get(name, otherwise)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise Unreadable(f"{self.layer.title} with {name} {str(value)[:40]}, which is no whole number")
        return value

    def per_axis(self, name: str, rank: int, otherwise: Any = None) -> list[Any]:
        """A number for each of ``rank`` axes, said as one or as a list."""
        value = self.get(name, otherwise)
        if type(value) is int:
            return [value] * rank
        if not isinstance(value, list) or len(value) not in (1, rank) or any(type(one) is not int for one in value):
            raise Unreadable(f"{self.layer.title} with {name} {str(value)[:40]} on {rank} axes")
        return value * rank if len(value) == 1 else value

    def axis(self, axis: Any, rank: int) -> int:
        """One of Keras's axes, which count the batch, as ours. Raises Unreadable for that of the batch."""
        own = rank - self.lead
        if type(axis) is not int or not -own - 1 <= axis <= own:
            raise Unreadable(f"{self.layer.title} along axis {axis} of {own + 1}")
        if axis in (0, -own - 1):
            raise Unreadable(f"{self.layer.title} along the batch")
        return axis + rank if axis < 0 else axis + self.lead - 1

    # What it adds

    def add(self, type: str, arguments: Arguments, *inputs: Value) -> Value:
        """A layer with one output."""
        return self.node(type, arguments, *inputs).outputs[0]

    def node(self, type: str, arguments: Arguments, *inputs: Value) -> Node:
        """A layer of ours: the weights of each call of one layer of Keras's are the same."""
        place = self.place
        node = self.network.graph.add(type, arguments, inputs, (), place.modules, self.title)
        node.name = self.layer.own_name
        node.frozen = self.frozen and bool(node.applied.weights)
        if node.weights:
            self.part += 1
            for name in node.weights:
                node.weights[name] = (*self.key, self.part, name)
        return node

    def keep(self, shape: Sequence[int], what: str) -> None:
        """Numbers that a layer keeps and does not learn, and that nothing here reads."""
        node = self.node("constant", {"shape": [*shape]})
        node.name = re.sub(r"\W+", "_", f"{self.layer.name} {what}")

    @property
    def title(self) -> str:
        return f"layer {'/'.join(self.key)} ({self.layer.title})"

    def drop(self, what: str, value: Value) -> Value:
        """Pass on a tensor, and count what is left out."""
        self.network.graph.drop(what)
        return value

    def inside(self, layer: Layer, said: Said, *key: str) -> Any:
        """What a layer that this one holds gives: its weights are this one's."""
        inner = Place(self.place.modules, (*self.key, *key), self.frozen, self.lead)
        found = self.network.run(layer, said, inner, 0)
        if found == [None]:
            raise Told
        return found[0] if len(found) == 1 else found

    @property
    def frozen(self) -> bool:
        return self.place.frozen or not self.layer.trainable

    def permute(self, x: Value, order: Sequence[int]) -> Value:
        return x if [*order] == [*range(len(order))] else self.add("permute", {"order": [*order]}, x)

    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        return x if x.shape == tuple(shape) else self.add("reshape", {"shape": [*shape]}, x)

    def activated(self, x: Value, name: str = "activation") -> Value:
        """What an activation makes of it."""
        return activate(self, x, self.layer.get(name))

    # Where channels stand

    def first(self, rank: int) -> bool:
        """Whether a layer of windows or norms has the channels before its ``rank`` other axes."""
        said = self.get("data_format")
        return rank > 0 and said == "channels_first"

    def placed(self, rank: int, x: Value, run: Callable[[Value], Value]) -> Value:
        """What a layer gives whose channels may stand elsewhere than the file's do: permuted before it and after."""
        first, network_first = self.first(rank), self.network.graph.layout == "CHW"
        if first == network_first or len(x.shape) < 2:
            return run(x)
        own = [*range(self.lead, len(x.shape))]
        before = [*range(self.lead)]
        forth = [*own[1:], own[0]] if first else [own[-1], *own[:-1]]
        y = run(self.permute(x, [*before, *forth]))
        own = [*range(self.lead, len(y.shape))]
        back = [own[-1], *own[:-1]] if first else [*own[1:], own[0]]
        return self.permute(y, [*before, *back]) if len(own) > 1 else y


def values(structure: Any) -> list[Value]:
    """The tensors in a structure, in order."""
    found: list[Value] = []
    todo = [structure]
    while todo:
        one = todo.pop()
        if isinstance(one, Value):
            found.append(one)
        elif isinstance(one, dict):
            todo += [*one.values()][::-1]
        elif isinstance(one, (list, tuple)):
            todo += one[::-1]
    return found


ALSO = {"hard_sigmoid": "hardsigmoid", "softmax_v2": "softmax", "relu_v2": "relu", "swish_v2": "silu", "erf": None}


def activate(call: Call, x: Value, said: Any) -> Value:
    """An activation by its name, or as a layer in the place of one."""
    name = said
    if isinstance(said, dict):
        inside = said.get("config")
        name = inside if isinstance(inside, str) else inside.get("name") if isinstance(inside, dict) else None
        if said.get("class_name") not in (None, "function", "Function"):
            found = call.inside(Layer(said), Said([x], {}))
            if isinstance(found, Value):
                return found
    if name in (None, "linear"):
        return x
    if name in NO_LAYER:
        return call.drop(f"activation {name}", x)
    if name == "glu":
        return call.add("glu", {}, x)
    found = ACTIVATIONS.get(str(name), ALSO.get(str(name)))
    if found is None:
        call.network.unknown.add(f"activation {name}", Diagnostic(call.title))
        return x
    if isinstance(found, dict):
        return next(call.add(word, {"slope": slope}, x) for word, slope in found.items())
    return call.add(str(found), {}, x)


Rule = Callable[[Call], Any]
RULES: dict[str, Rule] = {}
"""What a layer of each class stands for: a Value, or a list of them."""


def rule(*kinds: str) -> Callable[[Rule], Rule]:
    """Declare what layers of these classes stand for; words apart by spaces."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys([kind for words in kinds for kind in words.split()], function))
        return function

    return register


OPERATIONS: dict[str, Rule] = {}
"""What operations stand for, by the name of the class or function in lower case without underscores."""


def operation(*names: str) -> Callable[[Rule], Rule]:
    """Declare what operations of these names stand for."""

    def register(function: Rule) -> Rule:
        OPERATIONS.update(dict.fromkeys([name for words in names for name in words.split()], function))
        return function

    return register
