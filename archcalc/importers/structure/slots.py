"""Lists of steps as templates: each argument is a list of its values, one for each use; what a step reads, by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from archcalc.importers.graphs.graph import Identity, Value
from archcalc.importers.structure.items import CALL, PARALLEL, REPEAT, Item
from archcalc.layers.base import Arguments

PREV, START = "prev", "start"
"""What the step before gave; what a list inside a step was given."""

Reference = Any
"""PREV, START, ("input", number), or (number of a slot, number of its output)."""

NUMBERS = count()


class Absent:
    """The value of an argument in a use that has not the step."""

    def __repr__(self) -> str:
        return "-"


ABSENT = Absent()


class Apart(Exception):
    """Two lists are no uses of one block, in words."""


class Slot:
    """A step of a template. ``values`` has each argument's value in each use, ``present`` whether a use has the step.

    ``reads`` and ``gives`` are the shapes in each use; ``rows`` are those of a repetition, in each use.
    """

    __slots__ = tuple(
        "number kind type values references outputs name path block present reads gives branches rows"
        " body calls weights item label when said first share again".split()
    )

    def __init__(self, item: Item, values: dict[str, list[Any]]) -> None:
        self.number = next(NUMBERS)
        self.kind, self.type, self.values, self.item = item.kind, item.type, values, item
        self.references: list[Reference] = []
        self.outputs, self.name, self.path, self.block = len(item.outputs), item.name, item.path, item.block
        self.present: list[bool] = [True]
        self.reads: list[Any] = [[value.shape for value in item.inputs]]
        self.gives: list[Any] = [[value.shape for value in item.outputs]]
        self.branches: list[Template] = []
        self.rows: list[Any] = []
        self.body: Template | None = None
        self.calls = item.kind == CALL or (item.kind == REPEAT and item.block is not None)
        self.weights = item.weights
        self.again = item.again
        # what becomes of it once numbers are found
        self.label: tuple[str, bool] | None = None
        self.when: str | None = None
        self.said: Arguments = {}
        self.first: Arguments = {}
        self.share: int | None = None


class Template:
    """Steps that so many uses have in common."""

    __slots__ = ("slots", "uses")

    def __init__(self, slots: list[Slot], uses: int = 1) -> None:
        self.slots, self.uses = slots, uses

    def all_slots(self) -> Iterator[Slot]:
        """The slots and those of their branches, in order."""
        for slot in self.slots:
            yield slot
            for branch in slot.branches:
                yield from branch.all_slots()


# One list as a template of one use


def encoded(items: Sequence[Item], inputs: Sequence[Value], several: bool = False) -> Template:
    """A list as a template of one use; with ``several`` all inputs are what its first step may read together."""
    known: dict[Value, Reference] = {value: ("input", number) for number, value in enumerate(inputs)}
    return encode(items, known, list(inputs) if several else list(inputs[:1]), None)


def encode(items: Sequence[Item], known: Mapping[Value, Reference], prev: list[Value], start: Value | None) -> Template:
    known, slots = dict(known), []
    for item in items:
        slot = Slot(item, {name: [value] for name, value in item.arguments.items()} if item.kind != REPEAT else {})
        slot.references = references(item, known, prev, start)
        for branch in item.branches if item.kind == PARALLEL else ():
            slot.branches.append(encode(branch, known, [item.inputs[0]], item.inputs[0]))
        if item.kind == REPEAT:
            slot.rows = [item.rows]
            if item.block is None:
                member = item.members[0]
                slot.body = encode([member], known, [member.inputs[0]], member.inputs[0])
        known.update((value, (slot.number, number)) for number, value in enumerate(item.outputs))
        prev = item.outputs
        slots.append(slot)
    say_shared(slots)
    return Template(slots)


def say_shared(slots: Sequence[Slot]) -> None:
    """Which steps of a list use the weights of an earlier one."""
    owners: dict[Identity, Slot] = {}
    for slot in slots:
        for weight in slot.weights:
            owner = owners.setdefault(weight, slot)
            if owner is not slot and slot.share is None and owner.block is slot.block:
                slot.share = owner.number


def references(
    item: Item, known: Mapping[Value, Reference], prev: Sequence[Value], start: Value | None
) -> list[Reference]:
    """What a step reads, by place. Raises Apart for what is not in sight."""
    whole = len(item.inputs) == len(prev) > 1 and item.kind != CALL  # a block takes its other tensors by name
    if whole and all(one is other for one, other in zip(item.inputs, prev, strict=True)):
        return [PREV]
    found: list[Reference] = []
    for number, value in enumerate(item.inputs):
        named = item.kind == CALL and number > 0  # a tensor that a block is given by name is never prev
        if len(prev) == 1 and prev[0] is value and not named:
            found.append(PREV)
        elif start is not None and value is start:
            found.append(START)
        elif value in known:
            found.append(known[value])
        else:
            raise Apart(f"{item.type} reads what is not in sight")
    if start is not None and ("input", 0) in found:
        raise Apart("a list in a step reads what its block reads")
    return found


def pattern_of(template: Template) -> Any:
    """Equal for templates of one use that are the same in everything but their weights."""
    places = {slot.number: place for place, slot in enumerate(every_slot(template))}

    def placed(reference: Reference) -> Reference:
        return (places.get(reference[0], reference[0]), reference[1]) if isinstance(reference, tuple) else reference

    return tuple(
        (
            slot.kind,
            slot.type,
            id(slot.block),
            tuple(map(placed, slot.references)),
            places.get(slot.share or -1),
            len(slot.branches),
            repr((sorted(slot.values.items()), slot.reads, slot.gives, slot.rows)),
        )
        for slot in every_slot(template)
    )


def every_slot(template: Template) -> Iterator[Slot]:
    """The slots of a template, those of branches and repetitions too."""
    for slot in template.slots:
        yield slot
        for branch in slot.branches:
            yield from every_slot(branch)
        if slot.body is not None:
            yield from every_slot(slot.body)
