"""The JSON Schema of a spec, for editors: keys, layers and arguments from the tables and classes that read them.

It says what is wrong with a spec's structure. What names mean, and whether shapes fit, only loading it can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

from archcalc.errors import Source
from archcalc.layers import FAMILY, find
from archcalc.layers.arguments import InlineLayerArgument
from archcalc.layers.axes import show_value
from archcalc.layers.base import Layer, Missing
from archcalc.spec import descriptions
from archcalc.spec.custom import Custom
from archcalc.spec.document import DTYPES, VERSION_1, Block
from archcalc.spec.imports import MAX_LAYERS, Imports
from archcalc.spec.problems import Problems
from archcalc.spec.references import RESERVED, STEP_KEYS
from archcalc.spec.source import Located
from archcalc.spec.steps import EXPERTS, LISTS

Schema = dict[str, Any]

NOT_IN_NAMES = r"[^\s,/*()\[\]{}]+"
ASCII_SIGNS = r"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f"
PATH = rf"^{NOT_IN_NAMES}(/{NOT_IN_NAMES}|/\*)*$"

SIZE: Schema = {"type": ["integer", "string"], "minimum": 1}
SHAPE: Schema = {"type": "array", "items": SIZE}
VALUE: Schema = {"type": ["number", "string", "boolean", "array", "object"]}
"""Any value but an empty one."""
CONDITION: Schema = {"type": ["boolean", "string", "number"]}
FLAG: Schema = {"type": ["boolean", "string"]}
PROSE: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
COUNT: Schema = {"type": ["integer", "string"], "minimum": 1}
TENSOR: Schema = {"type": ["string", "number", "boolean"], "pattern": PATH}
TENSORS: Schema = {"anyOf": [TENSOR, {"type": "array", "items": TENSOR, "minItems": 1}]}
STEPS: Schema = {"type": "array", "items": {"$ref": "#/definitions/step"}}
NO_VALUE: Schema = {"type": "null"}


def spec_schema(conventions: Iterable[str], budget: Schema) -> Schema:
    """The schema of a spec (draft 7), with patternErrorMessage as yaml-language-server reads it.

    ``conventions`` are the ways of counting, ``budget`` is what its key takes.
    """
    blocks = shipped_blocks()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **mapping(file_keys(conventions, budget, blocks), descriptions.FILE_KEYS, ["name"]),
        "if": {"required": ["layers"]},
        "then": {"required": ["input"]},
        "else": {"anyOf": [{"required": ["blocks"]}, {"required": ["import"]}]},
        "definitions": {
            "step": step(blocks),
            "inline": inline(blocks),
            **{f"{name} arguments": arguments_of(found) for name, found in layer_types().items()},
            **{name: body_of(name, found) for name, found in layer_types().items()},
        },
    }


def layer_types() -> dict[str, type[Layer]]:
    return {**{name: find(name) for name in FAMILY}, "custom": Custom}


def shipped_blocks() -> dict[str, Block]:
    """The blocks that need no import."""
    problems = Problems()
    imports = Imports(Located(Source("", ""), None), (), problems, MAX_LAYERS)
    found = {name: imports.shipped_block(name) for name in imports.shipped_blocks()}
    problems.stop()
    return {name: block for name, block in found.items() if block is not None}


# Keys of a file


def file_keys(conventions: Iterable[str], budget: Schema, blocks: Iterable[str]) -> dict[str, Schema]:
    layers = {name: {"$ref": f"#/definitions/{name} arguments"} for name in layer_types()}
    return {
        "archcalc": {"enum": [1]},
        "name": PROSE,
        "description": PROSE,
        "source": PROSE,
        "layout": {"enum": ["CHW", "HWC"]},
        "input": file_input(),
        "vars": {"type": "object", "propertyNames": identifier(), "additionalProperties": VALUE},
        "variants": {
            "type": "object",
            "propertyNames": name_pattern(RESERVED),
            "additionalProperties": {"type": ["object", "null"], "additionalProperties": VALUE},
        },
        "defaults": {
            "type": "object",
            "properties": {**layers, **{name: {"type": "object", "additionalProperties": VALUE} for name in blocks}},
            "propertyNames": {"not": {"enum": [*LISTS]}},
            "additionalProperties": {"type": "object", "additionalProperties": VALUE},
        },
        "import": {"type": "array", "items": {"type": "string", "minLength": 1}},
        "blocks": {
            "type": "object",
            "propertyNames": name_pattern([*RESERVED, *sorted(VERSION_1), *LISTS]),
            "additionalProperties": block_body(),
        },
        "layers": {**STEPS, "minItems": 1},
        "count": {"enum": [*conventions]},
        "budget": budget,
    }


def file_input() -> Schema:
    """One shape, one input with its dtype, or several inputs by name."""
    keys = {"shape": SHAPE, "dtype": {"enum": DTYPES}}
    typed = mapping(keys, descriptions.INPUT_KEYS, ["shape"])
    several = {
        "type": "object",
        "propertyNames": name_pattern([*RESERVED, "shape", "dtype"]),
        "additionalProperties": {"anyOf": [SHAPE, typed]},
        "minProperties": 1,
    }
    return {"anyOf": [SHAPE, typed, several]}


def block_body() -> Schema:
    taken = {
        "type": "object",
        "propertyNames": identifier(),
        "additionalProperties": {"anyOf": [{"enum": ["required", "tensor"]}, VALUE]},
    }
    axis = {**SIZE, "not": {"enum": sorted(RESERVED)}}
    keys = {"input": {"type": "array", "items": axis}, "args": taken, "layers": STEPS}
    return mapping(keys, descriptions.BLOCK_KEYS, ["layers"])


# Steps


def step(blocks: dict[str, Block]) -> Schema:
    """A layer's name, or a mapping of one layer and the step's own keys; without a layer only ``from`` and ``name``."""
    bodies = {
        **list_bodies(),
        **{name: {"$ref": f"#/definitions/{name}"} for name in layer_types()},
    }
    words = [{"required": [name]} for name in bodies]
    named = {"anyOf": [*words, *({"required": [name]} for name in blocks)]}
    with_layer = {
        "type": "object",
        "properties": {
            **bodies,
            **{name: block_call(block) for name, block in blocks.items()},
            **{key: described(value, descriptions.STEP_KEYS[key]) for key, value in step_keys().items()},
        },
        "minProperties": 1,
        "dependencies": {"first": ["repeat"]},
        "if": named,
        "then": {"propertyNames": {"enum": [*bodies, *blocks, *STEP_KEYS]}},
        "else": {
            "if": {"propertyNames": {"enum": [*STEP_KEYS]}},
            "then": {"propertyNames": {"enum": ["from", "name"]}},
        },
        "oneOf": [*words, {"not": {"anyOf": words}}],
        "allOf": [{"if": {"required": [name]}, "then": overrides_of(name)} for name in layer_types()],
    }
    known = {name: documented(found) for name, found in layer_types().items()}
    known |= {name: {"description": about(block)} for name, block in blocks.items()}
    own_block = {"type": "string", "pattern": "^[^:]+$", "not": {"enum": [*known, *LISTS]}}
    bare = [{"const": name, **said} for name, said in known.items()]
    return {
        "type": ["string", "object"],
        "if": {"type": "object"},
        "then": with_layer,
        "else": {"type": "string", "anyOf": [*bare, own_block]},
    }


def step_keys() -> dict[str, Schema]:
    overrides = {"type": "object", "additionalProperties": VALUE}
    name = {"type": ["string", "number", "boolean"], **name_pattern(RESERVED)}
    return {
        "from": TENSORS,
        "name": {"anyOf": [name, {"type": "array", "items": name, "minItems": 1, "uniqueItems": True}]},
        "repeat": {"anyOf": [{"type": ["integer", "string"], "minimum": 0}, {"type": "array", "items": overrides}]},
        "first": overrides,
        "when": CONDITION,
        "share": {**TENSOR, "pattern": r"^(?!(prev|input)$)[^*\s]+$"},
        "trainable": FLAG,
        "expect": {"type": ["array", "string"], "items": {**SIZE, "minimum": 0}},
        "row": FLAG,
    }


def overrides_of(layer: str) -> Schema:
    """What ``first`` and the rows of ``repeat`` take beside a layer: its arguments."""
    arguments = {"$ref": f"#/definitions/{layer} arguments"}
    return {"properties": {"first": arguments, "repeat": {"items": arguments}}}


def list_bodies() -> dict[str, Schema]:
    """What stands after residual, parallel, map and experts."""
    experts = mapping({"count": COUNT, "active": COUNT, "layers": STEPS}, descriptions.EXPERTS, [*EXPERTS])
    branches = {
        "type": "object",
        "propertyNames": name_pattern(RESERVED),
        "additionalProperties": STEPS,
        "minProperties": 1,
    }
    bodies = {"residual": STEPS, "parallel": branches, "map": STEPS, "experts": experts}
    return {name: described(body, descriptions.LISTS[name]) for name, body in bodies.items()}


def block_call(block: Block) -> Schema:
    """The arguments of a shipped block, for completion alone: a file's own block of that name may have others."""
    arguments = {
        name: {"description": "required" if value is None else f"{value.text or 'as given'} unless given"}
        for name, value in block.arguments.items()
    }
    takes = "".join(f"\n{name}: {found['description']}" for name, found in arguments.items())
    body = {"anyOf": [{"type": "object", "properties": arguments}, VALUE, NO_VALUE]}
    return described(body, f"{about(block)}\n{takes}")


def about(block: Block) -> str:
    """What the file of a shipped block says of it."""
    return f"A block: {block.document.description}."


def inline(blocks: Iterable[str]) -> Schema:
    """What ``norm`` and ``act`` take: a layer's name, one with its arguments, or an expression that gives either."""
    bodies = {name: {"$ref": f"#/definitions/{name}"} for name, found in layer_types().items() if 1 in found.reads}
    layer = {"type": "object", "properties": bodies, "minProperties": 1, "maxProperties": 1}
    return {"type": ["string", "object"], "anyOf": [{"enum": [*bodies, *blocks, "none"]}, {"type": "string"}, layer]}


# Layers


def arguments_of(layer: type[Layer]) -> Schema:
    found = {name: argument(layer, name) for name in layer.arguments}
    return {"type": "object", "properties": found, "additionalProperties": False}


def argument(layer: type[Layer], name: str) -> Schema:
    """One argument: what its kind takes, and its default."""
    kind, default = layer.arguments[name]
    text = getattr(default, "text", None)
    said = f"{name}: {kind.describe}"
    if default is Missing:
        said += " (one of " + ", ".join(layer.either) + ")" if name in layer.either else " (required)"
    elif default is not None or text:
        said += f" (default {text or show_value(default)})"
    schema = {"$ref": "#/definitions/inline"} if isinstance(kind, InlineLayerArgument) else kind.schema
    found = described(schema, said)
    if type(default) in (int, float, bool, str):
        found["default"] = default
    return found


def body_of(name: str, layer: type[Layer]) -> Schema:
    """What stands after a layer's colon: nothing, the obvious argument's value, a merge's names, or arguments."""
    forms: list[Schema] = [{"$ref": f"#/definitions/{name} arguments"}, NO_VALUE]
    if layer.obvious is not None:
        kind = layer.arguments[layer.obvious][0]
        forms.insert(1, described(kind.schema, f"{layer.obvious}: {kind.describe}"))
    elif 2 in layer.reads:
        forms.insert(1, {**TENSORS["anyOf"][1], "description": "the tensors that it reads"})
    return {**documented(layer), "anyOf": forms}


def documented(layer: type[Layer]) -> Schema:
    """What the class says of the layer; with its example where an editor draws Markdown."""
    text, _, example = cleandoc(layer.__doc__ or "").partition("Example::")
    text = text.strip()
    drawn = text.replace("``", "`")
    if example:
        drawn += f"\n\n```yaml\n{cleandoc(example).strip()}\n```"
    return {"description": text.replace("``", ""), "markdownDescription": drawn}


# What several of them need


def mapping(keys: dict[str, Schema], texts: dict[str, str], required: list[str]) -> Schema:
    """An object of these keys and no others."""
    properties = {key: described(value, texts[key]) for key, value in keys.items()}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def described(schema: Schema, text: str) -> Schema:
    """The schema with a description; a reference cannot stand beside one in draft 7."""
    if "$ref" in schema:
        return {"description": text, "allOf": [schema]}
    return {"description": text, **schema}


def name_pattern(reserved: Iterable[str]) -> Schema:
    """A name that is none of the reserved ones."""
    said = "a name has no space, comma, slash, star or bracket, and is no word of the language"
    return {"pattern": rf"^(?!({'|'.join(sorted(reserved))})$){NOT_IN_NAMES}$", "patternErrorMessage": said}


def identifier() -> Schema:
    """A name that can stand in an expression."""
    said = "letters, digits and _, as width or n_2, and no word of the language"
    pattern = rf"^(?!({'|'.join(sorted(RESERVED))})$)[^0-9{ASCII_SIGNS}][^{ASCII_SIGNS}]*$"
    return {"pattern": pattern, "patternErrorMessage": said}
