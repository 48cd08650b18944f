"""Random small networks, as specs and as plain steps, and what they need in memory by trying everything.

A network is written twice by one draw: as YAML for archcalc, and as steps whose elements are counted here. Memory is
then followed step by step: every buffer holds tensors, and is gone when none of them is needed any more. Nothing of
archcalc's arithmetic is used.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

LEAD = 3
"""The first axis of every tensor: the slices of a map."""


@dataclass(eq=False)
class Value:
    """A tensor: its elements, all slices and active experts together, and the step that makes it."""

    elements: int
    maker: Step | None = None


@dataclass(eq=False)
class Step:
    kind: str
    reads: list[Value]
    gives: list[Value] = field(default_factory=list)
    path: str = ""


@dataclass
class Drawn:
    """A network, as a spec and as steps in the order written."""

    text: str
    inputs: list[Value]
    steps: list[Step]
    outputs: list[Value]


class Drawing:
    def __init__(self, seed: int, most: int) -> None:
        self.random, self.most = random.Random(seed), most
        self.steps: list[Step] = []
        self.lines: list[str] = []
        self.named: dict[str, tuple[Value, int]] = {}  # value and width: every tensor is [LEAD, width]
        self.inputs: list[Value] = []

    def draw(self) -> Drawn:
        pick = self.random
        names = ["input"] if pick.random() < 0.7 else ["left", "right"]
        shapes = {}
        for name in names:
            width = pick.choice([2, 4, 8])
            shapes[name] = width
            value = Value(LEAD * width)
            self.inputs.append(value)
            self.named[name] = (value, width)
        written = (
            f"input: [{LEAD}, {shapes['input']}]"
            if names == ["input"]
            else "input: {" + ", ".join(f"{name}: [{LEAD}, {shapes[name]}]" for name in names) + "}"
        )
        for name in names:  # every input is read
            self.linear(f"first_{name}", name)
        while len(self.steps) < self.most - 2:
            number = len(self.lines)
            getattr(self, pick.choice(KINDS))(f"s{number}", pick.choice(list(self.named)))
        unread = [name for name, (value, _) in self.named.items() if name not in names and not self.is_read(value)]
        ends = unread or [list(self.named)[-1]]
        more = [name for name in self.named if name not in ends and name not in names]
        if more and pick.random() < 0.3:  # an output that others read too
            ends.append(pick.choice(more))
        self.lines.append(f"- {{from: [{', '.join(ends)}]}}" if len(ends) > 1 else f"- {{from: {ends[0]}}}")
        text = "\n".join(["name: net", written, "layers:", *self.lines]) + "\n"
        return Drawn(text, self.inputs, self.steps, [self.named[name][0] for name in ends])

    def is_read(self, value: Value) -> bool:
        return any(one is value for step in self.steps for one in step.reads)

    def step(self, kind: str, reads: Sequence[Value], *elements: int, path: str) -> list[Value]:
        made = Step(kind, list(reads), path=path)
        made.gives = [Value(size, made) for size in elements]
        self.steps.append(made)
        return made.gives

    def add(self, name: str, read: str, word: str, kind: str, width: int) -> None:
        """A step that reads one tensor and gives one of that width."""
        value, _ = self.named[read]
        self.lines.append(f"- {{{word}, from: {read}, name: {name}}}")
        (given,) = self.step(kind, [value], LEAD * width, path=name)
        self.named[name] = (given, width)

    def linear(self, name: str, read: str) -> None:
        width = self.random.choice([1, 2, 4, 8, 16])
        self.add(name, read, f"linear: {width}", "linear", width)

    def relu(self, name: str, read: str) -> None:
        kind = self.random.choice(["relu", "sigmoid"])
        self.add(name, read, f"{kind}: ", "in_place", self.named[read][1])

    def view(self, name: str, read: str) -> None:
        word = self.random.choice(["identity: ", "dropout: 0.5", f"reshape: [{LEAD}, -1]"])
        self.add(name, read, word, "dropout" if "dropout" in word else "view", self.named[read][1])

    def slice(self, name: str, read: str) -> None:
        width = self.named[read][1]
        if width > 1:
            self.add(name, read, f"slice: {{axis: 1, stop: {width // 2}}}", "view", width // 2)

    def expand(self, name: str, read: str) -> None:
        if self.named[read][1] == 1:
            self.add(name, read, f"expand: [{LEAD}, 6]", "expand", 6)

    def split(self, name: str, read: str) -> None:
        value, width = self.named[read]
        if width % 2:
            return
        names = [f"{name}a", f"{name}b"]
        self.lines.append(f"- {{split: {{parts: 2, axis: 1}}, from: {read}, name: [{', '.join(names)}]}}")
        halves = self.step("split", [value], LEAD * width // 2, LEAD * width // 2, path=name)
        for one, half in zip(names, halves, strict=True):
            self.named[one] = (half, width // 2)

    def concat(self, name: str, read: str) -> None:
        other = self.random.choice(list(self.named))
        reads, width = [self.named[read][0], self.named[other][0]], self.named[read][1] + self.named[other][1]
        self.lines.append(f"- {{concat: {{axis: 1}}, from: [{read}, {other}], name: {name}}}")
        (given,) = self.step("concat", reads, LEAD * width, path=name)
        self.named[name] = (given, width)

    def sum(self, name: str, read: str) -> None:
        value, width = self.named[read]
        for other, (that, its) in self.named.items():
            if its == width and that is not value:
                self.lines.append(f"- {{add: [{read}, {other}], name: {name}}}")
                (given,) = self.step("add", [value, that], LEAD * width, path=name)
                self.named[name] = (given, width)
                return

    def weights(self, name: str, read: str) -> None:
        width = self.named[read][1]
        self.lines.append(f"- {{parameter: [{LEAD}, {width}], name: {name}}}")
        (given,) = self.step("parameter", [], LEAD * width, path=name)
        self.named[name] = (given, width)

    def map(self, name: str, read: str) -> None:
        value, width = self.named[read]
        other = self.random.choice([1, 4])
        self.lines.append(f"- {{map: [relu, {{linear: {other}}}, sigmoid], from: {read}, name: {name}}}")
        (value,) = self.step("in_place", [value], LEAD * width, path=f"{name}/relu1")
        (value,) = self.step("linear", [value], LEAD * other, path=f"{name}/linear1")
        (value,) = self.step("in_place", [value], LEAD * other, path=f"{name}/sigmoid1")
        self.named[name] = (value, other)

    def experts(self, name: str, read: str) -> None:
        value, width = self.named[read]
        steps = f"[{{linear: {width}}}, tanh]"
        self.lines.append(f"- {{experts: {{count: 5, active: 2, layers: {steps}}}, from: {read}, name: {name}}}")
        (value,) = self.step("linear", [value], 2 * LEAD * width, path=f"{name}/linear1")
        (value,) = self.step("in_place", [value], 2 * LEAD * width, path=f"{name}/tanh1")
        self.named[name] = (value, width)


KINDS = (
    *["linear", "relu", "view", "slice", "expand", "split", "concat", "concat", "sum", "sum"],
    *["weights", "map", "experts"],
)


class Buffers:
    """Which tensors share memory, and whether each step finds what it reads where it should be."""

    def __init__(self, drawn: Drawn, in_place: bool = True) -> None:
        self.drawn, self.in_place = drawn, in_place
        self.buffer: dict[Value, int | None] = {}
        self.sizes: list[int] = []
        for value in drawn.inputs:
            if self.readers(value):
                self.new(value)
        for step in drawn.steps:
            self.give(step)

    def new(self, value: Value) -> None:
        self.buffer[value] = len(self.sizes)
        self.sizes.append(value.elements)

    def readers(self, value: Value) -> int:
        steps = sum(any(one is value for one in step.reads) for step in self.drawn.steps)
        return steps + any(one is value for one in self.drawn.outputs)

    def give(self, step: Step) -> None:
        for value in step.gives:
            if step.kind == "parameter":
                self.buffer[value] = None
            elif self.passes_on(step) or (step.kind == "in_place" and self.may_write(step.reads[0], value)):
                self.buffer[value] = self.buffer[step.reads[0]]
            else:
                self.new(value)

    def passes_on(self, step: Step) -> bool:
        return step.kind in ("view", "expand", "split") or (step.kind == "dropout" and self.in_place)

    def may_write(self, value: Value, over: Value) -> bool:
        """Whether a step is the only one that could see what it writes over, from the tensor back to its memory."""
        if not self.in_place or value.elements != over.elements:
            return False
        while self.readers(value) == 1:
            step = value.maker
            if step is None or step.kind in ("parameter", "expand"):
                return False
            if step.kind not in ("view", "dropout", "split"):
                return True
            value = step.reads[0]
        return False

    def live(self, order: Sequence[Step]) -> list[int]:
        """The elements that exist while each step runs, in an order of the steps."""
        last: dict[int, int] = {}
        first: dict[int, int] = {}
        for place, step in enumerate(order):
            for value in (*step.reads, *step.gives):
                buffer = self.buffer[value]
                if buffer is not None:
                    first.setdefault(buffer, place)
                    last[buffer] = place
        for value in self.drawn.outputs:
            if (buffer := self.buffer[value]) is not None:
                last[buffer] = len(order)
        for value in self.drawn.inputs:
            if (buffer := self.buffer.get(value)) is not None:
                first[buffer] = 0
        return [
            sum(size for buffer, size in enumerate(self.sizes) if first[buffer] <= place <= last[buffer])
            for place in range(len(order))
        ]

    def check_contents(self) -> None:
        """Run the steps on memory: nothing is read after something else was written over it."""
        written: dict[int, set[Value]] = {}
        for value, buffer in self.buffer.items():
            if buffer is not None and value.maker is None:
                written[buffer] = {value}
        for step in self.drawn.steps:
            for value in step.reads:
                buffer = self.buffer[value]
                assert buffer is None or value in written[buffer], f"{step.path} reads what is gone"
            for value in step.gives:
                buffer = self.buffer[value]
                if buffer is None:
                    continue
                if step.kind == "in_place":  # halves of a split do not touch each other
                    kept = {other for other in written.get(buffer, ()) if apart(other, value, step)}
                    written[buffer] = {*kept, value}
                else:
                    written.setdefault(buffer, set()).add(value)
        for value in self.drawn.outputs:
            buffer = self.buffer[value]
            assert buffer is None or value in written[buffer], "an output is gone"

    def least(self) -> int:
        """The least peak over all orders, by the least of every set of done steps."""
        steps = self.drawn.steps
        place = {step: number for number, step in enumerate(steps)}
        makers_of = [{one.maker for one in step.reads if one.maker} for step in steps]
        before = [sum(1 << place[maker] for maker in found) for found in makers_of]
        users: list[int] = [0] * len(self.sizes)
        for number, step in enumerate(steps):
            for value in (*step.reads, *step.gives):
                if (buffer := self.buffer[value]) is not None:
                    users[buffer] |= 1 << number
        makers = [0] * len(self.sizes)
        for number, step in enumerate(steps):
            for value in step.gives:
                buffer = self.buffer[value]
                if buffer is not None and not makers[buffer] and not self.is_input(buffer):
                    makers[buffer] = 1 << number
        kept = {self.buffer[value] for value in self.drawn.outputs}

        def there(done: int) -> set[int]:
            return {
                buffer
                for buffer in range(len(self.sizes))
                if (makers[buffer] & done or self.is_input(buffer))
                and (buffer in kept or users[buffer] & done != users[buffer])
            }

        best = {0: 0}
        for done in range(1 << len(steps)):
            if done not in best:
                continue
            held = there(done)
            for number, step in enumerate(steps):
                if done >> number & 1 or before[number] & done != before[number]:
                    continue
                now = held | {b for one in step.gives if (b := self.buffer[one]) is not None}
                peak = max(best[done], sum(self.sizes[buffer] for buffer in now))
                after = done | 1 << number
                best[after] = min(best.get(after, peak), peak)
        return best[(1 << len(steps)) - 1]

    def is_input(self, buffer: int) -> bool:
        return any(self.buffer.get(value) == buffer for value in self.drawn.inputs)


def apart(one: Value, other: Value, step: Step) -> bool:
    """Whether two tensors of one buffer lie in different halves of a split."""
    mine, its = halves(step.reads[0]), halves(one)
    return any(split in its and its[split] is not half for split, half in mine.items())


def halves(value: Value) -> dict[Step, Value]:
    """The splits that a tensor went through, back to where its memory was made, and which half it lies in."""
    found: dict[Step, Value] = {}
    while value.maker is not None and value.maker.kind in ("view", "dropout", "split", "in_place"):
        if value.maker.kind == "split":
            found[value.maker] = value
        value = value.maker.reads[0]
    return found


def drawn(seed: int, most: int = 12) -> Drawn:
    return Drawing(seed, most).draw()
