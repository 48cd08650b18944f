"""A report: everything that is known of a network, as plain data. The renderers read it and compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archcalc.analysis.conventions.rule import Convention
from archcalc.graph.network import Network, Node, Tensor
from archcalc.graph.repetition import counted, unrolled
from archcalc.report.figures import FIGURES
from archcalc.report.rows import Row, Rows
from archcalc.version import __version__

SCHEMA = "archcalc.report/1"

Wire = tuple[int, int]
"""A tensor: the row that made it, -1 for an input of the network, and its number."""


class Report(dict[str, Any]):
    """A report, and the network that it tells of."""

    __slots__ = ("network",)

    def __init__(self, network: Network, figures: dict[str, Any]) -> None:
        super().__init__(figures)
        self.network = network


def build_report(network: Network, convention: Convention, *, batch: int = 1, dtype: str = "float32") -> dict[str, Any]:
    """The report of a network in one way of counting; what grows with the batch is multiplied by it.

    Raises SpecError, naming the layer, for a figure of more than 4,000 digits.
    """
    layers = Rows(network, convention, batch)
    report = Report(
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
            "totals": {},
            "layers": layers,
        },
    )
    bodies = layers.counted()
    for figure in FIGURES.values():
        report["totals"][figure.name] = figure.whole(report) if figure.whole else figure.over(bodies)
    return report


def wired(report: dict[str, Any]) -> dict[str, Any]:
    """The report with what folding and comparing need: keys with an underscore, no part of the schema.

    ``_reads`` of a row is, for each input, the row that made it (-1: the network's input) and the tensor's number;
    ``_gives`` the same of the report's outputs; ``_arguments`` of a row are its layer's as written.
    """
    if "_gives" in report:
        return report
    assert isinstance(report, Report)
    whole = unrolled(report.network)
    report["layers"] = list(report["layers"])
    report["_gives"] = wire(report["layers"], whole.kept, whole.outputs)
    return report


def wired_kept(layers: Rows) -> tuple[list[Row], list[Wire]]:
    """The rows of the layers that a network keeps, ``_times`` of each being how often it stands; and what it gives."""
    network = layers.network
    nodes, times = zip(*counted(network), strict=True)
    rows = [Row({**layers.row(node), "_times": often}) for node, often in zip(nodes, times, strict=True)]
    return rows, wire(rows, nodes, network.outputs)


def wire(rows: list[Row], nodes: Sequence[Node], outputs: list[Tensor]) -> list[Wire]:
    """Put into each row what its node reads and its arguments; the wires of the outputs."""
    positions = {id(node): position for position, node in enumerate(nodes)}
    tensors: dict[int, int] = {}

    def of(tensor: Tensor) -> Wire:
        return positions.get(id(tensor.node), -1), tensors.setdefault(id(tensor), len(tensors))

    for row, node in zip(rows, nodes, strict=True):
        row["_reads"] = [of(tensor) for tensor in node.inputs]
        row["_arguments"] = node.applied.layer.given
    return [of(tensor) for tensor in outputs]


def build_input(network: Network) -> Any:
    """The input's shape and dtype, or those of each input by its name."""
    inputs = {name: {"shape": tensor.shape, "dtype": network.dtypes[name]} for name, tensor in network.inputs.items()}
    return inputs if network.several_inputs else next(iter(inputs.values()))
