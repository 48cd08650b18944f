"""Rules of operators that make numbers before the network runs, and that take positions by such numbers."""

from __future__ import annotations

from math import prod

from archcalc.importers.graphs.customs import stands_as_custom
from archcalc.importers.graphs.samples import Tensor, axis_in
from archcalc.importers.graphs.unknown import Unreadable
from archcalc.importers.pytorch.elementwise import MOST_NUMBERS, NUMBERS_A_UNIT
from archcalc.importers.pytorch.operation import Operation, Rule
from archcalc.importers.pytorch.sized import chosen
from archcalc.importers.pytorch.stored import constant
from archcalc.meter import charge


def unknown_numbers(op: Operation) -> Tensor:
    """Numbers that are made before the network runs, or by chance: of a size alone."""
    like = op.get("self")
    return Tensor(like.shape) if isinstance(like, Tensor) and op.name.endswith("_like") else constant(op)


def replaced(op: Operation) -> Tensor:
    """copy: the numbers of another tensor, in the shape of this."""
    shape, source = op.tensor("self").shape, op.tensor("src")
    return source if source.shape == shape else op.recorder.expand(source, shape)


def taken(op: Operation) -> Tensor:
    """Indexing: positions of one axis by a constant."""
    x, indices = op.tensor("self"), op.get("indices", [])
    if not isinstance(indices, list):
        indices = [indices]
    said = [axis for axis, index in enumerate(indices) if isinstance(index, Tensor)]
    if len(said) != 1:
        return chosen(op)
    axis, index = said[0], indices[said[0]]
    return positions(op, x, axis, index)


def index_select(op: Operation) -> Tensor:
    return positions(op, op.tensor("self"), axis_in(op.number("dim"), len(op.tensor("self").shape)), op.tensor("index"))


def positions(op: Operation, x: Tensor, axis: int, index: Tensor) -> Tensor:
    recorder = op.recorder
    if index.dtype == "bool" or (index.computed and index.batch is not None):
        raise Unreadable("indexing by values that are computed: what it gives depends on them")
    if not x.computed and not (x.weight is not None and x.weight.learned):
        return constant(op)
    if not index.computed and index.weight is None and x.computed:
        return of_constant(op, x, axis, index)
    place = recorder.axis(x, axis, "indexing")
    if x.batch is not None and axis < x.batch.axis and len(index.shape) != 1:
        raise Unreadable("indexing before the batch")
    node = recorder.add(
        "take",
        {"axis": place} if place else {},
        [x, Tensor(index.shape, weight=index.weight, value=index.value, numbers=index.numbers, dtype="int64")],
    )
    return recorder.result(node.outputs[0], x)


def of_constant(op: Operation, x: Tensor, axis: int, index: Tensor) -> Tensor:
    """Positions that stand in the code of a forward: a slice where they follow one another."""
    numbers = index.numbers
    if (
        numbers
        and len(index.shape) == 1
        and numbers == [*range(numbers[0], numbers[0] + len(numbers))]
        and numbers[0] >= 0
    ):
        return op.recorder.cut(x, axis, numbers[0], numbers[-1] + 1)
    op.recorder.axis(x, axis, "indexing")
    return stands_as_custom(op.recorder, op.name, (*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]), [x])


def arange(op: Operation) -> Tensor:
    start, step, end = op.get("start", 0), op.get("step", 1), op.get("end")
    known = type(end) is type(start) is type(step) is int and step
    found = Tensor((max(-(-(end - start) // step), 0),)) if known else constant(op)
    count = prod(found.shape)
    if count <= MOST_NUMBERS:
        charge(count // NUMBERS_A_UNIT)
        found.numbers = [start + step * place for place in range(count)]
    found.dtype = "int64" if type(start) is int and type(step) is int else "float32"
    return found


def full(op: Operation) -> Tensor:
    said = op.get("size", [])
    found = Tensor(op.tensor("self").shape) if op.name.endswith("_like") else constant(op)
    found = Tensor(said) if isinstance(said, list) and said and all(type(size) is int for size in said) else found
    word = op.name.removeprefix("new_").removesuffix("_like")
    value = {"zeros": 0, "ones": 1, "scalar_tensor": op.get("s")}.get(word, op.get("fill_value"))
    if prod(found.shape) <= MOST_NUMBERS:
        charge(prod(found.shape) // NUMBERS_A_UNIT)
        found.numbers = [value] * prod(found.shape)
    return found


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            "linspace logspace eye rand randn randint rand_like randn_like randint_like normal randperm tril_indices"
            " triu_indices hann_window hamming_window blackman_window kaiser_window normal_functional"
        ).split(),
        unknown_numbers,
    ),
    "copy": replaced,
    **dict.fromkeys("index _unsafe_index".split(), taken),
    "index_select": index_select,
    "arange": arange,
    **dict.fromkeys(
        (
            "scalar_tensor zeros ones full empty new_zeros new_ones new_full new_empty zeros_like ones_like full_like"
            " empty_like"
        ).split(),
        full,
    ),
}
