"""When an optional step is there: a condition of what a block knows, else an argument of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from archcalc.importers.structure.naming import argument_name
from archcalc.importers.structure.numbers import Expression, Known, Values, whole
from archcalc.importers.structure.slots import ABSENT, Slot

MOST_ATOMS = 60


def condition(known: Known, slot: Slot, present: Values, slots: Sequence[Slot]) -> Expression:
    """An expression that is true in exactly the uses that have a step. ABSENT uses do not matter."""
    atoms = [*atoms_of(known, slots)][:MOST_ATOMS]
    for text, values in sorted(atoms, key=lambda atom: len(atom[0])):
        if agrees(values, present):
            return Expression(text)
    ordered = sorted(atoms, key=lambda atom: "stride" not in atom[0])
    for (one, its), (other, theirs) in itertools.combinations(ordered, 2):
        if ABSENT in its or ABSENT in theirs:
            continue
        pairs = [*zip(its, theirs, strict=True)]
        if agrees([mine and yours for mine, yours in pairs], present):
            return Expression(f"{one} and {other}")
        if agrees([mine or yours for mine, yours in pairs], present):
            return Expression(f"{one} or {other}")
    return own(known, slot, present)


def agrees(values: Values, present: Values) -> bool:
    return all(
        there is ABSENT or (value is not ABSENT and bool(value) == there)
        for value, there in zip(values, present, strict=True)
    )


def atoms_of(known: Known, slots: Sequence[Slot]) -> Iterator[tuple[str, Values]]:
    """Simple conditions of arguments and sizes, and what they are in each use."""
    for name, values in known.arguments.items():
        numbers = all(whole(value) for value in values if value is not ABSENT)
        if numbers and ("stride" in name or "expand" in name):
            yield f"{name} == 1", [value if value is ABSENT else value == 1 for value in values]
            yield f"{name} != 1", [value if value is ABSENT else value != 1 for value in values]
    channels = known.axes.get("C")
    if channels is None:
        return
    widths = dict.fromkeys(
        [str(slot.said["out"]) for slot in slots if isinstance(slot.said.get("out"), Expression)] + [*known.arguments]
    )
    for text in widths:
        sizes = evaluated(known, text)
        if text == "C" or sizes is None or not all(map(whole, sizes)):
            continue
        pairs = [*zip(sizes, channels, strict=True)]
        yield f"C == {text}", [value == size for value, size in pairs]
        yield f"C != {text}", [value != size for value, size in pairs]


SIMPLE = re.compile(r"(?:(\d+)\*)?([A-Za-z_]\w*)(?://(\d+))?")


def evaluated(known: Known, text: str) -> Values | None:
    """The values of an expression such as ``4*mid`` or ``C//2``; None for any other."""
    parts = SIMPLE.fullmatch(text)
    if parts is None:
        return None
    values = {**known.axes, **known.arguments}.get(parts[2])
    if values is None or not all(map(whole, values)):
        return None
    return [int(parts[1] or 1) * value // int(parts[3] or 1) for value in values]


def own(known: Known, slot: Slot, present: Values) -> Expression:
    """An argument that says whether a step is there: a number of its own that is 0 where it is not, else a flag."""
    for name, values in known.arguments.items():
        numbers = all(whole(value) and value > 0 for value in values if value is not ABSENT)
        exact = all((value is ABSENT) == (not there) for value, there in zip(values, present, strict=True))
        if numbers and exact:
            known.arguments[name] = [0 if value is ABSENT else value for value in values]
            return Expression(f"{name} > 0")
    for name, values in known.arguments.items():
        if all(isinstance(value, bool) or value is ABSENT for value in values) and agrees(values, present):
            return Expression(name)
    plain = slot.name if re.fullmatch(r"[A-Za-z]\w*", slot.name) else slot.block.name if slot.block else slot.type
    name = argument_name(f"with_{plain}", known.arguments)
    known.arguments[name] = [value if value is ABSENT else bool(value) for value in present]
    return Expression(name)


def present_within(slot: Slot, outer: Sequence[Any] | None) -> Values:
    """Whether each use has a step; ABSENT where it has not the step around it."""
    if outer is None:
        return [*slot.present]
    return [there if around else ABSENT for there, around in zip(slot.present, outer, strict=True)]
