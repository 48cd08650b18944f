"""The tensors that need memory when a network runs: how large they are, and from which step to which they live.

Steps run whole, one after the other. A tensor lives from the step that makes it to the last that reads it, an input of
the network from the start, an output of the network to the end. A view lies in what it views. A layer that may work in
place does so where no other layer, and no user of the network, reads what it reads: that hangs on no order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from archcalc.dims import volume
from archcalc.graph.network import Network, Node, Tensor
from archcalc.layers.base import BITS

WIDTHS = {**BITS, "uint8": 8, "bool": 8, "complex64": 64, "complex128": 128}
"""Bits of an element, of every dtype that an input may have."""

Key = tuple[Node | None, int]
"""A tensor: the node that makes it, None for an input of the network, and its number there."""


class Asked(NamedTuple):
    """How tensors are kept. ``activations`` is the dtype of all but those of whole numbers, which keep their own."""

    activations: str = "float32"
    batch: int = 1
    in_place: bool = True


class Storage:
    """The memory of a tensor, of its views and of what is written over it.

    It is held in the steps from ``start`` to ``stop``, both included. ``node`` and ``number`` are of the tensor that
    was there first; ``kept``: an input or output of the network, which nothing is written over.
    """

    __slots__ = ("size", "start", "stop", "node", "number", "elements", "dtype")

    def __init__(self, size: int, start: int, node: Node | None, number: int, elements: Any, dtype: str) -> None:
        self.size, self.start, self.stop, self.node, self.number = size, start, start, node, number
        self.elements, self.dtype = elements, dtype


def key_of(tensor: Tensor) -> Key:
    """What a tensor is known by, also inside a map or experts that it enters."""
    return tensor.node, tensor.number


def kept_dtype(dtype: str, activations: str) -> str:
    """The dtype that an input is kept in: numbers that are computed are activations, an index stays what it is."""
    return activations if "float" in dtype else dtype


class Lifetimes:
    """The storages of a network without runs, by number in the order that they are made, the inputs' first.

    ``of`` has the storage of each tensor, None for what lies in the weights; ``sizes`` its own bytes, ``free`` the
    elements that its only reader may write over. ``reads`` has the storages that each step reads, ``made`` those that
    it makes. ``outputs`` are those that the network gives.
    """

    def __init__(self, network: Network, asked: Asked) -> None:
        self.nodes, self.asked = network.kept, asked
        self.storages: list[Storage] = []
        self.of: dict[Key, int | None] = {}
        self.reads: list[list[int]] = []
        self.made: list[list[int]] = []
        self._readers = readers(network)
        self.sizes: dict[Key, int] = {}
        self.free: dict[Key, int] = {}
        self.dtypes: dict[Key, str] = {}
        self._input(network.inputs, network.dtypes)
        for position, node in enumerate(self.nodes):
            self._step(position, node)
        self.outputs = {found for tensor in network.outputs if (found := self.of[key_of(tensor)]) is not None}
        for number in self.outputs:
            self.storages[number].stop = max(len(self.nodes) - 1, 0)

    def _input(self, inputs: Mapping[str, Tensor], dtypes: Mapping[str, str]) -> None:
        for name, tensor in inputs.items():
            if key_of(tensor) not in self._readers:  # nothing holds it
                continue
            dtype = kept_dtype(dtypes[name], self.asked.activations)
            elements = volume(tensor.shape or ())
            self.sizes[key_of(tensor)] = self._size(elements, dtype, tensor.batched)
            self._new(key_of(tensor), elements, dtype, 0)

    def _step(self, position: int, node: Node) -> None:
        keys = list(map(key_of, node.inputs))
        reads = list(dict.fromkeys(found for key in keys if (found := self.of[key]) is not None))
        for number in reads:
            self.storages[number].stop = position
        self.reads.append(reads)
        first = len(self.storages)
        self._give(position, node, keys)
        self.made.append(list(range(first, len(self.storages))))

    def _give(self, position: int, node: Node, keys: list[Key]) -> None:
        layer, asked = node.applied.layer, self.asked
        dtype = layer.dtype(tuple([self.dtypes[key] for key in keys]), asked.activations)
        runs = node.multiples(1)[2]
        for number, shape in enumerate(node.applied.gives):
            key, elements = (node, number), volume(shape) * runs
            self.sizes[key] = self._size(elements, dtype, node.batched)
            if layer.view and (asked.in_place or not layer.in_place):
                self._view(key, keys, elements, dtype)
            elif layer.in_place and asked.in_place and self._may_write_over(keys[0], elements, dtype):
                self.of[key], self.dtypes[key], self.free[key] = self.of[keys[0]], dtype, elements
            else:
                self._new(key, elements, dtype, position)
                self.free[key] = elements

    def _view(self, key: Key, keys: list[Key], elements: Any, dtype: str) -> None:
        """A tensor that lies in another, or in the weights."""
        self.dtypes[key] = dtype
        self.of[key] = self.of[keys[0]] if keys else None
        if keys and self._readers[keys[0]] == 1 and elements <= self.free.get(keys[0], -1):
            self.free[key] = elements

    def _may_write_over(self, key: Key, elements: Any, dtype: str) -> bool:
        same_width = WIDTHS[self.dtypes[key]] == WIDTHS[dtype]
        return self._readers[key] == 1 and self.free.get(key) == elements and same_width

    def _size(self, elements: Any, dtype: str, batched: bool) -> int:
        size: int = -(-elements * WIDTHS[dtype] // 8)
        return size * self.asked.batch if batched else size

    def _new(self, key: Key, elements: Any, dtype: str, position: int) -> None:
        self.of[key], self.dtypes[key] = len(self.storages), dtype
        self.storages.append(Storage(self.sizes[key], position, *key, elements, dtype))

    def curve(self) -> list[int]:
        """The bytes that exist while each step runs; without any step, those of the inputs that are given out."""
        if not self.nodes:
            return [sum(storage.size for storage in self.storages)]
        change = [0] * (len(self.nodes) + 1)
        for storage in self.storages:
            change[storage.start] += storage.size
            change[storage.stop + 1] -= storage.size
        return list(accumulate(change[:-1]))


def readers(network: Network) -> dict[Key, int]:
    """How many steps read each tensor; the network's user counts as one."""
    found: dict[Key, int] = {}
    reading: Sequence[Sequence[Tensor]] = [*[node.inputs for node in network.kept], network.outputs]
    for inputs in reading:
        for key in {key_of(tensor) for tensor in inputs}:
            found[key] = found.get(key, 0) + 1
    return found
