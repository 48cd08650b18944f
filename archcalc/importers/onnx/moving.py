"""Rules of operators that view, cut, join, pad and permute, of computed tensors and known ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from archcalc.importers.graphs.samples import Tensor, axis_in, stretched
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.onnx.folding import cut, turned
from archcalc.importers.onnx.operation import Operation, Rule, other
from archcalc.importers.pytorch import attending as torch_attending
from archcalc.importers.pytorch.operation import one
from archcalc.layers.base import Arguments

MOST_AXES = 64


def reshape(op: Operation) -> Tensor:
    x, wanted = op.tensor(), op.sizes("shape", 1) if not empty(op, 1) else []
    copies = not op.get("allowzero", 0)
    if len(wanted) > MOST_AXES:
        raise Unreadable(f"Reshape to {len(wanted):,} axes")
    sizes = [
        x.shape[axis] if copies and size == 0 and axis < len(x.shape) else size for axis, size in enumerate(wanted)
    ]
    if sizes.count(-1) == 1:
        rest = prod(size for size in sizes if size != -1)
        sizes = [prod(x.shape) // rest if size == -1 and rest else size for size in sizes]
    if any(size < 0 for size in sizes):
        raise Unreadable(f"Reshape to {wanted}")
    return op.recorder.view(x, sizes)


def empty(op: Operation, place: int) -> bool:
    found = op.optional(place)
    return found is not None and found.shape == (0,)


def flatten(op: Operation) -> Tensor:
    x, axis = op.tensor(), op.number("axis", 1)
    axis = axis + len(x.shape) if axis < 0 else axis
    return op.recorder.view(x, [prod(x.shape[:axis]), prod(x.shape[axis:])])


def squeeze(op: Operation) -> Tensor:
    axes = op.known("axes", 1)
    return op.recorder.squeeze(op.tensor(), None if axes is None else [int(axis) for axis in axes])


def unsqueeze(op: Operation) -> Tensor:
    x, axes = op.tensor(), op.sizes("axes", 1)
    for axis in sorted(axis_in(axis, len(x.shape) + len(axes)) for axis in axes):
        x = op.recorder.unsqueeze(x, axis)
    return x


def transpose(op: Operation) -> Tensor:
    x = op.tensor()
    order = op.numbers("perm") or [*range(len(x.shape))][::-1]
    if sorted(order) != [*range(len(x.shape))]:
        raise Unreadable(f"Transpose of {len(x.shape)} axes as {order}")
    return op.recorder.permute(x, order) if x.computed else turned(x, order)


def expand(op: Operation) -> Tensor:
    x, wanted = op.tensor(), tuple(op.sizes("shape", 1))
    shape = stretched([x.shape, wanted], max(len(x.shape), len(wanted)))
    return x if shape == x.shape else op.recorder.expand(x, shape)


def tile(op: Operation) -> Tensor:
    x, repeats = op.tensor(), op.sizes("repeats", 1)
    if len(repeats) != len(x.shape):
        raise Unreadable(f"Tile of {len(x.shape)} axes, {len(repeats)} times")
    if all(times == 1 for times in repeats):
        return x
    several = [axis for axis, times in enumerate(repeats) if times != 1]
    x = op.lifted(x) if x.batch is not None and x.batch.axis in several else x
    kept = {op.recorder.axis(x, axis, "Tile") for axis in several}
    sample = len(op.recorder.of(x).shape)
    said = [1] * sample
    for axis, place in zip(several, sorted(kept), strict=True):
        said[place] = repeats[axis]
    return op.recorder.layer("tile", {"repeats": said}, x)


def concat(op: Operation) -> Tensor:
    tensors = op.tensors
    if not tensors:
        raise Unreadable("Concat of nothing")
    axis = axis_in(op.number("axis", 1 if op.opset < 4 else 0), len(tensors[0].shape))
    filled = [x for x in tensors if x.shape[axis]]
    computed = [place for place, x in enumerate(filled) if x.computed]
    plain = all(x.computed or (x.weight is None or not x.weight.learned) for x in filled)
    if len(computed) == 1 and plain and len(filled) > 1:
        return beside_constants(op, filled, computed[0], axis)
    return op.recorder.concat(filled or tensors[:1], axis)


def beside_constants(op: Operation, tensors: Sequence[Tensor], place: int, axis: int) -> Tensor:
    """A tensor with constants before and after it, as padding: these are no part of what a network has."""
    x = tensors[place]
    before = sum(one.shape[axis] for one in tensors[:place])
    after = sum(one.shape[axis] for one in tensors[place + 1 :])
    return padded(op, x, [(before, after) if place == axis else (0, 0) for place in range(len(x.shape))], "constant")


def split(op: Operation) -> list[Tensor]:
    x = op.tensor()
    axis, count = op.axis(0), len(op.read)
    sizes = op.known("split", 1)
    if sizes is None:
        if op.number("num_outputs", count) != count:
            raise Unreadable(f"Split in {op.number('num_outputs')} parts that gives {count}")
        piece = -(-x.shape[axis] // max(count, 1))
        sizes = [piece] * (count - 1) + [x.shape[axis] - piece * (count - 1)]
    if sum(sizes) != x.shape[axis] or min(sizes, default=0) < 0:
        raise Unreadable(f"Split of {x.shape[axis]} as {sizes}")
    return op.recorder.split(x, axis, [int(size) for size in sizes])


def sliced(op: Operation) -> Tensor:
    x, starts, ends = op.tensor(), op.sizes("starts", 1), op.sizes("ends", 2)
    axes = op.known("axes", 3) or [*range(len(starts))]
    steps = op.known("steps", 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise Unreadable("Slice whose starts, ends, axes and steps are not as many")
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        x = sliced_once(op, x, axis_in(int(axis), len(x.shape)), start, end, int(step))
    return x


def sliced_once(op: Operation, x: Tensor, axis: int, start: int, end: int, step: int) -> Tensor:
    if not step:
        raise Unreadable("Slice in steps of 0")
    size = x.shape[axis]
    if step < 0:
        first = min(max(start + size if start < 0 else start, -1), size - 1)
        last = max(end + size if end < 0 else end, -1) if end >= -size else -1
        chosen = range(first, last, step)
        if not x.computed:
            return cut(x, axis, chosen)
        op.recorder.graph.drop("the reversed order of a Slice")
        return op.recorder.cut(x, axis, chosen[-1], chosen[0] + 1, -step) if chosen else cut_all(op)
    if not x.computed and (x.weight is None or x.weight.part is not None or x.weight.size != x.shape or step != 1):
        return cut(x, axis, range(*slice(start, end, step).indices(size)))
    return op.recorder.cut(x, axis, start, end, step)


def cut_all(op: Operation) -> Tensor:
    raise Unreadable(f"{op.type} that leaves nothing")


def pad(op: Operation) -> Tensor:
    x = op.tensor()
    name = "pads" if "pads" in op.attributes or op.opset >= 2 else "paddings"
    numbers = op.sizes(name, 1)
    axes = [axis_in(int(axis), len(x.shape)) for axis in op.known("axes", 3) or range(len(x.shape))]
    if len(numbers) != 2 * len(axes):
        raise Unreadable(f"Pad of {len(axes)} axes by {len(numbers)} numbers")
    pairs = [(0, 0)] * len(x.shape)
    for place, axis in enumerate(axes):
        pairs[axis] = numbers[place], numbers[place + len(axes)]
    mode = {"edge": "replicate", "wrap": "circular"}.get(op.get("mode", "constant"), op.get("mode", "constant"))
    return padded(op, x, pairs, mode)


def padded(op: Operation, x: Tensor, pairs: Sequence[tuple[int, int]], mode: str) -> Tensor:
    """Positions added before and after axes of the whole tensor."""
    if not any(map(any, pairs)):
        return x
    if not x.computed and (x.weight is None or not x.weight.learned):
        return Tensor([before + size + after for size, (before, after) in zip(x.shape, pairs, strict=True)])
    said: list[Any] = [0] * len(op.recorder.of(x).shape)
    for axis, pair in enumerate(pairs):
        if any(pair):
            said[op.recorder.axis(x, axis, op.type)] = one(list(pair))
    if mode != "constant" and said[0] != 0:
        return op.recorder.squeeze(padded(op, op.recorder.unsqueeze(x, 0), [(0, 0), *pairs], mode), [0])
    if said[0] == 0 and len(said) > 1:
        said = one(said[1:]) if type(one(said[1:])) is int else said[1:]
    return op.recorder.layer("pad", {"padding": said, **({"mode": mode} if mode != "constant" else {})}, x)


def gather(op: Operation) -> Tensor:
    x, index = op.tensor(0), op.tensor(1)
    axis = op.axis(0)
    learned = x.weight is not None and not x.computed
    if index.computed:
        if learned and axis == 0 and len(x.shape) == 2:
            return embedding(op, x, index)
        return taken(op, x, axis, index)
    if not index.shape and index.numbers is not None:
        return op.recorder.select(x, axis, int(index.numbers[0]))
    if learned and axis == 0 and len(x.shape) == 2 and index.numbers and index.dtype != "bool":
        found = rows(op, x, index)
        if found is not None:
            return found
    if index.numbers is not None and len(index.shape) == 1 and consecutive(index.numbers, x.shape[axis]):
        first = int(index.numbers[0]) % x.shape[axis]
        return op.recorder.cut(x, axis, first, first + len(index.numbers))
    shape = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    op.recorder.axis(x, axis, "Gather")
    if not x.computed:
        return Tensor(shape, dtype=x.dtype)
    return other(op, shape, x)


def consecutive(numbers: Sequence[Any], size: int) -> bool:
    """Whether positions follow one another."""
    chosen = [int(number) % size for number in numbers] if size else []
    return bool(chosen) and chosen == [*range(chosen[0], chosen[0] + len(chosen))]


def rows(op: Operation, table: Tensor, index: Tensor) -> Tensor | None:
    """Rows of a learned table in their order, for all samples alike; None for others."""
    numbers = [int(number) for number in index.numbers or ()]
    if len(index.shape) > 1 and prod(index.shape[:-1]) > 1:
        width = index.shape[-1]
        if any(numbers[place : place + width] != numbers[:width] for place in range(0, len(numbers), max(width, 1))):
            return None
        numbers = numbers[:width]
    if not consecutive(numbers, table.shape[0]):
        return None
    found = op.recorder.cut(table, 0, numbers[0], numbers[-1] + 1)
    lead = (1,) * (len(index.shape) - 1)
    return Tensor((*lead, len(numbers), table.shape[1]), weight=found.weight, dtype=table.dtype)


def embedding(op: Operation, table: Tensor, index: Tensor) -> Tensor:
    arguments: Arguments = {"entries": table.shape[0], "out": table.shape[1]}
    return op.recorder.layer("embedding", arguments, index, [table])


def taken(op: Operation, x: Tensor, axis: int, index: Tensor) -> Tensor:
    """Positions that the network computes, along an axis of one tensor for all samples."""
    shape = (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])
    if x.batch is None and not index.batch:
        node = op.recorder.add("take", {"axis": axis} if axis else {}, [x, index])
        return Tensor(shape, value=node.outputs[0])
    if x.batch is None and index.batch is not None:
        value = op.recorder.add("take", {"axis": axis} if axis else {}, [x, index]).outputs[0]
        return op.recorder.result(value, index, index.batch._replace(axis=index.batch.axis + axis))
    return other(op, shape, x, index)


def to_depth(op: Operation) -> Tensor:
    return op.recorder.layer("pixel_unshuffle", {"factor": op.number("blocksize")}, op.image())


def to_space(op: Operation) -> Tensor:
    return op.recorder.layer("pixel_shuffle", {"factor": op.number("blocksize")}, op.image())


def einsum(op: Operation) -> Tensor:
    equation = str(op.get("equation", "")).replace(" ", "")
    if "->" not in equation and "." not in equation:
        left = equation.replace(",", "")
        equation += "->" + "".join(sorted(letter for letter in {*left} if left.count(letter) == 1))
    if all(x.batch is None for x in op.tensors):
        node = op.recorder.add("einsum", {"equation": equation}, op.tensors)
        return Tensor(node.outputs[0].shape, value=node.outputs[0])
    return torch_attending.einsum(op.torch("einsum", {"equation": equation, "tensors": op.tensors}))


RULES: dict[str, Rule] = {
    "Reshape": reshape,
    "Flatten": flatten,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Transpose": transpose,
    "Expand": expand,
    "Tile": tile,
    "Concat": concat,
    "Split": split,
    "Slice": sliced,
    "Pad": pad,
    "Gather": gather,
    "SpaceToDepth": to_depth,
    "DepthToSpace": to_space,
    "Einsum": einsum,
}

OF_KNOWN = frozenset("Reshape Flatten Squeeze Unsqueeze Transpose Split Slice Pad DepthToSpace SpaceToDepth".split())
"""Rules that take known tensors too."""
