"""Equal steps in a row as one step with ``repeat``; rows of steps in a row that no module holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archcalc.importers.structure.items import CALL, PARALLEL, REPEAT, Flow, Item, flattened
from archcalc.meter import charge

REPEATED = frozenset("conv linear depthwise_conv".split())
"""Layers that are written once if they come several times in a row."""

LONGEST_PATTERN = 6
LEAST_TIMES = 3


def repeated(items: Sequence[Item], flow: Flow) -> list[Item]:
    """The list with equal steps in a row, each reading what the one before it gave, as one."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found and follows(found[-1], item, flow) else None
        if before is not None and goes_on(before, item):
            if before.kind == REPEAT and before.arguments["key"] == key_of(item) and continues(before, item):
                extend(before, item)
                continue
            if joins(before, item):
                found[-1] = run_of(before, item)
                continue
        found.append(item)
    return found


def follows(before: Item, item: Item, flow: Flow) -> bool:
    """Whether an item reads what the one before it gives, and nothing else does."""
    if item.kind == REPEAT or len(item.inputs) != 1 or len(item.outputs) != 1 or len(before.outputs) != 1:
        return False
    return item.inputs == before.outputs and not flow.read_outside(before.outputs[0], item.leaves)


def goes_on(before: Item, item: Item) -> bool:
    """Whether two steps may be one repetition: with weights of their own, or both with those of an earlier step."""
    same = bool(item.weights) and item.weights == before.weights
    item.again = same
    return same == before.again


def continues(run: Item, item: Item) -> bool:
    """Whether a step may be one more of a repetition: it has none of the weights of the steps before the last."""
    return item.again or set(item.weights).isdisjoint(run.weights)


def joins(before: Item, item: Item) -> bool:
    """Whether two steps are one step twice."""
    if before.kind != item.kind or key_of(before) != key_of(item):
        return False
    if item.kind == CALL:
        return True
    if item.kind == PARALLEL:
        return item.type == "add" and [len(branch) for branch in item.branches].count(0) == 1
    return item.type in REPEATED and before.times == item.times


def run_of(before: Item, item: Item) -> Item:
    run = Item(
        REPEAT, item.type, {"key": key_of(item)}, before.inputs, item.outputs, name=before.name, path=before.path,
        parts=[before, item],
    )  # fmt: skip
    run.block, run.branches = item.block, before.branches
    run.members, run.rows = [before, item], [before.arguments, item.arguments]
    run.again = item.again
    if item.again:
        run.weights = before.weights
    return run


def extend(run: Item, item: Item) -> None:
    run.members.append(item)
    run.rows.append(item.arguments)
    run.outputs = item.outputs
    run.leaves |= item.leaves
    run.places += item.places
    if not run.again:
        run.weights += item.weights


def key_of(item: Item) -> Any:
    """Equal for steps that a repetition may have beside one another: calls of a block may differ in arguments."""
    if item.kind == REPEAT:
        return item.arguments["key"]
    if item.kind == CALL:
        return (CALL, id(item.block))
    lists = tuple(tuple(map(exact_key, branch)) for branch in item.branches)
    return (item.kind, item.type, repr(sorted(item.arguments.items(), key=str)), lists, wires(item))


def wires(item: Item) -> tuple[int, ...]:
    """What the steps of lists read: by number what the lists were given or make, by identity what is another's."""
    if not item.branches:
        return ()
    inside = [*flattened(one for branch in item.branches for one in branch)]
    made = {
        value: -number for number, value in enumerate([*item.inputs, *(v for one in inside for v in one.outputs)], 1)
    }
    return tuple(made.get(value, id(value)) for one in inside for value in one.inputs)


def exact_key(item: Item) -> Any:
    """As ``key_of``, for a step of a list that is repeated: calls have the same arguments each time."""
    said = repr((sorted(item.arguments.items(), key=str), item.rows)) if item.kind == CALL else repr(item.rows)
    return key_of(item), said


def kind_of(item: Item) -> Any:
    """As ``key_of``, but of a layer only its type: its numbers may differ."""
    if item.kind == REPEAT:
        return kind_of(item.members[0])
    if item.kind == CALL:
        return (CALL, id(item.block))
    return (item.kind, item.type, tuple(tuple(map(kind_of, branch)) for branch in item.branches))


def pattern_in(items: Sequence[Item]) -> tuple[int, int, int] | None:
    """The longest run of one pattern of steps: where it starts, how long the pattern is, how often it comes."""
    kinds = [kind_of(item) for item in items]
    best: tuple[int, int, int, int] | None = None
    for length in range(2, LONGEST_PATTERN + 1):
        charge(length * len(kinds))
        start = 0
        while start + 2 * length <= len(kinds):
            times = 1
            while kinds[start + times * length : start + (times + 1) * length] == kinds[start : start + length]:
                times += 1
            if times >= LEAST_TIMES and (best is None or length * times > best[0]):
                best = length * times, start, length, times
            start += 1 if times < LEAST_TIMES else (times - 1) * length
    return best and best[1:]


def single(item: Item) -> list[Item]:
    """The steps that a repetition was made of."""
    return item.members if item.kind == REPEAT else [item]
