"""Where a peak of memory comes from: the step, and the bytes of each tensor that exists there."""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

from archcalc.costs.lifetimes import WIDTHS, Asked, Storage
from archcalc.costs.memory import Memory
from archcalc.derivation.explain import Cell, Explained
from archcalc.dims import ceil_div
from archcalc.dims.expression import Definition, Expression
from archcalc.report.figures import WHEN_ASKED
from archcalc.report.memory import Telling, Wanted, memory_of, placing
from archcalc.report.model import network_of

if TYPE_CHECKING:
    from archcalc.report.documents import Report


def explain_memory(report: Report, figure: str, activations: str) -> Explained | Cell:
    """The step in which most exists, with the derivation of ``peak_memory`` or of ``arena``; that alone without steps.

    Raises SpecError.
    """
    memory = memory_of(report, activations)
    step = memory.peak_step
    tell = Telling(network_of(report), memory)
    cell = peak_cell(memory, tell, step) if figure == "peak_memory" else arena_cell(memory, tell)
    if step is None:
        return cell
    node = memory.lifetimes.nodes[step]
    found = Explained(node, list(map(tell.named, node.inputs)))
    found.axes = [[] for _ in found.inputs]
    found.cells.append(cell)
    return found


def peak_cell(memory: Memory, tell: Telling, step: int | None) -> Cell:
    """The sum of what exists in a step, and until when each of it does; without steps, of inputs that are given out."""
    title = WHEN_ASKED["peak_memory"].label
    storages = [memory.lifetimes.storages[number] for number in memory.alive(step)]
    derivation = [Definition(tell.name(storage), size_of(storage, tell, memory.asked)) for storage in storages]
    terms = [Expression.known(tell.name(storage), storage.size) for storage in storages]
    total = reduce(add, terms) if terms else 0
    cell = Cell("peak_memory", title, memory.peak, [*derivation, Definition(title, total)])
    nodes = memory.lifetimes.nodes
    for storage in storages if nodes else ():
        cell.notes.append(f"{tell.name(storage)} exists until {nodes[storage.stop].path}")
    return cell


def arena_cell(memory: Memory, tell: Telling) -> Cell:
    """The end of the tensor that lies highest."""
    title = WHEN_ASKED["arena"].label
    placed = placing(memory, Wanted(memory.asked.activations))
    storages = memory.whole.lifetimes.storages
    if not placed.at:
        return Cell("arena", title, 0, [Definition(title, 0)])
    number = max(placed.at, key=lambda number: placed.at[number][1] + placed.sizes[number])
    name = tell.name(storages[number])
    ends = [(f"offset of {name}", placed.at[number][1]), (f"size of {name}", placed.sizes[number])]
    end = reduce(add, [Expression.known(*known) for known in ends])
    cell = Cell("arena", title, placed.size, [Definition(title, end)])
    cell.notes.append("the largest tensor first, each at the lowest gap among those alive with it: memory --map")
    return cell


def size_of(storage: Storage, tell: Telling, asked: Asked) -> Any:
    """The bytes of a tensor: its elements times the bits of its type, in whole bytes, for each sample."""
    bits = Expression.known("bits", WIDTHS[storage.dtype])
    size = ceil_div(reduce(mul, [*axes_of(storage, tell), bits]), 8)
    batch = storage.size // size.value if size.value else 1
    return size * Expression.known("batch", batch) if batch > 1 else size


def axes_of(storage: Storage, tell: Telling) -> list[Expression]:
    """The sizes of its axes by their letters, and how often it exists inside a map or experts."""
    node = storage.node
    if node is None:
        shape = list(tell.network.inputs.values())[storage.number].shape or ()
        return [Expression.known(f"A{axis}", size) for axis, size in enumerate(shape)]
    shape, runs = node.applied.outputs[storage.number], node.multiples(1)[2]
    letters = node.applied.layer.output_letters(len(shape))
    found = [Expression.known(letter, size) for letter, size in zip(letters, shape, strict=True)]
    return [*found, Expression.known("runs", runs)] if runs != 1 else found
