"""Rules of Resize and Upsample: sizes or factors, axes anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

from archcalc.importers.graphs.samples import Tensor
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.operation import Operation, Rule, other
from archcalc.importers.pytorch.operation import one
from archcalc.layers.base import Arguments

MODES = {
    "nearest": ("nearest", "nearest", "nearest"),
    "linear": ("linear", "bilinear", "trilinear"),
    "cubic": ("", "bicubic", ""),
}
"""The mode of upsample for 1, 2 and 3 axes."""


def resize(op: Operation) -> Tensor:
    """Resize and Upsample, by sizes or by factors."""
    x = op.image()
    shape = [*x.shape]
    axes = [axis % len(shape) for axis in op.numbers("axes") or range(len(shape))]
    factors = op.known("scales", 1 if op.type == "Upsample" or op.opset < 11 else 2)
    sizes = op.known("sizes", 3) if op.type == "Resize" and op.opset >= 11 else None
    if sizes is None and (factors is None or len(factors) != len(axes)):
        raise Unreadable(f"{op.type} without sizes or factors")
    if sizes is not None:
        sizes = in_ratio(op, [x.shape[axis] for axis in axes], sizes)
    for place, axis in enumerate(axes):
        shape[axis] = sizes[place] if sizes is not None else floor(x.shape[axis] * factors[place])  # type: ignore[index]
    return x if shape == [*x.shape] else resampled(op, x, shape)


def in_ratio(op: Operation, before: Sequence[int], sizes: Sequence[Any]) -> list[int]:
    """The sizes that are asked for, or the largest or smallest in the ratio that the sides have."""
    policy = op.get("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return [int(size) for size in sizes]
    choose = min if policy == "not_larger" else max
    scale = choose(Fraction(int(size), was) for size, was in zip(sizes, before, strict=True))
    return [floor(was * scale + Fraction(1, 2)) for was in before]


def resampled(op: Operation, x: Tensor, shape: Sequence[int]) -> Tensor:
    """The axes after the channels resampled; where the channels come last, turned for it."""
    rank = len(shape)
    if rank in (3, 4, 5) and x.shape[:2] != (*shape[:2],) and x.shape[-1] == shape[-1] and x.shape[0] == shape[0]:
        forth, back = [0, rank - 1, *range(1, rank - 1)], [0, *range(2, rank), 1]
        found = resampled(op, op.recorder.permute(x, forth), [shape[axis] for axis in forth])
        return op.recorder.permute(found, back)
    if rank not in (3, 4, 5) or x.shape[:2] != (*shape[:2],):
        return other(op, shape, x)
    mode = MODES.get(op.get("mode", "nearest"), ("", "", ""))[rank - 3]
    if not mode:
        return other(op, shape, x)
    before, after = x.shape[2:], shape[2:]
    whole = all(was and size % was == 0 for size, was in zip(after, before, strict=True))
    arguments: Arguments = {"size": one([*after])}
    if whole:
        arguments = {"scale": one([size // was for size, was in zip(after, before, strict=True)])}
    arguments |= {"mode": mode} if mode != "nearest" else {}
    corners = op.get("coordinate_transformation_mode") == "align_corners" and mode != "nearest"
    arguments |= {"align_corners": True} if corners else {}
    return op.recorder.layer("upsample", arguments, x)


RULES: dict[str, Rule] = dict.fromkeys("Resize Upsample".split(), resize)
