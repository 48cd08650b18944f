"""A report: all that is known of a network, as plain data. Renderers read it and compute nothing."""

from __future__ import annotations

from typing import Any

from archcalc.conventions.rule import Convention
from archcalc.graph.network import Network
from archcalc.report.figures import FIGURES
from archcalc.report.rows import Rows
from archcalc.version import __version__

SCHEMA = "archcalc.report/1"


class Report(dict[str, Any]):
    """A report and its network."""

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
            **noted(network),
            "layers": layers,
        },
    )
    rows = layers.counted()
    for figure in FIGURES.values():
        report["totals"][figure.name] = figure.whole(report) if figure.whole else figure.over(rows)
    return report


def noted(network: Network) -> dict[str, Any]:
    """``notes``, where there are some."""
    return {"notes": [note.data() for note in network.notes]} if network.notes else {}


def build_input(network: Network) -> Any:
    """The input's shape and dtype, or those of each input by its name."""
    inputs = {name: {"shape": tensor.shape, "dtype": network.dtypes[name]} for name, tensor in network.inputs.items()}
    return inputs if network.several_inputs else next(iter(inputs.values()))
