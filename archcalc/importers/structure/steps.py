"""A step of a template as it is written: what it reads by name, its arguments in order, what differs row by row."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from archcalc.importers.structure.blocks import REQUIRED
from archcalc.importers.structure.items import MERGES, PARALLEL
from archcalc.importers.structure.layout import Written
from archcalc.importers.structure.naming import TAKEN, free, snake, tensor_name
from archcalc.importers.structure.numbers import Expression, series
from archcalc.importers.structure.slots import ABSENT, PREV, START, Reference, Slot, Template, every_slot
from archcalc.layers import find
from archcalc.layers.base import Arguments

ORDER = "out kernel multiplier stride padding dilation groups ceil_mode bias norm act".split()
"""The order of arguments; others stand before them as the layer has them."""


class Names:
    """Names of the tensors of one list that are read by name, by the slot that makes them."""

    def __init__(self, template: Template, wanted: set[int], taken: Iterable[str], blocks: Container[str]) -> None:
        self.of: dict[int, list[str]] = {}
        used = {*taken}
        slots = [*every_slot(template)]
        read = {one[0] for slot in slots for one in slot.references if isinstance(one, tuple) and one[0] != "input"}
        read |= {slot.share for slot in slots if slot.share is not None}
        for slot in slots:
            if slot.number not in read | wanted:
                continue
            base = tensor_name(slot.name, slot.type, slot.path, slot.kind == "layer", used, blocks)
            several = (
                [base] if slot.outputs == 1 else [free(f"{base}_{number + 1}", used) for number in range(slot.outputs)]
            )
            used.update(several)
            self.of[slot.number] = several


def place_of(slot: Slot) -> str:
    """Where in the foreign file a step begins; of lists beside one another their first step, not what merges them."""
    places = slot.item.places
    return places[1] if slot.kind == PARALLEL and len(places) > 1 else places[0] if places else ""


def single(slot: Slot, reads: list[str], tail: Arguments, when: Arguments) -> Written:
    """A layer, a call, or a repetition of calls."""
    said = {name: value for name, value in slot.said.items() if name != "repeat" and value is not ABSENT}
    frozen = {"trainable": said.pop("trainable")} if "trainable" in said and slot.block is None else {}
    head, arguments = slot.type, None
    if slot.block is not None:
        head = slot.block.name
        said |= dict(zip(slot.block.tensors, map(Expression, reads[1:]), strict=True))
        reads = reads[:1]
        needed = [name for name, default in slot.block.arguments.items() if default == REQUIRED]
        arguments = said[needed[0]] if len(needed) == 1 and [*said] == needed else said
    else:
        head, arguments = named_layer(head, said)
    keys: Arguments = {}
    if len(reads) > 1 or reads not in ([PREV], []):
        if head in MERGES and head != "scaled_dot_product_attention" and not arguments:
            arguments = [*map(Expression, reads)]
        else:
            keys["from"] = Expression(reads[0]) if len(reads) == 1 else [*map(Expression, reads)]
    keys |= tail
    keys |= {"repeat": slot.said["repeat"]} if "repeat" in slot.said else {}
    keys |= {"first": slot.first} if slot.first else {}
    keys |= when
    keys |= frozen
    return Written(head, arguments, keys, place=place_of(slot))


def named_layer(head: str, said: Arguments) -> tuple[str, Any]:
    """A layer and its arguments, as they are shortest."""
    order = said.get("order")
    if head == "permute" and isinstance(order, list) and all(type(axis) is int for axis in order):
        moved = [place for place, axis in enumerate(order) if place != axis]
        if len(moved) == 2:
            return "transpose", moved
    return head, arguments_text(head, said)


def arguments_text(head: str, said: Arguments) -> Any:
    """Arguments in their order; one alone as a bare value where it is the obvious one."""
    found = {name: value for name, value in said.items() if value is not ABSENT}
    found = dict(sorted(found.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else -1))
    obvious = find(head).obvious
    return found[obvious] if obvious is not None and [*found] == [obvious] else found


def reference_text(reference: Reference, names: Names, inputs: list[str]) -> str:
    if reference == PREV:
        return PREV
    if reference == START:
        return "input"
    if reference[0] == "input":
        return inputs[int(reference[1])]
    return names.of[int(reference[0])][int(reference[1])]


def branch_labels(slot: Slot) -> list[str]:
    """Names of branches: those of the modules that they are made of, else what they do."""
    found: list[str | None] = []
    for branch in slot.branches:
        paths = [(*one.path, one.name) for one in branch.slots]
        depth = len(slot.path)
        inner = {path[depth] for path in paths if len(path) > depth}
        name = inner.pop() if len(inner) == 1 and all(len(path) > depth for path in paths) else ""
        found.append(snake(name) if re.fullmatch(r"[A-Za-z]\w*", name) else None)
    if slot.type == "add" and len(found) == 2 and None in found:
        longer = max(range(2), key=lambda number: len(slot.branches[number].slots))
        found = [one or ("main" if number == longer else "shortcut") for number, one in enumerate(found)]
    if slot.type == "scaled_dot_product_attention" and None in found:
        found = ["query", "key", "value"]
    labels: list[str] = []
    for number, one in enumerate(found):
        usable = one and one not in labels and one not in TAKEN
        labels.append(one if one and usable else f"branch{number + 1}")
    return labels


def say_rows(slot: Slot) -> None:
    """How the calls of a repetition at the top differ: not at all, by i, in the first, or row by row."""
    rows = slot.rows[0]
    slot.first = {}
    if slot.block is None or all(row == rows[0] for row in rows):
        slot.said = {**(rows[0] if slot.block is not None else {}), "repeat": len(rows)}
        return
    defaults = slot.block.arguments
    names = [name for name in defaults if any(name in row for row in rows)]
    whole = [{name: row.get(name, defaults[name]) for name in names} for row in rows]
    common = {name: whole[0][name] for name in names if all(repr(row[name]) == repr(whole[0][name]) for row in whole)}
    by_number = {}
    for name in names:
        found = None if name in common else series([[row[name] for row in whole]])
        if found is not None:
            by_number[name] = found
    common = {name: value for name, value in common.items() if repr(value) != repr(defaults[name])} | by_number
    same = {name for name in names if all(repr(row[name]) == repr(whole[0][name]) for row in whole)}
    rest = [name for name in names if name not in by_number and name not in same]
    if not rest:
        slot.said = {**common, "repeat": len(rows)}
    elif len(rows) > 2 and all(row[name] == whole[1][name] for row in whole[1:] for name in rest):
        usual = {name: whole[1][name] for name in rest if repr(whole[1][name]) != repr(defaults[name])}
        slot.said = {**common, **usual, "repeat": len(rows)}
        slot.first = {name: whole[0][name] for name in rest}
    else:
        said = [{name: row[name] for name in rest if repr(row[name]) != repr(defaults[name])} for row in whole]
        slot.said = {**common, "repeat": said}


def every_step(steps: Iterable[Written]) -> Iterator[Written]:
    for step in steps:
        yield step
        for branch in (step.lists or {}).values():
            yield from every_step(branch)
