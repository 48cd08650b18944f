"""The keys of the language, each declared once: its name, what it is for, and what an editor lets it take.

The keys that are accepted, the JSON Schema and the tables of the manual are all made from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from archcalc.layers import ADDED_LATER, FAMILY
from archcalc.layers.arguments import Schema
from archcalc.layers.base import BITS, SPELLINGS


class Shipped:
    """What a schema has to know beside the language: ways of counting, the schema of a budget, blocks."""

    __slots__ = ("conventions", "budget", "blocks")

    def __init__(self, conventions: Iterable[str], budget: Schema, blocks: Mapping[str, Any]) -> None:
        self.conventions, self.budget, self.blocks = conventions, budget, blocks


NOTHING = Shipped((), {}, {})


class Key:
    """A key of a mapping. ``is_value``: a step's key that takes a single value, read as an expression."""

    __slots__ = ("name", "words", "schema", "is_value")

    def __init__(
        self, name: str, words: str, schema: Schema | Callable[[Shipped], Schema], is_value: bool = False
    ) -> None:
        self.name, self.words, self.schema, self.is_value = name, words, schema, is_value

    def schema_for(self, shipped: Shipped = NOTHING) -> Schema:
        """The schema of what the key takes, with its description."""
        schema = self.schema(shipped) if callable(self.schema) else self.schema
        return described(schema, self.words)


Keys = dict[str, Key]


def table(*keys: Key) -> Keys:
    return {key.name: key for key in keys}


# What several keys take

NOT_IN_NAMES = frozenset(",/*()[]{}")
NAME_CHARACTERS = r"[^\s,/*()\[\]{}]+"
ASCII_SIGNS = r"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f"
PATH = rf"^{NAME_CHARACTERS}(/{NAME_CHARACTERS}|/\*)*(\[.+\])?$"

SIZE: Schema = {"type": ["integer", "string"], "minimum": 1}
SHAPE: Schema = {"type": "array", "items": SIZE}
VALUE: Schema = {"type": ["number", "string", "boolean", "array", "object"]}
"""Any value but an empty one."""
VALUES: Schema = {"type": "object", "additionalProperties": VALUE}
CONDITION: Schema = {"type": ["boolean", "string", "number"]}
FLAG: Schema = {"type": ["boolean", "string"]}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
DTYPE: Schema = {"enum": [*BITS, *SPELLINGS]}
PROSE: Schema = {**SCALAR, "pattern": r"\S"}
TENSOR: Schema = {**SCALAR, "pattern": PATH}
TENSORS: Schema = {"anyOf": [TENSOR, {"type": "array", "items": TENSOR, "minItems": 1}]}
STEPS: Schema = {"type": "array", "items": {"$ref": "#/definitions/step"}}


def mapping(keys: Keys, required: list[str], shipped: Shipped) -> Schema:
    """An object of these keys and no others."""
    properties = {name: key.schema_for(shipped) for name, key in keys.items()}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def described(schema: Schema, text: str) -> Schema:
    """The schema with a description; a reference cannot stand beside one in draft 7."""
    if "$ref" in schema:
        return {"description": text, "allOf": [schema]}
    return {"description": text, **schema}


def name_pattern(reserved: Iterable[str]) -> Schema:
    """A name that is none of the reserved ones."""
    said = "a name has no space, comma, slash, star or bracket, and is no word of the language"
    return {"pattern": rf"^(?!({'|'.join(sorted(reserved))})$){NAME_CHARACTERS}$", "patternErrorMessage": said}


def identifier() -> Schema:
    """A name that can stand in an expression."""
    said = "letters, digits and _, as width or n_2, and no word of the language"
    pattern = rf"^(?!({'|'.join(sorted(RESERVED))})$)[^0-9{ASCII_SIGNS}][^{ASCII_SIGNS}]*$"
    return {"pattern": pattern, "patternErrorMessage": said}


# Steps


def step_names(_: Shipped) -> Schema:
    name = {"type": ["string", "number", "boolean"], **name_pattern(RESERVED)}
    return {"anyOf": [name, {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}]}


STEP_KEYS = table(
    Key(
        "from",
        "NAME or [NAME, ...]: reads these tensors in place of prev; NAME[i] is one of those that NAME stands for.",
        TENSORS,
    ),
    Key("name", "Names the output; with a list, each of several outputs.", step_names),
    Key(
        "repeat",
        "How many times, or one {ARG: value} for each time; i counts the repetitions from 0.",
        {"anyOf": [{"type": ["integer", "string"], "minimum": 0}, {"type": "array", "items": VALUES}]},
    ),
    Key("first", "{ARG: value}: arguments that are different in the first repetition.", VALUES),
    Key(
        "when",
        "A condition; where it does not hold the step is left out, and what it reads passes through.",
        CONDITION,
        True,
    ),
    Key(
        "share",
        "NAME of the step whose weights and buffers are used: they count once, operations each time.",
        {**TENSOR, "pattern": r"^(?!(prev|input)$)[^*\[\]\s]+$"},
    ),
    Key(
        "trainable",
        "false freezes the parameters: they are counted, but not as trainable. true inside thaws.",
        FLAG,
        True,
    ),
    Key(
        "expect",
        "The output shape that must come out; any other is an error.",
        {"type": ["array", "string"], "items": {**SIZE, "minimum": 0}},
        True,
    ),
    Key("row", "false leaves the row out of tables; totals and JSON keep it, --all shows it.", FLAG, True),
    Key(
        "cache",
        "true: what the step gives is kept of each position where a sequence is made token by token ('archcalc"
        " generate'), in place of the keys and values that are made of it.",
        FLAG,
        True,
    ),
    Key("notes", "none: no note is made of the step and of what it holds.", {"enum": ["none"]}),
)

TENSOR_NAMES = {
    "prev": "what the step before gave; several tensors after parallel, each, split, or from: [a, b]",
    "input": "what this list of steps was given",
    "i": "the number of the repetition, or of the run of each, from 0",
}
RESERVED = frozenset((*STEP_KEYS, *TENSOR_NAMES))
"""The words that nothing may have as its name."""

EXPERTS = table(
    Key("count", "How many copies of the steps there are: their parameters count so often.", SIZE),
    Key("active", "How many of the copies run: their operations count so often.", SIZE),
    Key("layers", "The steps of one expert.", STEPS),
)
EACH = table(
    Key("count", "How many times the steps run on prev as it is. Without it they run on each tensor of prev.", SIZE),
    Key("layers", "The steps of one run, which give one tensor.", STEPS),
    Key("shared", "true: all runs have one set of weights.", FLAG),
)
RESIDUAL = table(
    Key("layers", "The steps, which give one tensor.", STEPS),
    Key("shortcut", "The steps that make of prev what is added to. [] or left out: prev itself.", STEPS),
)
PARTS = {"residual": (RESIDUAL, ["layers"]), "each": (EACH, ["layers"]), "experts": (EXPERTS, [*EXPERTS])}
"""The words whose steps have keys beside them, and the keys that must be given."""


def list_or_parts(word: str) -> Callable[[Shipped], Schema]:
    """What a word takes that holds a list of steps, or keys of which one is the list."""
    return lambda shipped: {"anyOf": [STEPS, mapping(*PARTS[word], shipped)]}


BRANCHES: Schema = {
    "type": "object",
    "propertyNames": name_pattern(RESERVED),
    "additionalProperties": STEPS,
    "minProperties": 1,
}

LISTS = table(
    Key("steps", "A list of steps as one step, which may have a name, repeat, when, share.", STEPS),
    Key(
        "residual",
        "A list of steps: what they make of prev is added to prev. With {layers: [...], shortcut: [...]} it is added to"
        " what the shortcut makes of prev.",
        list_or_parts("residual"),
    ),
    Key(
        "parallel",
        "{BRANCH: [step, ...]}: each starts at prev ([] passes it on); then prev is all of them, in order.",
        BRANCHES,
    ),
    Key(
        "each",
        "A list of steps that run on each tensor of prev, i counting, and give one each; or {count: n, layers: [...]}:"
        " n runs on prev as it is. Each run has weights of its own, unless shared: true stands beside layers.",
        list_or_parts("each"),
    ),
    Key("map", "A list of steps that run on every slice of axis 0: weights once, operations each time.", STEPS),
    Key(
        "experts",
        "{count: n, active: k, layers: [...]}: n copies of the steps, of which k run.",
        lambda shipped: mapping(*PARTS["experts"], shipped),
    ),
)
"""The words that hold steps of their own, beside layer types and blocks."""

VERSION_1 = frozenset((*FAMILY, "custom")) - ADDED_LATER
"""Layer types whose names no block may take. A block may take that of a later type, and replaces it in its file."""

# Files and their blocks

DTYPES = "float64 float32 float16 bfloat16 float8 int64 int32 int16 int8 int4 uint8 bool complex64 complex128".split()

INPUT_KEYS = table(
    Key("shape", "The shape, without a batch axis.", SHAPE),
    Key(
        "dtype",
        "The type of the numbers: float32 unless given, int64 for what an embedding looks up.",
        {"enum": DTYPES},
    ),
)

BLOCK_KEYS = table(
    Key(
        "input",
        "The shape that the block reads. A new name is bound to that axis's size; anything else is held to it.",
        {"type": "array", "items": {**SIZE, "not": {"enum": sorted(RESERVED)}}},
    ),
    Key(
        "args",
        "The block's arguments: {ARG: default}, {ARG: required}, or {ARG: tensor} for the name of a tensor.",
        {
            "type": "object",
            "propertyNames": identifier(),
            "additionalProperties": {"anyOf": [{"enum": ["required", "tensor"]}, VALUE]},
        },
    ),
    Key("layers", "The steps of the block. What the last of them gives is what the block gives.", STEPS),
)


def file_input(shipped: Shipped) -> Schema:
    """One shape, one input with its dtype, or several inputs by name."""
    typed = mapping(INPUT_KEYS, ["shape"], shipped)
    several = {
        "type": "object",
        "propertyNames": name_pattern([*RESERVED, *INPUT_KEYS]),
        "additionalProperties": {"anyOf": [SHAPE, typed]},
        "minProperties": 1,
    }
    return {"anyOf": [SHAPE, typed, several]}


def defaults(shipped: Shipped) -> Schema:
    layers = {name: {"$ref": f"#/definitions/{name} arguments"} for name in (*FAMILY, "custom")}
    return {
        "type": "object",
        "properties": {**layers, **dict.fromkeys(shipped.blocks, VALUES)},
        "propertyNames": {"not": {"enum": [*LISTS]}},
        "additionalProperties": VALUES,
    }


def blocks(shipped: Shipped) -> Schema:
    return {
        "type": "object",
        "propertyNames": name_pattern([*RESERVED, *VERSION_1, *LISTS]),
        "additionalProperties": mapping(BLOCK_KEYS, ["layers"], shipped),
    }


FILE_KEYS = table(
    Key("archcalc", "The version of the spec language: 1, which is also what a file without it means.", {"enum": [1]}),
    Key("name", "What the network is called. Reports, and files that import this one, know it by this name.", PROSE),
    Key("description", "What the network is, in a sentence.", PROSE),
    Key("source", "Where the architecture is published.", PROSE),
    Key(
        "layout",
        "CHW (the default) or HWC: whether the channels of tensors come first or last, [C, H, W] or [H, W, C]; or any,"
        " for blocks that files of both import: they say channels, and no axis number of an image.",
        {"enum": ["CHW", "HWC", "any"]},
    ),
    Key(
        "input",
        "The shape that is read, without a batch axis: [C, H, W], [T, C], [C]; or {shape: [...], dtype: int64}; or"
        " several inputs as {NAME: shape, ...}.",
        file_input,
    ),
    Key(
        "vars",
        "Variables: a name and its value each. Expressions use them, variants replace them, --set overrides them.",
        {"type": "object", "propertyNames": identifier(), "additionalProperties": VALUE},
    ),
    Key(
        "variants",
        "Named settings of the variables, chosen as SPEC:NAME or with --variant NAME.",
        {
            "type": "object",
            "propertyNames": name_pattern(RESERVED),
            "additionalProperties": {"type": ["object", "null"], "additionalProperties": VALUE},
        },
    ),
    Key(
        "defaults", "Arguments that steps of this file have unless they say otherwise: {LAYER: {ARG: value}}.", defaults
    ),
    Key(
        "import",
        "Files or shipped specs whose blocks may be used here; each file is a block itself, under its name.",
        {"type": "array", "items": {"type": "string", "minLength": 1}},
    ),
    Key("blocks", "Steps under a name, with arguments: {NAME: {input: [...], args: {...}, layers: [...]}}.", blocks),
    Key(
        "layers",
        "The steps of the network, in order. Each reads what the step before it gave, unless it says from.",
        {**STEPS, "minItems": 1},
    ),
    Key(
        "count",
        "The way of counting operations that this spec is reported in unless --count says another.",
        lambda shipped: {"enum": [*shipped.conventions]},
    ),
    Key(
        "budget",
        "What the network may cost: an entry of archcalc.yaml without specs, held by 'archcalc check'.",
        lambda shipped: shipped.budget,
    ),
)
