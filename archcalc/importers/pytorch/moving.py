"""Rules of operators that view, cut, join and permute."""

from __future__ import annotations

from math import prod
from typing import Any

from archcalc.importers.graphs.samples import Place, Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.operation import Operation, Rule, one, said
from archcalc.importers.pytorch.stored import constant
from archcalc.importers.pytorch.windows import channels_first, with_channels
from archcalc.layers.base import Arguments

MOST_PIECES = 10_000
"""Pieces of a split."""


def filled(sizes: list[int], elements: int) -> list[int]:
    """Sizes with their -1 replaced by what the others leave."""
    if sizes.count(-1) != 1:
        return sizes
    rest = prod(size for size in sizes if size != -1)
    return [elements // rest if size == -1 and rest else size for size in sizes]


def view(op: Operation) -> Tensor:
    x = op.tensor("self")
    return op.recorder.view(x, filled(op.numbers("size") or op.numbers("shape"), prod(x.shape)))


def view_as(op: Operation) -> Tensor:
    return op.recorder.view(op.tensor("self"), op.tensor("other").shape)


def flatten(op: Operation) -> Tensor:
    x = op.tensor("self")
    rank = len(x.shape)
    start, end = axis_in(op.number("start_dim", 0), rank), axis_in(op.number("end_dim", -1), rank)
    return op.recorder.view(x, [*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]])


def unflatten(op: Operation) -> Tensor:
    x = op.tensor("self")
    axis = axis_in(op.number("dim"), len(x.shape))
    sizes = filled(op.numbers("sizes"), x.shape[axis])
    return op.recorder.view(x, [*x.shape[:axis], *sizes, *x.shape[axis + 1 :]])


def squeeze(op: Operation) -> Tensor:
    dims = op.get("dim")
    return op.recorder.squeeze(op.tensor("self"), None if dims is None else op.numbers("dim"))


def unsqueeze(op: Operation) -> Tensor:
    return op.recorder.unsqueeze(op.tensor("self"), op.number("dim"))


def permute(op: Operation) -> Tensor:
    return op.recorder.permute(op.tensor("self"), op.numbers("dims"))


def exchanged(op: Operation) -> Tensor:
    x = op.tensor("self")
    order = [*range(len(x.shape))]
    first, second = op.number("dim0", op.get("axis0", 0)), op.number("dim1", op.get("axis1", 1))
    if len(order) > 1:
        first, second = axis_in(first, len(order)), axis_in(second, len(order))
        order[first], order[second] = order[second], order[first]
    return op.recorder.permute(x, order)


def expand(op: Operation) -> Tensor:
    return op.recorder.expand(op.tensor("self"), op.numbers("size"))


def expand_as(op: Operation) -> Tensor:
    return op.recorder.expand(op.tensor("self"), op.tensor("other").shape)


def cut(op: Operation) -> Tensor:
    x = op.tensor("self")
    axis = axis_in(op.number("dim", 0), len(x.shape))
    return op.recorder.cut(x, axis, op.number("start", 0), op.number("end", x.shape[axis]), op.number("step", 1))


def select(op: Operation) -> Tensor:
    return op.recorder.select(op.tensor("self"), op.number("dim"), op.number("index"))


def narrow(op: Operation) -> Tensor:
    start = op.number("start")
    return op.recorder.cut(op.tensor("self"), op.number("dim"), start, start + op.number("length"))


def split(op: Operation) -> list[Tensor]:
    x = op.tensor("self")
    axis = axis_in(op.number("dim", op.get("axis", 0)), len(x.shape))
    size = x.shape[axis]
    if op.name in ("split_with_sizes",) or isinstance(op.get("split_size"), list):
        return op.recorder.split(x, axis, op.numbers("split_sizes") or op.numbers("split_size"))
    piece = -(-size // max(op.number("chunks"), 1)) if op.name == "chunk" else op.number("split_size")
    if piece < 1:
        raise Unreadable(f"{op.name} in pieces of {piece}")
    hold_pieces(op, -(-size // piece))
    return op.recorder.split(x, axis, [min(piece, size - start) for start in range(0, size, piece)])


def hold_pieces(op: Operation, pieces: int) -> None:
    """Raise Unreadable for more pieces than a file has names for."""
    if pieces > MOST_PIECES:
        raise Unreadable(f"{op.name} in {pieces:,} pieces")


def unbind(op: Operation) -> list[Tensor]:
    x = op.tensor("self")
    axis = axis_in(op.number("dim", 0), len(x.shape))
    hold_pieces(op, x.shape[axis])
    return [op.recorder.select(x, axis, index) for index in range(x.shape[axis])]


def concat(op: Operation) -> Tensor:
    return op.recorder.concat(op.get("tensors", []), op.number("dim", 0))


STACKS = {"hstack": (1, 1), "column_stack": (2, 1), "vstack": (2, 0), "row_stack": (2, 0), "dstack": (3, 2)}
"""The axes that a tensor has at least, and the one along which they are joined."""


def stacked(op: Operation) -> Tensor:
    least, axis = STACKS[op.name]
    tensors = op.get("tensors", [])
    for place, x in enumerate(tensors):
        while len(tensors[place].shape) < least:
            tensors[place] = op.recorder.unsqueeze(tensors[place], len(tensors[place].shape))
        axis = 0 if op.name == "hstack" and len(x.shape) == 1 else axis
    return op.recorder.concat(tensors, axis)


def parts(op: Operation) -> list[Tensor]:
    """tensor_split: pieces as equal as can be, or between indices."""
    x = op.tensor("self")
    axis = axis_in(op.number("dim", 0), len(x.shape))
    size, count = x.shape[axis], op.get("sections")
    if type(count) is int and count > 0:
        hold_pieces(op, count)
        sizes = [size // count + (place < size % count) for place in range(count)]
    else:
        ends = [min(max(end + size if end < 0 else end, 0), size) for end in op.numbers("indices")]
        sizes = [stop - start for start, stop in zip([0, *ends], [*ends, size], strict=True)]
    return op.recorder.split(x, axis, sizes)


def broadcast(op: Operation) -> list[Tensor]:
    tensors = op.get("tensors", [])
    shape = stretched([x.shape for x in tensors], max(len(x.shape) for x in tensors))
    return [x if x.shape == shape else op.recorder.expand(x, shape) for x in tensors]


def stack(op: Operation) -> Tensor:
    tensors = op.get("tensors", [])
    axis = axis_in(op.number("dim", 0), len(tensors[0].shape) + 1)
    if not any(x.computed or (x.weight is not None and x.weight.learned) for x in tensors):
        return constant(op)
    if any(x.batch is None or x.batch != tensors[0].batch for x in tensors):
        return op.recorder.concat([op.recorder.unsqueeze(x, axis) for x in tensors], axis)
    batch = tensors[0].batch
    alone = op.recorder.alone(tensors[0].shape, batch)
    place = axis - (axis > batch.axis) if alone else axis
    flat = len(op.recorder.of(tensors[0]).shape) == 2
    node = op.recorder.add("stack", {"axis": place} if place or flat else {}, tensors)
    return op.recorder.result(node.outputs[0], tensors[0], batch._replace(axis=batch.axis + (axis <= batch.axis)))


def pad(op: Operation) -> Tensor:
    x, numbers = op.tensor("self"), op.numbers("pad")
    if not any(numbers):
        return x
    pairs = [[numbers[place], numbers[place + 1]] for place in range(0, len(numbers), 2)][::-1]
    for axis in range(-len(pairs), 0):
        if any(pairs[axis]):
            op.recorder.axis(x, axis, op.name)
    sample = len(op.recorder.of(x).shape)
    padding: Any = [one(pair) for pair in pairs[-sample:]]
    mode = op.get("mode", "constant")
    if len(padding) == sample - 1 and type(one(padding)) is int:
        padding = one(padding)
    arguments = {"padding": padding, **({"mode": mode} if mode != "constant" else {})}
    return op.recorder.layer("pad", arguments, x)


def moved(op: Operation) -> Tensor:
    """movedim: some axes to other places, the rest in their order."""
    x = op.tensor("self")
    rank = len(x.shape)
    sources, targets = ([axis_in(axis, rank) for axis in op.numbers(name)] for name in ("source", "destination"))
    rest = iter(axis for axis in range(rank) if axis not in sources)
    at = dict(zip(targets, sources, strict=True))
    return op.recorder.permute(x, [at[axis] if axis in at else next(rest) for axis in range(rank)])


def turned_over(op: Operation) -> Tensor:
    """numpy_T reverses all axes, mT and adjoint exchange the last two."""
    x = op.tensor("self")
    order = [*range(len(x.shape))]
    return op.recorder.permute(x, order[::-1] if op.name == "numpy_T" else [*order[:-2], *order[:-3:-1]])


EDGES = {"reflection": "reflect", "replication": "replicate"}


def edged(op: Operation) -> Tensor:
    """reflection_pad2d and its like."""
    mode = EDGES[op.name.partition("_")[0]]
    arguments = {"self": op.tensor("self"), "pad": op.numbers("padding"), "mode": mode}
    return pad(Operation("pad", arguments, op.recorder, op.shapes, op.read, op.sibling))


def roll(op: Operation) -> Tensor:
    x = op.tensor("self")
    if not op.numbers("dims", []):
        return x
    places = [op.recorder.axis(x, axis, op.name) for axis in op.numbers("dims")]
    return op.recorder.layer("roll", {"axis": places}, x)


def tile(op: Operation) -> Tensor:
    x, repeats = op.tensor("self"), op.numbers("repeats") or op.numbers("dims")
    x = op.recorder.view(x, [*[1] * (len(repeats) - len(x.shape)), *x.shape]) if len(repeats) > len(x.shape) else x
    repeats = [*[1] * (len(x.shape) - len(repeats)), *repeats]
    if not x.computed:
        return constant(op)
    places = {op.recorder.axis(x, axis, op.name): times for axis, times in enumerate(repeats) if times != 1}
    if not places:
        return x
    rank = len(op.recorder.of(x).shape)
    return op.recorder.layer("tile", {"repeats": [places.get(axis, 1) for axis in range(rank)]}, x)


def upsample(op: Operation) -> Tensor:
    x = op.tensor("self", "input")
    x = with_channels(op, x, len(x.shape) - 2)
    mode = op.name.removeprefix("_").removeprefix("upsample_").removesuffix("_aa").rstrip("123d").removesuffix("_exact")
    given = op.get("output_size") or op.get("size")
    factors = op.get("scale_factors") or op.get("scale_factor")
    before = x.shape[2:]
    if given:
        sizes = op.numbers("output_size") or op.numbers("size")
        exact = all(size % was == 0 for size, was in zip(sizes, before, strict=True))
        arguments: Arguments = {"scale": one([size // was for size, was in zip(sizes, before, strict=True)])}
        arguments = arguments if exact else {"size": one(sizes)}
    elif factors:
        arguments = {"scale": one([int(factor) if factor == int(factor) else factor for factor in factors])}
    else:
        raise Unreadable(f"{op.name} without a size")
    arguments |= {"mode": mode} if mode != "nearest" else {}
    arguments |= {"align_corners": True} if op.get("align_corners", False) else {}
    return op.recorder.layer("upsample", arguments, x)


def shuffled(op: Operation) -> Tensor:
    name = {"upscale_factor": "pixel_shuffle", "downscale_factor": "pixel_unshuffle"}
    word = next(word for word in name if op.get(word) is not None)
    channels_first(op, op.tensor("self"))
    return op.recorder.layer(name[word], {"factor": op.number(word)}, op.tensor("self"))


def channel_shuffle(op: Operation) -> Tensor:
    channels_first(op, op.tensor("self"))
    return op.recorder.layer("channel_shuffle", {"groups": op.number("groups")}, op.tensor("self"))


def columns(op: Operation) -> Tensor:
    """im2col: each window's values as a column."""
    arguments = window_arguments(op)
    channels_first(op, op.tensor("self"))
    return op.recorder.layer("unfold", arguments, op.tensor("self"))


def image_of(op: Operation) -> Tensor:
    """col2im: columns added into an image."""
    arguments = {**window_arguments(op), "size": op.numbers("output_size")}
    return op.recorder.layer("fold", arguments, op.tensor("self"))


def window_arguments(op: Operation) -> Arguments:
    defaults = {"stride": 1, "padding": 0, "dilation": 1}
    names = {"kernel_size": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation"}
    return said(defaults, **{name: one(op.numbers(word)) for word, name in names.items()})


def strided(op: Operation) -> Tensor:
    """as_strided of one axis of each sample: the elements in a row, and every so many of them."""
    x, size, stride = op.tensor("self"), op.numbers("size"), op.numbers("stride")
    recorder, start = op.recorder, op.number("storage_offset", 0)
    whole = prod(x.shape) // recorder.batch
    if len(size) != 2 or x.batch != Place(0) or size[0] != recorder.batch or stride[0] != whole or stride[1] < 1:
        raise Unreadable("as_strided of several axes")
    row = recorder.view(x, [recorder.batch, whole])
    return recorder.cut(row, 1, start, start + (size[1] - 1) * stride[1] + 1, stride[1])


RULES: dict[str, Rule] = {
    **dict.fromkeys("view reshape _unsafe_view".split(), view),
    **dict.fromkeys("reshape_as view_as".split(), view_as),
    "flatten": flatten,
    "unflatten": unflatten,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "permute": permute,
    **dict.fromkeys("transpose t swapaxes swapdims".split(), exchanged),
    **dict.fromkeys("numpy_T mT mH adjoint matrix_H".split(), turned_over),
    **dict.fromkeys("movedim moveaxis".split(), moved),
    **{f"{kind}_pad{rank}d": edged for kind in EDGES for rank in (1, 2, 3)},
    "expand": expand,
    "expand_as": expand_as,
    "slice": cut,
    "select": select,
    "narrow": narrow,
    **dict.fromkeys("split split_with_sizes chunk".split(), split),
    "unbind": unbind,
    **dict.fromkeys("cat concat concatenate".split(), concat),
    **dict.fromkeys("hstack vstack dstack column_stack row_stack".split(), stacked),
    "tensor_split": parts,
    "broadcast_tensors": broadcast,
    "stack": stack,
    **dict.fromkeys("pad constant_pad_nd".split(), pad),
    "roll": roll,
    **dict.fromkeys("repeat tile".split(), tile),
    **{
        f"upsample_{mode}": upsample
        for mode in "nearest1d nearest2d nearest3d linear1d bilinear2d bicubic2d trilinear3d".split()
    },
    **{f"_upsample_nearest_exact{rank}d": upsample for rank in (1, 2, 3)},
    **{f"_upsample_{mode}2d_aa": upsample for mode in ("bilinear", "bicubic")},
    **dict.fromkeys("pixel_shuffle pixel_unshuffle".split(), shuffled),
    "channel_shuffle": channel_shuffle,
    "as_strided": strided,
    "im2col": columns,
    "col2im": image_of,
}
