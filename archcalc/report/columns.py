"""The columns of a table of layers and of a table of specs: what each cell says, and what the column sums to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from archcalc.dims import volume
from archcalc.errors import Diagnostic, SpecError, did_you_mean
from archcalc.layers.axes import show_pad
from archcalc.report.figures import BYTES, FIGURES, GROUPED, INTENSITY, RECEPTIVE_FIELD, Figure, number

if TYPE_CHECKING:
    from archcalc.report.documents import Counts, Report, Row, Tensor

Cell = int | str | None
Rule = Callable[[Any, Any], Any]


class Column:
    """One column: its name in ``--columns`` and csv, its heading, and ``cell(row, report)``.

    ``kind`` is number, share, size or text. ``order(row, report)`` is what rows are sorted by, if not the cell itself.
    ``total`` is the figure that the column sums to.
    """

    __slots__ = ("name", "heading", "kind", "cell", "order", "total")

    def __init__(
        self, name: str, heading: str, kind: str, cell: Rule, *, order: Rule | None = None, total: str | None = None
    ) -> None:
        self.name, self.heading, self.kind, self.cell = name, heading, kind, cell
        self.order, self.total = order or cell, total


# Cells of layers

NONE = "NA"
"""What a layer does not have. A padding is ``N/A`` where operations count as in the document, which writes it so."""


def show_path(row: Row, report: Report | None) -> str:
    """``stage1``, or ``stage1 x4`` where repetitions are folded into the row."""
    times = repeats(row)
    return row["path"] if times in (None, 1) else f"{row['path']} x{times}"


def repeats(row: Mapping[str, Any]) -> int | None:
    """How often what a folded row stands for repeats."""
    return row.get("repeats")


def show_type(row: Row, report: Report) -> str | None:
    """The type of the layer, or the number of layers if the row stands for several."""
    return row["type"] or f"{number(row, 'layers'):,} layers"


@lru_cache(maxsize=1024)
def show_shape(shape: tuple[int, ...]) -> str:
    """``3x64x64``; a shape without axes is ``scalar``."""
    return "x".join(map(str, shape)) or "scalar"


def show_shapes(shapes: Iterable[Any]) -> str:
    """Shapes with commas between them."""
    return ", ".join([show_shape(tuple(shape)) for shape in shapes]) or NONE


def show_kernel(row: Row, report: Report) -> str:
    """``7x7x3``: the window and the channels that it reads, in the order of the layout."""
    kernel, channels = row["kernel"], row["channels_read"]
    if kernel is None:
        return NONE
    read = () if channels is None else (channels,)
    return show_shape((*kernel, *read) if report["layout"] == "HWC" else (*read, *kernel))


def show_stride(row: Row, report: Report) -> str:
    return NONE if row["stride"] is None else "x".join(map(str, row["stride"]))


def show_padding(row: Row, report: Report) -> str:
    """The padding of each axis: ``3x3``, ``16+0`` before and after, ``0.5`` for an odd pixel after."""
    if row["padding"] is None:
        return "N/A" if report["convention"] == "document" else NONE
    return "x".join([show_pad(before, after) for before, after in row["padding"]])


def show_weights(row: Row, report: Report) -> str:
    """``weight 64x3x7x7, bias 64``; the layer that a shared one belongs to; how many a folded row has."""
    if FIGURES["layers"].part(row) > 1:
        return f"{len(row['weights']):,} tensors"
    shown = [
        f"{weight['name']} {'x'.join(map(str, weight['shape'])) or 'scalar'}"
        + (f" (of {weight['shared']})" if "shared" in weight else "")
        for weight in row["weights"]
    ]
    return ", ".join(shown) or NONE


def show_dtypes(row: Row | Report, report: Report | None) -> str:
    """``int8, int32``: the dtypes of the weights."""
    return ", ".join(dtype for dtype, number in row["params_by_dtype"].items() if number) or NONE


def show_field(row: Row, report: Report, key: str = "size") -> str | None:
    """``427x427``, a size for each axis; ``all`` if it is so for all; of several inputs each after its name."""
    shown: dict[str, list[Any]] = {}
    for one in row.get("receptive_field", []):
        shown.setdefault(one["input"], []).append(dict(one)[key])
    found = {name: "x".join([NONE if one is None else str(one) for one in values]) for name, values in shown.items()}
    for name, values in shown.items():
        if len({*values}) == 1 and not isinstance(values[0], int):
            found[name] = NONE if values[0] is None else values[0]
    if len(found) == 1 and not several_inputs(report):
        return next(iter(found.values()))
    return ", ".join([f"{name} {text}" for name, text in found.items()]) or NONE


def show_intensity(row: Row, report: Report) -> str:
    """``31.5``, rounded to a tenth."""
    each = row["intensity"]
    return NONE if each is None else f"{each:.1f}"


def several_inputs(report: Report) -> bool:
    """Whether the inputs have names."""
    return not isinstance(report["input"].get("shape"), (list, tuple))


def order_of_field(row: Row, report: Report) -> float | None:
    """By its largest size; all is more than any number, and unknown has no place."""
    sizes = [one["size"] for one in row.get("receptive_field", [])]
    if "all" in sizes:
        return math.inf
    return max([size for size in sizes if isinstance(size, int)], default=None)


def share(part: int, total: int) -> str:
    """A part in percent, rounded to a tenth."""
    tenths = (2000 * part + total) // (2 * total) if total else 0
    return f"{tenths // 10}.{tenths % 10}"


def text(name: str, heading: str, cell: Rule | None = None, kind: str = "text", order: Rule | None = None) -> Column:
    return Column(name, heading, kind, cell or (lambda row, report: row[name]), order=order)


def amount(figure: Figure) -> Column:
    return Column(figure.name, figure.heading, "number", lambda row, report: figure.part(row), total=figure.name)


def share_of(key: str, heading: str) -> Column:
    return Column(
        f"{key}_share",
        heading,
        "share",
        lambda row, report: share(row[key], report["totals"][key]),
        order=lambda row, report: row[key],
        total=key,
    )


EIGHTHS = " ▏▎▍▌▋▊▉"
LONGEST = 24
"""Characters of a bar that is all of the total."""


def show_bar(row: Row, report: Report) -> str:
    """``███▌``: the share of the parameters, to an eighth of a character; a sliver of what is less."""
    part, total = FIGURES["params"].part(row), report["totals"]["params"]
    eighths = max(8 * LONGEST * part // total, 1) if part else 0
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


FIRST = ("params", "macs", "macs_causal", "ops")
"""The figures whose columns come first."""

LAYER_COLUMNS = [
    text("path", "Layer", show_path),
    text("type", "Type", show_type),
    text("reads", "Reads", lambda row, report: ", ".join(row["reads"]) or NONE),
    text(
        "input",
        "Input Size",
        lambda row, report: show_shapes(row["inputs"]),
        "size",
        lambda row, report: sum(map(volume, row["inputs"])),
    ),
    text("kernel", "Kernel Size", show_kernel, "size", lambda row, report: volume(row["kernel"] or (0,))),
    text("stride", "Stride", show_stride, "size", lambda row, report: volume(row["stride"] or (0,))),
    text(
        "output",
        "Output Size",
        lambda row, report: show_shapes(row["outputs"]),
        "size",
        lambda row, report: sum(map(volume, row["outputs"])),
    ),
    text("pad", "Pad", show_padding, "size", lambda row, report: sum(map(sum, row["padding"] or ()))),
    *[amount(FIGURES[name]) for name in FIRST],
    Column(
        "receptive_field",
        "Receptive Field",
        "size",
        show_field,
        order=order_of_field,
        total="receptive_field",
    ),
    text(
        "receptive_stride",
        "Receptive Stride",
        lambda row, report: show_field(row, report, "stride"),
        "size",
        order_of_field,
    ),
    Column(BYTES.name, BYTES.heading, "number", lambda row, report: row["bytes"], total=BYTES.name),
    text(INTENSITY.name, INTENSITY.heading, show_intensity, "share", lambda row, report: row["intensity"]),
    text("weights", "Weights", show_weights, "size", lambda row, report: row["params"]),
    text("dtype", "Dtype", show_dtypes),
    *[amount(figure) for figure in GROUPED if figure.name not in FIRST],
    Column("repeats", "Repeats", "number", lambda row, report: repeats(row)),
    Column("copies", "Copies", "number", lambda row, report: row["copies"]),
    share_of("params", "% of Params"),
    share_of("ops", "% of Ops"),
    text("bar", "Share of Params", show_bar, order=lambda row, report: row["params"]),
    text("name", "Name"),
    text("file", "File"),
    Column("line", "Line", "number", lambda row, report: row["line"]),
]
DEFAULT = ("path", "input", "kernel", "output", "pad", "params", "ops")
"""The columns of the document that archcalc comes from, in its order."""


# Cells of specs: a row is itself a report


def show_inputs(report: Report | Counts) -> str:
    """``3x224x224``, or each input after its name; a dtype that is not float32 in brackets."""
    given: Any = report["input"]
    named: dict[str | None, Tensor] = {None: given} if isinstance(given.get("shape"), (list, tuple)) else given
    shown = []
    for name, tensor in named.items():
        size = show_shape(tuple(tensor["shape"]))
        dtype = "" if tensor["dtype"] == "float32" else f" ({tensor['dtype']})"
        shown.append(f"{name} {size}{dtype}" if name else f"{size}{dtype}")
    return ", ".join(shown)


def total_of(figure: Figure) -> Column:
    return Column(figure.name, figure.heading, "number", lambda row, report: row["totals"][figure.name])


SPEC_COLUMNS = [
    text("spec", "Spec"),
    text("variant", "Variant"),
    text("input", "Input Size", lambda row, report: show_inputs(row), "size"),
    text("output", "Output Size", lambda row, report: show_shapes(row["outputs"]), "size"),
    *[total_of(FIGURES[name]) for name in ("layers", *FIRST)],
    text("convention", "Convention"),
    *[total_of(figure) for figure in (*GROUPED, RECEPTIVE_FIELD, BYTES) if figure.name not in ("layers", *FIRST)],
    Column("batch", "Batch", "number", lambda row, report: row["batch"]),
    text("dtype", "Dtype", lambda row, report: show_dtypes(row, report) if "widths" in row else row["dtype"]),
    text("file", "File"),
]


def choose(known: list[Column], names: Iterable[str]) -> list[Column]:
    """The columns of these names, each once; raises SpecError where one is unknown."""
    by_name = {column.name: column for column in known}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        listed = f"the columns are {', '.join(by_name)}"
        raise SpecError(
            *[Diagnostic(f"unknown column '{name}'", help=advice(name, by_name, listed)) for name in unknown]
        )
    return [by_name[name] for name in dict.fromkeys(names)]


def advice(name: str, known: Iterable[str], listed: str) -> str:
    return f"{did_you_mean(name, known) or ''} {listed}".lstrip()
