"""The proof: what was written, expanded, and the graph that was read are the same network.

Every value is named by a hash of what makes it: its layer with its arguments, which of its outputs it is, and the names
of what that reads. Two networks are the same if their outputs have the same names, if they have the same nodes by name,
if their weights are shared in the same way, and if their totals are equal. An order in which layers run is no part of
it, nor is how a change of shape is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from archcalc.building.load import load_network
from archcalc.errors import Source, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Tensor
from archcalc.graph.network import Node as Layered
from archcalc.graph.repetition import unrolled
from archcalc.importers.graphs.graph import Graph
from archcalc.layers.arguments import CHANNELS, Pad
from archcalc.layers.base import Computed, Dims, Layer
from archcalc.meter import MAX_WORK, charge
from archcalc.sources.source import Located

VIEWS = frozenset("flatten unflatten reshape squeeze unsqueeze".split())
"""Layers that leave elements in their order: what they give is their shape."""

COMMUTATIVE = frozenset("add mul".split())

MOST_SHOWN = 5
"""Nodes that are told of a difference."""

HASHED = 20
"""Units of work that the name of a value takes."""


class Named(NamedTuple):
    """A network as the proof sees it: names of its outputs, names and places of its nodes, the uses of each stored
    tensor that several use, its totals.
    """

    outputs: list[bytes]
    nodes: list[tuple[bytes, str]]
    shared: Counter[tuple[Any, ...]]
    totals: dict[str, int]


class Proof(NamedTuple):
    """What a comparison found: nothing in ``differences`` if the two are the same."""

    nodes: int
    totals: dict[str, int]
    differences: list[str]


def prove(graph: Graph, text: str, name: str, max_work: int = MAX_WORK) -> Proof:
    """Compare the text of a spec, expanded, with the graph that it was written from."""
    try:
        network = load_network(Located(Source(name, text), None), max_work=max_work)
    except SpecError as error:
        return Proof(len(graph.nodes), {}, [str(error.diagnostics[0])])
    return compared(of_graph(graph), of_network(network))


def compared(read: Named, written: Named) -> Proof:
    """What was read beside what is written."""
    return Proof(len(read.nodes), read.totals, [*differences(read, written)])


def differences(read: Named, written: Named) -> Iterable[str]:
    """What is not the same, in words."""
    for figure, number in read.totals.items():
        if written.totals[figure] != number:
            yield f"{figure}: {number:,} were read, {written.totals[figure]:,} are written"
    for what, one, other in (("is not written", read, written), ("is only written", written, read)):
        places = beyond(one.nodes, other.nodes)
        if places:
            more = f" and {len(places) - MOST_SHOWN:,} more" if len(places) > MOST_SHOWN else ""
            yield f"{what}: {', '.join(places[:MOST_SHOWN])}{more}"
    if read.outputs != written.outputs:
        yield "the outputs are not computed from the same layers"
    if read.shared != written.shared:
        yield "weights are not shared between the same layers"


def beyond(nodes: Iterable[tuple[bytes, str]], others: Iterable[tuple[bytes, str]]) -> list[str]:
    """Where the nodes stand that the others do not have."""
    left = Counter(name for name, _ in others)
    found = []
    for name, place in nodes:
        left[name] -= 1
        if left[name] < 0:
            found.append(place)
    return found


class Names:
    """Names of values as they are made, and which nodes use a stored tensor."""

    def __init__(self, inputs: Iterable[tuple[Any, Dims]]) -> None:
        self.values = {key: digest("input", number, *shape) for number, (key, shape) in enumerate(inputs)}
        self.nodes: list[tuple[bytes, str]] = []
        self.uses: dict[Hashable, list[tuple[bytes, str]]] = {}

    def add(
        self, node: Any, key: Callable[[Any], Any], owners: Mapping[str, Hashable], place: str, frozen: bool
    ) -> None:
        """A node, by what it applies and reads; ``owners`` are those of its weights and buffers, by name.

        ``key``: what tells a tensor from others.
        """
        frozen = frozen and bool(node.applied.weights)
        name = name_of(node.applied, [self.values[key(value)] for value in node.inputs], frozen)
        self.nodes.append((name, place))
        for value in node.outputs:
            self.values[key(value)] = digest(name, value.number) if len(node.outputs) > 1 else name
        for weight, owner in owners.items():
            self.uses.setdefault(owner, []).append((name, weight))

    def of(self, outputs: Iterable[Any], totals: dict[str, int]) -> Named:
        shared = Counter(tuple(sorted(uses)) for uses in self.uses.values() if len(uses) > 1)
        return Named([self.values[value] for value in outputs], self.nodes, shared, totals)


def of_graph(graph: Graph) -> Named:
    names = Names((value, value.shape) for value in graph.inputs.values())
    for node in graph.nodes:
        names.add(node, itself, node.weights, node.place or node.type, node.frozen)
    return names.of(graph.outputs, graph.totals())


def of_network(network: Network) -> Named:
    """Names of a network, every repetition of it."""
    whole = unrolled(network)
    names = Names((source(value), value.shape or ()) for value in whole.inputs.values())
    totals = {"params": 0, "buffers": 0, "macs": 0}
    for node in whole.kept:
        held = [name for name, _, _ in (*node.applied.weights, *node.applied.buffers)]
        names.add(node, source, {name: (node.owner(name), name) for name in held}, node.path, not node.trainable)
        totals["macs"] += node.applied.ops.get("mac", 0)
        totals["params"] += counted(node, node.applied.weights)
        totals["buffers"] += counted(node, node.applied.buffers)
    return names.of(map(source, whole.outputs), totals)


def itself(value: Any) -> Any:
    return value


def source(tensor: Tensor) -> tuple[Layered | None, int]:
    """What makes a tensor: that which goes into a map, or comes out of it, is another than the one it is taken from."""
    return tensor.node, tensor.number


def counted(node: Layered, held: Iterable[tuple[str, Any, Any]]) -> int:
    """The sizes of what belongs to the node itself."""
    return sum(size for name, _, size in held if node.counts_itself(name))


def name_of(applied: Applied, inputs: Sequence[bytes], frozen: bool = False) -> bytes:
    """The name of a node: its layer, its arguments, what it reads, and whether its weights do not train."""
    charge(HASHED)
    kind = applied.layer.type_name
    order = sorted(inputs) if kind in COMMUTATIVE else inputs
    if kind in VIEWS:
        return digest("view", *applied.gives[0], *order)
    weights = [(name, shape) for name, shape, _ in (*applied.weights, *applied.buffers)]
    kind, said = arguments_of(applied)
    return digest(kind, said, weights, [*applied.gives], sorted(applied.ops.items()), frozen, *order)


def arguments_of(applied: Applied) -> tuple[str, list[Any]]:
    """A layer's type and arguments, however they were written; what its shapes and weights say is left out."""
    layer, rank = applied.layer, len(applied.reads[0]) if applied.reads else 0
    kind = layer.type_name
    if kind == "transpose":
        order = [*range(rank)]
        one, other = (axis % rank for axis in getattr(layer, "axis"))  # noqa: B009
        order[one], order[other] = order[other], order[one]
        return "permute", [("order", order)]
    found = []
    for name, (_, default) in layer.arguments.items():
        value = getattr(layer, layer.fields[name])
        if name in ("axis", "order"):
            places = rank + 1 if kind in ("stack", "unsqueeze") else rank
            value = axes(value, places, 0 if kind == "stack" else None)
        elif type(default) is Computed or name in ("norm", "act") or kind == "split":
            continue
        found.append((name, plain(value)))
    return kind, found


def axes(value: Any, rank: int, otherwise: Any) -> Any:
    """Axis numbers counted from the start, however they were said; all of them if none is."""
    if value is None:
        return [*range(rank)] if otherwise is None else otherwise
    if isinstance(value, (tuple, list)):
        return [axes(one, rank, otherwise) for one in value]
    return 0 if value == CHANNELS else value % rank if rank else value


def plain(value: Any) -> Any:
    """An argument as text that is equal for equal arguments."""
    if isinstance(value, Pad):
        return [value.before, value.after]
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, Layer):
        return [value.type_name, [(name, plain(one)) for name, one in value.given.items()]]
    return value


def digest(*parts: Any) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=12).digest()
