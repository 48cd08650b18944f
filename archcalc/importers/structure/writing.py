"""Blocks and steps as the text of a spec: names for what is read from afar, defaults for what most steps have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from archcalc.importers.graphs.graph import Graph, Value
from archcalc.importers.structure.blocks import Block
from archcalc.importers.structure.building import Builder
from archcalc.importers.structure.defaults import shared_arguments
from archcalc.importers.structure.items import PARALLEL, REPEAT, Item
from archcalc.importers.structure.layout import WIDTH, Written, lines, value_text
from archcalc.importers.structure.naming import AUTOMATIC, MEANT_NOTHING, TAKEN, free, plain_of, snake
from archcalc.importers.structure.numbers import Expression
from archcalc.importers.structure.slots import PREV, Slot, Template, encoded, every_slot
from archcalc.importers.structure.steps import (
    Names,
    arguments_text,
    branch_labels,
    every_step,
    place_of,
    reference_text,
    say_rows,
    single,
)
from archcalc.language.writer import flow
from archcalc.layers.base import Arguments

NAMED = frozenset("conv linear embedding lstm parameter".split())
"""Layers whose module's name is worth a line at the top of a network."""


class Writer:
    """The text of a network. ``calls`` counts where each block is called."""

    def __init__(self, builder: Builder, items: list[Item]) -> None:
        self.graph: Graph = builder.graph
        self.blocks, self.items, self.flow = builder.blocks, items, builder.flow
        self.block_names = {block.name for block in builder.blocks}
        self.calls: Counter[str] = Counter()

    def text(self) -> str:
        return "\n".join(self.lines()) + "\n"

    def lines(self) -> list[str]:
        """The lines of the text; those of steps are Lines, which know their place."""
        inputs = input_names(self.graph)
        steps = self.top(inputs)
        bodies = {block.name: self.body(block) for block in self.blocks}
        self.count(steps, bodies)
        live = [block for block in self.blocks if self.calls[block.name]]
        layout = [] if self.graph.layout == "CHW" else [f"layout: {self.graph.layout}"]
        found = [f"name: {flow(self.graph.name)}", *layout, inputs_line(self.graph, inputs)]
        defaults = shared_arguments([steps, *(bodies[block.name] for block in live)])
        if defaults:
            found.append("defaults:")
            found += [f"  {name}: {value_text(arguments)}" for name, arguments in defaults.items()]
        if live:
            found.append("blocks:")
        for block in live:
            found += block_lines(block, bodies[block.name])
        return [*found, "layers:", *lines(steps, 2)]

    def count(self, steps: list[Written], bodies: Mapping[str, list[Written]]) -> None:
        """Count the calls of each block that can be reached."""
        todo = [steps]
        while todo:
            for step in every_step(todo.pop()):
                if step.head in bodies:
                    if not self.calls[step.head]:
                        todo.append(bodies[step.head])
                    self.calls[step.head] += 1

    def body(self, block: Block) -> list[Written]:
        taken = {*block.arguments, *block.tensors, *block.axes, *block.known.arguments}
        names = Names(block.template, self.unread(block.template), taken, self.block_names)
        return [*self.steps(block.template, names, ["input", *block.tensors])]

    # The network itself

    def top(self, inputs: list[str]) -> list[Written]:
        values = [*self.graph.inputs.values()]
        template = encoded(self.items, values, several=len(values) > 1)
        for slot in every_slot(template):
            if slot.kind == REPEAT:
                say_rows(slot)
            else:
                slot.said = {name: found[0] for name, found in slot.values.items()}
        wanted = {slot.number for slot in template.slots if worth_a_name(slot) or self.is_named(slot)}
        wanted |= self.unread(template)
        ends, last = self.ends(template)
        if not last:
            wanted |= {slot.number for slot, _ in ends if slot is not None}
        names = Names(template, wanted, inputs, self.block_names)
        steps = [*self.steps(template, names, inputs if len(inputs) > 1 else ["input"])]
        if not last:
            said = [names.of[slot.number][place] if slot is not None else place for slot, place in ends]
            steps.append(Written("from", Expression(said[0]) if len(said) == 1 else list(map(Expression, said)), {}))
        return steps

    def is_named(self, slot: Slot) -> bool:
        """Whether a step has a name in a file whose names people know, and another than it would have by itself."""
        known = (slot.kind == "layer" and slot.type in NAMED) or slot.kind == "call"
        plain = known and re.fullmatch(r"[A-Za-z]\w*", slot.name) is not None
        return self.graph.named and plain and plain_of(slot.name) not in AUTOMATIC | self.block_names

    def unread(self, template: Template) -> set[int]:
        """The numbers of steps whose tensor nothing reads, such as stored tensors that a file does not use."""
        flow = self.flow
        return {
            slot.number
            for slot in every_slot(template)
            if not any(value in flow.readers or value in flow.given for value in slot.item.outputs)
        }

    def ends(self, template: Template) -> tuple[list[tuple[Slot | None, Any]], bool]:
        """The steps that make the outputs, and whether the last step gives just them."""
        makers = {value: (slot, place) for slot in template.slots for place, value in enumerate(slot.item.outputs)}
        named = {value: name for name, value in zip(input_names(self.graph), self.graph.inputs.values(), strict=True)}
        ends: list[tuple[Slot | None, Any]] = [
            makers.get(value, (None, named.get(value))) for value in self.graph.outputs
        ]
        last = template.slots[-1] if template.slots else None
        alone = last is not None and [*last.item.outputs] == self.graph.outputs
        return ends, alone

    # Steps

    def steps(self, template: Template, names: Names, inputs: list[str]) -> Iterator[Written]:
        for slot in template.slots:
            yield from self.step(slot, names, inputs)

    def step(self, slot: Slot, names: Names, inputs: list[str]) -> Iterator[Written]:
        reads = [reference_text(one, names, inputs) for one in slot.references]
        name = names.of.get(slot.number)
        tail: Arguments = {} if name is None else {"name": name[0] if slot.outputs == 1 else name}
        when: Arguments = {"when": Expression(slot.when)} if slot.when else {}
        if slot.share is not None:
            when["share"] = Expression(names.of[slot.share][0])
        if slot.kind == PARALLEL:
            yield from self.parallel(slot, names, inputs, reads, tail, when)
            return
        if slot.kind == REPEAT and slot.body is not None:
            yield from self.repeated(slot, names, inputs, reads, tail | when)
            return
        yield single(slot, reads, tail, when)

    def parallel(
        self, slot: Slot, names: Names, inputs: list[str], reads: list[str], tail: Arguments, when: Arguments
    ) -> Iterator[Written]:
        begins: Arguments = {} if reads == [PREV] else {"from": Expression(reads[0])}
        lists = [[*self.steps(branch, names, inputs)] for branch in slot.branches]
        filled = [one for one in lists if one]
        if slot.type == "add" and len(lists) == 2 and len(filled) == 1:
            yield Written("residual", None, {**begins, **tail, **when}, {"": filled[0]}, place_of(slot))
            return
        labels = branch_labels(slot)
        yield Written("parallel", None, {**begins, **when}, dict(zip(labels, lists, strict=True)), place_of(slot))
        after = {key: said for key, said in when.items() if key != "share"}
        merge = slot.item.places[0] if slot.item.places else ""
        yield Written(slot.type, arguments_text(slot.type, slot.said), {**tail, **after}, place=merge)

    def repeated(
        self, slot: Slot, names: Names, inputs: list[str], reads: list[str], keys: Arguments
    ) -> Iterator[Written]:
        assert slot.body is not None
        body = [*self.steps(slot.body, names, inputs)]
        begins: Arguments = {} if reads == [PREV] else {"from": Expression(reads[0])}
        times = {"repeat": slot.said["repeat"]}
        if len(body) == 1:
            one = body[0]
            yield Written(one.head, one.arguments, {**one.keys, **begins, **times, **keys}, one.lists, one.place)
        else:
            yield Written("steps", None, {**begins, **times, **keys}, {"": body}, place_of(slot))


def worth_a_name(slot: Slot) -> bool:
    """Whether a person would keep the name that a module has at the top of a network."""
    plain = re.fullmatch(r"[a-z][a-z_]*", slot.name) is not None and slot.name not in TAKEN
    return plain and slot.kind == "layer" and slot.type in NAMED and not MEANT_NOTHING.fullmatch(slot.name)


def input_names(graph: Graph) -> list[str]:
    return ["input"] if len(graph.inputs) == 1 else [*ordered_names(graph)]


def ordered_names(graph: Graph) -> Iterator[str]:
    taken: set[str] = set()
    for name in graph.inputs:
        base = snake(name) or "x"
        base = base if re.match(r"[a-z]", base) else f"x_{base}"
        found = free(f"{base}_" if base in TAKEN else base, taken)
        taken.add(found)
        yield found


def inputs_line(graph: Graph, names: list[str]) -> str:
    shapes = [shape_text(value) for value in graph.inputs.values()]
    if len(shapes) == 1:
        return f"input: {shapes[0]}"
    return "input: {" + ", ".join(f"{name}: {shape}" for name, shape in zip(names, shapes, strict=True)) + "}"


def shape_text(value: Value) -> str:
    if value.dtype in ("int64", "int32"):
        return f"{{shape: {[*value.shape]}, dtype: {value.dtype}}}"
    return str([*value.shape])


def block_lines(block: Block, body: list[Written]) -> Iterator[str]:
    said = [*lines(body, 6)]
    words = {*re.findall(r"[A-Za-z_]\w*", "\n".join(said))}
    yield f"  {block.name}:"
    if any(axis in words for axis in block.axes):
        yield f"    input: [{', '.join(block.axes)}]"
    arguments = {**dict.fromkeys(block.tensors, Expression("tensor")), **block.arguments}
    if arguments:
        whole = f"    args: {value_text(arguments)}"
        yield from [whole] if len(whole) <= WIDTH else parted(arguments)
    yield "    layers:"
    yield from said


def parted(arguments: Arguments) -> Iterator[str]:
    """The arguments of a block on lines of their own, as many as fit on one."""
    yield "    args: {"
    line = ""
    for name, value in arguments.items():
        word = f"{name}: {value_text(value)},"
        if len(line) + len(word) + 7 > WIDTH:
            yield f"      {line}"
            line = ""
        line = f"{line} {word}".strip()
    yield f"      {line}"
    yield "    }"
