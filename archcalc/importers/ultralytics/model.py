"""A model file's steps, ``[from, repeats, module, args]``, as the rules of its scale turn them into blocks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from math import gcd, prod
from typing import Any

from archcalc.errors import Diagnostic, Span, SpecError, option
from archcalc.importers.graphs.graph import Graph, Value
from archcalc.importers.imported import Asked, Unknown
from archcalc.importers.naming import plain_name
from archcalc.importers.ultralytics import blocks, heads
from archcalc.importers.ultralytics.builder import Builder, divisible
from archcalc.language.yaml_nodes import Node
from archcalc.sources.file import File

SIZE = 640
SIZE_OF_CLASSIFIER = 224
CLASSES = 80
BINS = 16
DEEP, DEEPER = ("m", "l", "x"), ("l", "x")
"""Scales in which C3k2 is of C3k, and A2C2f has residuals, whatever the file says."""
ACTIVATIONS = {"SiLU": "silu", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ReLU6": "relu6", "Hardswish": "hardswish"}


class Step:
    """A step of the file as plain values. ``width``: a function that scales a number of channels."""

    __slots__ = ("module", "repeats", "args", "reads", "span", "number")

    def __init__(self, module: str, repeats: int, args: list[Any], reads: list[int], span: Span, number: int) -> None:
        self.module, self.repeats, self.args, self.reads = module, repeats, args, reads
        self.span, self.number = span, number


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
        self.input = self.graph.input("images", shape)
        for step in steps:
            self.span, self.place = step.span, f"step {step.number} {step.module}, line {step.span.line + 1}"
            rule = RULES.get(step.module)
            if rule is None:
                self.unknown.add(step.module, Diagnostic(self.place, step.span))
                self.values.append(self.values[-1] if self.values else self.input)
            else:
                self.values.append(rule(self, step))
        self.unknown.tell()
        self.graph.outputs = self.finals or self.values[-1:]
        return self.graph

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
        return self.read(step)[0]

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

    def argument(self, step: Step, place: int, default: Any = None) -> Any:
        if place < len(step.args):
            return step.args[place]
        if default is None:
            raise SpecError(Diagnostic(f"{self.place} needs {place + 1} arguments", step.span))
        return default


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def values(node: Node) -> Any:
    """A node as Python has it; the words that the parser evaluates stand for themselves."""
    if node.is_list:
        return [values(item) for item in node.value]
    if node.is_mapping:
        raise SpecError(Diagnostic("a step takes numbers and words", node.span))
    if node.text in ("None", "True", "False") and isinstance(node.value, str):
        return {"None": None, "True": True, "False": False}[node.text]
    return node.value


def step_of(node: Node, number: int) -> Step:
    """Raises SpecError for what is no [from, repeats, module, args]."""
    found = values(node)
    right = isinstance(found, list) and len(found) == 4 and isinstance(found[3], list) and isinstance(found[2], str)
    reads = found[0] if right and isinstance(found[0], list) else [found[0]] if right else []
    if not right or not all(type(one) is int for one in [*reads, found[1]]) or not reads:
        raise SpecError(Diagnostic("a step is [from, repeats, module, args]", node.span))
    return Step(found[2], found[1], found[3], reads, node.span, number)


# What modules stand for

Rule = Callable[[Model, Step], Value]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


@rule("Conv", "DWConv", "GhostConv")
def conv(m: Model, s: Step) -> Value:
    x, out = m.only(s), m.width(m.argument(s, 0))
    kernel, stride = m.whole(m.argument(s, 1, 1)), m.whole(m.argument(s, 2, 1))
    if s.module == "GhostConv":
        return blocks.ghost_conv(m, x, out, kernel, stride)
    if s.module == "DWConv":
        acts = m.argument(s, 4, True) is not False
        return m.conv(x, out, kernel, stride, groups=gcd(x.shape[0], out), act=acts)
    padding = m.argument(s, 3, "half")
    return m.conv(x, out, kernel, stride, None if padding in ("half", None) else m.whole(padding))


@rule("nn.Upsample")
def upsample(m: Model, s: Step) -> Value:
    return m.add("upsample", m.only(s), scale=m.whole(m.argument(s, 1)))


@rule("nn.MaxPool2d")
def max_pool(m: Model, s: Step) -> Value:
    kernel = m.whole(m.argument(s, 0))
    given = {"stride": m.whole(m.argument(s, 1, kernel)), "padding": m.whole(m.argument(s, 2, 0))}
    return m.add("max_pool", m.only(s), kernel=kernel, **given)


@rule("nn.ZeroPad2d")
def zero_pad(m: Model, s: Step) -> Value:
    left, right, top, bottom = m.wholes(m.argument(s, 0), 4)
    return m.add("pad", m.only(s), padding=[[top, bottom], [left, right]])


@rule("nn.Identity")
def identity(m: Model, s: Step) -> Value:
    return m.only(s)


@rule("Concat")
def concat(m: Model, s: Step) -> Value:
    return m.concat(*m.read(s))


@rule("Bottleneck")
def bottleneck(m: Model, s: Step) -> Value:
    x, out = m.only(s), m.width(m.argument(s, 0))
    for _ in range(m.times(s)):
        x = blocks.bottleneck(m, x, out, m.argument(s, 1, True) is True)
    return x


@rule("C2f", "C3", "C2", "C3Ghost")
def csp(m: Model, s: Step) -> Value:
    x, out, shortcut = m.only(s), m.width(m.argument(s, 0)), m.argument(s, 1, s.module != "C2f") is True
    block: Any = {"C2f": blocks.c2f, "C3": blocks.c3, "C2": blocks.c2, "C3Ghost": blocks.c3_ghost}[s.module]
    found: Value = block(m, x, out, m.times(s), shortcut)
    return found


@rule("C3k2")
def c3k2(m: Model, s: Step) -> Value:
    m.legacy = False
    deep, attends = m.argument(s, 1, False) is True or m.scale in DEEP, m.argument(s, 3, False) is True
    share = m.argument(s, 2, 0.5)
    if not is_number(share):
        raise SpecError(Diagnostic(f"{m.place} takes a number, not {share!r}", s.span))
    return blocks.c3k2(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), deep, share, attends)


@rule("A2C2f")
def a2c2f(m: Model, s: Step) -> Value:
    m.legacy = False
    attends, area = m.argument(s, 1, True) is True, m.whole(m.argument(s, 2, 1))
    more: Any = {"residual": True, "ratio": 1.2} if m.scale in DEEPER else {}
    return blocks.a2c2f(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), attends, area, **more)


@rule("C2fCIB")
def c2f_cib(m: Model, s: Step) -> Value:
    m.legacy = False
    shortcut, large = m.argument(s, 1, False) is True, m.argument(s, 2, False) is True
    return blocks.c2f_cib(m, m.only(s), m.width(m.argument(s, 0)), m.times(s), shortcut, large)


@rule("SPPF")
def sppf(m: Model, s: Step) -> Value:
    kernel, pools, shortcut = m.whole(m.argument(s, 1, 5)), m.whole(m.argument(s, 2, 3)), m.argument(s, 3, False)
    return blocks.sppf(m, m.only(s), m.width(m.argument(s, 0)), kernel, pools, shortcut is True)


@rule("SPP")
def spp(m: Model, s: Step) -> Value:
    kernels = m.argument(s, 1, [5, 9, 13])
    return blocks.spp(m, m.only(s), m.width(m.argument(s, 0)), tuple(m.wholes(kernels)))


@rule("C2PSA")
def c2psa(m: Model, s: Step) -> Value:
    return blocks.c2psa(m, m.only(s), m.width(m.argument(s, 0)), m.times(s))


@rule("PSA")
def psa(m: Model, s: Step) -> Value:
    return blocks.psa(m, m.only(s), m.width(m.argument(s, 0)))


@rule("SCDown")
def sc_down(m: Model, s: Step) -> Value:
    kernel, stride = m.whole(m.argument(s, 1, 3)), m.whole(m.argument(s, 2, 2))
    return blocks.sc_down(m, m.only(s), m.width(m.argument(s, 0)), kernel, stride)


@rule("RepNCSPELAN4")
def rep_elan(m: Model, s: Step) -> Value:
    out, middle, inner = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2))
    return blocks.rep_elan(m, m.only(s), out, middle, inner, m.whole(m.argument(s, 3, 1)))


@rule("ELAN1")
def elan(m: Model, s: Step) -> Value:
    out, middle, inner = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2))
    return blocks.elan(m, m.only(s), out, middle, inner)


@rule("AConv", "ADown")
def down(m: Model, s: Step) -> Value:
    block = blocks.a_conv if s.module == "AConv" else blocks.a_down
    return block(m, m.only(s), m.width(m.argument(s, 0)))


@rule("SPPELAN")
def spp_elan(m: Model, s: Step) -> Value:
    sizes = m.width(m.argument(s, 0)), m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2, 5))
    return blocks.spp_elan(m, m.only(s), *sizes)


@rule("CBLinear")
def cb_linear(m: Model, s: Step) -> Value:
    """Several tensors, of which a CBFuse takes one."""
    widths = m.wholes(m.argument(s, 0))
    m.parts[s.number] = blocks.cb_linear(m, m.only(s), widths)
    return m.parts[s.number][0]


@rule("CBFuse")
def cb_fuse(m: Model, s: Step) -> Value:
    *sources, last = s.reads
    places = m.wholes(m.argument(s, 0))
    parts = [m.parts.get(one if one >= 0 else s.number + one, []) for one in sources]
    if len(places) != len(parts) or any(not 0 <= at < len(those) for at, those in zip(places, parts, strict=False)):
        raise SpecError(Diagnostic(f"{m.place} takes one tensor of each CBLinear, and the last it reads", s.span))
    return blocks.cb_fuse(m, [those[at] for at, those in zip(places, parts, strict=True)], m.at(s, last))


@rule("ResNetLayer")
def resnet_layer(m: Model, s: Step) -> Value:
    """The first is the stem: a 7x7 convolution and a pool."""
    middle, stride = m.whole(m.argument(s, 1)), m.whole(m.argument(s, 2, 1))
    x = m.only(s)
    if m.argument(s, 3, False) is True:
        act, m.act = m.act, "relu"
        x = m.conv(x, middle, 7, 2, 3)
        m.act = act
        return m.add("max_pool", x, kernel=3, stride=2, padding=1)
    return blocks.resnet_layer(m, x, middle, stride, m.whole(m.argument(s, 4, 1)))


# Heads


@rule("Detect", "v10Detect", "Segment", "Pose", "OBB", "OBB26")
def detect(m: Model, s: Step) -> Value:
    maps, twice = m.read(s), s.module == "v10Detect" or m.twice
    count = m.whole(m.argument(s, 0, "nc"))
    found = heads.detect(m, maps, count, m.bins, m.legacy and s.module != "v10Detect", twice)
    heads_of_each = 1 + twice
    if s.module == "Segment":
        masks = m.whole(m.argument(s, 1, 32))
        found += [heads.with_extra(m, maps, masks, masks) for _ in range(heads_of_each)]
        found += [heads.proto(m, maps[0], m.width(m.argument(s, 2, 256)), masks)]
    elif s.module == "Pose":
        points = prod(m.wholes(values(m.root.value["kpt_shape"][1]))) if "kpt_shape" in m.root.value else 51
        found += [heads.with_extra(m, maps, points, points) for _ in range(heads_of_each)]
    elif s.module.startswith("OBB"):
        angles = m.whole(m.argument(s, 1, 1))
        found += [heads.with_extra(m, maps, angles, angles) for _ in range(heads_of_each)]
    m.finals = found
    return found[0]


@rule("SemanticSegment")
def semantic_segment(m: Model, s: Step) -> Value:
    said = "the second head of SemanticSegment is for training alone: its weights stand as parameters"
    m.notes.append(Diagnostic(said, s.span))
    return heads.semantic_segment(m, m.read(s), m.whole(m.argument(s, 0, "nc")))


@rule("YOLOEDetect", "YOLOESegment")
def detect_words(m: Model, s: Step) -> Value:
    maps = m.read(s)
    first = 1 if s.module == "YOLOEDetect" else 3
    count, embedded = m.whole(m.argument(s, 0, "nc")), m.whole(m.argument(s, first, 512))
    text = m.graph.input("text", m.asked.shape("text", only=False) or (count, embedded))
    found = heads.detect_words(m, maps, text, m.bins, m.legacy, m.twice)
    said = "classes are words, an input; what makes their embeddings does not run, and stands as parameters"
    m.notes.append(Diagnostic(said, s.span))
    if s.module == "YOLOESegment":
        masks = m.whole(m.argument(s, 1, 32))
        found += [heads.with_extra(m, maps, masks, masks) for _ in range(1 + m.twice)]
        found += [heads.proto(m, maps[0], m.width(m.argument(s, 2, 256)), masks)]
    m.finals = found
    return found[0]


@rule("Classify")
def classify(m: Model, s: Step) -> Value:
    return heads.classify(m, m.only(s), m.whole(m.argument(s, 0, "nc")))
