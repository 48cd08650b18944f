"""What PyTorch's autograd does in one step of training: each layer's multiply-adds, and the tensors that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NamedTuple

from archcalc.costs.layouts import computed
from archcalc.costs.lifetimes import WIDTHS, kept_dtype
from archcalc.costs.strides import Placed, Sizes, Storage, contiguous, factor, is_contiguous, rows
from archcalc.costs.views import VIEWS, drops_nothing
from archcalc.dims import volume
from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import Repetition, begun, renamed, walk
from archcalc.layers.kept import INPUT, OUTPUT, WEIGHTS, Kept


class Asked(NamedTuple):
    """How a network is trained. ``trains`` says whether the weights of a node at a path do.

    ``activations`` is the dtype of what is computed, ``mask`` that of what a dropout keeps, None for its input's.
    """

    trains: Callable[[str, Node], bool] = lambda path, node: node.trainable
    activations: str = "float32"
    mask: str | None = None
    batch: int = 1


class Record(NamedTuple):
    """What autograd does for one layer: multiply-adds, and what it keeps, parameters and buffers apart.

    ``trains``: its weights do; ``wants``: its output has a gradient, which takes ``gradient_bytes``. ``reads`` and
    ``gives`` are the storages of its inputs and outputs.
    """

    node: Node
    path: str
    trains: bool
    wants: bool
    forward: int
    weights: int
    inputs: int
    kept: list[Storage]
    reads: list[Storage]
    gives: list[Storage]
    gradient_bytes: int


class Tape:
    """The layers of a network as they are run for training, recorded one by one."""

    def __init__(self, network: Network, asked: Asked) -> None:
        self.network, self.asked = network, asked
        self.placed: dict[tuple[Node | None, int], Placed] = {}
        self.live = reaching(network)

    def __iter__(self) -> Iterator[Record]:
        for number, (name, tensor) in enumerate(self.network.inputs.items()):
            self.placed[None, number] = self.fresh(tensor, self.network.dtypes[name])
        before: Repetition | None = None
        for node, repetition in walk(self.network):
            if repetition is not before:
                for run in begun(repetition, before):
                    gives = [self.placed[tensor.node, tensor.number] for tensor in run.gives]
                    keys = [(tensor.node, tensor.number) for tensor in run.given]
                    self.placed.update(zip(keys, gives, strict=True))
                before = repetition
            yield self.record(node, repetition)

    def record(self, node: Node, repetition: Repetition | None) -> Record:
        reads = [self.read(tensor) for tensor in node.inputs]
        trains = any(
            self.asked.trains(renamed((owner := node.owner(name)).path, repetition), owner)
            for name, *_ in node.applied.weights
        )
        wants = trains or any(tensor.wants for tensor in reads)
        gives = self.give(node, reads, wants)
        for number, tensor in enumerate(gives):
            self.placed[node, number] = tensor
        runs = node.multiples(self.asked.batch)[2]
        weights, inputs = gradients(node, reads, trains) if node in self.live else (0, 0)
        return Record(
            node,
            renamed(node.path, repetition),
            trains,
            wants,
            node.applied.ops.get("mac", 0) * runs,
            weights * runs,
            inputs * runs,
            [one for one in self.kept(node, reads, gives, trains) if not one.own] if wants else [],
            [one.storage for one in reads if not one.storage.own],
            [one.storage for one in gives],
            sum(bytes_of(one.sizes, one.dtype) for one in gives if one.wants),
        )

    # Tensors

    def lead(self, batched: bool, node: Node | None, sliced: frozenset[Any]) -> Sizes:
        """The axes before a tensor's own: the batch, and the slices of the maps around it, the outermost first."""
        slices = []
        body = None if node is None else node.body
        while body is not None:
            slices += [body.slices] if body in sliced else []
            body = body.parent
        return ((self.asked.batch,) if batched else ()) + tuple(slices[::-1])

    def fresh(self, tensor: Tensor, dtype: str) -> Placed:
        """An input of the network."""
        sizes = self.lead(tensor.batched, None, tensor.sliced) + tuple(tensor.shape or ())
        dtype = kept_dtype(dtype, self.asked.activations)
        return Placed(Storage(bytes_of(sizes, dtype), dtype), sizes, contiguous(sizes), False)

    def read(self, tensor: Tensor) -> Placed:
        """A tensor as a layer reads it: one that enters or leaves a map is the same in memory."""
        return self.placed[tensor.node, tensor.number]

    def give(self, node: Node, reads: list[Placed], wants: bool) -> list[Placed]:
        layer, applied = node.applied.layer, node.applied
        lead = self.lead(node.batched, node, node.sliced)
        found = [lead + tuple(shape) for shape in applied.gives]
        if node.type in VIEWS or drops_nothing(node):
            return [self.view(node, reads[0], sizes, wants) for sizes in found]
        dtypes = tuple([tensor.dtype for tensor in reads])
        dtype = layer.dtype(dtypes, self.asked.activations)
        if not reads:  # a parameter or a constant is itself
            return [Placed(Storage(0, dtype, own=True), sizes, contiguous(sizes), wants) for sizes in found]
        return [self.made(node, reads, sizes, dtype, wants, number) for number, sizes in enumerate(found)]

    def view(self, node: Node, read: Placed, sizes: Sizes, wants: bool) -> Placed:
        """A view, or where memory does not allow one a copy."""
        strides = read.strides if drops_nothing(node) else VIEWS[node.type](node, read, sizes)
        if strides is None:
            return Placed(self.storage(node, sizes, read.dtype), sizes, contiguous(sizes), wants)
        return Placed(read.storage, sizes, strides, wants)

    def made(self, node: Node, reads: list[Placed], sizes: Sizes, dtype: str, wants: bool, number: int) -> Placed:
        layer: Any = node.applied.layer
        wants = wants and "float" in dtype
        if node.type in ("rnn", "lstm", "gru") and number == 0:  # computed step by step, all sequences at once
            *lead, steps, _ = reads[0].sizes
            before = contiguous((*lead, sizes[-1]))[:-1]
            whole = self.storage(node, (*lead, steps, sizes[-1]), dtype)
            step = () if layer.return_ == "last" else (prod(lead) * sizes[-1],)
            return Placed(whole, sizes, (*before, *step, 1), wants)
        return Placed(self.storage(node, sizes, dtype), sizes, computed(node, reads, sizes), wants)

    def storage(self, node: Node, sizes: Sizes, dtype: str) -> Storage:
        return Storage(bytes_of(sizes, dtype) * active(node), dtype)

    # What is kept

    def kept(self, node: Node, reads: list[Placed], gives: list[Placed], trains: bool) -> Iterator[Storage]:
        layer, applied = node.applied.layer, node.applied
        runs = node.multiples(self.asked.batch)[2]
        wanted: set[Any] = {WEIGHTS} if trains else set()
        wanted |= {number for number, tensor in enumerate(reads) if tensor.wants}
        outputs = applied.outputs if layer.several else applied.outputs[0]
        for one in layer.keeps(*applied.inputs, outputs):
            if (one.of and not wanted.intersection(one.of)) or (one.lone and runs != 1):
                continue
            if one.tensor == OUTPUT:
                yield gives[one.number].storage
            elif one.tensor == INPUT:
                yield self.kept_input(node, one, reads)
            else:
                dtype = one.dtype or (reads[0].dtype if reads else self.asked.activations)
                dtype = self.asked.mask or dtype if node.type == "dropout" else dtype
                times = active(node) if one.once else runs
                yield Storage(times * bytes_of(one.shape, dtype), dtype)

    def kept_input(self, node: Node, one: Kept, reads: list[Placed]) -> Storage:
        """An input's storage, or that of the copy which the layer reads in its place."""
        tensor = reads[one.number]
        elements: int | None = None
        if one.dtype not in (None, tensor.dtype) or not fits(one, tensor):
            elements = prod(tensor.sizes)
        elif one.form == "product":
            elements = factor(tensor, reads[1 - one.number], one.number == 1)
        if elements is None:
            return tensor.storage
        dtype = one.dtype or tensor.dtype
        return Storage(bytes_of((elements,), dtype) * active(node), dtype)


def reaching(network: Network) -> set[Node]:
    """The kept nodes of which something reaches an output of the network: the others have no gradient."""
    before: dict[Tensor, list[Tensor]] = {}
    for run in network.runs:
        for given, gives in zip(run.given, run.gives, strict=True):
            before.setdefault(given, []).append(gives)
    found: set[Node] = set()
    waiting = list(network.outputs)
    seen: set[Tensor] = set()
    while waiting:
        tensor = waiting.pop()
        if tensor in seen:
            continue
        seen.add(tensor)
        waiting += before.get(tensor, ())
        if tensor.node is not None and tensor.node not in found:
            found.add(tensor.node)
            waiting += tensor.node.inputs
    return found


def fits(one: Kept, tensor: Placed) -> bool:
    """Whether an input is kept where it is in memory."""
    if one.form == "contiguous":
        return is_contiguous(tensor)
    return rows(tensor, one.axis) if one.form == "matrix" else True


def gradients(node: Node, reads: list[Placed], trains: bool) -> tuple[int, int]:
    """Multiply-adds of the gradients that are asked for: of the weights, and of what is read or made on the way."""
    layer, applied = node.applied.layer, node.applied
    wants = [number for number, tensor in enumerate(reads) if tensor.wants]
    if not (trains or wants):
        return 0, 0
    weights, inputs = 0, 0
    outputs = applied.outputs if layer.several else applied.outputs[0]
    for of, macs in layer.backward(*applied.inputs, outputs).items():
        if of == WEIGHTS:
            weights += macs if trains else 0
        elif of == () or (of in wants if type(of) is int else any(number in wants for number in of)):
            inputs += macs
    return weights, inputs


def active(node: Node) -> int:
    """How many experts hold a tensor of their own of what a node gives."""
    found, body = 1, node.body
    while body is not None:
        found, body = found * (body.active if body.slices is None else 1), body.parent
    return found


def bytes_of(shape: Any, dtype: str) -> int:
    bits: int = volume(shape) * WIDTHS[dtype]
    return -(-bits // 8)
