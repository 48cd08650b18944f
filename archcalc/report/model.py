"""A report: all that is known of a network, as plain data. Renderers read it and compute nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from archcalc.conventions.rule import Convention
from archcalc.graph.network import Network
from archcalc.meter import Meter
from archcalc.report.figures import BYTES, FIGURES, RECEPTIVE_FIELD
from archcalc.report.rows import Rows, moving
from archcalc.report.widths import DEFAULT, Widths, together
from archcalc.version import __version__

if TYPE_CHECKING:
    from archcalc.report import documents
    from archcalc.report.receptive_field import ReceptiveFields

SCHEMA = "archcalc.report/1"


class Report(dict[str, Any]):
    """A report and its network: a documents.Report, but for the type checker."""

    __slots__ = ("network", "local", "rows", "fields", "memories")

    def __init__(self, network: Network, local: bool, **keys: Any) -> None:
        super().__init__(keys)
        self.network, self.local = network, local
        self.rows: Rows = keys["layers"]  # also where they are plain data since
        self.fields: ReceptiveFields | None = None
        self.memories: dict[Any, Any] = {}  # what was computed of its costs, by how it was asked for

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle and copy: the plain data."""
        return dict, ({**self, "layers": plain_rows(cast("documents.Report", self))},)


def network_of(report: documents.Report) -> Network:
    """The network of a report that was not read from JSON."""
    return cast("Report", report).network


def charge_to(report: documents.Report, units: int, what: str) -> None:
    """Charge work that is done with a report; one that was read from JSON may take what a network may."""
    network: Network | None = getattr(report, "network", None)
    (network.meter if network else Meter(fixed=True)).charge(units, what=what)


def build_report(
    network: Network,
    convention: Convention,
    *,
    batch: int = 1,
    dtype: str | Widths = DEFAULT,
    local: bool = False,
) -> documents.Report:
    """The report of a network in one way of counting; what grows with the batch is multiplied by it.

    ``dtype`` may be widths; patterns of theirs that decide nothing are not told: ``Rows.laid`` has them. ``local``:
    receptive fields, where they are asked for, are without gates that see all.

    Raises SpecError, naming the layer, for a figure of more than 4,000 digits.
    """
    widths = dtype if isinstance(dtype, Widths) else Widths(dtype)
    layers = Rows(network, convention, batch, widths)
    rows = layers.counted()
    totals: dict[str, int] = {}
    report = Report(
        network,
        local,
        **build_head(network, SCHEMA, batch),
        **widths.data(),
        convention=convention.name,
        unit=convention.unit,
        layout=network.layout,
        input=build_input(network),
        outputs=[tensor.shape for tensor in network.outputs],
        totals=totals,
        params_by_dtype=together((facts["params_by_dtype"], times) for facts, times in rows),
        **noted(network),
        layers=layers,
    )
    for figure in FIGURES.values():
        totals[figure.name] = figure.whole(report, widths.dtypes.dtype) if figure.whole else figure.over(rows)
    return cast("documents.Report", report)


def with_figures(report: documents.Report, figures: Iterable[str]) -> documents.Report:
    """The report with these figures, which are computed where they are asked for, in its rows and totals."""
    for figure, ask in ((RECEPTIVE_FIELD.name, ask_fields), (BYTES.name, ask_moved)):
        if figure in figures and figure not in report["totals"]:
            report["totals"][figure] = ask(report)
    return report


def ask_fields(report: documents.Report) -> int:
    """Have the rows say what their layers see; what the outputs see."""
    from archcalc.report.receptive_field import fields_of

    layers, fields = report["layers"], fields_of(report)
    if isinstance(layers, Rows):
        layers.ask(fields=fields)
    else:
        for row, seen in zip(layers, fields.each(), strict=True):
            row["receptive_field"] = seen
    return cast("int", fields.whole())


def ask_moved(report: documents.Report) -> int:
    """Have the rows say what their layers move; what all move."""
    from archcalc.report.moved import moved_of

    layers, moved = report["layers"], moved_of(report, report["dtype"])
    if isinstance(layers, Rows):
        layers.ask(moved=moved)
    else:
        for row, (_, _, moves) in zip(layers, moved.each(), strict=True):
            found = moving(moves.macs, moves.bytes)
            row["bytes"], row["intensity"] = found["bytes"], found["intensity"]
    return moved.bytes


def plain_rows(report: documents.Report) -> list[documents.Row]:
    """The rows of a report as plain data: dicts that share nothing."""
    return cast("list[documents.Row]", [dict(row) for row in report["layers"]])


def as_wide(report: documents.Report) -> documents.AsWide:
    """How wide its weights are."""
    found: documents.AsWide = {"dtype": report["dtype"], "params_by_dtype": report["params_by_dtype"]}
    return {**found, "widths": report["widths"]} if "widths" in report else found


def noted(network: Network) -> documents.Noted:
    """``notes``, where there are some."""
    return {"notes": [note.data() for note in network.notes]} if network.notes else {}


def build_head(network: Network, schema: str, batch: int) -> documents.AskedHead:
    """What every document of a network begins with."""
    return {
        "schema": schema,
        "archcalc": __version__,
        "spec": network.name,
        "variant": network.variant,
        "file": network.file,
        "set": network.settings,
        "batch": batch,
    }


def build_input(network: Network) -> documents.Inputs:
    """The input's shape and dtype, or those of each input by its name."""
    inputs: dict[str, documents.Tensor] = {
        name: {"shape": tensor.shape or (), "dtype": network.dtypes[name]} for name, tensor in network.inputs.items()
    }
    return inputs if network.several_inputs else next(iter(inputs.values()))
