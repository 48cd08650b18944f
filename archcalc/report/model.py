"""A report: everything that is known of a network, as plain data. The renderers read it and compute nothing."""

from __future__ import annotations

from typing import Any

from archcalc import __version__
from archcalc.analysis.counting import Convention
from archcalc.dims import volume
from archcalc.errors import Diagnostic, SpecError
from archcalc.graph.inference import Applied
from archcalc.graph.network import Network, Node, Tensor

SCHEMA = "archcalc.report/1"

KINDS = ("mac", "add", "mul", "div", "exp", "cmp")
"""The kinds of elementary operations."""

BITS = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "int4": 4,
}
"""Widths of the dtypes that weights may have."""

MOST_DIGITS = 4000
LARGEST = 10**MOST_DIGITS


class Report(dict[str, Any]):
    """A report, and the network that it tells of."""

    __slots__ = ("network",)

    def __init__(self, network: Network, figures: dict[str, Any]) -> None:
        super().__init__(figures)
        self.network = network


def build_report(network: Network, convention: Convention, *, batch: int = 1, dtype: str = "float32") -> dict[str, Any]:
    """The report of a network in one way of counting; what grows with the batch is multiplied by it.

    Raises SpecError where a total has more than 4,000 digits, naming the layer.
    """
    layers = build_rows(network, convention, batch)
    return Report(
        network,
        {
            "schema": SCHEMA,
            "archcalc": __version__,
            "spec": network.name,
            "variant": network.variant,
            "file": network.file,
            "set": network.settings,
            "batch": batch,
            "dtype": dtype,
            "convention": convention.name,
            "unit": convention.unit,
            "layout": network.layout,
            "input": build_input(network),
            "outputs": [tensor.shape for tensor in network.outputs],
            "totals": build_totals(layers, dtype),
            "layers": layers,
        },
    )


def wired(report: dict[str, Any]) -> dict[str, Any]:
    """The report with what folding and comparing need: keys with an underscore, no part of the schema.

    ``_reads`` of a row is, for each input, the row that made it (-1: the network's input) and the tensor's number;
    ``_gives`` the same of the report's outputs; ``_arguments`` of a row are its layer's as written.
    """
    if "_gives" in report:
        return report
    assert isinstance(report, Report)
    network = report.network
    rows = {id(node): position for position, node in enumerate(network.nodes)}
    tensors: dict[int, int] = {}

    def wire(tensor: Tensor) -> tuple[int, int]:
        return rows.get(id(tensor.node), -1), tensors.setdefault(id(tensor), len(tensors))

    for row, node in zip(report["layers"], network.nodes, strict=True):
        row["_reads"] = [wire(tensor) for tensor in node.inputs]
        row["_arguments"] = node.applied.layer.given
    report["_gives"] = [wire(tensor) for tensor in network.outputs]
    return report


def build_rows(network: Network, convention: Convention, batch: int) -> list[dict[str, Any]]:
    known: dict[int, Facts] = {}
    rows = []
    for node in network.nodes:
        facts = known.get(id(node.applied))
        if facts is None:
            facts = known[id(node.applied)] = Facts(node.applied, convention)
        row = build_row(node, facts, batch)
        if any(row[figure] >= LARGEST for figure in ("params", "buffers", "ops", "macs", "activations")):
            message = f"the figures of '{node.path}' have more than {MOST_DIGITS:,} digits"
            raise SpecError(Diagnostic(message, node.origin.span(), called_from=node.origin.calls))
        rows.append(row)
    return rows


def build_input(network: Network) -> Any:
    """The input's shape and dtype, or those of each input by its name."""
    inputs = {name: {"shape": tensor.shape, "dtype": network.dtypes[name]} for name, tensor in network.inputs.items()}
    return inputs if network.several_inputs else next(iter(inputs.values()))


def build_totals(layers: list[dict[str, Any]], dtype: str) -> dict[str, Any]:
    """The sums over the rows. ``weights_bytes`` rounds up to whole bytes; buffers are not in it."""
    params = sum(row["params"] for row in layers)
    totals = {
        "params": params,
        "trainable": sum(row["params"] for row in layers if row["trainable"]),
        "buffers": sum(row["buffers"] for row in layers),
        "macs": sum(row["macs"] for row in layers),
        "ops": sum(row["ops"] for row in layers),
        "macs_causal": sum(row["macs"] if row["macs_causal"] is None else row["macs_causal"] for row in layers),
        "activations": sum(row["activations"] for row in layers),
        "weights_bytes": -(-params * BITS[dtype] // 8),
        "layers": len(layers),
    }
    totals["frozen"] = params - totals["trainable"]
    return totals


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


def build_row(node: Node, facts: Facts, batch: int) -> dict[str, Any]:
    """One layer: shapes, weights and costs. Inside ``map`` and ``experts`` shapes are one slice's, costs the whole."""
    applied, span = node.applied, node.origin.span()
    copies, runs = (node.slice.copies, node.slice.runs) if node.slice else (1, 1)
    if node.batched:
        runs *= batch
    params = facts.params
    if node.shared:
        params = sum(size for name, _, size in applied.weights if node.counts_itself(name))
    return {
        "path": node.path,
        "name": node.name,
        "file": span.source.name,
        "line": span.line + 1,
        **facts.shown,
        "params": params * copies,
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
