"""The rows of a report, one a layer, made as they are read: a network may have a million, and keeps few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archcalc.analysis.conventions.rule import Convention
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import Repetition, counted, renamed, walk
from archcalc.layers.base import ELEMENTARY
from archcalc.report.figures import OF_LAYERS

Body = dict[str, Any]
"""All that equal layers have in common, wherever they stand."""

MOST_DIGITS = 4000
LARGEST = 10**MOST_DIGITS

OWN = ("path", "name", "file", "line")
"""The keys in which the rows of equal layers may differ. They come first."""


class Row(dict[str, Any]):
    """One layer: its own keys, then those of the ``body`` that it shares with the rows of equal layers, if it does.

    Work that depends on the body alone is done once, by its identity: the report keeps each body.
    """

    __slots__ = ("body",)

    def __init__(self, own: dict[str, Any], body: Body | None = None) -> None:
        super().__init__(own)
        self.update(body or ())
        self.body = body


def body_of(row: dict[str, Any]) -> Body | None:
    """The body that a row shares with others; None if it has none, as a row that was read from JSON."""
    return getattr(row, "body", None)


class Rows(Sequence[Row]):
    """The rows of a network in one way of counting; what grows with the batch is multiplied by it.

    Read in order they are made and let go one by one; asked for by number, all are made and stay.
    """

    def __init__(self, network: Network, convention: Convention, batch: int) -> None:
        self.network, self.convention, self.batch = network, convention, batch
        self._bodies: dict[Any, Body] = {}
        self._all: list[Row] | None = None

    def __len__(self) -> int:
        return self.network.size

    def __getitem__(self, position: Any) -> Any:
        return self.all()[position]

    def __iter__(self) -> Iterator[Row]:
        return self._made() if self._all is None else iter(self._all)

    def all(self) -> list[Row]:
        if self._all is None:
            self._all = list(self._made())
        return self._all

    def _made(self) -> Iterator[Row]:
        for node, repetition in walk(self.network):
            yield self.row(node, repetition)

    def row(self, node: Node, repetition: Repetition | None = None) -> Row:
        """The row of a kept node in a repetition. It shares no body if it names the layer that weights belong to."""
        span = node.origin.span()
        path = renamed(node.path, repetition)
        own = {"path": path, "name": node.name, "file": span.source.name, "line": span.line + 1}
        body = self.body(node)
        if repetition is not None and node.shared:
            return Row({**own, **repeated(body, repetition)})
        return Row(own, body)

    def body(self, node: Node) -> Body:
        """What its row has in common with those of equal layers: one object for them all.

        Raises SpecError for a figure of more than 4,000 digits.
        """
        key = node if node.shared else (node.applied, *node.multiples(self.batch), node.trainable, node.row)
        found = self._bodies.get(key)
        if found is None:
            found = self._bodies[key] = self._build(node)
        return found

    def _build(self, node: Node) -> Body:
        """Shapes, weights and costs. Inside ``map`` and ``experts`` shapes are one slice's, costs the whole."""
        copies, runs = node.multiples(self.batch)
        body = sizes(node.applied)
        for figure in OF_LAYERS:
            number = figure.once(node, self.convention)
            if number is not None:
                number *= figure.multiple(node, self.batch)
                hold(node, number)
            body[figure.name] = number
            if figure.name == "params":
                body["trainable"] = node.trainable
                body["weights"] = [weight(node, name, shape) for name, shape, _ in node.applied.weights]
            elif figure.name == "ops":
                ops = node.applied.ops
                body["ops_by_kind"] = {kind: ops[kind] * runs for kind in ELEMENTARY if ops.get(kind)}
        body["copies"], body["row"] = copies, node.row
        return body

    def counted(self) -> list[tuple[Body, int]]:
        """The bodies of all rows, each with how many rows have it."""
        bodies: dict[int, Body] = {}
        rows: dict[int, int] = {}
        for node, times in counted(self.network):
            body = self.body(node)
            bodies[id(body)] = body
            rows[id(body)] = rows.get(id(body), 0) + times
        return [(body, rows[key]) for key, body in bodies.items()]


def sizes(applied: Applied) -> Body:
    """What a layer is, and the sizes of what it reads and gives."""
    layer, inputs = applied.layer, applied.inputs
    pads, kernel = layer.pads(*inputs), getattr(layer, "kernel", None)
    return {
        "type": layer.type_name,
        "inputs": inputs,
        "outputs": applied.outputs,
        "kernel": kernel,
        "channels_read": None if kernel is None else layer.channels_read(*inputs),
        "stride": None if kernel is None else getattr(layer, "stride", None),
        "padding": None if pads is None else [[pad.before, pad.after] for pad in pads],
    }


def hold(node: Node, figure: int) -> None:
    """Raise SpecError for a figure that could not even be printed."""
    if figure >= LARGEST:
        message = f"the figures of '{node.path}' have more than {MOST_DIGITS:,} digits"
        raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls))


def weight(node: Node, name: str, shape: tuple[Any, ...]) -> dict[str, Any]:
    """One weight; ``shared`` is the path of the layer that it belongs to, if that is another."""
    found: dict[str, Any] = {"name": name, "shape": shape}
    if not node.counts_itself(name):
        found["shared"] = node.owner(name).path
    return found


def repeated(body: Body, repetition: Repetition) -> Body:
    """The body of a layer that uses the weights of another, as it stands in a repetition."""
    weights: Iterable[dict[str, Any]] = body["weights"]
    there = [{**one, "shared": renamed(one["shared"], repetition)} if "shared" in one else one for one in weights]
    return {**body, "weights": there}
