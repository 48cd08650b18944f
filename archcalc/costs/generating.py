"""What it costs to make a sequence token by token: a step's multiply-adds, what is kept of the past, weights read.

A step at context ``c`` computes one position after ``c`` others. Whatever depends on the sequence is computed for that
position alone; what reads the past reads what was kept of it, and its own position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from archcalc.costs.sequence import EVERY, Key, Role, Trace, maps_around
from archcalc.dims import volume
from archcalc.graph.network import Body, Node, Tensor
from archcalc.layers.base import Dims, Layer

Bits = Callable[[Node, str], int]
"""How wide a weight of a node is."""


class Rule(NamedTuple):
    """How many positions are kept: all, or as many as a window needs and ``beside`` more."""

    all: bool = False
    beside: int = 0

    def kept(self, positions: Any, most: int | None) -> Any:
        return positions if self.all or most is None else min(positions, most + self.beside)

    def __str__(self) -> str:
        return "all" if self.all else f"window+{self.beside}" if self.beside else "need"


NEED = Rule()


class Past(NamedTuple):
    """What is kept of each position: ``elements``, of ``most`` positions (None: all), ``before`` of which stand before
    the sequence."""

    name: str
    elements: Any
    most: int | None
    before: int = 0

    def at(self, context: Any, rule: Rule) -> Any:
        """Elements that are kept of so many tokens."""
        return self.elements * rule.kept(context + self.before, self.most)


class Computed(NamedTuple):
    """A layer as it runs in a step: its rules for these shapes, in their order, ``runs`` times."""

    node: Node
    layer: Layer
    inputs: tuple[Dims, ...]
    outputs: tuple[Dims, ...]
    runs: Any

    @property
    def macs(self) -> Any:
        outputs = self.outputs if self.layer.several else self.outputs[0]
        return self.layer.ops(*self.inputs, outputs).get("mac", 0) * self.runs


class Generating:
    """A sequence of a network as it is made. Figures of the past are of one sequence, or of ``batch`` of them."""

    def __init__(self, trace: Trace, batch: int = 1, rule: Rule = NEED) -> None:
        self.trace, self.batch, self.rule = trace, batch, rule
        self.roles = {role.node: role for role in trace.roles}

    # A step

    def step(self, context: int) -> Iterator[Computed]:
        """What is computed in a step, in order; a node of a run once, its ``runs`` those of all repetitions."""
        for role in self.trace.roles:
            yield self.computed(role, context)

    def computed(self, role: Role, context: int) -> Computed:
        node, applied = role.node, role.node.applied
        positions = self.positions(role.whole, context)
        inputs = [
            resized(shape, axis, positions, role.beside.get(number, ()))
            for number, (shape, axis) in enumerate(zip(applied.inputs, role.reads, strict=True))
        ]
        outputs = [resized(shape, axis, positions) for shape, axis in zip(applied.outputs, role.gives, strict=True)]
        runs = self.runs(role) * role.times * (positions if role.mapped else 1)
        layer = applied.layer
        if role.anew:
            inputs = self.anew(role, inputs, context)
        elif any(not kept.state for kept in role.keeps):
            before = max(self.before(role, kept.number) for kept in role.keeps)
            layer, inputs = layer.after(context + before, *inputs)
        elif role.fixed:
            kept = role.fixed[0]
            size = inputs[kept.number][kept.axis]
            for one in role.fixed:
                inputs[one.number] = resized(inputs[one.number], one.axis, 0)
            layer, inputs = layer.after(size, *inputs)
        return Computed(node, layer, tuple(inputs), tuple(outputs), runs)

    def positions(self, whole: int, context: int) -> int:
        """How many positions are computed where ``whole`` are asked for."""
        return 1 if whole == 0 else context + 1 if whole == EVERY else min(context + 1, whole)

    def anew(self, role: Role, inputs: list[Dims], context: int) -> list[Dims]:
        """The query is one position; keys and values are computed for as many as it sees."""
        found = inputs if len(inputs) > 1 else inputs * 3
        for number, kept in enumerate(role.keeps, 1):
            positions = self.positions(kept.most or EVERY, context)
            found = [*found[:number], resized(found[number], kept.axis, positions), *found[number + 1 :]]
        return found

    def before(self, role: Role, number: int) -> int:
        """How many positions of an input stand before those of the sequence."""
        axis = role.reads[number]
        return 0 if axis is None else int(role.node.applied.inputs[number][axis]) - self.trace.length

    def runs(self, role: Role) -> Any:
        """How often the work of a node is done in a step."""
        node, found = role.node, self.batch if role.node.batched else 1
        body = node.body
        while body is not None:
            found, body = found * (1 if body in role.mapped else node.runs_in(body)), body.parent
        return found

    def macs(self, context: int) -> Any:
        return sum(one.macs for one in self.step(context))

    # What is kept

    def past(self, role: Role) -> Iterator[Past]:
        """What a node keeps of each position, of all sequences and repetitions."""
        times = self.runs(role) * role.times
        for kept in role.keeps if not role.anew else ():
            if not kept.state:
                elements = volume(kept.shape) * times
                yield Past(kept.name, elements, kept.most, self.before(role, kept.number) + kept.before)
        for number in range(len(role.node.outputs)):
            if (role.node, number) in self.trace.roots:
                yield self.root((role.node, number), role.times)

    def root(self, key: Key, times: int) -> Past:
        """What ``cache: true`` keeps."""
        tensor, along, most = self.trace.cached[key], self.trace.at[key], self.trace.roots[key]
        shape, maps = tensor.shape or (), maps_around(tensor.body)
        inside = along.axis is None or along.axis < len(maps)
        axis = None if inside else (along.axis or 0) - len(maps)
        around, body = self.batch if tensor.batched else 1, tensor.body
        while body is not None:
            if body.slices is None:
                around *= body.active
            elif body in tensor.sliced and maps.index(body) != along.axis:
                around *= body.slices
            body = body.parent
        before = 0 if axis is None else shape[axis] - self.trace.length
        elements = volume(resized(shape, axis, 1)) * around * times
        return Past("output", elements, None if most == EVERY else most, before)

    def state(self, role: Role) -> Any:
        """Elements of the state of a node, which has no axis of positions."""
        found = sum(volume(kept.shape) for kept in role.keeps if kept.state)
        for number, waits in role.delays.items():
            found += volume(resized(role.node.applied.inputs[number], role.reads[number], waits))
        return found * self.runs(role) * role.times

    def fixed(self, role: Role) -> Any:
        """Elements that a node keeps of what is computed once, before the first step: keys and values of a memory."""
        sizes = [role.node.applied.inputs[kept.number][kept.axis] + kept.before for kept in role.fixed]
        each = sum(volume(kept.shape) * size for kept, size in zip(role.fixed, sizes, strict=True))
        batch = self.batch if any(role.node.inputs[kept.number].batched for kept in role.fixed) else 1
        return each * role.times * batch + sum(map(self.given_once, self.read_once.get(role.node, ())))

    @cached_property
    def read_once(self) -> dict[Node, list[Tensor]]:
        """What is computed once and read as it is in each step, at its first reader."""
        found, seen = dict[Node, list[Tensor]](), set[Key]()
        for role in self.trace.roles:
            projected = {kept.number for kept in role.fixed}
            for number, tensor in enumerate(role.node.inputs):
                key = tensor.node, tensor.number
                if role.inputs[number] is None and tensor.batched and number not in projected and key not in seen:
                    seen.add(key)
                    found.setdefault(role.node, []).append(tensor)
        return found

    def given_once(self, tensor: Tensor) -> Any:
        times = 1 if tensor.node is None else self.trace.times[tensor.node]
        return volume(tensor.shape or ()) * times * self.batch

    # Weights

    @property
    def weights(self) -> dict[tuple[Node, str], Any]:
        """The elements of each weight that a step reads, by the node that owns it, and its name."""
        return {key: read for key, (read, _) in self.reading.items()}

    @cached_property
    def reading(self) -> dict[tuple[Node, str], tuple[Any, Node]]:
        """The same, each with the node that reads most of it."""
        found: dict[tuple[Node, str], tuple[Any, Node]] = {}
        for role in self.trace.roles:
            node = role.node
            made_before = self.made_before(role)
            for name, shape, size in node.applied.weights:
                owner, size = node.owner(name), size - made_before.get(name, 0)
                rows = min(self.batch, shape[0]) * volume(shape[1:]) if node.applied.layer.by_index else None
                read = times_distinct(size, node.body, self.batch) if rows is None else rows
                read *= self.trace.times.get(owner, 1)
                found[owner, name] = most(found.get((owner, name)), (read, node))
        for key, one in self.tables.items():
            found[key] = most(found.get(key), one)
        return found

    def made_before(self, role: Role) -> dict[str, int]:
        """The elements of weights that no step reads: they made keys and values of a memory, before the first one."""
        if not role.fixed or role.keeps:
            return {}
        return dict(role.node.applied.layer.makes_cache(*role.node.applied.inputs))

    @cached_property
    def tables(self) -> dict[tuple[Node, str], tuple[Any, Node]]:
        """What is read of weights that are tensors of their own, such as a table of positions: the rows of a step."""
        learned: dict[Node, tuple[Node, str]] = {}
        for node in self.trace.network.kept:
            if node not in self.roles and not node.batched:
                own = [(node.owner(name), name) for name, *_ in node.applied.weights]
                own += [learned[tensor.node] for tensor in node.inputs if tensor.node in learned]
                learned.update({node: own[0]} if own else {})
        found: dict[tuple[Node, str], tuple[Any, Node]] = {}
        for role in self.trace.roles:
            for number, tensor in enumerate(role.node.inputs):
                if tensor.node is not None and tensor.node in learned and role.inputs[number] is None:
                    key, shape = learned[tensor.node], role.node.applied.inputs[number]
                    read = volume(resized(shape, None, 1, role.beside.get(number, ())))
                    found[key] = most(found.get(key), (read * self.trace.times.get(key[0], 1), role.node))
        return found

    def weight_bits(self, bits: Bits) -> int:
        """The bits of weights that a step reads."""
        return sum(elements * bits(owner, name) for (owner, name), elements in self.weights.items())


def most(one: tuple[Any, Node] | None, other: tuple[Any, Node]) -> tuple[Any, Node]:
    """Of two readers of a weight the one that reads more."""
    return other if one is None or other[0] > one[0] else one


def resized(shape: Dims, axis: int | None, size: Any, beside: tuple[int, ...] = ()) -> Dims:
    """A shape with another size along an axis; axes beside a sequence have that of one position."""
    found = [*shape]
    for one in beside:
        found[one] = 1
    if axis is not None:
        found[axis] = size
    return tuple(found)


def distinct(count: int, active: int, batch: int) -> Decimal:
    """How many of ``count`` experts a step reads where each of ``batch`` sequences takes ``active`` of them at random,
    as expected: ``count * (1 - (1 - active / count) ** batch)``."""
    if batch == 1 or count == active:
        return Decimal(active)
    context = Context(prec=len(str(count)) + 60)
    left = context.power(context.divide(Decimal(count - active), Decimal(count)), batch)
    return context.multiply(Decimal(count), context.subtract(Decimal(1), left))


def times_distinct(size: int, body: Body | None, batch: int) -> int:
    """So many elements times the experts that are read of each body around, rounded to whole elements."""
    found, context = Decimal(size), Context(prec=len(str(size)) + 60)
    exact = size
    while body is not None:
        if batch == 1:
            exact *= body.active
        else:
            context.prec += len(str(body.copies))
            found = context.multiply(found, distinct(body.copies, body.active, batch))
        body = body.parent
    return exact if batch == 1 else int(found.to_integral_value(context=context))
