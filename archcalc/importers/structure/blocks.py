"""A template and its uses as a block: its name, its axes, its arguments, and what each use gives them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any

from archcalc.importers.structure.conditions import condition, present_within
from archcalc.importers.structure.items import PARALLEL, REPEAT
from archcalc.importers.structure.naming import BLAND, argument_name, block_name
from archcalc.importers.structure.numbers import Expression, Known, Values, fits, split_rows, typical, whole
from archcalc.importers.structure.slots import ABSENT, PREV, Slot, Template
from archcalc.layers.base import Arguments

REQUIRED = Expression("required")

AXES = {3: "CHW", 2: "TC", 1: "C"}

OF_LAST = frozenset("linear attention layer_norm rms_norm".split())
OF_FIRST = frozenset("conv depthwise_conv conv_transpose batch_norm".split())

WIDTHS = {"out": "out", "hidden": "hidden"}

MOSTLY = 0.6
"""The share of uses that a default must have."""


class Block:
    """Steps under a name. ``arguments``: name -> default, REQUIRED without one; ``tensors``: those given by name.

    ``uses`` has the arguments of each use that differ from the defaults; ``last``: the file has the channels last.
    """

    def __init__(
        self,
        template: Template,
        group: tuple[str, ...],
        attribute: str,
        kind: str,
        inputs: Sequence[Sequence[tuple[int, ...]]],
        times: Sequence[int],
        taken: Container[str],
        last: bool = False,
    ) -> None:
        self.template, self.group, self.times = template, group, times
        slots = [*template.all_slots()]
        self.name = block_name(
            kind, attribute, any(slot.calls or slot.kind == REPEAT for slot in template.slots), taken
        )
        self.axes = axes_of([shapes[0] for shapes in inputs], slots, last)
        known = {axis: [shapes[0][place] for shapes in inputs] for place, axis in enumerate(self.axes)}
        self.known = Known(known, template.uses)
        self.tensors = [f"tensor{number}" if number > 1 else "other" for number in range(1, len(inputs[0]))]
        self.last_width = next((slot.values["out"] for slot in reversed(slots) if "out" in slot.values), None)
        self.longest = 1
        self.slots = slots
        pass_widths(template, last)
        label_branches(template)
        for optional in (False, True):  # what only some uses have is said by what all have
            self.solve(template, optional)
        self.place_conditions(template, None)
        self.arguments = self.defaults()
        self.uses = [self.use(number) for number in range(template.uses)]

    # Numbers

    def solve(self, template: Template, optional: bool) -> None:
        """Say every argument of the steps that all uses have, or of the others."""
        for slot in template.slots:
            if all(slot.present) != optional:
                if slot.kind == REPEAT:
                    self.solve_repeat(slot)
                else:
                    for name, values in slot.values.items():
                        self.say(slot, name, values)
            for branch in slot.branches:
                self.solve(branch, optional)

    def say(self, slot: Slot, name: str, values: Values) -> None:
        default = slot.block.arguments.get(name) if slot.block is not None else None
        if slot.block is not None and default != REQUIRED:
            pairs = zip(values, slot.present, strict=True)
            values = [default if value is ABSENT and there else value for value, there in pairs]
        found = self.number(values, name, slot)
        if slot.block is None or found != default:
            slot.said[name] = found

    def solve_repeat(self, slot: Slot) -> None:
        slot.said["repeat"] = self.number([row if row is ABSENT else len(row) for row in slot.rows], "depth", slot)
        if slot.body is not None:
            for optional in (False, True):
                self.solve(slot.body, optional)
            return
        assert slot.block is not None
        for name, default in slot.block.arguments.items():
            rows = [row if row is ABSENT else [one.get(name, default) for one in row] for row in slot.rows]
            split = split_rows(rows)
            if isinstance(split, Expression):
                slot.said[name] = split
                continue
            rest, first = split
            said = self.number(rest, name, slot)
            if said is not ABSENT and said != default:
                slot.said[name] = said
            if first is not None:
                found = self.number(first, name, slot)
                if found != said:
                    slot.first[name] = found

    def number(self, values: Values, name: str, slot: Slot) -> Any:
        """How a value is said that is these in the uses: itself, an expression, an argument."""
        present = [value for value in values if value is not ABSENT]
        if not present:
            return ABSENT
        if all(repr(value) == repr(present[0]) for value in present):
            return self.constant(present[0], name, slot)
        found = self.known.expression(values, name, slot.type == "linear")
        if found is not None:
            return found
        factors = self.known.nearly(values, name)
        if factors is not None:
            known = next((one for one, its in self.known.arguments.items() if fits(factors, its)), None)
            return Expression(f"{known or self.argument('expand', factors)}*C")
        lists = all(isinstance(value, list) for value in present) and len({len(value) for value in present}) == 1
        if lists and all(whole(size) for value in present for size in value):
            return [
                self.number(
                    [value if value is ABSENT else value[place] for value in values],
                    ("rows", "columns", "height", "width", "channels")[place % 5]
                    if name in ("shape", "sizes")
                    else name,
                    slot,
                )
                for place in range(len(present[0]))
            ]
        return Expression(self.argument(self.title(name, slot), values))

    def constant(self, value: Any, name: str, slot: Slot) -> Any:
        """A literal, or a width that is that of the input in every use."""
        channels = self.known.axes.get("C")
        if channels is None or name not in WIDTHS or slot.type != "linear" or not whole(value) or value < 16:
            return value
        if len({*channels}) > 1 or not channels[0] or value % channels[0] or value // channels[0] > 4:
            return value
        return Expression("C" if value == channels[0] else f"{value // channels[0]}*C")

    def argument(self, name: str, values: Values) -> str:
        name = argument_name(name, {*self.known.arguments, *self.axes, *self.tensors})
        self.known.arguments[name] = values
        return name

    def title(self, name: str, slot: Slot) -> str:
        """What an argument is called: as the layer's, or as the module says what it is the width of."""
        if name != "out":
            return name
        if slot.label is not None:
            return slot.label[0] if slot.label[1] else f"{slot.label[0]}_in"
        widths = slot.values.get("out", [])
        last = self.last_width
        if last is not None and widths and "out" not in self.known.arguments:
            pairs = zip(widths, last, strict=True)
            if all(mine is ABSENT or its is ABSENT or mine == its for mine, its in pairs):
                return "out"
        after = (
            [one for one in self.slots[self.slots.index(slot) :] if "out" in one.values] if slot in self.slots else []
        )
        if len(after) <= 1:
            return "out"
        named = slot.name and len(slot.name) > 1 and not BLAND.fullmatch(slot.name)
        return slot.name if named else "mid"

    # What is there only in some uses, and what is usual

    def place_conditions(self, template: Template, outer: Values | None) -> None:
        for slot in template.slots:
            present = present_within(slot, outer)
            if not all(there for there in present if there is not ABSENT):
                slot.when = condition(self.known, slot, present, self.slots)
            for branch in slot.branches:
                self.place_conditions(branch, slot.present)
            if slot.body is not None:
                self.place_conditions(slot.body, slot.present)

    def defaults(self) -> Arguments:
        """The arguments with their defaults, those without one first."""
        found = {name: self.default(name, values) for name, values in self.known.arguments.items()}
        return dict(sorted(found.items(), key=lambda item: item[1] != REQUIRED))

    def default(self, name: str, values: Values) -> Any:
        said = [
            value for value, times in zip(values, self.times, strict=True) if value is not ABSENT for _ in range(times)
        ]
        usual, times = typical(said)
        stride = "stride" in name and 1 in said
        if stride and times <= 0.5 * len(said):
            return 1
        width = name in ("out", "mid", "depth", "hidden")
        if ABSENT in values or isinstance(usual, bool) or stride or (times >= MOSTLY * len(said) and not width):
            return usual
        return REQUIRED

    def use(self, number: int) -> Arguments:
        """The arguments of a use that are not as their defaults."""
        found = {name: self.known.arguments[name][number] for name in self.arguments}
        return {
            name: value
            for name, value in found.items()
            if value is not ABSENT and repr(value) != repr(self.arguments[name])
        }


def axes_of(shapes: Sequence[tuple[int, ...]], slots: Sequence[Slot], last: bool) -> str:
    """The letters of what a block reads, the same in all uses; none where they differ in their number of axes.

    ``last``: the file has the channels last.
    """
    ranks = {len(shape) for shape in shapes}
    letters = AXES.get(ranks.pop(), "") if len(ranks) == 1 else ""
    types = {slot.type for slot in slots}
    return "HWC" if letters == "CHW" and (last or (types & OF_LAST and not types & OF_FIRST)) else letters


def pass_widths(template: Template, last: bool) -> None:
    """Give an optional map, in the uses that have it not, the width of what passes: so its condition is found."""
    for slot, after in zip(template.slots, template.slots[1:], strict=False):
        if "out" not in slot.values or slot.block is not None or slot.kind == REPEAT or after.references != [PREV]:
            continue
        axis = -1 if last or slot.type == "linear" else 0
        slot.values["out"] = [
            after.reads[use][0][axis] if value is ABSENT and after.reads[use] is not ABSENT else value
            for use, value in enumerate(slot.values["out"])
        ]
    for slot in template.slots:
        for branch in slot.branches:
            pass_widths(branch, last)


def label_branches(template: Template) -> None:
    """Widths of the branches of a concat are called as the branches are."""
    for slot in template.slots:
        if slot.kind == PARALLEL and slot.type == "concat" and len(slot.branches) > 2:
            for number, branch in enumerate(slot.branches):
                wide = [one for one in branch.all_slots() if "out" in one.values]
                if 1 <= len(wide) <= 2:
                    label = label_of(wide[0], len(slot.path), number)
                    for one in wide:
                        one.label = label, one is wide[-1]
        for branch in slot.branches:
            label_branches(branch)


def label_of(slot: Slot, depth: int, number: int) -> str:
    path = (*slot.path, slot.name)
    name = path[depth] if len(path) > depth else ""
    return name if re.fullmatch(r"[a-z]\w+", name) else f"branch{number + 1}"
