"""The steps that sections stand for, as they are added one by one."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.building import Builder, shape_of
from archcalc.importers.darknet.sections import Section
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.steps import Listing, Step, Value, plain_name
from archcalc.layers.base import Arguments
from archcalc.sources.file import File


class Network(Builder):
    """The steps of a file's sections. ``values``: what each section gives; ``weighed``: the step with its
    weights, if it has some; ``decoders``: sections that only read what comes before them."""

    def __init__(self, file: File, net: Section, asked: Asked) -> None:
        super().__init__()
        self.file, self.asked = file, asked
        self.notes: list[Diagnostic] = []
        self.unknown = Unknown(file, "section", RULES)
        self.values: list[Value] = []
        self.weighed: dict[int, Step] = {}
        self.outputs: list[Value] = []
        self.decoders: dict[str, list[Section]] = {}
        self.inputs = [Value("data", self.input_shape(net))]
        self.prev: Value = self.inputs[0]

    def input_shape(self, net: Section) -> tuple[int, ...]:
        """[C, H, W] as [net] says, or the number of its inputs."""
        asked = self.asked.shape("input")
        if asked is not None:
            return asked
        shape = tuple(net.number_of(name) for name in ("channels", "height", "width"))
        if all(size > 0 for size in shape):
            return shape
        if net.number_of("inputs") > 0:
            return (net.number_of("inputs"),)
        message = "[net] says neither channels, height and width nor inputs"
        raise SpecError(Diagnostic(message, net.span, help=f"such as {option('input', '3x416x416')}"))

    def section(self, section: Section) -> None:
        """Add what a section stands for."""
        self.origin = section.place
        rule = RULES.get(section.type)
        self.prev = self.not_known(section.type, section) if rule is None else rule(self, section)
        self.values.append(self.prev)

    def as_custom(self) -> Value:
        return self.add("custom", [self.prev], {"out": [*self.prev.shape], "params": 0, "macs": 0})

    def listing(self) -> Listing:
        """Raises SpecError for sections that nothing here stands for."""
        if not self.asked.as_custom:
            self.unknown.tell()
        self.notes += self.unknown.notes()
        for type, sections in self.decoders.items():
            message = f"[{type}] only reads what it is given, as boxes or as a loss: it is left out"
            self.notes.append(Diagnostic(message, sections[0].span))
        name = os.path.splitext(os.path.basename(self.file.name))[0]
        outputs = self.outputs if self.prev in self.outputs else [*self.outputs, self.prev]
        return Listing(plain_name(name), self.inputs, self.steps, outputs)

    # What sections read

    def at(self, index: int, section: Section, key: str) -> Value:
        """What a section gives, by its number, or counted back from this one. Raises SpecError."""
        place = index if index >= 0 else len(self.values) + index
        if 0 <= place < len(self.values):
            return self.values[place]
        message = f"{key} of {section.place} is {index}: there is no section {place} before it"
        raise SpecError(Diagnostic(message, section.options[key][1]))

    def shared(self, section: Section) -> Step:
        """The section whose weights this one uses. Raises SpecError."""
        number = section.number_of("share_index")
        value = self.at(number, section, "share_index")
        found = self.weighed.get(number if number >= 0 else len(self.values) + number)
        if found is None:
            message = f"share_index of {section.place} is {number}: {value.name or 'that section'} has no weights"
            raise SpecError(Diagnostic(message, section.options["share_index"][1]))
        return found

    def image(self) -> Value:
        """What comes before, as [C, H, W]."""
        return self.as_image(self.prev)

    def as_image(self, value: Value) -> Value:
        """A tensor as [C, H, W]: a vector has one position."""
        if len(value.shape) != 1:
            return value
        if isinstance(value, Step) and value is self.steps[-1] and value.type == "global_avg_pool":
            value.type, value.arguments, value.shape = "adaptive_avg_pool", {"size": 1}, (value.shape[0], 1, 1)
            return value
        return self.add("reshape", [value], {"shape": [value.shape[0], 1, 1]})

    def vector(self) -> Value:
        """What comes before, as [C]."""
        return self.add("flatten", [self.prev]) if len(self.prev.shape) > 1 else self.prev

    def state(self, shape: tuple[int, ...]) -> Value:
        """What a recurrent section has kept of the step of time before: another input."""
        value = Value(f"state{len(self.inputs)}", shape)
        self.inputs.append(value)
        return value

    def probe(self, type: str, reads: list[Value], given: Arguments) -> tuple[int, ...]:
        """The shape that a step would give."""
        return shape_of(Step(type, given, reads))

    # What they do

    def weigh(self, section: Section, type: str, value: Value, given: Arguments, share: Step | None = None) -> Value:
        """A layer with weights, and the norm that takes the place of its bias."""
        normed = bool(section.number_of("batch_normalize"))
        frozen: Arguments = {"trainable": False} if section.number_of("dont_update") else {}
        step = self.add(type, [value], {**given, "bias": False} if normed else given, share=share, **frozen)
        self.weighed[len(self.values)] = step
        return self.norm(step, share, **frozen) if normed else step

    def norm(self, value: Value, share: Step | None = None, **keys: Any) -> Step:
        norm = None if share is None else next(one for one in self.steps if share in one.reads)
        return self.add("batch_norm", [value], {"counter": False}, share=norm, **keys)

    def activated(self, value: Value, word: str) -> Value:
        if word in ACTIVATIONS:
            type, arguments = ACTIVATIONS[word]
            return value if type is None else self.add(type, [value], arguments)
        self.unknown.add(f"activation={word}", Diagnostic(str(self.origin)))
        return value

    def not_known(self, what: str, section: Section) -> Value:
        self.unknown.add(what, Diagnostic(section.place, section.span))
        return self.as_custom() if self.asked.as_custom else self.prev


Rule = Callable[[Network, Section], Value]
RULES: dict[str, Rule] = {}
"""What a section of each type stands for (layers.py, recurrent.py)."""
ACTIVATIONS: dict[str, tuple[str | None, Arguments]] = {
    "linear": (None, {}),
    "leaky": ("leaky_relu", {"slope": 0.1}),
    "logistic": ("sigmoid", {}),
    "loggy": ("tanh", {}),  # 2 / (1 + exp(-x)) - 1 is tanh(x / 2)
    "swish": ("silu", {}),
    "hardtan": ("hardtanh", {}),
    "hard_mish": ("mish", {}),
    "relie": ("leaky_relu", {"slope": 0.01}),
    "ramp": ("leaky_relu", {"slope": 0.1}),
    **{word: (word, {}) for word in ("relu", "relu6", "elu", "selu", "gelu", "tanh", "mish")},
}


def rule(*types: str) -> Callable[[Rule], Rule]:
    """Declare what sections of these types stand for."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(types, function))
        return function

    return register
