"""One file: which keys it and its blocks may have, compiled with all that is wrong in them."""

from __future__ import annotations

import re
from typing import Any

from archcalc.errors import Source, Span, SpecError, did_you_mean, nearest, unknown
from archcalc.layers import ADDED_LATER, FAMILY, find
from archcalc.layers.base import Layer
from archcalc.spec import foreign
from archcalc.spec.problems import Problems
from archcalc.spec.references import RESERVED, read_identifier, read_name
from archcalc.spec.steps import LISTS, Step, compile_steps, unknown_argument, unknown_layer
from archcalc.spec.values import Value, compile_value, literal_value
from archcalc.spec.yaml_tree import Node, read

KEYS = (
    "archcalc",
    "name",
    "description",
    "source",
    "layout",
    "input",
    "vars",
    "variants",
    "defaults",
    "import",
    "blocks",
    "layers",
    "count",
    "budget",
)
BLOCK_KEYS = ("input", "args", "layers")
NO_BATCH = "a shape has no batch axis: leave it out; --batch N multiplies what grows with the batch"
VERSION_1 = frozenset((*FAMILY, "custom")) - ADDED_LATER
"""Layer types whose names no block may take; those of a type added later a block may, and replaces it in its file."""

DTYPES = "float64 float32 float16 bfloat16 float8 int64 int32 int16 int8 int4 uint8 bool complex64 complex128".split()


class Input:
    """One input of a file: its axes as written (None where they cannot be read), and the type of its numbers."""

    __slots__ = ("name", "axes", "known", "dtype", "span")

    def __init__(self, name: str, axes: list[Value] | None, dtype: str, span: Span) -> None:
        self.name, self.dtype, self.span = name, dtype, span
        self.known, self.axes = axes is not None, axes or []


class Block:
    """A named list of steps with arguments. ``literal``: the arguments whose text is not an expression."""

    __slots__ = (
        "name",
        "document",
        "span",
        "arguments",
        "tensors",
        "input",
        "steps",
        "whole_file",
        "literal",
        "variant",
    )

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
        """The argument that a bare value sets: the one that must be given, where it is just one."""
        required = [] if self.whole_file else self.required
        return required[0] if len(required) == 1 else None


class Document:
    """A file as written: every part compiled, nothing evaluated.

    ``words`` is every layer type and block that a step of this file may name.
    """

    def __init__(self, source: Source, path: str | None, problems: Problems, imports: Any) -> None:
        self.source, self.path, self.problems, self.imports = source, path, problems, imports
        self.name = self.description = ""
        self.layout = "CHW"
        self.inputs: list[Input] | None = None
        self.several_inputs = False
        self.vars: dict[str, Value] = {}
        self.var_spans: dict[str, Span] = {}
        self.misnamed: set[str] = set()  # pieces of names that no variable may have: nothing is said of their use
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
        try:
            node = read(source, imports.room)
        except SpecError as error:
            problems.add(*error.diagnostics)
            problems.stop()
        self.span = node.inside(0, node.stop - node.start)  # a place alone: the tree is let go once all is compiled
        self._compile(node, problems)

    def _compile(self, node: Node, problems: Problems) -> None:
        if not isinstance(node.value, dict):
            problems.say("a spec is a mapping of keys: name, input, layers, ...", node.span)
            problems.stop()
        for word, (key, _) in node.value.items():
            if word not in KEYS:
                meant, listed = foreign.FILE_KEYS.get(word.lower()), f"a file's keys are {', '.join(KEYS)}"
                problems.add(unknown(f"unknown key '{word}'", word, KEYS, key.span, meant=meant, otherwise=listed))
        given = as_meant(node, KEYS, foreign.FILE_KEYS)
        self._compile_head(given, problems)
        self._compile_vars(given, problems)
        if "import" in given:
            for block in self.imports.blocks_of(self, given["import"]):
                self.imported.setdefault(block.name, []).append(block)
        headers = self._compile_block_headers(given, problems)
        self.words = VERSION_1.union(self.imports.shipped_blocks(), self.imported, self.blocks)
        self._compile_defaults(given, problems)
        for block, body in headers:
            if body is not None:
                block.steps = compile_steps(body, self, problems, "layers")
        if "layers" in given:
            self.layers = compile_steps(given["layers"], self, problems, "layers")
            if not self.layers and isinstance(given["layers"].value, list):
                problems.say("layers is empty: a network has at least one step", given["layers"].span)
            if self.inputs is None and "input" not in given:
                place = node.value["layers"][0].span if "layers" in node.value else node.span
                problems.say("a file with layers needs 'input'", place, help="such as input: [3, 224, 224]")
        elif not self.blocks and "import" not in given and not problems:
            problems.say("a spec needs 'layers', or 'blocks' for other files to import", node.span)

    def _compile_head(self, given: dict[str, Node], problems: Problems) -> None:
        version = given.get("archcalc")
        if version is not None and (version.value != 1 or version.value is True):
            problems.say(f"this archcalc reads version 1 of the spec language, not {version.text}", version.span)
        if "name" not in given:
            problems.say("a spec needs a name", self.span, help="begin the file with name: and a word")
        else:
            self.name = self._prose(given["name"], "name", problems)
        if "description" in given:
            self.description = self._prose(given["description"], "description", problems)
        if "source" in given:
            self._prose(given["source"], "source", problems)
        if "layout" in given:
            layout = given["layout"]
            if layout.text not in ("CHW", "HWC"):
                message = f"layout is CHW or HWC, not {layout.text or 'empty'}"
                meant = foreign.LAYOUTS.get(layout.text.lower())
                problems.add(unknown(message, layout.text, ("CHW", "HWC"), layout.span, meant=meant))
            self.layout = layout.text
        if "count" in given:
            self.count = given["count"]
        self.budget = given.get("budget")
        if "input" in given:
            self._compile_input(given["input"], problems)

    def _prose(self, node: Node, word: str, problems: Problems) -> str:
        if node.value is None or isinstance(node.value, (list, dict)) or not node.text.strip():
            problems.say(f"{word} takes text", node.span)
        return node.text

    def _compile_input(self, node: Node, problems: Problems) -> None:
        self.inputs = []
        if isinstance(node.value, dict) and "shape" not in node.value:
            self.several_inputs = True
            for name, (key, value) in node.value.items():
                if name in ("shape", "dtype"):
                    problems.say(
                        f"an input may not be called '{name}'",
                        key.span,
                        help="one input is {shape: [...], dtype: int64}",
                    )
                elif read_name(key, problems, "input"):
                    self._compile_one_input(name, value, problems)
            if not node.value:
                problems.say("input takes a shape, such as [3, 224, 224]", node.span)
        else:
            self._compile_one_input("input", node, problems)

    def _compile_one_input(self, name: str, node: Node, problems: Problems) -> None:
        dtype, shape = "float32", node
        if isinstance(node.value, dict):
            for word, (key, value) in node.value.items():
                if word == "dtype":
                    dtype = value.text
                    if dtype not in DTYPES:
                        meant, listed = foreign.DTYPES.get(dtype), f"one of {', '.join(DTYPES)}"
                        message = f"unknown dtype '{dtype}'"
                        problems.add(unknown(message, dtype, DTYPES, value.span, meant=meant, otherwise=listed))
                elif word != "shape":
                    message = f"an input has shape and dtype, not '{word}'"
                    problems.add(unknown(message, word, ("shape", "dtype"), key.span))
            if "shape" not in node.value:
                problems.say("an input needs its shape", node.span)
            else:
                shape = node.value["shape"][1]
        axes = None
        if isinstance(shape.value, list) and shape.value and shape.value[0].value is None:
            problems.say("an axis of input is empty", shape.value[0].span, help=NO_BATCH)
        else:
            axes = compile_shape(shape, problems, "input")
        if self.inputs is not None:
            self.inputs.append(Input(name, axes, dtype, shape.span))

    def _compile_vars(self, given: dict[str, Node], problems: Problems) -> None:
        for name, key, node in entries(given.get("vars"), "vars", "{NAME: value, ...}", problems):
            if not read_identifier(key, problems, "variable"):
                self.misnamed.update(re.findall(r"\w+", name))
            else:
                value = compile_value(node, problems, f"variable '{name}'")
                self.var_spans[name] = key.span
                if value is not None:
                    self.vars[name] = value
        for name, key, node in entries(given.get("variants"), "variants", "{NAME: {VAR: value}, ...}", problems):
            read_name(key, problems, "variant")
            self.variants[name] = chosen = {}
            if node.value is None:
                continue
            for var, var_key, value_node in entries(node, f"variant '{name}'", "{VAR: value, ...}", problems):
                if var not in self.var_spans:
                    message = f"variant '{name}' sets '{var}', which is no variable of this file"
                    problems.add(unknown(message, var, self.var_spans, var_key.span))
                    continue
                value = compile_value(value_node, problems, var)
                if value is not None:
                    chosen[var] = value

    def _compile_block_headers(self, given: dict[str, Node], problems: Problems) -> list[tuple[Block, Node | None]]:
        found = []
        for name, key, node in entries(given.get("blocks"), "blocks", "{NAME: {layers: [...]}, ...}", problems):
            block = Block(name, self, key.span)
            self.blocks[name] = block
            if read_name(key, problems, "block") and (name in VERSION_1 or name in LISTS):
                problems.say(f"'{name}' is a layer type: a block may not take its name", key.span)
            body = None
            for word, word_key, _ in entries(node, f"block '{name}'", "{layers: [...]}", problems):
                if word not in BLOCK_KEYS:
                    message = f"a block has input, args and layers, not '{word}'"
                    meant = foreign.BLOCK_KEYS.get(word.lower())
                    problems.add(unknown(message, word, BLOCK_KEYS, word_key.span, meant=meant))
            for word, value in as_meant(node, BLOCK_KEYS, foreign.BLOCK_KEYS).items():
                if word == "layers":
                    body = value
                elif word == "args":
                    self._compile_block_arguments(block, value, problems)
                elif word == "input":
                    block.input = self._compile_block_input(value, problems)
            if body is None and isinstance(node.value, dict):
                problems.say(f"block '{name}' needs 'layers'", key.span)
            found.append((block, body))
        return found

    def _compile_block_input(self, node: Node, problems: Problems) -> list[Value] | None:
        axes = compile_shape(node, problems, "input")
        for axis in axes or ():
            if axis.name in RESERVED:
                problems.say(f"an axis may not be called '{axis.name}': the word is reserved", axis.span)
        return axes

    def _compile_block_arguments(self, block: Block, node: Node, problems: Problems) -> None:
        if isinstance(node.value, list) and all(isinstance(item.value, str) for item in node.value):
            names = [item.text for item in node.value]
            help = f"write args: {{{', '.join(f'{name}: required' for name in names)}}}"
            problems.say("args takes {ARG: default | required | tensor}", node.span, help=help)
            block.arguments = dict.fromkeys(names)
            return
        for name, key, value in entries(node, "args", "{ARG: default | required | tensor}", problems):
            read_identifier(key, problems, "argument")
            if value.value == "required" or value.value == "tensor":
                block.arguments[name] = None
                if value.value == "tensor":
                    block.tensors.add(name)
                    block.literal.add(name)
            else:
                label = did_you_mean(value.text, ("required", "tensor")) if isinstance(value.value, str) else None
                if label and value.text not in self.var_spans and value.text not in node.value:
                    problems.say(f"'{value.text}' is not known here", value.span, label=label)
                    block.arguments[name] = None
                    continue
                default = compile_value(value, problems, name)
                if default is not None:
                    block.arguments[name] = default

    def _compile_defaults(self, given: dict[str, Node], problems: Problems) -> None:
        for name, key, node in entries(given.get("defaults"), "defaults", "{LAYER: {ARG: value}, ...}", problems):
            if name in LISTS:
                problems.say(f"{name} has no arguments to give defaults for", key.span)
                continue
            found = self.find(name, key.span, problems)
            if found is None:
                continue
            self.defaults[name] = values = {}
            self.default_spans[name] = key.span
            for argument, argument_key, value_node in entries(node, f"defaults of {name}", "{ARG: value}", problems):
                if argument not in found.arguments:
                    unknown_argument(Step(key.span, name), argument_key, set(found.arguments), problems)
                elif isinstance(found, Block) and argument in found.literal:
                    problems.say(
                        f"'{argument}' of '{name}' has no default: write it where '{name}' is called", argument_key.span
                    )
                elif isinstance(found, type) and getattr(found.arguments[argument][0], "literal", False):
                    values[argument] = literal_value(value_node)
                else:
                    value = compile_value(value_node, problems, argument)
                    if value is not None:
                        values[argument] = value

    def find(self, word: str, span: Span, problems: Problems) -> Block | type[Layer] | None:
        """What a word names here: the file's own block, an imported one, a shipped one, a layer type."""
        if word in self.blocks:
            return self.blocks[word]
        if word in self.imported:
            found = self.imported[word]
            if len(found) > 1:
                files = " and ".join(block.document.source.name for block in found)
                problems.say(f"'{word}' is imported from {files}", span, help="import one of them, or rename a block")
            return found[0]
        if word in FAMILY:
            return find(word)
        if word == "custom":
            from archcalc.spec.custom import Custom

            return Custom
        shipped = self.imports.shipped_block(word) if self.words else None
        if shipped is None and not self.import_failed:  # it may have been in the import
            unknown_layer(word, [*self.words, *LISTS], span, problems)
            meant = foreign.layer(word)
            if meant in FAMILY and "(" not in word:  # so that its arguments are read too
                return find(meant)
        return shipped


def as_meant(node: Node, keys: tuple[str, ...], other_words: dict[str, str]) -> dict[str, Node]:
    """The values of a mapping by key; a mistyped key (told elsewhere) stands for the one that was meant."""
    if not isinstance(node.value, dict):
        return {}
    given = {word: pair[1] for word, pair in node.value.items()}
    for word in node.value:
        meant = None if word in keys else other_words.get(word.lower()) or nearest(word, keys)
        if meant is not None:
            given.setdefault(meant, given[word])
    return given


def entries(node: Node | None, what: str, form: str, problems: Problems) -> list[tuple[str, Node, Node]]:
    """(text, key, value) of a mapping; a problem and nothing where the node is none."""
    if node is None:
        return []
    if not isinstance(node.value, dict):
        problems.say(f"{what} takes {form}", node.span)
        return []
    return [(word, key, value) for word, (key, value) in node.value.items()]


def compile_shape(node: Node, problems: Problems, what: str) -> list[Value] | None:
    """The axes of a shape as written."""
    if not isinstance(node.value, list):
        problems.say(f"{what} takes a shape, such as [3, 224, 224]", node.span)
        return None
    axes = [compile_value(item, problems, f"an axis of {what}", none_allowed=False) for item in node.value]
    return None if None in axes else axes  # type: ignore[return-value]
