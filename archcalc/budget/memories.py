"""Limits on memory: what is used of them, and what is said where one does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from archcalc.budget.costs import Place, line_of
from archcalc.costs.arena import Bank, Placed
from archcalc.costs.memory import Memory
from archcalc.graph.network import Node
from archcalc.report.memory import Telling, Wanted, arena_of, memory_of, place_of, placed_in
from archcalc.report.model import network_of

if TYPE_CHECKING:
    from archcalc.report.documents import Alive, Grown, Peak, Report

Banks = Sequence[tuple[str, int]]


class Used(NamedTuple):
    """The bytes that a limit is held against, and the step that says most of them, None without steps.

    ``left``: of banks, what does not fit, in words.
    """

    bytes: int
    step: int | None
    left: str = ""


def used_of(report: Report, metric: str, activations: str, banks: Banks) -> Used:
    """What a limit on memory is held against. Of banks: what is taken of them, or is alive where one does not fit."""
    memory = memory_of(report, activations)
    if metric == "banks":
        return used_of_banks(memory.whole, Wanted(activations, banks=banks))
    if metric == "arena":
        return Used(arena_of(report, activations), memory.peak_step)
    return Used(memory.peak, memory.peak_step)


def used_of_banks(memory: Memory, wanted: Wanted) -> Used:
    placed = placed_in(memory, wanted)
    if not placed.left:
        return Used(placed.size, memory.peak_step)
    storages = memory.lifetimes.storages
    largest = storages[placed.left[0]]
    step = max(range(largest.start, largest.stop + 1), key=lambda step: memory.curve[step])
    return Used(memory.curve[step], step, not_fitting(memory, placed))


def not_fitting(memory: Memory, placed: Placed) -> str:
    """``conv2 (12.0 KiB) does not fit: dtcm has 11.0 KiB (11,264 B) free while it is alive, 1,024 B too few``."""
    number = placed.left[0]
    storages = memory.lifetimes.storages
    first = storages[number]
    beside = [n for n in placed.at if storages[n].start <= first.stop and storages[n].stop >= first.start]
    before = [n for n in beside if (-placed.sizes[n], -n) < (-placed.sizes[number], -number)]
    room = {
        bank.name: largest_gap(bank, [n for n in before if placed.at[n][0] is bank], placed) for bank in placed.banks
    }
    name = max(room, key=lambda name: room[name])
    path = Telling(memory.network, memory).name(first)
    more = f", and {len(placed.left) - 1:,} more" if len(placed.left) > 1 else ""
    need, short = placed.sizes[number], placed.sizes[number] - room[name]
    free = f"{name} has {room[name]:,} B free in one piece while it is alive, {short:,} B too few"
    return f"{path} ({need:,} B) does not fit: {free}{more}"


def largest_gap(bank: Bank, numbers: list[int], placed: Placed) -> int:
    """The most bytes in one piece that these tensors leave of a bank."""
    end, most = 0, 0
    for offset, size in sorted((placed.at[number][1], placed.sizes[number]) for number in numbers):
        most, end = max(most, offset - end), max(end, offset + size)
    return max(most, (bank.size or 0) - end)


def told(
    report: Report, metric: str, activations: str, step: int | None, older: Report | None
) -> tuple[Peak | None, Place | None]:
    """Of the step that uses most: what is alive there and what of it grew; its line in a file of one's own."""
    memory = memory_of(report, activations)
    memory = memory.whole if metric == "banks" else memory
    if step is None:
        return None, None
    tell = Telling(network_of(report), memory)
    before = memory_of(older, activations) if older is not None else None
    alive = [in_own_file(one, memory.lifetimes.storages[number].node) for number, one in tell.alive_by_number(step)]
    grew = grown(memory, before, alive, report, older) if before and older else None
    peak: Peak = {"at": tell.step(step), "alive": alive, "grew": grew}
    return peak, line_of(memory.lifetimes.nodes[step])


def grown(memory: Memory, before: Memory, alive: list[Alive], report: Report, older: Report) -> Grown | None:
    """Of the tensors that are alive, the one that grew most; where none did, the largest of those that live longer."""
    tell, told = Telling(network_of(report), memory), Telling(network_of(older), before)
    was = {told.name(storage): storage for storage in before.lifetimes.storages}
    storages = {tell.name(storage): storage for storage in memory.lifetimes.storages}
    sizes = {path: storage.size for path, storage in was.items()}
    most = max(alive, key=lambda one: one["bytes"] - sizes.get(one["path"], 0), default=None)
    if most is not None and most["bytes"] > sizes.get(most["path"], 0):
        return {**most, "was": sizes.get(most["path"], 0), "until": None}
    for one in alive:
        last = memory.lifetimes.nodes[storages[one["path"]].stop]
        if last.path != before.lifetimes.nodes[was[one["path"]].stop].path:
            longer: Alive = {**one, **place_of(last)}
            return {**in_own_file(longer, last), "was": one["bytes"], "until": last.path}
    return None


def in_own_file(one: Alive, node: Node | None) -> Alive:
    """A tensor with the line that calls the shipped file that makes it, where one's own file does."""
    own = node and line_of(node)
    return {**one, "file": own[0], "line": own[1]} if own else one
