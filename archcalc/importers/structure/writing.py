"""Blocks and steps as the text of a spec: names for what is read from afar, defaults for what most steps have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from archcalc.importers.graphs.graph import Graph, Value
from archcalc.importers.structure.blocks import REQUIRED, Block
from archcalc.importers.structure.building import Builder
from archcalc.importers.structure.items import MERGES, PARALLEL, REPEAT, Item
from archcalc.importers.structure.layout import WIDTH, Written, lines, value_text
from archcalc.importers.structure.naming import AUTOMATIC, MEANT_NOTHING, TAKEN, free, plain_of, snake, tensor_name
from archcalc.importers.structure.numbers import Expression, series
from archcalc.importers.structure.templates import ABSENT, PREV, START, Reference, Slot, Template, encoded, every_slot
from archcalc.language.writer import flow
from archcalc.layers import find
from archcalc.layers.base import Arguments

ORDER = "out kernel multiplier stride padding dilation groups ceil_mode bias norm act".split()
"""The order of arguments; others stand before them as the layer has them."""

USUAL: dict[str, Arguments] = {
    "conv": {"bias": True, "norm": "none", "act": "none"},
    "depthwise_conv": {"bias": True, "norm": "none", "act": "none"},
    "conv_transpose": {"bias": True, "norm": "none", "act": "none"},
    "linear": {"bias": True, "norm": "none", "act": "none"},
    "attention": {"bias": True, "causal": False},
}
"""Arguments that ``defaults`` may say for a file, and what they are without it."""

NAMED = frozenset("conv linear embedding lstm parameter".split())
"""Layers whose module's name is worth a line at the top of a network."""


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


def worth_a_name(slot: Slot) -> bool:
    """Whether a person would keep the name that a module has at the top of a network."""
    plain = re.fullmatch(r"[a-z][a-z_]*", slot.name) is not None and slot.name not in TAKEN
    return plain and slot.kind == "layer" and slot.type in NAMED and not MEANT_NOTHING.fullmatch(slot.name)


def every_step(steps: Iterable[Written]) -> Iterator[Written]:
    for step in steps:
        yield step
        for branch in (step.lists or {}).values():
            yield from every_step(branch)


def input_names(graph: Graph) -> list[str]:
    if len(graph.inputs) == 1:
        return ["input"]
    taken: set[str] = set()
    for name in graph.inputs:
        base = snake(name) or "x"
        base = base if re.match(r"[a-z]", base) else f"x_{base}"
        taken_as = free(f"{base}_" if base in TAKEN else base, taken)
        taken.add(taken_as)
    return [*dict.fromkeys(ordered_names(graph))]


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


def shared_arguments(bodies: list[list[Written]]) -> dict[str, Arguments]:
    """Arguments that most steps of a kind have, taken from the steps; the others say what they have in place of it."""
    uses: dict[str, list[Written]] = {}
    for steps in bodies:
        for step in every_step(steps):
            if step.head in USUAL:
                uses.setdefault(step.head, []).append(step)
    found = {}
    for head, steps in uses.items():
        rows = [with_name(head, step.arguments) for step in steps]
        defaults = {}
        for name, otherwise in USUAL[head].items():
            value, times = most_common([row.get(name, otherwise) for row in rows])
            gain = 2 * times - len(rows)
            if (
                value != otherwise
                and not isinstance(value, Expression)
                and gain >= (1 if len(rows) > 1 and name == "bias" else 2)
            ):
                defaults[name] = value
        if not defaults:
            continue
        for step, row in zip(steps, rows, strict=True):
            undone = {name: USUAL[head][name] for name in defaults if name not in row}
            kept = {name: value for name, value in row.items() if name not in defaults or value != defaults[name]}
            step.arguments = arguments_text(head, {**kept, **undone})
        found[head] = defaults
    return found


def with_name(head: str, arguments: Any) -> Arguments:
    """Arguments by name, where one stands bare."""
    if isinstance(arguments, dict):
        return dict(arguments)
    obvious = find(head).obvious
    return {} if arguments is None or obvious is None else {obvious: arguments}


def most_common(values: list[Any]) -> tuple[Any, int]:
    counts = Counter(map(repr, values))
    text, times = counts.most_common(1)[0]
    return next(value for value in values if repr(value) == text), times
