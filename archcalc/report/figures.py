"""The figures of a network: what it costs. Each is declared here once.

Rows, totals, columns, JSON and its schema, budgets, diff, formula, explain's sums and the Python API read FIGURES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import floor
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from archcalc.dims import volume
from archcalc.graph.inference import Applied
from archcalc.graph.network import Node
from archcalc.report.widths import in_bytes

if TYPE_CHECKING:
    from archcalc.conventions.rule import Convention

TOLD = ("explain", "formula", "diff")
"""Who tells a figure without being asked for it: the sums of explain, formula, the text of diff."""


COUNTS = ("weights", "active", "work")
"""What multiplies a figure, in the order of a node's multiples."""


class Figure:
    """A number that a network costs.

    ``name`` is its key in JSON, its column, metric and Python attribute; ``title`` is its name in a sentence,
    ``heading`` that in a table, ``words`` say what it is. ``unit`` is what it counts, None if the convention says so.

    ``of(applied, convention)`` is what one layer has of it for one sample, on every kind of number; None for a figure
    that rows do not hold. ``counts`` is what multiplies it: "weights" (copies of the layer; weights count at their
    owner alone), "active" (the copies that run) or "work" (runs of the layer, and the batch). ``none`` says what a
    layer without it lacks. ``part(row)`` is what a row adds to the total. ``within`` is the figure that this one is a
    part of.

    ``total`` makes a network's figure of its rows': sum or max. One that is not made of theirs has
    ``whole(report, dtype)``; one that is computed where it is asked for has neither. ``main`` figures are those that
    people look for first.
    """

    __slots__ = (
        "name", "title", "heading", "unit", "words", "of", "counts", "part",
        "total", "whole", "within", "none", "main", "told",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        title: str,
        heading: str,
        unit: str | None,
        words: str,
        *,
        of: Callable[[Applied, Convention], Any] | None = None,
        counts: str = "work",
        part: Callable[[Mapping[str, Any]], int] | None = None,
        total: Callable[..., Any] | None = sum,
        whole: Callable[[Any, str], int] | None = None,
        within: str | None = None,
        none: str | None = None,
        main: bool = False,
        told: tuple[str, ...] = TOLD,
    ) -> None:
        self.name, self.title, self.heading, self.unit, self.words = name, title, heading, unit, words
        self.of, self.counts, self.total, self.whole = of, counts, total if whole is None else None, whole
        self.within, self.none, self.main, self.told = within, none, main, told
        self.part: Callable[[Mapping[str, Any]], int] = part or itemgetter(name)

    @property
    def label(self) -> str:
        """Its title where a number follows without a unit."""
        return f"{self.title} (bytes)" if self.unit == "bytes" and "bytes" not in self.title else self.title

    def once(self, node: Node, convention: Convention) -> Any:
        """What one copy or run of a node has of it, for one sample; None where its layer has none."""
        assert self.of is not None
        return self.of(node.applied if self.counts == "work" else node.owned, convention)

    def multiple(self, multiples: tuple[Any, Any, Any]) -> Any:
        """How often that counts, of a node's multiples."""
        return multiples[COUNTS.index(self.counts)]

    def over(self, rows: Iterable[tuple[Mapping[str, Any], int]]) -> int:
        """The total over rows, each with the number of times that it stands."""
        if self.total is max:
            found: int = max((self.part(row) for row, _ in rows), default=0)
            return found
        return sum([self.part(row) * times for row, times in rows])


def learned(applied: Applied, convention: Convention) -> Any:
    return sum(size for _, _, size in applied.weights)


def embedded(applied: Applied, convention: Convention) -> Any:
    return learned(applied, convention) if applied.layer.by_index else 0


def not_embedded(applied: Applied, convention: Convention) -> Any:
    return 0 if applied.layer.by_index else learned(applied, convention)


def number(figures: Mapping[str, Any], name: str) -> int:
    """The figure of that name in what holds figures: their keys are declared here alone."""
    found: int = figures[name]
    return found


def causal_macs(applied: Applied, convention: Convention) -> Any:
    outputs = applied.outputs if applied.layer.several else applied.outputs[0]
    return applied.layer.causal_macs(*applied.inputs, outputs)


def frozen(row: Mapping[str, Any]) -> int:
    """A layer says whether it is trainable; a row that stands for several has the number."""
    return number(row, "frozen") if "frozen" in row else 0 if row["trainable"] else number(row, "params")


def show_binary(number: int) -> str:
    """``294.0 KiB``: powers of 1,024, as memories have them, rounded to a tenth."""
    return in_tenths(number, 1024, ("KiB", "MiB", "GiB", "TiB", "PiB"))


def show_bytes(number: int) -> str:
    """``21.1 MB``: powers of 1,000, rounded to a tenth."""
    return in_tenths(number, 1000, ("kB", "MB", "GB", "TB", "PB"))


def in_tenths(number: int, step: int, units: tuple[str, ...]) -> str:
    """Bytes in the largest of the units that is no more than they are, each ``step`` times the one before."""
    if number < step:
        return f"{number} B"
    size = step
    for unit in units:
        if number < step * size or unit == units[-1]:
            break
        size *= step
    tenths = (20 * number + size) // (2 * size)
    return f"{tenths // 10:,}.{tenths % 10} {unit}"


def show_seconds(seconds: float) -> str:
    """``1.23 ms``: three digits, never more than it is, since times here are bounds from below."""
    if not seconds:
        return "0 s"
    unit, size = next((one for one in SECONDS if seconds >= one[1]), SECONDS[-1])
    amount = seconds / size
    places = 2 if amount < 10 else 1 if amount < 100 else 0
    return f"{floor(amount * 10**places * (1 + 1e-12)) / 10**places:,.{places}f} {unit}"


NANOSECONDS = 10**9
"""In a second: the unit of times that are whole numbers."""
SECONDS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))
"""Units of time, the largest first, each with its seconds."""

DECLARED = (
    Figure(
        "params",
        "parameters",
        "Params",
        "parameters",
        "learned numbers; shared weights once, buffers not among them",
        of=learned,
        counts="weights",
        main=True,
    ),
    Figure(
        "trainable",
        "trainable",
        "Trainable",
        "parameters",
        "parameters that are not frozen",
        part=lambda row: row["params"] - frozen(row),
        within="params",
    ),
    Figure(
        "buffers",
        "buffers",
        "Buffers",
        "numbers",
        "numbers that are kept and not learned, such as running statistics",
        of=lambda applied, convention: sum(size for _, _, size in applied.buffers),
        counts="weights",
        told=("explain", "diff"),
    ),
    Figure(
        "macs",
        "multiply-adds",
        "Multiply-adds",
        "multiply-adds",
        "multiply-adds of convolutions, linear layers, matrix products and attention",
        of=lambda applied, convention: applied.ops.get("mac", 0),
        main=True,
    ),
    Figure(
        "ops",
        "operations",
        "Ops",
        None,
        "operations in the chosen convention",
        of=lambda applied, convention: convention.rule(applied),
        main=True,
    ),
    Figure(
        "macs_causal",
        "causal multiply-adds",
        "Causal Multiply-adds",
        "multiply-adds",
        "multiply-adds if no masked key of causal attention were computed",
        of=causal_macs,
        part=lambda row: row["macs"] if row["macs_causal"] is None else row["macs_causal"],
        within="macs",
        none="null without a causal mask",
        told=("diff",),
    ),
    Figure(
        "activations",
        "activations",
        "Activations",
        "elements of all outputs",
        "elements of every layer's output; views count none",
        of=lambda applied, convention: 0 if applied.layer.view else sum(map(volume, applied.outputs)),
    ),
    Figure(
        "activations_inner",
        "inner activations",
        "Inner Activations",
        "elements of inner tensors",
        "elements of what attention computes on its way to its output: queries, keys, values, scores, what each head"
        " reads; they are not among the activations",
        of=lambda applied, convention: sum(volume(shape) for _, shape in applied.layer.inner(*applied.inputs)),
        told=("diff",),
    ),
    Figure(
        "weights_bytes",
        "weights (bytes)",
        "Weights (bytes)",
        "bytes",
        "parameters times the widths of their dtypes, in whole bytes",
        part=lambda row: in_bytes(row["params_by_dtype"]),
        whole=lambda report, dtype: in_bytes(report["params_by_dtype"]),
    ),
    Figure("layers", "layers", "Layers", "layers", "rows of layers", part=lambda row: row.get("layers", 1)),
    Figure(
        "frozen", "frozen", "Frozen", "parameters", "parameters that are not trainable", part=frozen, within="params"
    ),
    Figure(
        "params_embedding",
        "parameters of embeddings",
        "Params of Embeddings",
        "parameters",
        "parameters of tables of which an index reads one row: those of embedding and embedding_bag",
        of=embedded,
        counts="weights",
        within="params",
        told=("diff",),
    ),
    Figure(
        "params_active",
        "active parameters",
        "Active Params",
        "parameters",
        "parameters that one token uses: of experts only those that run, everything else whole",
        of=learned,
        counts="active",
        within="params",
        told=("diff",),
    ),
    Figure(
        "params_active_less_embedding",
        "active parameters less embeddings",
        "Active Params less Embeddings",
        "parameters",
        "active parameters without those of embeddings, the other definition of active in use",
        of=not_embedded,
        counts="active",
        within="params",
        told=("diff",),
    ),
)


OF_TRAINING = (
    Figure(
        "train_memory",
        "training memory",
        "Training Memory",
        "bytes",
        "parameters, gradients, states of adamw and activations kept; bfloat16, float16 (mixed) or else float32",
        total=None,
    ),
    Figure(
        "kept_bytes",
        "kept activations",
        "Kept",
        "bytes",
        "activations that autograd keeps for the backward pass; bfloat16, float16 (mixed) or else float32",
        total=None,
    ),
    Figure(
        "backward_macs",
        "backward multiply-adds",
        "Backward Multiply-adds",
        "multiply-adds",
        "multiply-adds of the gradients of weights and of activations",
        total=None,
    ),
)
"""Figures of a step of training, with the optimizer adamw."""

TRAINED = tuple(figure.name for figure in OF_TRAINING)

KV_CACHE = Figure(
    "kv_cache",
    "cache",
    "Cache",
    "bytes",
    "bytes that a sequence made token by token keeps of the tokens of its length, as many as windows need",
    total=None,
)
COMPUTED_WHEN_ASKED = (
    Figure(
        "peak_memory",
        "peak memory",
        "Peak Memory",
        "bytes",
        "the largest sum of bytes of activations that exist at one time, each layer run whole, in the order written",
        total=None,
    ),
    Figure(
        "arena",
        "arena",
        "Arena",
        "bytes",
        "the bytes of one block in which the planner of TensorFlow Lite Micro places all activations",
        total=None,
    ),
)
RECEPTIVE_FIELD = Figure(
    "receptive_field",
    "receptive field",
    "Receptive Field",
    "positions",
    'the most positions along an axis of an input that one position of an output sees; "all" through a layer that reads'
    ' a whole axis, "unknown" where an axis is mixed with others',
    total=None,
    none="null where no input has positions",
)
BYTES = Figure(
    "bytes",
    "bytes moved",
    "Bytes Moved",
    "bytes",
    "what layers read, their weights and what they give, each once; layers computed where what they read is made none",
    total=None,
)
TIME = "time@"
"""What the name of a least time begins with, as a figure and as a metric; behind it stands the device."""
INTENSITY = Figure(
    "intensity",
    "operations a byte",
    "Operations a Byte",
    "operations a byte",
    "2 x multiply-adds / bytes moved",
    total=None,
    none="null where no byte moves",
)
WHERE_ASKED = {
    RECEPTIVE_FIELD.name: RECEPTIVE_FIELD.name,
    "receptive_stride": RECEPTIVE_FIELD.name,
    BYTES.name: BYTES.name,
    INTENSITY.name: BYTES.name,
}
"""The columns of layers that are computed where they are asked for, each with the figure that asks for it."""

WHEN_ASKED = {figure.name: figure for figure in (*COMPUTED_WHEN_ASKED, RECEPTIVE_FIELD, BYTES, KV_CACHE, *OF_TRAINING)}
"""Figures of networks that take a computation of their own, by name: no report has them, whoever asks computes them."""


FIGURES = {figure.name: figure for figure in DECLARED}
"""By name, in the order of a report's totals."""

KNOWN = {**FIGURES, **WHEN_ASKED}
"""Every figure that a network has."""

GROUPED = [
    figure
    for leading in FIGURES.values()
    if leading.within is None
    for figure in (leading, *(one for one in FIGURES.values() if one.within == leading.name))
]
"""Each figure followed by its parts."""

OF_LAYERS = [figure for figure in GROUPED if figure.of is not None]
"""Those that a row of a layer holds."""

SUMMED = [figure for figure in GROUPED if figure.total is sum]
"""Those whose total is the sum over the layers."""

EXPLAINED = [figure for figure in OF_LAYERS if "explain" in figure.told]
EXPLAINED.sort(key=lambda figure: not figure.main)
"""The figures whose sums are derived, those that people look for first before the others."""


def applies(figure: Figure, convention: str) -> bool:
    """Whether a figure says more than multiply-adds do: operations counted as ``mac`` do not."""
    return figure.unit is not None or convention != "mac"
