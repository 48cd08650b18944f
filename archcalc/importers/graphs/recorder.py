"""From the tensors of a file, which have a batch axis, to those of one sample, which have none.

A ``Recorder`` takes operators on whole tensors and adds layers to the graph. It follows the batch from the inputs on:
where it is an axis of its own, that axis is left out; where it was merged with another (``[batch * windows, T, C]``),
what is left of that axis once the batch is divided out is an axis of the sample.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import prod
from typing import Any

from archcalc.importers.graphs.graph import Graph, Module, Node, Several, Value
from archcalc.importers.graphs.proof import VIEWS
from archcalc.importers.graphs.samples import (
    Place,
    Shape,
    Tensor,
    Weight,
    axis_in,
    cut_numbers,
    joined,
    size_of,
    stretched,
    view_of,
)
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.layers.base import Arguments


class Recorder:
    """Adds layers for operators on whole tensors. ``modules`` and ``place`` are those of the operator that is read."""

    def __init__(self, graph: Graph, batch: int) -> None:
        self.graph, self.batch = graph, batch
        self.modules: tuple[Module, ...] = ()
        self.place = ""
        self.stored: dict[Any, Value] = {}

    # Between whole tensors and those of a sample

    def input(self, name: str, shape: Sequence[int], dtype: str = "float32", axis: int | None = None) -> Tensor:
        """An input of the network; ``axis`` is the batch, if one is."""
        batch = None if axis is None else Place(axis)
        sample = self.sample(shape, batch)
        return Tensor(shape, value=self.graph.input(name, sample, dtype), batch=batch, dtype=dtype)

    def alone(self, shape: Sequence[int], batch: Place | None) -> bool:
        """Whether the batch has an axis of its own."""
        if batch is None or batch.merged or batch.axis >= len(shape):
            return False
        return batch.outer == 1 and shape[batch.axis] == self.batch

    def sample(self, shape: Sequence[int], batch: Place | None) -> Shape:
        """The shape of one sample."""
        if batch is None or batch.axis >= len(shape):
            return tuple(shape)
        axis = batch.axis
        if self.alone(shape, batch):
            return (*shape[:axis], *shape[axis + 1 :])
        if shape[axis] % self.batch:
            raise Unreadable(f"a batch of {self.batch} that an axis of {shape[axis]} does not divide into")
        return (*shape[:axis], shape[axis] // self.batch, *shape[axis + 1 :])

    def whole(self, sample: Sequence[int], batch: Place | None, alone: bool) -> Shape:
        """The shape with the batch that a tensor of this sample has."""
        if batch is None:
            return tuple(sample)
        axis = batch.axis
        if alone:
            return (*sample[:axis], self.batch, *sample[axis:])
        return (*sample[:axis], sample[axis] * self.batch, *sample[axis + 1 :]) if sample else (self.batch,)

    def axis(self, x: Tensor, axis: int, what: str = "an operator") -> int:
        """The axis of the sample that is this axis of the whole. Raises Unreadable where it is the batch."""
        axis = axis_in(axis, len(x.shape))
        if x.batch is None:
            return axis
        if self.alone(x.shape, x.batch):
            if axis == x.batch.axis:
                raise Unreadable(f"{what} along the batch")
            return axis - (axis > x.batch.axis)
        if axis == x.batch.axis and self.batch > 1:
            raise Unreadable(f"{what} along an axis that the batch is part of")
        return axis

    def result(self, value: Value, like: Tensor, batch: Place | None = None) -> Tensor:
        """What a layer gave, with the batch where ``like`` has it, or at ``batch``."""
        at = batch or like.batch
        shape = self.whole(value.shape, at, self.alone(like.shape, like.batch))
        return Tensor(shape, value=value, batch=at, dtype=value.dtype)

    # Layers

    def add(self, type: str, arguments: Arguments, inputs: Sequence[Tensor], weights: Sequence[Any] = ()) -> Node:
        """A layer on the samples of these tensors, with these stored tensors as its weights and buffers."""
        keys = [self.identity(weight) for weight in weights]
        values = [self.of(one) for one in inputs]
        node = self.graph.add(type, arguments, values, keys, self.modules, self.place)
        for (name, shape, size), weight in zip(node.kept, weights, strict=False):
            if isinstance(weight, (Tensor, list)) and size_of(weight) != size:
                raise Unreadable(f"{type} whose {name} has {size_of(weight):,} elements where it takes {[*shape]}")
        return node

    def layer(self, type: str, arguments: Arguments, x: Tensor, weights: Sequence[Any] = (), *others: Tensor) -> Tensor:
        """A layer with one output, whose batch is where that of ``x`` is."""
        return self.result(self.add(type, arguments, [x, *others], weights).outputs[0], x)

    def identity(self, weight: Any) -> Hashable:
        if isinstance(weight, Tensor):
            if weight.weight is None and weight.origin is not None:
                self.graph.drop("arithmetic on stored weights")
            found = weight.weight or weight.origin
            if found is None:
                raise Unreadable("a layer whose weights are computed")
            return found.identity
        return Several(map(self.identity, weight)) if isinstance(weight, list) else weight

    def of(self, x: Tensor) -> Value:
        """The tensor of the graph; a stored one becomes a layer that reads nothing."""
        return x.value if x.value is not None else self.read_stored(x, x.shape)

    def read_stored(self, x: Tensor, shape: Sequence[int]) -> Value:
        """A stored tensor that a layer reads, in this shape: a parameter, or a constant."""
        weight = x.weight
        key = (weight.identity if weight else id(x), tuple(shape))
        if key in self.stored:
            return self.stored[key]
        if weight is not None and weight.part is not None:
            value = self.read_part(weight, shape)
        elif weight is None and self.graph.inputs:
            value = self.made_on_the_way(shape, x.dtype)
        else:
            learned = weight is not None and weight.learned
            arguments: Arguments = {"shape": [*shape]}
            if not learned and x.dtype != "float32":
                arguments["dtype"] = x.dtype
            keys = [weight.identity] if weight is not None else []
            node = self.graph.add("parameter" if learned else "constant", arguments, [], keys, self.modules, self.place)
            node.name = weight.name if weight is not None else ""
            value = node.outputs[0]
            value.dtype = x.dtype
        self.stored[key] = value
        self.keep(x)
        return value

    def made_on_the_way(self, shape: Sequence[int], dtype: str) -> Value:
        """Numbers that nobody stores, made of sizes alone: a ``custom`` beside the first input, with no buffer."""
        arguments: Arguments = {"out": [*shape], "params": 0, "macs": 0}
        first = next(iter(self.graph.inputs.values()))
        value = self.graph.add("custom", arguments, [first], (), (), self.place).outputs[0]
        value.dtype = dtype
        return value

    def keep(self, x: Tensor) -> None:
        """Hold a constant, so that no other has its identity."""
        self.stored[id(x), "kept"] = x  # type: ignore[assignment]

    def read_part(self, weight: Weight, shape: Sequence[int]) -> Value:
        """A part of a stored tensor: the whole, and what is cut from it."""
        assert weight.part is not None
        axis, start, stop = weight.part
        whole = self.read_stored(
            Tensor(weight.size, weight=weight._replace(part=None), dtype=weight.dtype), weight.size
        )
        arguments = {"axis": axis, **({"start": start} if start else {}), "stop": stop}
        cut = self.graph.add("slice", arguments, [whole], (), self.modules, self.place).outputs[0]
        return self.in_shape(cut, shape)

    def in_shape(self, value: Value, shape: Sequence[int]) -> Value:
        """A tensor of the graph with its elements in another shape; a view back is the tensor that was viewed."""
        maker = value.node
        if maker is not None and maker.type in VIEWS and maker.inputs[0].shape == tuple(shape):
            return maker.inputs[0]
        said = view_of(value.shape, tuple(shape))
        return value if said is None else self.graph.add(*said, [value], (), self.modules, self.place).outputs[0]

    # Operators that move, cut and join

    def view(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        """The elements in their order in another shape, with the batch."""
        if prod(x.shape) != prod(shape):
            raise Unreadable(f"a view of {[*x.shape]} as {[*shape]}")
        if x.value is None:
            return x.seen_as(shape)
        batch = self.moved_to(x, shape)
        sample = self.sample(shape, batch)
        return Tensor(shape, value=self.in_shape(x.value, sample), batch=batch, dtype=x.dtype)

    def moved_to(self, x: Tensor, shape: Sequence[int]) -> Place | None:
        """Where the batch is in a view."""
        if x.batch is None:
            return None
        before = prod(x.shape[: x.batch.axis]) * x.batch.outer
        fits: list[tuple[bool, bool, Place]] = []
        outer = 1
        for axis, size in enumerate(shape):
            if outer and before % outer == 0 and size and size % (before // outer * self.batch) == 0:
                inside = before // outer
                fits.append((inside > 1, size != self.batch, Place(axis, inside)))
            outer *= size
        if not shape or not fits:
            if self.batch == 1:
                return Place(len(shape))
            raise Unreadable(f"a view of {[*x.shape]} as {[*shape]} that cuts through the batch")
        found = min(fits, key=lambda fit: fit[:2])[2]
        return found._replace(merged=self.absorbs(x, shape, found))

    def absorbs(self, x: Tensor, shape: Sequence[int], found: Place) -> bool:
        """Whether a view makes one axis of a batch of 1 and the rows and columns of a single window behind it."""
        batch = x.batch
        if batch is None or self.batch > 1 or not self.alone(shape, found):
            return False
        if batch.merged:  # until the window's rows and columns are axes of their own again
            return tuple(shape[found.axis + 1 : found.axis + 3]) != (1, 1)
        behind = x.shape[batch.axis + 1 : batch.axis + 3]
        return behind == (1, 1) and len(shape) < len(x.shape) - 1 and found.axis == batch.axis

    def unsqueeze(self, x: Tensor, axis: int) -> Tensor:
        axis = axis_in(axis, len(x.shape) + 1)
        shape = (*x.shape[:axis], 1, *x.shape[axis:])
        if x.value is None:
            return x.seen_as(shape)
        if x.batch is None or x.batch.axis >= len(x.shape):
            return self.view(x, shape)
        batch = x.batch._replace(axis=x.batch.axis + (axis <= x.batch.axis))
        value = self.in_shape(x.value, self.sample(shape, batch))
        return Tensor(shape, value=value, batch=batch, dtype=x.dtype)

    def squeeze(self, x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
        """Without these axes, or all, where they are 1."""
        chosen = range(len(x.shape)) if axes is None else [axis_in(axis, len(x.shape)) for axis in axes]
        dropped = {axis for axis in chosen if x.shape[axis] == 1}
        shape = tuple(size for axis, size in enumerate(x.shape) if axis not in dropped)
        if x.value is None:
            return x.seen_as(shape)
        if x.batch is None or x.batch.axis in dropped or x.batch.axis >= len(x.shape):
            return self.view(x, shape)
        batch = x.batch._replace(axis=x.batch.axis - sum(axis < x.batch.axis for axis in dropped))
        value = self.in_shape(x.value, self.sample(shape, batch))
        return Tensor(shape, value=value, batch=batch, dtype=x.dtype)

    def permute(self, x: Tensor, order: Sequence[int]) -> Tensor:
        order = [axis_in(axis, len(x.shape)) for axis in order]
        if sorted(order) != [*range(len(x.shape))]:
            raise Unreadable(f"an order {order} of {len(x.shape)} axes")
        shape = tuple(x.shape[axis] for axis in order)
        if x.value is None:
            return Tensor(shape, weight=x.weight, dtype=x.dtype)
        batch = x.batch
        places = order
        if batch is not None and batch.axis < len(order):
            if self.alone(x.shape, batch):
                places = [axis - (axis > batch.axis) for axis in order if axis != batch.axis]
            batch = batch._replace(axis=order.index(batch.axis))
        value = x.value
        if places != sorted(places):
            value = self.graph.add("permute", {"order": places}, [value], (), self.modules, self.place).outputs[0]
        return Tensor(shape, value=value, batch=batch, dtype=x.dtype)

    def expand(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        """Axes of 1 stretched. A tensor that is the same for every sample stays one."""
        new = len(shape) - len(x.shape)
        sizes = [x.shape[axis - new] if size == -1 else size for axis, size in enumerate(shape)]
        if x.value is None:
            stretched = prod(sizes) == prod(x.shape)
            if stretched:
                return x.seen_as(sizes)
            if sizes and sizes[0] == self.batch * (x.shape[0] if new == 0 else 1) and prod(sizes[1:]) == prod(x.shape):
                return x.seen_as([1, *sizes[1:]])
            value = self.graph.add("expand", {"shape": [*sizes]}, [self.of(x)], (), self.modules, self.place).outputs[0]
            return Tensor(sizes, value=value, dtype=x.dtype)
        batch = None if x.batch is None else x.batch._replace(axis=x.batch.axis + new)
        sample = self.sample(sizes, batch)
        value = x.value
        if sample != value.shape:
            value = self.graph.add("expand", {"shape": [*sample]}, [value], (), self.modules, self.place).outputs[0]
        return Tensor(sizes, value=value, batch=batch, dtype=x.dtype)

    def cut(self, x: Tensor, axis: int, start: int, stop: int, step: int = 1) -> Tensor:
        """Positions of an axis; start and stop may lie outside and count from the end."""
        axis = axis_in(axis, len(x.shape))
        start, stop, step = slice(start, stop, step).indices(x.shape[axis])
        size = len(range(start, stop, step))
        shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
        if shape == x.shape:
            return x
        if x.value is None:
            return self.cut_stored(x, shape, axis, start, stop, step)
        arguments: Arguments = {"axis": self.axis(x, axis, "a slice")}
        arguments |= {"start": start} if start else {}
        arguments |= {"stop": stop} if stop < x.shape[axis] else {}
        arguments |= {"step": step} if step != 1 else {}
        return self.layer("slice", arguments, x)

    def cut_stored(self, x: Tensor, shape: Shape, axis: int, start: int, stop: int, step: int) -> Tensor:
        numbers = None if x.numbers is None else cut_numbers(x.numbers, x.shape, axis, range(start, stop, step))
        weight = x.weight
        if weight is not None:
            if weight.part is not None or step != 1 or x.shape != weight.size:
                return self.cut_of_step(x, shape, axis, start, stop, step, numbers)
            weight = weight._replace(part=(axis, start, stop))
        return Tensor(shape, weight=weight, numbers=numbers, dtype=x.dtype)

    def cut_of_step(
        self, x: Tensor, shape: Shape, axis: int, start: int, stop: int, step: int, numbers: list[Any] | None
    ) -> Tensor:
        """A slice of a learned tensor that was moved or cut before: that is a step, and the slice another."""
        if x.weight is None or not x.weight.learned:
            return Tensor(shape, numbers=numbers, dtype=x.dtype)
        said: Arguments = {"axis": axis, "start": start, "stop": stop, **({"step": step} if step != 1 else {})}
        value = self.graph.add("slice", said, [self.of(x)], (), self.modules, self.place).outputs[0]
        return Tensor(shape, value=value, dtype=x.dtype)

    def select(self, x: Tensor, axis: int, index: int) -> Tensor:
        """One position of an axis, which is dropped."""
        axis = axis_in(axis, len(x.shape))
        if x.value is None or self.batch == x.shape[axis] == 1:
            index %= x.shape[axis]
            return self.squeeze(self.cut(x, axis, index, index + 1), [axis])
        place = self.axis(x, axis, "a selection")
        value = self.add("select", {"index": index, **({"axis": place} if place else {})}, [x]).outputs[0]
        batch = x.batch and x.batch._replace(axis=x.batch.axis - (axis < x.batch.axis))
        return self.result(value, x, batch)

    def split(self, x: Tensor, axis: int, sizes: Sequence[int]) -> list[Tensor]:
        axis = axis_in(axis, len(x.shape))
        if x.value is None:
            ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
            return [self.cut(x, axis, end - size, end) for size, end in zip(sizes, ends, strict=True)]
        if len(sizes) == 1:
            return [x]
        place = self.axis(x, axis, "a split")
        equal = len({*sizes}) == 1
        arguments = {"parts": len(sizes)} if equal else {"sizes": [*sizes]}
        node = self.add("split", {**arguments, **({"axis": place} if place else {})}, [x])
        return [self.result(value, x) for value in node.outputs]

    def concat(self, tensors: Sequence[Tensor], axis: int) -> Tensor:
        if len(tensors) == 1:
            return tensors[0]
        axis = axis_in(axis, len(tensors[0].shape))
        like = next((x for x in tensors if x.batch is not None), None)
        if like is None:
            if not any(x.computed or (x.weight is not None and x.weight.learned) for x in tensors):
                return joined(tensors, axis)
            value = self.add("concat", {"axis": axis}, tensors).outputs[0]
            return Tensor(value.shape, value=value)
        place = self.axis(like, axis, "a concatenation")
        values = [self.aligned(x, like) for x in tensors]
        flat = len(values[0].shape) == 2
        node = self.graph.add("concat", {"axis": place} if place or flat else {}, values, (), self.modules, self.place)
        return self.result(node.outputs[0], like)

    def aligned(self, x: Tensor, like: Tensor) -> Value:
        """A tensor as that of a sample beside ``like``, which has as many axes."""
        assert like.batch is not None
        if x.batch is not None or not self.alone(like.shape, like.batch):
            return self.of(x)
        axis = like.batch.axis - (len(like.shape) - len(x.shape))
        if axis < 0:
            return self.of(x)
        if x.shape[axis] not in (1, self.batch):
            raise Unreadable("a tensor that is another one for each sample of the batch")
        shape = (*x.shape[:axis], *x.shape[axis + 1 :])
        if x.value is not None:
            return self.in_shape(x.value, shape)
        return self.read_stored(x, shape)

    def together(self, type: str, tensors: Sequence[Tensor]) -> Tensor:
        """Tensors combined element by element; axes of 1 stretch, from the last on."""
        rank = max(len(x.shape) for x in tensors)
        shape = stretched([x.shape for x in tensors], rank)
        found = [x.batch._replace(axis=x.batch.axis + rank - len(x.shape)) for x in tensors if x.batch is not None]
        if not found:
            made = Tensor(shape, value=self.add(type, {}, tensors).outputs[0])
            stored = [one for x in tensors if (one := x.weight or x.origin) is not None]
            made.origin = next((one for one in stored if one.learned and one.elements == prod(shape)), None)
            return made
        batch = next((one for one in found if self.alone(shape, one)), found[0])
        like = Tensor(shape, batch=batch)
        values = [without_leading(self, self.aligned(x, like), len(self.sample(shape, batch))) for x in tensors]
        node = self.graph.add(type, {}, values, (), self.modules, self.place)
        return Tensor(shape, value=node.outputs[0], batch=batch)


def without_leading(recorder: Recorder, value: Value, rank: int) -> Value:
    """A tensor without the axes of 1 that it has before those of a sample."""
    extra = len(value.shape) - rank
    return value if extra <= 0 else recorder.in_shape(value, value.shape[extra:])
