"""The JSON Schema of a spec, for editors: keys, layers and arguments from the tables and classes that read them.

It knows the structure of a spec. What names mean, and whether shapes fit, only loading the spec can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from inspect import cleandoc

from archcalc.errors import Source
from archcalc.language.custom import Custom
from archcalc.language.imports import Imports
from archcalc.language.keys import FILE_KEYS, LISTS, STEP_KEYS, TENSORS, VALUE, Shipped, described, mapping
from archcalc.language.parts import Block
from archcalc.language.problems import Problems
from archcalc.layers import FAMILY, find
from archcalc.layers.arguments import InlineLayerArgument, Schema
from archcalc.layers.axes import show_value
from archcalc.layers.base import Layer, Missing
from archcalc.sources.source import Located

NO_VALUE: Schema = {"type": "null"}


def spec_schema(conventions: Iterable[str], budget: Schema) -> Schema:
    """The schema of a spec (draft 7), with patternErrorMessage as yaml-language-server reads it.

    ``conventions`` are the ways of counting, ``budget`` is what its key takes.
    """
    shipped = Shipped(conventions, budget, blocks := shipped_blocks())
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **mapping(FILE_KEYS, ["name"], shipped),
        "if": {"required": ["layers"]},
        "then": {"required": ["input"]},
        "else": {"anyOf": [{"required": ["blocks"]}, {"required": ["import"]}]},
        "definitions": {
            "step": step(shipped),
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
    imports = Imports(Located(Source("", ""), None), (), problems)
    found = {name: imports.shipped_block(name) for name in imports.shipped_blocks()}
    problems.stop()
    return {name: block for name, block in found.items() if block is not None}


# Steps


def step(shipped: Shipped) -> Schema:
    """A layer's name, or a mapping of one layer and the step's own keys; without a layer only ``from`` and ``name``."""
    blocks = shipped.blocks
    bodies = {
        **{name: key.schema_for(shipped) for name, key in LISTS.items()},
        **{name: {"$ref": f"#/definitions/{name}"} for name in layer_types()},
    }
    words = [{"required": [name]} for name in bodies]
    named = {"anyOf": [*words, *({"required": [name]} for name in blocks)]}
    with_layer = {
        "type": "object",
        "properties": {
            **bodies,
            **{name: block_call(block) for name, block in blocks.items()},
            **{name: key.schema_for(shipped) for name, key in STEP_KEYS.items()},
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


def overrides_of(layer: str) -> Schema:
    """What ``first`` and the rows of ``repeat`` take beside a layer: its arguments."""
    arguments = {"$ref": f"#/definitions/{layer} arguments"}
    return {"properties": {"first": arguments, "repeat": {"items": arguments}}}


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
    """What the class says of the layer; with its example for an editor that draws Markdown."""
    text, _, example = cleandoc(layer.__doc__ or "").partition("Example::")
    text = text.strip()
    drawn = text.replace("``", "`")
    if example:
        drawn += f"\n\n```yaml\n{cleandoc(example).strip()}\n```"
    return {"description": text.replace("``", ""), "markdownDescription": drawn}
