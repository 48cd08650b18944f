"""The parts of a file as written: its inputs, blocks and steps, compiled, with nothing evaluated."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from archcalc.errors import Source, Span
from archcalc.language.names import Reference
from archcalc.language.problems import Problems
from archcalc.language.values import Value
from archcalc.language.yaml_nodes import Node
from archcalc.layers.base import Layer

LayerType = type[Layer]

NO_PLACES: dict[str, Span] = {}
NO_VALUES: dict[str, Value] = {}
NO_LITERALS: dict[str, Node] = {}


class Step:
    """A step as written. ``type`` is None for one without a layer, and ``broken`` if it could not be read."""

    __slots__ = (
        "span", "type", "layer", "block", "taken", "names", "name", "reads", "passes_one", "rows", "first", "share",
        "values", "arguments", "places", "literals", "steps", "branches", "noted", "broken",
    )  # fmt: skip

    def __init__(self, span: Span, type: str | None) -> None:
        self.span, self.type = span, type
        self.layer: LayerType | None = None
        self.block: Block | None = None
        self.taken: Container[str] = ()  # the names that its list gives
        self.names: list[str] | None = None
        self.name: str | None = None  # if one name stands for all that the step gives
        self.reads: list[Reference] | None = None
        self.passes_one = False  # a merge that reads a path with *: if only one tensor matches, it passes that on
        self.rows: list[dict[str, Value]] | None = None
        self.first: dict[str, Value] | None = None
        self.share: Reference | None = None
        self.values = NO_VALUES  # of the step's own keys that take an expression
        self.arguments: dict[str, Value] = {}
        self.places = NO_PLACES  # of the step's own keys
        self.literals: dict[str, Node] = NO_LITERALS
        self.steps: list[Step] | None = None
        self.branches: dict[str, list[Step]] | None = None
        self.noted = True
        self.broken = False

    def put(self, key: str, place: Span) -> None:
        self.places = {**self.places, key: place}

    def put_value(self, key: str, value: Value) -> None:
        self.values = {**self.values, key: value}

    def place(self, word: str) -> Span | None:
        """Where an argument or a key of the step is written, or None."""
        argument = self.arguments.get(word)
        if argument is not None:
            return argument.span
        return self.literals.get(word) or self.places.get(word)


class Input:
    """One input of a file: its axes as written (None if they cannot be read), and the type of its numbers."""

    __slots__ = ("name", "axes", "known", "dtype", "span")

    def __init__(self, name: str, axes: list[Value] | None, dtype: str, span: Span) -> None:
        self.name, self.dtype, self.span = name, dtype, span
        self.known, self.axes = axes is not None, axes or []


class Block:
    """A named list of steps with arguments. ``literal``: the arguments whose text is not an expression."""

    __slots__ = (
        "name", "document", "span", "arguments", "tensors", "input", "steps", "whole_file", "literal", "variant",
    )  # fmt: skip

    def __init__(self, name: str, document: Document, span: Span) -> None:
        self.name, self.document, self.span = name, document, span
        self.arguments: dict[str, Value | None] = {}
        self.tensors: set[str] = set()
        self.literal: set[str] = set()
        self.input: list[Value] | None = None
        self.steps: list[Step] = []
        self.whole_file = False
        self.variant: str | None = None

    @property
    def required(self) -> list[str]:
        return [name for name, default in self.arguments.items() if default is None]

    @property
    def obvious(self) -> str | None:
        """The argument that a bare value sets: the only one that must be given, if there is just one."""
        required = [] if self.whole_file else self.required
        return required[0] if len(required) == 1 else None


LAYOUTS = ("CHW", "HWC")

ANY = "any"
"""The layout of a file whose blocks work in files of both: it takes the layout of the file that imports it."""


class Document:
    """A file: every part compiled, nothing evaluated.

    ``words`` is every layer type and block that a step of this file may name.
    """

    def __init__(self, source: Source, path: str | None, problems: Problems, imports: Any) -> None:
        self.source, self.path, self.problems, self.imports = source, path, problems, imports
        self.span = Span(source, 0, 0, 0)
        self.name = self.description = ""
        self.layout = "CHW"
        self.inputs: list[Input] | None = None
        self.several_inputs = False
        self.vars: dict[str, Value] = {}
        self.var_spans: dict[str, Span] = {}
        self.misnamed: set[str] = set()  # parts of names that no variable may have: their use is no further error
        self.variants: dict[str, dict[str, Value]] = {}
        self.defaults: dict[str, dict[str, Value]] = {}
        self.default_spans: dict[str, Span] = {}
        self.blocks: dict[str, Block] = {}
        self.imported: dict[str, list[Block]] = {}
        self.layers: list[Step] | None = None
        self.count: Node | None = None
        self.budget: Node | None = None
        self.words: frozenset[str] = frozenset()
        self.import_failed = False
        self.mentions: Any = None


def layout_of(document: Document) -> str:
    """What shapes are in a network of this file."""
    return "CHW" if document.layout == ANY else document.layout
