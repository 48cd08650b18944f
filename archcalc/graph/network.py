"""A network: nodes in the order they run, each a layer applied to tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from archcalc.errors import Diagnostic, Span
from archcalc.graph.inference import Applied
from archcalc.layers.base import Dims
from archcalc.meter import Meter

if TYPE_CHECKING:
    from typing import Protocol

    from archcalc.graph.provenance import Provenance
    from archcalc.graph.written import WrittenStep

    class Origin(Protocol):
        """Where a node is written. The graph keeps it for errors and reports and never looks inside."""

        calls: Iterable[tuple[str, Span]]

        def span(self, argument: str | None = None) -> Span:
            """The place of the step, or of one of its arguments."""

        def written(self, argument: str) -> Provenance | None:
            """An argument as it is written, with what it reads; None for the layer's own default."""


class Body:
    """The steps of a ``map`` or ``experts``: a tensor there is that of one slice (one expert), seen only inside it.

    Of the ``copies`` of its weights ``active`` run; ``slices`` are those of a map, None of experts. ``work``: the units
    that it takes, with those around it, for each node inside: the more and the larger its numbers are.
    """

    __slots__ = ("parent", "path", "copies", "active", "slices", "work")

    def __init__(self, parent: Body | None, path: str, *, copies: Any = 1, active: Any = 1, slices: Any = None) -> None:
        self.parent, self.path, self.copies, self.active, self.slices = parent, path, copies, active, slices
        bits = [number.bit_length() for number in (copies, active, slices) if type(number) is int]
        self.work: int = (parent.work if parent else 0) + 1 + sum(bits) // 64


NO_MAPS: frozenset[Body] = frozenset()


class Tensor:
    """An output of a node, or an input of the network; ``shape`` is None where the network has an error.

    ``number`` counts the outputs of one node, or the inputs, from 0. A tensor that goes into a map or experts, or comes
    out of it, has the number of the one that it is taken from. ``batched``: each sample has its own. ``sliced``: the
    maps around it of which each slice has its own; constants are one for all. ``cached``: a step says that it is kept
    where a sequence is made token by token.
    """

    __slots__ = ("shape", "node", "number", "read", "named", "batched", "sliced", "body", "cached")

    def __init__(
        self,
        shape: Dims | None,
        node: Node | None,
        batched: bool,
        body: Body | None = None,
        number: int = 0,
        sliced: frozenset[Body] = NO_MAPS,
    ) -> None:
        self.shape, self.node, self.batched, self.body, self.number = shape, node, batched, body, number
        self.sliced = sliced
        self.read = self.named = self.cached = False


class Node:
    """A layer in a network: what it reads and gives, and how often its weights and its work count.

    ``shared``: the node that each shared weight or buffer belongs to. ``batched`` and ``sliced``: its work is done for
    each sample, and for each slice of these maps.
    ``noted``: whether notes may be made of it.
    """

    __slots__ = (
        "path",
        "name",
        "origin",
        "applied",
        "inputs",
        "outputs",
        "body",
        "shared",
        "trainable",
        "row",
        "noted",
        "batched",
        "sliced",
    )

    def __init__(
        self, path: str, name: str | None, origin: Origin, applied: Applied, inputs: list[Tensor], body: Body | None
    ) -> None:
        self.path, self.name, self.origin, self.applied, self.inputs = path, name, origin, applied, inputs
        self.body = body
        self.batched = any(tensor.batched for tensor in inputs)
        self.sliced = NO_MAPS if body is None else NO_MAPS.union(*[tensor.sliced for tensor in inputs])
        self.outputs = [
            Tensor(shape, self, self.batched, body, number, self.sliced) for number, shape in enumerate(applied.gives)
        ]
        self.shared: dict[str, Node] | None = None
        self.trainable = self.row = self.noted = True

    @property
    def type(self) -> str:
        return self.applied.layer.type_name

    def owner(self, weight: str) -> Node:
        """The node whose weight of that name this one uses: itself unless it is shared."""
        return self.shared.get(weight, self) if self.shared else self

    def counts_itself(self, weight: str) -> bool:
        """Whether the weight belongs to this node, so that its parameters are counted here."""
        return not self.shared or weight not in self.shared

    @property
    def owned(self) -> Applied:
        """The layer as it is applied, with only the weights and buffers that belong to this node."""
        return self.applied.owning(self.counts_itself) if self.shared else self.applied

    def multiples(self, batch: int) -> tuple[Any, Any, Any]:
        """How often the layer's weights count, how many copies of them run, and how often its work counts."""
        copies, active, runs = 1, 1, batch if self.batched else 1
        body = self.body
        while body is not None:
            copies, active = copies * body.copies, active * body.active
            runs = runs * self.runs_in(body)
            body = body.parent
        return copies, active, runs

    def runs_in(self, body: Body) -> Any:
        """How often its work is done for one run of a body around it: chains of constants once for all slices."""
        return body.active if body.slices is None else body.slices if body in self.sliced else 1


class Run:
    """The repetitions ``first``, ``first + 1``, ... of the step at ``path``, ``times`` in all, each like the first.

    The kept nodes from ``start`` to ``stop`` are those of the first, which reads ``given`` and gives ``gives``. Each
    repetition reads what the one before it gave; the step after the run reads what the last one gave.

    ``times`` without a value are those of a closed form: the run is then walked over once, as ``path/*``.
    """

    __slots__ = ("path", "first", "times", "start", "stop", "given", "gives")

    def __init__(
        self, path: str, first: int, times: Any, start: int, stop: int, given: list[Tensor], gives: list[Tensor]
    ) -> None:
        self.path, self.first, self.times, self.start, self.stop = path, first, times, start, stop
        self.given, self.gives = given, gives

    @property
    def prefix(self) -> str:
        """The path of the repetition that is kept."""
        return f"{self.path}/{self.first}"


class Network:
    """The inputs by name, the nodes, the tensors that come out, and what the network is called.

    ``dtypes`` are those of the inputs, ``input_spans`` the places of their shapes, ``axis_names`` the variables that
    their axes are written with, None for one that is no lone name; ``layout`` (CHW or HWC) is what shapes are;
    ``convention`` is the way of counting that the spec asks for, and where it does. If repetitions are
    alike, ``kept`` has one of them and ``runs`` says how often it occurs (see repetition.py); ``size`` is the number of
    nodes of the whole network.
    ``meter``: how much more work it may take. ``notes``: what is right by the letter and probably not meant.
    ``steps``: those that ran, by their paths, where they were asked for.
    """

    def __init__(self, name: str, file: str, layout: str = "CHW") -> None:
        self.name, self.file, self.layout = name, file, layout
        self.meter = Meter()
        self.variant: str | None = None
        self.settings: dict[str, Any] = {}
        self.convention: tuple[str, Span] | None = None
        self.several_inputs = False
        self.dtypes: dict[str, str] = {}
        self.input_spans: dict[str, Span] = {}
        self.axis_names: dict[str, list[str | None]] = {}
        self.inputs: dict[str, Tensor] = {}
        self.kept: list[Node] = []
        self.runs: list[Run] = []
        self.steps: dict[str, WrittenStep] | None = None
        self.size = 0
        self.outputs: list[Tensor] = []
        self.notes: list[Diagnostic] = []

    def add(self, node: Node) -> None:
        self.kept.append(node)
        self.size += 1
