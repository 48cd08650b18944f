"""The rows of a report, one a layer, made as they are read: a network may have a million, and keeps few of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archcalc.analysis.conventions.rule import Convention
from archcalc.dims import volume
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node
from archcalc.graph.repetition import Repetition, counted, renamed, walk

Row = dict[str, Any]

KINDS = ("mac", "add", "mul", "div", "exp", "cmp")
"""The kinds of elementary operations."""

MOST_DIGITS = 4000
LARGEST = 10**MOST_DIGITS


OF_ITS_OWN = ("path", "name", "file", "line")
"""What rows of equal layers differ in: the first keys of a row."""

MOST_ALIKE = 1000
"""Rows that are kept for those like them."""


class LikeRow(Row):
    """A row that is ``like`` one made before, but for what is of its own."""

    __slots__ = ("like",)

    def __init__(self, like: Row, path: str, name: str | None, file: str, line: int) -> None:
        super().__init__(like, path=path, name=name, file=file, line=line)
        self.like = like


class Rows(Sequence[Row]):
    """The rows of a network in one way of counting; what grows with the batch is multiplied by it.

    Read in order they are made and let go one by one; asked for by number, all are made and stay.
    """

    def __init__(self, network: Network, convention: Convention, batch: int) -> None:
        self.network, self.convention, self.batch = network, convention, batch
        self._facts: dict[Applied, Facts] = {}
        self._alike: dict[Any, Row] = {}
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
        alike = self._alike
        for node, repetition in walk(self.network):
            if node.shared:
                yield repeated(self.row(node), repetition)
                continue
            key = (node.applied, node.slice, node.batched, node.trainable, node.row)
            path = renamed(node.path, repetition)
            if key not in alike:
                if len(alike) >= MOST_ALIKE:
                    yield {**self.row(node), "path": path}
                    continue
                alike[key] = self.row(node)
            span = node.origin.span()
            yield LikeRow(alike[key], path, node.name, span.source.name, span.line + 1)

    def row(self, node: Node) -> Row:
        return build_row(node, self.facts(node), self.batch)

    def facts(self, node: Node) -> Facts:
        facts = self._facts.get(node.applied)
        if facts is None:
            facts = self._facts[node.applied] = Facts(node.applied, self.convention)
        return facts

    def figures(self) -> Iterator[Figures]:
        """What each kept layer adds to the totals. Raises SpecError for a figure of more than 4,000 digits."""
        for node, times in counted(self.network):
            facts = self.facts(node)
            copies, runs = multiples(node, self.batch)
            params = own_params(node, facts) * copies
            macs, ops, activations = facts.macs * runs, facts.ops * runs, facts.activations * runs
            causal = macs if facts.macs_causal is None else facts.macs_causal * runs
            figures = (params, node.trainable, facts.buffers * copies, macs, ops, causal, activations, times)
            if max(figures) >= LARGEST:
                raise too_large(node)
            yield figures


Figures = tuple[int, bool, int, int, int, int, int, int]
"""Parameters, are they trainable, buffers, multiply-adds, operations, causal multiply-adds, activations; how often."""


class Facts:
    """What is true of a layer on inputs of these shapes, wherever it stands: a network repeats its layers."""

    __slots__ = ("shown", "ops", "macs", "macs_causal", "params", "buffers", "activations", "by_kind")

    def __init__(self, applied: Applied, convention: Convention) -> None:
        layer, inputs = applied.layer, applied.inputs
        pads, kernel = layer.pads(*inputs), getattr(layer, "kernel", None)
        self.shown = {
            "type": layer.type_name,
            "inputs": inputs,
            "outputs": applied.outputs,
            "kernel": kernel,
            "channels_read": None if kernel is None else layer.channels_read(*inputs),
            "stride": None if kernel is None else getattr(layer, "stride", None),
            "padding": None if pads is None else [[pad.before, pad.after] for pad in pads],
        }
        self.ops, self.macs = convention.rule(applied), applied.ops.get("mac", 0)
        output = applied.outputs if layer.several else applied.outputs[0]
        self.macs_causal = layer.causal_macs(*inputs, output)
        self.by_kind = {kind: applied.ops[kind] for kind in KINDS if applied.ops.get(kind)}
        self.params = sum(size for _, _, size in applied.weights)
        self.buffers = sum(size for _, _, size in applied.buffers)
        self.activations = 0 if layer.view else sum(map(volume, applied.outputs))


def too_large(node: Node) -> SpecError:
    message = f"the figures of '{node.path}' have more than {MOST_DIGITS:,} digits"
    return SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls))


def multiples(node: Node, batch: int) -> tuple[int, int]:
    """How often a layer's weights and its work count."""
    copies, runs = (node.slice.copies, node.slice.runs) if node.slice else (1, 1)
    return copies, runs * batch if node.batched else runs


def own_params(node: Node, facts: Facts) -> int:
    """The parameters of a layer that belong to no other."""
    if not node.shared:
        return facts.params
    return sum(size for name, _, size in node.applied.weights if node.counts_itself(name))


def build_row(node: Node, facts: Facts, batch: int) -> Row:
    """One layer: shapes, weights and costs. Inside ``map`` and ``experts`` shapes are one slice's, costs the whole."""
    applied, span = node.applied, node.origin.span()
    copies, runs = multiples(node, batch)
    return {
        "path": node.path,
        "name": node.name,
        "file": span.source.name,
        "line": span.line + 1,
        **facts.shown,
        "params": own_params(node, facts) * copies,
        "trainable": node.trainable,
        "weights": [weight(node, name, shape) for name, shape, _ in applied.weights],
        "buffers": facts.buffers * copies,
        "macs": facts.macs * runs,
        "macs_causal": None if facts.macs_causal is None else facts.macs_causal * runs,
        "ops": facts.ops * runs,
        "ops_by_kind": {kind: count * runs for kind, count in facts.by_kind.items()},
        "activations": facts.activations * runs,
        "copies": copies,
        "row": node.row,
    }


def weight(node: Node, name: str, shape: tuple[Any, ...]) -> dict[str, Any]:
    """One weight; ``shared`` is the path of the layer that it belongs to, where that is another."""
    found: dict[str, Any] = {"name": name, "shape": shape}
    if not node.counts_itself(name):
        found["shared"] = node.owner(name).path
    return found


def repeated(row: Row, repetition: Repetition | None) -> Row:
    """The row of a layer that uses the weights of another, as it stands in a repetition."""
    weights = [
        {**weight, "shared": renamed(weight["shared"], repetition)} if "shared" in weight else weight
        for weight in row["weights"]
    ]
    return {**row, "path": renamed(row["path"], repetition), "weights": weights}
