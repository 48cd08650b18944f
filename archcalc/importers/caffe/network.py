"""Layers in the phase TEST, added one by one to the graph."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from archcalc.errors import Diagnostic, SpecError, unknown
from archcalc.importers.caffe.older import OLD_TYPES, upgraded
from archcalc.importers.caffe.text import Message
from archcalc.importers.graphs.graph import Graph, Node, Value
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.layers.base import Arguments
from archcalc.meter import OutOfWork
from archcalc.sources.file import File

LAYER = 20
"""Units of work that a layer takes."""
PHASE = "TEST"


class Blob:
    """A tensor of one sample. ``whole``: axis 0 is one of ours, as regions are, and no batch has been left out."""

    __slots__ = ("value", "whole")

    def __init__(self, value: Value, whole: bool = False) -> None:
        self.value, self.whole = value, whole

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape


class Layer:
    """A layer of the file: its message, its type as the new syntax calls it, what it reads and writes."""

    __slots__ = ("message", "type", "name", "bottoms", "tops", "number")

    def __init__(self, message: Message, number: int) -> None:
        self.message, self.number = message, number
        self.name = message.text("name")
        word = message.text("type")
        self.type = OLD_TYPES.get(word, word)
        if self.type not in RULES and any(not one.is_text for one in message.words("type")):
            self.type = of_forks().get(word.replace("_", ""), word)
        self.bottoms, self.tops = message.texts("bottom"), message.texts("top")

    @property
    def place(self) -> str:
        return f"layer {self.name or self.number}, line {self.message.span.line + 1}"

    @property
    def is_loss(self) -> bool:
        """Whether it only compares, as its type says, and learns nothing."""
        learns = any(one.words("num_output") for one in self.message.messages(*self.message.fields))
        return self.type.endswith(("Loss", "Accuracy")) and not learns

    def parameters(self, *names: str) -> Message:
        """Those of the layer's type, such as ``convolution_param``."""
        return self.message.message(*names)

    def is_in(self, phase: str) -> bool:
        """Whether it stands in a phase: one of ``include`` holds, or none of ``exclude``."""
        include, exclude = self.message.messages("include"), self.message.messages("exclude")
        if include:
            return any(holds(rule, phase) for rule in include)
        return not any(holds(rule, phase) for rule in exclude)


@cache
def of_forks() -> dict[str, str]:
    """The types that the old syntax of forks writes without quotes, such as PRELU and ROI_POOLING."""
    return {type.upper(): type for type in RULES}


def holds(rule: Message, phase: str) -> bool:
    """Whether a rule is met by a network of level 0 without stages."""
    return (
        rule.text("phase", phase) in (phase, str(int(phase == "TEST")))
        and rule.number("min_level", 0) <= 0 <= rule.number("max_level", 0)
        and not rule.texts("stage")
    )


class Network:
    """The graph of a file. ``blobs``: what each name stands for at this point; None was left out.

    ``depths``: how many layers each tensor is made by, one after the other; ``learned``: tensors that weights made.
    """

    def __init__(self, file: File, root: Message, asked: Asked) -> None:
        self.file, self.root, self.asked = file, root, asked
        self.notes: list[Diagnostic] = []
        self.unknown = Unknown(file, "layer", RULES)
        name = root.text("name") or os.path.splitext(os.path.basename(file.name))[0]
        self.graph = Graph(plain_name(name))
        self.graph.named = True
        self.blobs: dict[str, Blob | None] = {}
        self.unread: dict[str, None] = {}
        self.left_out: dict[str, Layer] = {}
        self.given: list[Value] = []
        self.depths: dict[Value, int] = {}
        self.learned: set[Value] = set()
        self.shared: dict[str, tuple[int, ...]] = {}
        messages = enumerate(root.messages("layer", "layers"))
        self.layers = self.in_phase([Layer(upgraded(message), number) for number, message in messages])
        self.readers: dict[str, list[Layer]] = {}
        for layer in self.layers:
            for name in layer.bottoms:
                self.readers.setdefault(name, []).append(layer)
        self.names: dict[Value, set[str]] = {}
        self.types = Counter(layer.type for layer in self.layers)
        self.layer: Layer
        self.whole = False

    def in_phase(self, layers: list[Layer]) -> list[Layer]:
        """The layers that run; data that they read and none of them gives is that of another phase or stage."""
        found = [layer for layer in layers if layer.is_in(PHASE)]
        given = {name for layer in found for name in layer.tops}
        read = {name for layer in found for name in layer.bottoms}
        for layer in layers:
            missing = read.intersection(layer.tops) - given
            if missing and not layer.bottoms and not layer.is_in(PHASE):
                given.update(layer.tops)
                found.append(layer)
                said = f"no layer gives '{min(missing)}' in the phase {PHASE}: {layer.place} of another one is taken"
                self.notes.append(Diagnostic(said, layer.message.span))
        return sorted(found, key=lambda layer: layer.number)

    def finished(self) -> Graph:
        """The graph of all layers. Raises SpecError for those that nothing here stands for."""
        if not self.layers:
            raise SpecError(Diagnostic(f"{self.file.name} has no layer in the phase {PHASE}", self.root.span))
        for layer in self.layers:
            self.add_layer(layer)
        if not self.asked.as_custom:
            self.unknown.tell()
        self.notes += self.unknown.notes()
        for type, layer in self.left_out.items():
            message = f"{type} only compares, or reads boxes and classes, and learns nothing: it is left out"
            self.notes.append(Diagnostic(message, layer.message.span))
        read = {value for node in self.graph.nodes for value in node.inputs}
        given = [blob.value for name in self.unread if (blob := self.blobs[name]) is not None]
        given += [value for value in self.given if value not in read]
        if not self.graph.nodes:
            raise SpecError(Diagnostic(f"{self.file.name} has no layer that computes anything", self.root.span))
        self.graph.outputs = [*dict.fromkeys(given)] or [self.graph.nodes[-1].outputs[0]]
        if read.isdisjoint(self.graph.inputs.values()):
            raise SpecError(Diagnostic(f"no layer of {self.file.name} reads an input", self.layer.message.span))
        used = read.union(self.graph.outputs)
        self.graph.inputs = {name: value for name, value in self.graph.inputs.items() if value in used}
        return self.graph

    def add_layer(self, layer: Layer) -> None:
        self.layer = layer
        rule = RULES.get(layer.type)
        read = [self.read(name) for name in layer.bottoms]
        known = [blob for blob in read if blob is not None]
        if read and not known:
            found: Sequence[Blob | None] = [None] * len(layer.tops)  # made of what was left out alone
        else:
            self.whole = any(blob.whole for blob in known)
            if rule is None:
                rule = RULES["Data"] if not layer.bottoms else RULES["Silence"] if layer.is_loss else None
            found = self.not_known(layer.type, known) if rule is None else self.ruled(rule, layer, known)
        for name, blob in zip(layer.tops, found, strict=False):
            self.put(name, blob)
            self.unread.pop(name, None)
            self.unread[name] = None

    def ruled(self, rule: Rule, layer: Layer, read: list[Blob]) -> Sequence[Blob | None]:
        """What a rule makes of what a layer reads. Raises SpecError for too few blobs, or for others than maps."""
        least, are_maps = NEEDS.get(layer.type, (1, False))
        if len(read) < least:
            message = f"{layer.place} reads {len(read)} blobs, and {layer.type} takes {least}"
            raise SpecError(Diagnostic(message, layer.message.span))
        if are_maps and any(len(blob.shape) != 3 or blob.whole for blob in read[:1]):
            message = f"{layer.place} reads {[*read[0].shape]}, and {layer.type} takes maps, [C, H, W]"
            raise SpecError(Diagnostic(message, layer.message.span))
        return rule(self, layer, read)

    def put(self, name: str, blob: Blob | None) -> None:
        """Let a name stand for a blob from here on."""
        before = self.blobs.get(name)
        if before is not None:
            self.names[before.value].discard(name)
        self.blobs[name] = blob
        if blob is not None:
            self.names.setdefault(blob.value, set()).add(name)

    def only_this_reads(self, value: Value) -> bool:
        """Whether no layer behind this one, nor what is given out, has a tensor that this one reads."""
        kept = self.names[value] - {*self.layer.tops}
        if value in self.given or not kept.isdisjoint(self.unread):
            return False
        return all(self.readers[name][-1].number <= self.layer.number for name in kept)

    def read(self, name: str) -> Blob | None:
        """What a name stands for. Raises SpecError if nothing has it."""
        if name not in self.blobs:
            word = next(word for word in self.layer.message.words("bottom") if word.text == name)
            message = f"{self.layer.place} reads '{name}', which no layer before it gives in the phase {PHASE}"
            raise SpecError(unknown(message, name, self.blobs, word.span))
        self.unread.pop(name, None)
        return self.blobs[name]

    def not_known(self, what: str, read: Sequence[Blob]) -> list[Blob | None]:
        self.unknown.add(what, Diagnostic(self.layer.place, self.layer.message.span))
        if not self.asked.as_custom:
            return [read[0] for _ in self.layer.tops]
        arguments: Arguments = {"out": [*read[0].shape], "params": 0, "macs": 0}
        return [self.add("custom", read, arguments) for _ in self.layer.tops]

    def leave_out(self, read: Iterable[Blob]) -> list[Blob | None]:
        """Decode what is read, or compare it with labels: it is what the network gives, if nothing else reads it."""
        self.left_out.setdefault(self.layer.type, self.layer)
        self.given += [blob.value for blob in read]
        return [None] * len(self.layer.tops)

    def add(
        self,
        type: str,
        read: Iterable[Blob | Value],
        arguments: Arguments | None = None,
        owners: Sequence[tuple[str, object]] = (),
    ) -> Blob:
        """A layer of ours. ``owners``: weights by our name that have a name in the file. Raises SpecError."""
        layer = self.layer
        values = [one.value if isinstance(one, Blob) else one for one in read]
        try:
            node = self.graph.add(type, arguments or {}, values, place=layer.place)
        except OutOfWork:
            raise
        except SpecError as error:
            first = error.diagnostics[0]
            raise SpecError(Diagnostic(first.message, layer.message.span, help=first.help)) from None
        depth = 1 + max([self.depths.get(value, 0) for value in values], default=0)
        self.depths.update(dict.fromkeys(node.outputs, depth))
        if node.applied.weights or not self.learned.isdisjoint(values):
            self.learned.update(node.outputs)
        node.name = re.sub(r"\W+", "_", layer.name).strip("_")
        self.own(node)
        return Blob(node.outputs[0], self.whole)

    def own(self, node: Node) -> None:
        """The names that weights have in the file: those of one name are one. With ``lr_mult: 0`` they are frozen."""
        parameters = self.layer.message
        names = parameters.texts("param") or [one.text("name") for one in parameters.messages("param")]
        rates = [word.text for word in parameters.words("blobs_lr")]
        rates += [one.text("lr_mult", "1") for one in parameters.messages("param")]
        learned = [name for name, _, _ in node.applied.weights]
        for (name, shape, _), shared in zip(node.applied.weights, names, strict=False):
            if shared and self.shared.setdefault(shared, shape) != shape:
                message = f"param '{shared}' is {[*self.shared[shared]]}, and {[*shape]} in {self.layer.place}"
                raise SpecError(Diagnostic(message, parameters.span))
            if shared:
                node.weights[name] = ("param", shared)
        node.frozen = bool(learned) and len(rates) >= len(learned) and all(map(is_zero, rates[: len(learned)]))

    # Axes

    def axis(self, blob: Blob, axis: int) -> int:
        """One of the file's axes, which count the batch, as ours. Raises SpecError for that of the batch."""
        rank = len(blob.shape) + (not blob.whole)
        found = (axis + rank if axis < 0 else axis) - (not blob.whole)
        if not 0 <= found < len(blob.shape):
            what = "the axis of the batch" if found == -1 and not blob.whole else "no axis of what it reads"
            raise SpecError(Diagnostic(f"{self.layer.place} works on axis {axis}, {what}", self.layer.message.span))
        return found


def is_zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False


Blobs = list["Blob | None"]
Rule = Callable[[Network, Layer, list[Blob]], Sequence["Blob | None"]]
RULES: dict[str, Rule] = {}
NEEDS: dict[str, tuple[int, bool]] = {}
"""What a layer of each type stands for (layers.py, windows.py, axes.py, inputs.py, ends.py)."""


def rule(*types: str, reads: int = 1, maps: bool = False) -> Callable[[Rule], Rule]:
    """Declare what layers of these types stand for, how many blobs they read, and whether the first has to be maps."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(types, function))
        NEEDS.update(dict.fromkeys(types, (reads, maps)))
        return function

    return register
