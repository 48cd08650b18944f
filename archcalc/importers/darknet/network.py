"""The steps that sections stand for, as they are added one by one."""

from __future__ import annotations

import os
from collections.abc import Callable

from archcalc.errors import Diagnostic, SpecError, option
from archcalc.importers.darknet.sections import Section
from archcalc.importers.graphs.graph import Graph, Node, Value
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.layers.base import Arguments
from archcalc.meter import OutOfWork
from archcalc.sources.file import File


class Network:
    """The graph of a file's sections. ``values``: what each section gives; ``weighed``: the node with its weights.

    ``decoders``: sections that only read what comes before them.
    """

    def __init__(self, file: File, net: Section, asked: Asked) -> None:
        self.file, self.asked = file, asked
        self.notes: list[Diagnostic] = []
        self.unknown = Unknown(file, "section", RULES)
        self.values: list[Value] = []
        self.weighed: dict[int, list[Node]] = {}
        self.outputs: list[Value] = []
        self.decoders: dict[str, list[Section]] = {}
        self.graph = Graph(plain_name(os.path.splitext(os.path.basename(file.name))[0]))
        self.current = net
        self.prev: Value = self.graph.input("data", self.input_shape(net))

    def input_shape(self, net: Section) -> tuple[int, ...]:
        """[C, H, W] as [net] says, or the number of its inputs."""
        asked = self.asked.shape("data")
        if asked is not None:
            if len(asked) not in (1, 3):
                message = f"Darknet reads an image, [C, H, W], or a vector, and no {'x'.join(map(str, asked))}"[:200]
                raise SpecError(Diagnostic(message, net.span, help=f"such as {option('input', '3x416x416')}"))
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
        self.current = section
        rule = RULES.get(section.type)
        self.prev = self.not_known(section.type, section) if rule is None else rule(self, section)
        self.values.append(self.prev)

    def add(
        self,
        type: str,
        reads: list[Value],
        arguments: Arguments | None = None,
        share: Node | None = None,
        frozen: bool = False,
    ) -> Value:
        """A layer. Raises SpecError at the section where its rules do not hold."""
        section = self.current
        try:
            node = self.graph.add(type, arguments or {}, reads, place=section.place)
        except OutOfWork:
            raise
        except SpecError as error:
            first = error.diagnostics[0]
            raise SpecError(Diagnostic(first.message, section.span, help=first.help)) from None
        node.frozen = frozen
        if share is not None:
            mine, theirs = ([shape for _, shape, _ in one.kept] for one in (node, share))
            if mine != theirs:
                message = f"{section.place} shares the weights of {share.place}, whose shapes are others"
                raise SpecError(Diagnostic(message, section.span, help=f"they are {theirs}, not {mine}"))
            node.weights = share.weights
        return node.outputs[0]

    def not_known(self, what: str, section: Section) -> Value:
        self.unknown.add(what, Diagnostic(section.place, section.span))
        if not self.asked.as_custom:
            return self.prev
        return self.add("custom", [self.prev], {"out": [*self.prev.shape], "params": 0, "macs": 0})

    def finished(self) -> Graph:
        """Raises SpecError for sections that nothing here stands for."""
        if not self.asked.as_custom:
            self.unknown.tell()
        self.notes += self.unknown.notes()
        for type, sections in self.decoders.items():
            message = f"[{type}] only reads what it is given, as boxes or as a loss: it is left out"
            self.notes.append(Diagnostic(message, sections[0].span))
        if not self.graph.nodes:
            message = f"{self.file.name} has no section that computes anything"
            raise SpecError(Diagnostic(message, self.current.span))
        read = {value for node in self.graph.nodes for value in node.inputs}
        if next(iter(self.graph.inputs.values())) not in read:
            raise SpecError(Diagnostic(f"no section of {self.file.name} reads an input", self.current.span))
        self.graph.outputs = [*dict.fromkeys([*self.outputs, self.prev])]
        return self.graph

    # What sections read

    def at(self, index: int, section: Section, key: str) -> Value:
        """What a section gives, by its number, or counted back from this one. Raises SpecError."""
        place = index if index >= 0 else len(self.values) + index
        if 0 <= place < len(self.values):
            return self.values[place]
        message = f"{key} of {section.place} is {index}: there is no section {place} before it"
        raise SpecError(Diagnostic(message, section.options[key][1]))

    def shared(self, section: Section) -> list[Node]:
        """The layers of the section whose weights this one uses. Raises SpecError."""
        number = section.number_of("share_index")
        self.at(number, section, "share_index")
        found = self.weighed.get(number if number >= 0 else len(self.values) + number)
        if found is None:
            message = f"share_index of {section.place} is {number}: that section has no weights"
            raise SpecError(Diagnostic(message, section.options["share_index"][1]))
        return found

    def image(self) -> Value:
        """What comes before, as [C, H, W]."""
        return self.as_image(self.prev)

    def as_image(self, value: Value) -> Value:
        """A tensor as [C, H, W]: a vector has one position."""
        if len(value.shape) != 1:
            return value
        return self.add("reshape", [value], {"shape": [value.shape[0], 1, 1]})

    def vector(self) -> Value:
        """What comes before, as [C]."""
        return self.add("flatten", [self.prev]) if len(self.prev.shape) > 1 else self.prev

    def state(self, shape: tuple[int, ...]) -> Value:
        """What a recurrent section has kept of the step of time before: another input."""
        return self.graph.input(f"state{len(self.graph.inputs)}", shape)

    def probe(self, type: str, reads: list[Value], given: Arguments) -> tuple[int, ...]:
        """The shape that a layer would give."""
        nodes = len(self.graph.nodes)
        shape = self.add(type, reads, given).shape
        del self.graph.nodes[nodes:]
        return shape

    # What they do

    def weigh(
        self, section: Section, type: str, value: Value, given: Arguments, share: list[Node] | None = None
    ) -> Value:
        """A layer with weights, and the norm that takes the place of its bias."""
        normed, frozen = bool(section.number_of("batch_normalize")), bool(section.number_of("dont_update"))
        owner, norm = ([*share, None, None] if share else [None, None])[:2]
        value = self.add(type, [value], {**given, "bias": False} if normed else given, owner, frozen)
        found = self.weighed[len(self.values)] = [self.graph.nodes[-1]]
        if normed:
            value = self.add("batch_norm", [value], {"counter": False}, norm, frozen)
            found.append(self.graph.nodes[-1])
        return value

    def activated(self, value: Value, word: str) -> Value:
        if word == "normalize_channels":
            positive = self.add("relu", [value])
            return self.add("div", [positive, self.add("sum", [positive], {"axis": 0, "keep": True})])
        if word in ACTIVATIONS:
            type, arguments = ACTIVATIONS[word]
            return value if type is None else self.add(type, [value], arguments)
        self.unknown.add(f"activation {word}", Diagnostic(self.current.place, self.current.span))
        return value


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
    "silu": ("silu", {}),
    "plse": ("hardsigmoid", {}),  # in straight pieces, of which the outer ones rise a little
    "lhtan": ("hardtanh", {}),  # from 0 to 1, and leaky
    "relie": ("leaky_relu", {"slope": 0.01}),
    "ramp": ("leaky_relu", {"slope": 0.1}),
    "revleaky": ("leaky_relu", {"slope": 0.1}),
    **dict.fromkeys(("normalize_channels_softmax", "normalize_channels_softmax_maxval"), ("softmax", {"axis": 0})),
    **{word: (word, {}) for word in ("relu", "relu6", "elu", "selu", "gelu", "tanh", "mish")},
}


def rule(*types: str) -> Callable[[Rule], Rule]:
    """Declare what sections of these types stand for."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(types, function))
        return function

    return register
