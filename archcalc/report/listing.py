"""Reports as one table: columns, rows, totals and notes. Renderers draw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from archcalc.conventions import CONVENTIONS
from archcalc.layers.axes import show_value
from archcalc.report.columns import (
    DEFAULT,
    LAYER_COLUMNS,
    SPEC_COLUMNS,
    Cell,
    Column,
    choose,
    share,
    show_inputs,
    show_shapes,
)
from archcalc.report.figures import FIGURES, WHERE_ASKED, number, show_bytes
from archcalc.report.model import with_figures

if TYPE_CHECKING:
    from archcalc.report.documents import Asked, AsWide, Failed, Report, Row

LARGE = 10
"""A row with a tenth of a total or more is large."""


class Listing:
    """A table. ``report`` is the report that its rows belong to, or None if the rows are themselves reports."""

    __slots__ = ("report", "columns", "rows", "notes")

    def __init__(self, report: Report | None, columns: list[Column], rows: Iterable[Any], notes: list[str]) -> None:
        self.report, self.columns, self.rows, self.notes = report, columns, rows, notes

    def heading(self, column: Column) -> str:
        """The heading of a column. That of operations says how they are counted."""
        figure = FIGURES.get(column.name)
        if figure is None or figure.unit is not None:
            return column.heading
        reports: Iterable[Report] = [self.report] if self.report else self.rows
        ways = {(report["convention"], report["unit"]) for report in reports}
        if len(ways) != 1:
            return column.heading
        convention, unit = ways.pop()
        return f"{column.heading} ({unit if convention == 'mac' else convention})"

    def cell(self, column: Column, row: Row | Report) -> Cell:
        found: Cell = column.cell(row, self.report)
        return found

    def total(self, column: Column) -> Cell:
        """What the column sums to over all layers, hidden ones too; None if it has no sum."""
        if column.total is None or not self.report:
            return None
        total = self.report["totals"][column.total]
        return share(total, total) if column.kind == "share" else total

    def is_large(self, column: Column, row: Row | Report) -> bool:
        """Whether the row has a tenth or more of one of the network's main figures."""
        figure = FIGURES.get(column.name)
        if figure is None or not figure.main or not self.report:
            return False
        return LARGE * number(row, column.name) >= self.report["totals"][column.name] > 0


class OutlineRow:
    """A row and its level. ``label`` is what its path adds to that of its parent. A ``group`` is the sum of a step.

    ``alike`` is for how many repetitions it stands, from its own on.
    """

    __slots__ = ("level", "label", "row", "group", "alike")

    def __init__(self, level: int, label: str, row: Row, group: bool) -> None:
        self.level, self.label, self.row, self.group, self.alike = level, label, row, group, 1


def list_reports(
    reports: Sequence[Report | Failed],
    columns: list[str] | None = None,
    plus: Iterable[str] = (),
    *,
    depth: int | None = None,
    all_rows: bool = False,
    sort: str | None = None,
) -> Listing | None:
    """The layers of one report, or a row for each of several. Reports that failed are left out; None if all failed."""
    found = [report for report in reports if "errors" not in report]
    if not found:
        return None
    if len(reports) > 1:
        return list_specs(found, columns=columns, plus=plus, sort=sort)
    return list_layers(found[0], columns=columns, plus=plus, depth=depth, all_rows=all_rows, sort=sort)


def list_layers(
    report: Report,
    *,
    columns: list[str] | None = None,
    plus: Iterable[str] = (),
    depth: int | None = None,
    all_rows: bool = False,
    sort: str | None = None,
) -> Listing:
    """The layers of one report. Raises SpecError for an unknown column."""
    chosen = choose(LAYER_COLUMNS, [*(DEFAULT if columns is None else columns), *plus])
    order = None if sort is None else choose(LAYER_COLUMNS, [sort])[0]
    names = {column.name for column in (*chosen, order) if column}
    report = with_figures(report, {WHERE_ASKED[name] for name in names & {*WHERE_ASKED}})
    rows: Iterable[Row] = report["layers"]
    if depth is not None:
        from archcalc.report.fold import fold_to_depth

        rows = fold_to_depth(report, depth)
    if not all_rows:
        rows = Visible(rows)
    return Listing(report, chosen, rows if order is None else ordered(rows, order, report), notes_of(report))


class Visible:
    """The rows that tables show: those without ``row: false``. They can be read several times."""

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if row["row"])


def list_specs(
    reports: list[Report],
    *,
    columns: list[str] | None = None,
    plus: Iterable[str] = (),
    sort: str | None = None,
) -> Listing:
    """One row a report. Raises SpecError for an unknown column."""
    default = ["spec", "variant", "input", "output", "layers", "params", "macs"]
    conventions = {report["convention"] for report in reports}
    if conventions != {"mac"}:
        default.append("ops")
    if len(conventions) > 1:
        default.append("convention")
    chosen = choose(SPEC_COLUMNS, [*(default if columns is None else columns), *plus])
    order = None if sort is None else choose(SPEC_COLUMNS, [sort])[0]
    return Listing(None, chosen, reports if order is None else ordered(reports, order, None), [])


def ordered(rows: Iterable[Any], column: Column, report: Report | None) -> list[Any]:
    """Rows sorted by a column: numbers descending, texts ascending, empty cells last."""
    keys = [(column.order(row, report), row) for row in rows]
    known = [(key, row) for key, row in keys if key is not None]
    known.sort(key=lambda pair: pair[0], reverse=any(not isinstance(key, str) for key, _ in known))
    return [row for _, row in known] + [row for key, row in keys if key is None]


def notes_of(report: Report) -> list[str]:
    """The notes below the table: the network, the size of its weights, how its operations are counted."""
    totals = report["totals"]
    network = network_words(report)
    network += [f"input {show_inputs(report)}", f"output {show_shapes(report['outputs'])}"]
    network.append(f"{totals['layers']:,} layer{'' if totals['layers'] == 1 else 's'}")
    if report["batch"] != 1:
        network.append(f"batch {report['batch']:,}")
    weights = [f"weights {show_bytes(totals['weights_bytes'])}{show_widths(report)}"]
    if totals["frozen"]:
        weights += [f"{totals['trainable']:,} parameters trainable", f"{totals['frozen']:,} frozen"]
    if totals["buffers"]:
        weights.append(f"buffers {totals['buffers']:,}")
    counted = f"ops counted as '{report['convention']}'"
    if report["convention"] == "mac":
        counted += ": multiply-adds"
    elif report["convention"] not in CONVENTIONS:
        counted += f": {totals['ops']:,} {report['unit']}; multiply-adds alone {totals['macs']:,}"
    else:
        counted += f"; multiply-adds alone {totals['macs']:,}"
    if totals["macs_causal"] != totals["macs"]:
        counted += f"; without masked keys {totals['macs_causal']:,} multiply-adds"
    return [", ".join(network), ", ".join(weights), counted]


def network_words(asked: Asked) -> list[str]:
    """Which network it is: its name, variant and settings."""
    variant = [f"variant {asked['variant']}"] if asked["variant"] else []
    return [asked["spec"], *variant, *(f"{name}={show_value(value)}" for name, value in asked["set"].items())]


def show_widths(report: AsWide) -> str:
    """`` as float32``, or ``: 3,469,760 as int8, 35,112 as int32``."""
    if "widths" not in report:
        return f" as {report['dtype']}"
    counts = [f"{number:,} as {dtype}" for dtype, number in report["params_by_dtype"].items() if number]
    return f": {', '.join(counts)}" if counts else ""
