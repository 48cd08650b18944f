"""Steps of a list: a layer with its norm and act, lists beside one another, a call of a block, a repetition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from archcalc.importers.graphs.graph import Graph, Module, Node, Value
from archcalc.layers import FAMILY
from archcalc.layers.base import Arguments

if TYPE_CHECKING:
    from typing import Protocol

    class Called(Protocol):
        """A block as the steps that call it see it."""

        name: str
        arguments: Arguments
        tensors: list[str]


MERGES = frozenset("add mul sub div concat matmul scaled_dot_product_attention stack".split())
WITH_ROLES = frozenset("conv conv_transpose depthwise_conv linear".split())
"""Layers that take ``norm`` and ``act``."""

LAYER, PARALLEL, CALL, REPEAT = "layer", "parallel", "call", "repeat"

NUMBERS = count()


class Item:
    """A step: what it reads and gives, and how it is said.

    ``kind`` is LAYER, PARALLEL (``type`` merges what the branches give; an empty one passes on what it reads), CALL of
    ``block``, or REPEAT of calls (``rows`` has the arguments of each) or of ``members``. ``leaves`` are the numbers of
    the layers inside, ``weights`` their identities, ``path`` the names of the modules around,
    ``places`` where they stand in the file.
    """

    __slots__ = (
        "kind", "type", "arguments", "inputs", "outputs", "name", "path", "modules", "branches", "block", "rows",
        "members", "weights", "leaves", "again", "number", "places", "times",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        type: str,
        arguments: Arguments,
        inputs: Sequence[Value],
        outputs: Sequence[Value],
        *,
        name: str = "",
        path: tuple[str, ...] = (),
        parts: Iterable[Item] = (),
    ) -> None:
        self.kind, self.type, self.arguments = kind, type, arguments
        self.inputs, self.outputs, self.name, self.path = [*inputs], [*outputs], name, path
        self.modules: tuple[Module, ...] = ()
        self.branches: list[list[Item]] = []
        self.block: Called | None = None
        self.rows: list[Arguments] = []
        self.members: list[Item] = []
        self.number = next(NUMBERS)
        inside = [*parts]
        self.weights: list[Hashable] = [weight for part in inside for weight in part.weights]
        self.places: list[str] = [place for part in inside for place in part.places]
        self.leaves: set[int] = {self.number}.union(*[part.leaves for part in inside])
        self.times = 1  # that its weights are used, if it is a layer
        self.again = False  # a call with the weights of the one before it


def layer_item(node: Node) -> Item:
    path = tuple(module.name for module in node.modules)
    item = Item(LAYER, node.type, dict(node.arguments), node.inputs, node.outputs, name=node.name, path=path)
    item.modules = node.modules
    item.weights = [*node.weights.values()]
    item.places = [node.place]
    if node.frozen:
        item.arguments["trainable"] = False
    return item


def items_of(graph: Graph, fused: bool = True) -> list[Item]:
    """A step for each node, in order; with ``fused`` a norm and an activation belong to the map before them."""
    readers = graph.readers()
    found: list[Item] = []
    maker: dict[Value, Item] = {}
    uses = Counter(key for node in graph.nodes for key in node.weights.values())
    for node in graph.nodes:
        item = layer_item(node)
        item.times = max((uses[key] for key in item.weights), default=1)
        before = maker.get(node.inputs[0]) if fused and len(node.inputs) == 1 else None
        if (
            before is not None
            and len(readers.get(node.inputs[0], ())) == 1
            and takes(before, item)
            and within(before, item)
        ):
            fuse(before, item)
            item = before
        else:
            found.append(item)
        maker.update((value, item) for value in item.outputs)
    return found


def fuse(item: Item, after: Item) -> None:
    """Make what follows a map its norm or act."""
    role = "norm" if after.type == "batch_norm" else "act"
    after.arguments.pop("trainable", None)
    item.arguments[role] = {after.type: after.arguments} if after.arguments else after.type
    item.outputs = after.outputs
    item.weights = item.weights + after.weights
    item.places = item.places + after.places
    item.leaves |= after.leaves


def takes(item: Item, after: Item) -> bool:
    """Whether what follows a map can be its norm or act."""
    if item.kind != LAYER or after.kind != LAYER or item.type not in WITH_ROLES or "act" in item.arguments:
        return False
    if after.weights and item.times != after.times:  # a shared map before norms of their own
        return False
    if ("trainable" in item.arguments) != ("trainable" in after.arguments) and after.weights:
        return False
    if after.type == "batch_norm":
        return "norm" not in item.arguments
    simple = FAMILY.get(after.type) == "activation" and after.type not in ("softmax", "log_softmax", "glu", "prelu")
    return simple


def within(item: Item, after: Item) -> bool:
    """Whether the map is a module of its own where the two meet, or stands there itself."""
    shared = 0
    for one, other in zip(item.modules, after.modules, strict=False):
        if one.call != other.call:
            break
        shared += 1
    return len(item.modules) - shared <= 1


def flattened(items: Iterable[Item]) -> Iterator[Item]:
    """The items and those of their branches."""
    for item in items:
        yield item
        for branch in item.branches:
            yield from flattened(branch)


class Flow:
    """Who reads what, in a graph whose nodes are items."""

    def __init__(self, graph: Graph, items: Sequence[Item]) -> None:
        self.given = set(graph.outputs)
        self.readers: dict[Value, set[int]] = {}
        for item in items:
            for value in item.inputs:
                self.readers.setdefault(value, set()).add(item.number)

    def read_outside(self, value: Value, leaves: set[int]) -> bool:
        """Whether something other than these layers reads a tensor."""
        return value in self.given or not self.readers.get(value, set()) <= leaves

    def fuses(self, item: Item, after: Item) -> bool:
        """Whether what follows a map reads it alone, and can be its norm or act."""
        alone = len(item.outputs) == 1 and after.inputs == item.outputs
        return alone and takes(item, after) and not self.read_outside(item.outputs[0], after.leaves)

    def inputs(self, items: Sequence[Item]) -> list[Value]:
        """What a list reads and does not make, each once, in order."""
        made: set[Value] = set()
        found: dict[Value, None] = {}
        for item in items:
            found.update((value, None) for value in item.inputs if value not in made)
            made.update(item.outputs)
        return [*found]

    def outputs(self, items: Sequence[Item]) -> list[Value]:
        """What a list makes and something else reads."""
        inside = set().union(*[item.leaves for item in items])
        return [value for item in items for value in item.outputs if self.read_outside(value, inside)]
