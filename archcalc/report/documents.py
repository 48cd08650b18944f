"""What each JSON output holds, one class a document. ``archcalc schema`` derives its schemas from them (schema.py).

Only the type checker and ``archcalc schema`` load this module: a class of these costs 0.4 ms to make.

A text in ``Annotated`` says what a key is.
Keys that are figures are declared in figures.py alone: ``Figures`` says which of them a dict holds, schema.py which
stand among the other keys of a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

from archcalc.costs.recipes import OPTIMIZERS, PRECISIONS
from archcalc.layers.base import BITS, ELEMENTARY
from archcalc.report.figures import BYTES, FIGURES, RECEPTIVE_FIELD, SUMMED, Figure


class Schema:
    """What a key's schema says beside its type; with ``type`` or ``enum`` it is the whole schema."""

    def __init__(self, **keys: Any) -> None:
        self.keys = keys


class Figures:
    """The figures whose names are the keys of a dict; ``described``: its schema says what each is.

    ``asked``: those that are in it only where they are asked for. They may be all, unknown or nothing.
    """

    def __init__(self, figures: Iterable[Figure], described: bool = False, asked: Iterable[Figure] = ()) -> None:
        self.words = {figure.name: {"description": figure.words} if described else {} for figure in figures}
        self.asked = {
            figure.name: {"description": f"{figure.words}; {figure.none}"}
            if figure.none
            else {"description": figure.words, "type": "integer", "minimum": 0}
            for figure in asked
        }


Count = Annotated[int, Schema(minimum=0)]
Amount = Annotated[int, Schema(type="number", minimum=0)]
Line = Annotated[int, Schema(minimum=1)]
Size = Sequence[Count]
Dtype = Annotated[str, "of the weights", Schema(enum=[*BITS])]
Layout = Annotated[
    str, "what shapes are, here and everywhere: channels first, or channels last", Schema(enum=["CHW", "HWC"])
]
Numbers = dict[str, int]
ByDtype = Annotated[
    Numbers,
    "parameters by the dtype of their weights",
    Schema(
        type="object",
        properties={dtype: {"type": "integer", "minimum": 0} for dtype in BITS},
        additionalProperties=False,
    ),
]
Operations = Annotated[
    Numbers,
    "elementary operations, those that are 0 left out",
    Schema(
        type="object",
        properties={operation: {"type": "integer", "minimum": 0} for operation in ELEMENTARY},
        additionalProperties=False,
    ),
]


class Head(TypedDict):
    """The keys that every output begins with."""

    schema: str
    archcalc: Annotated[str, "the version that wrote it"]


class Tensor(TypedDict):
    shape: Size
    dtype: str


class Dtypes(TypedDict):
    dtype: Dtype
    bias_dtype: Dtype


class MixedWidths(TypedDict):
    """What is said of the dtypes of weights beside ``dtype``."""

    bias_dtype: Dtype
    weights: Annotated[dict[str, Dtype | Dtypes], "by pattern of layers; of those that match one the last holds"]


class Mixed(TypedDict, total=False):
    widths: Annotated[MixedWidths, "only where weights have several dtypes"]


class Widths(Mixed):
    dtype: Dtype


Inputs = Tensor | dict[str, Tensor]
"""The input, or each of several inputs by its name."""


class Asked(TypedDict):
    """Which network it is, and how it was asked for."""

    spec: Annotated[str, "the name in the file"]
    variant: str | None
    file: str
    set: Annotated[dict[str, Any], "the variables that --set gave, with their values", Schema(type="object")]
    batch: Line


class AskedHead(Head, Asked):
    """The keys that every output of one network begins with."""


class Network(Asked, Widths):
    """A network in one way of counting, with what it reads and gives."""

    convention: str
    unit: str
    layout: Layout
    input: Inputs
    outputs: list[Size]


class Call(TypedDict):
    block: str
    file: str
    line: Line


class Imported(TypedDict, total=False):
    origin: Annotated[str, "what of a foreign file the line stands for, only where there is one"]


class Error(Imported):
    """One error, at its place."""

    message: Annotated[str, "the fact, with its numbers"]
    file: str | None
    line: Annotated[int | None, "counted from 1"]
    column: Annotated[int | None, "counted from 1"]
    end_column: Annotated[int | None, "the column after the last that is meant"]
    label: Annotated[str | None, "what stands beside the caret"]
    help: Annotated[str | None, "what to do"]
    called_from: Annotated[list[Call], "the block calls that led there, innermost first"]


Note = Error
"""What is right by the letter and probably not meant, at its place."""


class Noted(TypedDict, total=False):
    notes: Annotated[list[Note], "what is probably not meant, only where there is some", Schema(minItems=1)]


class Failed(TypedDict):
    """A spec that failed, in its place among the others."""

    spec: Annotated[str, "as it was asked for"]
    errors: Annotated[list[Error], Schema(minItems=1)]


class Step(TypedDict):
    """A step of the network, and the line that it is written in."""

    path: str
    file: str
    line: Line


# archcalc.report/1


class OwnWeight(TypedDict):
    name: str
    shape: Size


class Weight(OwnWeight, total=False):
    shared: Annotated[str, "the path of the layer that it is of"]


class ReceptiveField(TypedDict):
    """What a layer sees of one axis of an input. A size that is no number has nothing else."""

    input: str
    axis: Annotated[int, "as the file has the input's axes, from 0", Schema(minimum=0)]
    size: Annotated[
        int | str,
        "the most positions that one position sees",
        Schema(anyOf=[{"type": "integer", "minimum": 0}, {"enum": ["all", "unknown"]}]),
    ]
    stride: Annotated[
        int | str | None,
        "input positions from one position to the next, a fraction as 1/2; null also where paths differ in it",
        Schema(anyOf=[{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]+/[0-9]+$"}, {"type": "null"}]),
    ]
    start: Annotated[int | None, "the first position that position 0 sees, below 0 in a padding"]
    aligned: Annotated[bool | None, "whether all paths agree in stride and centre"]


class AskedPlace(TypedDict, total=False):
    receptive_field: Annotated[list[ReceptiveField], "inputs in order, then their axes; only where it is asked for"]
    bytes: Annotated[int, "that the layer moves; only where it is asked for", Schema(minimum=0)]
    intensity: Annotated[float | None, "operations a byte, null where no byte moves; only where asked for"]


class RowPlace(AskedPlace):
    """Where a layer stands: in this the rows of equal layers differ."""

    id: Annotated[Count, "the layer's number in the order that they run, from 0"]
    path: Annotated[str, "the layer's place in the network"]
    name: Annotated[str | None, "as the spec names the step"]
    file: str
    line: Line
    reads: Annotated[
        list[str], "for each input the path of the layer that makes it, with #1 for its second output, or its own name"
    ]


class Facts(TypedDict):
    """What is true of every equal layer, with its figures."""

    type: Annotated[str, "the layer type"]
    inputs: Annotated[list[Size], "without the batch axis; one slice's inside map and experts"]
    outputs: list[Size]
    kernel: Annotated[Size | None, "the window by axis, null without one"]
    channels_read: Annotated[int | None, "how many channels one filter reads"]
    stride: Size | None
    padding: Annotated[list[Annotated[list[int], Schema(minItems=2, maxItems=2)]] | None, "[before, after] by axis"]
    params_by_dtype: ByDtype
    weights_bytes: Annotated[Count, "of them, in whole bytes"]
    trainable: bool
    weights: list[Weight]
    ops_by_kind: Operations
    copies: Annotated[Line, "how many experts there are of the layer"]
    row: Annotated[bool, "whether tables show it"]


class Row(RowPlace, Facts):
    """One layer, and its figures."""


class AsWide(Widths):
    params_by_dtype: ByDtype


class Report(AskedHead, Noted, AsWide):
    """One network, layer by layer."""

    convention: Annotated[str, "the way of counting that ops are in"]
    unit: Annotated[str, "what that convention calls an operation"]
    layout: Layout
    input: Inputs
    outputs: list[Size]
    totals: Annotated[dict[str, Count], Figures(FIGURES.values(), described=True, asked=[RECEPTIVE_FIELD, BYTES])]
    layers: list[Row]


# archcalc.counts/1


class Counted(TypedDict):
    name: str
    unit: str
    total: Amount
    by_kind: Annotated[dict[str, Amount], "by kind of layer, the largest first"]


CountedDifference = TypedDict(
    "CountedDifference",
    {
        "name": str,
        "from": Annotated[str, "the convention that it is held against"],
        "total": Annotated[int, Schema(type="number")],
        "by_kind": dict[str, Annotated[int, Schema(type="number")]],
    },
)


class Counts(AskedHead, Noted):
    """One network in several ways of counting."""

    layout: Layout
    input: Inputs
    conventions: list[Counted]
    differences: list[CountedDifference]


# archcalc.diff/1


class Changed(TypedDict):
    """A layer of one side, and its figures."""

    path: str
    type: str
    file: str
    line: Line
    inputs: list[Size]
    outputs: list[Size]


class Change(TypedDict):
    """A layer that was added, removed, or differs."""

    kind: Literal["added", "removed", "changed"]
    path: str
    step: Annotated[str | None, "the highest step that was added or removed whole, with this layer in it"]
    cause: Annotated[str | None, "arguments, or input where it merely reads other sizes"]
    arguments: dict[str, Any]
    because: Annotated[list[str], "the paths of the layers whose change it follows from"]
    old: Changed | None
    new: Changed | None
    change: Annotated[dict[str, int], Figures([*SUMMED, FIGURES["weights_bytes"]])]


class TotalChange(TypedDict):
    old: Count
    new: Count
    change: int


class TimeChange(TotalChange):
    """The change of the least time on a device, in nanoseconds, rounded up."""

    device: str


class Renamed(TypedDict):
    old: str
    new: str


class PeakChange(TotalChange):
    """The change of a figure that is no sum of layers."""

    old_at: Annotated[Step | None, "where the peak was, null for a figure that is at no step"]
    new_at: Annotated[Step | None, "where it is"]


Field = Annotated[
    int | str | None, Schema(anyOf=[{"type": "integer", "minimum": 0}, {"enum": ["all", "unknown"]}, {"type": "null"}])
]


class FieldChange(TypedDict):
    """The change of a receptive field; of what is no number on both sides there is none."""

    old: Field
    new: Field
    change: int | None


class MoreDifference(TypedDict, total=False):
    time: Annotated[TimeChange, "with --device alone"]
    kv_cache: Annotated[TotalChange, "bytes kept of a token, where both make a sequence token by token"]


class Difference(Head, MoreDifference):
    """The difference of two networks."""

    old: Network
    new: Network
    different: bool
    totals: Annotated[dict[str, TotalChange], Figures(FIGURES.values())]
    peaks: Annotated[dict[str, PeakChange], "memory that activations need in bytes, as 'archcalc memory' has it"]
    training: Annotated[dict[str, TotalChange], "a step of training with adamw; empty for reports read from JSON"]
    receptive_field: Annotated[FieldChange | None, "of the outputs; null for reports read from JSON"]
    changes: Annotated[list[Change], "their change sums to that of the totals"]
    renamed: Annotated[list[Renamed], "layers that stayed and have another path"]


# archcalc.check/1


class Place(TypedDict):
    file: str
    line: Line


class Alive(TypedDict):
    """A tensor that exists at one time, with what lies in it, and the line that made it."""

    path: Annotated[str, "the layer that makes it, with #1 for its second output, or the input's name"]
    bytes: Count
    file: str
    line: Line


class Grown(Alive):
    """A tensor that grew, or lives longer; the line is the one that made it grow."""

    was: Annotated[int, "bytes in the base, 0 if it was not there", Schema(minimum=0)]
    until: Annotated[str | None, "the step that it now lives to, null if it grew"]


class Peak(TypedDict):
    """The step in which most memory is used."""

    at: Step
    alive: Annotated[list[Alive], "the tensors that exist there, the largest first"]
    grew: Annotated[Grown | None, "what of it grew most, null without a base"]


class Result(TypedDict):
    """A limit and what is used of it."""

    spec: str
    variant: str | None
    path: Annotated[str | None, "the pattern of the layers that it limits, null for the whole network"]
    metric: str
    kind: Literal["max", "min", "max_increase"]
    limit: Annotated[int | None, "null for growth without a base"]
    written: Annotated[str, "the limit as it was written"]
    used: Annotated[
        int | str,
        "all of a receptive field where the whole axis is seen; of a time nanoseconds, rounded up",
        Schema(anyOf=[{"type": "integer", "minimum": 0}, {"enum": ["all"]}]),
    ]
    base: Annotated[int | str | None, Schema(anyOf=[{"type": "integer"}, {"enum": ["all"]}, {"type": "null"}])]
    share: Annotated[float | None, "used of the limit, or the growth of the growth allowed"]
    level: Literal["error", "warn", "off"]
    ok: bool
    new: Annotated[bool, "whether the spec does not exist in the base"]
    message: str
    note: Annotated[str, "why a limit of growth was not judged"]
    file: Annotated[str, "where the limit is written"]
    line: Line
    spec_file: str
    settings: Annotated[list[str], "how the limit asks for the spec, such as batch 8; empty for as it stands"]
    at: Annotated[Place | None, "the spec's line that costs or grew most, or where the peak is"]
    peak: Annotated[Peak | None, "of a limit on memory that does not hold"]


class Loosening(TypedDict):
    """Something that the base holds, and the budgets now do not, or less strictly."""

    spec: Annotated[str | None, "its name, null where only the file is known"]
    variant: str | None
    spec_file: str | None
    kind: Annotated[
        Literal["max", "min", "max_increase", "expect", "spec", "count", "dtype", "budget"],
        "a limit; a shape that a spec expects; a spec that is gone; a file of --count, --dtype; what was not compared",
    ]
    metric: str | None
    path: Annotated[str | None, "the pattern of the layers that it limits, null for the whole network"]
    was: Annotated[str, "in the base, as it was written"]
    now: Annotated[str | None, "null for nothing"]
    message: Annotated[str, "what was, what is, and why"]
    written: Annotated[Place | None, "where it is written in the base"]
    at: Annotated[Place | None, "where it is now"]


class Check(Head, Noted):
    """Specs held to their budgets."""

    base: Annotated[str | None, "what growth is against, as it was asked for"]
    results: list[Result]
    loosened: Annotated[list[Loosening], "what the base holds more strictly; empty without a base"]
    left_out: Annotated[list[str], "files that globs match and that are no specs"]
    errors: Annotated[list[Error], "with any of these the check has no verdict"]


# archcalc.explain/1


class Written(TypedDict):
    """A value as the spec writes it, with the values that it was computed from."""

    text: str | None
    place: str
    file: str | None
    line: int | None
    value: Any
    reads: dict[str, Written]


class Definition(TypedDict):
    """A line of a derivation."""

    name: str
    formula: Annotated[str, "the rule, in names"]
    numbers: Annotated[str, "the numbers put in"]
    value: Annotated[Any, "the result"]


class CellHead(TypedDict):
    cell: str
    title: str
    value: Annotated[Any, "as a table has it"]
    steps: list[Definition]


class Dim(TypedDict):
    formula: str
    value: int


class CellShape(CellHead, total=False):
    shape: Annotated[list[Dim], "of a weight"]


class Cell(CellShape):
    """A number of a layer, derived."""

    notes: list[str]


class Argument(TypedDict):
    name: str
    value: str
    written: Annotated[Written | None, "null for the layer's own default"]


class MaybePlace(TypedDict):
    file: str | None
    line: int | None


class ExplainedLayer(TypedDict):
    path: str
    name: str | None
    type: str
    file: str | None
    line: int | None
    called_from: list[Call]
    inputs: list[Size]
    reads: Annotated[list[str], "what each input comes from: a layer's path, or the name of an input"]
    outputs: list[Size]
    axes: Annotated[list[dict[str, int]], "the names and sizes of each input's axes"]
    arguments: list[Argument]
    cells: list[Cell]
    notes: list[str]


class Part(TypedDict):
    """What a part contributes to each figure."""

    path: str
    layers: Count


class Sums(TypedDict):
    parts: list[Part]
    steps: Annotated[dict[str, Definition], "by figure"]


class Explanation(AskedHead):
    """The derivation of some layers, or with no layer of the totals."""

    convention: str
    unit: str
    layout: Layout
    level: Literal["brief", "full"]
    layers: list[ExplainedLayer]
    sums: Annotated[Sums | None, "what each part contributes"]


# archcalc.memory/1


class StepBytes(TypedDict):
    path: str
    bytes: Annotated[int, "of all tensors that exist while the step runs", Schema(minimum=0)]


class LeastOrder(TypedDict):
    """The order of the steps that needs the least memory at once."""

    peak_memory: Annotated[int, "bytes that it needs, the least found", Schema(minimum=0)]
    optimal: Annotated[bool, "whether it is proved that no order needs less"]
    lower_bound: Annotated[int, "bytes that every order needs", Schema(minimum=0)]
    steps: Annotated[list[str] | None, "the layers in that order, null where the order as written is as good"]


class Bank(TypedDict):
    name: str
    size: Annotated[int, "bytes that it has", Schema(minimum=0)]
    used: Annotated[int, "bytes up to the end of the last tensor in it", Schema(minimum=0)]


class Unplaced(TypedDict):
    """A tensor that no bank has room for, and the step in its life in which most exists."""

    path: str
    bytes: Count
    at: Step
    alive: list[Alive]


class Mapped(TypedDict):
    """Where a tensor lies, and in which steps."""

    path: str
    bytes: Annotated[int, "without what fills it up to the alignment", Schema(minimum=0)]
    bank: Annotated[str, "the bank, or arena without banks"]
    offset: Annotated[int, "bytes from its start", Schema(minimum=0)]
    first: Annotated[str, "the step from which on it exists"]
    last: Annotated[str, "the last step in which it exists"]


class MoreMemory(TypedDict, total=False):
    banks: Annotated[list[Bank], "with --banks alone"]
    unplaced: Annotated[list[Unplaced], "with --banks alone: what fits in none"]
    map: Annotated[list[Mapped], "with --map alone, in the order that the tensors are made"]


class Memory(AskedHead, MoreMemory, Noted, AsWide):
    """What the tensors of a network need while it runs, in bytes."""

    activations: Annotated[str, "the type of the activations", Schema(enum=[*BITS])]
    in_place: Annotated[bool, "whether layers that may are taken to write over their input"]
    peak_memory: Annotated[int, "the largest sum of bytes that exist at one time", Schema(minimum=0)]
    peak_at: Annotated[Step | None, "the first step in which as much exists, null without any step"]
    alive: Annotated[list[Alive], "the tensors that exist there, the largest first"]
    curve: Annotated[list[StepBytes], "every step, in the order written"]
    arena: Annotated[int | None, "bytes that a static planner allots, null if too many tensors exist at once"]
    alignment: Annotated[int, "bytes to whose multiples the arena's tensors are rounded up", Schema(minimum=1)]
    weights_bytes: Annotated[int, "parameters times the widths of their dtypes, not in the peak", Schema(minimum=0)]
    buffers_bytes: Annotated[int, "buffers times the width of dtype, not in the peak", Schema(minimum=0)]
    order: LeastOrder


# archcalc.train/1


class TrainedLayer(TypedDict):
    """One layer in a step of training."""

    path: str
    type: str
    file: str
    line: Line
    trainable: Annotated[bool, "whether it has weights that train"]
    forward_macs: Count
    backward_weight_macs: Count
    backward_input_macs: Count
    recomputed_macs: Annotated[Count, "paid again, because it is in a step that is computed anew"]
    kept_bytes: Annotated[int, "bytes of what it is the first to keep", Schema(minimum=0)]


class Checkpoints(TypedDict):
    """The steps of which only what they read is kept."""

    steps: list[str]
    auto: Annotated[bool, "whether they were chosen here"]
    optimal: Annotated[bool, "whether no other choice within the budget computes less anew"]


class Run(TypedDict):
    """A run over many samples."""

    samples: Count
    steps: Annotated[int, "updates of the weights, the last of which may have fewer samples", Schema(minimum=0)]
    macs: Annotated[int, "multiply-adds", Schema(minimum=0)]
    flops_6nd: Annotated[int, "6 N D of all its tokens, FLOPs", Schema(minimum=0)]


class MoreTrain(TypedDict, total=False):
    run: Annotated[Run, "with --samples alone"]


class Train(AskedHead, MoreTrain, Noted):
    """One step of training: multiply-adds, and bytes on one device."""

    convention: Annotated[str, "the way of counting that multiply-adds are in"]
    optimizer: Annotated[str, Schema(enum=[*OPTIMIZERS])]
    precision: Annotated[str, Schema(enum=[*PRECISIONS])]
    gradients: Annotated[str, "the type of the gradients", Schema(enum=[*BITS])]
    zero: Annotated[int, "the stage of ZeRO, 0 without", Schema(minimum=0, maximum=3)]
    devices: Annotated[int, "that ZeRO divides among", Schema(minimum=1)]
    checkpoint: Checkpoints
    forward_macs: Annotated[int, "multiply-adds of the forward pass", Schema(minimum=0)]
    backward_weight_macs: Annotated[int, "multiply-adds of the gradients of weights", Schema(minimum=0)]
    backward_input_macs: Annotated[int, "multiply-adds of the gradients of activations", Schema(minimum=0)]
    recomputed_macs: Annotated[int, "multiply-adds of what is computed anew", Schema(minimum=0)]
    step_macs: Annotated[int, "multiply-adds of all four", Schema(minimum=0)]
    params: Annotated[int, "parameters", Schema(minimum=0)]
    trained_params: Annotated[int, "parameters that train", Schema(minimum=0)]
    tokens: Annotated[int, "indices that are read, in a step; samples where none are", Schema(minimum=0)]
    flops_6nd: Annotated[int, "6 N D: parameters, times tokens, times 6 FLOPs", Schema(minimum=0)]
    kept_bytes: Annotated[int, "bytes of activations kept for the backward pass", Schema(minimum=0)]
    kept_by_dtype: Annotated[dict[str, int], "the same by type"]
    parameter_bytes: Annotated[int, "bytes", Schema(minimum=0)]
    gradient_bytes: Annotated[int, "bytes", Schema(minimum=0)]
    optimizer_bytes: Annotated[int, "bytes of its states, and of its copy of the weights", Schema(minimum=0)]
    total_bytes: Annotated[int, "bytes of parameters, gradients, optimizer and what is kept", Schema(minimum=0)]
    peak_bytes_at_least: Annotated[
        int,
        "bytes that exist together at some time of a step: the three states, what is kept by then, and the gradient of"
        " a layer's output, or what a step that is computed anew keeps",
        Schema(minimum=0),
    ]
    layers: list[TrainedLayer]


# archcalc.generate/1


class GeneratedLayer(TypedDict):
    """One layer of a network that makes a sequence."""

    path: str
    type: str
    file: str
    line: Line
    prefill_macs: Count
    prefill_macs_causal: Annotated[Count, "without what a causal mask leaves out"]
    step_macs: Annotated[Count, "of the last step"]
    cache_elements_per_token: Annotated[int, "of one sequence", Schema(minimum=0)]
    cache_bytes: Annotated[Count, "bytes before the last step"]
    state_bytes: Annotated[Count, "bytes"]
    memory_bytes: Annotated[Count, "bytes"]


class GenerationStep(TypedDict):
    """One token that is made."""

    context: Annotated[int, "tokens before it", Schema(minimum=0)]
    macs: Annotated[int, "multiply-adds", Schema(minimum=0)]
    cache_bytes: Annotated[int, "bytes that are kept of the tokens before it", Schema(minimum=0)]


class Experts(TypedDict):
    """Copies of steps of which some run."""

    count: Count
    active: Count
    distinct: Annotated[float, "how many a step reads, as expected: count * (1 - (1 - active / count) ** batch)"]


class GeneratedOn(TypedDict):
    """How fast a device makes a sequence, at most. A layer takes the longer of its computation and its reading."""

    name: str
    computed_in: Annotated[str, "the type whose peak is taken", Schema(enum=[*BITS])]
    peak: Annotated[int, "operations a second in that type, before the efficiency", Schema(exclusiveMinimum=0)]
    bandwidth: Annotated[int, "bytes a second", Schema(exclusiveMinimum=0)]
    efficiency: Annotated[float, "the share of the peak that is taken", Schema(exclusiveMinimum=0, maximum=1)]
    prefill_seconds: Annotated[float | None, "of the prompt, at least; null without one"]
    prefill_tokens_per_second: Annotated[float | None, "at most, of all sequences together"]
    step_seconds: Annotated[
        float,
        "of the last step, at least: weights, what is kept of the past, and multiply-adds",
        Schema(minimum=0),
    ]
    tokens_per_second: Annotated[float | None, "at most, of all sequences together; null where a step takes no time"]
    compute_bound: Annotated[int, "layers of a step that computation binds", Schema(minimum=0)]
    memory_bound: Annotated[int, "layers of a step that memory binds", Schema(minimum=0)]


class MoreGenerate(TypedDict, total=False):
    device: Annotated[GeneratedOn, "with --device alone"]


class Generate(AskedHead, MoreGenerate, Noted, AsWide):
    """A sequence made token by token: multiply-adds, and bytes of all sequences of the batch."""

    sequence: Annotated[str, "the variable or axis of inputs that its tokens are counted along"]
    inputs: Annotated[list[str], "the inputs that carry it"]
    prompt: Annotated[int, "tokens that are read at once", Schema(minimum=0)]
    tokens: Annotated[int, "tokens that are made, one by one", Schema(minimum=1)]
    context: Annotated[int, "tokens before the last step: prompt + tokens - 1", Schema(minimum=0)]
    cache: Annotated[str, "which tokens are kept: need, all or window+N"]
    cache_dtype: Annotated[str, "the type of what is kept", Schema(enum=[*BITS])]
    prefill_macs: Annotated[int, "multiply-adds of the prompt", Schema(minimum=0)]
    prefill_macs_causal: Annotated[int, "the same without what causal masks leave out", Schema(minimum=0)]
    step_macs: Annotated[int, "multiply-adds of the last step", Schema(minimum=0)]
    steps: Annotated[list[GenerationStep], "the first and the last, once if they are one"]
    cache_elements_per_token: Annotated[int, "elements kept of each token of one sequence", Schema(minimum=0)]
    cache_bytes_per_token: Annotated[int, "bytes kept of each token of one sequence", Schema(minimum=0)]
    cache_elements: Annotated[int, "elements kept of the tokens before the last step", Schema(minimum=0)]
    cache_bytes: Annotated[int, "bytes kept of the tokens before the last step", Schema(minimum=0)]
    state_elements: Annotated[int, "elements kept that have no axis of tokens", Schema(minimum=0)]
    state_bytes: Annotated[int, "bytes of recurrent layers, and of what convolutions read again", Schema(minimum=0)]
    memory_elements: Annotated[int, "elements computed once, before the first step", Schema(minimum=0)]
    memory_bytes: Annotated[int, "bytes of what cross-attention reads in each step", Schema(minimum=0)]
    weights_bytes: Annotated[int, "bytes of all weights", Schema(minimum=0)]
    weights_bytes_per_step: Annotated[
        int,
        "bytes of weights that a step reads: rows of tables that are read by index, of experts as many as are expected",
        Schema(minimum=0),
    ]
    experts: Annotated[list[Experts], "each kind of experts once"]
    total_bytes: Annotated[int, "bytes of weights, cache, states and memory before the last step", Schema(minimum=0)]
    layers: list[GeneratedLayer]


# archcalc.time/1, devices/1


Binding = Literal["compute", "memory"]


class TypedStep(Step):
    type: str


class TimedLayer(TypedStep):
    """The least time of one layer."""

    macs: Annotated[int, "multiply-adds, of which each is two operations", Schema(minimum=0)]
    bytes: Annotated[int, "that it reads, of its weights and that it gives, each once", Schema(minimum=0)]
    intensity: Annotated[float | None, "operations a byte, null where no byte moves"]
    seconds: Annotated[float, "at least", Schema(minimum=0)]
    bound: Annotated[Binding | None, "what binds it, null where it neither computes nor moves"]
    fused: Annotated[bool, "whether it is computed where what it reads is made, and moves nothing"]


class Time(AskedHead, Noted, AsWide):
    """The least time of a network on a device: a bound from below."""

    activations: Annotated[str, "the type of the activations", Schema(enum=[*BITS])]
    device: str
    computed_in: Annotated[str, "the type whose peak is taken"]
    peak: Annotated[int, "operations a second in that type, before the efficiency", Schema(exclusiveMinimum=0)]
    bandwidth: Annotated[int, "bytes a second", Schema(exclusiveMinimum=0)]
    efficiency: Annotated[float, "the share of the peak that is taken", Schema(exclusiveMinimum=0, maximum=1)]
    balance: Annotated[float, "operations a byte at which computation and memory both bind", Schema(minimum=0)]
    fuse: Annotated[bool, "whether layers are computed where what they alone read is made"]
    macs: Annotated[int, "multiply-adds", Schema(minimum=0)]
    bytes: Annotated[int, "that all layers move", Schema(minimum=0)]
    intensity: Annotated[float | None, "operations a byte, null where no byte moves"]
    seconds: Annotated[float, "at least, the sum over the layers", Schema(minimum=0)]
    compute_seconds: Annotated[float, "of the layers that computation binds", Schema(minimum=0)]
    memory_seconds: Annotated[float, "of the layers that memory binds", Schema(minimum=0)]
    compute_bound: Annotated[int, "layers that computation binds", Schema(minimum=0)]
    memory_bound: Annotated[int, "layers that memory binds", Schema(minimum=0)]
    layers: list[TimedLayer]


class Device(TypedDict):
    """What a device computes and moves at most."""

    name: str
    also: Annotated[list[str], "other names that it goes by"]
    maker: str
    kind: str
    peaks: Annotated[dict[str, int], "operations a second by type, of dense tensors; a multiply-add is two"]
    bandwidth: Annotated[int, "bytes a second", Schema(exclusiveMinimum=0)]
    memory: Annotated[int | None, "bytes, null where unknown"]
    efficiency: Annotated[float, "the share of the peaks that is taken", Schema(exclusiveMinimum=0, maximum=1)]
    note: str | None
    source: Annotated[str, "where its figures come from"]


class Devices(Head):
    """The devices that ship, or one."""

    devices: list[Device]


# archcalc.fit/1


Cells = dict[str, int | float | str | None]


class FitVaried(TypedDict):
    name: Annotated[str, "a variable, an entry of a list, an axis of the input, variant or dtype"]
    size: Annotated[int, "how many values it has", Schema(minimum=1)]


class FitLimit(TypedDict):
    bound: Literal["max", "min"]
    figure: str
    limit: Annotated[float, Schema(minimum=0)]
    text: Annotated[str, "as it was given"]


class FitGoal(TypedDict):
    kind: Literal["largest", "smallest", "nearest"]
    figure: Annotated[str, "a figure, what varies, or train_flops"]
    target: Annotated[float | None, "of what is nearest"]
    text: Annotated[str | None, "the target as it was given"]
    tokens_per_param: Annotated[float | None, "of a cell of IsoFLOP"]


class FitVariant(TypedDict):
    values: Annotated[Cells, "of what varies"]
    figures: Annotated[Cells, "those that decide, and those that are told"]


class FitTraining(TypedDict):
    """What training takes: flops = flops_per_token x tokens, two for each multiply-add of both passes."""

    tokens: Amount
    flops_per_token: Amount
    flops: Amount
    flops_6nd: Annotated[Amount, "6 x parameters x tokens"]


class MoreFitAnswer(TypedDict, total=False):
    training: Annotated[FitTraining, "of a cell of IsoFLOP alone"]


class FitAnswer(FitVariant, MoreFitAnswer):
    position: Annotated[int, "among the variants in the order of sweep, from 0", Schema(minimum=0)]
    options: Annotated[list[str], "those that choose it, for any command"]


class MoreFitNext(TypedDict, total=False):
    train_flops: Annotated[Amount, "of a cell of IsoFLOP alone"]


class FitNext(MoreFitNext):
    """A variant one step from the answer."""

    values: Annotated[Cells, "what differs"]
    figures: Annotated[Cells | None, "null where it does not fit together"]
    over: Annotated[list[str], "the figures whose limits it does not keep"]
    better: Annotated[bool | None, "whether it would be better if it kept them"]
    status: str


class FitMisfit(TypedDict):
    values: Annotated[Cells, "of what varies"]
    status: Annotated[str, "what is wrong, and where"]


class FitMissed(TypedDict):
    """How far the limits are from what there is."""

    tightest: Annotated[FitLimit | None, "the one that all miss, by the largest share; null if each is kept by some"]
    by: Annotated[Amount | None, "how far the variant is beyond it"]
    share: Annotated[float, "of the limit", Schema(minimum=0)]
    variant: Annotated[FitVariant, "the one that misses it least; or whose largest miss is the least"]


class Fit(AskedHead):
    """The best variant that keeps all limits, and how that is known."""

    vary: list[FitVaried]
    limits: list[FitLimit]
    goal: FitGoal
    variants: Count
    method: Annotated[Literal["walked", "bisected"], "all computed, or few, as figures only rise or only fall"]
    computed: Annotated[int, "variants that were computed", Schema(minimum=0)]
    ways: Annotated[
        dict[str, Literal["rises", "same", "falls"]] | None,
        "of what was bisected, how figures go with the number",
    ]
    misfits: Annotated[int, "variants that do not fit together", Schema(minimum=0)]
    misfit: Annotated[FitMisfit | None, "the first of them"]
    within: Annotated[int, "variants that keep all limits", Schema(minimum=0)]
    answer: Annotated[FitAnswer | None, "null where none does"]
    next: list[FitNext]
    front: Annotated[
        list[FitVariant] | None,
        "where several names vary, those within that no other beats; null of one, and of too many",
    ]
    missed: Annotated[FitMissed | None, "where there is no answer"]
    sentence: Annotated[str, "the answer with its proof"]


# archcalc.formula/1


class Form(TypedDict):
    text: str
    python: Annotated[str, "the same as Python computes it"]


class Variable(TypedDict):
    name: str
    kind: Literal["axis", "variable", "batch"]
    input: Annotated[str | None, "the input whose axis it is"]
    axis: int | None
    at: Annotated[int, "its value in the spec"]
    domain: str


Ratio = Annotated[str | None, "a whole number or a fraction, such as 7653/1927"]


class Doubling(TypedDict):
    at: Ratio
    limit: Ratio


class ClosedForm(TypedDict):
    unit: str
    text: str
    python: str
    at: Annotated[int, "at the values in the spec"]
    leading: Annotated[Form | None, "the term that grows fastest"]
    doubling: Annotated[dict[str, Doubling], "what doubling a variable multiplies it by"]


class Interval(TypedDict):
    """The values of a name, the others as in the spec, for which no other step needs more."""

    least: Line
    most: Annotated[int | None, "null where there is none"]
    exact: Annotated[bool, "false where values beyond were not tried, since sizes are rounded"]


class PeakForm(TypedDict):
    """The largest of many sums, as the one that is the largest at the values in the spec."""

    unit: str
    text: str
    python: str
    at: Annotated[int, "at the values in the spec"]
    where: Annotated[Step | None, "the step that it is of, null without steps"]
    intervals: Annotated[dict[str, Interval], "by name"]


class Reason(TypedDict):
    message: str
    chosen: Annotated[bool, "whether another value would build another network"]
    path: str | None
    file: str | None
    line: Line | None


class Assumption(TypedDict):
    text: str
    python: str
    reasons: list[Reason]


class FormulaLayer(TypedDict):
    path: str
    type: str
    file: str
    line: Line
    outputs: list[list[Form]]
    figures: dict[str, Form]


class Peaks(TypedDict, total=False):
    peaks: Annotated[dict[str, PeakForm], "with --figure alone"]


class Formula(AskedHead, Peaks):
    """Closed forms of a network's figures."""

    convention: str
    unit: str
    variables: list[Variable]
    figures: dict[str, ClosedForm]
    outputs: list[list[Form]]
    assumptions: list[Assumption]
    layers: list[FormulaLayer] | None


# archcalc.specs/1, layers/1, layer/1, count/1: what there is to choose from


class ShippedVariant(TypedDict):
    name: str
    inputs: dict[str, Size]
    params: Count
    macs: Count


class ShippedSpec(TypedDict):
    name: str
    field: Annotated[str, "the folder that it is in, empty for none"]
    description: str
    source: str
    inputs: dict[str, Size]
    params: Count
    macs: Count
    variants: list[ShippedVariant]


class Specs(TypedDict):
    """The shipped specs."""

    schema: str
    specs: list[ShippedSpec]


class LayerType(TypedDict):
    name: str
    does: str


class Family(TypedDict):
    family: str
    layers: list[LayerType]


class Layers(TypedDict):
    """The layer types by family."""

    schema: str
    families: list[Family]


class LayerArgument(TypedDict):
    name: str
    takes: str
    required: bool
    default: str | None
    obvious: Annotated[bool, "whether a bare value sets it"]


class LayerWeight(TypedDict):
    name: str
    shape: list[str]
    count: str


class LayerHead(TypedDict):
    schema: str
    name: str
    family: str
    description: str
    reads: str
    arguments: list[LayerArgument]
    example: Annotated[str, "a whole spec without its name"]


class LayerRules(TypedDict):
    inputs: Annotated[list[list[str]], "the names of the axes that it reads in the example"]
    outputs: list[list[str]]
    sizes: Annotated[dict[str, str], "the output's axes that are computed"]
    weights: list[LayerWeight]
    ops: Annotated[dict[str, str], "elementary operations by kind"]
    assumes: list[str]


class StructureArgument(TypedDict):
    name: str
    takes: Annotated[str, "empty for a block's, which takes any value"]
    required: bool
    default: str | None


class FormAt(TypedDict):
    text: str
    at: Annotated[int, "at the values of the example"]


class StructureHead(TypedDict):
    schema: str
    name: str


class StructureText(TypedDict):
    family: Literal["structures", "blocks"]
    description: str
    source: Annotated[str | None, "where a block comes from"]
    arguments: list[StructureArgument]
    text: Annotated[str | None, "a block as its file writes it"]


class StructureExample(TypedDict):
    example: Annotated[str | None, "a whole spec without its name"]
    figures: dict[str, FormAt]
    outputs: list[list[str]]
    assumes: list[str]


class Structure(StructureHead, StructureText, StructureExample):
    """A word that holds steps, or a shipped block; what it computes as closed forms in the names of its example."""


class Layer(LayerHead, LayerRules):
    """One layer type; its rules as closed forms in the names of its arguments and axes."""


class Rule(TypedDict):
    sign: str
    counts: str


class WrongFor(TypedDict):
    reason: str
    networks: list[str]


class Convention(TypedDict):
    name: str
    version: Annotated[str | None, "the release of the tool that counts so"]
    unit: str
    counts: str
    source: str
    rules: Annotated[dict[str, Rule], "by kind of layer; a kind that is not here counts nothing"]
    wrong: Annotated[list[WrongFor], "where the tool itself prints something else"]
    notes: Annotated[list[str], "what the tool does not see, or sees only in other circumstances"]


class Conventions(TypedDict):
    """The ways of counting."""

    schema: str
    conventions: list[Convention]
    kinds: Annotated[dict[str, list[str]], "the layer types of each kind"]


class Output(NamedTuple):
    """A JSON output: its class, the command that prints it, and whether several specs make an array of it."""

    document: Any
    command: str
    several: bool = False


OUTPUTS = {
    "report": Output(Report, "archcalc show --format json", several=True),
    "counts": Output(Counts, "archcalc show --count all --format json", several=True),
    "diff": Output(Difference, "archcalc diff --format json"),
    "check": Output(Check, "archcalc check --format json"),
    "explain": Output(Explanation, "archcalc explain --format json"),
    "memory": Output(Memory, "archcalc memory --format json"),
    "train": Output(Train, "archcalc train --format json"),
    "generate": Output(Generate, "archcalc generate --format json"),
    "time": Output(Time, "archcalc time --format json"),
    "devices": Output(Devices, "archcalc devices --format json"),
    "fit": Output(Fit, "archcalc fit --format json"),
    "formula": Output(Formula, "archcalc formula --format json"),
    "specs": Output(Specs, "archcalc specs --format json"),
    "layers": Output(Layers, "archcalc layers --format json"),
    "layer": Output(Layer, "archcalc layers NAME --format json"),
    "structure": Output(Structure, "archcalc layers NAME --format json"),
    "count": Output(Conventions, "archcalc count --format json"),
}
"""Each output by its name."""
