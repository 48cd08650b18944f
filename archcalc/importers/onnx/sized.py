"""Rules of operators that no layer does and that have no weights: ``custom`` steps of the sizes that they give."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.customs import say
from archcalc.importers.graphs.samples import Tensor, axis_in
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.elementwise import softmax
from archcalc.importers.onnx.moving import padded
from archcalc.importers.onnx.operation import Operation, Rule, other


def best(op: Operation) -> list[Tensor]:
    """TopK: the largest of an axis, and where they are."""
    x = op.tensor()
    axis = op.axis(-1)
    count = op.number("k") if "k" in op.attributes else op.sizes("k", 1)[0]
    op.recorder.axis(x, axis, "TopK")
    shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
    return [other(op, shape, x) if read else Tensor(shape) for read in op.read]


def largest(op: Operation) -> Tensor:
    """ArgMax, ArgMin and ReduceProd."""
    x = op.tensor()
    if op.type.startswith("Arg"):
        axes = [op.axis(0)]
    else:
        axes = [axis_in(int(axis), len(x.shape)) for axis in op.known("axes", 1) or range(len(x.shape))]
    for axis in axes:
        op.recorder.axis(x, axis, op.type)
    keep = bool(op.get("keepdims", 1))
    shape = [1 if axis in axes else size for axis, size in enumerate(x.shape) if keep or axis not in axes]
    if keep or x.batch is None or not any(axis < x.batch.axis for axis in axes):
        return other(op, shape, x)
    raise Unreadable(f"{op.type} before the batch")


def one_hot(op: Operation) -> Tensor:
    x, depth = op.tensor(0), op.sizes("depth", 1)[0]
    axis = axis_in(op.number("axis", -1), len(x.shape) + 1)
    return other(op, (*x.shape[:axis], depth, *x.shape[axis:]), x)


def of_index(op: Operation) -> Tensor:
    """GatherElements: as many as the index has."""
    return other(op, op.tensor(1).shape)


def of_points(op: Operation) -> Tensor:
    """GatherND."""
    x, index, shared = op.tensor(0), op.tensor(1), op.get("batch_dims", 0)
    if not index.shape:
        raise Unreadable("GatherND of no positions")
    return other(op, (*index.shape[:-1], *x.shape[index.shape[-1] + shared :]))


def first_shape(op: Operation) -> Tensor:
    """Positions of a tensor replaced: as large as that."""
    return other(op, op.tensor().shape)


def sampled(op: Operation) -> Tensor:
    """GridSample: the channels of an image at the places of a grid."""
    x, grid = op.tensor(0), op.tensor(1)
    return other(op, (*x.shape[:2], *grid.shape[1:-1]))


def regions(op: Operation) -> Tensor:
    """RoiAlign: as many images as there are regions, for all samples."""
    x, rois = op.tensor(0), op.tensor(1)
    size = op.number("output_height", 1), op.number("output_width", 1)
    if op.recorder.batch > 1 or not x.computed:
        raise Unreadable("RoiAlign of a batch")
    shape = (rois.shape[0], x.shape[1], *size)
    computed = [one for one in (x, rois) if one.computed]
    arguments = {"out": [*shape], "params": 0, "macs": 0}
    value = op.recorder.add("custom", arguments, computed).outputs[0]
    say(op.recorder, op.type)
    return Tensor(shape, value=value)


def grid(op: Operation) -> Tensor:
    """AffineGrid: places of an image for each sample."""
    size = op.sizes("size", 1)
    return other(op, (size[0], *size[2:], len(size) - 2))


def noise(op: Operation) -> Tensor:
    """Random numbers: nothing that the network computes."""
    shape = op.numbers("shape") if "shape" in op.attributes else [*op.tensor().shape]
    return Tensor(shape or ())


def identity_matrix(op: Operation) -> Tensor:
    return Tensor(op.tensor().shape)


def refused(op: Operation) -> Any:
    raise Unreadable(f"{op.type}: {REFUSED[op.type]}")


def transformed(op: Operation) -> Tensor:
    """DFT and STFT: the sizes alone."""
    x = op.tensor()
    if op.type == "DFT":
        axis = op.axis(1) if "axis" in op.attributes else axis_in(int((op.known("axis", 2) or [-2])[0]), len(x.shape))
        half, back = bool(op.get("onesided", 0)), bool(op.get("inverse", 0))
        length = int((op.known("dft_length", 1) or [2 * (x.shape[axis] - 1) if half and back else x.shape[axis]])[0])
        length = length // 2 + 1 if half and not back else length
        return other(op, (*x.shape[:axis], length, *x.shape[axis + 1 : -1], 1 if half and back else 2), x)
    step, window = op.sizes("frame_step", 1)[0], op.optional(2)
    frame = int((op.known("frame_length", 3) or [prod(window.shape) if window is not None else 0])[0])
    if step < 1 or frame < 1:
        raise Unreadable("STFT without a frame")
    bins = frame // 2 + 1 if op.get("onesided", 1) else frame
    return other(op, (x.shape[0], (x.shape[1] - frame) // step + 1, bins, 2), x)


def cropped(op: Operation) -> Tensor:
    """CenterCropPad: the middle of some axes, or zeros around it."""
    x, wanted = op.tensor(), op.sizes("shape", 1)
    axes = [axis_in(axis, len(x.shape)) for axis in op.numbers("axes") or range(len(x.shape))]
    pairs = [(0, 0)] * len(x.shape)
    for axis, size in zip(axes, wanted, strict=True):
        more = size - x.shape[axis]
        small, large = (more // 2, more - more // 2) if more > 0 else (-((-more) // 2), more + (-more) // 2)
        pairs[axis] = (small, large)
    return padded(op, x, pairs, "constant")


def loss(op: Operation) -> Any:
    """SoftmaxCrossEntropyLoss and NegativeLogLikelihoodLoss: a number for all samples, or one for each place."""
    x, target = op.tensor(0), op.tensor(1)
    shape = target.shape if op.get("reduction", "mean") == "none" else ()
    computed = [one for one in (x, target) if one.computed]
    if shape:
        found = other(op, shape, *computed)
    else:
        found = Tensor((), value=op.recorder.add("custom", {"out": [], "params": 0, "macs": 0}, computed).outputs[0])
        say(op.recorder, op.type)
    if len(op.read) < 2:
        return found
    return [found, softmax(op.with_type("LogSoftmax", [x], axis=1))]


def determinant(op: Operation) -> Tensor:
    return other(op, op.tensor().shape[:-2])


def pulse(op: Operation) -> Tensor:
    """HannWindow and its like: as many numbers as it is told."""
    return Tensor((op.sizes("size", 0)[0],))


def scale_of_tones(op: Operation) -> Tensor:
    """MelWeightMatrix: a constant of a row for each frequency."""
    bins, length = op.sizes("num_mel_bins", 0)[0], op.sizes("dft_length", 1)[0]
    return Tensor((length // 2 + 1, bins))


BY_VALUES = "how much it gives depends on values"
SEQUENCES = "a sequence of tensors, which no spec has"
STRINGS = "strings, which no spec has"
LOOPS = "control flow: how often its steps run depends on values"

REFUSED = {
    **dict.fromkeys(("NonZero", "NonMaxSuppression", "Unique", "Compress"), BY_VALUES),
    **dict.fromkeys(
        (
            "SequenceConstruct SequenceEmpty SequenceInsert SequenceErase SequenceAt SequenceLength SplitToSequence"
            " ConcatFromSequence SequenceMap Optional OptionalGetElement OptionalHasElement"
        ).split(),
        SEQUENCES,
    ),
    **dict.fromkeys(
        "StringNormalizer StringConcat StringSplit RegexFullMatch TfIdfVectorizer LabelEncoder Tokenizer".split(),
        STRINGS,
    ),
    "ImageDecoder": "pixels out of a file, of which nothing says the size",
    "Loop": LOOPS,
    "Scan": "control flow: steps written once that run for each element",
    "If": "control flow: which steps run depends on values",
}
"""What no spec says, and why."""

RULES: dict[str, Rule] = {
    "TopK": best,
    **dict.fromkeys(("ArgMax", "ArgMin", "ReduceProd"), largest),
    "OneHot": one_hot,
    "GatherElements": of_index,
    "GatherND": of_points,
    **dict.fromkeys("ScatterND ScatterElements Scatter TensorScatter".split(), first_shape),
    "GridSample": sampled,
    "RoiAlign": regions,
    "AffineGrid": grid,
    **dict.fromkeys("RandomNormal RandomUniform RandomNormalLike RandomUniformLike".split(), noise),
    "EyeLike": identity_matrix,
    **dict.fromkeys(("DFT", "STFT"), transformed),
    "CenterCropPad": cropped,
    **dict.fromkeys("SoftmaxCrossEntropyLoss NegativeLogLikelihoodLoss".split(), loss),
    "Det": determinant,
    **dict.fromkeys("HannWindow HammingWindow BlackmanWindow".split(), pulse),
    "MelWeightMatrix": scale_of_tones,
    **dict.fromkeys(REFUSED, refused),
}
