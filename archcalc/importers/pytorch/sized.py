"""Rules of operators that no layer does: they stand as ``custom`` steps of the sizes that they give."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Shape, Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.stored import constant


def other(op: Operation, shape: Shape, *inputs: Tensor, macs: int = 0) -> Tensor:
    """A custom of this shape, or a constant where nothing that it reads is computed."""
    used = inputs or tuple(op.tensors)
    if not any(x.computed for x in used):
        return Tensor(shape)
    return stands_as_custom(op.recorder, op.name, shape, used, macs=macs)


def as_large(op: Operation) -> Any:
    """Elements of a tensor replaced, sorted or summed up: as large as that."""
    shape = op.tensors[0].shape
    found = other(op, shape)
    return [found, Tensor(shape) if not op.read[1] else found] if len(op.shapes) > 1 else found


def largest(op: Operation) -> list[Tensor]:
    """topk: the largest of an axis, and where they are."""
    x = op.tensor("self")
    axis = axis_in(op.number("dim", -1), len(x.shape))
    shape = (*x.shape[:axis], op.number("k"), *x.shape[axis + 1 :])
    if x.computed:
        op.recorder.axis(x, axis, op.name)
    return [other(op, shape) if read else Tensor(shape) for read in op.read]


def as_index(op: Operation) -> Tensor:
    """gather and take_along_dim: as many as the index has."""
    return other(op, op.tensor("index", "indices").shape)


def one_hot(op: Operation) -> Tensor:
    count = op.number("num_classes", -1)
    if count < 1:
        raise Unreadable("one_hot: how much it gives depends on values")
    return other(op, (*op.tensor("self").shape, count))


def chosen(op: Operation) -> Tensor:
    """Indexing by several tensors: their shape where they stand side by side, else in front."""
    x, indices = op.tensor("self"), op.get("indices", [])
    said = [axis for axis, index in enumerate(indices) if isinstance(index, Tensor)]
    tensors = [indices[axis] for axis in said]
    if any(index.dtype == "bool" for index in tensors):
        raise Unreadable("indexing by a mask: how much it gives depends on values")
    shape = stretched([index.shape for index in tensors], max(len(index.shape) for index in tensors))
    rest = [size for axis, size in enumerate(x.shape) if axis not in said]
    first = said[0] if said == [*range(said[0], said[0] + len(said))] else 0
    return other(op, (*rest[:first], *shape, *rest[first:]), x, *tensors)


def repeated(op: Operation) -> Tensor:
    """repeat_interleave: each position so many times."""
    x, times = op.tensor("self"), op.get("repeats")
    if type(times) is not int:
        raise Unreadable("repeat_interleave: how much it gives depends on values")
    recorder = op.recorder
    if op.get("dim") is None:
        x = recorder.view(x, [prod(x.shape)])
    axis = axis_in(op.number("dim", 0), len(x.shape))
    if not x.computed and x.weight is None:
        return constant(op)
    apart = recorder.unsqueeze(x, axis + 1)
    wide = recorder.expand(apart, [*x.shape[: axis + 1], times, *x.shape[axis + 1 :]])
    return recorder.view(wide, [*x.shape[:axis], x.shape[axis] * times, *x.shape[axis + 1 :]])


def grid(op: Operation) -> list[Tensor]:
    """meshgrid: each of the tensors along an axis of its own."""
    tensors = op.get("tensors", [])
    sizes = [prod(x.shape) for x in tensors]
    if any(x.computed for x in tensors):
        raise Unreadable("meshgrid of tensors that are computed")
    if op.get("indexing") == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1], sizes[0]
    return [Tensor(sizes, dtype=x.dtype) for x in tensors]


def sampled(op: Operation) -> Tensor:
    """grid_sampler: the channels of an image at the places of a grid."""
    x, places = op.tensor("input"), op.tensor("grid")
    return other(op, (*x.shape[:2], *places.shape[1:-1]))


def places(op: Operation) -> Tensor:
    """affine_grid_generator: places of an image for each sample."""
    size = op.numbers("size")
    return other(op, (size[0], *size[2:], len(size) - 2))


def distances(op: Operation) -> Tensor:
    """cdist: a number for each pair of vectors."""
    one, two = op.tensor("x1"), op.tensor("x2")
    return other(op, (*stretched([one.shape[:-2], two.shape[:-2]], max(len(one.shape), len(two.shape)) - 2),
                      one.shape[-2], two.shape[-2]))  # fmt: skip


def diagonal(op: Operation) -> Tensor:
    x = op.tensor("self")
    first, second = (axis_in(op.number(name, default), len(x.shape)) for name, default in (("dim1", 0), ("dim2", 1)))
    offset = op.number("offset", 0)
    count = max(min(x.shape[first] + min(offset, 0), x.shape[second] - max(offset, 0)), 0)
    return other(op, (*(size for axis, size in enumerate(x.shape) if axis not in (first, second)), count))


def on_diagonal(op: Operation) -> Tensor:
    x, offset = op.tensor("self"), abs(op.number("offset", 0))
    if op.number("dim1", -2) != -2 or op.number("dim2", -1) != -1:
        raise Unreadable("diag_embed of other axes than the last")
    return other(op, (*x.shape, x.shape[-1] + offset)[:-2] + (x.shape[-1] + offset,) * 2)


def windows(op: Operation) -> Tensor:
    """Tensor.unfold of any axis: the windows along it, their elements as the last axis."""
    x, size, step = op.tensor("self"), op.number("size"), op.number("step")
    axis = axis_in(op.number("dimension"), len(x.shape))
    if x.computed:
        op.recorder.axis(x, axis, op.name)
    return other(op, (*x.shape[:axis], (x.shape[axis] - size) // max(step, 1) + 1, *x.shape[axis + 1 :], size))


def regions(op: Operation) -> Tensor:
    """roi_align and roi_pool: as many images as there are regions, for all samples."""
    x, boxes = op.tensor("input"), op.tensor("rois")
    if op.recorder.batch > 1 or not x.computed:
        raise Unreadable(f"{op.name} of a batch")
    shape = [boxes.shape[0], x.shape[1], op.number("pooled_height"), op.number("pooled_width")]
    read = [one for one in (x, boxes) if one.computed]
    return Tensor(shape, value=op.recorder.add("custom", {"out": shape, "params": 0, "macs": 0}, read).outputs[0])


def differences(op: Operation) -> Tensor:
    x, times = op.tensor("self"), op.number("n", 1)
    axis = axis_in(op.number("dim", -1), len(x.shape))
    return other(op, (*x.shape[:axis], max(x.shape[axis] - times, 0), *x.shape[axis + 1 :]))


def quarter_turns(op: Operation) -> Tensor:
    x = op.tensor("self")
    first, second = (axis_in(axis, len(x.shape)) for axis in op.numbers("dims", [0, 1]))
    shape = [*x.shape]
    if op.number("k", 1) % 2:
        shape[first], shape[second] = shape[second], shape[first]
    return other(op, tuple(shape))


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            "scatter scatter_add scatter_reduce index_put _index_put_impl_ index_add index_copy index_fill"
            " masked_scatter slice_scatter select_scatter diagonal_scatter sort argsort msort cummax cummin cumprod"
            " logcumsumexp renorm put fft_fftshift fft_ifftshift linalg_inv inverse linalg_cholesky"
            " matrix_exp linalg_matrix_exp"
        ).split(),
        as_large,
    ),
    "topk": largest,
    **dict.fromkeys("gather take_along_dim".split(), as_index),
    "one_hot": one_hot,
    "repeat_interleave": repeated,
    "meshgrid": grid,
    **dict.fromkeys("grid_sampler grid_sampler_2d grid_sampler_3d".split(), sampled),
    "affine_grid_generator": places,
    **dict.fromkeys("cdist _cdist_forward".split(), distances),
    **dict.fromkeys("diagonal linalg_diagonal".split(), diagonal),
    "diag_embed": on_diagonal,
    "unfold": windows,
    **dict.fromkeys("torchvision.roi_align torchvision.roi_pool".split(), regions),
    "diff": differences,
    "rot90": quarter_turns,
}
"""The rule of each operator, by its name without the overload."""
