"""Several lists of steps as one: a template, in which an argument has a value for each use (anti-unification).

A step that some uses lack is optional. What a step reads must be the same in all uses, said by place: the step before,
an input of the list, another step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archcalc.importers.graphs.graph import Value
from archcalc.importers.graphs.proof import VIEWS
from archcalc.importers.structure.items import CALL, LAYER, PARALLEL, REPEAT, Item
from archcalc.importers.structure.slots import ABSENT, PREV, Apart, Reference, Slot, Template, every_slot
from archcalc.layers import find
from archcalc.layers.base import Computed, Missing, SameAs
from archcalc.meter import charge

MOST_PAIRS = 40_000
"""Pairs of steps that two lists are aligned by."""

PAIR = 3
"""Units of work that a pair takes."""


def likeness(one: Slot, other: Slot) -> float:
    """How well two steps go together; 0 if they cannot."""
    if one.kind != other.kind:
        same = {one.kind, other.kind} == {CALL, REPEAT} and one.block is other.block and one.block is not None
        return float(same)
    if one.type in VIEWS and other.type in VIEWS and one.type != other.type:
        return 0.8
    alike = one.type == other.type and one.block is other.block and one.outputs == other.outputs
    if not alike or len(one.references) != len(other.references):
        return 0
    if one.kind == PARALLEL:
        return 1.5 if branches_alike(one, other) else 0
    if one.kind == REPEAT and one.block is None:
        return float(other.block is None)
    names, more = one.values.keys() & other.values.keys(), one.values.keys() ^ other.values.keys()
    equal = len([name for name in names if one.values[name][0] == other.values[name][0]])
    found = 1 + 0.3 * (one.name == other.name) + 0.2 * equal / max(1, len(names) + len(more))
    loose = one.type in ("slice", "select", "reshape")
    return max(found - (0 if loose else 0.1 * len(more)), 0.1)


def plainly_alike(one: Slot, other: Slot) -> bool:
    """Whether two steps go together whatever stands around them."""
    same = one.kind == other.kind and one.type == other.type and one.block is other.block and one.kind != PARALLEL
    return (
        same and one.references == other.references if one.references == [PREV] else same and bool(likeness(one, other))
    )


def branches_alike(one: Slot, other: Slot) -> bool:
    if len(one.branches) != len(other.branches):
        return False
    for mine, its in zip(one.branches, other.branches, strict=True):
        if mine.slots and its.slots:
            score, _ = aligned(mine.slots, its.slots)
            if score < 0.5 * min(len(mine.slots), len(its.slots)):
                return False
    return True


def aligned(one: Sequence[Slot], other: Sequence[Slot]) -> tuple[float, list[tuple[int, int]]]:
    """The pairs of steps, in order, that go together best. Raises Apart for lists that are too long."""
    rows, columns = len(one), len(other)
    if rows == columns and all(map(plainly_alike, one, other)):
        charge(PAIR * rows)
        return float(rows), [(row, row) for row in range(rows)]
    if rows * columns > MOST_PAIRS:
        raise Apart("lists too long to compare")
    charge(PAIR * rows * columns)
    like = [[likeness(mine, its) for its in other] for mine in one]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            skipped = max(best[row + 1][column], best[row][column + 1])
            score = like[row][column]
            best[row][column] = max(skipped, best[row + 1][column + 1] + score) if score else skipped
    pairs, row, column = [], 0, 0
    while row < rows and column < columns:
        score = like[row][column]
        if score and best[row][column] == best[row + 1][column + 1] + score:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return best[0][0], pairs


def unified(one: Template, other: Template, renamed: dict[int, int] | None = None, outermost: bool = True) -> Template:
    """Two templates as one, with the uses of both. Raises Apart where they read in different ways.

    ``renamed``: slots of the other by number -> those of the first that they became.
    """
    renamed = {} if renamed is None else renamed
    _, pairs = aligned(one.slots, other.slots)
    if outermost and 2 * len(pairs) < max(len(one.slots), len(other.slots)):
        raise Apart("too few steps in common")
    found, mine, its = [], 0, 0
    for row, column in [*pairs, (len(one.slots), len(other.slots))]:
        found += [padded(slot, 0, other.uses) for slot in one.slots[mine:row]]
        for slot in other.slots[its:column]:
            more = padded(slot, one.uses, 0)
            for inner in every_slot(Template([more], one.uses + other.uses)):
                inner.references = [translated(reference, renamed) for reference in inner.references]
                inner.share = renamed.get(inner.share or -1, inner.share)
            renamed[slot.number] = more.number
            found.append(more)
        if row < len(one.slots):
            befores = (one.slots[mine:row], other.slots[its:column])
            found.append(both(one.slots[row], other.slots[column], renamed, *befores))
        mine, its = row + 1, column + 1
    return Template(found, one.uses + other.uses)


def passes_on(
    before: Sequence[Slot], slot: Slot, read: Sequence[Reference], renamed: Mapping[int, int] | None = None
) -> bool:
    """Whether optional steps before a step begin at what it reads where they are left out."""
    if len(before) != 1 or slot.references != [PREV]:
        return False
    return [translated(reference, renamed or {}) for reference in before[0].references] == [*read]


def translated(reference: Reference, renamed: Mapping[int, int]) -> Reference:
    if isinstance(reference, tuple) and reference[0] in renamed:
        return (renamed[reference[0]], reference[1])
    return reference


def both(one: Slot, other: Slot, renamed: dict[int, int], mine: Sequence[Slot] = (), its: Sequence[Slot] = ()) -> Slot:
    """Two steps that go together as one; ``mine`` and ``its`` are the steps just before them that only one has."""
    renamed[other.number] = one.number
    theirs = [translated(reference, renamed) for reference in other.references]
    if one.references != theirs and not (
        passes_on(mine, one, theirs) or passes_on(its, other, one.references, renamed)
    ):
        raise Apart(f"{one.type} reads other steps")
    if one.share != renamed.get(other.share or -1, other.share):
        raise Apart(f"{one.type} shares other weights")
    found = copied(one)
    found.references = one.references if one.references == theirs else [PREV]
    found.present = one.present + other.present
    found.reads, found.gives = one.reads + other.reads, one.gives + other.gives
    found.name = one.name if one.name == other.name or not other.name else one.name or other.name
    if one.type != other.type or (one.type in VIEWS and one.values.keys() != other.values.keys()):
        found.type = "reshape"
        found.values = {"shape": [shapes if shapes is ABSENT else [*shapes[0]] for shapes in found.gives]}
    elif REPEAT in (one.kind, other.kind):
        found.kind, found.calls, found.values = REPEAT, one.block is not None, {}
        found.rows = rows_of(one) + rows_of(other)
        if one.body is not None and other.body is not None:
            found.body = unified(one.body, other.body, renamed, outermost=False)
    else:
        names = [*one.values, *[name for name in other.values if name not in one.values]]
        found.values = {name: values_of(one, name) + values_of(other, name) for name in names}
    found.branches = [
        unified(mine, its, renamed, outermost=False) for mine, its in zip(one.branches, other.branches, strict=True)
    ]
    return found


def rows_of(slot: Slot) -> list[Any]:
    """The rows of a repetition in each use; a call is a repetition of one."""
    if slot.kind == REPEAT:
        return slot.rows
    uses = range(len(slot.present))
    row = [{name: values[use] for name, values in slot.values.items()} for use in uses]
    return [[row[use]] if slot.present[use] else ABSENT for use in uses]


def values_of(slot: Slot, name: str) -> list[Any]:
    """An argument in each use; its default where no use says it."""
    if name in slot.values:
        return slot.values[name]
    default = default_of(slot, name)
    return [default if present else ABSENT for present in slot.present]


def default_of(slot: Slot, name: str) -> Any:
    """What an argument is that is not said. Raises Apart for one that must be."""
    if slot.block is not None:
        return slot.block.arguments.get(name, ABSENT)
    if name in ("norm", "act"):
        return "none"
    if name == "trainable":
        return True
    if name == "axis" and slot.type in ("layer_norm", "rms_norm"):
        return [-1]
    default = find(slot.type).arguments[name][1] if name in find(slot.type).arguments else Missing
    if name == "axis" and default == "channels":
        return 0
    if type(default) is SameAs and slot.type.endswith("_pool"):
        raise Apart(f"{slot.type} with and without {name}")
    if default is Missing or isinstance(default, (SameAs, Computed)) or default is None:
        raise Apart(f"{slot.type} with and without {name}")
    return [*default] if isinstance(default, tuple) else default


def padded(slot: Slot, before: int, after: int) -> Slot:
    """A step that uses before and after do not have."""

    def around(values: list[Any]) -> list[Any]:
        return [ABSENT] * before + values + [ABSENT] * after

    found = copied(slot)
    found.values = {name: around(values) for name, values in slot.values.items()}
    found.present = [False] * before + slot.present + [False] * after
    found.reads, found.gives = around(slot.reads), around(slot.gives)
    found.rows = around(slot.rows) if slot.kind == REPEAT else []
    found.branches = [padded_list(branch, before, after) for branch in slot.branches]
    found.body = slot.body and padded_list(slot.body, before, after)
    return found


def padded_list(template: Template, before: int, after: int) -> Template:
    return Template([padded(slot, before, after) for slot in template.slots], template.uses + before + after)


def copied(slot: Slot) -> Slot:
    """A slot of the same number."""
    found = object.__new__(Slot)
    for name in Slot.__slots__:
        setattr(found, name, getattr(slot, name))
    found.said, found.first = {}, {}
    return found


def without_residual(items: Sequence[Item], start: Value) -> list[Item]:
    """``x + f(x)`` as the list of f, then the sum of its end and the input: as blocks with an optional shortcut are."""
    if len(items) != 1 or items[0].kind != PARALLEL or items[0].type != "add" or items[0].inputs[0] is not start:
        return [*items]
    item = items[0]
    lists = [branch for branch in item.branches if branch]
    if len(lists) != 1 or len(item.branches) != 2:
        return [*items]
    body = lists[0]
    merged = Item(LAYER, "add", {}, [start, body[-1].outputs[0]], item.outputs, path=item.path)
    merged.leaves = item.leaves
    return [*body, merged]
