"""A model file's steps, ``[from, repeats, module, args]``, as the rules of its scale turn them into blocks."""

from __future__ import annotations

import os
import re
from typing import Any

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.graphs.graph import Graph, Value
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.importers.ultralytics.builder import Builder, divisible
from archcalc.importers.ultralytics.steps import REPEATING, RULES, Rule, Step, is_number, step_of, values
from archcalc.language.yaml_nodes import Node
from archcalc.meter import charge
from archcalc.sources.file import File

SIZE = 640
SIZE_OF_CLASSIFIER = 224
CLASSES = 80
BINS = 16
ACTIVATIONS = {"SiLU": "silu", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ReLU6": "relu6", "Hardswish": "hardswish"}


class Model(Builder):
    """The graph of a model file in one of its scales."""

    def __init__(self, file: File, root: Node, asked: Asked) -> None:
        self.file, self.root, self.asked = file, root, asked
        self.notes: list[Diagnostic] = []
        self.unknown = Unknown(file, "module", RULES)
        self.scale, (self.depth, self.wide, self.most) = self.chosen_scale()
        stem = os.path.splitext(os.path.basename(file.name))[0]
        super().__init__(plain_name(f"{stem}-{self.scale}" if self.scale else stem))
        self.classes = int(self.number("nc", CLASSES))
        self.act = ACTIVATIONS.get(self.text("activation").rpartition(".")[2].partition("(")[0], "silu")
        self.bins, self.twice = int(self.number("reg_max", BINS)), self.text("end2end") == "True"
        self.legacy = True
        self.values: list[Value] = []
        self.before: Value | None = None
        self.words: Value | None = None
        self.parts: dict[int, list[Value]] = {}
        self.finals: list[Value] | None = None

    # The file's keys

    def text(self, key: str) -> str:
        return str(self.root.value[key][1].text) if key in self.root.value else ""

    def number(self, key: str, default: float) -> float:
        if key not in self.root.value:
            return default
        found = self.root.value[key][1]
        if isinstance(found.value, bool) or not isinstance(found.value, (int, float)):
            raise SpecError(Diagnostic(f"{key} is a number, not '{found.text}'", found.span))
        return float(found.value)

    def chosen_scale(self) -> tuple[str, tuple[float, float, float]]:
        """The scale that is asked for as a variant, else that of the file's name, else the first."""
        if "scales" not in self.root.value:
            return "", (self.number("depth_multiple", 1), self.number("width_multiple", 1), float("inf"))
        node = self.root.value["scales"][1]
        scales = {name: values(value) for name, (_, value) in node.value.items()} if node.is_mapping else {}
        if not scales or not all(len(one) == 3 and all(map(is_number, one)) for one in scales.values()):
            raise SpecError(Diagnostic("scales are {NAME: [depth, width, channels]}", node.span))
        letter = re.search(r"yolo[a-z]*-?\d+([a-z])(?![a-z])", os.path.basename(self.file.name).lower())
        asked = self.asked.variant_of(scales, node.span) or (letter[1] if letter and letter[1] in scales else None)
        if asked is None:
            asked = next(iter(scales))
            if len(scales) > 1:
                listed = ", ".join(scales)
                message = f"{self.file.name} has the scales {listed}: '{asked}' is taken"
                help = f"{self.file.name}:{next(reversed(scales))}, or {option('variant', 'NAME')}, takes another"
                self.notes.append(Diagnostic(message, node.span, help=help))
        depth, width, most = scales[asked]
        return asked, (depth, width, most)

    # Steps

    def finished(self) -> Graph:
        """The graph of all steps. Raises SpecError for modules that nothing here stands for."""
        steps = [step_of(node, number) for number, node in enumerate(self.listed())]
        last = steps[-1].module if steps else ""
        side = SIZE_OF_CLASSIFIER if last == "Classify" else SIZE * (2 if "p6" in self.file.name else 1)
        shape = self.asked.shape("images") or (3, side, side)
        if steps and len(shape) != 3:
            message = f"a model reads an image, [C, H, W], and no {'x'.join(map(str, shape))}"[:200]
            raise SpecError(Diagnostic(message, steps[0].span, help=f"such as {option('input', '3x640x640')}"))
        self.input = self.graph.input("images", shape)
        for step in steps:
            self.span, self.place = step.span, f"step {step.number} {step.module}, line {step.span.line + 1}"
            rule = RULES.get(step.module)
            if rule is None:
                self.unknown.add(step.module, Diagnostic(self.place, step.span))
                self.values.append(self.values[-1] if self.values else self.input)
            else:
                self.values.append(self.repeated(rule, step))
        self.unknown.tell()
        self.graph.outputs = self.finals or self.values[-1:]
        return self.graph

    def repeated(self, rule: Rule, step: Step) -> Value:
        """A step's module, or several of the same arguments in a row where the module does not repeat its inside."""
        found = rule(self, step)
        for _ in range(1, 1 if step.module in REPEATING else self.times(step)):
            charge(1, step.span)
            self.before = found
            found = rule(self, step)
        self.before = None
        return found

    def listed(self) -> list[Node]:
        found: list[Node] = []
        for key in ("backbone", "head"):
            node = self.root.value[key][1] if key in self.root.value else None
            if node is None or not node.is_list:
                raise SpecError(
                    Diagnostic(f"a model has {key}: a list of [from, repeats, module, args]", self.root.span)
                )
            found += node.value
        return found

    def at(self, step: Step, number: int) -> Value:
        """What a step gives, by its number or counted back. Raises SpecError."""
        place = number if number >= 0 else len(self.values) + number
        if place == -1 and not self.values:
            return self.input
        if not 0 <= place < len(self.values):
            message = f"{self.place} reads {number}: there is no step {place} before it"
            raise SpecError(Diagnostic(message, step.span))
        return self.values[place]

    def read(self, step: Step) -> list[Value]:
        return [self.at(step, number) for number in step.reads]

    def only(self, step: Step) -> Value:
        return self.before or self.read(step)[0]

    def width(self, size: Any) -> int:
        """Channels in this scale."""
        return divisible(min(self.whole(size), self.most) * self.wide)

    def times(self, step: Step) -> int:
        return max(round(step.repeats * self.depth), 1) if step.repeats > 1 else step.repeats

    def whole(self, value: Any) -> int:
        """A number of the file, or that of the classes where it says nc. Raises SpecError."""
        if value == "nc":
            return self.classes
        if isinstance(value, bool) or not isinstance(value, int):
            raise SpecError(Diagnostic(f"{self.place} takes a whole number, not {value!r}", self.span))
        return value

    def wholes(self, value: Any, count: int | None = None) -> list[int]:
        """Whole numbers. Raises SpecError."""
        if not isinstance(value, list) or not value or (count is not None and len(value) != count):
            what = "a list of whole numbers" if count is None else f"{count} whole numbers"
            raise SpecError(Diagnostic(f"{self.place} takes {what}, not {value!r}", self.span))
        return [self.whole(one) for one in value]

    def text_of(self, count: int, embedded: int = 512) -> Value:
        """An embedding for each class, an input until a step makes others of it."""
        if self.words is None:
            self.words = self.graph.input("text", self.asked.shape("text", only=False) or (count, embedded))
        return self.words

    def argument(self, step: Step, place: int, default: Any = None) -> Any:
        if place < len(step.args):
            return step.args[place]
        if default is None:
            raise SpecError(Diagnostic(f"{self.place} needs {place + 1} arguments", step.span))
        return default
