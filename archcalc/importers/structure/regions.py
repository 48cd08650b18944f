"""Residual and parallel: steps between a tensor and a merge that are closed lists, each from that tensor on."""

from __future__ import annotations

from collections.abc import Sequence

from archcalc.importers.graphs.graph import Value
from archcalc.importers.structure.items import LAYER, MERGES, PARALLEL, Flow, Item
from archcalc.importers.structure.repeats import repeated
from archcalc.meter import charge

FURTHEST = 40
"""Steps that a region may have; one that is longer stays a list with names."""

LONGEST_BESIDE_NOTHING = 14
"""Steps of a residual; a longer list is read better with a name for what it adds."""

TRIED = 2
"""Units of work for each step that is looked at."""


def folded(items: Sequence[Item], flow: Flow) -> list[Item]:
    """The list with its regions as one step each, the innermost first."""
    found: list[Item] = []
    for item in items:
        found.append(item)
        if item.kind == LAYER and item.type in MERGES and len({*item.inputs}) == len(item.inputs) > 1:
            fold_last(found, flow)
    return found


def fold_last(items: list[Item], flow: Flow) -> None:
    """Fold the region that the last step merges, if there is one: from the latest tensor that all branches read."""
    merge, end = items[-1], len(items) - 1
    first = max(0, end - FURTHEST)
    makers = {value: place for place in range(first, end) for value in items[place].outputs}
    for before in range(end - 1, max(-2, end - FURTHEST), -1):
        charge(TRIED * (end - before))
        branches = branches_after(items, makers, before)
        if branches is None:
            continue
        start = common_start(items, branches, before)
        if start is None or not closed(items, flow, branches, start, before):
            continue
        if worth_folding(items, branches):
            lists = [repeated([items[place] for place in sorted(branch)], flow) for branch in branches]
            item = Item(
                PARALLEL, merge.type, merge.arguments, [start], merge.outputs, name=merge.name, path=merge.path,
                parts=[merge, *(one for branch in lists for one in branch)],
            )  # fmt: skip
            item.branches = lists
            del items[before + 1 :]
            items.append(item)
        return


def branches_after(items: Sequence[Item], makers: dict[Value, int], before: int) -> list[set[int]] | None:
    """The steps after ``before``, by place, that make each input of the merge, if these are all of them, each once."""
    end = len(items) - 1
    found = []
    for value in items[-1].inputs:
        branch: set[int] = set()
        todo = [value]
        while todo:
            place = makers.get(todo.pop(), -1)
            if place > before and place not in branch:
                branch.add(place)
                todo += items[place].inputs
        found.append(branch)
    whole = end - before - 1
    if not whole or sum(map(len, found)) != whole or len(set().union(*found)) != whole:
        return None
    return found


def common_start(items: Sequence[Item], branches: Sequence[set[int]], before: int) -> Value | None:
    """The tensor that every branch begins with."""
    starts = []
    for value, branch in zip(items[-1].inputs, branches, strict=True):
        read = items[min(branch)].inputs if branch else [value]
        if not read:
            return None
        starts.append(read[0])
    start = starts[0]
    if any(one is not start for one in starts):
        return None
    if before >= 0 and (len(items[before].outputs) > 1 or start not in items[before].outputs):
        return None
    return start


def closed(items: Sequence[Item], flow: Flow, branches: Sequence[set[int]], start: Value, before: int) -> bool:
    """Whether each branch reads its start and what it makes itself, and gives nothing but its end to the merge."""
    merge = items[-1]
    made = {value: place for place in range(before + 1, len(items) - 1) for value in items[place].outputs}
    if before < 0 and start in made:
        return False
    for value, branch in zip(merge.inputs, branches, strict=True):
        if not branch:
            if value is not start:
                return False
            continue
        last = items[max(branch)]
        if len(last.outputs) > 1 or value not in last.outputs:
            return False
        leaves = merge.leaves.union(*[items[place].leaves for place in branch])
        for place in branch:
            for read in items[place].inputs:
                if read is not start and (
                    (read in made and made[read] not in branch) or (before < 0 and read not in made)
                ):
                    return False
            if any(flow.read_outside(one, leaves) for one in items[place].outputs):
                return False
    return True


def worth_folding(items: Sequence[Item], branches: Sequence[set[int]]) -> bool:
    """Whether a person would write lists beside one another: no names for short ones, names for what skips far."""
    merge = items[-1]
    if any(branch and not items[min(branch)].inputs for branch in branches):
        return False
    if all(branches):
        return True
    beside = [branch for branch in branches if branch]
    return merge.type == "add" and len(beside) == 1 and len(beside[0]) <= LONGEST_BESIDE_NOTHING
